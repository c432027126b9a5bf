"""What an audit looks at: the application, its policies, and the functions that it is made of."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from inspect import unwrap
from typing import Any

from flask import Flask

from crossguard.core.policy import Policy
from crossguard.flask.rows import PolicyRow
from crossguard.flask.state import EXTENSION_KEY, State
from crossguard.flask.table import Table

# Lists in a text are cut after this many; the JSON of `flask cors routes` has all of them.
_SHOWN = 5
_VARIABLE = re.compile(r"<[^>]*>")
# Decorators around decorators; more is a loop.
_MOST_LAYERS = 30
_HTTP_METHODS = ("get", "post", "put", "patch", "delete", "head", "options")


@dataclass(frozen=True, slots=True)
class Subject:
    """One application, and what it says of itself.

    Attributes:
        app: the application.
        table: its policies; None if there are none, or if they do not build.
        rows: the policy table; empty without policies.
    """

    app: Flask
    table: Table | None = None
    rows: tuple[PolicyRow, ...] = ()
    _functions: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Every policy."""
        return () if self.table is None else self.table.policies

    @property
    def is_guarded(self) -> bool:
        """Whether the guard stands already."""
        return self.table is not None and isinstance(self.app.extensions.get(EXTENSION_KEY), State)

    @property
    def trusting(self) -> list[Policy]:
        """The policies whose origins may use cookies."""
        return [policy for policy in self.policies if policy.config.supports_credentials]

    @property
    def public_origins(self) -> tuple[str, ...]:
        """The API's own origins, of all policies."""
        found = [origin for policy in self.policies for origin in policy.config.own_examples]
        return tuple(dict.fromkeys(found))

    def functions_of(self, endpoint: str) -> list[Any]:
        """Return the functions that the view of *endpoint* is made of, without what wraps them."""
        if endpoint not in self._functions:
            view = self.app.view_functions.get(endpoint)
            found = [] if view is None else [*_functions(view)]
            self._functions[endpoint] = [function for function in found if is_own(function)]
        return self._functions[endpoint]

    def hooks(self) -> Iterator[tuple[str, Any]]:
        """Yield the hooks of the application itself: ``before`` or ``after``, and the function."""
        for when, table in (
            ("before", self.app.before_request_funcs),
            ("after", self.app.after_request_funcs),
        ):
            for functions in table.values():
                for function in functions:
                    if is_own(bare(function)):
                        yield when, bare(function)


def place_of_policy(policy: Policy) -> str:
    """Return the policy's name and where it stands."""
    return f"{policy.name} ({policy.place})" if policy.place else policy.name


def enumerated(names: list[str]) -> str:
    """Return *names* joined, cut if there are many."""
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - _SHOWN} more" if len(unique) > _SHOWN else ""
    return ", ".join(unique[:_SHOWN]) + more


def bare(function: Callable[..., Any]) -> Any:
    """Return *function* without decorators that keep what they wrap, and without bound arguments."""
    while isinstance(function, partial):
        function = function.func
    try:
        return unwrap(function)
    except ValueError:
        # It wraps itself.
        return function


def layers_of_view(view: Any) -> Iterator[Any]:
    """Yield what a view is made of: the decorators that keep what they wrap, outermost first, then it."""
    yield from _layers(view)
    view_class = getattr(view, "view_class", None)
    for name in _HTTP_METHODS if view_class is not None else ():
        method = getattr(view_class, name, None)
        if method is not None:
            yield from _layers(method)


def _layers(function: Any) -> Iterator[Any]:
    for _ in range(_MOST_LAYERS):
        while isinstance(function, partial):
            function = function.func
        if function is None:
            return
        yield function
        function = getattr(function, "__wrapped__", None)


def sample_path(rule: str) -> str:
    """Return a path that a rule covers, as far as that can be said without its converters."""
    return _VARIABLE.sub("1", rule)


def is_own(function: Any) -> bool:
    """Tell whether *function* is the application's, not Flask's, an extension's or this library's."""
    module = getattr(function, "__module__", None) or ""
    top = module.partition(".")[0]
    return not (
        top in {"flask", "werkzeug"} or top.startswith("flask_") or module.startswith("crossguard.flask")
    )


def _functions(view: Any) -> Iterator[Any]:
    view_class = getattr(view, "view_class", None)
    if view_class is None:
        yield bare(view)
        return
    for name in (*_HTTP_METHODS, "dispatch_request"):
        method = getattr(view_class, name, None)
        if method is not None:
            yield bare(method)
