"""The header section of a response, as a browser's HTTP parser understands it.

Source: RFC 9112 section 5 (field syntax, obsolete line folding), with the leniency of each browser.
Servers send what they like; here it becomes names and combined values, or a network error.
"""

import re
from typing import Final

from crossguard.browser.profiles import Profile
from crossguard.browser.values import TAB_OR_SPACE, HeaderList
from crossguard.core.names import is_forbidden_response_header, is_token

_BREAKS: Final = re.compile(r"[\x00\r\n]")
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
# Two of them that differ could be two messages in one (response splitting): both browsers give up.
_SINGLE_VALUED: Final = frozenset({"content-disposition", "content-length", "location"})


class MalformedResponseError(ValueError):
    """A header section that ends in a network error."""


class ReceivedHeaders:
    """Headers of a response by lower-case name, combined or line by line."""

    __slots__ = ("_lines", "_values")

    def __init__(self, headers: HeaderList, profile: Profile) -> None:
        """Read *headers* as *profile* does.

        Raises:
            MalformedResponseError: the browser reports a network error.
        """
        lines: dict[str, list[str]] = {}
        for name, value in _received_lines(headers, profile):
            lines.setdefault(name, []).append(value)
        for name in _SINGLE_VALUED & lines.keys():
            if name == "location" and profile.joins_locations:
                continue
            if len(set(lines[name])) > 1:
                raise MalformedResponseError(f"there are several {name} headers, and they differ")
            del lines[name][1:]
        self._lines = lines
        self._values = {name: _combine(values, profile) for name, values in lines.items()}

    def get(self, lower_name: str) -> str | None:
        """Return the combined value of *lower_name*; None if it is absent (Fetch, "get a header")."""
        return self._values.get(lower_name)

    def lines(self, lower_name: str) -> tuple[str, ...]:
        """Return the values of *lower_name* line by line."""
        return tuple(self._lines.get(lower_name, ()))

    def names(self) -> tuple[str, ...]:
        """Return the sorted lower-case names, without those that no script may ever read."""
        return tuple(sorted(name for name in self._values if not is_forbidden_response_header(name)))


def _combine(values: list[str], profile: Profile) -> str:
    if len(values) == 1:
        return values[0]
    if profile.drops_empty_lines:
        values = [value for value in values if value]
    return ", ".join(values)


def _received_lines(headers: HeaderList, profile: Profile) -> list[tuple[str, str]]:
    for name, value in headers:
        if not is_token(name) or _BREAKS.search(value):
            return _parse_lines(headers, profile)
    return [(name.lower(), value.strip(TAB_OR_SPACE)) for name, value in headers]


def _parse_lines(headers: HeaderList, profile: Profile) -> list[tuple[str, str]]:
    """Put the section on the wire again and read it line by line."""
    raw = "\r\n".join(f"{name}: {value}" for name, value in headers)
    if "\x00" in raw:
        raise MalformedResponseError("a header contains a NUL")
    lines: list[tuple[str, str]] = []
    for line in _LINE_END.split(raw):
        if line.startswith((" ", "\t")):
            # Obsolete line folding: the line continues the value before it (RFC 9112 section 5.2).
            if lines:
                name, value = lines[-1]
                lines[-1] = name, f"{value} {line.strip(TAB_OR_SPACE)}".strip(TAB_OR_SPACE)
            continue
        name, colon, value = line.partition(":")
        if profile.trims_header_names:
            name = name.rstrip(TAB_OR_SPACE)
        if colon and is_token(name):
            lines.append((name.lower(), value.strip(TAB_OR_SPACE)))
    return lines
