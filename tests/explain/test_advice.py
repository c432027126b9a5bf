"""Advice lets no stranger in: over generated policies and requests, and by the kinds of origins."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossguard import CorsConfig, Policy, RequestFacts, compile_policy, decide, load_config
from crossguard.core.decision import Decision, Outcome, Reason
from crossguard.core.edits import HeaderEdits
from crossguard.core.origins import parse_serialized
from crossguard.explain import explain
from crossguard.suffixes import is_public_suffix

APP = "https://app.example.com"
STRANGER = "https://stranger.crossguard.test"
QUESTION = "is a front end of yours: "
LINE = re.compile(r"origins=\[.*\]")

HOSTS = st.sampled_from(
    [
        "app.example.com", "www.app.example.com", "beta.example.com", "example.com", "app.examp1e.com",
        "app.exarnple.com", "app.example.com.evil.net", "appexample.com", "evil.example", "shop.co.uk",
        "evil.co.uk", "team.vercel.app", "evil.vercel.app", "vercel.app", "www.vercel.app", "a.glitch.me",
        "b.glitch.me", "glitch.me", "me.github.io", "you.github.io", "app.example.com.", "localhost",
        "127.0.0.1", "[::1]", "app.localhost", "192.168.1.5", "10.0.0.1",
    ]
)  # fmt: skip
ORIGINS = st.builds(
    lambda scheme, host, port: f"{scheme}://{host}{port}",
    st.sampled_from(["https", "https", "http"]),
    HOSTS,
    st.sampled_from(["", "", ":8443", ":3000"]),
)
ENTRIES = st.lists(
    ORIGINS | st.sampled_from(["https://*.example.com", "http://localhost:*", "https://pr-*.example.com"]),
    max_size=7,
    unique=True,
)


def config(**options: object) -> CorsConfig:
    return load_config(
        {"dangerously_allow_insecure_origins": True, **options}, is_public_suffix=is_public_suffix
    )


def advice(policy: Policy, origin: str, *, write: bool = False, own: str = "https://api.example.com") -> str:
    facts = RequestFacts(method="POST" if write else "GET", url=f"{own}/x", origin=origin, own_origin=own)
    decision = decide(policy, facts)
    if write:
        decision = Decision(Outcome.WRITE_REFUSED, Reason.CROSS_SITE, HeaderEdits())
    return explain(decision, facts, policy).fix


def domain(host: str) -> str | None:
    """Return the registrable domain as the tests see it: the last two labels, three under co.uk and the like."""
    name = host.removesuffix(".")
    for shared in ("co.uk", "vercel.app", "github.io", "glitch.me"):
        if name == shared:
            return None
        if name.endswith(f".{shared}"):
            return ".".join(name.split(".")[-3:]) if shared != "glitch.me" else None
    return ".".join(name.split(".")[-2:])


def is_stranger(origin: str, entries: list[str]) -> bool:
    """Tell whether *origin* has neither the host nor the domain of an entry, and is not on this machine."""
    asked = parse_serialized(origin)
    assert asked is not None
    hosts = [entry.partition("://")[2].removesuffix(":*").replace("*.", "x.", 1) for entry in entries]
    hosts = [host.replace("*", "x").rsplit(":", 1)[0] if "[" not in host else host for host in hosts]
    if asked.is_loopback or asked.host.removesuffix(".") in {host.removesuffix(".") for host in hosts}:
        return False
    own = None if asked.is_ip else domain(asked.host)
    return own is None or own not in {domain(host) for host in hosts}


@settings(max_examples=700, deadline=None)
@given(entries=ENTRIES, asked=ORIGINS, credentials=st.booleans(), write=st.booleans(), local=st.booleans())
def test_a_line_lets_in_the_origin_that_it_names_and_nobody_else(entries, asked, credentials, write, local):
    policy = compile_policy(config(origins=entries, supports_credentials=credentials), place="app.py:6")
    own = "http://localhost:5000" if local else "https://crossguard-api.net"
    fix = advice(policy, asked, write=write, own=own)
    if policy.allows(asked) and not write:
        assert fix == ""
        return
    assert "'null'" not in fix
    assert "'*'" not in fix
    if is_stranger(asked, entries):
        assert asked not in fix
    line = LINE.search(fix)
    if line is None or write:
        return
    assert fix in {line[0], f"If {asked} {QUESTION}{line[0]}"}
    mended = compile_policy(
        config(origins=eval(line[0].partition("=")[2]), supports_credentials=credentials)  # noqa: S307 - our line
    )
    facts = RequestFacts(method="GET", url="https://api/x", origin=asked)
    assert decide(mended, facts).allowed
    for other in (STRANGER, "null", "https://evil.vercel.app:1", *(e for e in entries if "*" not in e)):
        before = policy.compiled.actual(other)
        assert mended.compiled.actual(other).edits == before.edits, other


@pytest.mark.parametrize(
    "asked",
    [
        "https://evil.example",
        "https://app.examp1e.com",
        "https://app.example.com.evil.net",
        "https://other.vercel.app",
        "https://b.glitch.me",
        "http://localhost:3000",
        "capacitor://localhost",
        "javascript:alert(1)",
        "https://crossguard-stranger.invalid",
        "https://stranger.crossguard.invalid",
        "http://app.example.com",
    ],
)
@pytest.mark.parametrize("write", [False, True])
def test_no_line_for_what_no_front_end_is_near(asked, write):
    listed = [APP, "https://team.vercel.app", "https://a.glitch.me"]
    fix = advice(compile_policy(config(origins=listed, supports_credentials=True)), asked, write=write)
    assert fix
    assert asked not in fix
    assert "origins=[" not in fix


def test_the_letters_that_differ_are_named():
    policy = compile_policy(config(origins=[APP]))
    for host in ("app.examp1e.com", "app.exarnple.com", "appexample.com"):
        facts = RequestFacts(method="GET", url="https://api/x", origin=f"https://{host}")
        summary = explain(decide(policy, facts), facts, policy).summary
        assert f"The list has app.example.com, this is {host}." in summary


def test_the_stranger_of_a_check_is_recognised():
    fix = advice(compile_policy(config(origins=[APP])), "https://crossguard-stranger.invalid")
    assert fix.startswith("there is nothing to do")


def test_another_name_of_this_machine_is_not_listed_but_left():
    policy = compile_policy(config(origins=["http://localhost:8080"]))
    assert (
        advice(policy, "http://127.0.0.1:8080") == "open the page at http://localhost:8080, which is listed."
    )


def test_a_reader_is_not_made_a_front_end():
    reader = "https://studio.example.com"
    policy = compile_policy(config(origins=[APP], readers=[reader], supports_credentials=True))
    fix = advice(policy, reader, write=True)
    assert reader not in fix
    assert "public=" in fix


def test_a_form_of_another_site_gets_a_door_and_not_the_list():
    policy = compile_policy(config(origins=[APP], supports_credentials=True))
    facts = RequestFacts(method="POST", origin="https://idp.example.com", fetch_mode="navigate")
    decision = Decision(Outcome.WRITE_REFUSED, Reason.CROSS_SITE, HeaderEdits())
    fix = explain(decision, facts, policy).fix
    assert "exempt" in fix
    assert "idp.example.com" not in fix
