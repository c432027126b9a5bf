"""The ways into a Flask application, each wrapped once for the class, so that none leads past the guard.

``CORS(app)`` puts a guard around ``app.wsgi_app``. That alone leaves open:

- applications that use ``@cross_origin`` and nothing else: a mark does not know its application;
- a library that kept ``app.wsgi_app`` before, or calls it from elsewhere, such as a dispatcher;
- middleware between the guard and Flask that rewrites the request;
- subclasses of Flask that never come to its ``wsgi_app``.

Flask has no hook that an extension can reach without the application. So ``__call__``, ``wsgi_app`` and
``full_dispatch_request`` of the class look whether a request has passed the guard of its application, and
``create_url_adapter`` gives Flask the route that the guard has found.
"""

import threading
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Request, Response
from flask import request as current_request
from werkzeug.routing import MapAdapter

from crossguard.core.issues import ConfigError
from crossguard.core.names import SAFE_METHODS
from crossguard.flask.guard import without_policy
from crossguard.flask.passed import KEY, Passed, passed_of
from crossguard.flask.routing import PLAIN_HOST, FoundAdapter
from crossguard.flask.state import EXTENSION_KEY, ORIGINAL, State, state_of
from crossguard.flask.views import is_marked
from crossguard.wsgi.environ import Environ, StartResponse

# It takes 12 ms to import, and only serving needs it.
if TYPE_CHECKING:
    from crossguard.flask.table import Table

# RFC 1035 section 2.3.4, and a port.
_MAX_HOST: Final = 261
_ATTRIBUTE: Final = "__crossguard_guards__"
#: What a request of a browser carries at least one of.
_EVIDENCE: Final = ("HTTP_ORIGIN", "HTTP_COOKIE", "HTTP_SEC_FETCH_SITE", "HTTP_SEC_FETCH_MODE")

# Held while it is found out whether an application is guarded, so that none is guarded twice, and none is
# served before.
_looking: Final = threading.RLock()


class Unguarded:
    """An application without any policy.

    Attributes:
        count: how many views it had when they were looked at.
    """

    def __init__(self, count: int) -> None:
        self.count = count


def guard_marked_applications() -> None:  # noqa: C901 - four functions, each of a few lines
    """Wrap the ways into every application; once for the process."""
    if getattr(Flask.wsgi_app, _ATTRIBUTE, False):
        return
    call, wsgi_app = Flask.__call__, Flask.wsgi_app
    dispatch, create_adapter = Flask.full_dispatch_request, Flask.create_url_adapter

    def guarded_call(self: Flask, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        # Before anything that stands around wsgi_app.
        state = self.extensions.get(EXTENSION_KEY)
        if type(state) is not State:
            state = _state_of(self)
        if state is not None:
            if self.debug and state.table is None:
                # Whether it is watched is known then.
                try:
                    state.freeze(self)
                except ConfigError as error:
                    if state.watching is None:
                        raise
                    return state.watching.failing(error, environ, start_response)
            if state.watching is not None:
                return state.watching(partial(call, self), environ, start_response)
        return call(self, environ, start_response)

    def guarded_wsgi_app(self: Flask, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        state = _state_of(self)
        if state is None:
            return wsgi_app(self, environ, start_response)
        passed = passed_of(environ, state)
        if passed is None:
            return state.guard(environ, start_response)
        if passed.covers(environ):
            return wsgi_app(self, environ, start_response)
        return state.guard.again(passed, environ, start_response)

    def guarded_dispatch(self: Flask, *arguments: Any) -> Response:
        state = self.extensions.get(EXTENSION_KEY)
        if type(state) is not State:
            state = _state_of(self)
            if state is None:
                return dispatch(self, *arguments)
        table = state.table or state.freeze(self)
        if table.gated or len(table.views) != len(self.view_functions):
            # Once, as each question to a proxy looks for the request anew.
            request: Request = current_request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
            environ = request.environ
            if environ["REQUEST_METHOD"] not in SAFE_METHODS or table.gates_gets or "HTTP_UPGRADE" in environ:
                rule = request.url_rule
                endpoint = None if rule is None else rule.endpoint
                known = endpoint is None or self.view_functions.get(endpoint) is table.views.get(endpoint)
                if not known or environ.get(KEY) is not state:
                    answer = _refusal(self, state, table, request)
                    if answer is not None:
                        return answer
        return dispatch(self, *arguments)

    def found_adapter(self: Flask, request: Any) -> MapAdapter | None:
        passed = None if request is None else request.environ.get(KEY)
        if type(passed) is Passed and passed.route is not None and _has_found(self, passed, request):
            make: Any = partial(create_adapter, self, request)
            return FoundAdapter(passed.route, make)
        return create_adapter(self, request)

    setattr(guarded_wsgi_app, _ATTRIBUTE, True)
    ORIGINAL.append((guarded_wsgi_app, wsgi_app))
    Flask.__call__ = guarded_call  # type: ignore[method-assign]
    Flask.wsgi_app = guarded_wsgi_app  # type: ignore[method-assign]
    Flask.full_dispatch_request = guarded_dispatch  # type: ignore[method-assign]
    Flask.create_url_adapter = found_adapter  # type: ignore[method-assign]


def _has_found(app: Flask, passed: Passed, request: Request) -> bool:
    """Tell whether Flask would match what the guard has, and would let the host of the request through."""
    return (
        passed.state is app.extensions.get(EXTENSION_KEY)
        and passed.route is not None
        and passed.route.exact
        and passed.covers(request.environ)
        and app.config["TRUSTED_HOSTS"] is None
        and request.trusted_hosts is None
        and len(passed.host or "") <= _MAX_HOST
        and PLAIN_HOST.fullmatch(passed.host or "") is not None
    )


def _state_of(app: Flask) -> State | None:
    """Return what is known of *app*, guarded if one of its views is marked; None without a policy."""
    known = app.extensions.get(EXTENSION_KEY)
    if isinstance(known, State):
        return known
    if isinstance(known, Unguarded) and known.count == len(app.view_functions):
        return None
    with _looking:
        known = app.extensions.get(EXTENSION_KEY)
        if isinstance(known, State):
            return known
        if any(is_marked(view) for view in list(app.view_functions.values())):
            return state_of(app)
        app.extensions[EXTENSION_KEY] = Unguarded(len(app.view_functions))
    # It takes 1.1 ms to import; once for an application, and again where views are added.
    from crossguard.flask.lost import say_lost  # noqa: PLC0415

    say_lost(app)
    return None


def _refusal(app: Flask, state: State, table: "Table", request: Request) -> Response | None:
    """Return the answer to a request that came past the guard, or is routed otherwise than it was judged."""
    environ = request.environ
    rule = request.url_rule
    endpoint = None if rule is None else rule.endpoint
    passed = passed_of(environ, state)
    if endpoint is not None and app.view_functions.get(endpoint) is not table.views.get(endpoint):
        # It was put there after the first request.
        table = state.thaw(app, table)
    elif passed is not None and passed.covers(environ) and _is_as_judged(passed, endpoint, table):
        return None
    # It takes 14 ms to import. Few requests come here.
    from crossguard.flask.writes import check_write  # noqa: PLC0415

    quiet = not any(key in environ for key in _EVIDENCE)
    reporter = None if quiet else table.reporter
    answer = check_write(app, table.of_view(environ, endpoint), environ, reporter)
    if answer is None:
        return None
    if passed is not None:
        answer = without_policy(answer)
    return app.response_class(answer.body, answer.status, answer.headers)


def _is_as_judged(passed: Passed, endpoint: str | None, table: "Table") -> bool:
    # No view runs where Flask has found none.
    if passed.every or endpoint is None or not table.routes:
        return True
    return endpoint == (
        None if passed.route is None or not passed.route.exact else passed.route.rule.endpoint
    )
