"""What the table of an application says of a request that the model browser has sent. No code of it runs."""

from crossguard.browser.transports.wsgi_application import environ_of
from crossguard.browser.values import HttpRequest
from crossguard.core.policy import Policy
from crossguard.core.request import is_preflight
from crossguard.flask.routing import Router
from crossguard.flask.table import Table


def policy_in(table: Table, request: HttpRequest) -> Policy | None:
    """Return the policy that governs *request*; None if there is none."""
    environ = environ_of(request)
    asked = _asked_method(request)
    return table.for_request(environ) if asked is None else table.for_preflight(environ, asked)


def endpoint_in(router: Router, request: HttpRequest) -> str | None:
    """Return the endpoint that *request* would reach, or of a preflight, the request that it asks for.

    None if there is no such URL, or not with this method.
    """
    asked = _asked_method(request)
    method = request.method if asked is None else asked
    route = router.find(environ_of(request), method)
    return None if route is None or route.method != method else str(route.rule.endpoint)


def _asked_method(request: HttpRequest) -> str | None:
    """Return the method that a preflight asks for; None if *request* is none."""
    requested = request.header("access-control-request-method")
    return requested if is_preflight(request.method, request.header("origin"), requested) else None
