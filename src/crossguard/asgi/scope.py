"""What the ASGI middleware needs: facts out of a connection scope (ASGI HTTP and WebSocket, version 3)."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, TypeAlias

from crossguard.core.origins import DEFAULT_PORTS
from crossguard.core.request import RequestFacts, WriteFacts

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
#: Frameworks describe scopes and messages by types of their own, no two alike.
ASGIApp: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]

_HTTP_OF: Final = {"ws": "http", "wss": "https"}
# What the write gate reads, in the order of its facts.
_EVIDENCE: Final = (
    b"host",
    b"origin",
    b"sec-fetch-site",
    b"referer",
    b"authorization",
    b"cookie",
    b"content-type",
    b"content-length",
    b"transfer-encoding",
)


def facts_of(scope: Scope, *, route: str = "") -> RequestFacts:
    """Return the facts of a request or a handshake. Only reads; values stay as they came.

    Args:
        scope: the request.
        route: what marks of a route call it, where that is known.
    """
    get = _texts(scope)
    scheme = scope.get("scheme") or "http"
    scheme = _HTTP_OF.get(scheme, scheme)
    host = _host(get(b"host"), scope, scheme)
    return RequestFacts(
        method=scope.get("method", "GET"),
        url=f"{scheme}://{host}{_full_path(scope)}",
        path=path_of(scope),
        origin=get(b"origin"),
        requested_method=get(b"access-control-request-method"),
        requested_headers=get(b"access-control-request-headers"),
        requests_private_network=get(b"access-control-request-private-network") == "true",
        fetch_mode=get(b"sec-fetch-mode"),
        fetch_site=get(b"sec-fetch-site"),
        accept=get(b"accept"),
        own_origin=f"{scheme}://{host}",
        content_type=get(b"content-type"),
        route=route,
    )


def write_facts_of(scope: Scope) -> WriteFacts:
    """Return what the write gate needs to know of a request or a handshake."""
    values = map(headers_by_name(scope).get, _EVIDENCE)
    host, *others = [None if value is None else value.decode("latin-1") for value in values]
    origin, fetch_site, referer, authorization, cookie, content_type, content_length, transfer = others
    websocket = scope["type"] == "websocket"
    return WriteFacts(
        scope.get("method", "GET"),
        scope.get("scheme") or ("ws" if websocket else "http"),
        host or "",
        origin,
        fetch_site,
        referer,
        authorization,
        cookie,
        websocket,
        content_type,
        content_length,
        transfer,
    )


def announces_no_body(facts: WriteFacts) -> bool:
    """Tell whether nothing in the header says that there is a body; a length of 0 is what a client says."""
    return not facts.content_type and facts.content_length in {None, "", "0"} and not facts.transfer_encoding


async def look_for_body(receive: Receive) -> tuple[bool, Receive]:
    """Tell whether a request has a body, and return what receives it with nothing missing.

    HTTP/2 and HTTP/3 need no length (RFC 9113 section 8.1.1): only the first message tells.
    """
    message: Message | None = await receive()
    while message is not None and _says_nothing(message):
        message = await receive()
    found = message is not None and bool(message.get("body"))

    async def again() -> Message:
        nonlocal message
        if message is None:
            return await receive()
        kept, message = message, None
        return kept

    return found, again


def _says_nothing(message: Message) -> bool:
    return message["type"] == "http.request" and not message.get("body") and bool(message.get("more_body"))


def path_of(scope: Scope) -> str:
    """Return the path below the application, percent-decoded once.

    ``path`` holds the whole path, ``root_path`` where the application is mounted (ASGI HTTP, "root_path").
    """
    path: str = scope["path"]
    root: str = scope.get("root_path") or ""
    if root:
        root = root.rstrip("/")
        below = path[len(root) :]
        if path.startswith(root) and below[:1] in {"", "/"}:
            path = below
    return path or "/"


def origin_of(scope: Scope) -> bytes | None:
    """Return the ``Origin`` of a request; several lines are one list, which is no origin, as in WSGI."""
    origin: bytes | None = None
    for name, value in scope["headers"]:
        if name == b"origin":
            if origin is not None:
                return b",".join(value for name, value in scope["headers"] if name == b"origin")
            origin = value
    return origin


def quick_facts(scope: Scope) -> tuple[str | None, str | None, bool]:
    """Return ``Sec-Fetch-Site`` and ``Origin``, which decide most writes, and if it has ``Authorization``."""
    headers = headers_by_name(scope)
    fetch_site = headers.get(b"sec-fetch-site")
    origin = headers.get(b"origin")
    return (
        None if fetch_site is None else fetch_site.decode("latin-1"),
        None if origin is None else origin.decode("latin-1"),
        b"authorization" in headers,
    )


def headers_by_name(scope: Scope) -> dict[bytes, bytes]:
    """Return the headers by their names, which are in lower case (ASGI HTTP, "headers").

    Several lines are joined, as WSGI servers do; HTTP/2 splits Cookie (RFC 9113 section 8.2.3).
    """
    headers = scope["headers"]
    found: dict[bytes, bytes] = dict(headers)
    if len(found) == len(headers):
        return found
    lines: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        lines.setdefault(name, []).append(value)
    return {name: (b"; " if name == b"cookie" else b",").join(values) for name, values in lines.items()}


def _texts(scope: Scope) -> Callable[[bytes], str | None]:
    found = headers_by_name(scope)

    def get(name: bytes) -> str | None:
        value = found.get(name)
        return None if value is None else value.decode("latin-1")

    return get


def _full_path(scope: Scope) -> str:
    # Servers older than ASGI 3.0's clarification leave the root out of the path.
    root: str = (scope.get("root_path") or "").rstrip("/")
    path: str = scope["path"]
    return path if path.startswith(root) else root + path


def _host(header: str | None, scope: Scope, scheme: str) -> str:
    host = header or ""
    if not host and (server := scope.get("server")):
        name, port = server
        host = name if port is None else f"{name}:{port}"
    return host.lower().removesuffix(f":{DEFAULT_PORTS.get(scheme)}")
