"""Write the table of docs/browser-in-your-tests.md: where the engines differ, as the model answers.

python -m tools.browsers           # write
python -m tools.browsers --check   # say whether it is fresh
"""

# ruff: noqa: E501 - a difference is a row

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from crossguard.browser import Blob, Browser, HttpRequest, HttpResponse, Page, Verdict
from tools.commands import table
from tools.generated import settle

PAGE = Path(__file__).parent.parent / "docs" / "browser-in-your-tests.md"
PROFILES = ("chromium", "firefox", "webkit", "safari")
APP, API, OTHER = "https://app.example.com", "https://api.example.com", "https://api.other.example"
LOCAL, LOCAL_API = "http://localhost:8080", "http://localhost:5000"


@dataclass(frozen=True)
class Difference:
    """What a developer meets: the smallest example, what is looked at, and what to do."""

    name: str
    example: str
    ask: Callable[["Lab"], object]
    advice: str
    page: str = LOCAL
    headers: dict[str, str] = field(default_factory=dict)


class Lab:
    """A browser whose servers allow everything and remember what they were sent."""

    def __init__(self, profile: str, difference: Difference) -> None:
        self.seen: list[HttpRequest] = []
        self.answers: dict[str, HttpResponse] = {}
        self._headers = difference.headers
        self.browser = Browser(profile, send=self._answer)
        self.page: Page = self.browser.open(difference.page)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        self.seen.append(request)
        key = ("OPTIONS " if request.method == "OPTIONS" else "") + request.target.path
        headers = {
            "Access-Control-Allow-Origin": request.header("Origin") or "*",
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Allow-Methods": "PUT, DELETE",
            "Access-Control-Allow-Headers": "x-a, x-b, authorization, content-type",
            **self._headers,
        }
        return self.answers.get(key) or HttpResponse(200, tuple(headers.items()), b"{}")

    def redirect(self, path: str, to: str, status: int = 302) -> None:
        """Let *path* lead elsewhere."""
        allowed = (("Access-Control-Allow-Origin", "*"), ("Location", to))
        self.answers[path] = HttpResponse(status, allowed)

    def preflights(self) -> int:
        return sum(request.method == "OPTIONS" for request in self.seen)

    def last(self, name: str) -> str:
        return self.seen[-1].header(name) or "none" if self.seen else "nothing is sent"


def outcome(verdict: Verdict) -> str:
    return "works" if verdict.failure is None else f"`{verdict.failure.code}`"


def _sent(lab: Lab, cookie: str, url: str, **options: str) -> str:
    """Store a cookie by a fetch of the page, and say whether the next fetch carries it."""
    lab.answers["/set"] = HttpResponse(
        200,
        (
            ("Access-Control-Allow-Origin", lab.page.origin),
            ("Access-Control-Allow-Credentials", "true"),
            ("Set-Cookie", cookie),
        ),
    )
    lab.page.verdict(f"{url}/set", credentials="include")
    again = lab.page.verdict(f"{url}/again", credentials="include", **options)
    return "sent" if again.hops and again.hops[0].cookies.sent else "not sent"


def _twice(lab: Lab, seconds: float, **options: object) -> str:
    """Make a preflighted fetch twice, and say how often it was asked."""
    for _ in range(2):
        lab.page.verdict(f"{LOCAL_API}/twice", method="PUT", **options)  # type: ignore[arg-type]
        lab.browser.advance(seconds)
    return "asks once" if lab.preflights() == 1 else "asks twice"


def _poisoned(lab: Lab, credentials: str) -> str:
    """Load a response without CORS headers into the cache, then fetch it."""
    lab.answers["/cached"] = HttpResponse(200, (("Cache-Control", "max-age=600"),))
    lab.page.verdict(f"{LOCAL_API}/cached", mode="no-cors")
    del lab.answers["/cached"]
    return outcome(lab.page.verdict(f"{LOCAL_API}/cached", credentials=credentials))


def _failed_then_again(lab: Lab) -> str:
    lab.answers["/once"] = HttpResponse(200, (("Cache-Control", "max-age=600"),))
    lab.page.verdict(f"{LOCAL_API}/once")
    del lab.answers["/once"]
    return outcome(lab.page.verdict(f"{LOCAL_API}/once"))


def _second_preflight(lab: Lab) -> str:
    lab.redirect("/go", f"{OTHER}/end", 307)
    lab.page.verdict(f"{API}/go", headers={"X-A": "1"})
    asked = [request.header("Origin") for request in lab.seen if request.method == "OPTIONS"]
    return f"`{asked[-1]}`" if len(asked) > 1 else "no second preflight"


def _stripped(lab: Lab) -> str:
    lab.redirect("/go", f"{OTHER}/end", 307)
    lab.page.verdict(f"{API}/go", headers={"Authorization": "Bearer t"})
    asked = [request for request in lab.seen if request.method == "OPTIONS"]
    return (
        f"`{asked[-1].header('Access-Control-Request-Headers') or 'nothing'}`"
        if len(asked) > 1
        else "no preflight"
    )


def _after_redirect(lab: Lab, name: str) -> str:
    lab.redirect("/go", f"{OTHER}/end")
    lab.page.verdict(f"{API}/go")
    return f"`{lab.last(name)}`"


def _home_and_away(lab: Lab) -> str:
    lab.redirect("/go", f"{API}/on")
    lab.redirect("/on", f"{OTHER}/end")
    return outcome(lab.page.verdict(f"{APP}/go"))


def _null_caches(lab: Lab) -> str:
    lab.page = lab.browser.open(LOCAL, sandboxed=True)
    return _twice(lab, 0)


def _sandboxed_cookie(lab: Lab) -> str:
    lab.browser.set_cookie("s=1; SameSite=Lax", LOCAL_API)
    page = lab.browser.open(LOCAL, sandboxed=True)
    verdict = page.verdict(f"{LOCAL_API}/", credentials="include")
    return "sent" if verdict.hops[0].cookies.sent else "not sent"


def _login(lab: Lab) -> str:
    headers = (
        ("Access-Control-Allow-Origin", LOCAL),
        ("Access-Control-Allow-Credentials", "true"),
        ("WWW-Authenticate", "Basic"),
    )
    lab.answers["/basic"] = HttpResponse(401, headers)
    verdict = lab.page.verdict(f"{LOCAL_API}/basic", credentials="include")
    return "waits for the person" if verdict.response is None else "script sees 401"


def _empty_location(lab: Lab) -> str:
    lab.answers["/go"] = HttpResponse(302, (("Access-Control-Allow-Origin", "*"), ("Location", "")))
    return outcome(lab.page.verdict(f"{LOCAL_API}/go"))


def _delete(lab: Lab) -> str:
    lab.redirect("/go", f"{OTHER}/end", 307)
    lab.page.verdict(f"{API}/go", method="DELETE")
    return f"`{lab.seen[-1].method}`"


def _blob(lab: Lab) -> str:
    lab.page.verdict(f"{LOCAL_API}/", method="POST", mode="no-cors", body=Blob(b"{}", "application/json"))
    return f"`{lab.last('Content-Type')}`"


def _keepalive(lab: Lab) -> str:
    return outcome(lab.page.verdict(f"{LOCAL_API}/", method="POST", body="x" * 70_000, keepalive=True))


def _uncovered(lab: Lab) -> str:
    """Refuse one preflight, and ask for what another had allowed."""
    lab.page.verdict(f"{LOCAL_API}/x", method="PUT")
    lab.page.verdict(f"{LOCAL_API}/x", method="PATCH")
    before = lab.preflights()
    lab.page.verdict(f"{LOCAL_API}/x", method="PUT")
    return "asks again" if lab.preflights() > before else "is still allowed"


def _wildcard(lab: Lab) -> str:
    allowed = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "*"))
    lab.answers["OPTIONS /x"] = HttpResponse(204, (*allowed, ("Access-Control-Max-Age", "600")))
    lab.page.verdict(f"{LOCAL_API}/x", method="PUT")
    lab.page.verdict(f"{LOCAL_API}/x", method="DELETE")
    return "asks once" if lab.preflights() == 1 else "asks twice"


_NONE = "s=1; SameSite=None; Secure"

DIFFERENCES = (
    Difference("An https page calls http on this machine", 'fetch("http://localhost:5000/")', lambda lab: outcome(lab.page.verdict(f"{LOCAL_API}/")), "serve the API over https, or the page over http, while developing", page=APP),
    Difference("`Secure` cookies on http://localhost", "Set-Cookie: s=1; Secure", lambda lab: _sent(lab, "s=1; Secure", LOCAL_API), 'leave Secure out on http://localhost; `cookies="auto"` does'),
    Difference("Third-party cookies", f"Set-Cookie: {_NONE}", lambda lab: _sent(lab, _NONE, OTHER), "one registrable domain for page and API, or a proxy", page=APP),
    Difference("Partitioned third-party cookies", f"Set-Cookie: {_NONE}; Partitioned", lambda lab: _sent(lab, f"{_NONE}; Partitioned", OTHER), "as above; set Partitioned for those that know it", page=APP),
    Difference("A third-party cookie without SameSite", "Set-Cookie: s=1; Secure", lambda lab: _sent(lab, "s=1; Secure", OTHER), "write SameSite", page=APP),
    Difference("`SameSite=None` without `Secure`", "Set-Cookie: s=1; SameSite=None", lambda lab: _sent(lab, "s=1; SameSite=None", API), "write Secure", page=APP),
    Difference("`__Host-` without `Secure`", "Set-Cookie: __Host-s=1; Path=/", lambda lab: _sent(lab, "__Host-s=1; Path=/", LOCAL_API), "do not rely on the prefix alone"),
    Difference("A cookie without a name", "Set-Cookie: =v", lambda lab: _sent(lab, "=v", LOCAL_API), "name every cookie"),
    Difference("http page, https API of one site: Lax cookies", "Set-Cookie: s=1; SameSite=Lax; Secure", lambda lab: _sent(lab, "s=1; SameSite=Lax; Secure", API), "serve the page over https", page="http://app.example.com"),
    Difference("Lax cookies of a sandboxed page", '<iframe sandbox="allow-scripts">', _sandboxed_cookie, "no cookies for sandboxed pages"),
    Difference("`User-Agent` set by script", 'fetch(url, {headers: {"User-Agent": "me"}})', lambda lab: outcome(lab.page.verdict(f"{LOCAL_API}/", headers={"User-Agent": "me"})), "send a header of your own"),
    Difference("A preflight's longest memory", "Access-Control-Max-Age: 86400; again after an hour", lambda lab: _twice(lab, 3600), "expect 600 s; max_age=600", headers={"Access-Control-Max-Age": "86400"}),
    Difference("The same after three hours", "Access-Control-Max-Age: 86400; again after three hours", lambda lab: _twice(lab, 3 * 3600), "as above", headers={"Access-Control-Max-Age": "86400"}),
    Difference("A Max-Age that is no number", "Access-Control-Max-Age: 600s", lambda lab: _twice(lab, 0), "write whole seconds", headers={"Access-Control-Max-Age": "600s"}),
    Difference("A cached `*` and another method", "Access-Control-Allow-Methods: *; PUT, then DELETE", _wildcard, "list the methods"),
    Difference("`cache: no-store` and preflights", 'fetch(url, {method: "PUT", cache: "no-store"}) twice', lambda lab: _twice(lab, 0, cache="no-store"), "leave the mode out where preflights matter"),
    Difference("A refused preflight and the URL's other entries", "PUT is allowed, PATCH refused, PUT again", _uncovered, "none needed"),
    Difference("The preflight cache of a sandboxed page", '<iframe sandbox="allow-scripts">, PUT twice', _null_caches, "none needed"),
    Difference("`Origin` of the second hop's preflight", "fetch(api) with X-A, 307 to another site", _second_preflight, "do not redirect across origins; answer both", page=APP),
    Difference("Headers a redirect removed", "fetch(api) with Authorization, 307 to another site", _stripped, "do not redirect across origins", page=APP),
    Difference("`Sec-Fetch-Site` after a redirect across origins", "fetch(api), 302 to another site", lambda lab: _after_redirect(lab, "Sec-Fetch-Site"), "no gate may need the header", page=APP),
    Difference("From home away, twice redirected", "fetch(own), 302 to the API, 302 to another", _home_and_away, "allow credentials on redirects, or do not redirect", page=APP),
    Difference("DELETE over a redirect across origins", "DELETE, 307 to another site", _delete, "do not redirect across origins", page=APP),
    Difference("An empty `Location`", "302, Location:", _empty_location, "write a Location"),
    Difference("A login dialog", "401, WWW-Authenticate: Basic, with credentials", _login, "answer 401 without Basic"),
    Difference("A cached anonymous answer and a credentialed fetch", "fetch(url, {mode: no-cors}), then with credentials", lambda lab: _poisoned(lab, "include"), "Vary: Origin, also on what has no CORS headers"),
    Difference("A response that failed, fetched again", "no CORS header, max-age=600, then mended", _failed_then_again, "no-store on errors"),
    Difference("JSON in `no-cors`", 'fetch(url, {method: "POST", mode: "no-cors", body: new Blob([…], {type: "application/json"})})', _blob, "a JSON type proves no preflight; check Origin"),
    Difference("A keepalive body of 70,000 bytes", "fetch(url, {method: POST, keepalive: true, body})", _keepalive, "stay below 64 KiB"),
    Difference("`Sec-Fetch-Site` of a WebSocket", "new WebSocket(url)", lambda lab: (lab.page.open_websocket("ws://localhost:5000/"), f"`{lab.last('Sec-Fetch-Site')}`")[1], "check Origin"),
)  # fmt: skip


def rows() -> list[tuple[str, ...]]:
    """Return the rows of the table."""
    made = []
    for difference in DIFFERENCES:
        cells = [str(difference.ask(Lab(profile, difference))) for profile in PROFILES]
        example = difference.example.replace("|", "\\|")
        made.append((difference.name, f"`{example}`", *cells, difference.advice))
    return made


def written(text: str) -> str:
    head = ("what", "the smallest example", "Chromium", "Firefox", "WebKit", "Safari (derived)", "what to do")
    before, marker, rest = text.partition("<!-- browsers -->\n")
    after = rest[rest.index("<!-- end -->") :]
    return f"{before}{marker}\n{table(head, rows())}\n\n{after}"


def main() -> int:
    return settle({PAGE: written(PAGE.read_text("utf-8"))})


if __name__ == "__main__":
    sys.exit(main())
