"""The short way through the gate: it never lets through what the rules would refuse."""

from hypothesis import given
from hypothesis import strategies as st

from crossguard import compile_policy, load_config
from crossguard.core.request import RouteMarks, WriteFacts
from crossguard.suffixes import is_public_suffix
from tests.core.counting import stays_small

LISTED = "https://app.shop.example"
ORIGINS = [None, "", "null", LISTED, "https://evil.test", "http://localhost:8080", "https://x.wild.example"]
SITES = [None, "", "none", "same-origin", "same-site", "cross-site", "Same-Origin", "foo"]


def gate(**options):
    listed = [LISTED, "http://localhost:*", "https://*.wild.example"]
    config = load_config(
        {"origins": listed, "supports_credentials": True, "auth_cookies": ["s"], **options},
        is_public_suffix=is_public_suffix,
    )
    found = compile_policy(config).gate
    assert found is not None
    return found


@given(
    fetch_site=st.sampled_from(SITES),
    origin=st.sampled_from(ORIGINS),
    method=st.sampled_from(["POST", "DELETE", "get", "QUERY"]),
    websocket=st.booleans(),
    strict_get=st.booleans(),
    cookie=st.sampled_from([None, "s=1"]),
    wildcard_writes=st.booleans(),
    on_missing=st.sampled_from(["allow", "deny"]),
)
def test_what_passes_at_a_glance_is_what_the_rules_allow(
    *, fetch_site, origin, method, websocket, strict_get, cookie, wildcard_writes, on_missing
):
    asked = gate(wildcard_writes=wildcard_writes, on_missing=on_missing)
    facts = WriteFacts(
        method, "https", "api.shop.example", origin, fetch_site, cookie=cookie, websocket=websocket
    )
    if asked.passes(fetch_site, origin):
        assert asked.decide(facts, RouteMarks(strict_get=strict_get)).allowed


def test_nothing_passes_at_a_glance_where_more_is_demanded():
    for options in ({"token": "always"}, {"on_missing": "token"}, {"json_only": True}):
        assert not gate(**options).passes("same-origin", LISTED)


def test_strangers_fill_nothing():
    asked = gate()

    def ask(number):
        assert not asked.passes("cross-site", f"https://stranger-{number}.test")
        assert asked.passes("cross-site", f"http://localhost:{number + 8000}")

    assert stays_small(ask)
