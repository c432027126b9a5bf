"""The questions that follow from a policy: which request, and which policy should answer it."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from crossguard.core.patterns import ANY_ORIGIN
from crossguard.core.policy import Policy
from crossguard.edge.application import Application, Governed
from crossguard.edge.lookalikes import STRANGER, Relation, origin_lookalikes, path_lookalikes
from crossguard.edge.origin_patterns import example_of
from crossguard.edge.paths import raw_path

#: Entries of a list of which near misses are asked about, exact ones and patterns.
_NEAR = 3
#: Paths of an entry that are asked about, of those that are known to answer.
_PATHS = 2

UNKNOWN = "crossguard-no-such-path"


class Place(StrEnum):
    """What a path is to the entry that is asked about."""

    GOVERNED = "governed"
    LOOKALIKE = "look-alike"


class Question(NamedTuple):
    """What is asked: a preflight and a GET from one origin, or a plain OPTIONS.

    Attributes:
        about: the entry of the application's table, as ``/api/*``.
        path: raw, at the edge.
        place: what the path is to the entry.
        origin: None for a request without one.
        relation: what the origin is to the policy.
        entry: the entry of the list that the origin looks like; empty if none.
        policy: what governs the path; None if nothing does.
        answers: whether a GET of the path is known to be answered by a route.
        main: whether the path is the one of its entry that everything is asked about.
        plain: whether this is an OPTIONS that is no preflight.
    """

    about: str
    path: str
    place: Place
    origin: str | None
    relation: Relation
    entry: str
    policy: Policy | None
    answers: bool
    main: bool = False
    plain: bool = False


def questions(application: Application, mount: str, *, sample: int) -> list[Question]:
    """Return what to ask, each once.

    Args:
        application: whose policy is compared.
        mount: where the edge has it.
        sample: how many listed origins of each policy are asked about, the first and the last among them.
    """
    asked: set[int] = set()
    found: dict[tuple[object, ...], Question] = {}
    for entry in application.entries:
        for question in _of_entry(application, entry, mount, sample, whole=id(entry.policy) not in asked):
            key = (question.path, question.origin, question.plain)
            found.setdefault(key, question)
        asked.add(id(entry.policy))
    return [*found.values()]


def _of_entry(
    application: Application, entry: Governed, mount: str, sample: int, *, whole: bool
) -> Iterator[Question]:
    policy = entry.policy
    paths = [*_paths(application, entry)]
    if policy is None or not paths:
        return
    origins = [*_origins(policy, sample, whole=whole)]
    near = [*_near_misses(policy)] if whole else []
    few = origins[:1] + [origin for origin in origins if origin[0] is Relation.STRANGER]
    for number, (path, answers) in enumerate(paths):
        governed = Question(
            entry.shown,
            mount + raw_path(path),
            Place.GOVERNED,
            None,
            Relation.NONE,
            "",
            application.find(path, "GET"),
            answers,
            main=number == 0,
        )
        for relation, origin, source in (*origins, *near) if governed.main else few:
            yield governed._replace(origin=origin, relation=relation, entry=source)
        # With an Origin and without: what is no preflight has no Access-Control-Request-Method.
        yield governed._replace(plain=True)
        relation, origin, source = few[0]
        yield governed._replace(origin=origin, relation=relation, entry=source, plain=True)
    for path in path_lookalikes(entry.path, below=entry.below):
        for relation, origin, source in few:
            yield Question(
                entry.shown,
                mount + raw_path(path),
                Place.LOOKALIKE,
                origin,
                relation,
                source,
                application.find(path, "GET"),
                answers=False,
            )


def _paths(application: Application, entry: Governed) -> Iterator[tuple[str, bool]]:
    """Yield decoded paths that *entry* governs, and whether each is known to be answered."""
    known = []
    for path in application.paths:
        inside = path == entry.path or (entry.below and path.startswith(f"{entry.path}/"))
        if inside and application.find(path, "GET") is entry.policy:
            known.append(path)
    for path in known[:_PATHS]:
        yield path, True
    candidates = [entry.path or "/"]
    if entry.below:
        candidates = [f"{entry.path}/{UNKNOWN}", entry.path or "/", f"{entry.path}/"]
    for path in candidates:
        if path not in known and application.find(path, "GET") is entry.policy:
            yield path, False


def _origins(policy: Policy, sample: int, *, whole: bool) -> Iterator[tuple[Relation, str | None, str]]:
    config = policy.config
    entries = [entry for entry in (*config.origins, *config.readers) if isinstance(entry, str)]
    exact = [entry for entry in entries if "*" not in entry]
    patterns = [entry for entry in entries if "*" in entry and entry != ANY_ORIGIN]
    for entry in _spread(exact, sample if whole else 1):
        yield Relation.LISTED, entry, entry
    for entry in _spread(patterns, sample if whole else 1):
        yield Relation.COVERED, example_of(entry), entry
    yield Relation.STRANGER, STRANGER, ""
    yield Relation.NULL, "null", ""
    yield Relation.NONE, None, ""
    first = exact[0] if exact else STRANGER
    yield Relation.TWO, f"{first}, {STRANGER}", ""


def _near_misses(policy: Policy) -> Iterator[tuple[Relation, str | None, str]]:
    config = policy.config
    entries = [entry for entry in (*config.origins, *config.readers) if isinstance(entry, str)]
    exact = [entry for entry in entries if "*" not in entry]
    patterns = [entry for entry in entries if "*" in entry and entry != ANY_ORIGIN]
    for entry in (*_spread(exact, _NEAR), *_spread(patterns, _NEAR)):
        for found in origin_lookalikes(entry):
            yield found.relation, found.origin, entry


def _spread(entries: Iterable[str], most: int) -> list[str]:
    """Return at most *most* of *entries*, from the first to the last."""
    found = list(entries)
    if len(found) <= most:
        return found
    if most == 1:
        return found[:1]
    return [found[(len(found) - 1) * number // (most - 1)] for number in range(most)]
