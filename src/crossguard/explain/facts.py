"""The facts of a request that the browser model has sent, as the application sees them."""

from collections.abc import Callable
from typing import Final

from crossguard.browser.values import HttpRequest
from crossguard.core.decision import Reason
from crossguard.core.policy import Policy
from crossguard.core.request import RequestFacts

#: Returns the policy that governs a request; None where it is unknown, as through the network.
PolicyFor = Callable[[HttpRequest], Policy | None]
#: Returns what marks call the route of a request: its endpoint, or its path; None where it is unknown.
RouteFor = Callable[[HttpRequest], str | None]
#: Returns why the write gate refuses a request, and the policy that says so; None if it does not.
RefusalFor = Callable[[HttpRequest], tuple[Reason, Policy] | None]
#: Whether a page includes the user's cookies, by what it says; by default another origin gets none, and few
#: pages mean that.
INCLUDED: Final = {"include": True, "omit": False}


def facts_of(request: HttpRequest, url: str, route_for: RouteFor | None = None) -> RequestFacts:
    """Return the facts of *request*.

    Args:
        request: what was sent.
        url: where to.
        route_for: names its route.
    """
    bare = url.partition("?")[0]
    return RequestFacts(
        method=request.method,
        url=bare,
        path="/" + bare.partition("://")[2].partition("/")[2],
        origin=request.header("origin"),
        requested_method=request.header("access-control-request-method"),
        requested_headers=request.header("access-control-request-headers"),
        fetch_mode=request.header("sec-fetch-mode"),
        fetch_site=request.header("sec-fetch-site"),
        accept=request.header("accept"),
        own_origin="/".join(bare.split("/", 3)[:3]),
        content_type=request.header("content-type"),
        route=(route_for(request) if route_for is not None else None) or "",
    )
