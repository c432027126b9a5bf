"""The addresses below ``/_crossguard``, without any protocol: who is let in, and what is answered."""

import json
from collections.abc import Callable
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

from crossguard.adapters.answer import Answer
from crossguard.core.edits import HeaderList
from crossguard.core.issues import ConfigError
from crossguard.core.names import parse_requested_headers
from crossguard.core.request import RequestFacts
from crossguard.devtools.access import HEADER, PREFIX, Access
from crossguard.devtools.exchanges import Exchange, Memory
from crossguard.devtools.kept import cut, page_of
from crossguard.devtools.shipped import TOKEN_MARK, shipped
from crossguard.devtools.side import Side
from crossguard.logs import logger

#: Bytes of a body that are read: an address and a few words.
MAX_BODY: Final = 8192
_MAX_QUERY: Final = 2048

_WHY: Final = f"{PREFIX}/why"
_JSON: Final = "application/json"
_NO_STORE: Final = ("Cache-Control", "no-store")
_NOSNIFF: Final = ("X-Content-Type-Options", "nosniff")
_OPEN: Final = ("Access-Control-Allow-Origin", "*")
_PREFLIGHT: Final = Answer(
    204,
    [
        _OPEN,
        ("Access-Control-Allow-Methods", "POST"),
        ("Access-Control-Allow-Headers", f"content-type, {HEADER.lower()}"),
        ("Access-Control-Max-Age", "600"),
        ("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers"),
    ],
    b"",
)
_CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE: Final = (
    ("Content-Security-Policy", _CONTENT_POLICY),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    _NOSNIFF,
    _NO_STORE,
)
# It holds no data. A page that cannot ask its question finds out by it whether preflights are kept back.
_SCRIPT: Final = (
    _OPEN,
    ("Cache-Control", "no-cache"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    _NOSNIFF,
)
_ASSET: Final = (("Cache-Control", "no-cache"), ("Cross-Origin-Resource-Policy", "same-origin"), _NOSNIFF)


class Asked(NamedTuple):
    """A request, as far as it is read here.

    Attributes:
        method: the method.
        path: the path below the mount, percent-decoded once.
        query: the query, as it came.
        get: returns a header by its name in lower case; None if it is absent.
        facts: makes the facts of the request.
        websocket: whether it is a handshake.
    """

    method: str
    path: str
    query: str
    get: Callable[[str], str | None]
    facts: Callable[[], RequestFacts]
    websocket: bool = False


class Visit(NamedTuple):
    """A request that was let in.

    Attributes:
        answer: returns the answer, of the body; None where that is too long.
        reads_body: whether its body is read, of which more than :data:`MAX_BODY` bytes are too many.
    """

    answer: Callable[[bytes | None], Answer]
    reads_body: bool = False


class Devtools:
    """What is served for one application.

    Args:
        access: the token.
        side: what is known of the application.
    """

    def __init__(self, access: Access, side: Side) -> None:
        self.access = access
        self.memory = Memory()
        self._side = side

    def is_own(self, path: str) -> bool:
        """Tell whether *path* is below the addresses that are served here."""
        return path.startswith(PREFIX) and path[len(PREFIX) :][:1] in {"", "/"}

    def admit(self, asked: Asked) -> Visit | None:
        """Return the visit of a request that is let in; None for every other, which is the application's."""
        path = asked.path
        if asked.websocket or not path.startswith(f"{PREFIX}/"):
            return None
        if asked.method == "OPTIONS":
            return Visit(lambda _: _PREFLIGHT) if path == _WHY and _asks_why(asked) else None
        name = path[len(PREFIX) + 1 :]
        by_header = self.access.opens(asked.get(HEADER.lower()))
        if asked.method in {"GET", "HEAD"} and (name == "" or name in shipped()):
            token = self._token_of(asked, by_header=by_header)
            return None if not token or not _may_embed(name, asked) else self._file(name, token)
        if not by_header:
            return None
        if path == _WHY:
            return Visit(lambda body: self._why(asked, body), reads_body=asked.method == "POST")
        return self._data(asked, name) if _is_own_page(asked) else None

    def _token_of(self, asked: Asked, *, by_header: bool) -> str:
        """Return the token, if the request brings it; a browser opens some addresses without script."""
        if by_header:
            return self.access.token
        if "token=" not in asked.query or len(asked.query) > _MAX_QUERY:
            return ""
        try:
            given = parse_qs(asked.query, max_num_fields=16).get("token", [])
        except ValueError:
            return ""
        return self.access.token if len(given) == 1 and self.access.opens(given[0]) else ""

    @staticmethod
    def _file(name: str, token: str) -> Visit:
        found = shipped().get(name or "index.html")
        if found is None:
            text = b"The page is not built. In a checkout of crossguard: make run.\n"
            return Visit(lambda _: _answer(404, "text/plain; charset=utf-8", text, _ASSET))
        kind, content = found
        if not name or name == "index.html":
            content = content.replace(TOKEN_MARK, token.encode())
            return Visit(lambda _: _answer(200, kind, content, _PAGE))
        more = _SCRIPT if name == "page.js" else _ASSET
        return Visit(lambda _: _answer(200, kind, content, more))

    def _why(self, asked: Asked, body: bytes | None) -> Answer:
        def tell() -> Answer:
            if asked.method != "POST":
                return _refused(405, "this address takes POST", _OPEN, ("Allow", "POST"))
            question = _read(asked, body)
            if isinstance(question, Answer):
                question.headers.append(_OPEN)
                return question
            from crossguard.devtools.why import BadQuestionError, why  # noqa: PLC0415 - 50 ms: the browser model

            try:
                told = why(self.memory, self._side, asked.get("origin"), asked.get("user-agent"), question)
            except BadQuestionError as error:
                return _refused(400, str(error), _OPEN)
            return _json(200, told, _OPEN)

        return _always(tell, _OPEN)

    def _data(self, asked: Asked, name: str) -> Visit:
        from crossguard.devtools.data import PAGES  # noqa: PLC0415 - 50 ms: the browser model

        found = PAGES.get(name)
        if found is None:
            return Visit(lambda _: _refused(404, "there is no such address"))
        if asked.method != found.method:
            method = found.method
            return Visit(lambda _: _refused(405, f"this address takes {method}", ("Allow", method)))

        def tell(body: bytes | None) -> Answer:
            question: Any = {}
            if found.method == "POST":
                question = _read(asked, body)
                if isinstance(question, Answer):
                    return question
            from crossguard.devtools.why import BadQuestionError  # noqa: PLC0415 - 50 ms

            try:
                return _json(200, found.tell(self.memory, self._side, asked.query, question))
            except BadQuestionError as error:
                return _refused(400, str(error))

        return Visit(lambda body: _always(lambda: tell(body)), reads_body=found.method == "POST")

    def record(self, asked: Asked) -> Exchange | None:
        """Remember a request of a page and return its record; None for any other request."""
        get = asked.get
        if not get("origin") and get("sec-fetch-site") != "same-origin":
            return None
        if self.is_own(asked.path):
            return None
        facts = asked.facts()
        origin = page_of(facts, get("referer"))
        if origin is None:
            return None
        exchange = Exchange(origin, cut(facts), get, websocket=asked.websocket)
        self.memory.add(exchange)
        return exchange


def _asks_why(asked: Asked) -> bool:
    """Tell whether a preflight is for a question with a token, and for nothing of the application."""
    get = asked.get
    if not get("origin") or get("access-control-request-method") != "POST":
        return False
    names = parse_requested_headers(get("access-control-request-headers") or "")
    return names is not None and HEADER.lower() in names


def _may_embed(name: str, asked: Asked) -> bool:
    """Tell whether a page that asks for a file may have it: the script every page, the rest the own ones.

    The page itself may be opened by a link anywhere, for a person to look at.
    """
    if name == "page.js" or _is_own_page(asked):
        return True
    return name in {"", "index.html"} and asked.get("sec-fetch-mode") == "navigate"


def _is_own_page(asked: Asked) -> bool:
    """Tell whether a request is of the API's own pages, or of a program.

    Browsers leave ``Sec-Fetch-Site`` out on plain http to other hosts than this machine; there ``Origin``
    says so, which every request of another origin has that can carry the token.
    """
    site = asked.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = asked.get("origin")
    return not origin or origin == asked.facts().own_origin


def _read(asked: Asked, body: bytes | None) -> dict[str, Any] | Answer:
    if body is None:
        return _refused(413, f"the body is longer than {MAX_BODY} bytes")
    if (asked.get("content-type") or "").partition(";")[0].strip().lower() != _JSON:
        return _refused(415, f"send Content-Type: {_JSON}")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return _refused(400, "the body is not JSON")
    return found if isinstance(found, dict) else _refused(400, "the body is no object")


def _always(tell: Callable[[], Answer], *headers: tuple[str, str]) -> Answer:
    try:
        return tell()
    except ConfigError as error:
        return _refused(503, str(error), *headers)
    except Exception:
        logger.exception("What browsers are refused could not be told")
        return _refused(500, "this failed; the log of the API says why", *headers)


def _json(status: int, document: object, *headers: tuple[str, str]) -> Answer:
    return _answer(status, _JSON, json.dumps(document).encode(), (_NO_STORE, _NOSNIFF, *headers))


def _refused(status: int, detail: str, *headers: tuple[str, str]) -> Answer:
    return _json(status, {"version": 1, "error": detail}, *headers)


def _answer(status: int, kind: str, body: bytes, headers: tuple[tuple[str, str], ...]) -> Answer:
    fields: HeaderList = [("Content-Type", kind), ("Content-Length", str(len(body))), *headers]
    return Answer(status, fields, body)
