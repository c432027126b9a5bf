"""Responses as ASGI messages: the application's on its way out, and those that are given in its place."""

from collections.abc import Awaitable
from typing import Final

from crossguard.adapters.answer import Answer
from crossguard.adapters.crashes import has_status
from crossguard.adapters.on_refused import REFUSAL_KEY, Refusal, kept_strict
from crossguard.adapters.refusals import SHORT, crashed
from crossguard.adapters.reporter import Reporter
from crossguard.asgi.byte_edits import (
    PLAIN_NAMES,
    ByteEdits,
    ByteFields,
    ByteHeaders,
    merge_byte_edits,
    strictly,
)
from crossguard.asgi.byte_policy import BytePolicy
from crossguard.asgi.scope import ASGIApp, Message, Receive, Scope, Send, facts_of, origin_of
from crossguard.core.decision import Reason
from crossguard.core.disputed import settle
from crossguard.core.edits import HeaderList
from crossguard.core.paths import Several
from crossguard.core.policy import Policy
from crossguard.logs import logger

#: The messages of an ordinary response, and of one to a WebSocket handshake where the server offers that.
HTTP: Final = ("http.response.start", "http.response.body")
DENIAL: Final = ("websocket.http.response.start", "websocket.http.response.body")

_STARTS: Final = frozenset({HTTP[0], DENIAL[0]})

# The extension by which a server offers to answer a handshake with a response.
_DENIAL_EXTENSION: Final = "websocket.http.response"
# RFC 6455 section 7.4.1; only the log of the server shows it.
_POLICY_VIOLATION: Final = 1008

Kinds = tuple[str, str]
Messages = tuple[Message, ...]


def whole_response(
    status: int, headers: ByteFields, body: bytes = b"", kinds: Kinds = HTTP
) -> tuple[Message, Message]:
    """Return the messages of a whole response."""
    start, end = kinds
    return (
        {"type": start, "status": status, "headers": [*headers]},
        {"type": end, "body": body},
    )


def encode_fields(headers: HeaderList) -> ByteFields:
    """Return *headers* in bytes, with names in lower case."""
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers)


def encode_answer(answer: Answer, method: str, kinds: Kinds = HTTP) -> tuple[Message, Message]:
    """Return *answer* as messages, without a body where the method is HEAD."""
    return whole_response(
        answer.status, encode_fields(answer.headers), b"" if method == "HEAD" else answer.body, kinds
    )


#: What a refused write of an origin gets that the policy lets read nothing, by the reason.
_SHORT: Final = {
    reason: whole_response(int(line[:3]), encode_fields(headers), body)
    for reason, (line, headers, body) in SHORT.items()
}


def ready_refusal(reason: Reason) -> Messages:
    """Return the shortest answer to a refused write, made once; each time with headers of its own."""
    start, end = _SHORT[reason]
    return ({**start, "headers": [*start["headers"]]}, end)


def encode_refusal(answer: Answer, scope: Scope) -> Messages:
    """Return *answer* to a request, or to a handshake as far as the server lets that be answered."""
    if scope["type"] != "websocket":
        return encode_answer(answer, scope["method"])
    if _DENIAL_EXTENSION in (scope.get("extensions") or {}):
        return encode_answer(answer, "GET", DENIAL)
    # Servers make a 403 of it, without a body.
    return ({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": ""},)


def answer_crash(error: Exception, scope: Scope, *, debug: bool) -> Messages | None:
    """Answer for an application that failed; None to leave it to what is outside.

    That is an exception which is an answer of a framework outside, and in debug a navigation, for the
    debugger.
    """
    if has_status(error) or (debug and facts_of(scope).is_navigation):
        return None
    return encode_answer(crashed(error, debug=debug), scope["method"])


async def answer_of_asgi(app: ASGIApp, scope: Scope, receive: Receive, refusal: Refusal) -> Answer | None:
    """Return the whole answer of *app* to a refused request; None if it fails."""
    sent: list[Message] = []

    async def collect(message: Message) -> None:
        sent.append(message)

    try:
        await app({**scope, REFUSAL_KEY: refusal}, receive, collect)
        start = next(message for message in sent if message["type"] == HTTP[0])
        headers = [
            (bytes(name).decode("latin-1"), bytes(value).decode("latin-1"))
            for name, value in start.get("headers") or ()
        ]
        body = b"".join(message.get("body", b"") for message in sent if message["type"] == HTTP[1])
        return kept_strict(Answer(start["status"], headers, body), refusal)
    except Exception:
        logger.exception("on_refused failed; the refusal is answered as without it")
        return None


async def settled(
    found: BytePolicy | Several[BytePolicy], scope: Scope
) -> tuple[BytePolicy, tuple[Policy, ...]]:
    """Ask the callables, and return whose headers a request gets and which policies could govern it."""
    origin = origin_of(scope)
    policies = (found.policy,) if isinstance(found, BytePolicy) else tuple(one.policy for one in found.values)
    callables = [ask for policy in policies for ask in policy.compiled.callables]
    text = None if origin is None else origin.decode("latin-1")
    if text and callables:
        # It needs asyncio, which takes 14 ms, and which an application on another event loop is spared.
        from crossguard.asgi.asking import find_out  # noqa: PLC0415

        await find_out(callables, text)
    return (found, ()) if isinstance(found, BytePolicy) else (BytePolicy(settle(policies, text)), policies)


class Outgoing:
    """One response of the application, whose beginning gets the policy. Everything else passes as it is.

    Attributes:
        begun: whether the beginning has left.
    """

    __slots__ = ("_governing", "_origin", "_reporter", "_scope", "_send", "_strict", "begun")

    def __init__(
        self, governing: BytePolicy, reporter: Reporter, scope: Scope, send: Send, *, strict: bool = False
    ) -> None:
        # Read before the application runs, which may change the scope.
        self._origin = origin_of(scope)
        self._governing = governing
        self._reporter = reporter
        self._scope = scope
        self._send = send
        self._strict = strict
        self.begun = False

    def send(self, message: Message) -> Awaitable[None]:
        """Send *message*; what applications are given as ``send``.

        Not a coroutine function: what the server returns can be awaited already, for one call less. This
        runs for every response, so the usual case is written out.
        """
        if self.begun or message["type"] not in _STARTS:
            return self._send(message)
        self.begun = True
        governing, origin = self._governing, self._origin
        edits = governing.actual_edits(origin)
        if origin and self._reporter.wanted(allowed=not edits.refused):
            self._reporter.report(governing.policy, facts_of(self._scope))
        if self._strict:
            edits = strictly(edits)
        headers: ByteHeaders = message.get("headers") or []
        if type(headers) is not list:
            headers = list(headers)
        for name, _ in headers:
            if name not in PLAIN_NAMES:
                headers = self._merged(edits, headers)
                break
        else:
            headers = [*headers, *edits.appended]
        # The application may send the same message again.
        edited = message.copy() if type(message) is dict else dict(message)
        edited["headers"] = headers
        return self._send(edited)

    def _merged(self, edits: ByteEdits, headers: ByteHeaders) -> ByteHeaders:
        headers, replaced = merge_byte_edits(edits, headers)
        if replaced:
            scope = self._scope
            self._reporter.report_replaced(self._governing.policy, replaced, lambda: facts_of(scope).url)
        return headers
