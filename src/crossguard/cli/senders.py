"""What a page sends its request with: a fetch, a form, an EventSource or a WebSocket."""

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl

from crossguard.browser import PromiseState, UsageError, Verdict
from crossguard.browser.page import FetchInit, Page
from crossguard.explain import Diagnosis
from crossguard.explain.failures import Hint
from crossguard.explain.hints import HintNote

#: What a request can be sent as; a WebSocket's URL says it by itself.
SENDERS: Final = ("fetch", "form", "eventsource", "websocket")
_CONTENT_TYPE: Final = "content-type"
_PROTOCOLS: Final = "sec-websocket-protocol"
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_OPEN_THE_TARGET: Final = (
    "open the target in the front end: wss:// in place of ws://, and the path as it is there."
)


class SenderError(ValueError):
    """What was asked for is nothing that this sender can send; the text says what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What a page does.

    Attributes:
        origin: the page's origin, or its address; ``null`` for a page that has none.
        url: the URL that it calls.
        method: as in ``fetch``.
        headers: the request headers that script sets.
        body: the body as text; None for none.
        credentials: as in ``fetch``.
        mode: as in ``fetch``.
        browser: a profile of the browser model; empty for the first, and for where the others differ.
        cookies: what the API has set before, as in ``Set-Cookie``: ``session=…; SameSite=Lax``.
        sent_as: one of :data:`SENDERS`.
    """

    origin: str
    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    credentials: str = "same-origin"
    mode: str = "cors"
    browser: str = ""
    cookies: tuple[str, ...] = ()
    sent_as: str = "fetch"


def sender_of(asked: str, url: str) -> str:
    """Return what sends a request to *url*: what was *asked* for, or what the URL says.

    Raises:
        SenderError: the two contradict each other.
    """
    is_socket = url[:6].lower().startswith(("ws://", "wss://"))
    if is_socket and asked not in {"", "fetch", "websocket"}:
        raise SenderError(f"--as {asked} sends to http:// and https:// only.")
    return "websocket" if is_socket else asked or "fetch"


def send_as(page: Page, attempt: Attempt) -> Verdict:
    """Let *page* make an attempt.

    Raises:
        SenderError: the sender has no such headers, method or body.
    """
    try:
        match attempt.sent_as:
            case "form":
                return _submit(page, attempt)
            case "eventsource":
                _refuse(attempt, "An EventSource", method="GET")
                with_credentials = attempt.credentials == "include"
                return page.open_event_source(attempt.url, with_credentials=with_credentials)
            case "websocket":
                _refuse(attempt, "A WebSocket", method="GET", headers=_PROTOCOLS)
                protocols = tuple(value for _, value in attempt.headers)
                return page.open_websocket(attempt.url, protocols=protocols)
            case _:
                return _fetch(page, attempt)
    except UsageError as error:
        raise SenderError(f"{error}.") from error


def _fetch(page: Page, attempt: Attempt) -> Verdict:
    options = FetchInit(
        method=attempt.method,
        headers=attempt.headers,
        mode=attempt.mode,
        credentials=attempt.credentials,
    )
    if attempt.body is not None:
        options["body"] = attempt.body
    return page.verdict(attempt.url, **options)


def _submit(page: Page, attempt: Attempt) -> Verdict:
    _refuse(attempt, "A form", headers=_CONTENT_TYPE, has_body=True)
    enctype = attempt.headers[0][1].partition(";")[0].strip().lower() if attempt.headers else ""
    fields = parse_qsl(attempt.body or "", keep_blank_values=True)
    return page.submit_form(
        attempt.url,
        fields,
        method=attempt.method,
        enctype=enctype or "application/x-www-form-urlencoded",
    )


def _refuse(
    attempt: Attempt, sender: str, *, method: str = "", headers: str = "", has_body: bool = False
) -> None:
    """Refuse what no page can tell this sender to send."""
    unknown = [name for name, _ in attempt.headers if name.lower() != headers]
    if unknown:
        raise SenderError(f"{sender} sends no header of script's, such as {unknown[0][:60]!r}: leave -H out.")
    if attempt.body is not None and not has_body:
        raise SenderError(f"{sender} sends no body: leave -d out.")
    if method and attempt.method.upper() != method:
        raise SenderError(f"{sender} sends {method} only: leave -X out.")


def as_sent(attempt: Attempt, verdict: Verdict, diagnosis: Diagnosis) -> Diagnosis:
    """Return *diagnosis* with what became of a form or a handshake, which is no answer that script reads."""
    if attempt.sent_as not in {"form", "websocket"}:
        return diagnosis
    hint = next((hint for hint in diagnosis.hints if hint.code == Hint.WRITE_REFUSED), None)
    if hint is not None:
        return _refused(attempt, verdict, diagnosis, hint)
    if verdict.outcome is not PromiseState.RESOLVED:
        lost = "the WebSocket does not open" if attempt.sent_as == "websocket" else "the form gets no answer"
        why = diagnosis.summary.partition(" cannot read the answer: ")[2]
        fix = diagnosis.fix
        answer = verdict.hops[-1].response if verdict.hops else None
        if attempt.sent_as == "websocket" and answer is not None and answer.status in _REDIRECTS:
            why, fix = f"{why} A WebSocket follows no redirect.", _OPEN_THE_TARGET
        return replace(diagnosis, summary=f"{lost}: {why}", fix=fix)
    status = verdict.response.status if verdict.response is not None else 0
    page = verdict.page_origin
    if attempt.sent_as == "websocket":
        done = f"the handshake is accepted ({status}): {page} has an open WebSocket."
    else:
        done = f"the form of {page} is answered ({status}), in the page's place; no script reads it."
    return replace(diagnosis, summary=_with_hint(done, diagnosis), fix=_fix_of_hint(diagnosis))


def _refused(attempt: Attempt, verdict: Verdict, diagnosis: Diagnosis, hint: HintNote) -> Diagnosis:
    """Let the gate's own words stand where they stood behind: they are what happened."""
    is_socket = attempt.sent_as == "websocket"
    what = "the WebSocket handshake of" if is_socket else "the form of"
    why = hint.text.removeprefix("the write gate refused it: ")
    return replace(
        diagnosis,
        readable=False,
        code=diagnosis.code if is_socket else hint.code,
        cause=hint.cause,
        summary=f"{what} {verdict.page_origin} is refused by the write gate: {why}",
        fix=hint.fix,
        kind=hint.kind,
        line=hint.line,
        proof=hint.proof,
        where=hint.where,
        hints=tuple(other for other in diagnosis.hints if other is not hint),
    )


def _with_hint(text: str, diagnosis: Diagnosis) -> str:
    return f"{text} But {diagnosis.hints[0].text}" if diagnosis.hints else text


def _fix_of_hint(diagnosis: Diagnosis) -> str:
    return diagnosis.hints[0].fix if diagnosis.hints else ""
