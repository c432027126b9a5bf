"""One example of each hint and of each cookie's code, run to learn what is said; used by codes.py."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crossguard.browser import Browser, HttpRequest, HttpResponse, Verdict
from crossguard.browser.codes import CookieCode
from crossguard.core.problem import PROBLEM_JSON
from crossguard.explain import explain_verdict
from crossguard.explain.failures import Hint
from crossguard.explain.hints import HintNote

PAGE, OWN_PAGE, API = "https://app.example.com", "https://app.other.example", "https://api.other.example"
ITEMS = f"{API}/items"
_READABLE = {"Access-Control-Allow-Credentials": "true", "Vary": "Origin", "Cache-Control": "no-store"}


@dataclass(frozen=True)
class Fetch:
    """What a page does, and what it is answered.

    Attributes:
        answers: status, headers and body of the answers, in order; the last one serves all that follow.
        options: of the fetch.
        page: the page's origin.
        url: what it calls.
    """

    answers: tuple[tuple[int, Mapping[str, str], bytes], ...] = ((200, {}, b"{}"),)
    options: Mapping[str, Any] = field(default_factory=dict)
    page: str = PAGE
    url: str = ITEMS

    def run(self, browser: Browser, network: list[HttpResponse]) -> Verdict:
        """Let a page of *browser* do it; *network* gets the answers."""
        network[:] = [
            HttpResponse(status, tuple({**_READABLE, **headers}.items()), body)
            for status, headers, body in self.answers
        ]
        return browser.open(self.page).verdict(self.url, **self.options)

    @property
    def written(self) -> str:
        """The fetch and the answers, as the page shows them."""
        options = f", {json.dumps(self.options)}" if self.options else ""
        told = [
            f"{status}" + "".join(f" `{name}: {value}`" for name, value in headers.items())
            for status, headers, _ in self.answers
        ]
        return f"`fetch('{self.url}'{options})` from `{self.page}` → {', then '.join(told)}"


@dataclass(frozen=True)
class Example:
    """One or two fetches in one browser.

    Attributes:
        fetches: what pages do, in order.
        browser: in which browser.
    """

    fetches: tuple[Fetch, ...]
    browser: str = "chromium"

    def run(self) -> Verdict:
        """Let the model do it, and return the last verdict."""
        network: list[HttpResponse] = []

        def send(request: HttpRequest) -> HttpResponse:
            answer = network.pop(0) if len(network) > 1 else network[0]
            origin = request.header("Origin")
            if origin is None or answer.header("Access-Control-Allow-Origin") is not None:
                return answer
            allowed = ("Access-Control-Allow-Origin", origin)
            return HttpResponse(answer.status, (*answer.headers, allowed), answer.body)

        browser = Browser(self.browser, send=send)
        return [fetch.run(browser, network) for fetch in self.fetches][-1]

    @property
    def written(self) -> str:
        """The fetches, as the page shows them."""
        where = "" if self.browser == "chromium" else f", in {self.browser}"
        return f"{'; then '.join(fetch.written for fetch in self.fetches)}{where}"


def _sets(line: str, page: str = PAGE, url: str = ITEMS) -> Fetch:
    return Fetch(((200, {"Set-Cookie": line}, b"{}"),), {"credentials": "include"}, page, url)


def _stored(line: str, page: str = PAGE, url: str = ITEMS, browser: str = "chromium") -> Example:
    return Example((_sets(line, page, url),), browser)


def _sent(line: str, then: Fetch, page: str = OWN_PAGE, browser: str = "chromium") -> Example:
    return Example((_sets(line, page), then), browser)


_INCLUDED = Fetch(options={"credentials": "include"})
_LOCAL = ("http://localhost:8080", "http://localhost:5000/items")
_PLAIN = ("http://app.other.example", "http://api.other.example/items")

COOKIES = {
    CookieCode.MALFORMED: _stored("=; Secure; SameSite=None"),
    CookieCode.DOMAIN_MISMATCH: _stored("a=1; SameSite=None; Secure; Domain=example.com"),
    CookieCode.PUBLIC_SUFFIX_DOMAIN: _stored(
        "a=1; SameSite=None; Secure; Domain=co.uk", url="https://shop.co.uk/"
    ),
    CookieCode.SECURE_REQUIRES_HTTPS: _stored("a=1; Secure", *_PLAIN),
    CookieCode.OVERWRITES_SECURE: Example((_sets("a=1; Secure", OWN_PAGE), _sets("a=2", *_PLAIN))),
    CookieCode.NONE_REQUIRES_SECURE: _stored("a=1; SameSite=None", *_LOCAL),
    CookieCode.PARTITIONED_REQUIRES_SECURE: _stored("a=1; Partitioned", *_LOCAL),
    CookieCode.SECURE_PREFIX_REQUIRES_SECURE: _stored("__Secure-a=1", *_LOCAL),
    CookieCode.HOST_PREFIX_FORBIDS_DOMAIN: _stored(
        "__Host-a=1; Secure; SameSite=None; Path=/; Domain=other.example"
    ),
    CookieCode.HOST_PREFIX_REQUIRES_SECURE: _stored("__Host-a=1; Path=/", *_LOCAL),
    CookieCode.HOST_PREFIX_REQUIRES_ROOT: _stored("__Host-a=1; Secure; SameSite=None; Path=/items"),
    CookieCode.HTTP_PREFIX: _stored("__Http-a=1; Secure; SameSite=None"),
    CookieCode.CREDENTIALS_OMITTED: _sent(
        "a=1; SameSite=None; Secure", Fetch(options={"credentials": "omit"})
    ),
    CookieCode.SAMESITE_STRICT: _sent("a=1; SameSite=Strict", _INCLUDED),
    CookieCode.SAMESITE_LAX: _sent("a=1; SameSite=Lax", _INCLUDED),
    CookieCode.SAMESITE_DEFAULT: _sent("a=1", _INCLUDED),
    CookieCode.THIRD_PARTY_BLOCKED: _stored(
        "a=1; SameSite=None; Secure", browser="chromium-block-third-party"
    ),
    CookieCode.SECURE_OVER_HTTP: _sent(
        "a=1; Secure", Fetch(options={"credentials": "include"}, page=_PLAIN[0], url=_PLAIN[1])
    ),
    CookieCode.PATH_MISMATCH: _sent("a=1; SameSite=None; Secure; Path=/account", _INCLUDED, page=PAGE),
    CookieCode.OTHER_PARTITION: _sent(
        "a=1; SameSite=None; Secure; Partitioned", _INCLUDED, page="https://other-app.example"
    ),
}


def _hint(
    status: int = 200,
    body: bytes = b"{}",
    *,
    then: int = 0,
    page: str = PAGE,
    url: str = ITEMS,
    **headers: str,
) -> Example:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    answers = ((status, given, body), *(((then, {"Content-Type": "text/html"}, b""),) if then else ()))
    return Example((Fetch(answers, {"credentials": "include"}, page, url),))


HINTS = {
    Hint.WRITE_REFUSED: Example(
        (Fetch(((403, {"Content-Type": PROBLEM_JSON}, b'{"code": "cross-site"}'),), {"method": "POST"}),)
    ),
    Hint.OTHER_TOKEN_REFUSED: Example(
        (Fetch(((400, {}, b"The CSRF token is missing."),), {"method": "POST", "credentials": "include"}),)
    ),
    Hint.NO_CREDENTIALS: Example((Fetch(((401, {}, b""),)),)),
    Hint.COOKIE_NOT_SENT: COOKIES[CookieCode.SAMESITE_LAX],
    Hint.COOKIE_NOT_STORED: COOKIES[CookieCode.DOMAIN_MISMATCH],
    Hint.HEADER_NOT_EXPOSED: _hint(X_Total="12"),
    Hint.OPAQUE_RESPONSE: Example((Fetch(options={"mode": "no-cors"}),)),
    Hint.REDIRECTED_TO_PAGE: _hint(302, then=200, Location="/sign-in"),
    Hint.SLASH_REDIRECT: _hint(308, then=200, Location="/items/"),
    Hint.VARY_MISSING: _hint(Vary="Accept"),
    Hint.OTHER_SERVER: _hint(
        403, page="http://localhost:5000", url="http://localhost:5000/items", Server="AirTunes/775.3.1"
    ),
    Hint.LOCAL_NETWORK_ACCESS: _hint(url="http://localhost:5000/items"),
    Hint.USER_AGENT_DROPPED: Example((Fetch(options={"headers": {"User-Agent": "me"}}),)),
}


def noted(hint: Hint) -> HintNote:
    """Return what the library says of the example of *hint*.

    Raises:
        LookupError: the example comes to no such hint any more.
    """
    for note in explain_verdict(HINTS[hint].run()).hints:
        if note.code == hint.value:
            return note
    raise LookupError(f"the example of {hint.value} does not come to it")


def check_cookie(code: CookieCode) -> None:
    """Run the example of *code*.

    Raises:
        LookupError: it comes to another code, or to none.
    """
    found = [
        refusal.code
        for hop in COOKIES[code].run().hops
        for refusal in (*hop.cookies.refused, *hop.cookies.withheld)
    ]
    if code not in found:
        raise LookupError(f"the example of {code.value} comes to {[one.value for one in found]}")
