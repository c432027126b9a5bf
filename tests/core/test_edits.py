"""Header edits: what a policy owns is replaced, ``Vary`` is merged, everything else stays."""

import pytest

from crossguard import HeaderEdits, apply_edits

ALLOWED = HeaderEdits((("Access-Control-Allow-Origin", "https://app.example.com"),), ("Origin",))
REFUSED = HeaderEdits(vary=("Origin",))
STATIC = HeaderEdits((("Access-Control-Allow-Origin", "*"),))
TWO = HeaderEdits(vary=("Origin", "Sec-Fetch-Site"))

VARY = (
    # what the application sent, what leaves
    ([], [("Vary", "Origin")]),
    ([("Vary", "Cookie")], [("Vary", "Cookie, Origin")]),
    ([("vary", "cookie")], [("vary", "cookie, Origin")]),
    ([("Vary", "Origin")], [("Vary", "Origin")]),
    ([("VARY", "ORIGIN")], [("VARY", "ORIGIN")]),
    ([("Vary", "Accept-Encoding, origin ,Cookie")], [("Vary", "Accept-Encoding, origin ,Cookie")]),
    ([("Vary", "Original-Path")], [("Vary", "Original-Path, Origin")]),
    ([("Vary", "*")], [("Vary", "*")]),
    ([("Vary", "Cookie, *")], [("Vary", "Cookie, *")]),
    ([("Vary", "")], [("Vary", "Origin")]),
    ([("Vary", "  ")], [("Vary", "Origin")]),
    ([("Vary", "Cookie"), ("Vary", "Origin")], [("Vary", "Cookie"), ("Vary", "Origin")]),
    ([("Vary", "Cookie"), ("Vary", "Accept")], [("Vary", "Cookie, Origin"), ("Vary", "Accept")]),
    ([("Vary", "Cookie"), ("vary", "*")], [("Vary", "Cookie"), ("vary", "*")]),
)


@pytest.mark.parametrize(("sent", "leaves"), VARY, ids=repr)
def test_vary_is_merged_in_every_spelling(sent, leaves):
    assert apply_edits(REFUSED, sent) == (leaves, ())


def test_only_what_is_missing_in_vary_is_added():
    assert apply_edits(TWO, [("Vary", "sec-fetch-site")])[0] == [("Vary", "sec-fetch-site, Origin")]
    assert apply_edits(TWO, [])[0] == [("Vary", "Origin, Sec-Fetch-Site")]


def test_a_static_answer_leaves_vary_as_it_is():
    assert apply_edits(STATIC, [("Vary", "Cookie")])[0] == [
        ("Vary", "Cookie"),
        ("Access-Control-Allow-Origin", "*"),
    ]
    assert apply_edits(STATIC, [])[0] == [("Access-Control-Allow-Origin", "*")]


OWNED = (
    "Access-Control-Allow-Origin",
    "access-control-allow-origin",
    "ACCESS-CONTROL-ALLOW-CREDENTIALS",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Allow-Private-Network",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
)


@pytest.mark.parametrize("name", OWNED)
@pytest.mark.parametrize("edits", [ALLOWED, REFUSED, STATIC], ids=["allowed", "refused", "static"])
def test_what_a_policy_owns_is_replaced_and_named(name, edits):
    headers, replaced = apply_edits(edits, [("Content-Type", "text/plain"), (name, "https://evil.example")])

    assert replaced == (name,)
    assert headers == [
        ("Content-Type", "text/plain"),
        *edits.fields,
        *([("Vary", "Origin")] if edits.vary else []),
    ]


def test_every_repetition_is_removed():
    sent = [("Access-Control-Allow-Origin", "a"), ("X-A", "1"), ("access-control-allow-origin", "b")]

    headers, replaced = apply_edits(ALLOWED, sent)

    assert headers == [("X-A", "1"), *ALLOWED.fields, ("Vary", "Origin")]
    assert replaced == ("Access-Control-Allow-Origin", "access-control-allow-origin")


def test_everything_else_stays_in_its_order_and_spelling():
    sent = [
        ("Set-Cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("Content-Type", "text/html"),
        ("Timing-Allow-Origin", "*"),
        ("Access-Control-Request-Method", "PUT"),
        ("X-Access-Control-Allow-Origin", "*"),
    ]

    headers, replaced = apply_edits(ALLOWED, sent)

    assert headers == [*sent, *ALLOWED.fields, ("Vary", "Origin")]
    assert replaced == ()


def test_the_list_of_the_application_is_not_changed():
    sent = [("Vary", "Cookie"), ("Access-Control-Allow-Origin", "x")]

    apply_edits(ALLOWED, sent)

    assert sent == [("Vary", "Cookie"), ("Access-Control-Allow-Origin", "x")]
