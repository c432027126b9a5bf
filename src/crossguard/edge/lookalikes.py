"""Near misses: origins and paths that look like listed ones and are others, as far as browsers send them."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from crossguard.core.origins import DEFAULT_PORTS, parse_serialized, split_serialized
from crossguard.edge.origin_patterns import example_of

#: A name that never resolves (RFC 2606 section 2).
INVALID = "crossguard.invalid"
#: An origin that no policy lists.
STRANGER = f"https://stranger.{INVALID}"


_WILDCARD: Final = "*"


class Relation(StrEnum):
    """What an origin is to the policy that is asked about."""

    LISTED = "listed"
    COVERED = "covered by a pattern"
    STRANGER = "stranger"
    NULL = "null"
    NONE = "no origin"
    TWO = "two origins"
    SCHEME = "other scheme"
    PORT = "other port"
    SUFFIX = "something behind the host"
    PREFIX = "something before the host"
    DOT = "a letter for a dot"
    SUBDOMAIN = "subdomain"
    APEX = "the domain itself"
    FINAL_DOT = "a dot at the end"


class Lookalike(NamedTuple):
    """An origin that looks like an entry of a list.

    Attributes:
        relation: what it is to the entry.
        origin: the origin.
        entry: the entry.
    """

    relation: Relation
    origin: str
    entry: str


def origin_lookalikes(entry: str) -> Iterator[Lookalike]:
    """Yield near misses of an entry of ``origins``, an exact origin or a pattern."""
    for relation, origin in dict.fromkeys(_of(entry)):
        # What is no serialized origin, a browser cannot send.
        if parse_serialized(origin) is not None:
            yield Lookalike(relation, origin, entry)


def _of(entry: str) -> Iterator[tuple[Relation, str]]:
    example = example_of(entry)
    parts = split_serialized(example)
    if parts is None:
        return
    scheme, host, port = parts
    behind = f":{port}" if port else ""
    if "*" in entry:
        yield Relation.COVERED, example
    if scheme in DEFAULT_PORTS:
        other = "http" if scheme == "https" else "https"
        yield Relation.SCHEME, f"{other}://{host}{behind}"
    yield Relation.SUFFIX, f"{scheme}://{host}.{INVALID}{behind}"
    yield Relation.SUFFIX, f"{scheme}://{host}x{behind}"
    yield Relation.FINAL_DOT, f"{scheme}://{host}.{behind}"
    if not entry.endswith(":*"):
        yield Relation.PORT, f"{scheme}://{host}:{'8443' if port != '8443' else '8444'}"
        if port:
            yield Relation.PORT, f"{scheme}://{host}"
    if "://*." in entry:
        base = host.partition(".")[2]
        yield Relation.COVERED, f"{scheme}://a.b.{base}{behind}"
        yield Relation.APEX, f"{scheme}://{base}{behind}"
        yield Relation.PREFIX, f"{scheme}://crossguard{base}{behind}"
        yield from _without_dots(f"{scheme}://a.", base, behind)
    elif _WILDCARD in entry.removesuffix(f":{_WILDCARD}"):
        # Inside a label: no dot is part of it, and what stands around the wildcard is.
        for inside, relation in (
            ("a.b", Relation.SUBDOMAIN),
            ("a_b", Relation.PREFIX),
            ("", Relation.PREFIX),
        ):
            yield relation, entry.removesuffix(f":{_WILDCARD}").replace(_WILDCARD, inside)
        yield Relation.SUBDOMAIN, f"{scheme}://crossguard.{host}{behind}"
        yield from _without_dots(f"{scheme}://", host, behind)
    else:
        yield Relation.PREFIX, f"{scheme}://crossguard{host}{behind}"
        yield Relation.SUBDOMAIN, f"{scheme}://crossguard.{host}{behind}"
        yield from _without_dots(f"{scheme}://", host, behind)


def _without_dots(before: str, host: str, behind: str) -> Iterator[tuple[Relation, str]]:
    for at, char in enumerate(host):
        if char == ".":
            yield Relation.DOT, f"{before}{host[:at]}x{host[at + 1 :]}{behind}"


def path_lookalikes(path: str, *, below: bool) -> Iterator[str]:
    """Yield plain paths that begin or read like *path* and are not below it."""
    if not path.strip("/"):
        return
    bare = path.rstrip("/")
    yield f"{bare}-crossguard"
    yield f"{bare}crossguard/x"
    swapped = bare.swapcase()
    if swapped != bare:
        yield f"{swapped}/crossguard"
        yield swapped
    if not below:
        yield f"{bare}/crossguard"
