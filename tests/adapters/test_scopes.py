"""Facts out of an ASGI scope."""

import pytest

from crossguard import RequestFacts
from crossguard.asgi.scope import facts_of, headers_by_name, write_facts_of
from crossguard.core.request import WriteFacts

FULL = {
    "type": "http",
    "method": "OPTIONS",
    "scheme": "https",
    "path": "/mount/café/x",
    "root_path": "/mount",
    "query_string": b"secret=1",
    "server": ("127.0.0.1", 5000),
    "headers": [
        (b"host", b"API.example.com:443"),
        (b"origin", b"https://app.example.com"),
        (b"access-control-request-method", b"PUT"),
        (b"access-control-request-headers", b"x-a"),
        (b"access-control-request-headers", b"x-b"),
        (b"access-control-request-private-network", b"true"),
        (b"sec-fetch-mode", b"cors"),
        (b"accept", b"text/html"),
        (b"x-other", b"\xfc"),
    ],
}


def scope(**changes):
    return {"type": "http", "method": "GET", "path": "/", "headers": []} | changes


def test_facts_are_what_the_scope_says_without_the_query():
    assert facts_of(FULL) == RequestFacts(
        method="OPTIONS",
        url="https://api.example.com/mount/café/x",
        path="/café/x",
        origin="https://app.example.com",
        requested_method="PUT",
        requested_headers="x-a,x-b",
        requests_private_network=True,
        fetch_mode="cors",
        accept="text/html",
        own_origin="https://api.example.com",
    )


def test_facts_do_not_change_the_scope():
    before = {**FULL, "headers": [*FULL["headers"]]}

    facts_of(FULL)
    write_facts_of(FULL)

    assert before == FULL


def test_a_bare_scope_has_facts_too():
    assert facts_of(scope()) == RequestFacts(method="GET", url="http:///", path="/", own_origin="http://")


@pytest.mark.parametrize(
    ("changes", "own_origin"),
    [
        ({"headers": [(b"host", b"localhost:5000")]}, "http://localhost:5000"),
        ({"headers": [(b"host", b"localhost:80")]}, "http://localhost"),
        ({"headers": [(b"host", b"localhost:443")]}, "http://localhost:443"),
        ({"headers": [(b"host", b"[::1]:80")]}, "http://[::1]"),
        ({"headers": [(b"host", b"")], "server": ("a", 80)}, "http://a"),
        ({"server": ("a", 8080)}, "http://a:8080"),
        ({"server": ("/run/socket", None)}, "http:///run/socket"),
        ({"server": None}, "http://"),
        ({"headers": [(b"host", b"a:443")], "scheme": "https"}, "https://a"),
        ({"headers": [(b"host", b"a:443")], "scheme": "wss", "type": "websocket"}, "https://a"),
        ({"headers": [(b"host", b"a:80")], "scheme": "ws", "type": "websocket"}, "http://a"),
        ({"headers": [(b"host", b"a")], "scheme": ""}, "http://a"),
    ],
)
def test_the_own_origin_is_written_as_browsers_do(changes, own_origin):
    assert facts_of(scope(**changes)).own_origin == own_origin


def test_a_server_that_leaves_the_root_out_of_the_path_is_understood():
    facts = facts_of(scope(root_path="/mount", path="/x", headers=[(b"host", b"a")]))

    assert (facts.url, facts.path) == ("http://a/mount/x", "/x")


def test_what_the_gate_needs_is_read_as_it_came():
    headers = [
        (b"host", b"API.example.com"),
        (b"origin", b"https://app.example.com"),
        (b"sec-fetch-site", b"same-site"),
        (b"referer", b"https://app.example.com/"),
        (b"authorization", b"Basic x"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=\xfc"),
        (b"content-type", b"application/json"),
        (b"content-length", b"2"),
        (b"transfer-encoding", b"chunked"),
    ]

    assert write_facts_of(scope(method="POST", scheme="https", headers=headers)) == WriteFacts(
        "POST",
        "https",
        "API.example.com",
        "https://app.example.com",
        "same-site",
        "https://app.example.com/",
        "Basic x",
        "a=1; b=\xfc",
        websocket=False,
        content_type="application/json",
        content_length="2",
        transfer_encoding="chunked",
    )


def test_a_handshake_is_one():
    facts = write_facts_of({"type": "websocket", "scheme": "wss", "path": "/", "headers": [(b"host", b"a")]})

    assert (facts.method, facts.scheme, facts.websocket, facts.host) == ("GET", "wss", True, "a")
    assert write_facts_of({"type": "websocket", "path": "/", "headers": []}).scheme == "ws"


def test_many_lines_of_many_names_take_one_look_each():
    headers = [(f"x-{number % 500}".encode(), b"v") for number in range(1000)]

    found = headers_by_name({"headers": headers})

    assert len(found) == 500
    assert set(found.values()) == {b"v,v"}
