"""A fix is an edit of the policy: what is proved of it, what is dropped, and what is never asked for it."""

import re

import pytest

from crossguard import (
    Decision,
    HeaderEdits,
    Outcome,
    Reason,
    RequestFacts,
    compile_policy,
    decide,
    load_config,
)
from crossguard.explain import Add, FixKind, explain
from crossguard.explain.fixes import options_of
from crossguard.explain.proof import Gained, Wanted, prove
from crossguard.suffixes import is_public_suffix

APP, API = "https://app.example.com", "https://api.example.com"


def make(name="app", **options):
    return compile_policy(
        load_config(options, is_public_suffix=is_public_suffix), place="app.py:6", name=name
    )


def asked(origin=f"{APP}:81", method="GET", **more):
    return RequestFacts(
        method=method, url=f"{API}/orders", path="/orders", origin=origin, own_origin=API, **more
    )


def told(policy, facts, *, write=None, credentials=None):
    decision = (
        decide(policy, facts) if write is None else Decision(Outcome.WRITE_REFUSED, write, HeaderEdits())
    )
    return explain(decision, facts, policy, credentials=credentials)


def test_the_edit_says_what_is_added_and_the_line_says_all():
    policy = make(origins=[APP])
    found = told(policy, asked())
    assert found.edit == {"origins": Add((f"{APP}:81",))}
    assert options_of(policy.config, found.edit) == {"origins": (APP, f"{APP}:81")}
    assert found.line == found.fix == f"origins=['{APP}', '{APP}:81']"
    assert (found.kind, found.where) == (FixKind.POLICY, "app.py:6")
    assert found.address == "https://crossguard.readthedocs.io/codes/#origin-not-listed"


def test_all_that_stands_in_the_way_is_in_one_line():
    policy = make(origins=[APP], methods=["GET"], allow_headers=["X-A"])
    facts = asked(method="OPTIONS", requested_method="PUT", requested_headers="x-a,x-b,x-c")
    found = told(policy, facts)
    assert found.line == (
        f"origins=['{APP}', '{APP}:81'], methods=['GET', 'PUT'], allow_headers=['X-A', 'x-b', 'x-c']"
    )
    assert found.proof == (
        f"with this line {APP}:81 may send PUT to /orders; every origin that the policy lists may send PUT, "
        "x-b, x-c, too, and no other origin gains anything"
    )


def test_credentials_are_in_the_same_line_only_for_a_page_that_includes_them_alone():
    page = "http://localhost:3000"
    facts = RequestFacts(method="GET", url="http://localhost:5000/x", origin=page)
    alone = told(make(origins=[]), facts, credentials=True)
    assert alone.line == f"origins=['{page}'], supports_credentials=True"
    beside = told(make(origins=[APP]), facts, credentials=True)
    assert "supports_credentials" not in beside.line
    assert "leave credentials: 'include' out" in beside.fix
    assert "supports_credentials" not in told(make(origins=[]), facts).fix


def test_a_page_that_wants_no_cookies_is_made_a_reader():
    found = told(make(origins=[APP], supports_credentials=True), asked(), credentials=False)
    assert found.line == f"readers=['{APP}:81']"


def test_a_callable_is_not_asked_for_a_proof():
    asks = []

    def customers(origin):
        asks.append(origin)
        return False

    policy = make(origins=[APP, customers])
    facts = asked()
    decision = decide(policy, facts)
    asks.clear()
    assert explain(decision, facts, policy).proof
    assert asks == []


def test_what_does_not_build_is_dropped_for_words():
    facts = asked(APP, method="OPTIONS", requested_method="TRACE")
    found = told(make(origins=[APP]), facts)
    assert (found.line, found.proof, found.edit) == ("", "", None)
    assert "methods=" not in found.fix


@pytest.mark.parametrize(
    "edit",
    [
        {"origins": Add(("https://*.example.com",))},
        {"origins": ("*",)},
        {"readers": ("*",)},
        {"origins": Add((f"{APP}:81", "https://stranger.example"))},
        {"origins": (f"{APP}:81",)},
        {"supports_credentials": True},
        {"origins": Add((f"{APP}:82",))},
        {"write_gate": False, "origins": Add((f"{APP}:81",))},
    ],
    ids=str,
)
def test_an_edit_by_which_others_gain_or_lose_or_that_does_not_help_is_not_proved(edit):
    policy = make(origins=[APP, "https://b.example.com"], supports_credentials="readers" not in edit)
    assert prove(policy, edit, Wanted(asked())) is None


def test_what_all_of_a_list_may_send_is_told():
    facts = asked(APP, method="OPTIONS", requested_method="GET", requested_headers="x-b")
    alone, two = make(origins=[APP]), make(origins=[APP, "https://b.example.com"])
    assert prove(alone, {"allow_headers": Add(("x-b",))}, Wanted(facts)) == Gained((), everybody=False)
    assert prove(two, {"allow_headers": Add(("x-b",))}, Wanted(facts)) == Gained(("x-b",), everybody=False)
    assert prove(make(origins="*"), {"allow_headers": Add(("x-b",))}, Wanted(facts)) == Gained(
        ("x-b",), everybody=True
    )


def test_the_origin_of_the_api_itself_is_named_only_near_its_own():
    options = {"origins": [APP], "supports_credentials": True, "public_origins": [API]}
    near = RequestFacts(
        method="POST",
        url="https://www.api.example.com/x",
        origin="https://www.api.example.com",
        own_origin="https://www.api.example.com",
        fetch_site="same-origin",
    )
    found = told(make(**options), near, write=Reason.ORIGIN_NOT_TRUSTED)
    assert found.line == f"public_origins=['{API}', 'https://www.api.example.com']"
    assert found.proof.endswith("no other origin gains anything")
    rebound = RequestFacts(
        method="POST",
        url="https://evil.example/x",
        origin="https://evil.example",
        own_origin="https://evil.example",
        fetch_site="same-origin",
    )
    assert told(make(**options), rebound, write=Reason.ORIGIN_NOT_TRUSTED).line == ""


def test_a_door_names_the_endpoint_and_keeps_what_is_exempt():
    policy = make(origins=[APP], supports_credentials=True, exempt={"hook": "signed"})
    facts = asked("https://idp.example", "POST", fetch_mode="navigate", route="acs")
    found = told(policy, facts, write=Reason.CROSS_SITE)
    assert found.kind is FixKind.DOOR
    assert found.line == "exempt={'hook': 'signed', 'acs': 'what it checks instead'}"
    assert "every site may post there" in found.fix
    assert found.proof.endswith("nothing changes at any other endpoint")


def test_an_expression_is_written_only_as_what_it_is():
    plain = make(origins=[re.compile(r"https://b\d\.example\.com"), APP])
    assert told(plain, asked()).line == (
        f"origins=[re.compile('https://b\\\\d\\\\.example\\\\.com'), '{APP}', '{APP}:81']"
    )
    flagged = make(origins=[re.compile(r"https://b\d\.example\.com", re.IGNORECASE), APP])
    found = told(flagged, asked())
    assert found.line == ""
    assert found.fix == f"add '{APP}:81' to origins"


def test_a_table_of_paths_is_named():
    found = told(make(name="path /api/*", origins=[APP]), asked())
    assert found.fix == f"origins=['{APP}', '{APP}:81'] (in resources['/api/*'])"
    assert found.line == f"origins=['{APP}', '{APP}:81']"
