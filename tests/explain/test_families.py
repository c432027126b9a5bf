"""Request headers that come together are offered together."""

import pytest

from crossguard.core.config import load_config
from crossguard.explain.families import FAMILIES, complete
from crossguard.explain.requested import is_of_answers
from crossguard.suffixes import is_public_suffix


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.title)
def test_one_member_brings_the_whole_family(family):
    for name in family.own:
        for spelled in (name, name.lower(), name.upper()):
            assert set(complete([spelled])) >= {*family.own, *family.along}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.title)
def test_a_family_can_be_allowed(family):
    options = {"origins": ["https://app.example.com"], "allow_headers": list(complete(family.own))}
    config = load_config(options, is_public_suffix=is_public_suffix)
    assert {name.lower() for name in config.allow_headers} >= {name.lower() for name in family.own}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.title)
def test_what_is_complete_stays_as_it_is(family):
    whole = complete(family.own)
    assert set(complete(whole)) == set(whole)


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ((), ()),
        (("x-mine",), ("x-mine",)),
        (("x-mine", "X-Mine"), ("x-mine",)),
        (("traceparent",), ("traceparent", "tracestate", "baggage")),
        (("sentry-trace",), ("sentry-trace", "baggage")),
        # Sentry's baggage does not bring the names of the W3C.
        (("baggage", "sentry-trace"), ("baggage", "sentry-trace")),
        (("baggage",), ("baggage", "traceparent", "tracestate")),
        (("x-csrftoken",), ("X-CSRFToken", "X-CSRF-Token", "X-XSRF-TOKEN")),
        (("x-requested-with",), ("x-requested-with",)),
        (("authorization",), ("authorization",)),
    ],
)
def test_no_more_is_offered_than_is_sent_together(asked, offered):
    assert complete(asked) == offered


def test_an_extension_of_htmx_is_of_its_family():
    assert {"hx-preloaded", "HX-Request", "HX-Target"} <= set(complete(["HX-Preloaded"]))


def test_a_name_tells_one_family():
    own = [name.lower() for family in FAMILIES for name in family.own]
    assert len(own) == len(set(own))


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("Access-Control-Allow-Origin", True),
        ("access-control-allow-headers", True),
        ("X-Frame-Options", True),
        ("Set-Cookie", True),
        ("Cache-Control", False),
        ("X-Token", False),
    ],
)
def test_a_header_of_answers_is_none_of_requests(name, answers):
    assert is_of_answers(name) == answers
    assert not answers or name.lower() not in {
        member.lower() for family in FAMILIES for member in (*family.own, *family.along)
    }
