"""Paths of ``resources``: expressions of Flask-CORS as whole segments."""

import re
from typing import Any, Final

from crossguard.core.paths import check_paths
from crossguard.migrate.converted import Converted
from crossguard.migrate.differences import DifferenceCode
from crossguard.migrate.doubts import Doubt, DoubtCode
from crossguard.migrate.values import Unknown, shown

_SPECIAL: Final = frozenset("*\\]?$^[()")
# "/api/*", "/api/.*", "^/api/.*$", "/api/(.*)", "/api.*": everything below a path of plain segments.
_BELOW: Final = re.compile(
    r"\^?(?P<path>(?:/[A-Za-z0-9_\-.~]+)*)/?(?:/\*|/?\.\*|/\(\.\*\)|/\.\+|/\[\^/\]\*)\$?"
)
_EVERYTHING: Final = frozenset({"/*", r"/.*", ".*", "*", "^/", "/", r"^/.*$", r"^.*$"})


def convert_path(pattern: Any) -> Converted:
    """Convert one path of ``resources``."""
    compiled = isinstance(pattern, re.Pattern) and not pattern.flags & ~re.UNICODE
    original = pattern
    if compiled:
        pattern = pattern.pattern
    if not isinstance(pattern, str):
        known = not isinstance(pattern, Unknown)
        code = DoubtCode.PATH_EXPRESSION if known else DoubtCode.RUN_TIME
        why = "is an expression" if known else "is only known when the application runs"
        return Converted(original, doubts=[Doubt(code, f"the path {shown(pattern)} {why}.")])
    if not compiled and not set(pattern) & _SPECIAL and pattern not in _EVERYTHING:
        return Converted(
            pattern,
            doubts=[
                Doubt(DoubtCode.UNBUILDABLE, f"the path {shown(pattern)}: {issue.reason} {issue.fix}")
                for issue in check_paths([pattern])
            ],
        )
    match = _BELOW.fullmatch(pattern)
    if pattern in _EVERYTHING and pattern != "/":
        made = Converted("/*")
    elif match is not None:
        made = Converted(f"{match['path']}/*")
    else:
        words = f"the path {shown(pattern)} is an expression. Write whole segments, as in '/api/*'."
        return Converted(original, doubts=[Doubt(DoubtCode.PATH_EXPRESSION, words)])
    made.changed = made.value != original
    made.note(DifferenceCode.PATHS, entry=shown(pattern), fixed=shown(made.value))
    return made
