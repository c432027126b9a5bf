"""Paths of ``resources``: expressions of Flask-CORS as whole segments."""

import re
from typing import Any, Final

from crossguard.core.issues import shown
from crossguard.core.paths import check_paths
from crossguard.migrate.converted import Converted
from crossguard.migrate.differences import DifferenceCode

_SPECIAL: Final = frozenset("*\\]?$^[()")
# "/api/*", "/api/.*", "^/api/.*$", "/api/(.*)", "/api.*": everything below a path of plain segments.
_BELOW: Final = re.compile(
    r"\^?(?P<path>(?:/[A-Za-z0-9_\-.~]+)*)/?(?:/\*|/?\.\*|/\(\.\*\)|/\.\+|/\[\^/\]\*)\$?"
)
_EVERYTHING: Final = frozenset({"/*", r"/.*", ".*", "*", "^/", "/", r"^/.*$", r"^.*$"})


def convert_path(pattern: Any) -> Converted:
    """Convert one path of ``resources``."""
    if not isinstance(pattern, str):
        return Converted(
            pattern, doubts=[f"the path {shown(pattern)} is only known when the application runs."]
        )
    if not set(pattern) & _SPECIAL and pattern not in _EVERYTHING:
        return Converted(
            pattern,
            doubts=[
                f"the path {shown(pattern)}: {issue.reason} {issue.fix}" for issue in check_paths([pattern])
            ],
        )
    match = _BELOW.fullmatch(pattern)
    if pattern in _EVERYTHING and pattern != "/":
        made = Converted("/*", changed=pattern != "/*")
    elif match is not None:
        made = Converted(f"{match['path']}/*", changed=pattern != f"{match['path']}/*")
    else:
        return Converted(
            pattern,
            doubts=[f"the path {shown(pattern)} is an expression. Write whole segments, as in '/api/*'."],
        )
    made.note(DifferenceCode.PATHS, entry=shown(pattern), fixed=shown(made.value))
    return made
