"""Bad requests: refused without an exception, whatever the policy and wherever the text stands."""

import re

import pytest
from flask import Flask

from crossguard.flask import CORS, cross_origin
from tests.cases.cors import PREFLIGHT_VARY
from tests.core.counting import work_of
from tests.flask.wire import call, environ_of

APP = "https://app.example.com"

POLICIES = {
    "exact": {"origins": [APP]},
    "credentials": {"origins": [APP], "supports_credentials": True, "allow_headers": "*"},
    "patterns": {"origins": ["https://*.example.com", "http://localhost:*", "https://*.a.example:*"]},
    "expression": {"origins": [re.compile(r"https://([a-z]+\.)*example\.com")]},
    "readers": {"origins": [], "readers": [APP], "supports_credentials": True},
    "nobody": {"origins": []},
}

BAD_ORIGINS = {
    "8 KB": "https://" + "a" * 8192,
    "8 KB of labels": "https://" + "a." * 4096 + "example.com",
    "two origins": f"{APP},{APP}",
    "two origins with a blank": f"{APP}, {APP}",
    "old list": f"{APP} {APP}",
    "null": "null",
    "blank": " ",
    "newline": f"{APP}\n",
    "return": f"{APP}\r",
    "nul": f"{APP}\x00",
    "control": "\x01\x02\x03",
    "delete": f"{APP}\x7f",
    "latin1": f"{APP}\xff",
    "unclosed bracket": "http://[::1",
    "unopened bracket": "http://::1]",
    "empty brackets": "http://[]",
    "bracket behind": "http://[::1]a",
    "scheme only": "https://",
    "no scheme": "://",
    "slashes": "//////",
    "colons": ":::::",
    "percent": "%",
    "bad percent": "https://%zz",
    "surrogates": "\xed\xa0\x80",
    "star": "*",
    "backslash": "\\\\",
    "quote": "'\"`",
}


def make_app(options):
    app = Flask("bad")
    CORS(app, **options)
    app.route("/items", methods=["GET", "POST", "OPTIONS"])(lambda: "items")
    app.get("/marked", endpoint="marked")(cross_origin(**options)(lambda: "marked"))
    return app


def ask(app, method, path, headers, **more):
    environ = environ_of(method, path, headers)
    environ.update(more)
    return call(app, environ)


@pytest.mark.parametrize("origin", BAD_ORIGINS.values(), ids=BAD_ORIGINS)
@pytest.mark.parametrize("options", POLICIES.values(), ids=POLICIES)
def test_a_bad_origin_is_refused_without_exception(options, origin):
    app = make_app(options)
    for path in ("/items", "/marked"):
        actual = ask(app, "GET", path, [("Origin", origin)])
        assert actual.status == 200
        assert actual.cors == {"Vary": "Origin"}

        asked = ask(app, "OPTIONS", path, [("Origin", origin), ("Access-Control-Request-Method", "PUT")])
        assert asked.status == 204
        assert asked.cors == {"Vary": PREFLIGHT_VARY}


def test_two_lines_of_origin_are_joined_by_servers_and_refused():
    app = make_app(POLICIES["exact"])
    answer = ask(app, "GET", "/items", [("Origin", APP), ("Origin", APP)])

    assert answer.cors == {"Vary": "Origin"}


@pytest.mark.parametrize("options", POLICIES.values(), ids=POLICIES)
def test_an_empty_origin_is_none(options):
    app = make_app(options)

    assert ask(app, "GET", "/items", [("Origin", "")]).cors == {"Vary": "Origin"}
    # Without an Origin it is no preflight, and the application answers.
    assert (
        ask(app, "OPTIONS", "/items", [("Origin", ""), ("Access-Control-Request-Method", "PUT")]).status
        == 200
    )


BAD_TEXT = {
    "empty": "",
    "blank": " ",
    "comma": ",",
    "control": "\x00\x01",
    "newline": "a\r\nb",
    "latin1": "\xff",
    "8 KB": "a" * 8192,
    "8 KB of commas": "," * 8192,
    "8 KB of names": "x-a," * 2048,
    "semicolon": "a;b",
    "colon": "a: b",
    "star": "*",
}


@pytest.mark.parametrize("text", BAD_TEXT.values(), ids=BAD_TEXT)
@pytest.mark.parametrize("options", POLICIES.values(), ids=POLICIES)
def test_a_bad_method_or_header_list_of_a_preflight_changes_nothing(options, text):
    app = make_app(options)
    plain = ask(app, "OPTIONS", "/items", [("Origin", APP), ("Access-Control-Request-Method", "PUT")])
    asked = [
        ("Origin", APP),
        ("Access-Control-Request-Method", "PUT"),
        ("Access-Control-Request-Headers", text),
    ]
    answer = ask(app, "OPTIONS", "/items", asked)

    assert answer.status == 204
    if options.get("allow_headers") == "*":
        # The one answer that reads what was asked: valid names come back, too many are refused.
        echoed = answer.all("Access-Control-Allow-Headers")
        assert echoed in ([], ["*"]), echoed
    else:
        assert answer.cors == plain.cors
    if text:
        odd = ask(app, "OPTIONS", "/items", [("Origin", APP), ("Access-Control-Request-Method", text)])
        assert (odd.status, odd.cors) == (204, plain.cors)


ODD_ENVIRONS = {
    "no path": {"PATH_INFO": ""},
    "star path": {"PATH_INFO": "*"},
    "path without slash": {"PATH_INFO": "items"},
    "path of control bytes": {"PATH_INFO": "/\x00\x01\r\n"},
    "path of bad UTF-8": {"PATH_INFO": "/\xff\xfe\xc3"},
    "path of slashes": {"PATH_INFO": "/" * 5000},
    "path of dots": {"PATH_INFO": "/../../etc/passwd"},
    "long path": {"PATH_INFO": "/" + "a" * 8192},
    "deep path": {"PATH_INFO": "/a" * 4096},
    "no host": {"HTTP_HOST": ""},
    "bad host": {"HTTP_HOST": "a b\\c\x00"},
    "host of brackets": {"HTTP_HOST": "[::1"},
    "host with a bad port": {"HTTP_HOST": "localhost:port"},
    "odd scheme": {"wsgi.url_scheme": "gopher"},
}


@pytest.mark.parametrize("odd", ODD_ENVIRONS.values(), ids=ODD_ENVIRONS)
def test_an_odd_request_is_answered_with_the_policy(odd):
    app = make_app(POLICIES["exact"])
    for method, headers in (("GET", []), ("OPTIONS", [("Access-Control-Request-Method", "PUT")])):
        started = []
        environ = environ_of(method, "/items", [("Origin", APP), *headers])
        environ.update(odd)
        # Not through the validator, which refuses environs that real servers let through.
        body = app(
            environ, lambda status, fields, exc_info=None, into=started: into.extend([status, dict(fields)])
        )
        body.close() if hasattr(body, "close") else None
        assert int(started[0][:3]) < 500
        assert started[1]["Access-Control-Allow-Origin"] == APP


@pytest.mark.parametrize("options", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("name", ["HTTP_ORIGIN", "HTTP_ACCESS_CONTROL_REQUEST_HEADERS"])
def test_a_megabyte_costs_no_more_than_a_line_in_the_log(options, name):
    def lines(text):
        app = make_app(options)
        app.debug = True
        environ = environ_of("OPTIONS", "/items", [("Origin", APP), ("Access-Control-Request-Method", "PUT")])
        environ[name] = text
        return work_of(lambda: app(dict(environ), lambda *_: None)).lines

    # The first line in the log of a process loads the words and the public suffix list.
    lines("https://a.,")
    # The most are those of the line in the log, character by character; a megabyte would be 300,000.
    assert lines("https://" + "a.," * 333_000) < 10_000


def test_every_bad_origin_is_bad_for_a_policy_of_everybody_as_well_and_is_not_echoed():
    app = make_app({"origins": "*"})
    for origin in BAD_ORIGINS.values():
        assert ask(app, "GET", "/items", [("Origin", origin)]).cors == {"Access-Control-Allow-Origin": "*"}
