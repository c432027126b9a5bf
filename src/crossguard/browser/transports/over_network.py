"""Requests over the network, with HTTP/1.1 and one connection each."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import Final

from crossguard.browser.transports.limits import is_endless, read_at_most
from crossguard.browser.values import HttpRequest, HttpResponse, Send, TransportError

#: Seconds for one exchange, from connecting to the last byte that is read.
DEFAULT_TIMEOUT: Final = 10.0

_CHUNK: Final = 65536
_SWITCHING_PROTOCOLS: Final = 101


def network(
    *, timeout: float = DEFAULT_TIMEOUT, context: ssl.SSLContext | None = None, address: str = ""
) -> Send:
    """Return a callable that carries requests over the network.

    It follows no redirect, keeps no connection, and reads at most one megabyte of a body.

    Args:
        timeout: seconds for one exchange altogether.
        context: for https; by default the system's certificates are required.
        address: an IP address to connect to in place of the one that the URL's host resolves to.
    """

    def send(request: HttpRequest) -> HttpResponse:
        target = request.target
        host, port = target.host.strip("[]"), target.effective_port
        connection: http.client.HTTPConnection
        if target.scheme == "https":
            context_used = context or ssl.create_default_context()
            connection = _Secure(address or host, port, host, timeout, context_used)
        else:
            connection = http.client.HTTPConnection(address or host, port, timeout=timeout)
        try:
            return _exchange(connection, request, time.monotonic() + timeout)
        except ssl.SSLCertVerificationError:
            # It is a ValueError too, and says by itself what is wrong.
            raise
        except http.client.HTTPException as error:
            raise TransportError(f"the server does not speak HTTP: {error!r}") from error
        except ValueError as error:
            raise TransportError(f"the request cannot be sent: {error}") from error
        finally:
            connection.close()

    return send


class _Secure(http.client.HTTPConnection):
    """A connection whose certificate is that of the URL's host, also where the address is another."""

    def __init__(self, address: str, port: int, host: str, timeout: float, context: ssl.SSLContext) -> None:
        super().__init__(address, port, timeout=timeout)
        self._server_name = host
        self._context = context

    def connect(self) -> None:
        super().connect()
        self.sock = self._context.wrap_socket(self.sock, server_hostname=self._server_name)


def _exchange(connection: http.client.HTTPConnection, request: HttpRequest, deadline: float) -> HttpResponse:
    connection.connect()
    # A socket's timeout starts again with every byte; this ends a server that drips.
    watchdog = threading.Timer(max(0.0, deadline - time.monotonic()), _shut_down, [connection.sock])
    watchdog.daemon = True
    watchdog.start()
    try:
        connection.putrequest(
            request.method, request.target.path_and_query, skip_host=True, skip_accept_encoding=True
        )
        connection.putheader("Host", request.target.authority)
        for name, value in request.headers:
            connection.putheader(name, value.encode("latin-1"))
        if request.header("Connection") is None:
            connection.putheader("Connection", "close")
        connection.endheaders(request.body or None)
        response = connection.getresponse()
        headers = tuple(response.getheaders())
        if response.status == _SWITCHING_PROTOCOLS or is_endless(request, headers):
            return HttpResponse(response.status, headers)
        body, note = read_at_most(_chunks(response))
    finally:
        watchdog.cancel()
    if time.monotonic() > deadline:
        raise TransportError("the server took too long")
    return HttpResponse(response.status, headers, body, note)


def _chunks(response: http.client.HTTPResponse) -> Iterator[bytes]:
    while chunk := response.read1(_CHUNK):
        yield chunk


def _shut_down(connected: socket.socket) -> None:
    try:
        connected.shutdown(socket.SHUT_RDWR)
    except OSError:
        # It was closed in the meantime.
        return
