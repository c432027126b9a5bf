"""What every middleware does the same: reads its options, judges writes, reports."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from crossguard.core.decision import Decision, Outcome, Reason
from crossguard.core.facts import RequestFacts
from crossguard.core.gate import Verdict, WriteGate
from crossguard.core.issues import ConfigError
from crossguard.core.names import SAFE_METHODS
from crossguard.core.option_parsers import Issues, flag
from crossguard.core.policy import Policy
from crossguard.core.write_facts import TokenState, WriteFacts
from crossguard.logs import logger
from crossguard.onrefused import Refusal
from crossguard.pathpolicies import PathPolicies, declare_policies, refuse_misfits
from crossguard.refusals import decide_write, refusal_of
from crossguard.reports import OnDecision, Reporter, log_derived_origin

T = TypeVar("T")
R = TypeVar("R")


class Settings(NamedTuple, Generic[R]):
    """What a middleware is given besides options; ``R`` is a request of its protocol.

    Attributes:
        policy: a policy that is ready, in place of options.
        debug: whether a developer is looking.
        on_decision: called with every decision about a cross-origin request.
        check_token: checks the second layer of the write gate.
        on_refused: answers refused writes, in the protocol's own way.
        declared: where all this stands, as ``file.py:12``.
    """

    policy: Policy | None
    debug: bool
    on_decision: OnDecision | None
    check_token: Callable[[R], TokenState] | None
    on_refused: Callable[..., Any] | None
    declared: str


class Protection(Generic[T, R]):
    """The policies of one middleware, and whom it tells; ``T`` is a policy as its protocol needs it.

    Args:
        options: the options as written.
        settings: whatever else was given.
        wrap: what to make of each policy.
        encode: turns a path of the configuration into one as the server writes it.
        awaits: whether callables may be coroutine functions.

    Attributes:
        all: every policy by its path; ``""`` is the one for every path.
        policies: which of them governs a path.
        reporter: tells what was decided.
        debug: whether a developer is looking.
        on_refused: answers refused writes, in the protocol's own way.
        idle: whether sources wait to be followed, which :meth:`begin` does.

    Raises:
        TypeError: an option does not exist, or has no meaning beside another.
        ConfigError: the options do not build; every mistake is listed.
    """

    __slots__ = ("_check_token", "_declared", "all", "debug", "idle", "on_refused", "policies", "reporter")

    def __init__(
        self,
        options: Mapping[str, object],
        settings: Settings[R],
        *,
        wrap: Callable[[Policy], T],
        encode: Callable[[str], str] = str,
        awaits: bool = False,
    ) -> None:
        for name in ("on_decision", "check_token", "on_refused"):
            value = getattr(settings, name)
            if value is not None and not callable(value):
                raise TypeError(
                    f"Crossguard: {name} is called, so that a {type(value).__name__} cannot be it."
                )
            if inspect.iscoroutinefunction(value) and not (awaits and name == "on_refused"):
                raise TypeError(f"Crossguard: {name} is called, not awaited; write it as a plain function.")
        issues: Issues = []
        self.debug = flag("debug", settings.debug, issues)
        if issues:
            raise ConfigError(issues, settings.declared)
        by_path = {}
        if settings.policy is None:
            by_path = declare_policies(options, declared=settings.declared, debug=self.debug, awaits=awaits)
            self.all = {path: found.policy for path, found in by_path.items() if found.policy is not None}
        elif options:
            raise TypeError(
                f"Crossguard: the policy has its options already; leave out policy= or {', '.join(options)}."
            )
        else:
            self.all = {"": settings.policy}
        refuse_misfits(
            self.all.values(), declared=settings.declared, checks_tokens=settings.check_token is not None
        )
        self._declared = tuple(by_path.values())
        for found in self._declared:
            found.read()
        self.idle = any(found.sources for found in self._declared)
        self.policies = PathPolicies(self.all, wrap=wrap, encode=encode)
        self.reporter = Reporter(debug=self.debug, on_decision=settings.on_decision)
        self._check_token = settings.check_token
        self.on_refused = settings.on_refused
        if not self.debug:
            self._say_what_is_missing()

    def begin(self) -> None:
        """Follow the sources; with the first request, because a server may fork before."""
        self.idle = False
        for declared in self._declared:
            declared.follow()

    def judge(
        self,
        gate: WriteGate,
        path: str,
        facts: WriteFacts,
        request: R,
        has_body: Callable[[], bool] | None = None,
    ) -> Verdict:
        """Return the verdict of *gate*; *has_body* looks for a body that nothing announces."""
        check = self._check_token
        token = None if check is None else lambda: _checked(check, request)
        return decide_write(gate, facts, self.policies.marks_of(path), token, has_body)

    def is_strict(self, policy: Policy, path: str, method: str) -> bool:
        """Tell whether a response depends on what the gate looks at, though its method is safe."""
        return (
            self.policies.gates_gets
            and method in SAFE_METHODS
            and policy.now.gate is not None
            and self.policies.marks_of(path).strict_get
        )

    def refuse(
        self, policy: Policy, reason: Reason, facts: RequestFacts, *, report_only: bool
    ) -> Refusal | None:
        """Report a refused write and return what the caller is told; None if it is only reported."""
        decision = Decision(Outcome.WRITE_REFUSED, reason, policy.actual_edits(facts.origin))
        text = self.reporter.report_write(policy, facts, decision, report_only=report_only)
        return None if report_only else refusal_of(reason, detail=text if self.debug else "")

    def _say_what_is_missing(self) -> None:
        gated = [policy for policy in self.all.values() if policy.gate is not None]
        derived = next((policy for policy in gated if policy.config.derives_own), None)
        if derived is not None:
            log_derived_origin(derived)
        unnamed = next((policy for policy in gated if not policy.config.auth_cookies), None)
        if unnamed is not None:
            logger.warning(
                "%s (%s) does not know which cookies sign a user in, and takes every cookie for one "
                'that does. Name them: auth_cookies=["sessionid"].',
                unnamed.name,
                unnamed.declared,
            )


def _checked(check: Callable[[R], TokenState], request: R) -> TokenState:
    try:
        return TokenState(check(request))
    except Exception:
        logger.exception("check_token failed; the token counts as invalid")
        return TokenState.INVALID
