"""Requests of one check over the network: one host, one deadline, and both addresses of this machine."""

import base64
import errno
import hashlib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from crossguard.browser import HttpRequest, HttpResponse, Send, TransportError, Url
from crossguard.browser.transports import network
from crossguard.core.issues import shown

#: The addresses of ``localhost``, in the order in which browsers try them (RFC 8305 section 4, RFC 6761
#: section 6.3): not every resolver knows both.
LOOPBACK: Final = ("::1", "127.0.0.1")

# Less is no time to connect in.
_SHORTEST: Final = 0.05
# Nothing was sent: no server there, or no such address on this machine.
_NO_SERVER: Final = frozenset(
    {errno.ECONNREFUSED, errno.EADDRNOTAVAIL, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EAFNOSUPPORT}
)
_SWITCHING_PROTOCOLS: Final = 101
_WEBSOCKET_GUID: Final = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
# Seconds; a connection to this machine is made at once, or refused.
_TO_THIS_MACHINE: Final = 2.0


class Carrier:
    """Carries requests to one host, within one deadline.

    Args:
        host: the host that was asked for.
        timeout: seconds for all requests together, from the first one on.
        follow_hosts: whether redirects to other hosts are followed.
        insecure: whether https certificates go unchecked.
    """

    def __init__(self, host: str, *, timeout: float, follow_hosts: bool, insecure: bool) -> None:
        self._host = host
        self._timeout = timeout
        self._deadline: float | None = None
        self._follow_hosts = follow_hosts
        self._context = unchecked() if insecure else None
        #: The address of this machine that answered last; empty for any other host.
        self.address = ""
        #: The URL on another host to which the server redirected and nothing was sent; empty if none.
        self.other_host = ""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Carry *request*.

        Raises:
            TransportError: no answer in time, or another host.
        """
        if self._deadline is None:
            self._deadline = time.monotonic() + self._timeout
        if request.target.host != self._host and not self._follow_hosts:
            self.other_host = request.url
            raise TransportError(f"it leads to another host, {shown(request.target.host)[1:-1]}")
        left = self._deadline - time.monotonic()
        if left < _SHORTEST:
            raise TransportError(f"the time of {self._timeout:g} seconds was over")
        with network_errors(self._timeout):
            if is_localhost(request.target.host):
                return _shaken(request, self._to_this_machine(request, left))
            try:
                return _shaken(request, self._network(left)(request))
            except ConnectionRefusedError as error:
                raise TransportError(f"{error}{_elsewhere(request.target)}") from error

    def at(self, address: str) -> Send:
        """Return what carries a request to *address*, also where the host of its URL resolves to another.

        Returns:
            a callable, which raises ``OSError`` where no answer comes.
        """

        def send(request: HttpRequest) -> HttpResponse:
            left = (self._deadline or time.monotonic() + self._timeout) - time.monotonic()
            return self._network(max(left, _SHORTEST), address)(request)

        return send

    def _network(self, seconds: float, address: str = "") -> Send:
        return network(timeout=seconds, context=self._context, address=address)

    def _to_this_machine(self, request: HttpRequest, seconds: float) -> HttpResponse:
        """Carry *request* to the first address of this machine where a server listens."""
        port = request.target.effective_port
        for address in LOOPBACK:
            try:
                answer = self._network(seconds, address)(request)
            except OSError as error:
                if error.errno in _NO_SERVER:
                    continue
                raise
            self.address = address
            return answer
        self.address = ""
        raise TransportError(f"no server listens on port {port}, neither at [::1] nor at 127.0.0.1")


def _shaken(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Return *answer*, if what accepts a handshake has read it (RFC 6455 section 4.1).

    Raises:
        TransportError: it was accepted without its key.
    """
    key = request.header("Sec-WebSocket-Key")
    if key is None or answer.status != _SWITCHING_PROTOCOLS:
        return answer
    digest = hashlib.sha1(f"{key}{_WEBSOCKET_GUID}".encode(), usedforsecurity=False).digest()
    if (answer.header("Sec-WebSocket-Accept") or "").strip() != base64.b64encode(digest).decode():
        raise TransportError("the handshake was accepted without its key (Sec-WebSocket-Accept)")
    return answer


def is_localhost(host: str) -> bool:
    """Tell whether *host* is a name of this machine (RFC 6761 section 6.3)."""
    return host == "localhost" or host.endswith(".localhost")


def listens(address: str, port: int) -> bool:
    """Tell whether a server of this machine listens at *address*, which an attempt to connect shows."""
    try:
        socket.create_connection((address, port), timeout=_TO_THIS_MACHINE).close()
    except OSError:
        return False
    return True


def _elsewhere(target: Url) -> str:
    """Say where the server listens that a page did not reach at the address it wrote."""
    other = {"127.0.0.1": "::1", "[::1]": "127.0.0.1"}.get(target.host)
    if other is None or not listens(other, target.effective_port):
        return ""
    shown_as = f"[{other}]" if ":" in other else other
    return f"; a server listens at {shown_as}:{target.effective_port}, which http://localhost reaches"


@contextmanager
def network_errors(timeout: float) -> Iterator[None]:
    """Say what went wrong in the network as a person who waits for *timeout* seconds can use it.

    Raises:
        TransportError: a certificate is not valid, or the time was over.
    """
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise TransportError(
            f"its certificate is not valid ({error.verify_message}); --insecure goes on without"
        ) from error
    except TimeoutError as error:
        raise TransportError(f"the time of {timeout:g} seconds was over") from error


def unchecked() -> ssl.SSLContext:
    """Return a context that accepts every certificate."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
