"""How one request uses the HTTP cache: which modes read, which write.

Source: Fetch, "HTTP-network-or-cache fetch" steps 8.16 to 8.26, "request cache mode".
"""

from typing import Final

from crossguard.browser.caches.http_cache import CACHEABLE, CacheKey, StoredResponse, storable
from crossguard.browser.headers.received import ReceivedHeaders
from crossguard.browser.request import Cache, Mode, Request
from crossguard.browser.session import Session
from crossguard.browser.values import HeaderList, HttpResponse, combined

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_CACHED_METHODS: Final = frozenset({"GET", "HEAD"})
_IGNORES_AGE: Final = frozenset({Cache.FORCE_CACHE, Cache.ONLY_IF_CACHED})
_WHOLE: Final = frozenset({200})
_PARTIAL: Final = 206
_OK: Final = range(200, 400)


class CacheLookup:
    """The HTTP cache from the side of one request."""

    def __init__(self, session: Session, request: Request, headers: HeaderList) -> None:
        profile = session.profile
        self._session = session
        self._request = request
        self._headers = headers
        self._has_range = combined(request.headers, "range") is not None
        self._takes_part = (
            request.method in _CACHED_METHODS
            and request.mode is not Mode.WEBSOCKET
            and request.cache is not Cache.NO_STORE
            and not (request.origin is None and profile.sandboxed_page_caches_nothing)
        )

    def find(self) -> StoredResponse | None:
        """Return the stored response that the request could use, fresh or not."""
        profile, key = self._session.profile, cache_key(self._request)
        if not self._takes_part or self._has_range or self._request.cache is Cache.RELOAD:
            return None
        if self._request.method == "GET" or profile.head_uses_cached_get:
            return self._session.cache.find(key, self._headers)
        return self._session.cache.find(_head_key(key), self._headers) if profile.caches_head else None

    def is_usable(self, stored: StoredResponse) -> bool:
        """Tell whether *stored* is used without asking the server."""
        if stored.is_other_variant:
            return False
        if self._request.cache in _IGNORES_AGE:
            return True
        return self._request.cache is not Cache.NO_CACHE and self._session.clock() < stored.fresh_until

    def validates(self, stored: StoredResponse) -> bool:
        """Tell whether a 304 means that *stored* still holds."""
        return bool(stored.validators) or self._session.profile.validates_without_validator

    def store(self, response: HttpResponse, headers: ReceivedHeaders) -> None:
        """Keep the server's response, or forget what it has made stale."""
        profile, key, is_get = self._session.profile, cache_key(self._request), self._request.method == "GET"
        if self._takes_part and (is_get or profile.caches_head):
            statuses = CACHEABLE
            if self._has_range:
                statuses = _WHOLE if profile.range_200_is_cached else frozenset()
            elif profile.caches_unasked_ranges:
                statuses |= {_PARTIAL}
            entry = storable(response, headers, self._headers, self._session.clock(), statuses)
            if self._has_range and entry is None:
                return
            self._session.cache.store(key if is_get else _head_key(key), entry)
        elif self._request.method not in _SAFE_METHODS and response.status in _OK:
            self._session.cache.invalidate(key)


def _head_key(key: CacheKey) -> CacheKey:
    return CacheKey(key.partition, key.url, key.credentials, "HEAD")


def cache_key(request: Request) -> CacheKey:
    """Return the key under which the request's response is stored."""
    return CacheKey(request.client.partition, request.url.without_fragment, request.includes_credentials)
