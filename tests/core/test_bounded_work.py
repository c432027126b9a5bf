"""Work is bounded: by the length of the longest origin, and not by what a stranger sends or a list holds."""

import re

import pytest

from crossguard import RequestFacts, decide
from crossguard.explain import explain
from tests.cases.build import policy
from tests.core.counting import work_of

APP = "https://app.example.com"
MEGABYTE = 1_000_000
# A decision about an ordinary request takes a tenth of this; a loop over a megabyte a thousand times as much.
LINES = 2_000
BYTES = 100_000

POLICIES = {
    "exact": {"origins": [APP]},
    "credentials": {"origins": [APP], "supports_credentials": True, "allow_headers": "*"},
    "subdomains": {"origins": ["https://*.example.com", "https://*.example.net:*"]},
    "ports": {"origins": ["http://localhost:*"]},
    "expression": {"origins": [re.compile(r"https://([a-z0-9-]+\.)+example\.com")]},
    "any": {"origins": "*", "allow_headers": "*"},
    "readers": {"origins": [APP], "readers": "*", "supports_credentials": True},
}

HOSTILE = {
    "letters": "a" * MEGABYTE,
    "labels": "https://" + "a." * (MEGABYTE // 2) + "example.com",
    "dots": "https://" + "." * MEGABYTE,
    "colons": "https://a" + ":" * MEGABYTE,
    "digits": "https://a:" + "1" * MEGABYTE,
    "list": ",".join([APP] * 40_000),
    "blanks": " " * MEGABYTE,
    "not ascii": "\xff" * MEGABYTE,
    "commas": "," * MEGABYTE,
    "names": "x-a," * (MEGABYTE // 4),
    "semicolons": ";" * MEGABYTE,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("options", POLICIES.values(), ids=POLICIES)
def test_a_megabyte_in_any_header_costs_no_more_than_a_line(options, text):
    compiled = policy(**options)
    for asked in (
        RequestFacts(method="GET", origin=text),
        RequestFacts(method="OPTIONS", origin=text, requested_method="PUT"),
        RequestFacts(method="OPTIONS", origin=APP, requested_method=text),
        RequestFacts(method="OPTIONS", origin=APP, requested_method="PUT", requested_headers=text),
    ):
        work = work_of(lambda asked=asked: decide(compiled, asked))
        assert work.lines < LINES
        assert work.bytes < BYTES


@pytest.mark.parametrize("options", POLICIES.values(), ids=POLICIES)
def test_the_answer_to_a_megabyte_is_small(options):
    for text in HOSTILE.values():
        asked = RequestFacts(
            method="OPTIONS", origin=APP, requested_method=text[:100], requested_headers=text
        )
        fields = decide(policy(**options), asked).edits.fields
        assert sum(len(name) + len(value) for name, value in fields) < 1024


def test_the_longest_list_of_names_that_is_echoed_is_bounded():
    names = ",".join(f"x-{number:02}-{'a' * 58}" for number in range(64))
    asked = RequestFacts(method="OPTIONS", origin=APP, requested_method="PUT", requested_headers=names)
    compiled = policy(**POLICIES["credentials"])

    decision = decide(compiled, asked)

    assert decision.allowed
    assert work_of(lambda: decide(compiled, asked)).lines < LINES
    assert sum(len(value) for _, value in decision.edits.fields) < 5 * 1024


def looked_up(count, origin):
    listed = [f"https://customer-{number}.example.com" for number in range(count)]
    listed += [f"https://*.customer-{number}.example.net" for number in range(count)]
    compiled = policy(origins=listed)
    compiled.actual_edits(origin)
    return work_of(lambda: compiled.actual(origin)).lines


@pytest.mark.parametrize(
    "origin",
    [
        "https://customer-0.example.com",
        "https://a.customer-0.example.net",
        "https://stranger.example.org",
        "https://" + "a." * 100 + "stranger.org",
    ],
    ids=["exact", "subdomain", "stranger", "many labels"],
)
def test_a_look_up_among_two_thousand_costs_what_it_costs_among_two(origin):
    assert looked_up(1, origin) == looked_up(1000, origin)


def test_explaining_a_refusal_by_ten_thousand_origins_is_bounded():
    listed = [f"https://customer-{number}.example.com" for number in range(10_000)]
    compiled = policy(origins=listed)
    asked = RequestFacts(method="GET", url="https://api/x", origin="https://stranger.example.net")
    decision = decide(compiled, asked)

    thousand = policy(origins=listed[:1000])
    # The public suffix list is read once in a process, by what needs it first.
    explain(decision, asked, thousand)
    more = work_of(lambda: explain(decision, asked, compiled)).lines
    assert more <= work_of(lambda: explain(decision, asked, thousand)).lines * 1.1
