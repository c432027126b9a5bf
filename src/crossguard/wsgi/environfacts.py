"""Facts out of an environ (PEP 3333), for decisions and reports."""

from typing import Final

from crossguard.core.names import has_element
from crossguard.core.origins import DEFAULT_PORTS
from crossguard.core.request import RequestFacts, WriteFacts
from crossguard.wsgi.environ import Environ, asks_private_network, decoded

# The registry of upgrade tokens has five (RFC 9110 section 16.7).
_MAX_UPGRADE: Final = 256


def facts_of(environ: Environ, *, route: str = "") -> RequestFacts:
    """Return the facts of a request. Only reads; values stay as they came.

    Args:
        environ: the request.
        route: what marks of a route call it, where that is known.
    """
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
        fetch_site=environ.get("HTTP_SEC_FETCH_SITE"),
        accept=environ.get("HTTP_ACCEPT"),
        own_origin=f"{scheme}://{host}",
        content_type=environ.get("CONTENT_TYPE"),
        route=route,
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


def _host(environ: Environ, scheme: str) -> str:
    host = environ.get("HTTP_HOST") or ""
    if not host:
        host = environ.get("SERVER_NAME", "")
        if (port := environ.get("SERVER_PORT")) is not None:
            host += f":{port}"
    return host.lower().removesuffix(f":{DEFAULT_PORTS.get(scheme)}")
