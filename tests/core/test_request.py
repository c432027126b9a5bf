"""Facts of a request: what is a preflight, what is a navigation."""

import dataclasses

import pytest

from crossguard import RequestFacts

APP = "https://app.example.com"


@pytest.mark.parametrize(
    ("method", "origin", "requested_method", "expected"),
    [
        ("OPTIONS", APP, "PUT", True),
        ("OPTIONS", "null", "PUT", True),
        ("OPTIONS", APP, "anything at all", True),
        ("OPTIONS", APP, None, False),
        ("OPTIONS", APP, "", False),
        ("OPTIONS", None, "PUT", False),
        ("OPTIONS", "", "PUT", False),
        ("options", APP, "PUT", False),
        ("GET", APP, "PUT", False),
        ("POST", APP, "PUT", False),
    ],
)
def test_a_preflight_is_options_with_origin_and_request_method(method, origin, requested_method, expected):
    facts = RequestFacts(method=method, origin=origin, requested_method=requested_method)

    assert facts.is_preflight is expected


@pytest.mark.parametrize(
    ("mode", "accept", "origin", "expected"),
    [
        ("navigate", None, None, True),
        ("navigate", "*/*", "null", True),
        ("cors", "text/html", None, False),
        ("no-cors", "text/html", None, False),
        ("same-origin", "text/html", None, False),
        ("websocket", None, APP, False),
        ("Navigate", "text/html", None, False),
        (None, "text/html,application/xhtml+xml,*/*;q=0.8", None, True),
        ("", "text/html", None, True),
        ("", "text/html", "", True),
        (None, "text/html", APP, False),
        (None, "application/json", None, False),
        (None, "*/*", None, False),
        (None, "", None, False),
        (None, None, None, False),
    ],
)
def test_a_navigation_is_told_by_the_mode_or_by_what_is_accepted(mode, accept, origin, expected):
    facts = RequestFacts(method="GET", fetch_mode=mode, accept=accept, origin=origin)

    assert facts.is_navigation is expected


def test_facts_are_frozen_and_given_by_name():
    with pytest.raises(TypeError):
        RequestFacts("GET")
    with pytest.raises(dataclasses.FrozenInstanceError):
        RequestFacts(method="GET").method = "PUT"
