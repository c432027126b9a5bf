"""Marks on views: what ``@cross_origin`` writes, and what the table and the checks read."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Any, Final
from weakref import ReferenceType, ref

from flask.views import http_method_funcs

from crossguard.core.issues import ConfigError, ConfigIssue, IssueCode
from crossguard.declare.declaration import Declaration

#: Where the mark is kept. ``functools.wraps`` copies it, so the order of decorators is free.
MARK: Final = "__crossguard__"

# Every object that has a mark and has reached no route yet, as long as it lives.
_marked: Final[dict[int, "ReferenceType[Any]"]] = {}


def mark_view(view: Any, declaration: Declaration) -> None:
    """Mark *view*, and remember it: the mark may never reach a route.

    Raises:
        ConfigError: *view* has another declaration already.
    """
    present = getattr(view, "__dict__", {}).get(MARK)
    # An application factory that runs again says the same of the same view.
    if present is not None and not present.says_the_same(declaration):
        raise ConfigError([_twice(declaration.name, present.place)], declaration.place)
    setattr(view, MARK, declaration)
    with suppress(TypeError):  # some callables allow no weak reference
        key = id(view)
        _marked[key] = ref(view, lambda _: _marked.pop(key, None))


def found_routed(declarations: Collection[Declaration]) -> None:
    """Forget the marks that have reached a route: a view may outlive its application."""
    for view in marked():
        if getattr(view, MARK, None) in declarations:
            _marked.pop(id(view), None)


def marked() -> Iterator[Any]:
    """Yield each object that has a mark which has reached no route."""
    for reference in list(_marked.values()):
        if (view := reference()) is not None:
            yield view


def is_marked(view: Any) -> bool:
    """Tell whether a view, its class or one of its methods has a policy of its own."""
    return any(True for _ in marks_of(view))


def marks_of(view: Any) -> Iterator[tuple[str, Declaration]]:
    """Yield the declarations of a view by method; "" stands for every method that has none of its own."""
    whole = _whole(view)
    if whole:
        yield "", whole[0]
    view_class = getattr(view, "view_class", None)
    if view_class is None or getattr(view, MARK, None) is not None:
        return
    # Also those that the class does not list: a rule may take methods of its own.
    for method in http_method_funcs.union(map(str.lower, getattr(view_class, "methods", None) or ())):
        declaration = getattr(getattr(view_class, method, None), MARK, None)
        if declaration is not None:
            yield method.upper(), declaration


def twice_marked(view: Any) -> list[ConfigIssue]:
    """Return the mistake of a view that has two declarations for all of it, as by its class and by itself."""
    return [_twice(found.name, _whole(view)[0].place) for found in _whole(view)[1:]]


def _twice(name: str, place: str) -> ConfigIssue:
    return ConfigIssue(
        IssueCode.DUPLICATE_POLICY,
        "cross_origin",
        name,
        f"{place} declares a policy for it already, and exactly one governs a view.",
        "put the options into one @cross_origin.",
    )


def _whole(view: Any) -> list[Declaration]:
    """Return the declarations of a view, of its class, and of what the class dispatches by."""
    view_class = getattr(view, "view_class", None)
    holders = (view, view_class, getattr(view_class, "dispatch_request", None))
    found = [declaration for one in holders if (declaration := getattr(one, MARK, None)) is not None]
    return list(dict.fromkeys(found))
