"""What the edge needs to know of an application: which policy governs which path."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

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
        self.obstacles = tuple(obstacles) or tuple(_other_cases(self.entries, find))
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
        if path == entry.path or (entry.below and path.startswith(f"{entry.path}/")):
            return entry.policy
    return None


def application_of(  # noqa: PLR0913 - five of them by name
    policies: Mapping[str, Policy],
    *,
    find: Callable[[str], Policy | None],
    mounts: Iterable[str] = (),
    debug: bool = False,
    follow: Callable[[], None] = lambda: None,
    known: Callable[[], bool] = lambda: True,
) -> Application:
    """Describe a middleware.

    Args:
        policies: by path as in ``resources``; ``""`` is the one for every path.
        find: returns the policy of a decoded path.
        mounts: paths that its router may strip, so that what is below has two readings; the application,
            which looks at both, answers there.
        debug: whether it is in debug.
        follow: makes the policies follow their sources.
        known: tells whether the lists of all sources were read.
    """
    entries = [Governed(path.rstrip("/"), below=True, policy=None) for path in mounts if "" not in policies]
    for key, policy in policies.items():
        path = key.removesuffix("/*")
        if not key or path != key:
            entries.append(Governed(path, below=True, policy=policy))
            continue
        # The path with a slash at its end may be another one to the application.
        spellings = (path, f"{path}/") if path != "/" else (path,)
        entries += [Governed(spelling, below=False, policy=find(spelling)) for spelling in spellings]
    return Application(entries, find=lambda path, _: find(path), debug=debug, follow=follow, known=known)


def _other_cases(
    entries: tuple[Governed, ...], find: Callable[[str, str], Policy | None]
) -> Iterable[Obstacle]:
    """Find paths that the application takes for the same in another letter case."""
    for entry in entries:
        swapped = entry.path.swapcase()
        if swapped != entry.path and find(swapped, "GET") is not policy_at(entries, swapped):
            yield Obstacle(
                entry.shown,
                "the application ignores the letter case of paths, and proxies do not.",
                "switch ignore_case off, or leave preflights to the application.",
            )
            return
