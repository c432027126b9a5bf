"""``@cross_origin``: the policy of one view, as a mark on the function."""

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from typing import Any, Final, Never, TypeVar, Unpack
from weakref import ReferenceType, ref

from crossguard.core.issues import ConfigError, ConfigIssue, IssueCode
from crossguard.declare.option_types import PolicyOptions
from crossguard.flask.declarations import Declaration, check_names, place_of_caller, validate_alone

F = TypeVar("F", bound=Callable[..., Any])

#: Where the mark is kept. ``functools.wraps`` copies it, so that the order of decorators is free.
MARK: Final = "__crossguard__"


#: Everything that has a mark, as long as it lives.
_marked: Final[dict[int, "ReferenceType[Any]"]] = {}


def twice(name: str, place: str) -> ConfigIssue:
    """Return the mistake of a view that has a second policy, the first of which is *place* somewhere."""
    return ConfigIssue(
        IssueCode.DUPLICATE_POLICY,
        "cross_origin",
        name,
        f"{place} declares a policy for it already, and exactly one governs a view.",
        "put the options into one @cross_origin.",
    )


def remember(view: Any) -> None:
    """Remember what was marked, to find out later whether the mark has reached a route."""
    with suppress(TypeError):  # what cannot be referred to weakly
        key = id(view)
        _marked[key] = ref(view, lambda _: _marked.pop(key, None))


def found_routed(declarations: Collection[int]) -> None:
    """Forget the marks that have reached a route, by identity: a view may outlive its application."""
    for view in marked():
        if id(getattr(view, MARK, None)) in declarations:
            _marked.pop(id(view), None)


def marked() -> Iterator[Any]:
    """Yield everything that has a mark, but for what was found routed."""
    for reference in list(_marked.values()):
        if (view := reference()) is not None:
            yield view


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
    known = check_names(options)
    validate_alone(known, place)

    def mark(view: F) -> F:
        name = getattr(view, "__name__", type(view).__name__)
        declaration = Declaration(known, place, f"view {name}")
        present = getattr(view, "__dict__", {}).get(MARK)
        # An application factory that runs again says the same of the same view.
        if present is not None and present != declaration:
            raise ConfigError([twice(declaration.name, present.place)], place)
        setattr(view, MARK, declaration)
        remember(view)
        return view

    return mark


def _without_brackets(given: object) -> str:
    if isinstance(given, str | list | tuple | set):
        return "cross_origin: options have names; write @cross_origin(origins=…)."
    return "cross_origin: brackets are missing; write @cross_origin(), or name the options in them."
