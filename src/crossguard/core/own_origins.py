"""The API's own origins, which a policy names or a request tells.

A name that an attacker owns can be pointed at the API's address (DNS rebinding): a page under it then is of
the API's own origin for the browser, and ``Host`` says the attacker's name. What tells the two apart is who
can own a name. So a policy names its own origins, or, while a developer is looking, only names that no other
party can own are taken from ``Host``.
"""

import re
from typing import Final

from crossguard.core.config import CorsConfig
from crossguard.core.hosts import is_ip_host, is_loopback_host
from crossguard.core.origin_set import Match, OriginSet
from crossguard.core.origins import DEFAULT_PORTS, MAX_ORIGIN_LENGTH, parse_serialized
from crossguard.core.request import WriteFacts

_HTTP_OF: Final = {"ws": "http", "wss": "https"}
_HOST: Final = re.compile(r"(\[[0-9a-f:]{2,39}\]|[a-z0-9_.\-]{1,254})(?::[0-9]{1,5})?", re.ASCII)
_ORIGIN_HOST: Final = re.compile(r"https?://([^/]+)")
# RFC 6762 section 3, and ICANN's decision 2024.07.29.06: names below these cannot be registered.
_UNREGISTRABLE: Final = (".local", ".internal")


class OwnOrigins:
    """The origins under which browsers know the API.

    Where none is configured they are derived from the request; an https origin on a request that arrived as
    http is then the usual proxy in front, while the reverse is an attacker in between. While a developer is
    looking, only hosts that no other party can own are derived, and loopback origins are always own: a
    development server passes requests on.

    Attributes:
        named: the origins that are written in full.
        guarded: whether a page that the browser takes for the API's own has to be one of these, too.
    """

    __slots__ = ("_debug", "_derives", "_forwarded", "_hosts", "_named", "_parents", "guarded", "named")

    def __init__(self, config: CorsConfig) -> None:
        self._named = OriginSet(config.public_origins)
        self.named = self._named.exact
        self._debug = config.surroundings.debug
        self._derives = config.derives_own
        self.guarded = self._debug or not self._derives
        hosts = [host.lower() for host in config.surroundings.own_hosts] if self._debug else []
        self._hosts = frozenset(host for host in hosts if host[:1] != "." and "*" not in host)
        self._parents = tuple(host for host in hosts if host[:1] == ".")
        # A port of this machine, as a development environment forwards it: the number stands in the name.
        self._forwarded = tuple(
            re.compile("[0-9]{1,5}".join(map(re.escape, host.split("*"))), re.ASCII)
            for host in hosts
            if "*" in host
        )

    def covers(self, origin: str, facts: WriteFacts) -> bool:
        """Tell whether *origin* is the API's own, by itself and by what was asked for.

        A pattern covers the tenants of one API, who are strangers to each other: the origin has to be the
        one that was asked, unless a proxy has put a name of the inside in its place.
        """
        if len(origin) > MAX_ORIGIN_LENGTH:
            return False
        if self._debug and self._is_of_this_machine(origin):
            return True
        if self._derives:
            return (not self._debug or self._is_known(facts.host)) and _is_asked(origin, facts)
        match = self._named.match(origin)
        if match is None or match is Match.EXACT:
            return match is not None
        return _is_asked(origin, facts) or self._is_known(facts.host)

    def is_rebound(self, origin: str, facts: WriteFacts) -> bool:
        """Tell whether a page that the browser takes for the API's own is under a name that is not.

        Args:
            origin: the ``Origin``; empty or ``null`` where the browser says none.
            facts: the request.
        """
        if origin and origin != "null":
            if len(origin) > MAX_ORIGIN_LENGTH:
                return True
            # The browser has compared it with what was asked, which a pattern need not do again.
            return not (self._named.match(origin) is not None or self.covers(origin, facts))
        host = facts.host
        return not (self._is_named_host(host) or self._is_known(host))

    def is_insecure_twin(self, origin: str, facts: WriteFacts) -> bool:
        """Tell whether *origin* is the API's own but for http, where the API is asked by https."""
        if len(origin) > MAX_ORIGIN_LENGTH or not origin.startswith("http://"):
            return False
        if not self._derives:
            return self._named.match("https://" + origin.removeprefix("http://")) is not None
        scheme, host = _seen(facts)
        return scheme == "https" and origin == f"http://{host}"

    def _is_of_this_machine(self, origin: str) -> bool:
        match = _ORIGIN_HOST.fullmatch(origin)
        name = _name_of(match[1]) if match else ""
        return is_loopback_host(name) or any(known.fullmatch(name) for known in self._forwarded)

    def _is_known(self, host: str) -> bool:
        """Tell whether no other party can own the name of *host*, or the settings name it."""
        name = _name_of(host)
        bare = name.removesuffix(".")
        return bool(name) and (
            "." not in bare
            or is_ip_host(name)
            or is_loopback_host(name)
            or bare.endswith(_UNREGISTRABLE)
            or bare in self._hosts
            or any(f".{bare}".endswith(parent) for parent in self._parents)
            or any(known.fullmatch(bare) for known in self._forwarded)
        )

    def _is_named_host(self, host: str) -> bool:
        # With either scheme: a proxy in front may have ended TLS.
        text = host[: MAX_ORIGIN_LENGTH + 1].lower()
        return any(
            self._named.match(f"{scheme}://{text.removesuffix(f':{port}')}") is not None
            for scheme, port in DEFAULT_PORTS.items()
        )


def _is_asked(origin: str, facts: WriteFacts) -> bool:
    """Tell whether *origin* is what was asked, by the scheme and ``Host``."""
    scheme, host = _seen(facts)
    same = origin == f"{scheme}://{host}" or (
        # A proxy may name the port at which it was asked.
        scheme == "http" and origin == f"https://{host.removesuffix(':443')}"
    )
    # Host is what a client sends, also nothing, or more than a host.
    return same and parse_serialized(origin) is not None


def _seen(facts: WriteFacts) -> tuple[str, str]:
    """Return scheme and host as an origin would say them: http or https, lower case, no default port."""
    scheme = _HTTP_OF.get(facts.scheme, facts.scheme)
    # One letter more than a host can have, so a text that is cut equals no host.
    host = facts.host[: MAX_ORIGIN_LENGTH + 1].lower()
    return scheme, host.removesuffix(f":{DEFAULT_PORTS.get(scheme)}")


def _name_of(host: str) -> str:
    """Return the name in ``Host`` without the port; empty if it is no host."""
    match = _HOST.fullmatch(host[: MAX_ORIGIN_LENGTH + 1].lower())
    return match[1] if match else ""
