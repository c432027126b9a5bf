"""Declarations: the options of one policy as a person wrote them, and where."""

import sys
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final, NamedTuple

from crossguard.core.config import CorsConfig, Surroundings, load_config
from crossguard.core.issues import ConfigError, ConfigIssue
from crossguard.core.options import DEVELOPMENT_ORIGINS, OPTION_NAMES, unknown_option_text
from crossguard.declare.entries import awaited, keeps_own, without_sources, wrap_callables
from crossguard.declare.surroundings import surroundings
from crossguard.logs import logger
from crossguard.suffixes import is_public_suffix

#: Options of Flask-CORS that have no safe meaning, each with the reason why it does nothing here.
IGNORED_OPTIONS: Final = {
    "send_wildcard": "'*' is always sent as '*', and an origin is never reflected unless it is listed",
    "vary_header": "Vary follows from the policy; without it caches hand one origin's answer to another",
    "always_send": "what is sent without Origin follows from the policy, so that caches cannot mix answers",
    "intercept_exceptions": "every response that leaves carries the headers, also after an exception",
    "automatic_options": "preflights are answered before routing, and a plain OPTIONS is an ordinary request",
}

_PACKAGE: Final = Path(__file__).parent.parent
# The reference application uses the library like any other application, and is named where it does.
_LIBRARY: Final = frozenset(
    str(_PACKAGE / room) for room in ("", "adapters", "asgi", "declare", "flask", "wsgi")
)
# These put a middleware together later: what wrote it down has left the stack by then.
_DEFERRING: Final = frozenset({"starlette", "litestar"})


class CrossguardWarning(UserWarning):
    """Something that works, but not as it was written."""


@dataclass(frozen=True, slots=True, eq=False)
class Declaration:
    """The options of one policy as written, not yet merged with an application's configuration.

    It is its own key: two places may say the same, and stay two policies.

    Attributes:
        options: by name; only those that were given.
        place: where, as ``file.py:12``.
        name: how people call the policy.
    """

    options: Mapping[str, object]
    place: str
    name: str

    def says_the_same(self, other: "Declaration") -> bool:
        """Tell whether *other* was written in the same place with the same words."""
        return (self.options, self.place, self.name) == (other.options, other.place, other.name)


def check_names(
    options: Mapping[str, object], extra: tuple[str, ...] = (), *, warned: set[str]
) -> dict[str, object]:
    """Return *options* without those that do nothing, which are warned about once.

    Args:
        options: by name, as written.
        extra: names that exist besides the options of a policy.
        warned: the names that were warned about already; grows.

    Raises:
        TypeError: an option does not exist; the message names the nearest that does.
    """
    known = OPTION_NAMES + extra
    unknown = [name for name in options if name not in known and name not in IGNORED_OPTIONS]
    if unknown:
        raise TypeError("CORS: " + " ".join(unknown_option_text(name, known) for name in unknown))
    for name in options:
        if name in IGNORED_OPTIONS and name not in warned:
            warned.add(name)
            warnings.warn(
                f"CORS: the option {name!r} does nothing and can be removed: {IGNORED_OPTIONS[name]}.",
                CrossguardWarning,
                stacklevel=_user_frame()[1],
            )
    return kept_options({name: value for name, value in options.items() if name in known})


def kept_options(options: Mapping[str, object]) -> dict[str, object]:
    """Return *options* as they are now, with every callable in a list of origins as one that is remembered.

    Lists may change later, and an iterator can be read only once.
    """
    return wrap_callables({name: _kept(value) for name, value in options.items()})


def _kept(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _kept(entry) for key, entry in value.items()}
    if isinstance(value, set):
        return frozenset(value)
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | bytearray | frozenset):
        return tuple(value)
    return value


def validate_alone(options: Mapping[str, object], place: str) -> None:
    """Check what can be checked before the application is known, so that mistakes show where they are.

    Raises:
        ConfigError: with every mistake.
    """
    # Without origins, who is allowed depends on the application's configuration and debug flag.
    # A private address is refused outside debug, once that is known.
    load_config(
        {"origins": (), **without_sources(options)},
        is_public_suffix=is_public_suffix,
        source=place,
        # Without the application nothing is known of a developer, who may list more.
        surroundings=Surroundings(debug=True, own_kept=keeps_own(options)),
    )


class LoadContext(NamedTuple):
    """In which context options are loaded.

    Attributes:
        debug: whether a developer is looking.
        gated: whether writes are gated unless the options say otherwise.
        quiet: whether to keep back the line about missing origins.
        own_hosts: names of the API that the framework's settings tell.
        own_kept: whether a source lists the API's own origins.
    """

    debug: bool
    gated: bool = False
    quiet: bool = False
    own_hosts: tuple[str, ...] = ()
    own_kept: bool = False


def load_declared(
    options: Mapping[str, object], declaration: Declaration, context: LoadContext
) -> CorsConfig:
    """Validate the options of *declaration*; sources list no origin yet, and no coroutine can be awaited.

    Args:
        options: those of the declaration, with those they fall back to.
        declaration: for its name and place.
        context: what else matters.

    Raises:
        ConfigError: with every mistake.
    """
    context = context._replace(own_kept=keeps_own(options))
    complete = complete_options(options, declaration, context)
    return load_complete(complete, declaration, context, awaits=False)


def complete_options(
    options: Mapping[str, object], declaration: Declaration, context: LoadContext
) -> dict[str, object]:
    """Return *options* with what follows from the context, and without sources.

    Credentials without origins mean the development origins in debug, and no origin otherwise, with a line
    that says what to write.
    """
    complete = without_sources(options)
    if context.gated:
        complete.setdefault("write_gate", True)
    if complete.get("supports_credentials") is True and "origins" not in complete:
        complete["origins"] = DEVELOPMENT_ORIGINS if context.debug else ()
        if not context.debug and not context.quiet:
            logger.error(
                "%s (%s) has supports_credentials=True but no origins, so no origin may use it. "
                'Write who may, as in origins=["https://app.example.com"].',
                declaration.name,
                declaration.place,
            )
    return complete


def load_complete(
    complete: Mapping[str, object], declaration: Declaration, context: LoadContext, *, awaits: bool
) -> CorsConfig:
    """Validate complete options.

    Raises:
        ConfigError: with every mistake.
    """
    issues: list[ConfigIssue] = [] if awaits else awaited(complete)
    try:
        config = load_config(
            complete,
            is_public_suffix=is_public_suffix,
            source=declaration.place,
            surroundings=surroundings(debug=context.debug, own_hosts=context.own_hosts)._replace(
                own_kept=context.own_kept
            ),
        )
    except ConfigError as error:
        issues.extend(error.issues)
    if issues:
        raise ConfigError(issues, declaration.place)
    return config


def place_of_caller() -> str:
    """Return the file and line outside this library that called into it, as ``file.py:12``.

    Empty where a framework called, which was told earlier, at a place that is no longer known.
    """
    frame, _ = _user_frame()
    if frame.f_globals.get("__name__", "").partition(".")[0] in _DEFERRING:
        return ""
    path = Path(frame.f_code.co_filename)
    shown_path = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path.name
    return f"{shown_path}:{frame.f_lineno}"


def _user_frame() -> tuple[FrameType, int]:
    """Return the innermost frame outside this library, and how far up the caller's stack it is."""
    # The inspect module would read source files for this.
    frame, level = sys._getframe(1), 1  # noqa: SLF001 - see above
    while frame.f_back is not None and str(Path(frame.f_code.co_filename).parent) in _LIBRARY:
        frame, level = frame.f_back, level + 1
    return frame, level
