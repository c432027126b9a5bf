"""What every WSGI adapter needs: facts out of an environ, edits and answers into a response (PEP 3333)."""

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from crossguard.core.edits import HeaderEdits
from crossguard.core.elements import has_element
from crossguard.core.facts import RequestFacts
from crossguard.core.origins import DEFAULT_PORTS
from crossguard.core.write_facts import WriteFacts
from crossguard.refusals import STATUS_LINES, Answer

# The registry of upgrade tokens has five (RFC 9110 section 16.7).
_MAX_UPGRADE: Final = 256

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., Any]
WSGIApp: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]


def facts_of(environ: Environ) -> RequestFacts:
    """Return the facts of a request. Only reads; values stay as they came."""
    scheme = environ.get("wsgi.url_scheme", "http")
    host = _host(environ, scheme)
    path = decoded(environ.get("PATH_INFO", "")) or "/"
    return RequestFacts(
        method=environ.get("REQUEST_METHOD", ""),
        url=f"{scheme}://{host}{decoded(environ.get('SCRIPT_NAME', ''))}{path}",
        path=path,
        origin=environ.get("HTTP_ORIGIN"),
        requested_method=environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD"),
        requested_headers=environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS"),
        requests_private_network=asks_private_network(environ),
        fetch_mode=environ.get("HTTP_SEC_FETCH_MODE"),
        accept=environ.get("HTTP_ACCEPT"),
        own_origin=f"{scheme}://{host}",
    )


def write_facts_of(environ: Environ) -> WriteFacts:
    """Return what the write gate needs to know of a request."""
    get = environ.get
    return WriteFacts(
        environ["REQUEST_METHOD"],
        environ["wsgi.url_scheme"],
        get("HTTP_HOST", ""),
        get("HTTP_ORIGIN"),
        get("HTTP_SEC_FETCH_SITE"),
        get("HTTP_REFERER"),
        get("HTTP_AUTHORIZATION"),
        get("HTTP_COOKIE"),
        is_websocket(environ),
        get("CONTENT_TYPE"),
        get("CONTENT_LENGTH"),
        get("HTTP_TRANSFER_ENCODING"),
    )


def is_websocket(environ: Environ) -> bool:
    """Tell whether a request is a WebSocket handshake (RFC 6455 section 4.2.1), which is always a GET.

    A list longer than any is not taken apart: it is one if it has the word as browsers write it.
    """
    upgrade: str = environ.get("HTTP_UPGRADE") or ""
    if not upgrade or environ["REQUEST_METHOD"] != "GET":
        return False
    if len(upgrade) > _MAX_UPGRADE:
        return "websocket" in upgrade
    return has_element(upgrade.lower(), "websocket")


def asks_private_network(environ: Environ) -> bool:
    """Tell whether a preflight asks for private-network access."""
    return environ.get("HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK") == "true"


def routed_path(environ: Environ) -> str:
    """Return the path that is routed, as a WSGI string.

    Werkzeug takes any number of slashes in front for one, so that ``//api/x`` runs the view of
    ``/api/x``; the policy has to be of that view (CVE-2020-25032).
    """
    path: str = environ.get("PATH_INFO", "")
    # Most paths begin with one slash already.
    return path if path[:1] == "/" and path[1:2] != "/" else "/" + path.lstrip("/")


def decoded(text: str) -> str:
    """Decode a WSGI string, whose characters are the bytes of UTF-8 text (PEP 3333)."""
    return text if text.isascii() else text.encode("latin-1", "replace").decode("utf-8", "replace")


def encoded(text: str) -> str:
    """Encode *text* as a WSGI string, so that paths compare without decoding every request."""
    return text if text.isascii() else text.encode("utf-8").decode("latin-1")


def answer_preflight(edits: HeaderEdits, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a preflight: 204, which has neither a body nor a length (RFC 9110 section 15.3.5)."""
    start_response("204 No Content", list(edits.fields))
    return ()


def send_answer(
    answer: Answer, environ: Environ, start_response: StartResponse, exc_info: Any = None
) -> Iterable[bytes]:
    """Give *answer* in the application's place; the body of the request stays unread.

    Args:
        answer: what to send.
        environ: the request.
        start_response: the server's, or one that puts a policy on the headers.
        exc_info: the exception, where the application had begun to answer already.
    """
    # Only whoever begins again may be handed a third argument (PEP 3333, "The start_response() Callable").
    more = () if exc_info is None else (exc_info,)
    start_response(STATUS_LINES[answer.status], answer.headers, *more)
    return () if environ["REQUEST_METHOD"] == "HEAD" else (answer.body,)


def _host(environ: Environ, scheme: str) -> str:
    host = environ.get("HTTP_HOST") or ""
    if not host:
        host = environ.get("SERVER_NAME", "")
        if (port := environ.get("SERVER_PORT")) is not None:
            host += f":{port}"
    return host.lower().removesuffix(f":{DEFAULT_PORTS.get(scheme)}")
