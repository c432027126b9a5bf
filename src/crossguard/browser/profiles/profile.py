"""The switches in which browsers differ; each browser has a frozen set of them.

Every switch names a deviation from the Fetch Standard or from the other browsers, with the evidence:
"recorded" are the answers of Chromium 156, Firefox 153 and WebKitGTK 2.50 in ``tests/browser/data``,
"seen" is what a Chromium 156 did when the model was compared with it on cases outside of the recordings.
"""

from dataclasses import dataclass
from enum import StrEnum


class ThirdPartyCookies(StrEnum):
    """What becomes of cookies whose site is not the page's."""

    #: Sent and stored as SameSite permits. Chromium with ``cookie_controls_mode`` 0 or 2, WebKit with every
    #: cookie accepted.
    ALLOW = "allow"
    #: Only ``Partitioned`` ones. Chromium with third-party cookies blocked, incognito, Debian's default;
    #: Safari from 26.2.
    PARTITIONED_ONLY = "partitioned-only"
    #: Each top-level site has its own jar for them. Firefox's Total Cookie Protection.
    OWN_JAR = "own-jar"
    #: None at all. WebKit by default; Firefox with all third-party cookies blocked.
    BLOCK = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The switches of one browser. The field's comment says what is known and from where."""

    #: The name under which :class:`crossguard.browser.Browser` knows it.
    name: str
    #: What people call it.
    title: str
    #: Empty for a browser that was recorded; otherwise what its answers are worth, for every output.
    caveat: str = ""

    # --- request headers -----------------------------------------------------------------------
    #: A ``User-Agent`` set by script is dropped. The standard sends it; recorded: Chromium drops.
    drops_user_agent: bool
    #: Client hints (``DPR``, ``Downlink`` …) with simple values need no preflight. Not in the standard;
    #: recorded in Chromium, ``Width`` not among them.
    safelists_client_hints: bool
    #: Values of a repeated header are judged line by line, not combined, and the sum of their lengths is not
    #: limited to 1024. Recorded: Firefox.
    safelists_each_line: bool
    #: Bytes from 0x80 in Accept and Content-Type need a preflight. Recorded: Firefox (signed char).
    high_bytes_unsafe: bool
    #: Positions in ``Range`` must be below this. Recorded: 2^63 in Chromium, less one as seen later; 2^64 in
    #: Firefox.
    range_limit: int
    #: ``Range`` may be spelled ``Bytes=``, and signs and some control characters may precede its numbers.
    #: Recorded: WebKit.
    lenient_range: bool
    #: A comma in Content-Type, or a semicolon behind its parameters, needs a preflight. Recorded: Firefox.
    strict_content_type_tail: bool
    #: Request headers that end the fetch before anything is sent. Recorded: Chromium.
    refused_request_headers: frozenset[str]

    # --- Origin and Sec-Fetch-Site -------------------------------------------------------------
    #: Across sites a referrer policy that says more than the default counts as the default. Recorded:
    #: Firefox.
    referrer_policy_cannot_relax: bool
    #: A Blob keeps its type in a mode of no-cors: JSON crosses without a preflight. Recorded: WebKit.
    no_cors_keeps_blob_type: bool
    #: ``Origin: null`` on non-CORS fetches whose referrer policy hides the referrer, as in the standard
    #: (Fetch, "append a request Origin header"). Recorded: Firefox; Chromium sends it.
    origin_follows_referrer_policy: bool
    #: A form of an https page that goes to http on this machine keeps its ``Origin``. Recorded: WebKit.
    downgrade_spares_loopback: bool
    #: A redirect to any other origin turns ``Origin`` of a non-CORS request into ``null``. Seen: Chromium.
    redirect_hides_origin: bool
    #: Another port of an IPv6 address is ``cross-site`` in ``Sec-Fetch-Site``. Recorded: Firefox.
    ipv6_ports_are_cross_site: bool
    #: ``Sec-Fetch-Site: same-site`` needs an https page (or a loopback one) and https at every redirect.
    #: Recorded: Firefox says ``cross-site`` after any redirect on plain http.
    same_site_needs_https: bool

    #: What a frame of another site fetches carries the origin as ``Referer``, also to itself. Recorded:
    #: WebKit with tracking prevention.
    cross_site_frames_name_their_origin_only: bool
    #: A CORS request that a redirect has just led to another origin carries no ``Sec-Fetch-*``; its preflight
    #: does. Recorded: WebKit (``cleanHTTPRequestHeadersForAccessControl``).
    redirect_hides_metadata: bool
    #: ``Origin`` of a POST stays when redirects within the origin make it a GET. Recorded: WebKit.
    origin_survives_redirects: bool
    #: ``Sec-Fetch-Dest`` of a WebSocket handshake is ``empty``. Recorded: Firefox.
    websocket_dest_is_empty: bool
    #: Elements with ``crossorigin``, and module scripts, send ``Origin`` to their own origin, too. Recorded:
    #: not in Firefox.
    cors_elements_send_origin: bool
    #: ``Sec-Fetch-*`` go with WebSocket handshakes. Recorded: Firefox; Chromium sends none.
    websocket_sends_metadata: bool

    # --- preflight -----------------------------------------------------------------------------
    #: The preflight after a tainting redirect still carries the page's origin, and one to the page's own
    #: origin passes unchecked. Recorded: Firefox.
    preflight_keeps_origin: bool
    #: Once a request needed a preflight, every later cross-origin hop gets one, which asks for the original
    #: request's names. Recorded: Firefox.
    preflight_is_sticky: bool
    #: A sticky preflight asks for headers that redirects have removed, too. Recorded: WebKit; Firefox leaves
    #: out what the last redirect removed.
    preflight_asks_for_stripped: bool
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
    #: An entry that does not cover a request is dropped even if the new preflight fails. Seen: Chromium.
    uncovered_request_evicts: bool
    #: A preflight of a fetch with cache mode no-store is not kept. Seen: Chromium.
    no_store_keeps_no_preflight: bool
    #: A preflight that fails removes the entries of its URL, with and without credentials. Recorded: Firefox.
    failed_preflight_evicts: bool
    #: HEAD must be among the cached methods, though it needs no preflight by itself. Recorded: Firefox.
    cached_head_must_be_listed: bool
    #: The answer to a preflight of an IP address is not used again. Recorded: Firefox.
    ip_literals_keep_no_preflight: bool
    #: A sandboxed page finds and leaves neither preflights nor responses in the caches. Recorded: Chromium.
    sandboxed_page_caches_nothing: bool
    #: The answer to a preflight that did not allow the request is kept all the same. Recorded: WebKit.
    refused_preflight_is_kept: bool
    #: What a redirect made the origin ``null`` for neither finds nor leaves an entry. Recorded: WebKit, where
    #: each such origin is another.
    tainted_origin_keeps_no_preflight: bool
    #: Cache modes of a fetch that always preflight. Measured.
    preflighting_cache_modes: frozenset[str]

    # --- responses -----------------------------------------------------------------------------
    #: An image of an https page is not fetched where a redirect leads it to http, not even on this machine.
    #: Recorded: not in Firefox.
    redirected_images_need_https: bool
    #: An https page may not fetch from http on this machine, images excepted. Recorded: WebKit
    #: (webkit.org/b/171934).
    loopback_is_mixed_content: bool
    #: Credentials of ``same-origin`` stay over redirects of a no-cors fetch that began at home. Recorded:
    #: WebKit.
    no_cors_keeps_credentials: bool
    #: What forbids to follow a redirect is found once the next hop's preflight is answered. Recorded: WebKit.
    checks_redirects_late: bool
    #: A fetch with ``credentials: same-origin`` that left the page's origin fails at the next redirect,
    #: unless the foreign answer allows credentials. Recorded: WebKit.
    foreign_redirect_needs_credentials: bool
    #: A keepalive request carries at most 64 KiB, as in the standard. Recorded: not in Firefox.
    limits_keepalive: bool
    #: Blanks alone are no integrity. Recorded: WebKit; the others fail an opaque response for them.
    blank_integrity_is_none: bool
    #: A digest with the wrong number of ``=`` matches nothing. Recorded: Firefox.
    integrity_minds_padding: bool
    #: The name of a digest may be spelled ``SHA256``. Recorded: WebKit.
    integrity_ignores_case: bool
    #: An empty header line is dropped when there are others of its name. Recorded: Firefox.
    drops_empty_lines: bool
    #: A blank between a header's name and the colon is ignored. Recorded: Chromium; in Firefox the line is.
    trims_header_names: bool
    #: ``Location`` with user info ends a no-cors fetch too. Recorded: Chromium.
    location_userinfo_always_fails: bool
    #: A ``Location`` that does not parse fails with a redirect mode of manual too. Seen: Chromium.
    invalid_location_always_fails: bool
    #: Client hints that script set are removed by a redirect away from the page's origin. Seen: Chromium.
    redirect_strips_client_hints: bool
    #: A redirect mode of error refuses only where there is a ``Location``. Seen: Chromium.
    error_mode_needs_location: bool
    #: An empty ``Location`` is no redirect. Recorded: Chromium; Firefox fails.
    empty_location_ignored: bool
    #: ``Cross-Origin-Resource-Policy: same-site`` admits a sandboxed page on localhost. Recorded: Chromium;
    #: the others follow the standard.
    resource_policy_sees_sandboxed_host: bool
    #: A 407 ends the fetch. Recorded: Chromium.
    proxy_challenge_fails: bool

    #: A 401 with a challenge asks the person on a cross-origin fetch too. Recorded: not in WebKit.
    cross_origin_login_dialog: bool
    #: DELETE becomes GET at a redirect to another origin. Recorded: WebKitGTK (libsoup).
    redirect_drops_delete: bool
    #: Every status from 300 with ``Location`` redirects, but 300 itself, 304, 305 and 306. Recorded:
    #: WebKitGTK (libsoup).
    follows_any_redirect_status: bool
    #: Several lines of ``Location`` are joined. Recorded: WebKitGTK (libsoup).
    joins_locations: bool

    # --- HTTP cache ----------------------------------------------------------------------------
    #: A 206 that no Range asked for is stored. Recorded: not in Chromium.
    caches_unasked_ranges: bool
    #: The answer to a HEAD is stored, for further HEADs. Recorded: Firefox.
    caches_head: bool
    #: A 304 means the stored response though it gave no validator. Recorded: Firefox.
    validates_without_validator: bool
    #: A HEAD is answered from the stored response to a GET, as RFC 9111 permits. Recorded: Chromium.
    head_uses_cached_get: bool
    #: A 200 in answer to a Range request is stored. Recorded: not in WebKit.
    range_200_is_cached: bool
    #: What Vary makes unusable still gives its ETag to a conditional request. Recorded: not in WebKit.
    validates_other_variants: bool
    #: Responses with and without credentials are kept apart. Recorded: Firefox.
    cache_separates_credentials: bool
    #: A response that fails the CORS check does not stay in the cache. Recorded: Chromium; Firefox keeps
    #: reusing it until it expires.
    cors_failure_uncaches: bool

    #: A cache mode of only-if-cached goes to the network. Recorded: WebKit.
    ignores_only_if_cached: bool

    # --- cookies -------------------------------------------------------------------------------
    #: Cookies without SameSite count as Lax (RFC 6265bis section 5.6.7.2). Chromium; Firefox never shipped
    #: it.
    lax_by_default: bool
    #: Seconds for which such a cookie is sent with cross-site form posts ("Lax+POST"). Measured: 120.
    lax_allow_unsafe_seconds: int
    #: A redirect through another site makes Strict and Lax cookies stay behind. Recorded: Firefox, WebKit.
    redirects_make_cookies_cross_site: bool
    #: ``Secure`` cookies exist over https only, not on http://localhost. Recorded: WebKitGTK; Safari is
    #: documented to do the same (webkit.org/b/281149).
    secure_needs_https: bool
    #: ``Set-Cookie`` is read as libsoup 3.2 does: no limit of length, no prefixes, a comma ends a name, a
    #: Domain needs a dot and lower case, an empty Max-Age is zero. Recorded: WebKitGTK.
    reads_cookies_as_libsoup: bool
    #: ``Set-Cookie: =v`` is refused. Recorded: Firefox.
    leading_equals_spoils_cookie: bool
    #: A cookie without a name is refused if its value begins like this. RFC 6265bis names all prefixes;
    #: recorded: Chromium does, Firefox one of them.
    nameless_refused: tuple[str, ...]
    #: The answer to another site sets Lax and Strict cookies, too; only sending them minds the site.
    #: Recorded: WebKitGTK.
    stores_any_same_site: bool
    #: ``SameSite=None`` is refused without ``Secure``. Recorded: not in WebKitGTK, nor documented of Safari.
    none_needs_secure: bool
    #: ``Partitioned`` is known. Recorded: not in WebKitGTK; Safari has it from 26.2.
    knows_partitioned: bool
    #: The address bar alone decides whose cookies are third-party ones, also for sandboxed pages and for what
    #: another site's frame fetches; Lax and Strict ones of these go to the host in the address bar only.
    #: Recorded: WebKit.
    address_bar_decides_cookies: bool
    #: Once a hop was third party, no later one gets cookies where those are blocked. Recorded: WebKitGTK;
    #: Apple's network layer remembers it too.
    third_party_hops_stick: bool
    #: What ends with the page's registrable domain is its site: app.localhost belongs to localhost.
    #: Recorded: WebKit.
    subdomains_are_same_site: bool
    #: http and https are different sites for cookies (RFC 6265bis section 5.2). Recorded: not in Firefox.
    schemeful_cookies: bool
    third_party_cookies: ThirdPartyCookies
