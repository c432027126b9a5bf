"""The mark of a request that has passed the guard of one application, kept in its environ.

Whatever stands between the guard and the view may rewrite a request: a method override, ProxyFix, a middleware
that strips a prefix. The mark says what was judged, so that what was rewritten is judged again.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from crossguard.environ import Environ

if TYPE_CHECKING:
    from crossguard.core.policy import Policy
    from crossguard.flask.extension import State
    from crossguard.flask.routing import Route

#: No header of a request can have this name (PEP 3333, "environ Variables").
KEY: Final = "crossguard.passed"

Judged = tuple[Any, Any, Any, Any]


class Passed(NamedTuple):
    """What one guard has judged.

    Attributes:
        state: of the application whose guard it is.
        judged: the method, path, scheme and host.
        every: whether the request has passed every gate that there is, so that its route does not matter.
        route: the route for which it has passed; None for an unknown one.
        inside: the policies that govern it as it was rewritten on its way.
    """

    state: "State"
    judged: Judged
    every: bool
    route: "Route | None"
    inside: "list[Policy | None]"

    def covers(self, environ: Environ) -> bool:
        """Tell whether *environ* still says what was judged."""
        return self.judged == judged_of(environ)


def judged_of(environ: Mapping[str, Any]) -> Judged:
    """Return what of a request decides where it goes, and what its own origin is."""
    get = environ.get
    return get("REQUEST_METHOD"), get("PATH_INFO"), get("wsgi.url_scheme"), get("HTTP_HOST")


def passed_of(environ: Environ, state: "State") -> Passed | None:
    """Return the mark of the application of *state* in *environ*; None without one."""
    passed = environ.get(KEY)
    return passed if isinstance(passed, Passed) and passed.state is state else None
