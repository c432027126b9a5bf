"""Problem details (RFC 9457)."""

import json

import pytest

from crossguard.core.problem import PROBLEM_JSON, problem, problem_body

WORDS = {"status": 403, "code": "admin-required", "title": "Administrators only", "detail": "Ask one."}


def test_the_members_are_those_of_the_rfc_and_the_code():
    assert problem(**WORDS) == {
        "type": "urn:crossguard:problem:admin-required",
        "title": "Administrators only",
        "status": 403,
        "detail": "Ask one.",
        "code": "admin-required",
    }


def test_an_instance_and_extensions_are_added():
    document = problem(**WORDS, instance="urn:uuid:1", errors=[{"where": "name"}])

    assert document["instance"] == "urn:uuid:1"
    assert document["errors"] == [{"where": "name"}]
    assert list(document)[:5] == ["type", "title", "status", "detail", "code"]


def test_the_body_is_ascii_json_of_the_document():
    body = problem_body(problem(**(WORDS | {"detail": "für \u2028 alle"})))

    assert body.isascii()
    assert b"\n" not in body
    assert json.loads(body)["detail"] == "für \u2028 alle"


def test_members_cannot_be_given_twice():
    with pytest.raises(TypeError):
        problem(**WORDS, status=500)


def test_the_media_type_is_that_of_the_rfc():
    assert PROBLEM_JSON == "application/problem+json"
