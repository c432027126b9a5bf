"""Draw what browsers do in the ten commonest situations, as the model browser does it.

python -m tools.pictures           # write docs/images/protocol/
python -m tools.pictures --check   # say whether they are current
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from crossguard.browser import Browser, HttpRequest, HttpResponse, Verdict
from crossguard.browser.transports import wsgi as in_process
from crossguard.wsgi import Crossguard
from tools.generated import settle
from tools.sequence import Arrow, Note, Sequence

FOLDER = Path(__file__).parent.parent / "docs" / "images" / "protocol"
APP, API, OTHER, STRANGER = (
    "https://app.example.com",
    "https://api.example.com",
    "https://files.example.org",
    "https://stranger.example.net",
)
#: Headers that a picture shows: those on which the outcome depends.
SHOWN = (
    "origin",
    "sec-fetch-site",
    "cookie",
    "access-control-request-method",
    "access-control-request-headers",
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "vary",
    "location",
    "set-cookie",
    "cache-control",
)
SESSION = "session=s3cret; Path=/; HttpOnly; Secure"


def answering(status: str, *headers: tuple[str, str], body: bytes = b"{}") -> Callable[..., Iterable[bytes]]:
    """Return an application that gives one answer."""

    def app(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start(status, [("Content-Type", "application/json"), *headers])
        return [body]

    return app


def guarded(app: Callable[..., Iterable[bytes]], **options: Any) -> Callable[..., Iterable[bytes]]:
    """Return *app* behind crossguard with the front end in its list."""
    settings = {
        "origins": [APP],
        "supports_credentials": True,
        "public_origins": [API],
        "auth_cookies": ["session"],
        "allow_headers": ["Content-Type"],
        "methods": ["GET", "POST"],
    }
    return Crossguard(app, **(settings | options))


def browser_for(hosts: dict[str, Callable[..., Iterable[bytes]]], profile: str = "chromium") -> Browser:
    """Return a browser that reaches each of *hosts* in this process."""
    ways = {origin: in_process(app) for origin, app in hosts.items()}

    def send(request: HttpRequest) -> HttpResponse:
        return ways[f"{request.target.scheme}://{request.target.authority}"](request)

    return Browser(profile, send=send)


class Drawing:
    """A picture that grows with every verdict that it is told."""

    def __init__(self, title: str, page: str, *hosts: str) -> None:
        self.page = f"page\n{page}"
        self.browser = "browser\n "
        self.hosts = {
            host: f"{name}\n{host}" for name, host in zip(("API", "second host"), hosts, strict=False)
        }
        self.picture = Sequence(title, (self.page, self.browser, *self.hosts.values()))

    def add(self, call: str, verdict: Verdict) -> "Drawing":
        """Draw one call of the page, what the browser did for it, and what the page got."""
        steps = self.picture.steps
        steps.append(Arrow(self.page, self.browser, (call,)))
        for hop in verdict.hops:
            host = self.hosts[_origin_of(hop.url)]
            for exchange in (hop.preflight, hop.actual):
                if exchange is None:
                    continue
                path = hop.url.removeprefix(_origin_of(hop.url)) or "/"
                request = (f"{exchange.request.method} {path}", *_headers(exchange.request.headers))
                steps.append(Arrow(self.browser, host, request))
                if exchange.response is not None:
                    answer = (str(exchange.response.status), *_headers(exchange.response.headers))
                    steps.append(Arrow(host, self.browser, answer))
            if hop.cached is not None:
                steps.append(Note(self.browser, ("taken from the HTTP cache", *_headers(hop.cached.headers))))
            for refusal in (*hop.cookies.refused, *hop.cookies.withheld):
                what = "stored" if refusal in hop.cookies.refused else "sent"
                steps.append(
                    Note(
                        self.browser,
                        (f"cookie {refusal.name} is not {what}: {refusal.code.value}",),
                        bad=True,
                    )
                )
        steps.extend(self._end(verdict))
        return self

    def _end(self, verdict: Verdict) -> Iterator[Arrow | Note]:
        if verdict.failure is not None:
            yield Note(self.browser, (verdict.failure.code.value,), bad=True)
            yield Arrow(self.browser, self.page, ("TypeError: Failed to fetch",), bad=True)
        elif verdict.response is not None:
            kind = "" if verdict.response.type.value != "opaque" else " (opaque: the page reads nothing)"
            yield Arrow(self.browser, self.page, (f"{verdict.response.status}{kind}",))

    def say(self, text: str, *, bad: bool = False) -> Sequence:
        """Put one sentence under the picture and return it."""
        self.picture.steps.append(Note(self.browser, (text,), bad=bad))
        return self.picture


def _origin_of(url: str) -> str:
    return "/".join(url.split("/")[:3])


def _headers(headers: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, value in headers:
        if name.lower() in SHOWN:
            yield f"{name}: {value}"


def simple_request() -> Sequence:
    browser = browser_for({API: guarded(answering("200 OK"))})
    drawing = Drawing("A simple request", APP, API)
    drawing.add(f'fetch("{API}/items")', browser.open(f"{APP}/").verdict(f"{API}/items"))
    return drawing.say("The request was sent and answered. CORS decides only whether the page may read.")


def preflight() -> Sequence:
    browser = browser_for({API: guarded(answering("201 Created"))})
    verdict = browser.open(f"{APP}/").verdict(
        f"{API}/items", method="POST", headers={"Content-Type": "application/json"}, body="{}"
    )
    drawing = Drawing("A preflight", APP, API)
    drawing.add('fetch("…/items", {method: "POST", headers: JSON})', verdict)
    return drawing.say("JSON is no form: the browser asks first, and sends the write only after a yes.")


def credentials() -> Sequence:
    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        signing_in = environ["PATH_INFO"] == "/sign-in"
        cookie = [("Set-Cookie", f"{SESSION}; SameSite=Lax")] if signing_in else []
        start("204 No Content" if signing_in else "200 OK", [("Content-Type", "application/json"), *cookie])
        return [b""]

    browser = browser_for({API: guarded(app)})
    page = browser.open(f"{APP}/")
    drawing = Drawing("Credentials", APP, API)
    drawing.add(
        'fetch("…/sign-in", {method: "POST", credentials: "include"})',
        page.verdict(f"{API}/sign-in", method="POST", credentials="include"),
    )
    drawing.add('fetch("…/me", {credentials: "include"})', page.verdict(f"{API}/me", credentials="include"))
    return drawing.say(
        'Both sides say it: credentials: "include" and Allow-Credentials. Else no cookie goes.'
    )


def redirect() -> Sequence:
    browser = browser_for(
        {
            API: guarded(answering("302 Found", ("Location", f"{OTHER}/report.pdf"))),
            OTHER: answering("200 OK", ("Access-Control-Allow-Origin", APP)),
        }
    )
    drawing = Drawing("A redirect to another host", APP, API, OTHER)
    drawing.add(f'fetch("{API}/report")', browser.open(f"{APP}/").verdict(f"{API}/report"))
    return drawing.say(
        "Behind the redirect the origin is null, and the second host has to allow null.", bad=True
    )


def sign_in_hook() -> Sequence:
    hook = answering("401 Unauthorized", ("Access-Control-Allow-Origin", APP))
    verdict = browser_for({API: hook}).open(f"{APP}/").verdict(f"{API}/items/3", method="DELETE")
    drawing = Drawing("A sign-in hook in the way", APP, API)
    drawing.add('fetch("…/items/3", {method: "DELETE"})', verdict)
    return drawing.say(
        "A preflight carries no cookie: a hook that asks for one refuses it, and the page cannot send.",
        bad=True,
    )


def cookie_not_stored() -> Sequence:
    app = guarded(
        answering("204 No Content", ("Set-Cookie", f"{SESSION}; SameSite=Lax"), body=b""), origins=[OTHER]
    )
    page = browser_for({API: app}).open(f"{OTHER}/")
    drawing = Drawing("A cookie that is not stored", OTHER, API)
    drawing.add(
        'fetch("…/sign-in", {method: "POST", credentials: "include"})',
        page.verdict(f"{API}/sign-in", method="POST", credentials="include"),
    )
    return drawing.say(
        "The page is of another site. SameSite=Lax keeps the cookie away, without an error.", bad=True
    )


def third_party_cookie() -> Sequence:
    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        kinds = {"/sign-in": "SameSite=None", "/sign-in-partitioned": "SameSite=None; Partitioned"}
        kind = kinds.get(environ["PATH_INFO"])
        cookie = [("Set-Cookie", f"{SESSION}; {kind}")] if kind else []
        start("204 No Content", [("Content-Type", "application/json"), *cookie])
        return [b""]

    browser = browser_for({API: guarded(app, origins=[OTHER])}, "chromium-block-third-party")
    page = browser.open(f"{OTHER}/")
    drawing = Drawing("A third-party cookie", OTHER, API)
    for path in ("/sign-in", "/sign-in-partitioned"):
        drawing.add(
            f'fetch("…{path}", {{method: "POST", credentials: "include"}})',
            page.verdict(f"{API}{path}", method="POST", credentials="include"),
        )
    drawing.add('fetch("…/me", {credentials: "include"})', page.verdict(f"{API}/me", credentials="include"))
    return drawing.say("With third-party cookies blocked only a Partitioned one is kept.")


def strangers_form() -> Sequence:
    browser = browser_for({API: guarded(answering("200 OK"))})
    verdict = browser.open(f"{STRANGER}/").submit_form(f"{API}/transfer", [("to", "mallory")])
    drawing = Drawing("A form post from a stranger", STRANGER, API)
    drawing.add(f'<form action="{API}/transfer">', verdict)
    return drawing.say("A form needs no CORS. The write gate refuses it before the view runs.")


def cached_answer() -> Sequence:
    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        origin = environ.get("HTTP_ORIGIN", "*")
        start("200 OK", [("Access-Control-Allow-Origin", origin), ("Cache-Control", "max-age=60")])
        return [b"{}"]

    browser = browser_for({API: app})
    second = "https://admin.example.com"
    drawing = Drawing("A cached answer of another origin", "of two origins", API)
    for origin in (APP, second):
        name = origin.removeprefix("https://")
        drawing.add(f'{name}: fetch("…/items")', browser.open(f"{origin}/").verdict(f"{API}/items"))
    return drawing.say("Without Vary: Origin the cache hands the answer for one origin to another.", bad=True)


def doubled_header() -> Sequence:
    app = guarded(answering("200 OK"))

    def proxy(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        def doubling(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start(status, [*headers, ("Access-Control-Allow-Origin", APP)], *more)

        return app(environ, doubling)

    drawing = Drawing("A proxy that doubles the header", APP, API)
    drawing.add(f'fetch("{API}/items")', browser_for({API: proxy}).open(f"{APP}/").verdict(f"{API}/items"))
    return drawing.say("Two lines are one list, and a list is no origin. One of the two must go.", bad=True)


PICTURES: dict[str, Callable[[], Sequence]] = {
    "simple-request": simple_request,
    "preflight": preflight,
    "credentials": credentials,
    "redirect": redirect,
    "sign-in-hook": sign_in_hook,
    "cookie-not-stored": cookie_not_stored,
    "third-party-cookie": third_party_cookie,
    "strangers-form": strangers_form,
    "cached-answer": cached_answer,
    "doubled-header": doubled_header,
}


def drawn() -> dict[str, str]:
    """Return every picture by the name of its file."""
    pictures = {name: picture() for name, picture in PICTURES.items()}
    return {
        f"{name}-{scheme}.svg": picture.draw(scheme)
        for name, picture in pictures.items()
        for scheme in ("light", "dark")
    }


def main() -> int:
    return settle({FOLDER / name: text for name, text in drawn().items()})


if __name__ == "__main__":
    sys.exit(main())
