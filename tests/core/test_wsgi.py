"""Facts out of a WSGI environ, a preflight's answer into one."""

import pytest

from crossguard import HeaderEdits, RequestFacts
from crossguard.wsgi.environ import answer_preflight, asks_private_network, decoded, encoded
from crossguard.wsgi.environfacts import facts_of

FULL = {
    "REQUEST_METHOD": "OPTIONS",
    "SCRIPT_NAME": "/mount",
    "PATH_INFO": "/caf\xc3\xa9/x",
    "QUERY_STRING": "secret=1",
    "SERVER_NAME": "server",
    "SERVER_PORT": "5000",
    "wsgi.url_scheme": "https",
    "HTTP_HOST": "API.example.com:443",
    "HTTP_ORIGIN": "https://app.example.com",
    "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "PUT",
    "HTTP_ACCESS_CONTROL_REQUEST_HEADERS": "x-a,x-b",
    "HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK": "true",
    "HTTP_SEC_FETCH_MODE": "cors",
    "HTTP_ACCEPT": "text/html",
}


def test_facts_are_what_the_environ_says_without_the_query():
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


def test_an_empty_environ_has_facts_too():
    assert facts_of({}) == RequestFacts(method="", url="http:///", path="/", own_origin="http://")


@pytest.mark.parametrize(
    ("environ", "own_origin"),
    [
        ({"HTTP_HOST": "localhost:5000"}, "http://localhost:5000"),
        ({"HTTP_HOST": "localhost:80"}, "http://localhost"),
        ({"HTTP_HOST": "localhost:443"}, "http://localhost:443"),
        ({"HTTP_HOST": "[::1]:80"}, "http://[::1]"),
        ({"HTTP_HOST": "", "SERVER_NAME": "a", "SERVER_PORT": "80"}, "http://a"),
        ({"SERVER_NAME": "a", "SERVER_PORT": "8080"}, "http://a:8080"),
        ({"SERVER_NAME": "a"}, "http://a"),
        ({"HTTP_HOST": "a:443", "wsgi.url_scheme": "https"}, "https://a"),
        ({"HTTP_HOST": "a:80", "wsgi.url_scheme": "https"}, "https://a:80"),
    ],
)
def test_the_own_origin_is_written_as_browsers_do(environ, own_origin):
    assert facts_of(environ).own_origin == own_origin


def test_facts_do_not_change_the_environ():
    environ = dict(FULL)

    facts_of(environ)

    assert environ == FULL


@pytest.mark.parametrize(
    ("text", "wsgi"),
    [("/plain", "/plain"), ("/café", "/caf\xc3\xa9"), ("/日本", "/\xe6\x97\xa5\xe6\x9c\xac")],
)
def test_wsgi_strings_are_bytes_in_disguise(text, wsgi):
    assert encoded(text) == wsgi
    assert decoded(wsgi) == text


@pytest.mark.parametrize("wsgi", ["/\xff\xfe", "/\xc3", "/\u65e5"], ids=ascii)
def test_what_is_not_utf8_is_decoded_all_the_same(wsgi):
    assert decoded(wsgi).startswith("/")


@pytest.mark.parametrize(
    ("value", "asks"), [("true", True), ("false", False), ("True", False), (None, False)]
)
def test_private_network_access_is_asked_for_by_true_only(value, asks):
    environ = {} if value is None else {"HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK": value}

    assert asks_private_network(environ) is asks


def test_a_preflight_is_answered_204_without_body_and_length():
    got = []
    body = answer_preflight(HeaderEdits((("Vary", "Origin"),)), lambda *args: got.append(args))

    assert got == [("204 No Content", [("Vary", "Origin")])]
    assert b"".join(body) == b""
