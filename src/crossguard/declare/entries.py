"""What may stand in a list of origins besides origins: callables that are asked, and sources."""

from collections.abc import Mapping
from typing import Final

from crossguard.core.issues import ConfigIssue, IssueCode, shown
from crossguard.core.patterns import is_callable_entry
from crossguard.lists.origin_check import OriginCheck
from crossguard.lists.source import OriginSource

#: The options that are lists of origins.
LISTS: Final = ("origins", "readers", "public_origins")


def wrap_callables(options: Mapping[str, object]) -> dict[str, object]:
    """Return *options* with every callable in a list of origins as an :class:`OriginCheck`."""
    return {name: _wrapped(value) if name in LISTS else value for name, value in options.items()}


def _wrapped(value: object) -> object:
    if isinstance(value, list | tuple):
        return tuple(_wrapped(entry) for entry in value) if any(map(is_callable_entry, value)) else value
    if isinstance(value, OriginCheck) or not is_callable_entry(value):
        return value
    # What it returns is looked at when it is asked.
    return OriginCheck(value)  # type: ignore[arg-type]


def lists_with_sources(options: Mapping[str, object]) -> dict[str, tuple[object, ...]]:
    """Return the lists of *options* that have a source among their entries."""
    lists = {name: _entries_of(options[name]) for name in LISTS if name in options}
    return {name: entries for name, entries in lists.items() if sources_among(entries)}


def keeps_own(options: Mapping[str, object]) -> bool:
    """Tell whether a source lists the API's own origins."""
    return "public_origins" in lists_with_sources({"public_origins": options.get("public_origins", ())})


def sources_among(entries: tuple[object, ...]) -> list[OriginSource]:
    """Return the sources among *entries*."""
    return [entry for entry in entries if isinstance(entry, OriginSource)]


def written_among(entries: tuple[object, ...]) -> tuple[object, ...]:
    """Return those of *entries* that are no sources."""
    return tuple(entry for entry in entries if not isinstance(entry, OriginSource))


def without_sources(options: Mapping[str, object]) -> dict[str, object]:
    """Return *options* with what is written in their lists: whom a source lists is known when it is read."""
    return {
        **options,
        **{name: written_among(entries) for name, entries in lists_with_sources(options).items()},
    }


def awaited(options: Mapping[str, object]) -> list[ConfigIssue]:
    """Return an issue for every callable that would have to be awaited."""
    return [
        ConfigIssue(
            IssueCode.WRONG_TYPE,
            name,
            shown(entry),
            "a coroutine function has to be awaited, which only ASGI can do.",
            "write it as a plain function.",
        )
        for name in LISTS
        for entry in _entries_of(options.get(name, ()))
        if isinstance(entry, OriginCheck) and entry.is_async
    ]


def _entries_of(value: object) -> tuple[object, ...]:
    if isinstance(value, tuple):
        return value
    return tuple(value) if isinstance(value, list | set | frozenset) else (value,)
