"""The middleware: answers preflights, judges writes, puts the policy on what leaves."""

import contextlib
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Unpack

from crossguard.adapters.protection import Dialect, Protection, Settings
from crossguard.adapters.reporter import OnDecision
from crossguard.asgi.byte_edits import ByteFields
from crossguard.asgi.byte_policy import BytePolicy
from crossguard.asgi.response import Outgoing, answer_crash, settled, whole_response
from crossguard.asgi.scope import ASGIApp, Receive, Scope, Send, facts_of, headers_by_name
from crossguard.asgi.writes import Writes
from crossguard.core.names import SAFE_METHODS
from crossguard.core.paths import Several
from crossguard.core.policy import Policy
from crossguard.core.request import TokenState
from crossguard.declare.option_types import Options
from crossguard.declare.place import place_of_caller
from crossguard.declare.targets import require_asgi

# In debug only: 14 ms.
if TYPE_CHECKING:
    from crossguard.asgi.watching import Watching

_READS: Final = frozenset({"GET", "HEAD"})


class Crossguard:
    """Decides which origins may use an ASGI application from a browser.

    Put it outside of everything else: it answers preflights, refuses writes and WebSocket handshakes
    before the application runs, and puts exactly one policy on every response that leaves.

    Args:
        app: the application.
        policy: a policy that is ready, in place of options.
        debug: whether a developer is looking: refusals are warnings and say more, and credentials
            without ``origins`` are for the loopback development origins. Below ``/_crossguard/`` it is told
            why, to callers who have the token of the process.
        on_decision: called with the decision, the facts and the policy of every cross-origin request.
        check_token: gets the scope of a write and returns a
            :class:`~crossguard.core.request.TokenState`; needed by ``token="always"`` and
            ``on_missing="token"``.
        on_refused: an ASGI application that answers refused writes in place of the problem document. What it
            finds at ``scope["crossguard.refusal"]`` is a :class:`~crossguard.asgi.Refusal`. Its answer gets
            the policy's headers, is not stored, sets no cookie, and runs no script.
        mounts: the paths under which a router takes the application for mounted, besides what the server and
            the application's object say.
        ignore_case: whether the router takes letter cases of a path for the same.
        options: those of :class:`crossguard.flask.CORS`, with ``resources``. ``exempt``, ``public`` and
            ``strict_get`` name paths, exactly.

    Raises:
        TypeError: an option does not exist, or the application is no ASGI one; the message names the
            nearest option, or the right call.
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
        on_refused: ASGIApp | None = None,
        mounts: str | Iterable[str] = (),
        ignore_case: bool = False,
        **options: Unpack[Options],
    ) -> None:
        require_asgi("crossguard.asgi.Crossguard", app)
        self._app = app
        self._lifespan: Scope = {}
        self._protection: Protection[BytePolicy, Scope] = Protection(
            options,
            Settings(
                policy=policy,
                debug=debug,
                on_decision=on_decision,
                check_token=check_token,
                on_refused=on_refused,
                place=place_of_caller(),
                mounts=mounts,
                ignore_case=ignore_case,
            ),
            wrap=BytePolicy,
            dialect=Dialect(awaits=True, whole=True),
            application=app,
        )
        self._reporter = self._protection.reporter
        self._policies = self._protection.policies
        self._writes = Writes(self._protection)
        self._constant = self._policies.constant
        # Requests with these methods are neither preflights nor gated.
        self._free = frozenset() if self._policies.gates_gets else _READS
        self._watching = self._watch() if self._protection.debug else None

    def _watch(self) -> "Watching | None":
        # In debug only.
        from crossguard.asgi.watching import Watching  # noqa: PLC0415 - 14 ms
        from crossguard.devtools.middleware import devtools_of  # noqa: PLC0415 - 14 ms

        marks_of = self._policies.marks_of
        devtools = devtools_of(self._protection, self.policy_for, lambda path: marks_of(path, path, ""))
        return None if devtools is None else Watching(devtools)

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

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: C901
        """Answer a preflight or a refused write, or let the application answer and edit the headers."""
        if self._watching is not None and self._watching.is_new(scope):
            await self._watching(self, scope, receive, send)
            return
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
        if isinstance(governing, Several) or governing.policy.compiled.callables:
            governing, rivals = await settled(governing, scope)
        strict = False
        if scope["method"] not in self._free:
            receive = await self._admit(governing, rivals, scope, receive, send)
            if receive is None:
                return
            strict = self._writes.is_strict(governing.policy, scope)
        response = Outgoing(governing, self._reporter, scope, send, strict=strict)
        try:
            await self._app(scope, receive, response.send)
        except Exception as error:
            # Once a response has begun only the server knows what to do.
            if not response.begun and (answer := answer_crash(error, scope, debug=self._protection.debug)):
                # The caller may have gone. That must not hide what happened.
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

    async def _admit(
        self, governing: BytePolicy, rivals: tuple[Policy, ...], scope: Scope, receive: Receive, send: Send
    ) -> Receive | None:
        """Answer a preflight or a refused write; return what receives the body of anything else."""
        method = scope["method"]
        if method == "OPTIONS" and (fields := self._preflight_fields(governing, scope)) is not None:
            for message in whole_response(204, fields):
                await send(message)
            return None
        if method in SAFE_METHODS and not self._policies.gates_gets:
            return receive
        answer = None if rivals else self._writes.glance(governing.policy, scope)
        if answer is None:
            answer, receive = await self._writes.look(governing.policy, rivals, scope, receive)
        for message in answer:
            await send(message)
        return None if answer else receive

    def _preflight_fields(self, governing: BytePolicy, scope: Scope) -> ByteFields | None:
        """Return the header fields of the answer to a genuine preflight; None to anything else."""
        headers = headers_by_name(scope)
        origin = headers.get(b"origin")
        if not origin or not headers.get(b"access-control-request-method"):
            return None
        # Whether a browser goes on can depend on the method and the headers; the answer does not. So this
        # is worked out only where it is reported.
        if self._reporter.wanted(allowed=False):
            self._reporter.report(governing.policy, facts_of(scope))
        return governing.preflight_edits(origin, headers).fields

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a handshake before it is accepted, or let the application go on; so with lifespan."""
        governing = None
        if scope["type"] == "websocket":
            governing = self._constant or self._policies.find(scope["path"], scope.get("root_path") or "")
        if governing is None:
            await self._app(scope, receive, send)
            return
        governing, rivals = await settled(governing, scope)
        if self._policies.gated:
            answer, _ = await self._writes.look(governing.policy, rivals, scope, receive)
            if answer:
                # A handshake is answered once it has been asked for (ASGI WebSocket, "Connect").
                if (await receive())["type"] == "websocket.connect":
                    for message in answer:
                        await send(message)
                return
        # An application that refuses a handshake by itself answers like any other.
        await self._app(scope, receive, Outgoing(governing, self._reporter, scope, send).send)
