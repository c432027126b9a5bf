"""Every response that leaves carries its policy's headers, exactly, whatever made it."""

from dataclasses import dataclass, field

import pytest
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    request,
    send_file,
    send_from_directory,
    session,
    stream_with_context,
)

from crossguard.flask import CORS, cross_origin
from tests.flask.wire import send

LISTED = "https://app.example.com"
STRANGER = "https://evil.example.net"

POLICY = {
    "origins": [LISTED],
    "supports_credentials": True,
    "expose_headers": ["X-Total"],
    # Writes are the gate's, which has tables of its own.
    "write_gate": False,
}
ALLOWED = {
    "Access-Control-Allow-Origin": LISTED,
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Expose-Headers": "X-Total",
    "Vary": "Origin",
}
REFUSED = {"Vary": "Origin"}


@dataclass(frozen=True)
class Kind:
    """A request and the status that it gets; ``levels`` are those at which such a response exists."""

    status: int
    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    answer: bytes | None = None
    levels: frozenset[str] = field(default=frozenset({"app", "blueprint", "decorator"}))


URL_ONLY = frozenset({"app", "blueprint"})

KINDS = {
    "200": Kind(200, "/api/ok", answer=b"ok"),
    "head": Kind(200, "/api/ok", "HEAD", answer=b""),
    "options": Kind(200, "/api/ok", "OPTIONS", answer=b""),
    "201 with cookies": Kind(201, "/api/cookies", "POST"),
    "204": Kind(204, "/api/empty", answer=b""),
    "206": Kind(206, "/api/file", headers=(("Range", "bytes=0-1"),), answer=b"fi"),
    "304": Kind(304, "/api/etag", headers=(("If-None-Match", '"v1"'),), answer=b""),
    "302": Kind(302, "/api/redirect"),
    "308 to a slash": Kind(308, "/api/slash"),
    "308 of merged slashes": Kind(308, "/api//ok"),
    "400 of a bad form": Kind(400, "/api/form", "POST"),
    "401 by abort": Kind(401, "/api/abort/401"),
    "403 by abort": Kind(403, "/api/abort/403"),
    "404 by abort": Kind(404, "/api/abort/404"),
    "404": Kind(404, "/api/missing", levels=URL_ONLY),
    "405": Kind(405, "/api/ok", "DELETE"),
    "413": Kind(413, "/api/form", "POST", body=b"x" * 2000),
    "415": Kind(415, "/api/json", "POST", (("Content-Type", "text/plain"),), b"{}"),
    "418 by an error handler": Kind(418, "/api/teapot", answer=b"handled"),
    "429 by abort": Kind(429, "/api/abort/429"),
    "500 unhandled": Kind(500, "/api/crash"),
    "500 of a raising after_request": Kind(500, "/api/ok?crash=after"),
    "503 of a before_request": Kind(503, "/api/ok?answer=before", answer=b"maintenance"),
    "500 of a before_request": Kind(500, "/api/ok?crash=before"),
    "stream": Kind(200, "/api/stream", answer=b"abc"),
    "stream with context": Kind(200, "/api/stream-context", answer=b"/api/stream-context"),
    "file": Kind(200, "/api/file", answer=b"file\n"),
    "directory": Kind(200, "/api/directory/file.txt", answer=b"file\n"),
    "404 of a directory": Kind(404, "/api/directory/missing.txt"),
    "static": Kind(200, "/api/static/file.txt", answer=b"file\n", levels=frozenset({"blueprint"})),
    "application's static": Kind(200, "/static/file.txt", answer=b"file\n", levels=frozenset({"app"})),
    "404 of static": Kind(404, "/static/missing.txt", levels=frozenset({"app"})),
    "encoded path": Kind(200, "/api/%6f%6b", answer=b"ok"),
    "slashes in front": Kind(200, "//api/ok", answer=b"ok"),
}


class TeapotError(Exception):
    pass


def ok():
    return "ok"


def cookies():
    response = Response("made", 201)
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    return response


def empty():
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def etag():
    response = Response("etag")
    response.set_etag("v1")
    return response.make_conditional(request)


def crash():
    raise RuntimeError("crash")


def teapot():
    raise TeapotError


VIEWS = (
    ("/ok", "GET", ok),
    ("/cookies", "POST", cookies),
    ("/empty", "GET", empty),
    ("/etag", "GET", etag),
    ("/form", "POST", lambda: request.form["field"]),
    ("/json", "POST", lambda: jsonify(request.get_json())),
    ("/abort/<int:code>", "GET", abort),
    ("/crash", "GET", crash),
    ("/teapot", "GET", teapot),
    ("/redirect", "GET", lambda: redirect("/elsewhere")),
    ("/slash/", "GET", ok),
    ("/stream", "GET", lambda: Response(iter(["a", "b", "c"]))),
    ("/stream-context", "GET", lambda: Response(stream_with_context(request.path for _ in range(1)))),
    ("/file", "GET", lambda: send_file(f"{current_app.static_folder}/file.txt", conditional=True)),
    ("/directory/<name>", "GET", lambda name: send_from_directory(current_app.static_folder, name)),
)


def own_function(view):
    """Return a function of its own for each application: a mark stays on the function."""

    def wrapped(**arguments):
        return view(**arguments)

    return wrapped


def make_app(level, folder):
    app = Flask("responses", static_folder=str(folder), static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = 1000
    blueprint = Blueprint(
        "api", __name__, url_prefix="/api", static_folder=str(folder), static_url_path="/static"
    )
    for rule, method, shared in VIEWS:
        view = own_function(shared)
        if level == "decorator":
            cross_origin(**POLICY)(view)
        blueprint.add_url_rule(rule, rule.replace("/", "-"), view, methods=[method])
    if level == "app":
        CORS(app, **POLICY)
    else:
        CORS(app, origins=[])
    if level == "blueprint":
        CORS(blueprint, **POLICY)
    app.register_blueprint(blueprint)

    @app.before_request
    def before():
        if request.args.get("crash") == "before":
            raise RuntimeError("before")
        return Response("maintenance", 503) if request.args.get("answer") == "before" else None

    @app.after_request
    def after(response):
        if request.args.get("crash") == "after":
            raise RuntimeError("after")
        return response

    @app.errorhandler(TeapotError)
    def handle(_error):
        return "handled", 418

    return app


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("static")
    (folder / "file.txt").write_text("file\n")
    return folder


CASES = [
    pytest.param(level, kind, id=f"{level}-{name}")
    for level in ("app", "blueprint", "decorator")
    for name, kind in KINDS.items()
    if level in kind.levels
]


@pytest.mark.parametrize(("level", "kind"), CASES)
def test_the_headers_of_the_policy_and_no_others_are_on_the_response(level, kind, folder):
    app = make_app(level, folder)

    for origin, expected in ((LISTED, ALLOWED), (STRANGER, REFUSED), ("null", REFUSED), (None, REFUSED)):
        answer = send(app, kind.method, kind.path, kind.headers, origin=origin, body=kind.body)
        assert answer.status == kind.status
        assert answer.cors == expected
        if kind.answer is not None:
            assert answer.body == kind.answer


def test_what_is_outside_of_a_blueprint_is_not_governed_by_it(folder):
    app = make_app("blueprint", folder)

    assert send(app, "GET", "/missing", origin=LISTED).cors == REFUSED
    assert send(app, "GET", "/static/file.txt", origin=LISTED).cors == REFUSED


def test_both_cookies_leave(folder):
    answer = send(make_app("app", folder), "POST", "/api/cookies", origin=LISTED)

    assert answer.all("Set-Cookie") == ["a=1; Path=/", "b=2; Path=/"]


def test_a_stream_is_read_ahead_by_its_first_part_which_may_fail():
    app = Flask("stream")
    CORS(app, origins=[LISTED])
    made = []

    @app.get("/")
    def view():
        def parts():
            for part in ("a", "b"):
                made.append(part)
                yield part

        return Response(parts())

    started = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_HOST": "localhost", "wsgi.url_scheme": "http"}
    body = app(environ, lambda *start: started.append(start))

    assert made == ["a"]
    assert started
    assert next(iter(body)) == b"a"
    assert made == ["a"]
    body.close()


def test_the_session_s_vary_is_kept_beside_ours():
    app = Flask("session")
    app.secret_key = "x" * 32
    CORS(app, origins=[LISTED])

    @app.get("/")
    def view():
        session["seen"] = True
        return "ok"

    answer = send(app, "GET", "/", origin=LISTED)
    # Werkzeug writes its own header first; ours joins it, on one line (CVE-2023-30861, CVE-2026-27205).
    assert answer["Vary"] == "Cookie, Origin"


@pytest.mark.parametrize(
    "written",
    ["Origin", "origin", "ORIGIN", "Accept-Encoding, Origin", "Origin , Cookie", "*"],
)
def test_a_view_s_own_vary_is_not_repeated(written):
    app = Flask("vary")
    CORS(app, origins=[LISTED])
    app.get("/")(lambda: Response("ok", headers={"Vary": written}))

    assert send(app, "GET", "/", origin=LISTED)["Vary"] == written


@pytest.mark.parametrize("written", ["Cookie", "Accept-Encoding, Cookie", "Sec-Fetch-Site", "Original"])
def test_a_view_s_own_vary_is_completed(written):
    app = Flask("vary")
    CORS(app, origins=[LISTED])
    app.get("/")(lambda: Response("ok", headers={"Vary": written}))

    for origin in (LISTED, STRANGER, None):
        assert send(app, "GET", "/", origin=origin)["Vary"] == f"{written}, Origin"
