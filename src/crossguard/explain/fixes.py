"""Fixes: what to write, where it belongs, and, where it is a line of configuration, which edit it is."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from crossguard.core.config import CorsConfig
from crossguard.core.issues import shown
from crossguard.core.patterns import OriginEntry, shown_entry
from crossguard.core.policy import Policy

#: More origins than this do not fit on the line that a person copies.
ORIGINS_ON_A_LINE: Final = 5
#: An origin is shown up to this length.
ORIGIN_WIDTH: Final = 400


class Add(NamedTuple):
    """Entries that are added to a list of the policy, or to its exemptions; what is there stays.

    Attributes:
        entries: the entries; of exemptions, pairs of endpoint and reason.
    """

    entries: tuple[object, ...]


#: Options of a policy with their new values, or with what is added to them.
Edit = Mapping[str, object]


class FixKind(StrEnum):
    """Where a fix belongs."""

    #: Options of the policy; proved.
    POLICY = "policy"
    #: A mark of one endpoint that lets strangers through: a choice; proved.
    DOOR = "door"
    #: The page, or what serves it.
    FRONT_END = "front-end"
    #: The application, or another library's setting.
    API = "api"
    #: What stands between the browser and the application.
    PROXY = "proxy"
    #: There is nothing to write.
    NOTHING = "nothing"


class Fix(NamedTuple):
    """What to write.

    Attributes:
        text: in words, with the line in it if there is one; empty if nothing is wrong.
        kind: where it belongs.
        edit: the options of the policy with their new values; None where it is no edit of the policy.
        line: the same as code to paste, and nothing but code; empty where there is none.
        proof: what was proved of the edit, in a sentence; empty where nothing was.
    """

    text: str
    kind: FixKind
    edit: Edit | None = None
    line: str = ""
    proof: str = ""


def place_of(policy: Policy) -> str:
    """Return where the options of *policy* stand, behind the name of one: `` at app.py:6``."""
    return f" at {policy.place}" if policy.place else ""


def options_of(config: CorsConfig, edit: Edit, *, most: int | None = None) -> dict[str, object]:
    """Return the options of *edit* with their whole new values.

    Args:
        config: what the policy says now.
        edit: what is changed.
        most: of a list of origins only so many entries are kept, the first; all of them without it.
    """
    found: dict[str, object] = {}
    for name, value in edit.items():
        before = getattr(config, name)
        if not isinstance(value, Add):
            found[name] = value
        elif name == "exempt":
            found[name] = dict((*before, *value.entries))  # type: ignore[arg-type]
        else:
            found[name] = (*(before if most is None else before[:most]), *value.entries)
    return found


def write_edit(policy: Policy, edit: Edit) -> tuple[str, str]:
    """Return the words for *edit*, and the part of them that is code to paste."""
    words = []
    where = _elsewhere(policy)
    added = edit.get("origins")
    if where and isinstance(added, Add):
        words = [f"add {', '.join(map(_written, added.entries))} to {where}"]
        edit = {name: value for name, value in edit.items() if name != "origins"}
    options = options_of(policy.config, edit)
    line = ", ".join(f"{name}={_written(value)}" for name, value in options.items())
    if line:
        words.append(f"{line}{_in_table(policy)}")
    return ", and write ".join(words), line


def _in_table(policy: Policy) -> str:
    """Return in which entry of a table of paths the options stand; empty where they are arguments."""
    kind, _, path = policy.name.partition(" ")
    return f" (in resources[{shown(path, ORIGIN_WIDTH)}])" if kind == "path" else ""


def _elsewhere(policy: Policy) -> str:
    """Return where an origin is added that no line is written for; empty where one is."""
    if policy.origins_from:
        return policy.origins_from
    origins = policy.config.origins
    fits = len(origins) <= ORIGINS_ON_A_LINE and all(map(_is_writable, origins))
    return "" if fits else "origins"


def _is_writable(entry: OriginEntry) -> bool:
    """Tell whether an entry of a list can be written again and means what it meant."""
    if isinstance(entry, str):
        return True
    if isinstance(entry, re.Pattern):
        return len(entry.pattern) <= ORIGIN_WIDTH and re.compile(entry.pattern).flags == entry.flags
    # The name of a function that stands in a module; of what else is called there is no telling its name.
    return _name_of(entry).isidentifier() and getattr(entry, "__qualname__", "") == _name_of(entry)


def _name_of(entry: OriginEntry) -> str:
    # A callable is shown with brackets, and written without.
    return shown_entry(entry).removesuffix("()")


def _written(value: object) -> str:
    match value:
        case bool():
            return repr(value)
        case str():
            return shown(value, ORIGIN_WIDTH)
        case tuple() | list():
            return f"[{', '.join(map(_written, value))}]"
        case Mapping():
            return f"{{{', '.join(f'{_written(key)}: {_written(text)}' for key, text in value.items())}}}"
        case _:
            return _name_of(value)  # type: ignore[arg-type]


def joined(parts: Iterable[str]) -> str:
    """Return what has to be written in several places as one text."""
    return "; and ".join(part for part in parts if part)
