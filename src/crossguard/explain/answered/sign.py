"""The shape of a row: who it is, by which signs an answer shows that, and what to do about it."""

from typing import NamedTuple

#: How many bytes of a body are looked at: enough for the page of an error, few beside a megabyte.
LOOKED_AT = 16_384


class Sign(NamedTuple):
    """What an answer carries; everything that is given has to be there. Letter case is not compared.

    Attributes:
        headers: names, in lower case, with a part of the value; an empty part is in every value.
        body: a part of the body, in lower case; without statuses of an error only.
        whole: all of the body, in lower case, without the blanks around it.
        statuses: one of these.
        of_preflight: whether only the answer to a preflight tells it; applications redirect, too.
        location: a part of ``Location``, in lower case, without its query.
        query: a part of the query of ``Location``, in lower case.
        asked: how the host that was asked ends.
        lacks: names of headers, in lower case, that are not there.
    """

    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    whole: str = ""
    statuses: frozenset[int] = frozenset()
    of_preflight: bool = False
    location: str = ""
    query: str = ""
    asked: str = ""
    lacks: tuple[str, ...] = ()


class Row(NamedTuple):
    """One that answers in an application's place.

    Attributes:
        name: what people call it; at the beginning of a sentence.
        signs: any of them tells it.
        why: what its answer means, a sentence.
        fix: what to write, and where.
    """

    name: str
    signs: tuple[Sign, ...]
    why: str
    fix: str


def with_header(name: str, part: str = "", *statuses: int) -> Sign:
    """Return the sign that is one header, with one of the statuses if some are given."""
    return Sign(headers=((name, part),), statuses=frozenset(statuses))


def with_body(part: str, *statuses: int) -> Sign:
    """Return the sign that is a part of the body, with one of the statuses if some are given."""
    return Sign(body=part, statuses=frozenset(statuses))


def with_whole(body: str, *statuses: int) -> Sign:
    """Return the sign that is the whole body, with one of the statuses."""
    return Sign(whole=body, statuses=frozenset(statuses))


def leads_to(*parts: str) -> tuple[Sign, ...]:
    """Return the signs that are redirects, each to an address with one of *parts*."""
    return tuple(Sign(location=part) for part in parts)
