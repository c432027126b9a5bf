"""The policies of a middleware: one for every path, or one for each path of ``resources``."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Generic, NamedTuple, TypeVar

from crossguard.core.config import CorsConfig
from crossguard.core.issues import ConfigError, ConfigIssue, IssueCode, shown
from crossguard.core.parse_values import Issues, entries
from crossguard.core.paths import PathTable, canonical_key
from crossguard.core.policy import Policy
from crossguard.core.request import NO_MARKS, RouteMarks
from crossguard.declare.declaration import Declaration, Written
from crossguard.declare.live_policy import LivePolicy, LoadContext
from crossguard.declare.resources import read_resources

T = TypeVar("T")

# What a middleware takes besides the options of a policy; named for suggestions.
_PARAMETERS: Final = (
    "resources", "policy", "debug", "on_decision", "check_token", "on_refused", "mounts", "ignore_case",
)  # fmt: skip


def declare_policies(
    options: Mapping[str, object], *, place: str, debug: bool, awaits: bool
) -> dict[str, LivePolicy]:
    """Compile the policies by path; ``""`` is the one for every path.

    Where one policy gates writes, all do that were not told otherwise: an origin that is trusted with
    credentials may write, and a reader's path must not be the way in for every other origin.

    Args:
        options: those of :class:`crossguard.flask.CORS`, ``resources`` included.
        place: where they stand.
        debug: whether a developer is looking.
        awaits: whether callables may be coroutine functions.

    Raises:
        TypeError: an option does not exist.
        ConfigError: with every mistake.
    """
    policies = {path: LivePolicy(found, awaits=awaits) for path, found in _read(options, place).items()}
    context = LoadContext(debug)
    compiled = {path: live.compile(context) for path, live in policies.items()}
    if any(policy.gate for policy in compiled.values()):
        signing_in = known_cookies(compiled.values())
        for path, live in policies.items():
            if needs_the_others(compiled[path], signing_in):
                live.compile(LoadContext(debug, gated=True, quiet=True, auth_cookies=signing_in))
    return policies


def known_cookies(policies: Iterable[Policy]) -> tuple[str, ...]:
    """Return the cookies that sign a user in by any of *policies*: they count in all."""
    return tuple(dict.fromkeys(name for policy in policies for name in policy.config.auth_cookies))


def needs_the_others(policy: Policy, signing_in: tuple[str, ...]) -> bool:
    """Tell whether *policy* has to learn of the others that writes are gated, or which cookies sign in."""
    return policy.gate is None or not set(signing_in).issubset(policy.config.auth_cookies)


def refuse_misfits(policies: Iterable[Policy], *, place: str, checks_tokens: bool) -> None:
    """Refuse what a middleware cannot do, because only the framework knows enough for it.

    Raises:
        ConfigError: with everything of every policy.
    """
    issues = dict.fromkeys(
        issue for policy in policies for issue in _misfits(policy.config, checks_tokens=checks_tokens)
    )
    if issues:
        raise ConfigError(issues, place)


class PathPolicies(Generic[T]):
    """Which policy governs a path, and how single paths are marked for the write gate.

    Args:
        policies: by path, ``""`` is the one for every path.
        wrap: what to make of each policy.
        encode: turns a path of the configuration into one as the server writes it.
        routers: how routers read paths.
    """

    __slots__ = ("_marks", "_paths", "_strict", "constant", "find", "gated", "gates_gets", "marked")

    def __init__(
        self,
        policies: Mapping[str, Policy],
        *,
        wrap: Callable[[Policy], T],
        encode: Callable[[str], str] = str,
        routers: "Routers | None" = None,
    ) -> None:
        routers = routers or Routers()
        mounts = [encode(mount) for mount in routers.mounts]
        by_path = {encode(path): wrap(found) for path, found in policies.items() if path}
        self._paths = PathTable(by_path, mounts=mounts, fold=routers.fold, whole=routers.whole)
        #: What governs every path; None where paths differ.
        self.constant: T | None = wrap(policies[""]) if "" in policies else None
        #: Returns what governs a path; see :meth:`PathTable.find`.
        self.find = self._paths.find
        #: Whether any request has to pass a gate, and whether a GET may have to.
        self.gated = any(found.gate for found in policies.values())
        configs = [found.config for found in policies.values()]
        exempt = {encode(path) for config in configs for path, _ in config.exempt}
        public = {encode(path) for config in configs for path in config.public}
        strict = {encode(path): True for config in configs for path in config.strict_get}
        self._strict = PathTable(strict, mounts=mounts, fold=routers.fold, whole=routers.whole)
        self.gates_gets = bool(self._strict)
        #: Whether any path has a mark.
        self.marked = bool(exempt or public or self._strict)
        self._marks = {path: RouteMarks(path in exempt, path in public) for path in exempt | public}

    def mount(self, mounts: Iterable[str]) -> None:
        """Take further mounts, which were found out later."""
        self._paths.mount(mounts)
        self._strict.mount(mounts)

    def marks_of(self, path: str, asked: str, root: str) -> RouteMarks:
        """Return how a request is marked.

        An exemption is for the path as it is written, so that no other spelling is exempt by accident
        (CVE-2025-47910). Strictness is for every reading of the path.

        Args:
            path: the path below the application.
            asked: the path that was asked for, as :meth:`PathTable.find` takes it.
            root: where the server says that the application is mounted.
        """
        marks = self._marks.get(path, NO_MARKS)
        if self._strict and self._strict.find(asked, root):
            return marks._replace(strict_get=True)
        return marks


class Routers(NamedTuple):
    """How the routers behind a middleware read paths.

    Attributes:
        mounts: mounts that they strip, beside the one that the server tells of.
        fold: makes one spelling of those that they take for the same; None where each is another.
        whole: whether paths are asked with the server's mount, as in ASGI.
    """

    mounts: tuple[str, ...] = ()
    fold: Callable[[str], str] | None = None
    whole: bool = False


def read_mounts(value: object, issues: Issues) -> tuple[str, ...]:
    """Read ``mounts=``: paths under which the application may be asked for."""
    found = []
    for where, entry in entries("mounts", value, issues, "a path"):
        if isinstance(entry, str) and entry.startswith("/") and not set(entry) & set("*?<>{}"):
            found.append(entry)
        else:
            issues.append(
                ConfigIssue(
                    IssueCode.BAD_PATH,
                    where,
                    shown(entry),
                    "a mount is the beginning of a path, as it is asked for.",
                    "write mounts=['/app'].",
                )
            )
    return tuple(found)


def refuse_twins(paths: Iterable[str], routers: Routers, *, place: str) -> None:
    """Refuse paths of ``resources`` that are the same for a router which ignores case.

    Raises:
        ConfigError: with each of them.
    """
    if routers.fold is None:
        return
    issues: Issues = []
    seen: dict[str, str] = {}
    for path in filter(None, paths):
        twin = seen.setdefault(routers.fold(canonical_key(path)), path)
        if twin != path:
            issues.append(
                ConfigIssue(
                    IssueCode.DUPLICATE_POLICY,
                    f"resources[{shown(path)}]",
                    shown(path),
                    f"with ignore_case=True it is the same as {shown(twin)}, and exactly one policy governs "
                    "a URL.",
                    "put the options into one of them.",
                )
            )
    if issues:
        raise ConfigError(issues, place)


def _read(options: Mapping[str, object], place: str) -> dict[str, Declaration]:
    written = Written.parse(options, _PARAMETERS)
    if written.resources is None:
        return {"": Declaration(written, place, "app")}
    return read_resources(written.resources, written, place)


def _misfits(config: CorsConfig, *, checks_tokens: bool) -> list[ConfigIssue]:
    issues = []
    needs_token = config.token == "always" or config.on_missing == "token"  # noqa: S105 - names of modes
    if config.write_gate and needs_token and not checks_tokens:
        where = "token" if config.token == "always" else "on_missing"  # noqa: S105 - the name of a mode
        issues.append(
            ConfigIssue(
                IssueCode.NOT_SET,
                where,
                shown(getattr(config, where)),
                "tokens belong to a session, and only in Flask the library knows the session.",
                f"leave {where} out, or give check_token=…, which returns a TokenState.",
            )
        )
    if config.cookies != "as-configured":
        issues.append(
            ConfigIssue(
                IssueCode.UNKNOWN_CHOICE,
                "cookies",
                shown(config.cookies),
                "a middleware cannot set the application's cookies; only in Flask the library can.",
                "leave cookies out, and set the cookies in the framework's own settings.",
            )
        )
    named = {
        "exempt": [path for path, _ in config.exempt],
        "public": config.public,
        "strict_get": config.strict_get,
    }
    issues.extend(
        ConfigIssue(
            IssueCode.BAD_PATH,
            option,
            shown(path),
            "a middleware knows no endpoints; here this names one path, exactly.",
            "write the whole path below the application, as in '/hooks/stripe'.",
        )
        for option, paths in named.items()
        for path in paths
        if not path.startswith("/") or "*" in path
    )
    return issues
