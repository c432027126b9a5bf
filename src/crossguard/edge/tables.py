"""The tables of a policy: what a proxy has to know, whichever proxy it is."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from crossguard.edge.origin_patterns import expression_of

#: Header fields by name.
Fields = dict[str, str]

#: The six headers of CORS that a policy sets on responses; nothing else is ever stripped at the edge.
CORS_HEADERS: Final = (
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
)


class OriginList(NamedTuple):
    """Origins that get the same answer.

    Attributes:
        exact: as browsers send them, sorted.
        patterns: as the configuration keeps them.
    """

    exact: tuple[str, ...]
    patterns: tuple[str, ...]

    @property
    def expressions(self) -> tuple[str, ...]:
        """The patterns as expressions without anchors."""
        return tuple(map(expression_of, self.patterns))


@dataclass(frozen=True)
class Grant:
    """What origins of one list get.

    Attributes:
        origins: the list; None for every origin, which is answered with ``*``.
        preflight: the fields of the answer to a preflight, but for the origin and ``Vary``.
        actual: the fields of every other response, but for the origin and ``Vary``.
    """

    origins: OriginList | None
    preflight: Fields
    actual: Fields


@dataclass(frozen=True)
class Answers:
    """What one policy answers.

    Attributes:
        title: the policy's name and place.
        grants: the first one that has the origin decides; an origin in none of them gets no field.
        vary: the ``Vary`` of every answer to a preflight.
        constant: whether every response is the same for every origin and for none, and does not vary.
    """

    title: str
    grants: tuple[Grant, ...]
    vary: str
    constant: bool


class Route(NamedTuple):
    """Which answers a raw path gets.

    Attributes:
        path: raw, the mount included; empty for the root.
        below: whether everything below it is meant as well.
        answers: None where the application answers alone.
    """

    path: str
    below: bool
    answers: Answers | None


@dataclass(frozen=True)
class Description:
    """The tables of one application.

    Attributes:
        routes: narrowest first; the first that has the path decides, and where none has it the
            application answers alone.
        policies: the different answers.
        lists: the different lists of origins.
        hash: of all of it, hexadecimal.
    """

    routes: tuple[Route, ...]
    policies: tuple[Answers, ...]
    lists: tuple[OriginList, ...]
    hash: str
