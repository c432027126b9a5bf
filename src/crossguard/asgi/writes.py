"""Writes and handshakes: judged, reported and refused, before the application runs."""

from collections.abc import Callable
from functools import partial

from crossguard.adapters.protection import Protection
from crossguard.adapters.refusals import Judgement, answer_to, tell
from crossguard.asgi.byte_policy import BytePolicy
from crossguard.asgi.response import Messages, answer_of_asgi, encode_refusal, ready_refusal
from crossguard.asgi.scope import (
    Receive,
    Scope,
    announces_no_body,
    facts_of,
    headers_by_name,
    look_for_body,
    path_of,
    quick_facts,
    write_facts_of,
)
from crossguard.core.decision import Decision, Outcome
from crossguard.core.names import SAFE_METHODS
from crossguard.core.policy import Policy
from crossguard.core.request import RouteMarks, WriteFacts


class Writes:
    """Judges the writes and handshakes of one middleware, and refuses them.

    Args:
        protection: the policies, the reporter and the checks of the middleware.
    """

    __slots__ = ("_policies", "_protection", "_reporter")

    def __init__(self, protection: Protection[BytePolicy, Scope]) -> None:
        self._protection = protection
        self._policies = protection.policies
        self._reporter = protection.reporter

    def glance(self, policy: Policy, scope: Scope) -> Messages | None:
        """Answer a write that two headers decide, with nothing if it may go on; None leaves it open."""
        gate = policy.compiled.gate
        if gate is None:
            return ()
        # Most writes need no more facts than these.
        fetch_site, origin, authorized = quick_facts(scope)
        denial = gate.denies(fetch_site, origin)
        if (
            denial is not None
            and self._protection.answers_shortly
            and not (authorized or scope["method"] in SAFE_METHODS)
            and not self._reporter.wants_writes()
            and b"text/html" not in headers_by_name(scope).get(b"accept", b"")
        ):
            # The shortest way for most of what is refused: an attacker decides how often it is taken.
            return ready_refusal(denial.reason)
        return () if gate.passes(fetch_site, origin) else None

    async def look(
        self, policy: Policy, rivals: tuple[Policy, ...], scope: Scope, receive: Receive
    ) -> tuple[Messages, Receive]:
        """Judge a write or a handshake by everything that the request says.

        Args:
            policy: the policy that governs it.
            rivals: every policy that could govern it, where the path has several readings; else none.
            scope: the request.
            receive: what receives its body.

        Returns:
            The answer that refuses it, empty if it may go on; and what receives the body from now on.
        """
        facts = write_facts_of(scope)
        judged = self._judge(policy, rivals, facts, scope)
        gates = [found.compiled.gate for found in rivals or (policy,)]
        json_only = any(gate is not None and gate.json_only for gate in gates)
        if judged.allowed and json_only and facts.method not in SAFE_METHODS and announces_no_body(facts):
            has_body, receive = await look_for_body(receive)
            if has_body:
                judged = self._judge(policy, rivals, facts, scope, lambda: True)
        return (() if judged.allowed else await self._refuse(judged, facts, scope, receive)), receive

    def is_strict(self, policy: Policy, scope: Scope) -> bool:
        """Tell whether the response depends on what the gate looks at, though its method is safe."""
        return self._policies.gates_gets and self._protection.is_strict(
            policy, self._marks_of(scope), scope["method"]
        )

    def _judge(
        self,
        policy: Policy,
        rivals: tuple[Policy, ...],
        facts: WriteFacts,
        scope: Scope,
        has_body: Callable[[], bool] | None = None,
    ) -> Judgement:
        """Judge a write or a handshake."""
        judged = self._protection.judge(policy, rivals, facts, self._marks_of(scope), scope, has_body)
        if not judged.allowed or not facts.websocket or not facts.origin:
            return judged
        if policy.compiled.gate is not None and self._reporter.listens():
            # Reported here, because a connection has no response whose decision is reported later.
            decision = Decision(Outcome.WRITE_ALLOWED, judged.reason, policy.actual_edits(facts.origin))
            self._reporter.tell(decision, facts_of(scope), policy)
        return judged

    async def _refuse(self, judged: Judgement, facts: WriteFacts, scope: Scope, receive: Receive) -> Messages:
        """Report a refused write or handshake and return the answer to it, an empty one if it may go on."""
        refusal = tell(judged, self._reporter, partial(facts_of, scope, route=path_of(scope)), facts.origin)
        if refusal is None:
            return ()
        own = page = None
        if not facts.websocket:
            page = facts_of(scope).wants_page
            if self._protection.on_refused is not None:
                own = await answer_of_asgi(self._protection.on_refused, scope, receive, refusal)
        strict = facts.method in SAFE_METHODS and not facts.websocket
        answer = answer_to(judged, refusal, facts.origin, own=own, page=bool(page), strict=strict)
        return encode_refusal(answer, scope)

    def _marks_of(self, scope: Scope) -> RouteMarks:
        return self._policies.marks_of(path_of(scope), scope["path"], scope.get("root_path") or "")
