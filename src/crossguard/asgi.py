"""Middleware for every ASGI application: Starlette, FastAPI, Quart, Litestar, Django and the rest.

from crossguard.asgi import Crossguard

app = Crossguard(app, origins=["https://app.example.com"], supports_credentials=True)
"""

import contextlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, Unpack

from crossguard.answer import Answer
from crossguard.byte_edits import ByteFields
from crossguard.byte_policy import BytePolicy
from crossguard.byte_response import DENIAL, HTTP, Outgoing, encode_answer
from crossguard.core.decision import Decision, Outcome
from crossguard.core.names import SAFE_METHODS
from crossguard.core.policy import Policy
from crossguard.core.write_facts import TokenState, WriteFacts
from crossguard.declarations import caller
from crossguard.optiontypes import Options
from crossguard.protection import Protection, Settings
from crossguard.refusals import crashed
from crossguard.reports import OnDecision
from crossguard.scopes import (
    ASGIApp,
    Message,
    Receive,
    Scope,
    Send,
    facts_of,
    glance_of,
    headers_by_name,
    origin_of,
    path_of,
    write_facts_of,
)
from crossguard.targets import require_asgi

__all__ = ["ASGIApp", "Crossguard", "Message", "Receive", "Scope", "Send", "TokenState"]

Messages = tuple[Message, ...]

_READS: Final = frozenset({"GET", "HEAD"})
_NO_CONTENT: Final = 204
# The extension by which a server offers to answer a handshake with a response.
_DENIAL_EXTENSION: Final = "websocket.http.response"
# RFC 6455 section 7.4.1; only the log of the server shows it.
_POLICY_VIOLATION: Final = 1008


class Crossguard:
    """Decides which origins may use an ASGI application from a browser.

    Put it outside of everything else: it answers preflights, refuses writes and WebSocket handshakes
    before the application runs, and puts exactly one policy on every response that leaves.

    Args:
        app: the application.
        policy: a policy that is ready, in place of options.
        debug: whether a developer is looking: refusals are warnings and say more, and credentials
            without ``origins`` are for the loopback development origins.
        on_decision: called with the decision, the facts and the policy of every cross-origin request.
        check_token: gets the scope of a write and returns a
            :class:`~crossguard.core.write_facts.TokenState`; needed by ``token="always"`` and
            ``on_missing="token"``.
        options: those of :class:`crossguard.flask.CORS`, with ``resources``. ``exempt``, ``public`` and
            ``strict_get`` name paths, exactly.

    Raises:
        TypeError: an option does not exist, or the application is no ASGI one; the message names the
            nearest option, or the right call.
        ConfigError: the options do not build; every mistake is listed.
    """

    def __init__(
        self,
        app: ASGIApp,
        /,
        *,
        policy: Policy | None = None,
        debug: bool = False,
        on_decision: OnDecision | None = None,
        check_token: Callable[[Scope], TokenState] | None = None,
        **options: Unpack[Options],
    ) -> None:
        require_asgi("crossguard.asgi.Crossguard", app)
        self._app = app
        self._protection: Protection[BytePolicy, Scope] = Protection(
            options,
            Settings(
                policy=policy,
                debug=debug,
                on_decision=on_decision,
                check_token=check_token,
                declared=caller(),
            ),
            wrap=BytePolicy,
            awaits=True,
        )
        self._reporter = self._protection.reporter
        self._policies = self._protection.policies
        self._constant = self._policies.constant
        # Requests with these methods are neither preflights nor gated.
        self._free = frozenset() if self._policies.gates_gets else _READS

    @property
    def policies(self) -> Mapping[str, Policy]:
        """Every policy by its path; ``""`` is the one for every path."""
        return MappingProxyType(self._protection.all)

    def policy_for(self, path: str) -> Policy | None:
        """Return the policy that governs *path*, below the application and percent-decoded; None if none."""
        found = self._policies.find(path)
        return None if found is None else found.policy

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a preflight or a refused write, or let the application answer and edit the headers."""
        if self._protection.idle:
            self._protection.begin()
        if scope["type"] != "http":
            await self._other(scope, receive, send)
            return
        governing = self._constant or self._policies.find(path_of(scope))
        if governing is None:
            await self._app(scope, receive, send)
            return
        if governing.policy.now.callables:
            await _find_out(governing.policy, scope)
        if scope["method"] not in self._free and await self._has_answered(governing, scope, send):
            return
        response = Outgoing(governing, self._reporter, scope, send)
        try:
            await self._app(scope, receive, response.send)
        except Exception as error:
            # Once a response has begun only the server knows what to do.
            if not response.begun and (answer := self._answer_crash(error, scope)):
                # Whoever asked may have gone, which must not hide what happened.
                with contextlib.suppress(OSError):
                    for message in answer:
                        await response.send(message)
            raise

    async def _has_answered(self, governing: BytePolicy, scope: Scope, send: Send) -> bool:
        """Answer a preflight or a refused write; tell whether it was one."""
        method = scope["method"]
        if method == "OPTIONS" and (fields := self._preflight_fields(governing, scope)) is not None:
            await send({"type": HTTP[0], "status": _NO_CONTENT, "headers": [*fields]})
            await send({"type": HTTP[1], "body": b""})
            return True
        gate = governing.policy.now.gate
        if gate is None or (method in SAFE_METHODS and not self._policies.gates_gets):
            return False
        # Most writes need no more facts than these two.
        if gate.passes(*glance_of(scope)):
            return False
        answer = self._check_write(governing.policy, scope)
        for message in answer or ():
            await send(message)
        return answer is not None

    def _preflight_fields(self, governing: BytePolicy, scope: Scope) -> ByteFields | None:
        """Return the header fields of the answer to a genuine preflight; None to anything else."""
        headers = headers_by_name(scope)
        origin = headers.get(b"origin")
        if not origin or not headers.get(b"access-control-request-method"):
            return None
        # Whether a browser goes on can depend on the method and the headers, which the answer does not;
        # only who listens pays for finding out.
        if self._reporter.wanted(allowed=False):
            self._reporter.report(governing.policy, facts_of(scope))
        ready = governing.ready_preflight(origin) or governing.preflight_edits(
            origin,
            headers.get(b"access-control-request-headers"),
            private_network=headers.get(b"access-control-request-private-network") == b"true",
        )
        return ready.fields

    def _check_write(self, policy: Policy, scope: Scope) -> Messages | None:
        """Return the answer to a refused write or handshake; None if it may go on."""
        gate = policy.gate
        if gate is None:
            return None
        facts = write_facts_of(scope)
        verdict = self._protection.judge(gate, path_of(scope), facts, scope)
        if not verdict.allowed:
            answer = self._protection.refuse(
                policy, verdict.reason, facts_of(scope), report_only=gate.report_only
            )
            return None if answer is None else _refusal(answer, facts, scope)
        if facts.websocket and facts.origin and self._reporter.listens:
            # Nothing else will be said of it: a connection has no response that could be reported.
            decision = Decision(Outcome.WRITE_ALLOWED, verdict.reason, policy.actual_edits(facts.origin))
            self._reporter.tell(decision, facts_of(scope), policy)
        return None

    def _answer_crash(self, error: Exception, scope: Scope) -> Messages | None:
        """Answer for an application that failed; in debug a navigation is left to the debugger outside."""
        debug = self._protection.debug
        if debug and facts_of(scope).is_navigation:
            return None
        return encode_answer(crashed(error, debug=debug), scope["method"])

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a handshake before it is accepted, or let the application go on; so with lifespan."""
        governing = None
        if scope["type"] == "websocket":
            governing = self._constant or self._policies.find(path_of(scope))
        if governing is None:
            await self._app(scope, receive, send)
            return
        if governing.policy.now.callables:
            await _find_out(governing.policy, scope)
        answer = self._check_write(governing.policy, scope) if self._policies.gated else None
        if answer is not None:
            # A handshake is answered once it has been asked for (ASGI WebSocket, "Connect").
            if (await receive())["type"] == "websocket.connect":
                for message in answer:
                    await send(message)
            return
        # An application that refuses a handshake by itself answers like any other.
        await self._app(scope, receive, Outgoing(governing, self._reporter, scope, send).send)


def _refusal(answer: Answer, facts: WriteFacts, scope: Scope) -> Messages:
    if not facts.websocket:
        return encode_answer(answer, facts.method)
    if _DENIAL_EXTENSION in (scope.get("extensions") or {}):
        return encode_answer(answer, facts.method, DENIAL)
    # Servers make a 403 of it, without a body.
    return ({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": ""},)


async def _find_out(policy: Policy, scope: Scope) -> None:
    """Ask those who are asked, before the request is decided."""
    origin = origin_of(scope)
    if origin:
        # It needs asyncio, which an application on another event loop is spared.
        from crossguard.awaiting import find_out  # noqa: PLC0415

        await find_out(policy.now.callables, origin.decode("latin-1"))
