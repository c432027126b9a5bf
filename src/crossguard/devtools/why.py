"""What became of the last request of a page: whether it came, what was decided, and what to write."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from crossguard.browser.codes import Code
from crossguard.browser.urls import Url, UrlSyntaxError, parse_url
from crossguard.core.decision import Decision, Outcome
from crossguard.core.issues import ConfigError
from crossguard.core.names import is_token, normalize_method
from crossguard.core.origins import parse_serialized
from crossguard.core.policy import Policy
from crossguard.devtools.cookies import profile_of, unfit_cookies
from crossguard.devtools.exchanges import Exchange, Memory, newest
from crossguard.devtools.notes import as_note, ended_at_page, not_built, notes_on
from crossguard.devtools.replay import Asking, replayed
from crossguard.devtools.seen import Seen
from crossguard.devtools.side import Side
from crossguard.explain.decisions import Explanation, explain
from crossguard.explain.hints import HintNote
from crossguard.explain.verdicts import Diagnosis

_MAX_URL: Final = 2048
_MAX_METHOD: Final = 64
# A day; what is older is no answer to a question of now.
_MAX_SINCE: Final = 86_400_000
_MOST_REDIRECTS: Final = 5
_KINDS: Final = ("fetch", "xhr", "eventsource", "websocket")
_CREDENTIALS: Final = ("omit", "same-origin", "include")
#: Of what stands around the guard.
_OUTSIDE: Final = frozenset({"answered-outside", "changed-outside"})
_INCLUDED: Final = {"include": True, "omit": False}
_HTTP_OF: Final = {"ws": "http", "wss": "https"}


class BadQuestionError(ValueError):
    """A question that cannot be answered; the text says what is wrong with it, and echoes nothing of it."""


class Question(NamedTuple):
    """What a page asks.

    Attributes:
        method: the method as the browser sends it.
        url: the address that the page asked for.
        kind: ``fetch``, ``xhr``, ``eventsource`` or ``websocket``.
        since: how old the request may be, in seconds; None for any age.
        credentials: the credentials mode; empty where the page does not say.
    """

    method: str
    url: Url
    kind: str
    since: float | None
    credentials: str


def why(
    memory: Memory, side: Side, origin: str | None, user_agent: str | None, document: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the answer to a page of *origin*, which is told of its own requests and of nothing else.

    Raises:
        BadQuestionError: the question is none.
    """
    question = read_question(document)
    # The origin null is of every sandboxed frame and every file, so that nothing belongs to it.
    page = origin if origin and parse_serialized(origin) is not None else None
    seen = Seen() if page is None else find(memory, page, question)
    url = question.url.href if seen.last is None or not seen.before else seen.last.facts.url
    profile = profile_of(user_agent)
    broken = side.broken()
    told = tell(seen, Asking(url, profile, question.kind, question.credentials), broken)
    cookies = [] if page is None or broken else unfit_cookies(side, memory, page, question.url, profile)
    return {**told, "cookies": cookies}


def read_question(document: Mapping[str, Any]) -> Question:
    """Read what a page asks.

    Raises:
        BadQuestionError: a member is missing or has another form.
    """
    kind = document.get("kind", "fetch")
    method = document.get("method", "GET")
    text = document.get("url")
    since = document.get("since")
    credentials = document.get("credentials", "")
    if kind not in _KINDS:
        raise BadQuestionError(f"kind is one of {', '.join(_KINDS)}")
    if not isinstance(method, str) or len(method) > _MAX_METHOD or not is_token(method):
        raise BadQuestionError("method is a method of HTTP")
    if not isinstance(text, str) or len(text) > _MAX_URL:
        raise BadQuestionError(f"url is a text of at most {_MAX_URL} characters")
    if since is not None and (
        not isinstance(since, int | float) or isinstance(since, bool) or not 0 <= since <= _MAX_SINCE
    ):
        raise BadQuestionError(f"since is a number of milliseconds from 0 to {_MAX_SINCE}")
    if credentials not in ("", *_CREDENTIALS):
        raise BadQuestionError(f"credentials is one of {', '.join(_CREDENTIALS)}")
    scheme, colon, rest = text.partition("://")
    try:
        url = parse_url(_HTTP_OF.get(scheme.lower(), scheme) + colon + rest)
    except UrlSyntaxError:
        url = None
    if url is None or not url.is_http:
        raise BadQuestionError("url is a whole http, https, ws or wss address")
    method = "GET" if kind in {"eventsource", "websocket"} else normalize_method(method)
    return Question(method, url, kind, None if since is None else since / 1000, credentials)


def find(memory: Memory, origin: str, question: Question) -> Seen:
    """Return what came of the request that a page of *origin* asks about."""
    path = unquote(question.url.path)
    recent = list(newest(memory.of_origin(origin), question.since))
    alike = [found for found in recent if _is_at(found, path)]
    if not alike and (question.since is not None or str(question.url.origin) == origin):
        # What stands in between, such as a dev server, may take the beginning of the path away.
        alike = [found for found in recent if _ends_with(path, found.path)]
    websocket = question.kind == "websocket"
    alike = [found for found in alike if found.method == question.method and found.websocket is websocket]
    return _followed(_latest(alike), recent)


def _followed(seen: Seen, recent: list[Exchange]) -> Seen:
    """Return what came of the redirects that a request has led to, as far as they lead here."""
    while seen.request is not None and len(seen.before) < _MOST_REDIRECTS:
        before = seen.request
        target = unquote("/" + before.redirects_to.partition("://")[2].partition("/")[2])
        then = [
            found
            for found in recent
            if before.redirects_to and found.number > before.number and _is_at(found, target)
        ]
        if not then:
            break
        seen = _latest(then)._replace(before=(*seen.before, before))
    return seen


def _latest(exchanges: list[Exchange]) -> Seen:
    """Return the last preflight among *exchanges*, the newest first, and the request that came after it."""
    preflight = next((found for found in exchanges if found.is_preflight), None)
    request = next((found for found in exchanges if not found.is_preflight), None)
    if preflight is not None and request is not None and preflight.number > request.number:
        request = None
    return Seen(preflight, request)


def tell(seen: Seen, asking: Asking, broken: ConfigError | None = None) -> dict[str, Any]:
    """Return what is told of what was seen, where the policies do not build for the reason *broken*."""
    last = seen.last
    diagnosis = None if broken is None or not _stops(broken, last) else _shown(*not_built(broken))
    if last is None:
        return {"version": 1, "seen": "nothing", "exchange": None, "decision": None, "diagnosis": diagnosis}
    decided = decision_of(last)
    return {
        "version": 1,
        "seen": "preflight" if seen.request is None else "request",
        "exchange": shown_exchange(seen),
        "decision": None if decided is None else _shown_decision(decided[0]),
        "diagnosis": diagnosis or diagnosis_of(seen, asking),
    }


def diagnosis_of(seen: Seen, asking: Asking) -> dict[str, Any] | None:
    """Return what stopped a request, or what is worth saying about it; None if nothing is."""
    last = seen.last
    if last is None:
        return None
    notes = [note for found in (last, *seen.before) for note in notes_on(found)]
    if seen.before and (page := ended_at_page(last)) is not None:
        notes.insert(0, page)
    decided = decision_of(last)
    if decided is not None and not decided[0].allowed:
        explained = explain(decided[0], last.facts, decided[1], credentials=_INCLUDED.get(asking.credentials))
        if not explained.line and asking.credentials == "omit":
            # By default a page leaves its cookies out, and few pages mean that.
            explained = explain(decided[0], last.facts, decided[1])
        return _shown(explained, notes)
    found = replayed(seen, asking)
    diagnosis = found.diagnosis
    if diagnosis is not None:
        nearer = [note for note in notes if note.code in _OUTSIDE]
        others = [note for note in notes if note.code not in _OUTSIDE]
        if nearer and last.decided_fields:
            own = replayed(seen.inside(), asking).diagnosis
            if own is not None:
                # Without what has changed it, the answer would not do either.
                notes = [*others, *nearer, as_note(diagnosis)]
                diagnosis, nearer = own, []
        if diagnosis.code == Code.NOT_AN_EVENT_STREAM.value:
            # An answer with an error is no stream for a reason of its own.
            nearer = others
        if not nearer:
            return _shown(diagnosis, [*notes, *found.notes])
        notes = [nearer[0], as_note(diagnosis), *notes]
    notes = [*notes, *found.notes]
    return _shown(notes[0], notes[1:]) if notes else None


def _stops(broken: ConfigError, last: Exchange | None) -> bool:
    """Tell whether *broken* is why a request failed; where it is not seen, it would have been."""
    return last is None or last.error == type(broken).__name__


def decision_of(exchange: Exchange) -> tuple[Decision, Policy] | None:
    """Return the decision that counts; None where nothing was to decide.

    A write that is only reported goes on, and its answer is decided about like any other.
    """
    written = exchange.written
    if written is not None and written[0].outcome is Outcome.WRITE_REFUSED:
        gate = written[1].gate
        if exchange.decided is None or gate is None or not gate.report_only:
            return written
    return exchange.decided or written


def shown_exchange(seen: Seen) -> dict[str, Any]:
    """Return an exchange as it is told: nothing in it is a value that could be secret."""
    last = seen.request or seen.preflight
    if last is None:  # pragma: no cover - there is one where something was seen
        return {}
    preflight = seen.preflight
    request = seen.request
    return {
        "at": datetime.fromtimestamp(last.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "ago_ms": max(0, round((time.monotonic() - last.clock) * 1000)),
        "method": last.method,
        "path": last.path,
        "mode": "websocket" if last.websocket else last.facts.fetch_mode or "",
        "status": None if request is None else request.status,
        "preflight": None
        if preflight is None
        else {
            "status": preflight.status,
            "headers": [list(field) for field in preflight.headers],
            "requested_headers": list(preflight.requested_headers),
        },
        "headers": [] if request is None else [list(field) for field in request.headers],
        "cookies": [] if request is None else list(request.cookies),
    }


def _shown_decision(decision: Decision) -> dict[str, Any]:
    return {"outcome": decision.outcome.value, "code": decision.reason.value, "allowed": decision.allowed}


def _shown(found: Explanation | Diagnosis | HintNote, notes: list[HintNote]) -> dict[str, Any]:
    """Return an explanation, a diagnosis or a note, with the notes beside it, each once."""
    code = found.code if isinstance(found, Explanation) else found.cause or found.code
    return {
        "code": code,
        "summary": found.text if isinstance(found, HintNote) else found.summary,
        **written(found),
        "hints": [
            {"code": note.cause or note.code, "text": note.text, **written(note)}
            for note in dict.fromkeys(notes)
            if (note.cause or note.code) != code
        ],
    }


def written(found: Explanation | Diagnosis | HintNote) -> dict[str, str]:
    """Return what to write, where it belongs, and what was proved of it."""
    return {
        "fix": found.fix,
        "kind": found.kind.value,
        "line": found.line,
        "where": found.where,
        "proof": found.proof,
        "address": found.address,
    }


def _is_at(exchange: Exchange, path: str) -> bool:
    known = exchange.path
    return known == path or (exchange.is_cut and path.startswith(known))


def _ends_with(path: str, known: str) -> bool:
    return len(known) > 1 and path.endswith(known)
