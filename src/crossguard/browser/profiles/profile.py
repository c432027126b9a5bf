"""The switches in which browsers differ; each browser has a frozen set of them.

Every switch names a deviation from the Fetch Standard or from the other browser, with the evidence:
"recorded" are the verdicts of Chromium 156 and Firefox 153 in ``tests/browser/data``, "seen" is what a
Chromium 156 did when the model was compared with it on cases that nobody recorded.
"""

from dataclasses import dataclass
from enum import StrEnum


class ThirdPartyCookies(StrEnum):
    """What becomes of cookies whose site is not the page's."""

    #: Sent and stored as SameSite permits. Chromium with ``cookie_controls_mode`` 0 or 2.
    ALLOW = "allow"
    #: Only ``Partitioned`` ones. Chromium with third-party cookies blocked, incognito, Debian's default.
    PARTITIONED_ONLY = "partitioned-only"
    #: Each top-level site has its own jar for them. Firefox's Total Cookie Protection.
    OWN_JAR = "own-jar"
    #: None at all. Firefox with all third-party cookies blocked.
    BLOCK = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The switches of one browser. The field's comment says what is known and from where."""

    #: The name under which :class:`crossguard.browser.Browser` knows it.
    name: str

    # --- request headers -----------------------------------------------------------------------
    #: A ``User-Agent`` set by script is dropped. The standard sends it; recorded: Chromium drops.
    drops_user_agent: bool
    #: Client hints (``DPR``, ``Downlink`` …) with simple values need no preflight. Not in the
    #: standard; recorded in Chromium, ``Width`` not among them.
    safelists_client_hints: bool
    #: Values of a repeated header are judged line by line, not combined, and the sum of their
    #: lengths is not limited to 1024. Recorded: Firefox.
    safelists_each_line: bool
    #: Bytes from 0x80 in Accept and Content-Type need a preflight. Recorded: Firefox (signed char).
    high_bytes_unsafe: bool
    #: Positions in ``Range`` must be below this. Recorded: 2^63 in Chromium, less
    #: one as seen later; 2^64 in Firefox.
    range_limit: int
    #: A comma in Content-Type, or a semicolon behind its parameters, needs a preflight. Recorded: Firefox.
    strict_content_type_tail: bool
    #: Request headers that end the fetch before anything is sent. Recorded: Chromium.
    refused_request_headers: frozenset[str]

    # --- Origin and Sec-Fetch-Site -------------------------------------------------------------
    #: ``Origin: null`` on non-CORS fetches whose referrer policy hides the referrer, as in the
    #: standard (Fetch, "append a request Origin header"). Recorded: Firefox; Chromium sends it.
    origin_follows_referrer_policy: bool
    #: A redirect to any other origin turns ``Origin`` of a non-CORS request into ``null``. Seen: Chromium.
    redirect_hides_origin: bool
    #: ``Sec-Fetch-Site: same-site`` needs an https page (or a loopback one) and https at every
    #: redirect. Recorded: Firefox says ``cross-site`` after any redirect on plain http.
    same_site_needs_https: bool

    #: ``Sec-Fetch-*`` go with WebSocket handshakes. Recorded: Firefox; Chromium sends none.
    websocket_sends_metadata: bool

    # --- preflight -----------------------------------------------------------------------------
    #: The preflight after a tainting redirect still carries the page's origin, and one to the page's
    #: own origin passes unchecked. Recorded: Firefox.
    preflight_keeps_origin: bool
    #: Once a request needed a preflight, every later cross-origin hop gets one, which asks for the
    #: original request's names. Recorded: Firefox.
    preflight_is_sticky: bool
    #: ``Access-Control-Allow-Headers: *`` covers Authorization. The standard says no; recorded: both do.
    wildcard_covers_authorization: bool
    #: Access-Control-Request-Headers repeats a name that was given twice. Recorded: Firefox.
    preflight_repeats_names: bool
    #: Order of the request headers of a preflight on the wire. Recorded.
    preflight_order: tuple[str, ...]

    # --- preflight cache -----------------------------------------------------------------------
    #: Longest time that a preflight's answer is kept, in seconds. Measured on both sides.
    max_age_cap: int
    #: How ``Access-Control-Max-Age`` is read; see :mod:`crossguard.browser.caches.preflights`.
    max_age_strict: bool
    #: Entries that are kept; the least recently used goes. Chromium: about 1000, evicted at random.
    preflight_cache_size: int
    #: A new answer replaces what the key had, instead of adding to it. Known of Chromium's design.
    preflight_answer_replaces: bool
    #: A cached ``*`` covers other methods and headers. Recorded: Chromium; in Firefox it covers nothing.
    cached_wildcard_covers: bool
    #: What a credentialed preflight allowed also serves requests without credentials. Chromium.
    credentialed_entry_serves_all: bool
    #: A response that fails the CORS check removes the entry. Recorded: Firefox.
    cors_failure_evicts: bool
    #: An entry that does not cover a request is dropped, whatever the new preflight says. Seen: Chromium.
    uncovered_request_evicts: bool
    #: A preflight of a fetch with cache mode no-store is not kept. Seen: Chromium.
    no_store_keeps_no_preflight: bool
    #: Cache modes of a fetch that always preflight. Measured.
    preflighting_cache_modes: frozenset[str]

    # --- responses -----------------------------------------------------------------------------
    #: An empty header line is dropped when there are others of its name. Recorded: Firefox.
    drops_empty_lines: bool
    #: A blank between a header's name and the colon is ignored. Recorded: Chromium; in Firefox the
    #: line is.
    trims_header_names: bool
    #: ``Location`` with user info ends a no-cors fetch too. Recorded: Chromium.
    location_userinfo_always_fails: bool
    #: A ``Location`` that does not parse fails with a redirect mode of manual too. Seen: Chromium.
    invalid_location_always_fails: bool
    #: Client hints that script set are removed by a redirect away from the page's origin. Seen:
    #: Chromium.
    redirect_strips_client_hints: bool
    #: A redirect mode of error refuses only where there is a ``Location``. Seen: Chromium.
    error_mode_needs_location: bool
    #: An empty ``Location`` is no redirect. Recorded: Chromium; Firefox fails.
    empty_location_ignored: bool
    #: ``Cross-Origin-Resource-Policy: same-site`` admits a sandboxed page of the same site. Recorded:
    #: Chromium; Firefox follows the standard.
    resource_policy_sees_sandboxed_host: bool
    #: A 407 ends the fetch. Recorded: Chromium.
    proxy_challenge_fails: bool

    # --- HTTP cache ----------------------------------------------------------------------------
    #: Responses with and without credentials are kept apart. Recorded: Firefox.
    cache_separates_credentials: bool
    #: A response that fails the CORS check does not stay in the cache. Recorded: Chromium; Firefox
    #: keeps reusing it until it expires.
    cors_failure_uncaches: bool

    # --- cookies -------------------------------------------------------------------------------
    #: Cookies without SameSite count as Lax (RFC 6265bis section 5.6.7.2). Chromium; Firefox never
    #: shipped it.
    lax_by_default: bool
    #: Seconds for which such a cookie is sent with cross-site form posts ("Lax+POST"). Measured: 120.
    lax_allow_unsafe_seconds: int
    #: A redirect through another site makes Strict and Lax cookies stay behind. Recorded: Firefox.
    redirects_make_cookies_cross_site: bool
    #: http and https are different sites for cookies (RFC 6265bis section 5.2). Recorded: not in Firefox.
    schemeful_cookies: bool
    third_party_cookies: ThirdPartyCookies
