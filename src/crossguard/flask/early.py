"""Mistakes that show only together with ``app.config``, reported while the application is put together.

``CORS(app)`` and ``@cross_origin`` check what they are given. What a view or a blueprint falls back to is
known when it is registered, and what was written to ``app.config`` after ``CORS(app)`` when ``app.run``
starts to serve; under other servers nothing tells before the first request. That request and every later one
fail with the same mistake.
"""

from collections.abc import Iterable
from functools import wraps
from typing import Any

from flask import Flask

from crossguard.declare.declaration import Declaration
from crossguard.declare.live_policy import LivePolicy
from crossguard.flask.announcing import announce_run
from crossguard.flask.declarations import context_of, declared_within
from crossguard.flask.state import state_of
from crossguard.flask.views import marks_of


def check_now(app: Flask, declarations: Iterable[Declaration]) -> None:
    """Check *declarations* with what they fall back to in *app* as it is now.

    Raises:
        ConfigError: with every mistake of the first that has one.
    """
    for declaration in declarations:
        LivePolicy(declaration, awaits=False).check(context_of(app, quiet=True))


def watch(app: Flask) -> None:
    """Check the views of *app* that there are, each that is registered from now on, and all when it runs.

    Raises:
        ConfigError: with every mistake of a view that is there already.
    """
    check_now(app, declared_within(app))
    if "add_url_rule" in vars(app):
        return
    add_url_rule, run = app.add_url_rule, app.run

    @wraps(add_url_rule)
    def add(
        rule: str, endpoint: str | None = None, view_func: Any = None, *more: Any, **options: Any
    ) -> None:
        check_now(app, (declaration for _, declaration in marks_of(view_func)))
        add_url_rule(rule, endpoint, view_func, *more, **options)

    @wraps(run)
    def checked_run(*given: Any, **options: Any) -> None:
        state = state_of(app)
        state.build(app)
        # host, port, debug and more, by their places or by their names.
        named = dict(zip(("host", "port", "debug"), given, strict=False)) | options
        announce_run(app, state, named)
        run(*given, **options)

    app.add_url_rule = add  # type: ignore[method-assign]
    app.run = checked_run  # type: ignore[method-assign]
