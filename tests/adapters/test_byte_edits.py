"""Edits in bytes do what edits in text do, and a policy asked in bytes answers what it answers in text."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossguard import apply_edits
from crossguard.asgi.byte_edits import PLAIN_NAMES, encode_edits, merge_byte_edits
from crossguard.asgi.byte_policy import BytePolicy
from crossguard.core.compiled import MEMO_SIZE
from crossguard.core.edits import REFUSED_EDITS
from tests.cases.build import policy
from tests.cases.cors import APP, CREDENTIALED, EVIL, PREFLIGHT_VARY
from tests.strategies import options, sent_origins

NAMES = st.sampled_from(
    [
        "Content-Type",
        "Vary",
        "vary",
        "VARY",
        "Access-Control-Allow-Origin",
        "access-control-max-age",
        "X-Own",
        "Set-Cookie",
        "Access-Control-Request-Method",
    ]
)
VALUES = st.text(
    st.characters(max_codepoint=0xFF, exclude_characters="\r\n\x00"), max_size=12
) | st.sampled_from(["", "*", "Origin", "accept-encoding, ORIGIN", " , ", "Cookie,Accept"])


REFUSED = encode_edits(REFUSED_EDITS)


def in_bytes(pairs):
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in pairs]


@given(st.lists(st.tuples(NAMES, VALUES), max_size=6), options(), sent_origins())
def test_edits_in_bytes_are_edits_in_text(headers, written, origin):
    edits = policy(**written).actual_edits(origin)
    expected, replaced = apply_edits(edits, headers)

    got, names = merge_byte_edits(encode_edits(edits), in_bytes(headers))

    assert got == in_bytes(expected)
    assert names == tuple(name.lower() for name in replaced)


def test_names_that_need_no_second_look_are_none_of_the_policy_s():
    assert b"vary" not in PLAIN_NAMES
    assert not any(name.startswith(b"access-control-") for name in PLAIN_NAMES)
    assert {name.lower() for name in PLAIN_NAMES} == PLAIN_NAMES


def preflight_headers(names=None, private_network=False):
    found = {} if names is None else {b"access-control-request-headers": names.encode()}
    return found | ({b"access-control-request-private-network": b"true"} if private_network else {})


@given(
    options(), sent_origins(), st.none() | st.sampled_from(["x-a", "x-b,x-a", "", "bad name"]), st.booleans()
)
def test_a_policy_answers_the_same_in_bytes(written, origin, names, private_network):
    text = policy(**written)
    asked = BytePolicy(policy(**written))
    sent = None if origin is None else origin.encode("latin-1", "replace")
    origin = None if sent is None else sent.decode("latin-1")

    for _ in range(2):
        assert asked.actual_edits(sent) == encode_edits(text.actual_edits(origin))
        if sent:
            got = asked.preflight_edits(sent, preflight_headers(names, private_network))
            assert got == encode_edits(text.preflight_edits(origin, names, private_network=private_network))


def fill(asked, origins):
    """Ask about so many *origins*, and return the most memory that was held."""
    for number in range(*origins):
        origin = f"https://{number}.example.com".encode()
        asked.actual_edits(origin)
        asked.preflight_edits(origin, preflight_headers(f"x-{number}"))
    return tracemalloc.get_traced_memory()[1]


@pytest.mark.parametrize(
    "written",
    [
        {"origins": "https://*.example.com"},
        {"origins": "https://*.example.com", "supports_credentials": True, "allow_headers": "*"},
        {"origins": "*"},
        CREDENTIALED | {"readers": "*"},
        {"origins": lambda _origin: True},
        CREDENTIALED,
    ],
    ids=["pattern", "echo", "any", "readers", "callable", "strangers"],
)
def test_what_is_remembered_is_bounded(written):
    asked = BytePolicy(policy(**written))
    tracemalloc.start()
    try:
        full = fill(asked, (0, 2 * MEMO_SIZE))
        assert fill(asked, (2 * MEMO_SIZE, 4 * MEMO_SIZE)) < full * 1.2 + 10_000
    finally:
        tracemalloc.stop()


def test_an_answer_that_a_policy_no_longer_gives_is_not_given():
    changing = policy(**CREDENTIALED)
    asked = BytePolicy(changing)
    for _ in range(2):
        assert asked.actual_edits(APP.encode()).fields
        assert len(asked.preflight_edits(APP.encode(), {}).fields) > 1

    changing.replace(origins=[EVIL])

    assert len(asked.preflight_edits(EVIL.encode(), {}).fields) > 1
    changing.replace(origins=[EVIL, "https://else.example.com"])
    refused = ((b"vary", PREFLIGHT_VARY.encode()),)
    for _ in range(2):
        assert asked.actual_edits(APP.encode()) == REFUSED
        assert asked.preflight_edits(APP.encode(), {}).fields == refused
        assert asked.actual_edits(EVIL.encode()).fields


def test_a_policy_that_lets_everybody_read_from_now_on_says_so_without_origin():
    changing = policy(origins=[APP])
    asked = BytePolicy(changing)
    assert asked.actual_edits(None).fields == ()

    changing.replace(origins="*")

    assert asked.actual_edits(None).fields == ((b"access-control-allow-origin", b"*"),)


def test_what_a_callable_answers_is_not_remembered():
    answers = {True}
    asked = BytePolicy(policy(origins=lambda _origin: True in answers))
    assert asked.actual_edits(APP.encode()).fields
    assert len(asked.preflight_edits(APP.encode(), {}).fields) > 1

    answers.clear()

    assert asked.actual_edits(APP.encode()) == REFUSED
    assert len(asked.preflight_edits(APP.encode(), {}).fields) == 1
