"""A megabyte in any header costs the gate no more than a line, and opens it for nobody."""

import pytest

from crossguard import HeaderEdits, apply_edits
from crossguard.asgi.byte_edits import encode_edits, merge_byte_edits
from crossguard.core.gate import Verdict
from crossguard.core.request import RouteMarks, WriteFacts
from crossguard.wsgi.environfacts import is_websocket
from tests.cases.build import policy
from tests.core.counting import work_of

MEGABYTE = 1_000_000
APP = "https://app.example.com"
TEXTS = {
    "letters": "a" * MEGABYTE,
    "names": "session " * (MEGABYTE // 8),
    "cookies": "a=b; " * (MEGABYTE // 5),
    "commas": "," * MEGABYTE,
    "blanks": " " * MEGABYTE,
    "origin": APP + "/" * MEGABYTE,
    "list": "same-origin," * (MEGABYTE // 12),
    "basic": "Basic" + "x" * MEGABYTE,
}
FIELDS = ("host", "origin", "fetch_site", "referer", "authorization", "cookie", "content_type")
GATED = {"supports_credentials": True, "auth_cookies": ["session", "remember_token"]}


@pytest.mark.parametrize("own", [[], ["https://api.example.com"]], ids=["derived", "configured"])
@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_megabyte_in_a_header_is_no_work(field, text, own):
    gate = policy(origins=[APP], public_origins=own, **GATED).gate
    facts = WriteFacts("POST", host="api.example.com")._replace(**{field: text})
    for marks in (RouteMarks(), RouteMarks(public=True), RouteMarks(strict_get=True)):
        work = work_of(lambda marks=marks: gate.decide(facts, marks))
        assert work.lines < 300
        assert work.bytes < 50_000
    assert work_of(lambda: gate.passes(facts.fetch_site, facts.origin)).lines < 30


@pytest.mark.parametrize("cookie", ["a=b; " * 4000, "x" * 20_000])
def test_more_cookies_than_a_browser_sends_count_as_signed_in(cookie):
    gate = policy(origins=[APP], **GATED).gate
    bearer = WriteFacts("POST", authorization="Bearer x", fetch_site="cross-site", cookie=cookie)

    assert gate.decide(bearer._replace(cookie="a=b")).allowed
    assert not gate.decide(bearer).allowed
    assert not gate.decide(bearer._replace(authorization=None), RouteMarks(public=True)).allowed


def test_a_scheme_longer_than_any_is_none():
    gate = policy(origins=[APP], **GATED).gate
    for scheme, allowed in (("x" * 64, True), ("x" * 65, False), ("x" * 9000, False)):
        facts = WriteFacts("POST", authorization=f"{scheme} token", fetch_site="cross-site")
        assert isinstance(gate.decide(facts), Verdict)
        assert gate.decide(facts).allowed is allowed


@pytest.mark.parametrize(
    ("upgrade", "handshake"),
    [
        ("websocket, " * 90_000, True),
        ("h2c, " * 90_000 + "websocket", True),
        ("x" * MEGABYTE, False),
        ("," * MEGABYTE, False),
        ("h2c, WebSocket", True),
        ("h2c", False),
    ],
    ids=["many", "the last of many", "letters", "commas", "two", "another"],
)
def test_a_handshake_is_told_from_a_list_of_any_length(upgrade, handshake):
    environ = {"REQUEST_METHOD": "GET", "HTTP_UPGRADE": upgrade}

    assert is_websocket(environ) is handshake
    assert not is_websocket(environ | {"REQUEST_METHOD": "POST"})
    assert work_of(lambda: is_websocket(environ)).lines < 30


@pytest.mark.parametrize("value", ["Cookie, " * 125_000, "," * MEGABYTE, "x" * MEGABYTE, " " * MEGABYTE])
def test_a_megabyte_of_vary_stays_and_the_policy_s_is_added(value):
    edits = HeaderEdits(vary=("Origin", "Sec-Fetch-Site"))
    headers = [("Vary", value)]
    merged, _ = apply_edits(edits, headers)

    expected = ", ".join([value, *edits.vary] if value.strip() else edits.vary)
    assert merged == [("Vary", expected)]
    in_bytes, _ = merge_byte_edits(encode_edits(edits), [(b"vary", value.encode())])
    assert in_bytes == [(b"vary", expected.encode())]
    assert work_of(lambda: apply_edits(edits, headers)).lines < 60


def test_a_megabyte_of_a_header_s_name_is_kept_as_it_is():
    name = "Access-Control-Allow-Origin" + "x" * MEGABYTE
    merged, replaced = apply_edits(HeaderEdits(), [(name, "1")])
    assert (merged, replaced) == ([(name, "1")], ())
