"""Requests of one check over the network: one host, one deadline."""

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from crossguard.browser import HttpRequest, HttpResponse, TransportError
from crossguard.browser.transports import network
from crossguard.core.issues import shown

#: The code of a check that ended because the server redirects to another host.
OTHER_HOST: Final = "other-host"

# Less is no time to connect in.
_SHORTEST: Final = 0.05


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
            return network(timeout=left, context=self._context)(request)


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
