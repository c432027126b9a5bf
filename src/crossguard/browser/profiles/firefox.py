"""Firefox: 153 ESR, as recorded."""

from dataclasses import replace
from typing import Final

from crossguard.browser.profiles.profile import Profile, ThirdPartyCookies

FIREFOX: Final = Profile(
    name="firefox",
    drops_user_agent=False,
    safelists_client_hints=False,
    safelists_each_line=True,
    high_bytes_unsafe=True,
    range_limit=2**64,
    strict_content_type_tail=True,
    refused_request_headers=frozenset(),
    origin_follows_referrer_policy=True,
    redirect_hides_origin=False,
    same_site_needs_https=True,
    websocket_sends_metadata=True,
    preflight_keeps_origin=True,
    preflight_is_sticky=True,
    wildcard_covers_authorization=True,
    preflight_repeats_names=True,
    preflight_order=(
        "Accept",
        "Access-Control-Request-Method",
        "Access-Control-Request-Headers",
        "Referer",
        "Origin",
        "Sec-Fetch-Dest",
        "Sec-Fetch-Mode",
        "Sec-Fetch-Site",
    ),
    max_age_cap=86400,
    max_age_strict=True,
    preflight_cache_size=100,
    preflight_answer_replaces=False,
    cached_wildcard_covers=False,
    credentialed_entry_serves_all=False,
    cors_failure_evicts=True,
    uncovered_request_evicts=False,
    no_store_keeps_no_preflight=False,
    preflighting_cache_modes=frozenset({"no-store", "reload"}),
    drops_empty_lines=True,
    trims_header_names=False,
    location_userinfo_always_fails=False,
    invalid_location_always_fails=False,
    redirect_strips_client_hints=False,
    error_mode_needs_location=False,
    empty_location_ignored=False,
    resource_policy_sees_sandboxed_host=False,
    proxy_challenge_fails=False,
    cache_separates_credentials=True,
    cors_failure_uncaches=False,
    lax_by_default=False,
    lax_allow_unsafe_seconds=0,
    redirects_make_cookies_cross_site=True,
    schemeful_cookies=False,
    third_party_cookies=ThirdPartyCookies.OWN_JAR,
)

#: With all third-party cookies blocked.
FIREFOX_BLOCK_THIRD_PARTY: Final = replace(
    FIREFOX, name="firefox-block-third-party", third_party_cookies=ThirdPartyCookies.BLOCK
)
