"""One example for each code: a page, what it calls, and what the server answers.

The documentation shows them, and a test runs each through the browser model and finds its code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crossguard.browser import Browser, HttpRequest, HttpResponse, TransportError, Verdict
from crossguard.browser.codes import Code

Headers = Mapping[str, str]
PAGE: Final = "http://localhost:8080"
API: Final = "http://localhost:5000/items"
_MINE: Final = {"Access-Control-Allow-Origin": PAGE}
_MINE_WITH_COOKIES: Final = _MINE | {"Access-Control-Allow-Credentials": "true"}


@dataclass(frozen=True, slots=True)
class Example:
    """How a code comes about.

    Attributes:
        code: the code.
        options: of the fetch.
        answers: status and headers of the answers, in order, the preflight's first where there is one.
        page: the page's origin.
        url: what it calls.
        websocket: whether it opens a WebSocket instead.
        event_source: whether it opens an EventSource instead.
    """

    code: Code
    options: Mapping[str, Any] = field(default_factory=dict)
    answers: tuple[tuple[int, Headers], ...] = ()
    page: str = PAGE
    url: str = API
    websocket: bool = False
    event_source: bool = False

    def run(self) -> Verdict:
        """Let a Chromium of the model do it."""
        answers = list(self.answers)

        def send(_request: HttpRequest) -> HttpResponse:
            if not answers:
                raise TransportError("connection refused")
            # The last answer serves every further request, as a loop of redirects needs.
            status, headers = answers.pop(0) if len(answers) > 1 else answers[0]
            return HttpResponse(status, tuple(headers.items()))

        page = Browser("chromium", send=send).open(self.page)
        if self.websocket:
            return page.open_websocket(self.url)
        if self.event_source:
            return page.open_event_source(self.url)
        return page.verdict(self.url, **self.options)


_JSON: Final = {"method": "POST", "headers": {"Content-Type": "application/json"}, "body": "{}"}
_COOKIES: Final = {"credentials": "include"}

EXAMPLES: Final = (
    Example(Code.INVALID_URL, url="http://local host:5000/"),
    Example(Code.URL_WITH_CREDENTIALS, url="http://ada:secret@localhost:5000/items"),
    Example(Code.INVALID_MODE, {"mode": "navigate"}),
    Example(Code.INVALID_OPTION, {"credentials": "yes"}),
    Example(Code.INVALID_METHOD, {"method": "GET IT"}),
    Example(Code.FORBIDDEN_METHOD, {"method": "TRACE"}),
    Example(Code.METHOD_NEEDS_CORS, {"method": "PUT", "mode": "no-cors"}),
    Example(Code.INVALID_HEADER, {"headers": {"X Token": "1"}}),
    Example(Code.BODY_NOT_ALLOWED, {"body": "a=1"}),
    Example(Code.UNSUPPORTED_SCHEME, url="ftp://localhost/items"),
    Example(Code.BAD_PORT, url="http://localhost:25/items"),
    Example(Code.MIXED_CONTENT, page="https://app.example.com", url="http://api.example.com/items"),
    Example(Code.NOT_SAME_ORIGIN, {"mode": "same-origin"}),
    Example(Code.NO_CORS_REDIRECT_MODE, {"mode": "no-cors", "redirect": "error"}),
    Example(Code.RESERVED_HEADER, {"headers": {"Available-Dictionary": ":a:"}}, ((204, _MINE),)),
    Example(
        Code.KEEPALIVE_TOO_LARGE, {"method": "POST", "keepalive": True, "body": "a" * 70_000}, ((200, _MINE),)
    ),
    Example(Code.NOT_CACHED, {"mode": "same-origin", "cache": "only-if-cached"}, url=f"{PAGE}/items"),
    Example(Code.ALLOW_ORIGIN_MISSING, answers=((200, {}),)),
    Example(
        Code.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS, _COOKIES, ((200, {"Access-Control-Allow-Origin": "*"}),)
    ),
    Example(
        Code.ALLOW_ORIGIN_MULTIPLE,
        answers=((200, {"Access-Control-Allow-Origin": f"{PAGE}, https://app.example.com"}),),
    ),
    Example(Code.ALLOW_ORIGIN_MISMATCH, answers=((200, {"Access-Control-Allow-Origin": f"{PAGE}/"}),)),
    Example(Code.ALLOW_CREDENTIALS_MISSING, _COOKIES, ((200, _MINE),)),
    Example(
        Code.ALLOW_CREDENTIALS_INVALID,
        _COOKIES,
        ((200, _MINE | {"Access-Control-Allow-Credentials": "True"}),),
    ),
    Example(Code.PREFLIGHT_REDIRECTED, _JSON, ((308, _MINE | {"Location": "/items/"}),)),
    Example(Code.PREFLIGHT_STATUS, _JSON, ((401, _MINE),)),
    Example(
        Code.ALLOW_METHODS_INVALID, _JSON, ((204, _MINE | {"Access-Control-Allow-Methods": "GET; POST"}),)
    ),
    Example(
        Code.ALLOW_HEADERS_INVALID, _JSON, ((204, _MINE | {"Access-Control-Allow-Headers": "Content Type"}),)
    ),
    Example(Code.METHOD_NOT_ALLOWED, {"method": "DELETE"}, ((204, _MINE),)),
    Example(Code.HEADER_NOT_ALLOWED, _JSON, ((204, _MINE),)),
    Example(Code.REDIRECT_REFUSED, {"redirect": "error"}, ((302, _MINE | {"Location": "/other"}),)),
    Example(Code.LOCATION_INVALID, answers=((302, _MINE | {"Location": "http://a b/"}),)),
    Example(Code.LOCATION_SCHEME, answers=((302, _MINE | {"Location": "mailto:ada@example.com"}),)),
    Example(
        Code.LOCATION_WITH_CREDENTIALS,
        answers=((302, _MINE | {"Location": "http://ada:secret@localhost:5001/"}),),
    ),
    Example(Code.TOO_MANY_REDIRECTS, answers=((302, _MINE | {"Location": "/items"}),)),
    Example(
        Code.RESOURCE_POLICY,
        {"mode": "no-cors"},
        ((200, {"Cross-Origin-Resource-Policy": "same-origin"}),),
    ),
    Example(Code.INTEGRITY_MISMATCH, {"integrity": "sha256-AAAA"}, ((200, _MINE),)),
    Example(Code.MALFORMED_RESPONSE, answers=((42, _MINE),)),
    Example(Code.CONNECTION_FAILED),
    Example(Code.HANDSHAKE_REFUSED, answers=((403, {}),), url="ws://localhost:5000/items", websocket=True),
    Example(
        Code.NOT_AN_EVENT_STREAM, answers=((200, _MINE | {"Content-Type": "text/html"}),), event_source=True
    ),
    Example(Code.PROXY_CHALLENGE, answers=((407, _MINE | {"Proxy-Authenticate": "Basic"}),)),
    Example(
        Code.LOGIN_DIALOG,
        _COOKIES,
        ((401, _MINE_WITH_COOKIES | {"WWW-Authenticate": 'Basic realm="api"'}),),
    ),
)
