"""``@cross_origin``: the policy of one view, as a mark on the function."""

from collections.abc import Callable
from typing import Any, Never, TypeVar, Unpack

from crossguard.declare.declaration import Declaration, Written
from crossguard.declare.option_types import PolicyOptions
from crossguard.declare.place import place_of_caller
from crossguard.flask.views import mark_view

F = TypeVar("F", bound=Callable[..., Any])


def cross_origin(*views: Never, **options: Unpack[PolicyOptions]) -> Callable[[F], F]:
    """Give one view its own policy.

    The function is returned as it is, only marked: the order of decorators does not matter, and async
    views stay async. Works on functions, on ``View`` and ``MethodView`` classes, and on their methods.

    Args:
        views: none; the brackets are needed.
        options: as for :class:`crossguard.flask.CORS`, without ``resources``.

    Raises:
        TypeError: an option does not exist, or the brackets are missing.
        ConfigError: the options do not build, every mistake is listed; or the view has a policy already.
    """
    if views:
        raise TypeError(_without_brackets(views[0]))
    place = place_of_caller()
    written = Written.parse(options)
    written.check_alone(place)

    def mark(view: F) -> F:
        name = getattr(view, "__name__", type(view).__name__)
        mark_view(view, Declaration(written, place, f"view {name}"))
        return view

    return mark


def _without_brackets(given: object) -> str:
    if isinstance(given, str | list | tuple | set):
        return "cross_origin: options have names; write @cross_origin(origins=…)."
    return "cross_origin: brackets are missing; write @cross_origin(), or name the options in them."
