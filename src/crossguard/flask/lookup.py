"""Which policy governs a request that a browser, real or modelled, has sent."""

from functools import partial
from typing import TYPE_CHECKING, TypedDict

from flask import Flask

from crossguard.core.decision import Reason
from crossguard.core.policy import Policy
from crossguard.flask.routing import Router
from crossguard.flask.rows import PolicyRow, rows_of
from crossguard.flask.state import inspect, state_to_be
from crossguard.flask.writes import judge_write
from crossguard.wsgi.environ import encoded
from crossguard.wsgi.environfacts import write_facts_of

# It takes 36 ms to import.
if TYPE_CHECKING:
    from collections.abc import Callable

    from crossguard.browser.values import HttpRequest


def policy_for(app: Flask, path: str = "/", method: str = "GET") -> Policy | None:
    """Return the policy that governs *path* and *method* in *app*; None if there is none.

    For a library with a check of its own: ``SocketIO(app, cors_allowed_origins=policy_for(app).allows)``.
    Declare all policies first. The policy stays in force with the first request; the application itself,
    its configuration and its cookies are left alone.

    Raises:
        ConfigError: the application's policies do not build.
    """
    with state_to_be(app, keep=True).look(app, hand_out=True) as table:
        return table.for_preflight({"PATH_INFO": encoded(path), "REQUEST_METHOD": method}, method)


def policy_rows(app: Flask) -> list[PolicyRow]:
    """Return which policy governs which rule and method of *app*, sorted by rule.

    Raises:
        ConfigError: a policy does not build.
    """
    with inspect(app) as table:
        return rows_of(app, table)


def policy_of(app: Flask, request: "HttpRequest") -> Policy | None:
    """Return the policy that governs *request* in *app*; None if there is none.

    Raises:
        ConfigError: the application's policies do not build.
    """
    from crossguard.flask.asked import policy_in  # noqa: PLC0415 - 36 ms

    with inspect(app) as table:
        return policy_in(table, request)


class Questions(TypedDict):
    """What can be asked about the requests of an application; see :func:`crossguard.explain.explain_verdict`.

    Attributes:
        policy_for: returns the policy of a request.
        route_for: names the route of a request.
        refusal_for: returns why a write is refused.
    """

    policy_for: "Callable[[HttpRequest], Policy | None]"
    route_for: "Callable[[HttpRequest], str | None]"
    refusal_for: "Callable[[HttpRequest], tuple[Reason, Policy] | None]"


def questions_about(app: Flask) -> Questions:
    """Return what can be asked about the requests of *app*."""
    return {
        "policy_for": partial(policy_of, app),
        "route_for": partial(endpoint_for, app),
        "refusal_for": partial(refusal_of, app),
    }


def refusal_of(app: Flask, request: "HttpRequest") -> tuple[Reason, Policy] | None:
    """Return why the write gate of *app* refuses *request*, and the policy that says so; None if it does not.

    No code of the application runs but that of its session, where a token decides.

    Raises:
        ConfigError: the application's policies do not build.
    """
    # Of the browser model, which is there if a request of it is.
    from crossguard.browser.transports.wsgi_application import environ_of  # noqa: PLC0415 - 36 ms

    environ = environ_of(request)
    with inspect(app) as table:
        judged = judge_write(app, table.for_gate(environ), environ, write_facts_of(environ))
    if judged is None or judged.allowed or judged.report_only:
        return None
    return judged.reason, judged.place


def endpoint_for(app: Flask, request: "HttpRequest") -> str | None:
    """Return the endpoint that *request* would reach in *app*, or of a preflight, the request it asks for.

    None if there is no such URL, or not with this method. No code of the application runs.
    """
    from crossguard.flask.asked import endpoint_in  # noqa: PLC0415 - 36 ms

    return endpoint_in(Router(app), request)
