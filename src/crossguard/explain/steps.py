"""The steps of one fetch, in order, for a person: page, preflight, request, response."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from crossguard.browser.codes import Code
from crossguard.browser.values import HeaderList, HttpResponse
from crossguard.browser.verdict import FailedAt, Hop, PromiseState, Verdict
from crossguard.core.issues import shown
from crossguard.core.names import SAFELISTED_METHODS


class Stage(StrEnum):
    """Where a step takes place."""

    PAGE = "page"
    PREFLIGHT = "preflight"
    REQUEST = "request"
    RESPONSE = "response"


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        stage: where it takes place.
        ok: whether the browser went on behind it.
        text: what happened.
        details: lines that show it: header fields, cookies.
    """

    stage: Stage
    ok: bool
    text: str
    details: tuple[str, ...] = ()


_SHOWN_OF_RESPONSES = ("access-control-", "location", "set-cookie", "vary", "content-type")


def steps_of(verdict: Verdict, *, summary_of_failure: str, ran: bool = True) -> tuple[Step, ...]:
    """Return what happened, in order; the step that stopped it is the last, and not ok.

    Args:
        verdict: what happened.
        summary_of_failure: why it was stopped, as part of a sentence.
        ran: whether the application did what it was asked for, if it has answered.
    """
    failure = verdict.failure
    asked = failure.evidence.get("method") if failure is not None else None
    method = shown(verdict.method or asked or "GET", 48)[1:-1]
    called = f"The page at {verdict.page_origin} {_does(verdict, method)} {shown(verdict.url, 200)[1:-1]}."
    if failure is not None and not verdict.hops:
        return (Step(Stage.PAGE, ok=False, text=f"{called} The browser sends nothing: {summary_of_failure}"),)
    steps = [Step(Stage.PAGE, ok=True, text=called)]
    for number, hop in enumerate(verdict.hops):
        last = number == len(verdict.hops) - 1
        stop = failure.where if failure is not None and last else None
        steps.extend(_hop_steps(verdict, hop, stop, summary_of_failure, first=number == 0, ran=ran))
    return tuple(steps)


def _does(verdict: Verdict, method: str) -> str:
    match verdict.mode:
        case "websocket":
            return "opens a WebSocket to"
        case "navigate":
            return "goes to" if method == "GET" else "sends a form to"
        case _:
            return f"calls {method}"


def _hop_steps(  # noqa: PLR0913 - by name
    verdict: Verdict, hop: Hop, stop: FailedAt | None, why: str, *, first: bool, ran: bool
) -> Iterator[Step]:
    if not first:
        yield Step(
            Stage.REQUEST, ok=True, text=f"The browser follows the redirect to {shown(hop.url, 200)[1:-1]}."
        )
    if hop.preflight is not None:
        yield _preflight_step(verdict, hop, stop, why)
        if stop is FailedAt.PREFLIGHT:
            return
    elif hop.preflight_cached:
        yield Step(Stage.PREFLIGHT, ok=True, text="An earlier preflight still holds; none is sent.")
    if stop is FailedAt.REQUEST and hop.actual is None:
        yield Step(Stage.REQUEST, ok=False, text=f"The browser does not send it: {why}")
        return
    if hop.actual is None:
        return
    cookies = ", ".join(dict.fromkeys(hop.cookies.sent)) or "none"
    origin = hop.actual.request.header("origin")
    yield Step(
        Stage.REQUEST,
        ok=True,
        text=f"The browser sends {hop.actual.request.method} {shown(hop.url, 200)[1:-1]}.",
        details=(f"Origin: {origin or '(none)'}", f"Cookies: {cookies}"),
    )
    yield _response_step(verdict, hop.actual.response, stop, why, ran=ran)


def _preflight_step(verdict: Verdict, hop: Hop, stop: FailedAt | None, why: str) -> Step:
    exchange = hop.preflight
    asked = exchange.request if exchange is not None else None
    names = asked.header("access-control-request-headers") if asked is not None else None
    reasons = [f"the method is {verdict.method}"] if verdict.method not in SAFELISTED_METHODS else []
    reasons += [f"it sends {names}"] if names else []
    text = f"The browser asks first, because {' and '.join(reasons) or 'this browser does here'}."
    answer = exchange.response if exchange is not None else None
    if answer is not None:
        text += f" The server answers {answer.status}."
    if stop is FailedAt.PREFLIGHT:
        text += f" The request is never sent: {why}"
    details = (_lines(asked.headers, ("access-control-", "origin")) if asked is not None else ()) + (
        _lines(answer.headers, _SHOWN_OF_RESPONSES) if answer is not None else ()
    )
    return Step(Stage.PREFLIGHT, ok=stop is not FailedAt.PREFLIGHT, text=text, details=details)


def _response_step(
    verdict: Verdict, response: HttpResponse | None, stop: FailedAt | None, why: str, *, ran: bool
) -> Step:
    if response is None:
        return Step(Stage.RESPONSE, ok=False, text=why)
    details = _lines(response.headers, _SHOWN_OF_RESPONSES)
    if stop is not None:
        pending = verdict.outcome is PromiseState.PENDING
        verb = "waits" if pending else "keeps the answer from the page"
        ran = ran and not _is_redirect(verdict) and verdict.mode != "websocket"
        done = " The request has run all the same." if ran else ""
        return Step(
            Stage.RESPONSE,
            ok=False,
            text=f"The server answers {response.status}, and the browser {verb}: {why}{done}",
            details=details,
        )
    return Step(Stage.RESPONSE, ok=True, text=f"The server answers {response.status}.", details=details)


def _is_redirect(verdict: Verdict) -> bool:
    return verdict.failure is not None and verdict.failure.code in {
        Code.REDIRECT_REFUSED,
        Code.LOCATION_INVALID,
        Code.LOCATION_SCHEME,
        Code.LOCATION_WITH_CREDENTIALS,
        Code.TOO_MANY_REDIRECTS,
    }


def _lines(headers: HeaderList, prefixes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        f"{shown(name, 80)[1:-1]}: {shown(_without_value(name, value), 160)[1:-1]}"
        for name, value in headers
        if name.lower().startswith(prefixes)
    )


def _without_value(name: str, value: str) -> str:
    """Hide the value of a cookie: explanations are copied into issues and chats."""
    if name.lower() != "set-cookie":
        return value
    pair, separator, attributes = value.partition(";")
    return f"{pair.partition('=')[0]}=…{separator}{attributes}"
