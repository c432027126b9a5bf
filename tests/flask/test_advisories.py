"""One test for each advisory about CORS code that can apply to this library; the ids name them.

What is about enforcement and WebSockets belongs to the write gate and has its tests there.
"""

import re
from urllib.parse import unquote

import pytest
from flask import Flask, Response, request, session

from crossguard import ConfigError
from crossguard.flask import CORS, cross_origin
from tests.cases.lookalikes import CONFIGURED, joined
from tests.core.counting import work_of
from tests.flask.wire import environ_of, preflight, send

APP = "https://app.example.com"
EVIL = "https://evil.example.net"


def advisory(*ids):
    """Mark a test with the advisories that it would have caught."""
    return pytest.mark.parametrize("advisory_ids", ["+".join(ids)])


def reads(app, path="/", origin=EVIL, **more):
    """Return whether *origin* may read *path*: with credentials, without, or not at all."""
    answer = send(app, "GET", path, origin=origin, **more)
    asked = preflight(app, path, origin=origin, asks="GET")
    allowed = answer.all("Access-Control-Allow-Origin")
    assert allowed == asked.all("Access-Control-Allow-Origin")
    if not allowed:
        assert not [name for name in answer.cors if name != "Vary"]
        return "no"
    assert allowed in (["*"], [origin])
    return "with credentials" if answer.all("Access-Control-Allow-Credentials") else "anonymously"


# A. Flask-CORS itself.


def make_tree():
    """Two trees of paths with different policies; the view says which one ran."""
    app = Flask("tree")
    CORS(app, resources={"/pub/*": {"origins": "*"}, "/private/*": {"origins": [APP]}, "/*": {"origins": []}})
    for name in ("pub", "private", "a+b", "a b", "%70ub"):
        app.add_url_rule(f"/{name}/<path:rest>", name, lambda rest: request.endpoint)
    app.add_url_rule("/<path:rest>", "other", lambda rest: "other")
    return app


EXPECTED = {"pub": "anonymously", "private": "no"}


@advisory("CVE-2020-25032", "CVE-2019-18978", "CVE-2024-6844")
@pytest.mark.parametrize(
    "path",
    [
        "/pub/x",
        "/private/x",
        "/pub/../private/x",
        "/pub/%2e%2e/private/x",
        "/private/../pub/x",
        "/./private/x",
        "//private/x",
        "///private/x",
        "//pub/x",
        "/pub//x",
        "/private//x",
        "/%70ub/x",
        "/%2570ub/x",
        "/%70rivate/x",
        "/pub%2f..%2fprivate/x",
        "/pub/x%00",
        "/pub/%c3%a9",
        "/a+b/x",
        "/a%2Bb/x",
        "/a%20b/x",
        "/pub;x/y",
        "/pub\\private/x",
    ],
)
def test_the_policy_is_that_of_the_view_that_runs(advisory_ids, path):
    app = make_tree()
    answer = send(app, "GET", path, origin=EVIL)
    if answer.status == 308:
        path = answer["Location"].removeprefix("http://localhost")
        answer = send(app, "GET", path, origin=EVIL)

    assert answer.status == 200
    view = answer.body.decode()
    segment = unquote(path).lstrip("/").partition("/")[0]
    assert view in {segment, "other"}
    # A router could read dot segments otherwise, and the policies of the two readings disagree.
    ambiguous = "/../" in unquote(path)
    assert reads(app, path) == ("no" if ambiguous else EXPECTED.get(segment, "no"))


@advisory("CVE-2024-1681")
def test_every_record_of_the_log_stays_one_line(advisory_ids, log):
    def make_app():
        app = Flask("log")
        app.debug = True
        CORS(app, origins=[APP])
        own = {"Access-Control-Max-Age": "1"}
        app.add_url_rule("/own/<path:rest>", "own", lambda rest: Response("x", headers=own))
        return app

    app = make_app()
    send(app, "GET", "/%0d%0aFAKE", origin=EVIL)
    send(app, "GET", "/", origin="https://evil\r\nFAKE")
    # Of another application, because a second line of the kind would be left out.
    preflight(make_app(), "/%0d%0aFAKE", origin="https://evil\r\nFAKE", asks="A\r\nFAKE")
    send(app, "GET", "/own/%0dFAKE")

    assert len(log.records) == 4
    assert all(record.getMessage().isprintable() for record in log.records)
    assert all("FAKE" in record.getMessage() for record in log.records)


@advisory("CVE-2024-6221", "GHSA-hxwh-jpp2-84pm")
def test_private_network_access_is_not_allowed_by_default(advisory_ids):
    app = Flask("private")
    CORS(app, origins=[APP])
    asks = [("Access-Control-Request-Private-Network", "true")]

    assert "Access-Control-Allow-Private-Network" not in preflight(app, "/", origin=APP, headers=asks).cors
    assert "Access-Control-Allow-Private-Network" not in send(app, "GET", "/", asks, origin=APP).cors


@advisory("CVE-2024-6839", "GHSA-7rxf-gvfg-47g4")
@pytest.mark.parametrize("narrow_first", [False, True])
def test_the_narrower_path_wins_and_not_the_longer_text(advisory_ids, narrow_first):
    wide, narrow = ("/a/*", {"origins": "*"}), ("/a/b/*", {"origins": [APP]})
    longer = ("/a-very-long-path-that-matches-nothing-here/*", {"origins": "*"})
    entries = [narrow, longer, wide] if narrow_first else [wide, longer, narrow]
    app = Flask("paths")
    CORS(app, resources=dict(entries))

    assert reads(app, "/a/b/x") == "no"
    assert reads(app, "/a/b") == "no"
    assert reads(app, "/a/bx") == "anonymously"
    with pytest.raises(ConfigError):
        CORS(Flask("expressions"), resources={r"/(a|/x/y/z)?.*": {"origins": "*"}})


@advisory("CVE-2024-6866", "GHSA-43qf-4rqw-9q2g")
def test_paths_are_case_sensitive(advisory_ids):
    app = Flask("case")
    CORS(app, resources={"/api/*": {"origins": "*"}, "/API/*": {"origins": [APP]}})
    app.get("/api/x", endpoint="lower")(lambda: "lower")
    app.get("/API/x", endpoint="upper")(lambda: "upper")

    assert reads(app, "/api/x") == "anonymously"
    assert reads(app, "/API/x") == "no"
    assert reads(app, "/Api/x") == "no"


# B. Reflection, wildcard with credentials, null.


@advisory(
    "CVE-2018-20744",
    "CVE-2018-8014",
    "CVE-2021-39185",
    "CVE-2024-25124",
    "CVE-2026-54290",
    "CVE-2026-89058",
    "GHSA-972r-f3fv-whm3",
)
def test_nothing_gives_every_site_credentials(advisory_ids):
    for options in (
        {"origins": "*", "supports_credentials": True},
        {"origins": ["*"], "supports_credentials": True},
        {"origins": re.compile(".*"), "supports_credentials": True},
        {"origins": re.compile("https?://.*"), "supports_credentials": True},
        {"origins": "null", "supports_credentials": True},
    ):
        for build in (lambda o=options: CORS(Flask("x"), **o), lambda o=options: cross_origin(**o)):
            with pytest.raises(ConfigError):
                build()
    for debug in (False, True):
        app = Flask("credentials")
        app.debug = debug
        CORS(app, supports_credentials=True)
        for origin in (EVIL, "null", "https://localhost.evil.test", ""):
            assert reads(app, origin=origin) == "no"


@advisory("CVE-2018-8014", "CVE-2023-49803", "CVE-2020-28481", "CVE-2026-34237")
def test_nothing_is_allowed_that_was_not_asked_for(advisory_ids):
    bare = Flask("bare")
    assert send(bare, "GET", "/", origin=EVIL).cors == {}
    app = Flask("default")
    CORS(app)
    # The one default is the anonymous reader, and the origin is never reflected.
    assert reads(app) == "anonymously"
    assert send(app, "GET", "/", origin=EVIL)["Access-Control-Allow-Origin"] == "*"
    nobody = Flask("nobody")
    CORS(nobody, origins=[])
    assert reads(nobody) == "no"


@advisory("CVE-2024-47165", "CVE-2021-39185")
@pytest.mark.parametrize(
    "origins",
    [[APP], ["https://*.example.com"], ["http://localhost:*"], [re.compile("null|https://a")], []],
    ids=str,
)
def test_the_null_origin_is_refused(advisory_ids, origins):
    app = Flask("null")
    CORS(app, origins=origins)

    assert reads(app, origin="null") == "no"


@advisory("CVE-2024-47084")
def test_a_cookie_changes_no_verdict(advisory_ids):
    app = Flask("cookies")
    CORS(app, origins=[APP], supports_credentials=True)
    for origin in (APP, EVIL, "null", None):
        without = send(app, "GET", "/", origin=origin)
        assert send(app, "GET", "/", [("Cookie", "session=x")], origin=origin).cors == without.cors


@advisory("CVE-2025-5320", "CVE-2024-1727")
@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost.evil.test",
        "http://localhost.evil.test:8080",
        "http://evil.localhost.test",
        "http://127.0.0.1.evil.test:8080",
        "http://127.0.0.1@evil.test",
        "https://localhost:8080",
        "http://localhost:8080.evil.test",
        "http://[::1].evil.test",
        "http://localhost:8080/",
    ],
)
def test_what_begins_with_localhost_is_not_localhost(advisory_ids, origin):
    app = Flask("localhost")
    app.debug = True
    CORS(app, supports_credentials=True)

    assert reads(app, origin="http://localhost:8080") == "with credentials"
    assert reads(app, origin=origin) == "no"


# C. Matching of origins.

PATTERNS = {
    "exact": "https://good.test",
    "subdomains": "https://*.good.test",
    "ports": "https://good.test:*",
    "both": "https://*.good.test:*",
    "expression": re.compile(r"https://([a-z]+\.)?good\.test"),
    "open-ended expression": re.compile(r"https://(.+\.)?good\.test"),
}
every_form = pytest.mark.parametrize("entry", PATTERNS.values(), ids=PATTERNS)


@advisory(
    "CVE-2026-37737",
    "CVE-2026-40110",
    "CVE-2017-11173",
    "CVE-2026-27192",
    "CVE-2025-50864",
    "CVE-2023-28109",
    "CVE-2022-1996",
    "starlette PR 801",
    "django-cors-headers 4.9.0",
)
@every_form
@pytest.mark.parametrize(
    "origin",
    [
        "https://good.test.evil.test",
        "https://a.good.test.evil.test",
        "https://good.test@evil.test",
        "https://good.test:443@evil.test",
        "https://good.test/evil",
        "https://evil.test/https://good.test",
        "https://evil.test?.good.test",
        "https://evil.test#.good.test",
        "https://good.test\n.evil.test",
    ],
)
def test_the_listed_name_in_front_is_not_enough(advisory_ids, entry, origin):
    app = Flask("prefix")
    CORS(app, origins=[entry])

    assert reads(app, origin=origin) == "no"
    assert any(reads(app, origin=good) != "no" for good in ("https://good.test", "https://a.good.test"))


@advisory("CVE-2024-27302", "CVE-2025-50864", "CVE-2023-28109")
@every_form
@pytest.mark.parametrize(
    "origin",
    ["https://evilgood.test", "https://evil-good.test", "https://evil.notgood.test", "https://ood.test"],
)
def test_the_listed_name_at_the_end_is_not_enough(advisory_ids, entry, origin):
    app = Flask("suffix")
    CORS(app, origins=[entry])

    assert reads(app, origin=origin) == "no"


@advisory("CVE-2026-25478", "CVE-2022-1996")
@pytest.mark.parametrize("entry", [entry for entry in PATTERNS.values() if isinstance(entry, str)])
def test_a_dot_is_a_dot(advisory_ids, entry):
    app = Flask("dots")
    CORS(app, origins=[entry])

    for origin in ("https://goodxtest", "https://a.goodxtest", "https://good-test", "https://axgood.test"):
        assert reads(app, origin=origin) == "no"


@advisory("CVE-2019-25211")
@pytest.mark.parametrize(
    "entry", ["https://good.*", "https://good.test*", "https://*good.test", "https://g*d.test"]
)
def test_a_wildcard_at_the_end_does_not_build(advisory_ids, entry):
    with pytest.raises(ConfigError):
        CORS(Flask("wildcard"), origins=[entry])


@advisory("GHSA-vhxv-fg4m-p2w8", "GHSA-v84h-653v-4pq9")
def test_two_listed_origins_never_make_a_third(advisory_ids):
    app = Flask("pairs")
    literal = [entry for entry in CONFIGURED if "*" not in entry]
    CORS(app, origins=literal)
    for first in literal:
        for second in literal:
            for origin in joined(first, second):
                assert reads(app, origin=origin) == "no"


@advisory("django-cors-headers issue 259")
@every_form
def test_the_scheme_counts(advisory_ids, entry):
    app = Flask("scheme")
    CORS(app, origins=[entry])

    for origin in ("http://good.test", "http://a.good.test", "http://good.test:443", "ftp://good.test"):
        assert reads(app, origin=origin) == "no"


# D. Paths, caching, resources.


@advisory("CVE-2015-9236")
def test_a_preflight_says_what_the_request_will_be_told(advisory_ids):
    app = Flask("verdicts")
    CORS(app, origins=[APP], resources=["/api/*"])
    app.get("/api/marked", endpoint="marked")(cross_origin(origins=[EVIL])(lambda: "marked"))
    app.get("/outside", endpoint="outside")(lambda: "outside")
    for path in ("/api/x", "/api/marked", "/outside", "/missing"):
        for origin in (APP, EVIL):
            # The assertion is in reads(): both answers name the same origin, or none.
            reads(app, path, origin=origin)
    assert [reads(app, "/api/marked", origin=origin) for origin in (APP, EVIL)] == ["no", "anonymously"]


@advisory("CVE-2022-31023")
def test_a_refusal_tells_nothing_of_the_configuration(advisory_ids):
    app = Flask("refusals")
    app.debug = True
    CORS(app, origins=[APP], supports_credentials=True, expose_headers=["X-Secret"])
    asked = preflight(app, "/", origin=EVIL)

    assert asked.body == b""
    assert [*dict(asked.headers)] == ["Vary"]
    assert [name for name, _ in send(app, "GET", "/", origin=EVIL).headers if "Access" in name] == []


@advisory("CVE-2025-71381", "GHSA-q7jf-gf43-6x6p", "CVE-2026-77360")
def test_vary_does_not_depend_on_the_request(advisory_ids):
    app = Flask("vary")
    CORS(app, origins=[APP], supports_credentials=True, allow_headers="*")
    odd = [("Access-Control-Request-Headers", "x-evil, vary"), ("Vary", "X-Evil"), ("X-Forwarded-For", "x")]
    varies = {send(app, "GET", "/", odd, origin=origin)["Vary"] for origin in (APP, EVIL, "null", "", None)}
    assert varies == {"Origin"}
    asked = {
        preflight(app, "/", origin=origin, asks=method, asks_headers=names)["Vary"]
        for origin in (APP, EVIL, "null")
        for method in ("PUT", "X-EVIL")
        for names in (None, "x-evil", "vary", "," * 9000)
    }
    assert asked == {"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"}


@advisory("CVE-2025-47908", "GHSA-mh55-gqvf-xfwm", "CVE-2026-69207")
@pytest.mark.parametrize(
    "text", ["," * 60_000, " " * 60_000, " ," * 30_000, "a" * 60_000, "x-a, " * 12_000, "\t,\t" * 20_000]
)
@pytest.mark.parametrize("allow_headers", ["*", ["X-Token"]], ids=["star", "list"])
def test_a_long_list_of_headers_takes_bounded_work_and_room(advisory_ids, allow_headers, text):
    app = Flask("bounded")
    CORS(app, origins=[APP], supports_credentials=True, allow_headers=allow_headers)
    answer = preflight(app, "/", origin=APP, asks_headers=text)

    assert sum(len(name) + len(value) for name, value in answer.headers) < 1024
    headers = [
        ("Origin", APP),
        ("Access-Control-Request-Method", "PUT"),
        ("Access-Control-Request-Headers", text),
    ]
    environ = environ_of("OPTIONS", "/", headers)
    work = work_of(lambda: app(dict(environ), lambda *_: None))
    assert work.lines < 3000
    assert work.bytes < 50_000


@advisory("CVE-2023-30861", "CVE-2026-27205")
def test_the_vary_of_the_session_is_never_removed(advisory_ids):
    app = Flask("session")
    app.secret_key = "x" * 32
    CORS(app, origins=[APP], supports_credentials=True)

    @app.get("/")
    def view():
        session.permanent = True
        session["seen"] = True
        return "ok"

    for origin in (APP, EVIL, None):
        vary = [item.strip() for item in send(app, "GET", "/", origin=origin)["Vary"].split(",")]
        assert sorted(vary) == ["Cookie", "Origin"]


@advisory("CVE-2025-24010", "CVE-2024-23639")
def test_a_development_server_is_not_open_to_every_page(advisory_ids):
    app = Flask("development")
    app.debug = True
    CORS(app, supports_credentials=True)

    assert reads(app) == "no"
    assert reads(app, origin="http://localhost:5173") == "with credentials"
