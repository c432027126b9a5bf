"""What one answer shows by itself: doubled headers, a missing ``Vary``, an OPTIONS that was no preflight."""

from collections.abc import Iterable, Iterator
from typing import Final

from crossguard.browser import HttpResponse
from crossguard.core.issues import shown
from crossguard.edge.differences import EdgeCode, Seen
from crossguard.edge.lookalikes import Relation
from crossguard.edge.question import Place, Question

ALLOW_ORIGIN: Final = "access-control-allow-origin"
#: The relations of an origin that a policy lets in.
GOVERNED: Final = (Relation.LISTED, Relation.COVERED)
OK_STATUS: Final = range(200, 300)
ERROR_STATUS: Final = range(400, 600)

_SINGLE: Final = (ALLOW_ORIGIN, "access-control-allow-credentials", "access-control-max-age")


def of_doubled(preflight: HttpResponse | None, actual: HttpResponse) -> Iterator[Seen]:
    """Yield headers that came twice and have one value."""
    for response in (preflight, actual):
        names = doubled(response) if response is not None else []
        if names:
            text = ", ".join(name.title() for name in names)
            yield Seen(EdgeCode.DUPLICATE_HEADER, {"names": text}, text, preflight=response is preflight)


def doubled(response: HttpResponse) -> list[str]:
    """Return the names of headers that came twice and have one value."""
    names = [name.lower() for name, _ in response.headers]
    return [name for name in _SINGLE if names.count(name) > 1]


def names_of(response: HttpResponse) -> set[str]:
    """Return the names of the headers, lower-case."""
    return {name.lower() for name, _ in response.headers}


def of_vary(question: Question, actual: HttpResponse) -> Iterator[Seen]:
    """Yield a missing ``Vary`` where the answer depends on the origin."""
    if question.policy is None or question.place is Place.LOOKALIKE:
        return
    allowed = actual.header(ALLOW_ORIGIN)
    varies = _varies(question.policy.actual_edits(question.origin).vary) or allowed not in {None, "*"}
    if varies and not _varies((actual.header("vary") or "").split(",")):
        to = {Relation.NONE: "to a request without Origin"}.get(question.relation, f"to {question.origin}")
        kind = "errors" if actual.status in ERROR_STATUS else "others"
        if question.relation in {*GOVERNED, Relation.NONE}:
            kind = question.relation.value if kind == "others" else kind
        yield Seen(EdgeCode.VARY_MISSING, {"to": to}, kind)


def _varies(names: Iterable[str]) -> bool:
    return bool({name.strip().lower() for name in names} & {"origin", "*"})


def of_plain(question: Question, actual: HttpResponse) -> Iterator[Seen]:
    """Yield signs that an OPTIONS which is no preflight was answered as one."""
    methods = actual.header("access-control-allow-methods")
    why = ""
    if methods is not None:
        why = "it has Access-Control-Allow-Methods"
    elif question.answers and actual.status in OK_STATUS and actual.header("allow") is None:
        why = f"it has status {actual.status} and no Allow"
    if why:
        yield Seen(EdgeCode.PLAIN_OPTIONS_ANSWERED, {"why": why}, why.partition(" ")[0])


def of_two(actual: HttpResponse) -> Iterator[Seen]:
    """Yield an answer to two origins at once."""
    allowed = actual.header(ALLOW_ORIGIN)
    if allowed not in {None, "*"}:
        yield Seen(EdgeCode.TWO_ORIGINS, {"seen": shown(allowed, 100)})
