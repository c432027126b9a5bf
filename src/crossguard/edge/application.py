"""What the edge needs to know of an application: which policy governs which path."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from crossguard.core.paths import canonical, readings
from crossguard.core.policy import Policy
from crossguard.edge.refusal import Obstacle


class Governed(NamedTuple):
    """One entry of an application's table of paths.

    Attributes:
        path: decoded, below the application; empty for the root.
        below: whether everything below *path* is governed too.
        policy: the policy; None if the application leaves the path without one.
    """

    path: str
    below: bool
    policy: Policy | None

    @property
    def shown(self) -> str:
        """The entry as a person writes it in ``resources``."""
        return f"{self.path}/*" if self.below else self.path

    def covers(self, path: str) -> bool:
        """Tell whether it governs a decoded, plain *path*."""
        return path == self.path or (self.below and is_below(path, self.path))


class Application:
    """The policies of one application, by path.

    Args:
        entries: what governs which path.
        find: returns the policy of a decoded path and a method; what the application really does.
        obstacles: what its paths cannot say, such as a policy of one method.
        paths: raw paths that answer a GET.
        debug: whether it is in debug.
        follow: makes the policies follow their sources.
        known: tells whether the lists of all sources were read.
    """

    def __init__(  # noqa: PLR0913 - six of them by name
        self,
        entries: Iterable[Governed],
        *,
        find: Callable[[str, str], Policy | None],
        obstacles: Iterable[Obstacle] = (),
        paths: Iterable[str] = (),
        debug: bool = False,
        follow: Callable[[], None] = lambda: None,
        known: Callable[[], bool] = lambda: True,
    ) -> None:
        # Exact paths before prefixes, then the longest first: the order in which proxies try them.
        self.entries = tuple(
            sorted(
                entries, key=lambda entry: (entry.below, -entry.path.count("/"), -len(entry.path), entry.path)
            )
        )
        self.find = find
        self.obstacles = tuple(obstacles)
        self.paths = tuple(paths)
        self.debug = debug
        self.follow = follow
        self.known = known

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Every policy once, the widest last."""
        found = {id(entry.policy): entry.policy for entry in self.entries if entry.policy is not None}
        return tuple(found.values())


def policy_at(entries: Iterable[Governed], path: str) -> Policy | None:
    """Return the policy that *entries*, narrowest first, give a decoded, plain *path*."""
    for entry in entries:
        if entry.covers(path):
            return entry.policy
    return None


def application_of(  # noqa: PLR0913 - six of them by name
    policies: Mapping[str, Policy],
    *,
    find: Callable[[str], Policy | None],
    mounts: Iterable[str] = (),
    ignores_case: bool = False,
    debug: bool = False,
    follow: Callable[[], None] = lambda: None,
    known: Callable[[], bool] = lambda: True,
) -> Application:
    """Describe a middleware.

    Args:
        policies: by path as in ``resources``; ``""`` is the one for every path.
        find: returns the policy of a decoded path.
        mounts: paths that its router may strip: what is below has two readings; the application,
            which looks at both, answers there.
        ignores_case: whether it takes letter cases of a path for the same.
        debug: whether it is in debug.
        follow: makes the policies follow their sources.
        known: tells whether the lists of all sources were read.
    """
    constant = "" in policies
    stripped = () if constant else tuple(path for path in map(canonical, mounts) if path != "/")
    entries = [Governed(path, below=True, policy=None) for path in stripped]
    for key, policy in policies.items():
        path = key.removesuffix("/*")
        if not key or path != key:
            entries.append(Governed(path, below=True, policy=policy))
            continue
        # The path with a slash at its end may be another one to the application.
        spellings = (path, f"{path}/") if path != "/" else (path,)
        entries += [Governed(spelling, below=False, policy=find(spelling)) for spelling in spellings]
    return Application(
        [
            entry._replace(policy=None) if _is_disputed(entry, entries, stripped) else entry
            for entry in entries
        ],
        find=lambda path, _: find(path),
        obstacles=[_CASES] if ignores_case and not constant else (),
        debug=debug,
        follow=follow,
        known=known,
    )


def is_below(path: str, start: str) -> bool:
    """Tell whether a decoded *path* is below *start*, which is empty for the root."""
    return path.startswith(f"{start}/")


def _is_disputed(entry: Governed, entries: Iterable[Governed], mounts: tuple[str, ...]) -> bool:
    """Tell whether *entry* is below a mount, and may be of another policy without the mount."""
    if not any(entry.path == mount or is_below(entry.path, mount) for mount in mounts):
        return False
    others = [other.path for other in entries if other.policy not in {None, entry.policy}]
    reads = readings(entry.path, mounts=mounts)
    return not reads or any(_meet(reading, path) for reading in reads[1:] for path in (*others, *mounts))


def _meet(path: str, other: str) -> bool:
    """Tell whether one of two paths is the other or below it."""
    path, other = path.rstrip("/"), other.rstrip("/")
    return path == other or is_below(path, other) or is_below(other, path)


_CASES: Final = Obstacle(
    "ignore_case",
    "the application takes letter cases of a path for the same, and proxies do not.",
    "switch ignore_case off, or leave preflights to the application.",
)
