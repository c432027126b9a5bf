"""The mark of a request that has passed the guard of one application, kept in its environ.

Something between the guard and the view may rewrite a request: a method override, ProxyFix, a middleware that
strips a prefix. The mark says what was judged, so that what was rewritten is judged again.
"""

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from crossguard.flask.routing import Route
from crossguard.wsgi.environ import Environ

# It takes 2.4 ms to import, and only serving needs it.
if TYPE_CHECKING:
    from crossguard.core.policy import Policy

#: No header of a request can have this name (PEP 3333, "environ Variables"). Where nothing between the guard
#: and the view can rewrite a request that has passed every gate, the state itself is the mark.
KEY: Final = "crossguard.passed"

_new: Final = tuple.__new__


class Passed(NamedTuple):
    """What one guard has judged.

    Attributes:
        state: the ``State`` of the application whose guard it is; it is only compared.
        method: the method.
        path: the path below the mount.
        scheme: the scheme.
        host: the ``Host`` header.
        every: whether the request has passed every gate that there is; its route does not matter then.
        route: the route for which it has passed; None for an unknown one.
        inside: the policies that govern it as it was rewritten on its way.
    """

    state: object
    method: Any
    path: Any
    scheme: Any
    host: Any
    every: bool
    route: Route | None
    inside: "list[Policy | None]"

    def covers(self, environ: Environ) -> bool:
        """Tell whether *environ* still says what was judged."""
        get = environ.get
        return bool(
            self[1] == get("REQUEST_METHOD")
            and self[2] == get("PATH_INFO")
            and self[3] == get("wsgi.url_scheme")
            and self[4] == get("HTTP_HOST")
        )


def mark(
    environ: Environ,
    state: object,
    *,
    every: bool = False,
    route: Route | None = None,
    inside: "list[Policy | None] | None" = None,
) -> Passed:
    """Mark *environ* as judged by the guard of *state*, and return the mark."""
    get = environ.get
    # One is made for every write, and in this way for half of the time.
    passed = _new(
        Passed,
        (
            state,
            get("REQUEST_METHOD"),
            get("PATH_INFO"),
            get("wsgi.url_scheme"),
            get("HTTP_HOST"),
            every,
            route,
            [] if inside is None else inside,
        ),
    )
    environ[KEY] = passed
    return passed


def passed_of(environ: Environ, state: object) -> Passed | None:
    """Return the mark of the application of *state* in *environ*; None without one."""
    passed = environ.get(KEY)
    return passed if isinstance(passed, Passed) and passed[0] is state else None
