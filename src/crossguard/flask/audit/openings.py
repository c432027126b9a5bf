"""What other code than crossguard opens to pages of other origins, and to whom.

Looks at the rules that no policy governs: elsewhere the policy replaces these headers. What is declared is
read, and Flask-CORS's own functions are asked; hooks and views are read as text. What was not read is called
unknown.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import Flask

from crossguard.core.policy import Policy
from crossguard.declare.live_policy import LivePolicy
from crossguard.flask.audit.flask_cors import Asking, Granted, calls_in_sources, is_of_flask_cors
from crossguard.flask.audit.headers import (
    ALLOW_CREDENTIALS,
    ALLOW_ORIGIN,
    HeadersRead,
    headers_of,
    mentions,
)
from crossguard.flask.audit.running import answers_of_hooks
from crossguard.flask.audit.scopes import REFLECTED, UNKNOWN
from crossguard.flask.audit.subject import Subject, enumerated, layers_of_view, sample_path
from crossguard.flask.blueprints import chain
from crossguard.flask.guard import Guard
from crossguard.flask.layers import is_socket_server, layers_of
from crossguard.flask.places import is_own_file, place_of
from crossguard.flask.rows import PolicyRow

FLASK_CORS: Final = "Flask-CORS"
SOCKET_IO: Final = "Socket.IO"
EVERY: Final = ("*",)

# What wraps an application and sets no headers of CORS.
_SILENT: Final = frozenset({"werkzeug", "whitenoise", "opentelemetry", "sentry_sdk", "crossguard"})
_PLACES: Final = 3


@dataclass(frozen=True, slots=True)
class Opened:
    """Who reads something that no policy governs.

    Attributes:
        through: what lets them: ``Flask-CORS at app.py:12``.
        origins: ``*`` for every site, or the entries of a list; empty where it is unknown.
        cookies: whether with the user's cookies.
        stranger: an origin that is let in, though it was hardly meant.
        unknown: why it is not known; empty if it is.
        kind: ``Flask-CORS``, ``Socket.IO``, ``hook``, ``view`` or ``middleware``.
        of_hook: whether an ``after_request`` hook does it.
    """

    through: str
    origins: tuple[str, ...]
    cookies: bool
    kind: str
    stranger: str = ""
    unknown: str = ""
    of_hook: bool = False

    @property
    def is_hole(self) -> bool:
        """Whether strangers read with the user's cookies."""
        return self.cookies and not self.unknown and (self.origins == EVERY or bool(self.stranger))

    @property
    def who(self) -> str:
        """Who reads, in words."""
        if self.origins == (self.stranger,):
            return f"sites that were hardly meant, such as {self.stranger}"
        sites = "every site" if self.origins == EVERY else enumerated([*self.origins])
        return f"{sites} and look-alikes such as {self.stranger}" if self.stranger else sites

    def document(self, rules: list[str]) -> dict[str, object]:
        """Return it with its *rules* as a JSON object; see docs/commands.md."""
        return {
            "rules": rules,
            "through": self.through,
            "origins": None if self.unknown else list(self.origins),
            "cookies": self.cookies,
            "stranger": self.stranger or None,
            "unknown": self.unknown or None,
        }


def openings_of(subject: Subject, *, run_hooks: bool = False) -> dict[Opened, list[str]]:
    """Return what is open, each with the rules of which that is true.

    Args:
        subject: the application.
        run_hooks: whether to run its hooks, with a request of a stranger and stubs in place of the views.
    """
    found: dict[Opened, list[str]] = {}
    for rule, opened in _all(subject, run_hooks=run_hooks):
        rules = found.setdefault(opened, [])
        if rule not in rules:
            rules.append(rule)
    return found


def _all(subject: Subject, *, run_hooks: bool) -> Iterator[tuple[str, Opened]]:
    yield from _of_sockets(subject)
    rows = [row for row in subject.rows if row.policy is None]
    if not rows:
        return
    reader = _Reader(subject.app)
    for row in rows:
        opened = [*reader.of_row(row)]
        if run_hooks:
            hooks = [one for one in opened if one.of_hook]
            opened = [one for one in opened if not one.of_hook] + reader.run(row, hooks)
        for one in opened:
            yield row.rule, one


class _Reader:
    """Reads one application; what is read once is kept."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._asking = Asking.of(app)
        self._calls: list[str] | None = None
        self._read: dict[Any, HeadersRead] = {}

    def of_row(self, row: PolicyRow) -> Iterator[Opened]:
        path = sample_path(row.rule)
        view = self._app.view_functions.get(row.endpoint)
        layers = [] if view is None else [*layers_of_view(view)]
        for layer in layers:
            if is_of_flask_cors(layer):
                through = f"{FLASK_CORS} at {place_of(layers[-1])}"
                yield from _granted(self._asking.of_decorator(layer, path), through)
                return  # CORS(app) leaves alone what the decorator has answered
            read = self._headers(layer, takes_response=False)
            yield from _of_read(read, f"the view at {place_of(layer)}", "view")
        for hook in self._hooks(row.endpoint):
            if is_of_flask_cors(hook):
                found = _granted(self._asking.of_hook(hook, path), f"{FLASK_CORS} at {self._place()}")
            else:
                read = self._headers(hook, takes_response=True)
                found = _of_read(read, f"the hook at {place_of(hook)}", "hook")
            yield from (replace(one, of_hook=True) for one in found)
        for layer in layers_of(self._app):
            yield from self._of_middleware(layer)

    def run(self, row: PolicyRow, read: list[Opened]) -> list[Opened]:
        """Return what the hooks of a rule answer a stranger, in place of what was *read* of them."""
        places = ", ".join(dict.fromkeys(one.through for one in read)) or "the application's hooks"
        granted, reason = answers_of_hooks(self._app, row, sample_path(row.rule))
        if reason:
            known = [one for one in read if not one.unknown]
            return [*known, Opened(places, (), cookies=False, kind="hook", unknown=reason)]
        if granted is not None:
            kind = FLASK_CORS if read and all(one.kind == FLASK_CORS for one in read) else "hook"
            return [Opened(places, granted.origins, granted.cookies, kind, granted.stranger)]
        return [one for one in read if one.origins and one.origins != EVERY]

    def _headers(self, function: Any, *, takes_response: bool) -> HeadersRead:
        if function not in self._read:
            self._read[function] = headers_of(function, self._app.config, takes_response=takes_response)
        return self._read[function]

    def _hooks(self, endpoint: str) -> Iterator[Any]:
        for name in (None, *chain(endpoint)):
            yield from self._app.after_request_funcs.get(name, ())

    def _place(self) -> str:
        if self._calls is None:
            self._calls = calls_in_sources(self._app)
        return " or ".join(self._calls[:_PLACES]) or "CORS(…)"

    def _of_middleware(self, layer: Any) -> Iterator[Opened]:
        if isinstance(layer, Guard) or is_socket_server(layer):
            return
        if type(layer).__module__.partition(".")[0] in _SILENT:
            return
        call = layer if hasattr(layer, "__code__") else type(layer).__call__
        name = getattr(layer, "__qualname__", type(layer).__qualname__)
        through = f"the middleware {name}"
        read = self._headers(call, takes_response=False)
        code = getattr(call, "__code__", None)
        if read.values(ALLOW_ORIGIN):
            yield from _of_read(read, through, "middleware")
        elif code is None or (is_own_file(code.co_filename) and mentions(code.co_filename)):
            yield Opened(
                through, (), cookies=False, kind="middleware", unknown="what it adds was not looked at"
            )


def _granted(granted: Granted | None, through: str) -> Iterator[Opened]:
    if granted is not None:
        yield Opened(through, granted.origins, granted.cookies, FLASK_CORS, granted.stranger)


def _of_read(read: HeadersRead, through: str, kind: str) -> Iterator[Opened]:
    values = read.values(ALLOW_ORIGIN)
    cookies = any(value in ("true", UNKNOWN) for value in read.values(ALLOW_CREDENTIALS))
    texts = {text for value in values for text in (value if isinstance(value, tuple) else (value,))} - {""}
    if REFLECTED in texts or "null" in texts:
        yield Opened(through, EVERY, cookies, kind)
    elif "*" in texts:
        # Browsers take no cookies with it (Fetch, CORS check, step 3).
        yield Opened(through, EVERY, cookies=False, kind=kind)
    elif UNKNOWN in texts:
        reason = "it chooses the origin by code that was not run"
        yield Opened(through, (), cookies, kind, unknown=reason)
    elif texts:
        yield Opened(through, tuple(sorted(map(str, texts))), cookies, kind)
    elif read.gap:
        yield Opened(through, (), cookies=False, kind=kind, unknown=read.gap)


def _of_sockets(subject: Subject) -> Iterator[tuple[str, Opened]]:
    """Yield who connects to Socket.IO and Engine.IO servers, where no policy governs them."""
    guarded = False
    for layer in layers_of(subject.app):
        if isinstance(layer, Guard):
            guarded = True
        elif is_socket_server(layer):
            server = getattr(layer, "engineio_app", None)
            origins = getattr(getattr(server, "eio", server), "cors_allowed_origins", None)
            path: str = getattr(layer, "engineio_path", "/socket.io/")
            if guarded and subject.table is not None and _governs(subject, path):
                continue
            if (opened := _of_socket(origins)) is not None:
                yield f"{path.rstrip('/')}/*", opened


def _governs(subject: Subject, path: str) -> bool:
    table = subject.table
    return table is not None and table.for_request({"PATH_INFO": path, "REQUEST_METHOD": "GET"}) is not None


def _of_socket(origins: Any) -> Opened | None:
    through = f"{SOCKET_IO} (cors_allowed_origins={_shown(origins)})"
    if origins is None:
        return None  # its own host
    if callable(origins):
        owner = getattr(origins, "__self__", None)
        if isinstance(owner, Policy | LivePolicy):
            return None
        reason = "a function of the application decides, which was not run"
        return Opened(through, (), cookies=True, kind=SOCKET_IO, unknown=reason)
    entries = (origins,) if isinstance(origins, str) else tuple(origins)
    # An empty list switches the check off, so that every page connects by WebSocket.
    listed = EVERY if not entries or "*" in entries else entries
    return Opened(through, listed, cookies=True, kind=SOCKET_IO)


def _shown(origins: Any) -> str:
    return f"{getattr(origins, '__name__', 'a function')}" if callable(origins) else repr(origins)


def covering(rules: list[str], known: Iterable[str]) -> list[str]:
    """Return *rules* with ``/api/*`` in place of those that are all of the *known* ones below ``/api``."""
    everything: dict[str, set[str]] = {}
    for rule in known:
        everything.setdefault(_first(rule), set()).add(rule)
    chosen = set(rules)
    shown: dict[str, None] = {}
    for rule in rules:
        first = _first(rule)
        whole = first and len(everything.get(first, ())) > 1 and everything[first] <= chosen
        shown[f"/{first}/*" if whole else rule] = None
    return [*shown]


def _first(rule: str) -> str:
    segment = rule.strip("/").partition("/")[0]
    return "" if "<" in segment else segment
