"""How one request uses the HTTP cache: which modes read, which write.

Source: Fetch, "HTTP-network-or-cache fetch" steps 8.16 to 8.26, "request cache mode".
"""

from typing import Final

from crossguard.browser.caches.http_cache import CacheKey, StoredResponse, storable
from crossguard.browser.headers.received import ReceivedHeaders
from crossguard.browser.request import Cache, Mode, Request
from crossguard.browser.session import Session
from crossguard.browser.values import HeaderList, HttpResponse

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# A stored GET answers a HEAD, but what answers a HEAD is not stored (RFC 9111 section 4).
_CACHED_METHODS: Final = frozenset({"GET", "HEAD"})
_IGNORES_AGE: Final = frozenset({Cache.FORCE_CACHE, Cache.ONLY_IF_CACHED})
_OK: Final = range(200, 400)


class CacheLookup:
    """The HTTP cache from the side of one request."""

    def __init__(self, session: Session, request: Request, headers: HeaderList) -> None:
        self._session = session
        self._request = request
        self._headers = headers
        self._takes_part = (
            request.method in _CACHED_METHODS
            and request.mode is not Mode.WEBSOCKET
            and request.cache is not Cache.NO_STORE
            and not any(name.lower() == "range" for name, _ in request.headers)
        )

    def find(self) -> StoredResponse | None:
        """Return the stored response that the request could use, fresh or not."""
        if not self._takes_part or self._request.cache is Cache.RELOAD:
            return None
        return self._session.cache.find(cache_key(self._request), self._headers)

    def is_usable(self, stored: StoredResponse) -> bool:
        """Tell whether *stored* is used without asking the server."""
        if self._request.cache in _IGNORES_AGE:
            return True
        return self._request.cache is not Cache.NO_CACHE and self._session.clock() < stored.fresh_until

    def store(self, response: HttpResponse, headers: ReceivedHeaders) -> None:
        """Keep the server's response, or forget what it has made stale."""
        if self._takes_part and self._request.method == "GET":
            entry = storable(response, headers, self._headers, self._session.clock())
            self._session.cache.store(cache_key(self._request), entry)
        elif self._request.method not in _SAFE_METHODS and response.status in _OK:
            self._session.cache.invalidate(cache_key(self._request))


def cache_key(request: Request) -> CacheKey:
    """Return the key under which the request's response is stored."""
    return CacheKey(request.client.partition, request.url.without_fragment, request.includes_credentials)
