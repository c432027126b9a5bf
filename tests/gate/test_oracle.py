"""The gate allows what the rules allow, written out once more by another hand, and nothing else."""

import os
import random
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from crossguard import compile_policy, load_config
from crossguard.adapters.refusals import decide_write
from crossguard.core.config import Surroundings
from crossguard.core.edits import VARY_STRICT
from crossguard.core.request import RouteMarks, TokenState, WriteFacts
from crossguard.suffixes import is_public_suffix
from tests.gate.oracle import Says, forbids
from tests.gate.wsgi import API, APP, EVIL, SIBLING

ACME, OTHER = "https://acme.tenants.example", "https://other.tenants.example"
DESK = "http://192.168.1.20:8080"
LOCAL = "http://localhost:8080"
SETTINGS_HOST = "shop.test"
#: How many requests; a long run is asked for by the environment.
REQUESTS = int(os.environ.get("GATE_REQUESTS", "20000"))

ORIGINS = (None, "", "null", APP, API, SIBLING, EVIL, ACME, OTHER, DESK, LOCAL, "http://api.shop.example",
           "https://localhost:8080", "http://evil.test:5000", f"http://{SETTINGS_HOST}", "https://a.trusted.example",
           "https://api.shop.example:8443", "https://API.shop.example", f"{API}/", "https://x.evil.test",
           "https://acme.tenants.example.evil.test", "chrome-extension://abc", "http://desk.local:5000",
           "http://[::1]:5000", "https://backend")  # fmt: skip
HOSTS = ("api.shop.example", "api.shop.example:443", "API.shop.example", "evil.test", "evil.test:5000", "",
         "localhost:5000", "127.0.0.1:5000", "[::1]:5000", "192.168.1.20:8080", "backend:8000", "desk.local:5000",
         "acme.tenants.example", "other.tenants.example", SETTINGS_HOST, "x.internal", "evil test", "backend",
         "localhost.evil.test", "127.0.0.1.evil.test", "acme.tenants.example.", "api.shop.example/x")  # fmt: skip
SITES = (
    None,
    "",
    "same-origin",
    "same-site",
    "cross-site",
    "none",
    "Same-Origin",
    "frobnicated",
    "same-origin, none",
)
REFERERS = (None, "", f"{APP}/a", f"{API}/b?c", f"{EVIL}/", "about:blank", f"{ACME}/", f"{OTHER}/", f"{LOCAL}/",
            "http://evil.test:5000/", f"{APP}.evil.test/", f"{APP}@evil.test/")  # fmt: skip
COOKIES = (
    None,
    "",
    "session=x",
    "theme=dark",
    "access_token_cookie=x",
    "theme=dark; session=x",
    "session",
    "xsession=1",
)
AUTHORIZATIONS = (None, "", "Bearer x", "Basic eDp5", "bearer", "Negotiate x", "NTLM x", "b@d x", "Token t=1")
TYPES = (None, "", "application/json", "application/json; charset=utf-8", "text/plain", "application/x+json",
         "text/plain; application/json", "application/jsonp", "multipart/form-data")  # fmt: skip
METHODS = ("POST", "POST", "PUT", "DELETE", "GET", "GET", "HEAD", "OPTIONS", "post", "QUERY", "")

FACTS = {
    "method": METHODS,
    "scheme": ("https", "http"),
    "host": HOSTS,
    "origin": (*(None,) * 6, *ORIGINS),
    "fetch_site": (*(None,) * 4, *SITES),
    "referer": (*(None,) * 6, *REFERERS),
    "authorization": (None, None, *AUTHORIZATIONS),
    "cookie": COOKIES,
    "websocket": (False, False, False, True),
    "content_type": TYPES,
    "content_length": (None, "", "0", "5", "x"),
    "transfer_encoding": (None, None, "chunked"),
}
POLICIES = {
    "credentials": (True, True, False),
    "trusted": ((), (APP,), (APP, LOCAL, DESK)),
    "trusted_parents": ((), ("trusted.example",)),
    "own": ((), (API,), (API, "https://api2.shop.example")),
    "own_parents": ((), ("tenants.example",)),
    "debug": (False, True),
    "known_hosts": ((), (SETTINGS_HOST,)),
    "cookies": ((), ("session",)),
    "on_missing": ("allow", "deny", "token"),
    "ws_on_missing": ("deny", "allow"),
    "token": ("off", "off", "always"),
    "json_only": (False, True),
}
MARKS = (RouteMarks(), RouteMarks(), RouteMarks(strict_get=True), RouteMarks(public=True),
         RouteMarks(public=True, strict_get=True), RouteMarks(exempt=True))  # fmt: skip


def gate_of(says: dict[str, Any]) -> Any:
    options = {
        "origins": [*says["trusted"], *(f"https://*.{parent}" for parent in says["trusted_parents"])],
        "supports_credentials": says["credentials"],
        "write_gate": True,
        "wildcard_writes": True,
        "public_origins": [*says["own"], *(f"https://*.{parent}" for parent in says["own_parents"])],
        "auth_cookies": says["cookies"],
        "dangerously_allow_insecure_origins": True,
        **{name: says[name] for name in ("on_missing", "ws_on_missing", "token", "json_only")},
    }
    where = Surroundings(debug=says["debug"], own_hosts=says["known_hosts"])
    gate = compile_policy(load_config(options, is_public_suffix=is_public_suffix, surroundings=where)).gate
    assert gate is not None
    return gate


def compare(
    says: dict[str, Any], gate: Any, asked: WriteFacts, marks: RouteMarks, *, valid: bool
) -> tuple[bool, str | None]:
    """Ask both; return whether the gate allows, and which rule forbids."""
    state = TokenState.VALID if valid else TokenState.MISSING
    verdict = decide_write(gate, asked, marks, lambda: state)
    told = Says(
        **{name: frozenset(says[name]) for name in ("trusted", "own", "known_hosts", "cookies")},
        **{name: says[name] for name in says if name not in {"trusted", "own", "known_hosts", "cookies"}},
        token_is_valid=valid,
    )
    rule = forbids(told, asked, marks)
    assert rule is None or not verdict.allowed, f"{rule} forbids {asked} with {marks} under {says}"
    # At a glance the gate allows nothing that it refuses when it looks.
    if (asked.method not in ("GET", "HEAD", "OPTIONS") or marks.strict_get) and gate.passes(
        asked.fetch_site, asked.origin
    ):
        assert rule is None, f"{rule} forbids at a glance {asked} under {says}"
    return verdict.allowed, rule


def test_the_gate_allows_nothing_that_the_rules_forbid() -> None:
    """At random from what matters; the seed is fixed, the number of requests is not."""
    chance = random.Random(20261128)  # noqa: S311 - chance, not secrecy
    seen: dict[tuple[bool, str | None], int] = {}
    asked_so_far = 0
    while asked_so_far < REQUESTS:
        says = {name: chance.choice(values) for name, values in POLICIES.items()}
        gate = gate_of(says)
        for _ in range(50):
            asked = WriteFacts(**{name: chance.choice(values) for name, values in FACTS.items()})
            if asked.websocket:
                asked = asked._replace(method="GET", scheme={"http": "ws", "https": "wss"}[asked.scheme])
            found = compare(says, gate, asked, chance.choice(MARKS), valid=chance.random() < 0.5)
            seen[found] = seen.get(found, 0) + 1
            asked_so_far += 1
    assert {rule for _, rule in seen} == {
        None,
        "W4",
        "W5",
        "W6",
        "W7",
        "W8",
        "W9",
        "W10",
        "W12",
        "S2",
        "T1",
    }, seen
    # It does not hold by refusing everything: what no rule forbids goes on.
    assert (False, None) not in seen, seen


POLICY = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in POLICIES.items()})
TEXT = st.text(st.characters(max_codepoint=0xFF, exclude_characters="\r\n\0"), max_size=30)
ANY_FACTS = st.builds(
    WriteFacts,
    **{
        name: st.sampled_from(values)
        if name in {"method", "scheme", "websocket"}
        else st.sampled_from(values) | TEXT
        for name, values in FACTS.items()
    },
)


@settings(max_examples=300)
@given(POLICY, ANY_FACTS, st.sampled_from(MARKS), st.booleans())
def test_whatever_the_headers_say(
    says: dict[str, Any], asked: WriteFacts, marks: RouteMarks, valid: bool
) -> None:
    allowed, rule = compare(says, gate_of(says), asked, marks, valid=valid)
    event(f"{'allowed' if allowed else 'refused'}, {rule}")


#: The headers among the facts, and what of a request a cache tells apart by itself, or that a GET does not have.
HEADERS = {
    "origin": "Origin",
    "fetch_site": "Sec-Fetch-Site",
    "referer": "Referer",
    "cookie": "Cookie",
    "authorization": "Authorization",
}
NOT_COMPARED = {
    "method",
    "scheme",
    "host",
    "websocket",
    "content_type",
    "content_length",
    "transfer_encoding",
}


def test_a_strict_answer_varies_on_all_that_the_gate_can_look_at() -> None:
    assert set(WriteFacts._fields) == set(HEADERS) | NOT_COMPARED
    assert set(VARY_STRICT) == set(HEADERS.values())


@given(POLICY, ANY_FACTS, ANY_FACTS, st.sampled_from(["GET", "HEAD", "OPTIONS"]))
def test_a_cache_that_looks_at_them_hands_on_nothing_that_is_refused(
    says: dict[str, Any], stored: WriteFacts, asked: WriteFacts, method: str
) -> None:
    same = {name: getattr(stored, name) for name in (*HEADERS, "scheme", "host")}
    stored = stored._replace(method=method, websocket=False)
    asked = asked._replace(**same, method=method, websocket=False)
    gate, strict = gate_of(says), RouteMarks(strict_get=True)
    assert decide_write(gate, asked, strict, None) == decide_write(gate, stored, strict, None)
