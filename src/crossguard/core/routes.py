"""Which policy governs a path: whole segments, longest prefix first, independent of how many there are."""

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from crossguard.core.issues import ConfigIssue, IssueCode, shown

T = TypeVar("T")


class PathTable(Generic[T]):
    """A table from path prefixes and exact paths to values.

    ``/api/*`` covers ``/api``, ``/api/`` and everything below, but not ``/apiary``; ``/health`` covers
    itself only; ``/*`` covers everything. Paths are compared as the router sees them: percent-decoded
    once, case-sensitive, with nothing else rewritten.
    """

    __slots__ = ("_depth", "_exact", "_prefixes")

    def __init__(self, entries: Mapping[str, T]) -> None:
        self._exact: dict[str, T] = {}
        self._prefixes: dict[str, T] = {}
        for pattern, value in entries.items():
            if pattern.endswith("/*"):
                self._prefixes.setdefault(pattern[:-2], value)
            else:
                self._exact.setdefault(pattern, value)
        self._depth = max((prefix.count("/") for prefix in self._prefixes), default=-1)

    def __bool__(self) -> bool:
        return bool(self._exact or self._prefixes)

    def find(self, path: str) -> T | None:
        """Return the value of the longest entry that covers *path*; None if there is none."""
        if self._exact and (value := self._exact.get(path)) is not None:
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


def check_paths(patterns: Iterable[object], where: str = "resources") -> list[ConfigIssue]:
    """Return what is wrong with the paths of a table."""
    issues = []
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
        elif pattern != "/" and pattern.endswith("/"):
            issues.append(
                ConfigIssue(
                    IssueCode.BAD_PATH,
                    at,
                    shown(pattern),
                    "this covers that one path and nothing below it, which is seldom meant.",
                    f"write {shown(pattern + '*')} for everything below it.",
                )
            )
    return issues
