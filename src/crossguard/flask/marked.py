"""What is declared within an application: for its blueprints, and as marks on its views."""

from collections.abc import Iterator
from typing import Any

from flask import Flask
from flask.views import http_method_funcs

from crossguard.core.issues import ConfigIssue
from crossguard.flask.blueprints import declaration_of
from crossguard.flask.declarations import Declaration
from crossguard.flask.decorator import MARK, twice


def declared_within(app: Flask) -> Iterator[Declaration]:
    """Yield what was declared for the blueprints and the views of *app*."""
    for blueprint in app.blueprints.values():
        if (found := declaration_of(blueprint)) is not None:
            yield found
    for view in app.view_functions.values():
        yield from (declaration for _, declaration in marks_of(view))


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
    return [twice(found.name, _whole(view)[0].place) for found in _whole(view)[1:]]


def _whole(view: Any) -> list[Declaration]:
    """Return the declarations of a view, of its class, and of what the class dispatches by."""
    view_class = getattr(view, "view_class", None)
    marked = (view, view_class, getattr(view_class, "dispatch_request", None))
    found = [declaration for one in marked if (declaration := getattr(one, MARK, None)) is not None]
    return list({id(declaration): declaration for declaration in found}.values())
