"""Middleware for every ASGI application: Starlette, FastAPI, Quart, Litestar, Django and the rest.

from crossguard.asgi import Crossguard

app = Crossguard(app, origins=["https://app.example.com"], supports_credentials=True)
"""

import contextlib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from random import getrandbits
from types import MappingProxyType
from typing import Any, Final

from crossguard.answer import Answer
from crossguard.byte_edits import ByteFields
from crossguard.byte_policy import BytePolicy
from crossguard.byte_response import DENIAL, HTTP, Outgoing, encode_answer, encode_fields, whole_response
from crossguard.core.decision import Decision, Outcome, Reason
from crossguard.core.disputed import settle
from crossguard.core.names import SAFE_METHODS
from crossguard.core.paths import Several
from crossguard.core.policy import Policy
from crossguard.core.write_facts import RouteMarks, TokenState
from crossguard.crashes import has_status
from crossguard.declarations import caller
from crossguard.protection import Dialect, Protection, Settings
from crossguard.refusals import READY, Judgement, crashed, refuse
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

__all__ = ["ASGIApp", "Crossguard", "Message", "Receive", "Scope", "Send", "TokenState"]

Messages = tuple[Message, ...]

#: What a refused write of an origin gets that the policy lets read nothing, by the reason.
READY_MESSAGES: Final = {
    reason: (ready.status, encode_fields(ready.headers), ready.template) for reason, ready in READY.items()
}
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
        mounts: the paths under which a router takes the application for mounted, besides what the server and
            the application's object say.
        ignore_case: whether the router takes letter cases of a path for the same.
        options: those of :class:`crossguard.flask.CORS`, with ``resources``. ``exempt``, ``public`` and
            ``strict_get`` name paths, exactly.

    Raises:
        TypeError: an option does not exist; the message names the nearest that does.
        ConfigError: the options do not build; every mistake is listed.
    """

    def __init__(  # noqa: PLR0913 - each is given by name
        self,
        app: ASGIApp,
        /,
        *,
        policy: Policy | None = None,
        debug: bool = False,
        on_decision: OnDecision | None = None,
        check_token: Callable[[Scope], TokenState] | None = None,
        mounts: str | Iterable[str] = (),
        ignore_case: bool = False,
        **options: object,
    ) -> None:
        self._app = app
        self._lifespan: Scope = {}
        self._protection: Protection[BytePolicy, Scope] = Protection(
            options,
            Settings(
                policy=policy,
                debug=debug,
                on_decision=on_decision,
                check_token=check_token,
                declared=caller(),
                mounts=mounts,
                ignore_case=ignore_case,
            ),
            wrap=BytePolicy,
            dialect=Dialect(awaits=True, whole=True),
            application=app,
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
        found = self._constant or self._policies.find(path)
        if isinstance(found, Several):
            found = found.values[0]
        return None if found is None else found.policy

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a preflight or a refused write, or let the application answer and edit the headers."""
        if self._protection.idle:
            self._begin(scope)
        if scope["type"] != "http":
            await self._other(scope, receive, send)
            return
        governing = self._constant or self._policies.find(scope["path"], scope.get("root_path") or "")
        if governing is None:
            await self._app(scope, receive, send)
            return
        rivals: tuple[Policy, ...] = ()
        if isinstance(governing, Several):
            rivals = tuple(found.policy for found in governing.values)
            governing = await _settled(rivals, scope)
        elif governing.policy.now.callables:
            await _find_out((governing.policy,), scope)
        if scope["method"] not in self._free and await self._has_answered(governing, rivals, scope, send):
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

    def _begin(self, scope: Scope) -> None:
        """Prepare for the first request, or for what comes before it."""
        self._protection.begin(self._lifespan)
        if scope["type"] == "lifespan":
            # The application may write its mount into it, which is there once it has started.
            self._lifespan = scope
            self._protection.idle = True

    async def _has_answered(
        self, governing: BytePolicy, rivals: tuple[Policy, ...], scope: Scope, send: Send
    ) -> bool:
        """Answer a preflight or a refused write; tell whether it was one."""
        method = scope["method"]
        if method == "OPTIONS" and (fields := self._preflight_fields(governing, scope)) is not None:
            await send({"type": HTTP[0], "status": _NO_CONTENT, "headers": [*fields]})
            await send({"type": HTTP[1], "body": b""})
            return True
        if method in SAFE_METHODS and not self._policies.gates_gets:
            return False
        if not rivals:
            gate = governing.policy.now.gate
            if gate is None:
                return False
            # Most writes need no more facts than these.
            fetch_site, origin, authorized = glance_of(scope)
            denial = gate.denies(fetch_site, origin)
            if (
                denial is not None
                and not (authorized or self._policies.marked or method in SAFE_METHODS)
                and not self._reporter.wants_writes()
            ):
                # The shortest way for most of what is refused: a stranger decides how often it is taken.
                start, body = _ready(denial.reason)
                await send(start)
                await send(body)
                return True
            if gate.passes(fetch_site, origin):
                return False
        answer = self._check_write(governing.policy, rivals, scope)
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

    def _check_write(self, policy: Policy, rivals: tuple[Policy, ...], scope: Scope) -> Messages | None:
        """Return the answer to a refused write or handshake; None if it may go on."""
        facts = write_facts_of(scope)
        judged = self._protection.judge(policy, rivals, facts, self._marks_of(scope), scope)
        if not judged.allowed:
            return self._refuse(judged, facts.origin, scope)
        if facts.websocket and facts.origin and policy.now.gate is not None and self._reporter.listens():
            # Nothing else will be said of it: a connection has no response that could be reported.
            decision = Decision(Outcome.WRITE_ALLOWED, judged.reason, policy.actual_edits(facts.origin))
            self._reporter.tell(decision, facts_of(scope), policy)
        return None

    def _refuse(self, judged: Judgement, origin: str | None, scope: Scope) -> Messages | None:
        """Report a refused write or handshake and return the answer to it; None if it is only reported."""
        if (
            scope["type"] == "http"
            and scope["method"] != "HEAD"
            and not (self._reporter.wants_writes() or judged.report_only)
            and judged.governing.now.actual_edits(origin).refused
        ):
            return _ready(judged.reason)
        answer = refuse(judged, self._reporter, partial(facts_of, scope), origin)
        return None if answer is None else _refusal(answer, scope)

    def _marks_of(self, scope: Scope) -> RouteMarks:
        return self._policies.marks_of(path_of(scope), scope["path"], scope.get("root_path") or "")

    def _answer_crash(self, error: Exception, scope: Scope) -> Messages | None:
        """Answer for an application that failed; None to leave it to what is outside.

        That is an exception which is an answer of a framework outside, and in debug a navigation, for the
        debugger.
        """
        debug = self._protection.debug
        if has_status(error) or (debug and facts_of(scope).is_navigation):
            return None
        return encode_answer(crashed(error, debug=debug), scope["method"])

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a handshake before it is accepted, or let the application go on; so with lifespan."""
        governing = None
        if scope["type"] == "websocket":
            governing = self._constant or self._policies.find(scope["path"], scope.get("root_path") or "")
        if governing is None:
            await self._app(scope, receive, send)
            return
        rivals: tuple[Policy, ...] = ()
        if isinstance(governing, Several):
            rivals = tuple(found.policy for found in governing.values)
            governing = await _settled(rivals, scope)
        elif governing.policy.now.callables:
            await _find_out((governing.policy,), scope)
        answer = self._check_write(governing.policy, rivals, scope) if self._policies.gated else None
        if answer is not None:
            # A handshake is answered once it has been asked for (ASGI WebSocket, "Connect").
            if (await receive())["type"] == "websocket.connect":
                for message in answer:
                    await send(message)
            return
        # An application that refuses a handshake by itself answers like any other.
        await self._app(scope, receive, Outgoing(governing, self._reporter, scope, send).send)


def _ready(reason: Reason) -> tuple[Message, Message]:
    status, fields, template = READY_MESSAGES[reason]
    return whole_response(status, fields, template % getrandbits(64))


def _refusal(answer: Answer, scope: Scope) -> Messages:
    if scope["type"] != "websocket":
        return encode_answer(answer, scope["method"])
    if _DENIAL_EXTENSION in (scope.get("extensions") or {}):
        return encode_answer(answer, "GET", DENIAL)
    # Servers make a 403 of it, without a body.
    return ({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": ""},)


async def _settled(policies: tuple[Policy, ...], scope: Scope) -> BytePolicy:
    """Return whose headers a path gets that *policies* could govern."""
    if any(policy.now.callables for policy in policies):
        await _find_out(policies, scope)
    origin = origin_of(scope)
    return BytePolicy(settle(policies, None if origin is None else origin.decode("latin-1")))


async def _find_out(policies: tuple[Policy, ...], scope: Scope) -> None:
    """Ask the callables of *policies*, before the request is decided."""
    origin = origin_of(scope)
    if origin:
        # It needs asyncio, which an application on another event loop is spared.
        from crossguard.awaiting import find_out  # noqa: PLC0415

        callables = [ask for policy in policies for ask in policy.now.callables]
        await find_out(callables, origin.decode("latin-1"))
