"""What is declared within an application: for its blueprints, and as marks on its views."""

from collections.abc import Iterator
from typing import Any

from flask import Flask

from crossguard.flask.blueprints import declaration_of
from crossguard.flask.declarations import Declaration
from crossguard.flask.decorator import MARK


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
    own = getattr(view, MARK, None)
    if own is not None:
        yield "", own
        return
    view_class = getattr(view, "view_class", None)
    if view_class is None:
        return
    if (of_class := getattr(view_class, MARK, None)) is not None:
        yield "", of_class
    for method in getattr(view_class, "methods", None) or ():
        declaration = getattr(getattr(view_class, method.lower(), None), MARK, None)
        if declaration is not None:
            yield method.upper(), declaration
