"""Declarations that govern no route: marks that did not reach the function which an application runs.

``@cross_origin`` marks what it decorates. A decorator without ``functools.wraps``, ``functools.partial`` and
an object whose ``__call__`` is decorated hand another object to Flask, which has no mark, so the view
runs without its policy.
"""

import gc
from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Flask
from flask.sansio.scaffold import Scaffold

from crossguard.adapters.mounts import within
from crossguard.declare.declaration import Declaration
from crossguard.flask.declarations import declared_within
from crossguard.flask.views import MARK, marked
from crossguard.logs import logger, one_line


class Lost(NamedTuple):
    """A declaration that governs no route.

    Attributes:
        declaration: the declaration.
        endpoint: the endpoint whose view has lost it; empty if that is unknown.
    """

    declaration: Declaration
    endpoint: str

    @property
    def what(self) -> str:
        """What that means, in words."""
        if self.endpoint:
            return f"the view of {self.endpoint!r} runs without it"
        return "no view that is routed has it"


def lost_in(app: Flask) -> list[Lost]:
    """Return the declarations that were written for views of *app* and govern none."""
    governing = set(declared_within(app))
    lost: dict[Declaration, Lost] = {}
    for endpoint, view in app.view_functions.items():
        # What a view wraps had a mark that the view lacks.
        for one in _around(view):
            for found in _declared_on(one):
                if found not in governing and found not in lost and not _governs(found):
                    lost[found] = Lost(found, endpoint)
    views = {id(view): endpoint for endpoint, view in app.view_functions.items()}
    for view in marked():
        mark = getattr(view, MARK, None)
        if not isinstance(mark, Declaration) or mark in governing or mark in lost:
            continue
        # What has the mark wraps a view, which was routed before it was wrapped.
        endpoint = next((views[id(one)] for one in _around(view) if id(one) in views), "")
        of_module = getattr(view, "__module__", None) == app.import_name
        if (endpoint or of_module) and not _governs(mark):
            lost[mark] = Lost(mark, endpoint)
    return list(lost.values())


def say_lost(app: Flask) -> None:
    """Say which declarations govern no route of *app*."""
    for lost in lost_in(app):
        name, place = lost.declaration.name, lost.declaration.place
        text = (
            f"{name} ({place}) governs no route: {lost.what}. Use functools.wraps in the decorators "
            "between, or put @cross_origin above all of them."
        )
        logger.warning("%s", one_line(text))


def _around(view: Any) -> Iterator[Any]:
    return within(view, but=(Scaffold,))


def _declared_on(one: Any) -> Iterator[Declaration]:
    # The mark is on the function of the class, not on what it makes callable.
    called = next((vars(kind)["__call__"] for kind in type(one).__mro__ if "__call__" in vars(kind)), None)
    for holder in (one, called, getattr(one, "view_class", None)):
        found = getattr(holder, MARK, None)
        if isinstance(found, Declaration):
            yield found


def _governs(declaration: Declaration) -> bool:
    """Tell whether *declaration* governs a view of any application."""
    return any(
        found is declaration
        for app in gc.get_objects()
        if issubclass(type(app), Flask) and hasattr(app, "view_functions")
        for found in declared_within(app)
    )
