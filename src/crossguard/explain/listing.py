"""What may be written for an origin that is not listed: a line only where no stranger gains by it.

Nearness is looked up, the length of a list costs nothing; letters are compared with its first entries.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import islice, takewhile
from typing import Final, NamedTuple

from crossguard.core.config import CorsConfig
from crossguard.core.origin_set import OriginSet
from crossguard.core.origins import DEFAULT_PORTS, Origin, parse_serialized
from crossguard.core.patterns import OriginEntry
from crossguard.core.policy import Policy
from crossguard.explain.fixes import Add, Edit, FixKind, place_of
from crossguard.suffixes import is_public_suffix, registrable_domain

#: Of a longer list only so many entries are compared by their domains and letters.
_COMPARED: Final = 64
#: Hosts that differ in no more letters than this, at one place, are taken for each other.
_LETTERS: Final = 3
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
_OTHER_SCHEME: Final = {"http": "https", "https": "http"}
_HTTPS: Final = "serve the front end over https and add that origin to origins"
_PROBE: Final = (
    "there is nothing to do: no page has an origin below .invalid (RFC 2606 section 2), and crossguard check "
    "sends one as a stranger."
)


class Nearness(StrEnum):
    """What an origin that is not listed is to a policy."""

    OWN_MACHINE = "own machine"
    NEAR_MISS = "near miss"
    SAME_DOMAIN = "same domain"
    STRANGER = "stranger"


class Listing(NamedTuple):
    """What may be written for an origin that is not listed.

    Attributes:
        text: what is said where no line is written.
        kind: where that belongs.
        edit: the origin, as an addition to the list; None where no line may be written.
        lead: the question that stands before the line; empty if there is none to ask.
    """

    text: str
    kind: FixKind
    edit: Edit | None = None
    lead: str = ""


def nearness(policy: Policy, origin: str, *, developing: bool = False) -> Nearness:
    """Return what *origin* is to *policy*.

    Args:
        policy: the policy that does not list it.
        origin: the origin, as it came.
        developing: whether a developer works on this machine, besides what the policy knows of that.
    """
    asked = parse_serialized(origin)
    if asked is None or asked.scheme not in DEFAULT_PORTS:
        return Nearness.STRANGER
    if asked.is_loopback and (developing or policy.config.surroundings.debug):
        return Nearness.OWN_MACHINE
    if _near(asked, policy.compiled.lists[0][0]):
        return Nearness.NEAR_MISS
    return _by_domain(asked, policy.config)


def own_nearness(policy: Policy, origin: str) -> Nearness:
    """Return what *origin* is to the API's own origins, which are not to be named for strangers either."""
    asked = parse_serialized(origin)
    named = OriginSet(policy.config.public_origins[:_COMPARED])
    if asked is None or asked.scheme not in DEFAULT_PORTS:
        return Nearness.STRANGER
    if asked.is_loopback and policy.config.surroundings.debug:
        return Nearness.OWN_MACHINE
    if asked.scheme == "http" and not _http_of(asked, named):
        # A line never adds http: what changes such a page on its way would act as the API's own.
        return Nearness.STRANGER
    if _near(asked, named):
        return Nearness.NEAR_MISS
    return _by_domain(asked, policy.config)


def _by_domain(asked: Origin, config: CorsConfig) -> Nearness:
    domain = _own_domain(asked.host)
    if domain is not None:
        for host in _known_hosts(config):
            # Few end alike, and of those only the domain is looked up.
            if host.removesuffix(".").endswith(domain) and _own_domain(host) == domain:
                return Nearness.SAME_DOMAIN
    return Nearness.STRANGER


def list_origin(policy: Policy, origin: str, *, developing: bool = False) -> Listing:
    """Return what may be written for *origin*, which *policy* does not list.

    Args:
        policy: the policy.
        origin: the origin, as it came.
        developing: whether a developer works on this machine.
    """
    asked = parse_serialized(origin)
    if asked is not None and asked.host.removesuffix(".").endswith(".invalid"):
        return Listing(_PROBE, FixKind.NOTHING)
    near = nearness(policy, origin, developing=developing)
    if asked is None or near is Nearness.STRANGER:
        return Listing(_if_yours(policy), FixKind.NOTHING)
    listed = policy.compiled.lists[0][0]
    if asked.is_loopback and (other := _other_name(asked, listed)):
        # The two names are two sites: cookies would not travel between them.
        return Listing(f"open the page at {other}, which is listed.", FixKind.FRONT_END)
    if asked.scheme == "http" and not asked.is_loopback and not _http_of(asked, listed):
        return Listing(_HTTPS, FixKind.FRONT_END)
    lead = f"If {origin} is a front end of yours: " if near is Nearness.SAME_DOMAIN else ""
    return Listing(_if_yours(policy), FixKind.NOTHING, {"origins": Add((origin,))}, lead)


def lookalike(policy: Policy, origin: str) -> str:
    """Return a sentence that names the listed host from which *origin* differs in a few letters."""
    asked = parse_serialized(origin)
    if asked is None:
        return ""
    for host in _known_hosts(policy.config):
        if host != asked.host and _alike(host, asked.host):
            return f"The list has {host}, this is {asked.host}."
    return ""


def _if_yours(policy: Policy) -> str:
    where = policy.origins_from or f"origins{place_of(policy)}"
    return f"If this is one of your front ends, add it to {where}; otherwise there is nothing to do."


def _near(asked: Origin, listed: OriginSet) -> bool:
    """Tell whether the same host is listed with another scheme, port, final dot or ``www``, or name."""
    if asked.is_loopback and _other_name(asked, listed):
        return True
    hosts = _spellings(asked.host)
    return any(_lists(listed, scheme, host, asked.port) for host in hosts for scheme in DEFAULT_PORTS)


def _lists(listed: OriginSet, scheme: str, host: str, port: int | None) -> bool:
    bare = f"{scheme}://{host}"
    whole = bare if port is None else f"{bare}:{port}"
    return (
        whole in listed.exact or bare in listed.exact or bare in listed.ported or f"{bare}:*" in listed.ports
    )


def _spellings(host: str) -> Iterator[str]:
    yield host
    yield host[:-1] if host.endswith(".") else f"{host}."
    other = host[4:] if host.startswith("www.") else f"www.{host}"
    # www.vercel.app could be anybody's.
    if (domain := _own_domain(host)) is not None and domain == _own_domain(other):
        yield other


def _http_of(asked: Origin, listed: OriginSet) -> bool:
    """Tell whether the list has the host over http already."""
    return any(_lists(listed, "http", host, asked.port) for host in _spellings(asked.host))


def _other_name(asked: Origin, listed: OriginSet) -> str:
    """Return the same page under another name of this machine, if that is listed."""
    port = "" if asked.port is None else f":{asked.port}"
    for name in _LOOPBACK:
        text = f"{asked.scheme}://{name}{port}"
        if name != asked.host and (text in listed.exact or f"{asked.scheme}://{name}:*" in listed.ports):
            return text
    return ""


def _known_hosts(config: CorsConfig) -> Iterator[str]:
    """Yield the hosts of the first entries of the list, and of the API's own origins."""
    entries: Iterable[OriginEntry] = (
        *islice(config.origins, _COMPARED),
        *islice(config.public_origins, _COMPARED),
    )
    for entry in entries:
        if isinstance(entry, str) and "://" in entry:
            host = entry.partition("://")[2].removesuffix(":*")
            # Of a pattern, the domain that it stands before.
            host = host.partition(".")[2] if "*" in host else host
            parsed = parse_serialized(f"https://{host}")
            if parsed is not None:
                yield parsed.host


def _own_domain(host: str) -> str | None:
    """Return the registrable domain of *host*; None if strangers can have names below it, too."""
    name = host.removesuffix(".")
    if parse_serialized(f"https://{name}") is None or _is_address(name):
        return None
    domain = registrable_domain(name)
    return None if domain is None or is_public_suffix.is_shared(domain) else domain


def _is_address(host: str) -> bool:
    origin = Origin("https", host, None)
    return origin.is_ip or origin.is_loopback


def _alike(one: str, other: str) -> bool:
    """Tell whether two hosts differ in few letters, all at one place."""
    if abs(len(one) - len(other)) > _LETTERS:
        return False
    before = _equal(one, other)
    behind = _equal(one[before:][::-1], other[before:][::-1])
    differ = max(len(one), len(other)) - before - behind
    return differ <= _LETTERS and before + behind >= 2 * differ + 2


def _equal(one: str, other: str) -> int:
    """Return how many letters two texts begin with in common."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
