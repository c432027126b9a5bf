"""The API's own origins, which a policy names or a request tells."""

from collections.abc import Iterable
from typing import Final

from crossguard.core.origins import DEFAULT_PORTS, MAX_ORIGIN_LENGTH, parse_serialized
from crossguard.core.write_facts import WriteFacts

_HTTP_OF: Final = {"ws": "http", "wss": "https"}


class OwnOrigins:
    """The origins under which browsers know the API.

    Where none is configured they are derived from the request; an https origin on a request that arrived as
    http is then the usual proxy in front, while the reverse is somebody in between.
    """

    __slots__ = ("_configured", "_insecure")

    def __init__(self, configured: Iterable[str]) -> None:
        self._configured = frozenset(configured)
        self._insecure = frozenset(
            "http://" + own.removeprefix("https://") for own in self._configured if own.startswith("https://")
        )

    def is_configured(self, origin: str) -> bool:
        """Tell whether *origin* is one of those that are named."""
        return origin in self._configured

    def covers(self, origin: str, facts: WriteFacts) -> bool:
        """Tell whether *origin* is the API's own."""
        if len(origin) > MAX_ORIGIN_LENGTH:
            return False
        if self._configured:
            return origin in self._configured
        scheme, host = _seen(facts)
        same = origin == f"{scheme}://{host}" or (
            # A proxy may name the port at which it was asked.
            scheme == "http" and origin == f"https://{host.removesuffix(':443')}"
        )
        # Host is whatever a client sends, also nothing, or more than a host.
        return same and parse_serialized(origin) is not None

    def is_insecure_twin(self, origin: str, facts: WriteFacts) -> bool:
        """Tell whether *origin* is the API's own but for http, where the API is asked by https."""
        if len(origin) > MAX_ORIGIN_LENGTH:
            return False
        if self._configured:
            return origin in self._insecure
        scheme, host = _seen(facts)
        return scheme == "https" and origin == f"http://{host}"


def _seen(facts: WriteFacts) -> tuple[str, str]:
    """Return scheme and host as an origin would say them: http or https, lower case, no default port."""
    scheme = _HTTP_OF.get(facts.scheme, facts.scheme)
    # One letter more than there can be, so that what is cut is nobody's host.
    host = facts.host[: MAX_ORIGIN_LENGTH + 1].lower()
    return scheme, host.removesuffix(f":{DEFAULT_PORTS.get(scheme)}")
