"""``@cross_origin``: the policy of one view, as a mark on the function."""

from collections.abc import Callable
from typing import Any, Final, Never, TypeVar, Unpack

from crossguard.flask.declarations import Declaration, caller, check_names, validate_alone
from crossguard.optiontypes import PolicyOptions

F = TypeVar("F", bound=Callable[..., Any])

#: Where the mark is kept. ``functools.wraps`` copies it, so that the order of decorators is free.
MARK: Final = "__crossguard__"


def cross_origin(*views: Never, **options: Unpack[PolicyOptions]) -> Callable[[F], F]:
    """Give one view its own policy.

    The function is returned as it is, only marked: the order of decorators does not matter, and async
    views stay async. Works on functions, on ``View`` and ``MethodView`` classes, and on their methods.

    Args:
        views: none; the brackets are needed.
        options: as for :class:`crossguard.flask.CORS`, without ``resources``.

    Raises:
        TypeError: an option does not exist, or the brackets are missing.
        ConfigError: the options do not build; every mistake is listed.
    """
    if views:
        raise TypeError(_without_brackets(views[0]))
    from crossguard.flask.discovery import guard_marked_applications  # noqa: PLC0415 - it imports this

    guard_marked_applications()
    declared = caller()
    known = check_names(options)
    validate_alone(known, declared)

    def mark(view: F) -> F:
        name = getattr(view, "__name__", type(view).__name__)
        setattr(view, MARK, Declaration(known, declared, f"view {name}"))
        return view

    return mark


def _without_brackets(given: object) -> str:
    if isinstance(given, str | list | tuple | set):
        return "cross_origin: options have names; write @cross_origin(origins=…)."
    return "cross_origin: brackets are missing; write @cross_origin(), or name the options in them."
