"""The HTTP cache, as small as CORS needs it: it can answer a fetch with headers made for another.

Source: RFC 9111 (private cache); Fetch, "HTTP-network-or-cache fetch" steps 8.24 to 8.26 and 11.
Only GET without ``Range`` is cached. Each browser's key and its habit after a failed CORS check are
switches of the profile.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Final

from crossguard.browser.headers.received import ReceivedHeaders
from crossguard.browser.headers.values import split_value
from crossguard.browser.profiles import Profile
from crossguard.browser.values import HeaderList, HttpResponse, combined

#: Bounds the memory of a long-lived browser; the least recently used goes.
MAX_ENTRIES: Final = 1000

#: RFC 9110 section 15.1; 206 is left out because ranges are not cached here.
CACHEABLE: Final = frozenset({200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501})
#: Fresh for good without any header, in both browsers.
_PERMANENT: Final = frozenset({300, 301, 308, 410})
#: Served by the heuristic of RFC 9111 section 4.2.2 if there is a Last-Modified.
_HEURISTIC: Final = frozenset({200, 203})
_HEURISTIC_FRACTION: Final = 0.1
_DELTA_SECONDS: Final = re.compile(r"[0-9]{1,10}", re.ASCII)


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A response with what decides whether it may be used again.

    Attributes:
        response: as the server sent it, updated by later 304s.
        headers: the same, read.
        fresh_until: time of the browser, in seconds.
        selecting: the request headers named by Vary with their values; None if it says ``*``.
        is_other_variant: whether it was made for a request with other headers, and may only be validated.
    """

    response: HttpResponse
    headers: ReceivedHeaders
    fresh_until: float
    selecting: HeaderList | None
    is_other_variant: bool = False

    def is_selected_by(self, request_headers: HeaderList) -> bool:
        """Tell whether the response suits a request with *request_headers* (RFC 9111 section 4.1)."""
        return self.selecting is not None and all(
            (combined(request_headers, name) or "") == value for name, value in self.selecting
        )

    @property
    def validators(self) -> HeaderList:
        """The headers of a conditional request (RFC 9111 section 4.3.1)."""
        etag, modified = self.headers.get("etag"), self.headers.get("last-modified")
        if etag:
            return (("If-None-Match", etag),)
        return (("If-Modified-Since", modified),) if modified else ()


@dataclass(frozen=True, slots=True)
class CacheKey:
    """For whom a response is stored: top-level site, URL, whether credentials were included, method."""

    partition: str
    url: str
    credentials: bool
    method: str = "GET"


class HttpCache:
    """The HTTP cache of one browser; only Firefox keeps responses with and without credentials apart."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._entries: OrderedDict[CacheKey, StoredResponse] = OrderedDict()

    def copy(self) -> "HttpCache":
        """Return a cache with the same responses."""
        other = HttpCache(self._profile)
        other._entries = self._entries.copy()
        return other

    def _slot(self, key: CacheKey) -> CacheKey:
        if key.credentials and not self._profile.cache_separates_credentials:
            return CacheKey(key.partition, key.url, credentials=False, method=key.method)
        return key

    def find(self, key: CacheKey, request_headers: HeaderList) -> StoredResponse | None:
        """Return the stored response of *key*, fresh or not.

        Of another variant there is at most its validator (RFC 9111 section 4.3.1), in some browsers.
        """
        slot = self._slot(key)
        entry = self._entries.get(slot)
        if entry is None:
            return None
        if not entry.is_selected_by(request_headers):
            if not self._profile.validates_other_variants:
                return None
            entry = replace(entry, is_other_variant=True)
        self._entries.move_to_end(slot)
        return entry

    def store(self, key: CacheKey, entry: StoredResponse | None) -> None:
        """Keep *entry* in place of what was stored; nothing if it is None."""
        self.forget(key)
        if entry is None:
            return
        self._entries[self._slot(key)] = entry
        if len(self._entries) > MAX_ENTRIES:
            self._entries.popitem(last=False)

    def forget(self, key: CacheKey) -> None:
        """Remove what is stored for *key*."""
        self._entries.pop(self._slot(key), None)

    def invalidate(self, key: CacheKey) -> None:
        """Remove what an unsafe method made stale, with and without credentials (RFC 9111 section 4.4)."""
        for credentials in (False, True):
            self._entries.pop(CacheKey(key.partition, key.url, credentials), None)


def storable(
    response: HttpResponse,
    headers: ReceivedHeaders,
    request_headers: HeaderList,
    now: float,
    statuses: frozenset[int] = CACHEABLE,
) -> StoredResponse | None:
    """Return what is stored of a response, None if it may not be stored (RFC 9111 section 3)."""
    directives = cache_control(headers)
    if response.status not in statuses or "no-store" in directives:
        return None
    lifetime = freshness_lifetime(response.status, headers, directives, now)
    return StoredResponse(response, headers, now + lifetime, _selecting(headers, request_headers))


def cache_control(headers: ReceivedHeaders) -> dict[str, str]:
    """Return the directives of Cache-Control in lower case, with their arguments."""
    value = headers.get("cache-control")
    if value is None:
        return {}
    pairs = (part.partition("=") for part in split_value(value))
    return {name.strip().lower(): argument.strip().strip('"') for name, _, argument in pairs}


def freshness_lifetime(
    status: int, headers: ReceivedHeaders, directives: dict[str, str], now: float
) -> float:
    """Return for how many seconds a response is fresh (RFC 9111 section 4.2.1), 0 for not at all."""
    if "no-cache" in directives or headers.get("pragma") == "no-cache":
        return 0
    max_age = directives.get("max-age")
    if max_age is not None:
        return float(max_age) if _DELTA_SECONDS.fullmatch(max_age) else 0
    date = _date(headers.get("date"))
    date = now if date is None else date
    if headers.get("expires") is not None:
        expires = _date(headers.get("expires"))
        return 0 if expires is None else max(0, expires - date)
    if status in _PERMANENT:
        return float("inf")
    modified = _date(headers.get("last-modified"))
    if modified is None or status not in _HEURISTIC or "must-revalidate" in directives:
        return 0
    return max(0, (date - modified) * _HEURISTIC_FRACTION)


def updated(entry: StoredResponse, received: HttpResponse) -> HttpResponse:
    """Return the stored response with the headers of a 304 (RFC 9111 section 3.2)."""
    new = {name.lower() for name, _ in received.headers} - {"content-length"}
    kept = tuple(pair for pair in entry.response.headers if pair[0].lower() not in new)
    added = tuple(pair for pair in received.headers if pair[0].lower() in new)
    return HttpResponse(entry.response.status, kept + added, entry.response.body, received.note)


def _selecting(headers: ReceivedHeaders, request_headers: HeaderList) -> HeaderList | None:
    names = [name.lower() for name in split_value(headers.get("vary") or "") if name]
    if "*" in names:
        return None
    return tuple((name, combined(request_headers, name) or "") for name in names)


def _date(value: str | None) -> float | None:
    if value is None:
        return None
    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError):
        return None
