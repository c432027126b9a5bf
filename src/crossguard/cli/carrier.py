"""Requests of one check over the network: one host, one deadline."""

import ssl
import time
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
        self._context = _unchecked() if insecure else None
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
        try:
            return network(timeout=left, context=self._context)(request)
        except ssl.SSLCertVerificationError as error:
            raise TransportError(
                f"its certificate is not valid ({error.verify_message}); --insecure goes on without"
            ) from error
        except TimeoutError as error:
            raise TransportError(f"the time of {self._timeout:g} seconds was over") from error


def _unchecked() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
