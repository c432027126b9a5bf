"""What a browser makes of the answers that were given: the model browser is given them again."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from crossguard.browser.browser import Browser
from crossguard.browser.codes import Code
from crossguard.browser.values import HttpRequest, HttpResponse, TransportError
from crossguard.browser.verdict import FailedAt, Verdict
from crossguard.core.names import is_forbidden_method, is_forbidden_request_header
from crossguard.core.policy import Policy
from crossguard.devtools.exchanges import Exchange
from crossguard.devtools.notes import as_note, never_came
from crossguard.devtools.seen import Seen
from crossguard.explain.failures import Hint
from crossguard.explain.hints import HintNote
from crossguard.explain.verdicts import Diagnosis, explain_verdict

#: What the model says about a cookie is said of its attributes, apart; it has none of the page's.
_APART: Final = frozenset({Hint.COOKIE_NOT_SENT.value, Hint.COOKIE_NOT_STORED.value})


class Asking(NamedTuple):
    """How a page asked, as far as it says so.

    Attributes:
        url: the address.
        profile: the model of its browser.
        kind: ``fetch``, ``xhr``, ``eventsource`` or ``websocket``.
        credentials: the credentials mode; empty where it is not known.
    """

    url: str
    profile: str = "chromium"
    kind: str = "fetch"
    credentials: str = ""


class Replayed(NamedTuple):
    """What the model browser found.

    Attributes:
        diagnosis: what stopped the request; None if nothing did.
        notes: what is worth saying besides.
    """

    diagnosis: Diagnosis | None = None
    notes: tuple[HintNote, ...] = ()


def replayed(seen: Seen, asking: Asking) -> Replayed:
    """Give the answers of *seen* to the model browser again; nothing of the application runs."""
    last = seen.last
    if last is None or last.status is None or last.websocket or is_forbidden_method(last.method):
        return Replayed()
    if seen.request is not None and last.redirects_to:
        # Where it led is told by a note; the model would have to ask there.
        return Replayed()
    known = asking.credentials or ("include" if last.cookies else "omit")
    verdict = _verdict(seen, last, asking._replace(credentials=known))
    found = _explained(verdict, last)
    notes = tuple(hint for hint in found.hints if hint.code not in _APART)
    if _fails(verdict, seen):
        return Replayed(found, notes)
    if known == "omit" and not asking.credentials:
        with_cookies = _verdict(seen, last, asking._replace(credentials="include"))
        if _fails(with_cookies, seen):
            notes = (as_note(_explained(with_cookies, last), "If the page asks with credentials: "), *notes)
    if seen.request is None:
        notes = (*(note for note in notes if note.code != Code.CONNECTION_FAILED.value), never_came(last))
    return Replayed(None, notes)


def _fails(verdict: Verdict, seen: Seen) -> bool:
    """Tell whether a browser stops at what was answered; the request that never came was not."""
    failure = verdict.failure
    return failure is not None and (seen.request is not None or failure.where is FailedAt.PREFLIGHT)


def _explained(verdict: Verdict, last: Exchange) -> Diagnosis:
    def policy_for(_request: HttpRequest) -> Policy | None:
        decided = last.decided or last.written
        return None if decided is None else decided[1]

    return explain_verdict(verdict, policy_for, lambda _: last.facts.route)


def _verdict(seen: Seen, last: Exchange, asking: Asking) -> Verdict:
    preflight, request = seen.preflight, seen.request
    names = () if preflight is None else preflight.requested_headers

    def send(asked: HttpRequest) -> HttpResponse:
        if asked.header("access-control-request-method"):
            if preflight is not None and preflight.status is not None:
                return HttpResponse(preflight.status, preflight.headers)
            # An earlier one still holds, as the request has come.
            return HttpResponse(204, tuple(_passing(asked)))
        if request is None or request.status is None:
            raise TransportError("it never came")
        return HttpResponse(request.status, request.answer_fields)

    page = Browser(asking.profile, send=send).open(last.origin)
    if asking.kind == "eventsource":
        return page.open_event_source(asking.url, with_credentials=asking.credentials == "include")
    return page.verdict(
        asking.url,
        method=last.method,
        headers=[(name, _value(name)) for name in names if not is_forbidden_request_header(name)],
        credentials=asking.credentials,
    )


def _passing(asked: HttpRequest) -> Iterable[tuple[str, str]]:
    yield "Access-Control-Allow-Origin", asked.header("origin") or "null"
    yield "Access-Control-Allow-Credentials", "true"
    yield "Access-Control-Allow-Methods", asked.header("access-control-request-method") or ""
    yield "Access-Control-Allow-Headers", asked.header("access-control-request-headers") or ""


def _value(name: str) -> str:
    return "application/json" if name == "content-type" else "x"
