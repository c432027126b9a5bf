"""``flask cors explain``."""

import pytest
from flask import Flask, Response, session

from crossguard.cli.attempt import BROWSERS, CREDENTIALS, MODES
from crossguard.cli.senders import SENDERS
from crossguard.flask import CORS, decision_made
from crossguard.flask.commands import arguments
from tests.commands.running import as_json, fits, flask_cors, in_process_of_its_own
from tests.commands.shop import PAGE, create_app

OTHER = "http://localhost:3000"


def explained(*words: str, app: Flask | None = None):
    return as_json(app or create_app(), "explain", *words)


def test_the_choices_are_those_of_the_model():
    assert (arguments.BROWSERS, arguments.CREDENTIALS) == (BROWSERS, CREDENTIALS)
    assert (arguments.MODES, arguments.SENDERS) == (MODES, SENDERS)


def test_a_listed_page_can_read():
    result = flask_cors(create_app(), "explain", "/items/", "--origin", PAGE, "-X", "PUT")
    assert result.exit_code == 0
    assert "READABLE" in result.output
    assert fits(result.output)


def test_a_page_that_is_not_listed_cannot_and_the_fix_is_a_line():
    result = flask_cors(create_app(), "explain", "/items/", "--origin", OTHER, "--credentials", "include")
    assert result.exit_code == 1
    assert "BLOCKED" in result.output
    document = explained("/items/", "--origin", OTHER, "--credentials", "include")
    assert not document["readable"]
    assert document["cause"]
    assert document["fix"] == "origins=['http://localhost:8080', 'http://localhost:3000']"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["/items/", "-H", "X-Token: 1"], "header-not-allowed"),
        (["/prices"], "allow-origin-missing"),
        (["/me", "--credentials", "include", "--mode", "same-origin"], "not-same-origin"),
        (["/me", "--mode", "no-cors"], "opaque-response"),
        (["/items/", "-X", "CONNECT"], "forbidden-method"),
        (["http://localhost:5000/items/", "-X", "PATCH"], "readable"),
        (["/nowhere"], "readable"),
        (["/items"], "readable"),
    ],
)
def test_the_code_says_what_stopped_it(words, code):
    document = explained(*words, "--origin", PAGE)
    assert document["code"] == code
    assert document["readable"] == (code == "readable")
    assert ("cannot read" in document["summary"]) == (code != "readable")


def test_a_path_is_one_of_the_first_public_origin():
    assert explained("/me", "--origin", PAGE)["request"]["url"] == "http://localhost:5000/me"
    app = Flask("app")
    CORS(app, origins=[PAGE])
    assert explained("/me", "--origin", PAGE, app=app)["request"]["url"] == "http://localhost:5000/me"
    app = Flask("app")
    CORS(app, origins=[PAGE], public_origins=["https://api.example.com"])
    assert explained("/me", "--origin", PAGE, app=app)["request"]["url"] == "https://api.example.com/me"


def session_value(app: Flask) -> str:
    with app.test_request_context():
        session["user"] = "ada"
        serializer = app.session_interface.get_signing_serializer(app)
        return serializer.dumps(dict(session))


@pytest.mark.parametrize(
    ("origin", "credentials", "status", "hint"),
    [
        (PAGE, "include", 200, None),
        (PAGE, "omit", 401, "no-credentials"),
        (PAGE, "same-origin", 401, "no-credentials"),
    ],
)
def test_a_cookie_goes_as_the_application_sets_it(origin, credentials, status, hint):
    app = create_app()
    cookie = f"session={session_value(app)}"
    document = explained("/me", "--origin", origin, "--credentials", credentials, "--cookie", cookie, app=app)
    assert document["response"]["status"] == status
    assert hint is None or hint in [hint["code"] for hint in document["hints"]]


def test_a_cookie_of_another_site_stays_behind_and_the_reason_is_said():
    app = create_app()
    document = explained(
        *("/me", "--origin", "http://127.0.0.1:8080", "--credentials", "include", "--cookie", "session=1"),
        app=app,
    )
    (hint,) = [hint for hint in document["hints"] if hint["code"] == "cookie-not-sent"]
    assert "SameSite=Lax" in hint["text"]


def test_the_view_really_runs_and_its_output_stays_off_the_document():
    result = flask_cors(create_app(), "explain", "/items/", "--origin", PAGE, "--json")
    assert "in the view" not in result.stdout
    assert "in the view" in result.stderr


def test_a_dry_run_runs_nothing():
    heard = []

    def listen(_app, **_):
        heard.append(1)

    app = create_app()
    app.before_request(lambda: heard.append(2))
    with decision_made.connected_to(listen):
        document = explained("/items/", "--origin", PAGE, "-X", "PUT", "--dry-run", app=app)
    assert document["readable"]
    assert document["dry_run"]
    assert heard == []
    result = flask_cors(app, "explain", "/items/", "--origin", PAGE, "--dry-run")
    assert "in the view" not in result.output
    assert "dry run" in result.output


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["/me"], 200),
        (["/items"], 200),
        (["/nowhere"], 404),
        (["/me", "-X", "DELETE"], 405),
        (["/prices", "--origin", "https://partner.example"], 200),
        (["/me", "-X", "HEAD"], 200),
    ],
)
def test_a_dry_run_routes_as_the_application_does(words, status):
    origin = [] if "--origin" in words else ["--origin", PAGE]
    assert explained(*words, *origin, "--dry-run")["response"]["status"] == status


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_a_refused_write_is_explained(dry):
    document = explained(
        "/admin/users", "--origin", "https://app.example.com", "-d", "x", "--credentials", "include", *dry
    )
    assert document["readable"]
    assert document["response"]["status"] == 403
    assert document["hints"][0]["code"] == "write-refused"


def test_a_dry_run_of_an_application_without_policy_is_blocked():
    app = Flask("app")
    app.add_url_rule("/", "index", lambda: "")
    document = explained("/", "--origin", PAGE, "--dry-run", app=app)
    assert document["code"] == "allow-origin-missing"


def test_a_view_that_raises_is_named_in_a_line():
    result = flask_cors(create_app(), "explain", "/crash", "--origin", PAGE)
    assert result.exit_code == 0
    assert "application raised LookupError at" in " ".join(result.output.split())
    assert "shop.py:" in result.output
    assert "\x1b" not in result.output
    assert "Traceback" not in result.output + result.stderr


def test_a_redirect_to_another_host_is_not_the_application():
    document = explained("/away", "--origin", PAGE)
    assert document["code"] == "other-host"
    assert "redirected to a sign-in at login.example.net" in document["summary"]
    assert "answer 401 where a script asks" in document["fix"]


USAGE = [
    (["/", "--origin", "localhost:8080"], "http://localhost:8080"),
    (["/", "--origin", "ftp://x"], "http://"),
    (["/"], "--origin"),
    (["--origin", PAGE], "URL"),
    (["items", "--origin", PAGE], "Write a path"),
    (["ftp://localhost/", "--origin", PAGE], "neither http nor https"),
    (["http://[", "--origin", PAGE], "Write a path"),
    (["/", "--origin", PAGE, "-H", "X"], "X-Token: 123"),
    (["/", "--origin", PAGE, "--cookie", "=1"], "no cookie"),
    (["/", "--origin", PAGE, "--browser", "lynx"], "lynx"),
]


@pytest.mark.parametrize(("words", "says"), USAGE, ids=[" ".join(words) for words, _ in USAGE])
def test_wrong_use_is_a_sentence_and_exit_code_2(words, says):
    result = flask_cors(create_app(), "explain", *words)
    assert result.exit_code == 2
    assert says in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "url",
    [
        *(
            "//",
            "/%",
            "/%00",
            "/\x00",
            "/\u20ac?\u20ac",
            "/a b",
            "/" + "a" * 5000,
            "/..%2f..",
            "/?" + "&" * 3000,
        ),
        *("http://localhost:5000", "http://localhost:5000/\ud800"),
    ],
)
@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_any_url_has_a_verdict(url, dry):
    result = flask_cors(create_app(), "explain", url, "--origin", PAGE, *dry)
    assert result.exit_code in {0, 1, 2}
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "words",
    [
        *(["-X", ""], ["-X", "\u20ac"], ["-H", "\u20ac: 1"], ["-H", "A: \n"], ["-d", "\ud800"], ["-d", ""]),
        *(["--cookie", "session=\u20ac"], ["--cookie", "a=b; Max-Age=x; Expires=y"], ["-X", "options"]),
    ],
)
def test_any_request_has_a_verdict(words):
    result = flask_cors(
        create_app(), "explain", "/items/", "--origin", PAGE, "--credentials", "include", *words
    )
    assert result.exit_code in {0, 1, 2}
    assert "Traceback" not in result.output


APP = """
from flask import Flask
from crossguard.flask import CORS

app = Flask(__name__)
CORS(app, origins=["http://localhost:8080"], {more})

@app.get("/items")
def items():
    app.logger.error("from the view")
    return {{}}
"""


def test_it_runs_as_a_command(tmp_path):
    (tmp_path / "app.py").write_text(APP.format(more=""))
    run = in_process_of_its_own(tmp_path, "cors", "explain", "/items", "--origin", PAGE)
    assert (run.returncode, run.stderr) == (0, "")
    assert "READABLE" in run.stdout
    blocked = in_process_of_its_own(tmp_path, "cors", "explain", "/items", "--origin", OTHER)
    assert blocked.returncode == 1


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("supports_credential=True", "supports_credentials"),
        ("max_age=-1", "max_age"),
        ("max_age=1 / 0", "app.py:6"),
        ("**__import__('nothing_of_that_name')", "nothing_of_that_name"),
    ],
)
def test_an_application_that_does_not_load_is_a_sentence(more, says, tmp_path):
    (tmp_path / "app.py").write_text(APP.format(more=more))
    run = in_process_of_its_own(tmp_path, "cors", "routes")
    assert run.returncode == 2
    assert says in run.stderr
    assert run.stdout == ""
    assert "Traceback" not in run.stderr


def test_no_application_is_a_sentence(tmp_path):
    run = in_process_of_its_own(tmp_path, "cors", "routes")
    assert run.returncode == 2
    assert "Could not locate a Flask application" in run.stderr
    assert "Traceback" not in run.stderr


def sockets(**options: object) -> Flask:
    """An application with a WebSocket, a stream and an endpoint for the form of another site."""
    app = Flask("sockets")
    app.config.update(SECRET_KEY="of a test", SESSION_COOKIE_SAMESITE="Lax")

    def stream():
        yield "data: 1\n\n"
        raise AssertionError("an EventSource has its answer when the stream begins")

    app.add_url_rule("/chat", "chat", lambda: "", websocket=True)
    app.add_url_rule("/events", "events", lambda: Response(stream(), mimetype="text/event-stream"))
    app.add_url_rule("/acs", "acs", lambda: "signed in", methods=["POST"])
    given = {"origins": [PAGE], "supports_credentials": True, "public_origins": ["http://localhost:5000"]}
    CORS(app, **given | options)
    return app


@pytest.mark.parametrize("words", [["ws://localhost:5000/chat"], ["/chat", "--as", "websocket"]])
def test_a_handshake_is_judged_and_explained(words):
    accepted = flask_cors(sockets(), "explain", *words, "--origin", PAGE)
    assert accepted.exit_code == 0
    assert "OPEN" in accepted.output
    refused = explained(*words, "--origin", OTHER, app=sockets())
    assert (refused["code"], refused["cause"]) == ("handshake-refused", "origin-not-trusted")
    assert refused["fix"] == f"origins=['{PAGE}', '{OTHER}']"
    assert "handshake" in refused["summary"]
    assert refused["request"]["mode"] == "websocket"


def test_a_route_that_takes_no_websocket_says_so():
    document = explained("ws://localhost:5000/events", "--origin", PAGE, app=sockets())
    assert (document["code"], document["cause"]) == ("handshake-refused", None)
    assert "answered with 400" in document["summary"]


def test_socket_io_in_front_of_the_routes_is_let_through():
    assert explained("ws://localhost:5000/socket.io/", "--origin", PAGE, app=sockets())["readable"]


def test_a_stream_is_read_when_it_begins():
    document = explained("/events", "--origin", PAGE, "--as", "eventsource", app=sockets())
    assert document["readable"]
    assert document["request"]["credentials"] == "include"
    other = explained("/acs", "--origin", PAGE, "--as", "eventsource", app=sockets())
    assert other["code"] == "not-an-event-stream"


def test_a_form_of_another_site_is_refused_and_the_door_is_named():
    app = sockets()
    words = ("/acs", "--origin", "https://idp.example", "--as", "form", "-d", "SAMLResponse=1")
    document = explained(*words, app=app)
    assert (document["readable"], document["code"], document["cause"]) == (
        False,
        "write-refused",
        "cross-site",
    )
    assert "exempt" in document["fix"]
    exempt = sockets(exempt={"acs": "the answer is signed"})
    result = flask_cors(exempt, "explain", *words)
    assert result.exit_code == 0
    assert "ANSWERED" in result.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["/acs", "--as", "form", "-H", "X-Token: 1"], "leave -H out"),
        (["/chat", "--as", "websocket", "-d", "x"], "leave -d out"),
        (["/events", "--as", "eventsource", "-X", "POST"], "leave -X out"),
        (["ws://localhost:5000/chat", "--as", "form"], "http:// and https://"),
        (["/acs", "--as", "form", "-H", "Content-Type: application/json"], "enctype"),
    ],
)
def test_what_a_sender_cannot_send_is_a_usage_error(words, says):
    result = flask_cors(sockets(), "explain", *words, "--origin", PAGE)
    assert result.exit_code == 2
    assert says in " ".join(result.output.split())


@pytest.mark.parametrize(
    "page", ["file:///android_asset/index.html", "null", "capacitor://localhost", "app://x"]
)
@pytest.mark.parametrize("words", [["/events"], ["ws://localhost:5000/chat"], ["/acs", "--as", "form"]])
def test_a_page_of_any_scheme_has_a_verdict(page, words):
    document = explained(*words, "--origin", page, app=sockets())
    assert not document["readable"]
    assert document["fix"]


def test_credentials_are_included_where_the_policy_has_them():
    assert explained("/me", "--origin", PAGE)["request"]["credentials"] == "include"
    app = Flask("app")
    app.add_url_rule("/", "index", lambda: "")
    CORS(app, origins=[PAGE])
    assert explained("/", "--origin", PAGE, app=app)["request"]["credentials"] == "same-origin"
    asked = explained("/", "--origin", PAGE, "--credentials", "omit", app=app)
    assert asked["request"]["credentials"] == "omit"


def test_a_page_that_is_signed_out_hears_of_both_ways_in():
    (hint,) = explained("/me", "--origin", PAGE)["hints"]
    assert hint["code"] == "no-credentials"
    assert "--cookie" in hint["text"]
    assert "credentials: 'include' in the front end" in hint["fix"]
    assert explained("/me", "--origin", PAGE, "--credentials", "include")["hints"] == []


def of_the_blog() -> Flask:
    app = Flask("blog")
    app.secret_key = "of a test"
    app.add_url_rule("/me", "me", dict)
    CORS(app, supports_credentials=True)
    return app


def test_debug_is_as_the_server_has_it(monkeypatch):
    outside = explained("/me", "--origin", PAGE, app=of_the_blog())
    assert not outside["readable"]
    assert "allowed-in-debug" in [hint["code"] for hint in outside["hints"]]
    assert explained("/me", "--origin", PAGE, "--debug", app=of_the_blog())["readable"]
    monkeypatch.setenv("FLASK_DEBUG", "1")
    assert explained("/me", "--origin", PAGE, app=of_the_blog())["readable"]
    assert not explained("/me", "--origin", PAGE, "--no-debug", app=of_the_blog())["readable"]
    stranger = explained("/me", "--origin", "https://stranger.example", app=of_the_blog())
    assert "allowed-in-debug" not in [hint["code"] for hint in stranger["hints"]]


def test_the_port_is_that_of_the_server(monkeypatch):
    def asked(app: Flask) -> str:
        return explained("/me", "--origin", PAGE, app=app)["request"]["url"]

    monkeypatch.setenv("FLASK_RUN_PORT", "8000")
    assert asked(of_the_blog()) == "http://localhost:8000/me"
    monkeypatch.setenv("FLASK_RUN_CERT", "adhoc")
    assert asked(of_the_blog()) == "https://localhost:8000/me"
    monkeypatch.delenv("FLASK_RUN_CERT")
    monkeypatch.setenv("FLASK_RUN_PORT", "no port")
    assert asked(of_the_blog()) == "http://localhost:5000/me"
    named = of_the_blog()
    named.config["SERVER_NAME"] = "api.localhost:5001"
    assert asked(named) == "http://api.localhost:5001/me"
    assert asked(create_app()) == "http://localhost:5000/me"
