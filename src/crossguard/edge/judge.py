"""The answers of an edge to one question, compared with those of the policy."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from crossguard.browser import HttpResponse
from crossguard.core.issues import shown
from crossguard.edge import verdict
from crossguard.edge.differences import CAUSES, EdgeCode, Seen
from crossguard.edge.lookalikes import Relation
from crossguard.edge.question import Place, Question
from crossguard.edge.signs import (
    ALLOW_ORIGIN,
    ERROR_STATUS,
    GOVERNED,
    OK_STATUS,
    doubled,
    names_of,
    of_doubled,
    of_plain,
    of_two,
    of_vary,
)
from crossguard.edge.verdict import Ability

#: Asks for one more preflight, for a method or a header.
AskAgain = Callable[[Ability], HttpResponse]

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
# Fetch, "CORS-preflight fetch" step 7.8: five seconds where nothing is said.
_DEFAULT_MAX_AGE: Final = 5


def judge(
    question: Question, preflight: HttpResponse | None, actual: HttpResponse, again: AskAgain
) -> list[Seen]:
    """Return how the answers differ from the policy.

    Args:
        question: what was asked.
        preflight: the answer to a preflight; None where none was asked.
        actual: the answer to a GET, or to a plain OPTIONS.
        again: asks for another preflight of the same origin and path.
    """
    if question.plain:
        return [*of_plain(question, actual)]
    found = [*of_doubled(preflight, actual), *of_vary(question, actual)]
    if question.relation is Relation.TWO:
        return [*of_two(actual)]
    origin = question.origin
    if origin is None or preflight is None or verdict.page_of(origin) is None:
        return found
    return [*found, *_of_page(question, origin, preflight, actual, again)]


def _of_page(
    question: Question, origin: str, preflight: HttpResponse, actual: HttpResponse, again: AskAgain
) -> Iterator[Seen]:
    policy = question.policy
    asked = verdict.to_try(policy.config if policy else None)
    right = verdict.abilities(
        origin, verdict.expected_preflight(policy, origin), verdict.expected(policy, origin, actual), asked
    )
    seen = verdict.abilities(origin, preflight, actual, asked)
    allowed, why = seen.allowed, dict(seen.refused)
    for ability in _to_confirm(question, right.allowed, seen.allowed, asked):
        once = verdict.abilities(origin, again(ability), actual, [ability])
        allowed = allowed - {ability} | once.allowed
        why |= once.refused
    gained, lost = allowed - right.allowed, right.allowed - allowed
    readable = any(ability.kind == "read" for ability in right.allowed)
    if question.place is Place.LOOKALIKE:
        yield from _of_path(question, origin, gained, lost)
    elif gained and not readable:
        yield from _of_stranger(question, origin, gained)
    else:
        yield from _of_granted(origin, gained)
    if lost and question.place is Place.GOVERNED and not (doubled(preflight) or doubled(actual)):
        if question.main or ALLOW_ORIGIN in names_of(preflight) | names_of(actual):
            yield from _of_lost(origin, lost, why, preflight, actual)
        else:
            fills = {"origin": origin, "names": _names(lost)}
            yield Seen(EdgeCode.PATH_TOO_NARROW, fills, question.about)
    if readable and any(ability.kind == "read" for ability in allowed) and question.place is Place.GOVERNED:
        yield from _of_exposed(question, origin, actual, allowed)
        yield from _of_max_age(question, origin, preflight)


def _to_confirm(
    question: Question, right: frozenset[Ability], seen: frozenset[Ability], asked: Iterable[Ability]
) -> list[Ability]:
    """Return what the recorded preflight cannot tell, because an edge may answer what it is asked for."""
    found = [
        ability for ability in asked if ability.kind != "read" and (ability in right) != (ability in seen)
    ]
    if question.relation in GOVERNED and question.place is Place.GOVERNED:
        kinds: dict[tuple[str, bool], Ability] = {}
        for ability in asked:
            if ability.kind != "read" and ability not in right:
                kinds.setdefault((ability.kind, ability.cookies), ability)
        found += [ability for ability in kinds.values() if ability not in found]
    return found


def _of_stranger(question: Question, origin: str, gained: frozenset[Ability]) -> Iterator[Seen]:
    cookies = any(ability.cookies and ability.kind == "read" for ability in gained)
    if not any(ability.kind == "read" for ability in gained):
        return  # a preflight alone tells a page nothing
    code = EdgeCode.STRANGER_READS_WITH_COOKIES if cookies else EdgeCode.STRANGER_READS
    yield Seen(code, {"origin": origin, "cause": CAUSES.get(question.relation, "")}, question.relation.value)


def _of_granted(origin: str, gained: frozenset[Ability]) -> Iterator[Seen]:
    if any(ability.kind == "read" and ability.cookies for ability in gained):
        yield Seen(EdgeCode.READER_GETS_COOKIES, {"origin": origin, "cause": ""})
        return
    names = _names(ability for ability in gained if ability.kind != "read")
    if names:
        yield Seen(EdgeCode.PREFLIGHT_TOO_WIDE, {"origin": origin, "names": names}, names, preflight=True)


def _of_path(
    question: Question, origin: str, gained: frozenset[Ability], lost: frozenset[Ability]
) -> Iterator[Seen]:
    if gained:
        cause = "The application may set them itself." if question.policy is None else ""
        fills = {"origin": origin, "names": _names(gained), "cause": cause}
        if any(ability.kind == "read" for ability in gained) or question.policy is not None:
            yield Seen(EdgeCode.PATH_TOO_WIDE, fills, question.about)
    if lost:
        yield Seen(EdgeCode.PATH_TOO_NARROW, {"origin": origin, "names": _names(lost)}, question.about)


def _of_lost(
    origin: str,
    lost: frozenset[Ability],
    why: dict[Ability, str],
    preflight: HttpResponse,
    actual: HttpResponse,
) -> Iterator[Seen]:
    reads = {ability for ability in lost if ability.kind == "read"}
    reason = why.get(min(reads or lost), "")
    if reads and actual.status in ERROR_STATUS and actual.header(ALLOW_ORIGIN) is None:
        yield Seen(EdgeCode.ERROR_WITHOUT_HEADERS, {"origin": origin, "status": str(actual.status)})
        if preflight.header(ALLOW_ORIGIN) is not None:
            return
    elif any(not ability.cookies for ability in reads):
        cause = _server(actual)
        yield Seen(EdgeCode.ORIGIN_REFUSED, {"origin": origin, "why": reason, "cause": cause}, reason)
        return
    elif reads:
        yield Seen(EdgeCode.COOKIES_REFUSED, {"origin": origin, "why": reason}, reason)
    rest = {ability for ability in lost if ability.kind != "read" and not (reads and ability.cookies)}
    if not rest:
        return
    if preflight.status in _REDIRECTS:
        location = shown(preflight.header("location") or "", 200)[1:-1]
        yield Seen(EdgeCode.PREFLIGHT_REDIRECTED, {"origin": origin, "location": location}, preflight=True)
    elif preflight.status not in OK_STATUS:
        fills = {"origin": origin, "status": str(preflight.status)}
        yield Seen(EdgeCode.PREFLIGHT_STATUS, fills, str(preflight.status), preflight=True)
    else:
        fills = {"origin": origin, "names": _names(rest), "why": why.get(min(rest), "")}
        yield Seen(EdgeCode.PREFLIGHT_TOO_NARROW, fills, fills["names"], preflight=True)


def _of_exposed(
    question: Question, origin: str, actual: HttpResponse, allowed: frozenset[Ability]
) -> Iterator[Seen]:
    cookies = any(ability.kind == "read" and ability.cookies for ability in allowed)
    seen = verdict.exposed(actual, cookies=cookies)
    right = verdict.exposed(verdict.expected(question.policy, origin, actual), cookies=cookies)
    if little := right - seen:
        if "*" not in seen:
            names = ", ".join(sorted(little))
            yield Seen(EdgeCode.EXPOSED_TOO_LITTLE, {"origin": origin, "names": names}, names)
    elif (much := seen - right) and "*" not in right:
        names = ", ".join(sorted(much))
        yield Seen(EdgeCode.EXPOSED_TOO_MUCH, {"origin": origin, "names": names}, names)


def _of_max_age(question: Question, origin: str, preflight: HttpResponse) -> Iterator[Seen]:
    if question.relation not in GOVERNED or question.policy is None or preflight.status not in OK_STATUS:
        return
    seen, wanted = _max_age(preflight), question.policy.config.max_age
    if seen != wanted:
        fills = {"origin": origin, "seen": f"{seen} seconds", "wanted": f"{wanted}"}
        yield Seen(EdgeCode.MAX_AGE, fills, f"{seen}", preflight=True)


def _max_age(response: HttpResponse) -> int:
    text = (response.header("access-control-max-age") or "").strip()
    return (
        int(text)
        if text.removeprefix("-").isascii() and text.removeprefix("-").isdigit()
        else _DEFAULT_MAX_AGE
    )


def _names(abilities: Iterable[Ability]) -> str:
    found = dict.fromkeys(
        "reading" if ability.kind == "read" else ability.what for ability in sorted(abilities)
    )
    return ", ".join(found)


def _server(response: HttpResponse) -> str:
    server = response.header("server")
    return f"The answer is from {shown(server, 60)[1:-1]}." if server else ""
