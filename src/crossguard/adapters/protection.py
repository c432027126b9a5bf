"""What every middleware does the same: reads its options, judges writes, reports."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from crossguard.adapters.mounts import mounts_of
from crossguard.adapters.path_policies import (
    PathPolicies,
    Routers,
    declare_policies,
    read_mounts,
    refuse_misfits,
    refuse_twins,
)
from crossguard.adapters.refusals import Judgement, judge
from crossguard.adapters.reporter import OnDecision, Reporter, log_derived_origin
from crossguard.core.issues import ConfigError
from crossguard.core.names import SAFE_METHODS
from crossguard.core.parse_values import Issues, flag
from crossguard.core.policy import Policy
from crossguard.core.request import RouteMarks, TokenState, WriteFacts
from crossguard.logs import logger

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
        place: where all this stands, as ``file.py:12``.
        mounts: mounts that routers strip, as written.
        ignore_case: whether routers take letter cases for the same, as written.
    """

    policy: Policy | None
    debug: bool
    on_decision: OnDecision | None
    check_token: Callable[[R], TokenState] | None
    on_refused: Callable[..., Any] | None
    place: str
    mounts: object = ()
    ignore_case: object = False


class Dialect(NamedTuple):
    """What is different in each protocol.

    Attributes:
        encode: turns a path of the configuration into one as the server writes it.
        fold: makes one spelling of paths that differ in letter case only.
        whole: whether paths are asked with the server's mount, as in ASGI.
        awaits: whether callables may be coroutine functions.
    """

    encode: Callable[[str], str] = str
    fold: Callable[[str], str] = str.casefold
    whole: bool = False
    awaits: bool = False


class Protection(Generic[T, R]):
    """The policies of one middleware, and its reporter; ``T`` is a policy as its protocol needs it.

    Args:
        options: the options as written.
        settings: what was given besides options.
        wrap: what to make of each policy.
        dialect: what is different in each protocol.
        application: what is protected, to find out where it is mounted.

    Attributes:
        all: every policy by its path; ``""`` is the one for every path.
        policies: which of them governs a path.
        reporter: tells what was decided.
        debug: whether a developer is looking.
        on_refused: answers refused writes, in the protocol's own way.
        idle: whether the first request is still to come, which :meth:`begin` prepares.
        routers: how routers read paths, as far as the options tell.

    Raises:
        TypeError: an option does not exist, or has no meaning beside another.
        ConfigError: the options do not build; every mistake is listed.
    """

    __slots__ = (
        "_application",
        "_check_token",
        "_live_policies",
        "all",
        "answers_shortly",
        "debug",
        "idle",
        "on_refused",
        "policies",
        "reporter",
        "routers",
    )

    def __init__(
        self,
        options: Mapping[str, object],
        settings: Settings[R],
        *,
        wrap: Callable[[Policy], T],
        dialect: Dialect,
        application: object,
    ) -> None:
        for name in ("on_decision", "check_token", "on_refused"):
            value = getattr(settings, name)
            if value is not None and not callable(value):
                raise TypeError(f"Crossguard: {name} must be callable, not a {type(value).__name__}.")
            if inspect.iscoroutinefunction(value) and not (dialect.awaits and name == "on_refused"):
                raise TypeError(f"Crossguard: {name} is called, not awaited; write it as a plain function.")
        issues: Issues = []
        self.debug = flag("debug", settings.debug, issues)
        self.routers = _routers_of(settings, dialect, issues)
        if issues:
            raise ConfigError(issues, settings.place)
        by_path = {}
        if settings.policy is None:
            by_path = declare_policies(options, place=settings.place, debug=self.debug, awaits=dialect.awaits)
            self.all = {path: found.policy for path, found in by_path.items() if found.policy is not None}
        elif options:
            raise TypeError(
                f"Crossguard: the policy has its options already; leave out policy= or {', '.join(options)}."
            )
        else:
            self.all = {"": settings.policy}
        refuse_misfits(
            self.all.values(), place=settings.place, checks_tokens=settings.check_token is not None
        )
        refuse_twins(self.all, self.routers, place=settings.place)
        self._live_policies = tuple(by_path.values())
        for found in self._live_policies:
            found.read()
        self.idle = True
        self._application = application
        self.policies = PathPolicies(self.all, wrap=wrap, encode=dialect.encode, routers=self.routers)
        self.reporter = Reporter(debug=self.debug, on_decision=settings.on_decision)
        self._check_token = settings.check_token
        self.on_refused = settings.on_refused
        #: Whether what is refused depends on no mark of a path, and the application has no answer of its own.
        self.answers_shortly = settings.on_refused is None and not self.policies.marked
        if not self.debug:
            self._say_what_is_missing()

    @property
    def is_known(self) -> bool:
        """Whether the lists of all sources were read."""
        return all(live.is_known for live in self._live_policies)

    def look_for_mounts(self, *more: str) -> tuple[str, ...]:
        """Look where the application is mounted; return every mount that routers strip.

        Args:
            more: mounts that were found out otherwise.
        """
        found = (*mounts_of(self._application), *more)
        self.policies.mount(found)
        return (*self.routers.mounts, *found)

    def begin(self, started: Mapping[str, object] | None = None) -> None:
        """Look where the application is mounted, and follow the sources, because a server may fork before.

        Args:
            started: the scope of the lifespan, into which an application may write its mount.
        """
        root = (started or {}).get("root_path")
        self.look_for_mounts(*([root] if isinstance(root, str) else ()))
        for live in self._live_policies:
            live.follow()
        # Last, so that no request of another thread is judged before the mounts are known.
        self.idle = False

    def judge(  # noqa: PLR0913, PLR0917 - all of it decides
        self,
        governing: Policy,
        rivals: tuple[Policy, ...],
        facts: WriteFacts,
        marks: RouteMarks,
        request: R,
        has_body: Callable[[], bool] | None = None,
    ) -> Judgement:
        """Judge a write; see :func:`crossguard.adapters.refusals.judge`."""
        check = self._check_token
        token = None if check is None else lambda: _checked(check, request)
        return judge(governing, rivals, facts, marks, token, has_body)

    def is_strict(self, policy: Policy, marks: RouteMarks, method: str) -> bool:
        """Tell whether a response depends on what the gate looks at, though its method is safe."""
        return marks.strict_get and method in SAFE_METHODS and policy.compiled.gate is not None

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
                unnamed.place,
            )


def _routers_of(settings: Settings[R], dialect: Dialect, issues: Issues) -> Routers:
    ignores = flag("ignore_case", settings.ignore_case, issues)
    mounts = read_mounts(settings.mounts, issues)
    return Routers(mounts, dialect.fold if ignores else None, dialect.whole)


def _checked(check: Callable[[R], TokenState], request: R) -> TokenState:
    try:
        return TokenState(check(request))
    except Exception:
        logger.exception("check_token failed; the token counts as invalid")
        return TokenState.INVALID
