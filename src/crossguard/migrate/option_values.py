"""The other options of Flask-CORS, one function each; see ``origin_values`` and ``path_values``."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from crossguard.core.options import LONGEST_MAX_AGE
from crossguard.migrate.converted import Converted
from crossguard.migrate.differences import DifferenceCode
from crossguard.migrate.doubts import DoubtCode
from crossguard.migrate.values import Unknown, is_known, shown

_TRUE_TEXTS: Final = frozenset({"true", "1", "yes", "on"})


def convert_flag(value: Any) -> Converted:
    """Convert a switch; every text was true."""
    if isinstance(value, bool):
        return Converted(value)
    if isinstance(value, Unknown):
        made = Converted(value)
        made.doubt(DoubtCode.RUN_TIME, f"{shown(value)} is only known when the application runs.")
        return made
    if value in {0, 1, None} and not isinstance(value, str):
        return Converted(bool(value), changed=True)
    text = str(value).lower()
    made = Converted(value)
    made.note(DifferenceCode.TRUTH_OF_TEXT)
    # Every text but the empty one was on.
    made.value, made.changed = bool(value), True
    if text not in _TRUE_TEXTS:
        # Only a person knows whether a page relies on that.
        made.doubt(DoubtCode.TRUTH_OF_TEXT, f"{shown(value)} counted as {bool(value)}. Write True or False.")
    return made


def convert_methods(value: Any) -> Converted:
    """Convert ``methods``; Flask-CORS put them into upper case, and knew no wildcard."""
    made = _names(value, "methods")
    if made.doubts or not isinstance(made.value, list | str):
        return made
    names = [made.value] if isinstance(made.value, str) else made.value
    upper = [name.upper() for name in names]
    if upper != names:
        made.note(DifferenceCode.METHODS, entry=shown(value))
        made.value, made.changed = upper, True
    if "*" in names:
        made.value = [name for name in upper if name != "*"] or ["GET", "HEAD", "POST"]
        made.changed = True
        made.doubt(
            DoubtCode.EVERY_METHOD,
            "'*' allowed no method, and allows every one here. What is written above means what it meant; "
            "name the methods if more were wanted.",
        )
    return made


def convert_allow_headers(value: Any) -> Converted:
    """Convert ``allow_headers``, whose entries could be expressions."""
    made = _names(value, "allow_headers")
    if made.doubts:
        return made
    names = [made.value] if isinstance(made.value, str) else made.value
    if names in (["*"], [".*"]):
        made.note(DifferenceCode.HEADERS_ANY)
        made.changed = made.changed or names != ["*"]
        made.value = "*"
    elif any(set(str(name)) & set("*\\]?$^[()") for name in names):
        made.doubt(DoubtCode.HEADER_EXPRESSIONS, f"{shown(value)} holds expressions. Name the headers.")
    return made


def convert_expose_headers(value: Any, *, credentials: bool) -> Converted:
    """Convert ``expose_headers``."""
    made = _names(value, "expose_headers")
    made.note(DifferenceCode.EXPOSED)
    if credentials and not made.doubts and "*" in made.value:
        made.note(DifferenceCode.EXPOSE_ANY)
        made.dropped = True
        made.doubt(DoubtCode.EXPOSE_ANY, "'*' never worked with credentials, and goes. Name the headers.")
    return made


def convert_max_age(value: Any) -> Converted:
    """Convert ``max_age``, which was sent as it was written."""
    if isinstance(value, Unknown):
        made = Converted(value)
        made.doubt(DoubtCode.RUN_TIME, f"max_age={shown(value)} is only known when the application runs.")
        return made
    if value is None:
        made = Converted(value, dropped=True)
        made.note(DifferenceCode.MAX_AGE_DEFAULT)
        return made
    made = Converted(value)
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        made.value, made.changed = int(value), True
    if made.value == 0 and not isinstance(made.value, bool) and not isinstance(value, str):
        made.note(DifferenceCode.MAX_AGE_ZERO)
    seconds = made.value.total_seconds() if isinstance(made.value, timedelta) else made.value
    if (
        isinstance(seconds, bool)
        or not isinstance(seconds, int | float)
        or not 0 <= seconds <= LONGEST_MAX_AGE
    ):
        made.note(DifferenceCode.MAX_AGE_TEXT, entry=shown(value))
        made.doubt(DoubtCode.MAX_AGE, f"max_age={shown(value)}: write seconds from 0 to {LONGEST_MAX_AGE}.")
    return made


def _names(value: Any, option: str) -> Converted:
    """Convert one name or a list of names; a text with commas was one name to Flask-CORS."""
    if not is_known(value):
        made = Converted(value)
        made.doubt(DoubtCode.RUN_TIME, f"{option}={shown(value)} is only known when the application runs.")
        return made
    if value is None:
        return Converted([], changed=True)
    if isinstance(value, str) and "," in value:
        made = Converted([part.strip() for part in value.split(",") if part.strip()], changed=True)
        if option == "allow_headers":
            made.note(DifferenceCode.LIST_IN_TEXT, entry=shown(value))
            made.meant += made.value
        return made
    if isinstance(value, str) or (isinstance(value, list) and all(isinstance(name, str) for name in value)):
        return Converted(value)
    made = Converted(value)
    made.doubt(DoubtCode.NO_NAMES, f"{option}={shown(value)} is no list of names.")
    return made


#: By option: what converts it; those that depend on others have functions of their own.
SIMPLE: Final[dict[str, Callable[[Any], Converted]]] = {
    "methods": convert_methods,
    "allow_headers": convert_allow_headers,
    "max_age": convert_max_age,
    "allow_private_network": convert_flag,
}
