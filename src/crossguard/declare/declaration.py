"""Declarations: the options of one policy as a person wrote them, and where."""

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar

from crossguard.core.config import Surroundings, load_config
from crossguard.core.issues import ConfigIssue, IssueCode, shown
from crossguard.core.options import OPTION_NAMES, unknown_option_text
from crossguard.core.patterns import is_callable_entry
from crossguard.core.text_lists import ORIGIN_LISTS
from crossguard.declare.place import frame_of_caller
from crossguard.lists.origin_check import OriginCheck
from crossguard.lists.source import OriginSource
from crossguard.suffixes import is_public_suffix

T = TypeVar("T")

#: Options of Flask-CORS that have no safe meaning, each with the reason why it does nothing here.
IGNORED_OPTIONS: Final = {
    "send_wildcard": "'*' is always sent as '*', and an origin is never reflected unless it is listed",
    "vary_header": "Vary follows from the policy; without it caches hand one origin's answer to another",
    "always_send": "what is sent without Origin follows from the policy, so that caches cannot mix answers",
    "intercept_exceptions": "every response that leaves carries the headers, also after an exception",
    "automatic_options": "preflights are answered before routing, and a plain OPTIONS is an ordinary request",
}

# The names among them that this process has warned about.
_warned: set[str] = set()


class CrossguardWarning(UserWarning):
    """Something that works, but not as it was written."""


class Written(NamedTuple):
    """Options as a person wrote them, read once.

    Attributes:
        options: by name, as they were then: lists may change later, and an iterator can be read only once.
            Sources are taken out of the lists of origins, and callables in them remember their answers.
        sources: those of each list that has any.
        coroutines: for each list of origins, the mistakes of its callables that only ASGI can await.
        resources: options by path; None without.
    """

    options: Mapping[str, object] = {}
    sources: Mapping[str, tuple[OriginSource, ...]] = {}
    coroutines: Mapping[str, list[ConfigIssue]] = {}
    resources: object = None

    @classmethod
    def parse(cls, given: Mapping[str, object], extra: tuple[str, ...] = ()) -> "Written":
        """Read options; those that do nothing are left out, and warned about once a process.

        Args:
            given: by name.
            extra: names that exist besides the options of a policy.

        Raises:
            TypeError: an option does not exist; the message names the nearest that does.
        """
        known = OPTION_NAMES + extra
        options: dict[str, object] = {}
        sources: dict[str, tuple[OriginSource, ...]] = {}
        coroutines: dict[str, list[ConfigIssue]] = {}
        ignored: list[str] = []
        unknown: list[str] = []
        for name, value in given.items():
            if name not in known:
                (ignored if name in IGNORED_OPTIONS else unknown).append(name)
                continue
            options[name] = kept = _frozen(value)
            entries = kept if isinstance(kept, tuple | frozenset) else (kept,)
            # Of a million entries all may be texts.
            if name not in ORIGIN_LISTS or all(isinstance(entry, str) for entry in entries):
                continue
            read = [_remembering(entry) for entry in entries if not isinstance(entry, OriginSource)]
            if len(read) < len(entries):
                options[name] = tuple(read)
                sources[name] = tuple(entry for entry in entries if isinstance(entry, OriginSource))
            else:
                options[name] = read[0] if entries is not kept else type(entries)(read)
            if awaited := [entry for entry in read if isinstance(entry, OriginCheck) and entry.is_async]:
                coroutines[name] = [_coroutine(name, entry) for entry in awaited]
        if unknown:
            raise TypeError("CORS: " + " ".join(unknown_option_text(name, known) for name in unknown))
        _warn(ignored)
        return cls(options, sources, coroutines, options.pop("resources", None))

    def over(self, others: "Written") -> "Written":
        """Return these options, and those of *others* that are not among them."""
        written = self.options

        def with_others(own: Mapping[str, T], more: Mapping[str, T]) -> dict[str, T]:
            return {**{name: value for name, value in more.items() if name not in written}, **own}

        return Written(
            {**others.options, **written},
            with_others(self.sources, others.sources),
            with_others(self.coroutines, others.coroutines),
            others.resources if self.resources is None else self.resources,
        )

    def check_alone(self, place: str) -> None:
        """Check what can be checked before the application is known, so that mistakes show where they are.

        Raises:
            ConfigError: with every mistake.
        """
        # Without origins, who is allowed depends on the application's configuration and debug flag.
        # A private address is refused outside debug, once that is known.
        load_config(
            {"origins": (), **self.options},
            is_public_suffix=is_public_suffix,
            source=place,
            # Without the application nothing is known of a developer, who may list more.
            surroundings=Surroundings(debug=True, own_kept=self.keeps_own),
        )

    @property
    def keeps_own(self) -> bool:
        """Whether a source lists the API's own origins."""
        return "public_origins" in self.sources


@dataclass(frozen=True, slots=True, eq=False)
class Declaration:
    """The options of one policy as written, not yet merged with an application's configuration.

    It is its own key: two places may say the same, and stay two policies.

    Attributes:
        written: only those that were given.
        place: where, as ``file.py:12``.
        name: how people call the policy.
    """

    written: Written
    place: str
    name: str

    def says_the_same(self, other: "Declaration") -> bool:
        """Tell whether *other* was written in the same place with the same words."""
        return (self.written, self.place, self.name) == (other.written, other.place, other.name)


def _warn(ignored: list[str]) -> None:
    for name in ignored:
        if name not in _warned:
            _warned.add(name)
            warnings.warn(
                f"CORS: the option {name!r} does nothing and can be removed: {IGNORED_OPTIONS[name]}.",
                CrossguardWarning,
                stacklevel=frame_of_caller()[1],
            )


def _frozen(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _frozen(entry) for key, entry in value.items()}
    if isinstance(value, set):
        return frozenset(value)
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | bytearray | frozenset):
        return tuple(value)
    return value


def _remembering(entry: object) -> object:
    if isinstance(entry, OriginCheck) or not is_callable_entry(entry):
        return entry
    # What it returns is looked at when it is asked.
    return OriginCheck(entry)  # type: ignore[arg-type]


def _coroutine(name: str, entry: object) -> ConfigIssue:
    return ConfigIssue(
        IssueCode.WRONG_TYPE,
        name,
        shown(entry),
        "a coroutine function has to be awaited, which only ASGI can do.",
        "write it as a plain function.",
    )
