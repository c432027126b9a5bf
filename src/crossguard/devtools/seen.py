"""What came of a request that a page asks about: a preflight, the request, both or nothing."""

from typing import NamedTuple

from crossguard.devtools.exchanges import Exchange


class Seen(NamedTuple):
    """What came of a page's request; both are None where nothing came.

    Attributes:
        preflight: the last preflight for it.
        request: the last request itself, unless a preflight came after it.
        before: the redirects that led there.
    """

    preflight: Exchange | None = None
    request: Exchange | None = None
    before: tuple[Exchange, ...] = ()

    def inside(self) -> "Seen":
        """Return the same as the guard has answered it, without what stands around it."""
        preflight, request = self.preflight, self.request
        return self._replace(preflight=preflight and preflight.inside(), request=request and request.inside())

    @property
    def last(self) -> Exchange | None:
        """What came last."""
        return self.request or self.preflight
