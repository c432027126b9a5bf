"""What a browser makes of the answers that were given: the model browser is given them again."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from crossguard.browser.browser import Browser
from crossguard.browser.values import HttpRequest, HttpResponse, TransportError
from crossguard.browser.verdict import Verdict
from crossguard.core.names import is_forbidden_method, is_forbidden_request_header
from crossguard.core.policy import Policy
from crossguard.devtools.exchanges import Exchange
from crossguard.devtools.seen import Seen
from crossguard.explain.failures import Hint
from crossguard.explain.hints import HintNote
from crossguard.explain.verdicts import Diagnosis, explain_verdict

#: What the model says about a cookie is said of its attributes, apart; it has none of the page's.
_APART: Final = frozenset({Hint.COOKIE_NOT_SENT.value, Hint.COOKIE_NOT_STORED.value})


class Replayed(NamedTuple):
    """What the model browser found.

    Attributes:
        diagnosis: what stopped the request; None if nothing did.
        notes: what is worth saying besides.
    """

    diagnosis: Diagnosis | None
    notes: tuple[HintNote, ...]


def replayed(seen: Seen, url: str, profile: str, credentials: str) -> Replayed:
    """Give the answers of *seen* to the model browser *profile* again; nothing of the application runs.

    Args:
        seen: what came.
        url: the address that the page asked for.
        profile: which browser.
        credentials: the credentials mode; empty where it is not known.
    """
    last = seen.last
    if last is None or last.status is None or last.websocket or is_forbidden_method(last.method):
        return Replayed(None, ())
    if seen.request is not None and last.redirects_to:
        # Where it led is told by a note; the model would have to ask there.
        return Replayed(None, ())
    known = credentials or ("include" if last.cookies else "omit")
    found = _explained(seen, last, url, profile, known)
    if not found.readable:
        return Replayed(found, _kept(found.hints))
    if known != "omit" or credentials:
        return Replayed(None, _kept(found.hints))
    with_cookies = _explained(seen, last, url, profile, "include")
    notes = _kept(found.hints)
    if not with_cookies.readable:
        notes = (_of_credentials(with_cookies), *notes)
    return Replayed(None, notes)


def _of_credentials(found: Diagnosis) -> HintNote:
    return HintNote(
        found.code,
        f"If the page asks with credentials: {found.summary}",
        found.fix,
        cause=found.cause,
        kind=found.kind,
        line=found.line,
        proof=found.proof,
        where=found.where,
    )


def _explained(seen: Seen, last: Exchange, url: str, profile: str, credentials: str) -> Diagnosis:
    def policy_for(_request: HttpRequest) -> Policy | None:
        decided = last.decided or last.written
        return None if decided is None else decided[1]

    return explain_verdict(_verdict(seen, last, url, profile, credentials), policy_for)


def _verdict(seen: Seen, last: Exchange, url: str, profile: str, credentials: str) -> Verdict:
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

    return (
        Browser(profile, send=send)
        .open(last.origin)
        .verdict(
            url,
            method=last.method,
            headers=[(name, _value(name)) for name in names if not is_forbidden_request_header(name)],
            credentials=credentials,
        )
    )


def _passing(asked: HttpRequest) -> Iterable[tuple[str, str]]:
    yield "Access-Control-Allow-Origin", asked.header("origin") or "null"
    yield "Access-Control-Allow-Credentials", "true"
    yield "Access-Control-Allow-Methods", asked.header("access-control-request-method") or ""
    yield "Access-Control-Allow-Headers", asked.header("access-control-request-headers") or ""


def _value(name: str) -> str:
    return "application/json" if name == "content-type" else "x"


def _kept(hints: Iterable[HintNote]) -> tuple[HintNote, ...]:
    return tuple(hint for hint in hints if hint.code not in _APART)
