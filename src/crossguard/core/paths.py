"""Which policy governs a path: whole segments, longest prefix first, independent of how many there are.

Routers disagree about spellings: some merge slashes, some drop the last one, some strip a mount that the
guard cannot see. So a policy is looked up by the canonical path, and a path that can be read in more than one
way finds the policy of every reading. Source of the dot segments: RFC 3986 section 5.2.4.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Generic, NamedTuple, TypeVar

from crossguard.core.issues import ConfigIssue, IssueCode, shown

T = TypeVar("T")

#: A path with more readings than this is taken for all of them, because each reading is a look-up.
MOST_READINGS: Final = 16
_SLASHES: Final = re.compile("//+")


class Several(NamedTuple, Generic[T]):
    """What the readings of one path find, where they find more than one thing.

    Attributes:
        values: each once; that of the canonical path first.
    """

    values: tuple[T, ...]


def canonical(path: str) -> str:
    """Return *path* with one slash in front, slashes merged, dot segments resolved, and no last slash."""
    path = _merged(path)
    return _resolved(path) if "/." in path else path


def readings(path: str, root: str = "", mounts: Iterable[str] = ()) -> tuple[str, ...]:
    """Return every path that a router could take *path* for, the canonical one first.

    Args:
        path: the path that was asked for, percent-decoded once.
        root: the mount that the server told of and left in the path; routers differ in how they strip it.
        mounts: further mounts, canonical.

    Returns:
        Canonical paths, but for dot segments that a router leaves as they are. Empty where there are more
        than :data:`MOST_READINGS`.
    """
    mount = canonical(root)
    known = tuple(mounts) if mount == "/" else (mount, *mounts)
    todo = _mounted(path, root, mount)
    if "/." in path and "//" in path:
        todo.append(_resolved(path))
    found: dict[str, None] = {}
    if "/." in todo[0]:
        todo.insert(0, _resolved(todo[0]))
    for one in todo:
        reading = _merged(one)
        if reading in found:
            continue
        if len(found) == MOST_READINGS:
            return ()
        found[reading] = None
        if "/." in reading:
            todo.append(_resolved(reading))
        todo.extend(below for known_mount in known if (below := _below(reading, known_mount)) is not None)
    return tuple(found)


def _mounted(path: str, root: str, mount: str) -> list[str]:
    """Return how *path* can be read below *root*, canonically *mount*; the likely reading first."""
    merged = _merged(path)
    if mount == "/":
        return [merged]
    below = _below(merged, mount)
    if below is not None and root == mount and _below(path, root) is not None:
        return [below]
    found = [merged] if below is None else [below, merged]
    # Some split where the mount stands, wherever that is, and between segments or not.
    return [
        *found,
        *(text.partition(part)[2] for text, part in ((merged, mount), (path, root)) if part in text),
    ]


def _merged(path: str) -> str:
    if "//" in path:
        path = _SLASHES.sub("/", path)
    if path[:1] != "/":
        path = "/" + path
    return path[:-1] if path[-1] == "/" and len(path) > 1 else path


def _resolved(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept)


def _below(path: str, mount: str) -> str | None:
    """Return *path* below *mount*; None if it is not."""
    if path.startswith(mount) and path[len(mount) :][:1] in {"", "/"}:
        return path[len(mount) :] or "/"
    return None


class PathTable(Generic[T]):
    """A table from path prefixes and exact paths to values.

    ``/api/*`` covers ``/api``, ``/api/`` and everything below, but not ``/apiary``; ``/health`` covers
    itself only, ``/health/`` included; ``/*`` covers everything. Paths are percent-decoded once and
    canonical, and so are the entries.

    Args:
        entries: by pattern.
        mounts: mounts that routers may strip, beside the one that the server tells of.
        fold: makes one spelling of those that a router takes for the same, such as letter case.
        whole: whether paths are asked with the server's mount, as in ASGI, where some routers leave it.
    """

    __slots__ = ("_depth", "_exact", "_fold", "_mounts", "_prefixes", "_whole")

    def __init__(
        self,
        entries: Mapping[str, T],
        *,
        mounts: Iterable[str] = (),
        fold: Callable[[str], str] | None = None,
        whole: bool = False,
    ) -> None:
        self._exact: dict[str, T] = {}
        self._prefixes: dict[str, T] = {}
        self._fold = fold
        self._whole = whole
        self._mounts: tuple[str, ...] = ()
        self.mount(mounts)
        for pattern, value in entries.items():
            below = pattern.endswith("/*")
            path = canonical(pattern[:-2] if below else pattern)
            path = path if fold is None else fold(path)
            if below:
                self._prefixes.setdefault("" if path == "/" else path, value)
            else:
                self._exact.setdefault(path, value)
        self._depth = max((prefix.count("/") for prefix in self._prefixes), default=-1)

    def __bool__(self) -> bool:
        return bool(self._exact or self._prefixes)

    def mount(self, mounts: Iterable[str]) -> None:
        """Take further mounts."""
        folded = [canonical(mount if self._fold is None else self._fold(mount)) for mount in mounts]
        # Swapped whole: requests may be under way.
        self._mounts = tuple(dict.fromkeys([*self._mounts, *(mount for mount in folded if mount != "/")]))

    def find(self, path: str, root: str = "") -> "T | Several[T] | None":
        """Return the value of the longest entry that covers *path*; None if there is none.

        Args:
            path: the path that was asked for, percent-decoded once; with *root* where the server leaves it.
            root: where the server says that the application is mounted.
        """
        if self._fold is not None:
            path, root = self._fold(path), self._fold(root)
        if self._mounts or "//" in path or "/." in path or path[:1] != "/":
            return self._of_readings(path, root)
        if not root or (not self._whole and root.strip("/") not in path):
            return self._lookup(path)
        if self._whole and path.startswith(root) and path[len(root) :][:1] == "/" and canonical(root) == root:
            # As a server that is told of its mount sends it: nothing else reads this path differently.
            value, whole = self._lookup(path[len(root) :]), self._lookup(path)
            if whole is value or whole is None or whole is self._prefixes.get(""):
                return value
        return self._of_readings(path, root)

    def readings(self, path: str, root: str = "") -> tuple[str, ...]:
        """Return the readings of *path*, as this table compares them; see :func:`readings`."""
        if self._fold is not None:
            path, root = self._fold(path), self._fold(root)
        return self._readings(path, root)

    def _readings(self, path: str, root: str) -> tuple[str, ...]:
        if self._whole:
            return readings(path, root, self._mounts)
        mount = canonical(root)
        return readings(path, "", self._mounts if mount == "/" else (*self._mounts, mount))

    def _of_readings(self, path: str, root: str) -> "T | Several[T] | None":
        found: list[T | None]
        if reads := self._readings(path, root):
            found = [self._lookup(reading) for reading in reads]
            if self._whole and root:
                whole = self._lookup(_merged(path))
                # What governs everything says nothing of a path that was written with its mount.
                found += [] if whole is self._prefixes.get("") else [whole]
        else:
            found = [*self._exact.values(), *self._prefixes.values()]
        each = {id(value): value for value in found if value is not None}
        if len(each) > 1:
            return Several(tuple(each.values()))
        return next(iter(each.values()), None)

    def _lookup(self, path: str) -> T | None:
        if self._exact:
            value = self._exact.get(path if path[-1] != "/" or path == "/" else path[:-1])
            if value is not None:
                return value
        if self._depth < 0:
            return None
        # Nothing deeper than the deepest entry can decide, so that a path of a thousand segments costs no
        # more than one of that depth.
        end = -1
        for _ in range(self._depth + 1):
            end = path.find("/", end + 1)
            if end < 0:
                end = len(path)
                break
        while end >= 0:
            value = self._prefixes.get(path[:end])
            if value is not None:
                return value
            end = path.rfind("/", 0, end)
        return None


def canonical_key(pattern: str) -> str:
    """Return *pattern*, a key of a table of paths, in the one spelling that stands for all of it."""
    return canonical(pattern[:-2]).rstrip("/") + "/*" if pattern.endswith("/*") else canonical(pattern)


def check_paths(patterns: Iterable[object], where: str = "resources") -> list[ConfigIssue]:
    """Return what is wrong with the paths of a table."""
    issues = []
    seen: dict[str, str] = {}
    for pattern in patterns:
        at = f"{where}[{shown(pattern)}]"
        if not isinstance(pattern, str):
            issues.append(
                ConfigIssue(
                    IssueCode.BAD_PATH,
                    at,
                    shown(pattern),
                    "paths are whole segments, not expressions.",
                    "write '/api/*' for /api and everything below it.",
                )
            )
        elif not pattern.startswith("/"):
            issues.append(
                ConfigIssue(
                    IssueCode.BAD_PATH,
                    at,
                    shown(pattern),
                    "a path starts with a slash.",
                    f"write {shown('/' + pattern.lstrip('^/').replace('.*', '*'))}.",
                )
            )
        elif set(pattern.removesuffix("/*")) & set("*?[](){}^$\\|<>") or ".*" in pattern:
            issues.append(
                ConfigIssue(
                    IssueCode.BAD_PATH,
                    at,
                    shown(pattern),
                    "the only wildcard is '/*' at the end; expressions and converters mean nothing here.",
                    "write '/api/*' for /api and everything below it.",
                )
            )
        elif (twin := seen.setdefault(canonical_key(pattern), pattern)) != pattern:
            issues.append(
                ConfigIssue(
                    IssueCode.DUPLICATE_POLICY,
                    at,
                    shown(pattern),
                    f"{shown(twin)} is the same path, and exactly one policy governs a URL.",
                    "put the options into one of them.",
                )
            )
    return issues
