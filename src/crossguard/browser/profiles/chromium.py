"""Chromium: 156, as recorded; Chrome and Edge are the same engine."""

from dataclasses import replace
from typing import Final

from crossguard.browser.profiles.profile import Profile, ThirdPartyCookies

CHROMIUM: Final = Profile(
    name="chromium",
    drops_user_agent=True,
    safelists_client_hints=True,
    safelists_each_line=False,
    high_bytes_unsafe=False,
    range_limit=2**63 - 1,
    strict_content_type_tail=False,
    refused_request_headers=frozenset({"available-dictionary"}),
    origin_follows_referrer_policy=False,
    redirect_hides_origin=True,
    same_site_needs_https=False,
    websocket_sends_metadata=False,
    preflight_keeps_origin=False,
    preflight_is_sticky=False,
    wildcard_covers_authorization=True,
    preflight_repeats_names=False,
    preflight_order=(
        "Accept",
        "Access-Control-Request-Method",
        "Access-Control-Request-Headers",
        "Origin",
        "Sec-Fetch-Mode",
        "Sec-Fetch-Site",
        "Sec-Fetch-Dest",
        "Referer",
    ),
    max_age_cap=7200,
    max_age_strict=False,
    preflight_cache_size=1000,
    preflight_answer_replaces=True,
    cached_wildcard_covers=True,
    credentialed_entry_serves_all=True,
    cors_failure_evicts=False,
    uncovered_request_evicts=True,
    no_store_keeps_no_preflight=True,
    preflighting_cache_modes=frozenset({"no-store", "reload", "no-cache"}),
    drops_empty_lines=False,
    trims_header_names=True,
    location_userinfo_always_fails=True,
    invalid_location_always_fails=True,
    redirect_strips_client_hints=True,
    error_mode_needs_location=True,
    empty_location_ignored=True,
    resource_policy_sees_sandboxed_host=True,
    proxy_challenge_fails=True,
    cache_separates_credentials=False,
    cors_failure_uncaches=True,
    lax_by_default=True,
    lax_allow_unsafe_seconds=120,
    redirects_make_cookies_cross_site=False,
    schemeful_cookies=True,
    third_party_cookies=ThirdPartyCookies.ALLOW,
)

#: With third-party cookies blocked, in incognito windows, and as Debian ships it.
CHROMIUM_BLOCK_THIRD_PARTY: Final = replace(
    CHROMIUM,
    name="chromium-block-third-party",
    third_party_cookies=ThirdPartyCookies.PARTITIONED_ONLY,
)
