"""The CORS-preflight cache: what an earlier preflight allowed, for how long, and for whom.

Source: Fetch, "CORS-preflight cache", with each browser's cap, key and eviction (recorded).
"""

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from crossguard.browser.profiles import Profile
from crossguard.core.names import SAFELISTED_METHODS

#: Fetch, "CORS-preflight fetch" step 7.9: seconds without Access-Control-Max-Age.
DEFAULT_MAX_AGE: Final = 5

_DIGITS: Final = re.compile(r"[0-9]+", re.ASCII)
_SIGNED: Final = re.compile(r"[+\-]?[0-9]+", re.ASCII)
_INT64: Final = range(-(2**63), 2**63)
_INT64_DIGITS: Final = 40


def parse_max_age(value: str | None, profile: Profile) -> int:
    """Return for how many seconds a preflight's answer is kept; 0 for not at all.

    Firefox reads digits only and does not cache what it cannot read; Chromium reads a signed 64-bit
    number and otherwise takes the default.
    """
    if value is None:
        return DEFAULT_MAX_AGE
    if profile.max_age_strict:
        if not value:
            return DEFAULT_MAX_AGE
        if not _DIGITS.fullmatch(value):
            return 0
        digits = value.lstrip("0")
        return (
            profile.max_age_cap if len(digits) > _INT64_DIGITS else min(int(digits or 0), profile.max_age_cap)
        )
    if not _SIGNED.fullmatch(value) or len(value.lstrip("+-0")) > _INT64_DIGITS:
        return DEFAULT_MAX_AGE
    seconds = int(value)
    return max(0, min(seconds, profile.max_age_cap)) if seconds in _INT64 else DEFAULT_MAX_AGE


@dataclass(frozen=True, slots=True)
class PreflightKey:
    """For whom a preflight's answer is kept.

    Attributes:
        origin: the page's, serialized.
        url: with query and fragment.
        credentials: whether the credentials mode is ``include``.
    """

    origin: str
    url: str
    credentials: bool


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a preflight's answer lists: methods, header names, and its Access-Control-Max-Age."""

    methods: tuple[str, ...]
    names: tuple[str, ...]
    max_age: str | None = None


@dataclass(slots=True)
class _Entry:
    """What is allowed, each with the time at which it ends."""

    credentials: bool
    methods: dict[str, float] = field(default_factory=dict)
    headers: dict[str, float] = field(default_factory=dict)


class PreflightCache:
    """The preflight cache of one browser."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._entries: OrderedDict[PreflightKey, _Entry] = OrderedDict()

    def copy(self) -> "PreflightCache":
        """Return a cache with the same answers."""
        other = PreflightCache(self._profile)
        other._entries = OrderedDict(
            (key, _Entry(entry.credentials, dict(entry.methods), dict(entry.headers)))
            for key, entry in self._entries.items()
        )
        return other

    def __len__(self) -> int:
        """Return the number of entries, expired ones included."""
        return len(self._entries)

    def _slot(self, key: PreflightKey) -> PreflightKey:
        if key.credentials and self._profile.credentialed_entry_serves_all:
            return PreflightKey(key.origin, key.url, credentials=False)
        return key

    def covers(self, key: PreflightKey, method: str, names: tuple[str, ...], now: float) -> bool:
        """Tell whether no preflight is needed (Fetch, "method cache entry match", "header-name …").

        Args:
            key: for whom.
            method: normalised.
            names: the lower-case header names that a preflight would ask for.
            now: time of the browser, in seconds.
        """
        slot = self._slot(key)
        entry = self._entries.get(slot)
        if entry is None:
            return False
        if self._allows(entry, key, method, names, now):
            self._entries.move_to_end(slot)
            return True
        if self._profile.uncovered_request_evicts:
            del self._entries[slot]
        return False

    def _allows(
        self, entry: _Entry, key: PreflightKey, method: str, names: tuple[str, ...], now: float
    ) -> bool:
        if key.credentials and not entry.credentials:
            return False
        # Chromium keeps what an answer to a credentialed preflight meant, WebKit what it said (recorded).
        literal = key.credentials if self._profile.refused_preflight_is_kept else entry.credentials
        wildcard = self._profile.cached_wildcard_covers and not literal
        is_simple = method in SAFELISTED_METHODS and not (
            method == "HEAD" and self._profile.cached_head_must_be_listed
        )
        is_method_allowed = is_simple or _lists(entry.methods, method, now, wildcard=wildcard)
        return is_method_allowed and all(
            _lists(entry.headers, name, now, wildcard=wildcard) for name in names
        )

    def store(self, key: PreflightKey, allowed: Allowed, now: float) -> None:
        """Keep what a preflight's answer allowed (Fetch, "CORS-preflight fetch" steps 7.8 to 7.15)."""
        seconds = parse_max_age(allowed.max_age, self._profile)
        slot = self._slot(key)
        if self._profile.preflight_answer_replaces:
            self._entries.pop(slot, None)
        if seconds == 0:
            return
        entry = self._entries.setdefault(slot, _Entry(key.credentials))
        entry.methods.update(dict.fromkeys(allowed.methods, now + seconds))
        entry.headers.update(dict.fromkeys((name.lower() for name in allowed.names), now + seconds))
        self._entries.move_to_end(slot)
        if len(self._entries) > self._profile.preflight_cache_size:
            self._entries.popitem(last=False)

    def forget(self, key: PreflightKey) -> None:
        """Remove what is kept for the origin and URL of *key*, with and without credentials."""
        for credentials in (False, True):
            self._entries.pop(PreflightKey(key.origin, key.url, credentials), None)


def _lists(allowed: dict[str, float], item: str, now: float, *, wildcard: bool) -> bool:
    return allowed.get(item, now) > now or (wildcard and allowed.get("*", now) > now)
