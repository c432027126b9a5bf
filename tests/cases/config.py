"""The table of configuration mistakes: what is written, what is reported, and the neighbour that builds."""

import re
from dataclasses import dataclass
from datetime import timedelta

from crossguard import IssueCode as Code

APP = "https://app.example.com"


@dataclass(frozen=True)
class Mistake:
    """One mistake.

    ``options`` do not build and report ``code`` at ``where``, with ``fix`` among the words of the fix;
    ``right`` are the same options with the mistake corrected, and build.
    """

    id: str
    code: Code
    where: str
    options: dict[str, object]
    fix: str
    right: dict[str, object]


def _origin(name: str, code: Code, entry: object, fix: str, right: object) -> Mistake:
    return Mistake(name, code, "origins[1]", {"origins": [APP, entry]}, fix, {"origins": [APP, right]})


def _credentialed(name: str, code: Code, entry: object, fix: str, right: object) -> Mistake:
    return Mistake(
        name,
        code,
        "origins[0]",
        {"origins": [entry], "supports_credentials": True},
        fix,
        {"origins": [right], "supports_credentials": True},
    )


def _option(name: str, code: Code, option: str, value: object, fix: str, *, right: object) -> Mistake:
    return Mistake(name, code, option, {option: value}, fix, {option: right})


def _entry(name: str, code: Code, option: str, value: object, fix: str, *, right: object) -> Mistake:
    return Mistake(name, code, f"{option}[0]", {option: [value]}, fix, {option: [right]})


ORIGINS = (
    _origin("origin-number", Code.WRONG_TYPE, 8080, "'https://app.example.com'", "http://localhost:8080"),
    _origin(
        "origin-bytes", Code.WRONG_TYPE, b"https://b.example", "compiled expression", "https://b.example"
    ),
    _origin("origin-class", Code.WRONG_TYPE, int, "a callable", len),
    _origin("origin-none", Code.WRONG_TYPE, None, "'https://app.example.com'", "https://b.example"),
    _origin(
        "origin-bytes-expression",
        Code.WRONG_TYPE,
        re.compile(rb"https://b\.example"),
        "of str",
        re.compile(r"https://b\.example"),
    ),
    _origin(
        "origins-in-one-string",
        Code.MISLEADING_STRING,
        "https://a.example,https://b.example",
        "['https://a.example', 'https://b.example']",
        "https://a.example",
    ),
    _origin(
        "origins-in-one-string-with-blanks",
        Code.MISLEADING_STRING,
        "https://a.example https://b.example",
        "['https://a.example', 'https://b.example']",
        "https://a.example",
    ),
    _origin("origins-in-one-string-short", Code.MISLEADING_STRING, "a,b", "['a', 'b']", "https://a"),
    _origin(
        "patterns-in-one-string",
        Code.MISLEADING_STRING,
        "https://*.a.example; https://*.b.example",
        "['https://*.a.example', 'https://*.b.example']",
        "https://*.a.example",
    ),
    _origin("origin-empty", Code.INVALID, "", "'https://app.example.com'", "https://b.example"),
    _origin("origin-blank", Code.INVALID, " ", "'https://app.example.com'", "https://b.example"),
    _origin("origin-blank-behind", Code.INVALID, "https://b.example ", "origin only", "https://b.example"),
    _origin("origin-newline", Code.INVALID, "https://b.example\n", "origin only", "https://b.example"),
    _origin("origin-nul", Code.INVALID, "https://b.example\x00", "origin only", "https://b.example"),
    _origin("origin-delete", Code.INVALID, "https://b\x7f.example", "origin only", "https://b.example"),
    _origin("origin-comma-behind", Code.INVALID, "https://b.example,", "one origin", "https://b.example"),
    _origin("origin-double-dot", Code.INVALID, "https://b..example", "letters", "https://b.example"),
    _origin("origin-dot-before", Code.INVALID, "https://.example", "letters", "https://b.example"),
    _origin(
        "origin-quotes",
        Code.MISLEADING_STRING,
        "'https://b.example'",
        "'https://b.example'",
        "https://-b.example",
    ),
    _origin(
        "origin-json", Code.MISLEADING_STRING, '["https://b.example"]', "json.loads", "https://b.example"
    ),
    _origin(
        "origin-expression",
        Code.MISLEADING_STRING,
        r"https://[a-z0-9-]+\.b\.example",
        r"re.compile(r'https://[a-z0-9-]+\.b\.example')",
        re.compile(r"https://[a-z0-9-]+\.b\.example"),
    ),
    _origin(
        "origin-expression-class",
        Code.MISLEADING_STRING,
        "http://localhost:[0-9]+",
        "re.compile",
        "http://localhost:*",
    ),
    _origin(
        "origin-expression-anchors",
        Code.MISLEADING_STRING,
        "^https://b.example$",
        "re.compile",
        "https://b.example",
    ),
    _origin(
        "origin-expression-groups",
        Code.MISLEADING_STRING,
        "https://(a|b).example",
        "re.compile",
        "https://*.example",
    ),
    _origin(
        "origin-expression-dots",
        Code.BAD_WILDCARD,
        "https://.*.b.example",
        "re.compile",
        "https://*.b.example",
    ),
    _origin("origin-ftp", Code.SCHEME_UNUSABLE, "ftp://b.example", "'https://b.example'", "app://b.example"),
    _origin("origin-percent", Code.INVALID, "https://%62.example", "letters", "https://b.example"),
    _origin(
        "origin-long-label",
        Code.INVALID,
        f"https://{'b' * 64}.example",
        "letters",
        f"https://{'b' * 63}.example",
    ),
    _origin(
        "origin-long-host",
        Code.INVALID,
        "https://" + "b123456789." * 23 + "b",
        "letters",
        "https://" + "b123456789." * 22 + "b",
    ),
    _origin("origin-bad-scheme", Code.INVALID, "1https://b.example", "'https://app", "https://b.example"),
    _origin(
        "origin-any-scheme", Code.INVALID, "*://b.example", "'https://app.example.com'", "http://b.example"
    ),
    _origin(
        "origin-bracket-open", Code.INVALID, "http://[::1:8080", "'http://[::1]:8080'", "http://[::1]:8080"
    ),
    _origin(
        "origin-bracket-behind", Code.INVALID, "http://[::1]8080", "'http://[::1]:8080'", "http://[::1]:8080"
    ),
    _origin(
        "origin-ipv6-zone", Code.INVALID, "http://[fe80::1%eth0]", "'http://[::1]:8080'", "http://[fe80::1]"
    ),
    _origin("origin-ipv6-wrong", Code.INVALID, "http://[::g]", "'http://[::1]:8080'", "http://[::a]"),
    _origin("origin-ipv6-bare", Code.INVALID, "http://::1", "brackets", "http://[::1]"),
    _origin("origin-ipv4-short", Code.INVALID, "http://127.1", "'http://192.0.2.10'", "http://127.0.0.1"),
    _origin(
        "origin-ipv4-large",
        Code.INVALID,
        "https://192.0.2.256",
        "'https://192.0.2.10'",
        "https://192.0.2.255",
    ),
    _origin(
        "origin-ipv4-hexadecimal",
        Code.INVALID,
        "https://0x7f.0x1",
        "'https://192.0.2.10'",
        "https://127.0.0.1",
    ),
    _origin(
        "origin-ipv4-dot", Code.INVALID, "https://192.0.2.1.", "'https://192.0.2.10'", "https://192.0.2.1"
    ),
    _origin(
        "origin-ipv4-zeros", Code.INVALID, "https://192.0.2.01", "'https://192.0.2.10'", "https://192.0.2.1"
    ),
    _origin("origin-idn-wrong", Code.INVALID, "https://☃☃\u200d.example", "xn--", "https://bücher.example"),
    _origin(
        "origin-opaque-wrong", Code.INVALID, "capacitor://local host", "origin only", "capacitor://localhost"
    ),
    _origin(
        "origin-opaque-characters",
        Code.INVALID,
        "capacitor://lo~al",
        "'capacitor://localhost'",
        "capacitor://local",
    ),
    _origin(
        "origin-without-scheme",
        Code.SCHEME_REQUIRED,
        "app.example.com",
        "'https://app.example.com'",
        "https://b.example",
    ),
    _origin(
        "origin-host-port",
        Code.SCHEME_REQUIRED,
        "localhost:8080",
        "'https://localhost:8080'",
        "http://localhost:8080",
    ),
    _origin(
        "origin-scheme-relative",
        Code.SCHEME_REQUIRED,
        "//b.example/",
        "'https://b.example'",
        "https://b.example",
    ),
    _origin("origin-no-scheme", Code.SCHEME_REQUIRED, "://b.example", "https://", "https://b.example"),
    _origin(
        "pattern-without-scheme",
        Code.SCHEME_REQUIRED,
        "*.example.com",
        "'https://*.example.com'",
        "https://*.example.com",
    ),
    _origin(
        "origin-file", Code.SCHEME_UNUSABLE, "file:///index.html", "http://localhost", "http://localhost"
    ),
    _origin(
        "origin-script",
        Code.SCHEME_UNUSABLE,
        "javascript:alert(1)",
        "http://localhost",
        "https://b.example",
    ),
    _origin("origin-data", Code.SCHEME_UNUSABLE, "data:text/html,x", "http://localhost", "https://b.example"),
    _origin(
        "origin-websocket",
        Code.SCHEME_UNUSABLE,
        "wss://b.example",
        "'https://b.example'",
        "https://b.example",
    ),
    _origin(
        "origin-websocket-plain",
        Code.SCHEME_UNUSABLE,
        "ws://b.example:81",
        "'http://b.example:81'",
        "http://b.example:81",
    ),
    _origin("origin-no-host", Code.HOST_REQUIRED, "https://", "behind 'https://'", "https://b.example"),
    _origin(
        "origin-port-only", Code.HOST_REQUIRED, "https://:8443", "behind 'https://'", "https://b.example:8443"
    ),
    _origin(
        "origin-path-only", Code.HOST_REQUIRED, "https:///b.example", "behind 'https://'", "https://b.example"
    ),
    _origin(
        "origin-slash", Code.NOT_AN_ORIGIN, "https://b.example/", "'https://b.example'", "https://b.example"
    ),
    _origin(
        "origin-path", Code.NOT_AN_ORIGIN, "https://b.example/a", "'https://b.example'", "https://b.example"
    ),
    _origin(
        "origin-query", Code.NOT_AN_ORIGIN, "https://b.example?a", "'https://b.example'", "https://b.example"
    ),
    _origin(
        "origin-fragment",
        Code.NOT_AN_ORIGIN,
        "https://b.example#a",
        "'https://b.example'",
        "https://b.example",
    ),
    _origin(
        "origin-backslash",
        Code.NOT_AN_ORIGIN,
        "https://b.example\\a",
        "'https://b.example'",
        "https://b.example",
    ),
    _origin(
        "origin-userinfo",
        Code.NOT_AN_ORIGIN,
        "https://u:p@b.example",
        "'https://b.example'",
        "https://b.example",
    ),
    _origin(
        "pattern-slash",
        Code.NOT_AN_ORIGIN,
        "https://*.b.example/",
        "'https://*.b.example'",
        "https://*.b.example",
    ),
    _origin(
        "origin-port-empty", Code.BAD_PORT, "https://b.example:", "'https://b.example'", "https://b.example"
    ),
    _origin("origin-port-zero", Code.BAD_PORT, "https://b.example:0", "none for 80", "https://b.example:1"),
    _origin(
        "origin-port-zeros", Code.BAD_PORT, "https://b.example:08080", "none for 80", "https://b.example:8080"
    ),
    _origin(
        "origin-port-large",
        Code.BAD_PORT,
        "https://b.example:65536",
        "none for 80",
        "https://b.example:65535",
    ),
    _origin(
        "origin-port-text", Code.BAD_PORT, "https://b.example:http", "none for 80", "https://b.example:80"
    ),
    _origin(
        "origin-port-other-digits",
        Code.BAD_PORT,
        "https://b.example:٨٠",
        "none for 80",
        "https://b.example:80",
    ),
    _origin("origin-null", Code.NULL_ORIGIN, "null", "real origin", "https://b.example"),
    _origin(
        "pattern-everything",
        Code.BAD_WILDCARD,
        "https://*",
        "'https://*.example.com'",
        "https://*.example.com",
    ),
    _origin(
        "pattern-everything-below",
        Code.BAD_WILDCARD,
        "https://*.",
        "'https://*.example.com'",
        "https://*.example.com",
    ),
    _origin(
        "pattern-twice-inside-a-label",
        Code.BAD_WILDCARD,
        "https://pr-*-*.example.com",
        "compiled expression",
        "https://pr-*.example.com",
    ),
    _origin(
        "pattern-inside-another-label",
        Code.BAD_WILDCARD,
        "https://a.pr-*.example.com",
        "'https://shop-*-team.example.com'",
        "https://pr-*.a.example.com",
    ),
    _origin(
        "pattern-in-front-of-a-domain",
        Code.BAD_WILDCARD,
        "https://*example.com",
        "'https://shop-*-team.example.com'",
        "https://*.example.com",
    ),
    _origin(
        "pattern-inside-a-label-of-an-address",
        Code.BAD_WILDCARD,
        "https://a-*.1.2.3.4",
        "'https://*.example.com'",
        "https://a-*.b.example",
    ),
    _origin(
        "pattern-inside-an-international-label",
        Code.BAD_WILDCARD,
        "https://bü-*.b.example",
        "letters from a to z",
        "https://bu-*.bücher.example",
    ),
    _origin(
        "pattern-at-the-end",
        Code.BAD_WILDCARD,
        "https://example.*",
        "'https://*.example.com'",
        "https://*.example.com",
    ),
    _origin(
        "pattern-twice",
        Code.BAD_WILDCARD,
        "https://*.*.example.com",
        "'https://*.example.com'",
        "https://*.example.com",
    ),
    _origin(
        "pattern-inside-the-port",
        Code.BAD_WILDCARD,
        "http://localhost:80*",
        "every port",
        "http://localhost:*",
    ),
    _origin(
        "pattern-other-scheme",
        Code.BAD_WILDCARD,
        "capacitor://*",
        "'capacitor://localhost'",
        "capacitor://localhost",
    ),
    _origin("pattern-of-addresses", Code.INVALID, "https://*.[::1]", "brackets", "https://[::1]:*"),
    _origin(
        "pattern-of-ipv4",
        Code.BAD_WILDCARD,
        "https://*.127.0.0.1",
        "'https://*.example.com'",
        "http://127.0.0.1:*",
    ),
    Mistake(
        "origins-none", Code.NOT_SET, "origins", {"origins": None}, "write [] for no origin", {"origins": []}
    ),
    Mistake(
        "readers-none", Code.NOT_SET, "readers", {"readers": None}, "write [] for no origin", {"readers": []}
    ),
    Mistake(
        "origins-number", Code.WRONG_TYPE, "origins", {"origins": 5}, "an origin or a list", {"origins": APP}
    ),
    Mistake(
        "origins-true", Code.WRONG_TYPE, "origins", {"origins": True}, "an origin or a list", {"origins": "*"}
    ),
    Mistake(
        "origins-class",
        Code.WRONG_TYPE,
        "origins",
        {"origins": int},
        "an origin or a list",
        {"origins": len},
    ),
    Mistake(
        "origins-table",
        Code.WRONG_TYPE,
        "origins",
        {"origins": {APP: True}},
        "an origin or a list",
        {"origins": {APP}},
    ),
    Mistake(
        "origins-bytes",
        Code.WRONG_TYPE,
        "origins",
        {"origins": APP.encode()},
        "an origin or a list",
        {"origins": APP},
    ),
    Mistake(
        "origins-text-semicolon",
        Code.MISLEADING_STRING,
        "origins",
        {"origins": f"{APP}; https://b.example"},
        f"'{APP}, https://b.example'",
        {"origins": f"{APP}, https://b.example"},
    ),
    Mistake(
        "origins-text-second",
        Code.NOT_AN_ORIGIN,
        "origins[1]",
        {"origins": f"{APP} https://b.example/"},
        "'https://b.example'",
        {"origins": f"{APP} https://b.example"},
    ),
    Mistake(
        "origins-text-quotes",
        Code.MISLEADING_STRING,
        "origins",
        {"origins": f'"{APP}"'},
        f"leave the quotes out: '{APP}'",
        {"origins": APP},
    ),
    Mistake(
        "origins-text-json",
        Code.MISLEADING_STRING,
        "origins",
        {"origins": f"['{APP}']"},
        "double quotes",
        {"origins": f'["{APP}"]'},
    ),
    Mistake(
        "origins-text-json-number",
        Code.MISLEADING_STRING,
        "origins",
        {"origins": "[1]"},
        "write JSON",
        {"origins": "[]"},
    ),
    Mistake(
        "origins-text-expression",
        Code.MISLEADING_STRING,
        "origins",
        {"origins": r"https://(a|b)\.b\.example, https://c\.b\.example"},
        "re.compile",
        {"origins": "https://a.b.example, https://b.b.example"},
    ),
    Mistake(
        "reader-slash",
        Code.NOT_AN_ORIGIN,
        "readers[0]",
        {"readers": [APP + "/"]},
        f"'{APP}'",
        {"readers": [APP]},
    ),
    Mistake(
        "star-and-more",
        Code.WILDCARD_AMONG_OTHERS,
        "origins",
        {"origins": ["*", APP]},
        "keep either",
        {"origins": ["*"]},
    ),
    Mistake(
        "readers-star-and-more",
        Code.WILDCARD_AMONG_OTHERS,
        "readers",
        {"readers": [APP, "*"]},
        "keep either",
        {"readers": "*"},
    ),
)

CREDENTIALS = (
    Mistake(
        "credentials-star",
        Code.WILDCARD_WITH_CREDENTIALS,
        "origins",
        {"origins": "*", "supports_credentials": True},
        "list the front ends",
        {"origins": "*"},
    ),
    Mistake(
        "credentials-default",
        Code.WILDCARD_WITH_CREDENTIALS,
        "origins",
        {"supports_credentials": True},
        "list the front ends",
        {},
    ),
    _credentialed(
        "credentials-star-in-a-list", Code.WILDCARD_WITH_CREDENTIALS, "*", "list the front ends", APP
    ),
    _credentialed("credentials-http", Code.INSECURE_ORIGIN, "http://app.example.com", "https", APP),
    _credentialed(
        "credentials-http-network",
        Code.INSECURE_ORIGIN,
        "http://192.168.1.5:8080",
        "dangerously_allow_insecure_origins",
        "http://127.0.0.1:8080",
    ),
    _credentialed(
        "credentials-http-pattern",
        Code.INSECURE_ORIGIN,
        "http://*.app.example.com",
        "https",
        "https://*.app.example.com",
    ),
    _credentialed(
        "credentials-http-ports",
        Code.INSECURE_ORIGIN,
        "http://app.example.com:*",
        "https",
        "http://localhost:*",
    ),
    _credentialed(
        "credentials-http-lookalike",
        Code.INSECURE_ORIGIN,
        "http://localhost.example.com",
        "https",
        "http://app.localhost:8080",
    ),
    _credentialed(
        "credentials-public-suffix",
        Code.PUBLIC_SUFFIX_WILDCARD,
        "https://*.github.io",
        "domain of your own",
        "https://*.mine.github.io",
    ),
    _credentialed(
        "credentials-public-suffix-dot",
        Code.PUBLIC_SUFFIX_WILDCARD,
        "https://*.co.uk.",
        "domain of your own",
        "https://*.mine.co.uk.",
    ),
    _credentialed(
        "credentials-public-suffix-port",
        Code.PUBLIC_SUFFIX_WILDCARD,
        "https://*.com:*",
        "domain of your own",
        "https://*.mine.com:*",
    ),
    _credentialed(
        "credentials-everything",
        Code.UNBOUNDED_EXPRESSION,
        re.compile(".*"),
        "re.compile",
        re.compile(r"https://[a-z]+\.mine\.com"),
    ),
    _credentialed(
        "credentials-every-https",
        Code.UNBOUNDED_EXPRESSION,
        re.compile("https://.*"),
        "re.compile",
        re.compile(r"https://mine\.com"),
    ),
    _credentialed(
        "credentials-every-suffix",
        Code.UNBOUNDED_EXPRESSION,
        re.compile(r"https://[^/]+(:\d+)?"),
        "re.compile",
        re.compile(r"https://mine\.com(:\d+)?"),
    ),
    Mistake(
        "credentials-methods-star",
        Code.WILDCARD_WITH_CREDENTIALS,
        "methods",
        {"origins": [APP], "supports_credentials": True, "methods": "*"},
        "list the methods",
        {"origins": [APP], "methods": "*"},
    ),
    Mistake(
        "credentials-expose-star",
        Code.WILDCARD_WITH_CREDENTIALS,
        "expose_headers",
        {"origins": [APP], "supports_credentials": True, "expose_headers": ["X-A", "*"]},
        "list the headers",
        {"origins": [APP], "expose_headers": ["X-A", "*"]},
    ),
)

FLAGS = (
    *tuple(
        mistake
        for name in (
            "allow_private_network",
            "dangerously_allow_insecure_origins",
            "dangerously_allow_public_suffixes",
        )
        for mistake in (
            _option(f"{name}-text-false", Code.MISLEADING_STRING, name, "False", "write False", right=False),
            _option(f"{name}-text-true", Code.MISLEADING_STRING, name, " yes ", "write True", right=True),
            _option(f"{name}-number", Code.WRONG_TYPE, name, 1, "True or False", right=True),
            _option(f"{name}-none", Code.NOT_SET, name, None, "leave the option out", right=False),
        )
    ),
    Mistake(
        "credentials-text-false",
        Code.MISLEADING_STRING,
        "supports_credentials",
        {"origins": [APP], "supports_credentials": "False"},
        "write False",
        {"origins": [APP], "supports_credentials": False},
    ),
    Mistake(
        "credentials-text-true",
        Code.MISLEADING_STRING,
        "supports_credentials",
        {"origins": [APP], "supports_credentials": "true"},
        "write True in Python, or true in the environment",
        {"origins": [APP], "supports_credentials": True},
    ),
    Mistake(
        "credentials-number",
        Code.WRONG_TYPE,
        "supports_credentials",
        {"origins": [APP], "supports_credentials": 1},
        "True or False",
        {"origins": [APP], "supports_credentials": True},
    ),
    Mistake(
        "credentials-none",
        Code.NOT_SET,
        "supports_credentials",
        {"origins": [APP], "supports_credentials": None},
        "leave the option out",
        {"origins": [APP]},
    ),
)

NAMES = (
    _entry("method-blank", Code.NOT_A_TOKEN, "methods", "GE T", "'GET'", right="GET"),
    _entry("method-empty", Code.NOT_A_TOKEN, "methods", "", "'GET'", right="GET"),
    _option(
        "methods-in-one-string",
        Code.MISLEADING_STRING,
        "methods",
        "GET; PUT",
        "'GET, PUT'",
        right="GET, PUT",
    ),
    _entry(
        "methods-in-one-entry", Code.MISLEADING_STRING, "methods", "GET,PUT", "['GET', 'PUT']", right="GET"
    ),
    _entry("method-trace", Code.FORBIDDEN_METHOD, "methods", "TRACE", "remove it", right="OPTIONS"),
    _entry(
        "method-connect-lower", Code.FORBIDDEN_METHOD, "methods", "connect", "remove it", right="CONNECTED"
    ),
    _entry("method-lower-patch", Code.METHOD_CASE, "methods", "patch", "'PATCH'", right="put"),
    _entry("method-lower-registered", Code.METHOD_CASE, "methods", "propfind", "'PROPFIND'", right="purge"),
    _entry("method-number", Code.WRONG_TYPE, "methods", 5, "a name", right="GET"),
    _entry("method-expression", Code.WRONG_TYPE, "methods", re.compile("P.*"), "a name", right="PUT"),
    _option("methods-none", Code.NOT_SET, "methods", None, "leave the option out", right=[]),
    _option("methods-number", Code.WRONG_TYPE, "methods", 5, "a name or a list", right=["GET"]),
    _entry("header-blank", Code.NOT_A_TOKEN, "allow_headers", "X Token", "'X-Token'", right="X-Token"),
    _entry("header-colon", Code.NOT_A_TOKEN, "allow_headers", "X-Token:", "'X-Token'", right="X-Token"),
    _entry(
        "header-newline",
        Code.NOT_A_TOKEN,
        "allow_headers",
        "X-Token\r\nSet-Cookie",
        "'X-Token'",
        right="X-Token",
    ),
    _entry(
        "header-umlaut", Code.NOT_A_TOKEN, "allow_headers", "X-Schlüssel", "'X-Token'", right="X-Schluessel"
    ),
    _option(
        "headers-in-one-string",
        Code.MISLEADING_STRING,
        "allow_headers",
        "['X-A', 'X-B']",
        "double quotes",
        right='["X-A", "X-B"]',
    ),
    _entry(
        "headers-in-one-entry",
        Code.MISLEADING_STRING,
        "allow_headers",
        "X-A, X-B",
        "['X-A', 'X-B']",
        right="X-A",
    ),
    _entry("header-pattern", Code.NOT_A_TOKEN, "allow_headers", "X-*", "in full", right="*"),
    _entry("header-pattern-end", Code.NOT_A_TOKEN, "allow_headers", "X-.*", "in full", right="X-A"),
    _entry("header-alternatives", Code.NOT_A_TOKEN, "allow_headers", "X-A|X-B", "in full", right="X-A"),
    _entry("header-anchor", Code.NOT_A_TOKEN, "allow_headers", "^X-A$", "in full", right="X-A"),
    _entry("header-quotes", Code.NOT_A_TOKEN, "allow_headers", "'X-A'", "'X-A'", right="X-A"),
    _entry(
        "header-of-an-answer",
        Code.FORBIDDEN_HEADER,
        "allow_headers",
        "Access-Control-Allow-Origin",
        "remove it",
        right="X-Access-Control",
    ),
    _entry(
        "expose-header-of-a-preflight",
        Code.FORBIDDEN_HEADER,
        "expose_headers",
        "access-control-request-method",
        "remove it",
        right="X-Access",
    ),
    _entry("expose-pattern", Code.NOT_A_TOKEN, "expose_headers", "X-*", "in full", right="X-A"),
    _entry(
        "header-cookie",
        Code.FORBIDDEN_HEADER,
        "allow_headers",
        "Cookie",
        "supports_credentials=True",
        right="X-Cookie",
    ),
    _entry("header-host", Code.FORBIDDEN_HEADER, "allow_headers", "host", "remove it", right="X-Host"),
    _entry(
        "header-sec", Code.FORBIDDEN_HEADER, "allow_headers", "Sec-Fetch-Site", "remove it", right="Second"
    ),
    _entry(
        "header-proxy",
        Code.FORBIDDEN_HEADER,
        "allow_headers",
        "proxy-authorization",
        "remove it",
        right="Proxying",
    ),
    _entry(
        "header-expression",
        Code.WRONG_TYPE,
        "allow_headers",
        re.compile("X-.*"),
        "expressions are for origins",
        right="X-A",
    ),
    _option("headers-none", Code.NOT_SET, "allow_headers", None, "leave the option out", right=[]),
    _entry("expose-blank", Code.NOT_A_TOKEN, "expose_headers", "X Total", "'X-Total-Count'", right="X-Total"),
    _option(
        "expose-in-one-string",
        Code.MISLEADING_STRING,
        "expose_headers",
        "X-A;X-B",
        "'X-A, X-B'",
        right="X-A X-B",
    ),
    _entry(
        "expose-cookie",
        Code.FORBIDDEN_HEADER,
        "expose_headers",
        "Set-Cookie",
        "remove it",
        right="X-Set-Cookie",
    ),
    _entry("expose-number", Code.WRONG_TYPE, "expose_headers", 5, "a name", right="ETag"),
    _option("expose-none", Code.NOT_SET, "expose_headers", None, "leave the option out", right=[]),
)

MAX_AGE = (
    _option("max-age-text", Code.WRONG_TYPE, "max_age", "600", "whole number", right=600),
    _option("max-age-float", Code.WRONG_TYPE, "max_age", 1.5, "timedelta", right=timedelta(seconds=1.5)),
    _option("max-age-true", Code.WRONG_TYPE, "max_age", True, "whole number", right=1),
    _option("max-age-negative", Code.OUT_OF_RANGE, "max_age", -1, "0 (not at all)", right=0),
    _option("max-age-long", Code.OUT_OF_RANGE, "max_age", 86_401, "86400", right=86_400),
    _option(
        "max-age-long-time", Code.OUT_OF_RANGE, "max_age", timedelta(days=2), "86400", right=timedelta(days=1)
    ),
    _option("max-age-none", Code.NOT_SET, "max_age", None, "leave the option out", right=0),
)

UNKNOWN = (
    Mistake(
        "misspelt", Code.UNKNOWN_OPTION, "'orgins'", {"orgins": [APP]}, "correct the name", {"origins": [APP]}
    ),
    Mistake(
        "other-library",
        Code.UNKNOWN_OPTION,
        "'allow_origins'",
        {"allow_origins": [APP]},
        "correct the name",
        {"origins": [APP]},
    ),
    Mistake("nothing-like-it", Code.UNKNOWN_OPTION, "'zzz'", {"zzz": 1}, "remove the option", {}),
)

MISTAKES = ORIGINS + CREDENTIALS + FLAGS + NAMES + MAX_AGE + UNKNOWN


@dataclass(frozen=True)
class BadPath:
    """One path of ``resources`` that does not build, and its neighbour that does."""

    path: object
    fix: str
    right: str


BAD_PATHS = (
    BadPath("api/*", "'/api/*'", "/api/*"),
    BadPath("", "'/'", "/"),
    BadPath("*", "'/*'", "/*"),
    BadPath("^/api/.*", "'/api/*'", "/api/*"),
    BadPath("/api/.*", "'/api/*'", "/api/*"),
    BadPath("/api/*/items", "'/api/*'", "/api/*"),
    BadPath("/api*", "'/api/*'", "/api/*"),
    BadPath("/(a|b)/*", "'/api/*'", "/a/*"),
    BadPath("/api/$", "'/api/*'", "/api"),
    BadPath("/<tenant>/*", "'/api/*'", "/tenant/*"),
    BadPath("/api?x", "'/api/*'", "/api"),
    BadPath(re.compile("/api/.*"), "'/api/*'", "/api/*"),
    BadPath(None, "'/api/*'", "/api/*"),
)

#: Two declarations for one application that exclude one another, and the neighbour that does not.
DUPLICATES = (
    ("application", {"origins": [APP]}, {"origins": [APP]}, {"resources": {"/api/*": {"origins": [APP]}}}),
    (
        "path",
        {"resources": {"/api/*": {"origins": [APP]}}},
        {"resources": {"/api/*": {"origins": "*"}}},
        {"resources": {"/api": {"origins": "*"}}},
    ),
)

#: Every code that these tables report.
COVERED = frozenset(mistake.code for mistake in MISTAKES) | {Code.BAD_PATH, Code.DUPLICATE_POLICY}
