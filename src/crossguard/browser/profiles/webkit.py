"""WebKit: WebKitGTK 2.50, as recorded, and Safari, as far as it can be derived.

What WebKit's own code decides is the engine's, and Safari's too. What WebKitGTK's network layer (libsoup)
decides is the port's: Safari has Apple's CFNetwork in that place.
"""

from dataclasses import replace
from typing import Final, TypedDict

from crossguard.browser.profiles.profile import Profile, ThirdPartyCookies

#: What every output says of a profile that no recording stands behind.
DERIVED: Final = "derived, not measured"


class _Port(TypedDict):
    """The switches that the network layer below WebKit decides."""

    trims_header_names: bool
    redirect_drops_delete: bool
    follows_any_redirect_status: bool
    joins_locations: bool
    lax_by_default: bool
    lax_allow_unsafe_seconds: int
    secure_needs_https: bool
    reads_cookies_as_libsoup: bool
    leading_equals_spoils_cookie: bool
    nameless_refused: tuple[str, ...]
    stores_any_same_site: bool
    none_needs_secure: bool
    knows_partitioned: bool
    third_party_hops_stick: bool
    third_party_cookies: ThirdPartyCookies


_LIBSOUP: Final = _Port(
    trims_header_names=False,
    redirect_drops_delete=True,
    follows_any_redirect_status=True,
    joins_locations=True,
    lax_by_default=False,
    lax_allow_unsafe_seconds=0,
    secure_needs_https=True,
    reads_cookies_as_libsoup=True,
    leading_equals_spoils_cookie=False,
    nameless_refused=(),
    stores_any_same_site=True,
    none_needs_secure=False,
    knows_partitioned=False,
    third_party_hops_stick=True,
    third_party_cookies=ThirdPartyCookies.BLOCK,
)

# MDN's compatibility data (no Secure on http://localhost, None without Secure, no Lax default),
# webkit.org/b/281149, and WebKit's pull request 60430 (Partitioned, from Safari 26.2). What nothing is
# documented of is as in the Fetch Standard.
_CFNETWORK: Final = _Port(
    trims_header_names=False,
    redirect_drops_delete=False,
    follows_any_redirect_status=False,
    joins_locations=False,
    lax_by_default=False,
    lax_allow_unsafe_seconds=0,
    secure_needs_https=True,
    reads_cookies_as_libsoup=False,
    leading_equals_spoils_cookie=False,
    nameless_refused=("__secure-", "__host-", "__http-"),
    stores_any_same_site=False,
    none_needs_secure=False,
    knows_partitioned=True,
    third_party_hops_stick=True,
    third_party_cookies=ThirdPartyCookies.PARTITIONED_ONLY,
)

WEBKIT: Final = Profile(
    name="webkit",
    title="WebKit",
    **_LIBSOUP,
    drops_user_agent=False,
    safelists_client_hints=False,
    safelists_each_line=False,
    high_bytes_unsafe=False,
    range_limit=2**64,
    lenient_range=True,
    strict_content_type_tail=False,
    refused_request_headers=frozenset(),
    referrer_policy_cannot_relax=False,
    no_cors_keeps_blob_type=True,
    origin_follows_referrer_policy=True,
    downgrade_spares_loopback=True,
    redirect_hides_origin=False,
    ipv6_ports_are_cross_site=False,
    same_site_needs_https=False,
    cross_site_frames_name_their_origin_only=True,
    redirect_hides_metadata=True,
    origin_survives_redirects=True,
    websocket_dest_is_empty=False,
    cors_elements_send_origin=True,
    websocket_sends_metadata=True,
    preflight_keeps_origin=False,
    preflight_is_sticky=True,
    preflight_asks_for_stripped=True,
    wildcard_covers_authorization=True,
    preflight_repeats_names=False,
    preflight_order=(
        "Accept",
        "Origin",
        "Access-Control-Request-Method",
        "Referer",
        "Access-Control-Request-Headers",
        "Sec-Fetch-Mode",
        "Sec-Fetch-Dest",
        "Sec-Fetch-Site",
    ),
    max_age_cap=600,
    max_age_strict=False,
    # A hash map without a limit (CrossOriginPreflightResultCache.cpp); this bounds the model's memory.
    preflight_cache_size=10_000,
    preflight_answer_replaces=True,
    cached_wildcard_covers=True,
    credentialed_entry_serves_all=True,
    cors_failure_evicts=False,
    uncovered_request_evicts=True,
    no_store_keeps_no_preflight=False,
    failed_preflight_evicts=False,
    cached_head_must_be_listed=False,
    ip_literals_keep_no_preflight=False,
    sandboxed_page_caches_nothing=False,
    refused_preflight_is_kept=True,
    tainted_origin_keeps_no_preflight=True,
    preflighting_cache_modes=frozenset(),
    redirected_images_need_https=True,
    loopback_is_mixed_content=True,
    no_cors_keeps_credentials=True,
    checks_redirects_late=True,
    foreign_redirect_needs_credentials=True,
    limits_keepalive=True,
    blank_integrity_is_none=True,
    integrity_minds_padding=False,
    integrity_ignores_case=True,
    drops_empty_lines=False,
    location_userinfo_always_fails=False,
    invalid_location_always_fails=False,
    redirect_strips_client_hints=False,
    error_mode_needs_location=False,
    empty_location_ignored=False,
    resource_policy_sees_sandboxed_host=False,
    proxy_challenge_fails=False,
    cross_origin_login_dialog=False,
    caches_unasked_ranges=True,
    caches_head=False,
    validates_without_validator=False,
    head_uses_cached_get=False,
    range_200_is_cached=False,
    validates_other_variants=False,
    cache_separates_credentials=False,
    cors_failure_uncaches=True,
    ignores_only_if_cached=True,
    address_bar_decides_cookies=True,
    redirects_make_cookies_cross_site=True,
    subdomains_are_same_site=True,
    schemeful_cookies=False,
)

#: With tracking prevention off and every cookie accepted.
WEBKIT_ALLOW_THIRD_PARTY: Final = replace(
    WEBKIT,
    name="webkit-allow-third-party",
    title="WebKit, third-party cookies allowed",
    third_party_cookies=ThirdPartyCookies.ALLOW,
    cross_site_frames_name_their_origin_only=False,
)

#: The engine's rules as recorded in WebKitGTK, and Safari's documented cookie rules.
SAFARI: Final = replace(WEBKIT, **_CFNETWORK, name="safari", title="Safari", caveat=DERIVED)
