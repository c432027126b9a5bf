"""The servers of the tests: two APIs, and pages of every kind of origin, over https under real names."""

import logging
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Response, jsonify, redirect, request
from flask_login import current_user, login_required
from flask_sock import Sock

from tests.gate.people import people_app
from tests.gate.serving import certificate, served
from tests.gate.wsgi import Shop

#: The front end and the API are one site. A sibling of both is a stranger whom every cookie reaches.
APP = "https://app.shop.com"
API = "https://api.shop.com"
SIBLING = "https://blog.shop.com"
#: The other front end and its API are two sites.
FRONT = "https://front.net"
AFAR = "https://api.afar.org"
#: One site again, with the cookies that cookies="auto" sets.
OTHER_FRONT = "https://app.closed.com"
CLOSED = "https://api.closed.com"
#: The first front end's second API, which asks for a token besides.
WITH_TOKEN = "https://token.shop.com"
EVIL = "https://evil.test"

PAGES = (APP, SIBLING, FRONT, OTHER_FRONT, EVIL)


@dataclass(frozen=True)
class Seen:
    """One request as it reached an API, whatever became of it."""

    method: str
    path: str
    origin: str | None
    site: str | None
    has_cookie: bool


@dataclass
class Api:
    """An API, what reached it, what it changed, and what its log says."""

    origin: str
    app: Shop
    seen: list[Seen] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)

    def forget(self) -> None:
        self.seen.clear()
        self.changes.clear()

    def wait_for(self, method: str, path: str) -> Seen:
        """Return the first such request; browsers send some of them when they have time."""
        return until(
            lambda: next((one for one in self.seen if (one.method, one.path) == (method, path)), None),
            f"no {method} {path} among {self.seen}",
        )


class Lines(logging.Handler):
    """What the library's log says about requests; what it says at the start is another matter."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage()
        if "was refused" in line:
            self.lines.append(line)

    def wait_for(self, *parts: str) -> str:
        return until(
            lambda: next((line for line in self.lines if all(part in line for part in parts)), None),
            f"{parts} not in {self.lines}",
        )


def until(find: Callable[[], Any], otherwise: str) -> Any:
    """Return what *find* returns as soon as it is something."""
    deadline = time.monotonic() + 8
    while not (found := find()):
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.01)
    return found


def make_api(origin: str, frontend: str, **options: Any) -> Api:
    """Return an API that one front end may use, with a way to change something for every kind of request.

    Without ``cookies=`` in *options* it is the gate alone that is looked at: the jar protects nobody.
    """
    app = people_app(
        remember=True,
        origins=[frontend],
        public_origins=[origin],
        strict_get=["export"],
        exempt={"go": "it changes nothing and only redirects"},
        **options,
    )
    app.config.update(SESSION_COOKIE_SAMESITE="None", SESSION_COOKIE_SECURE=True)
    app.config.update(REMEMBER_COOKIE_SAMESITE="None", REMEMBER_COOKIE_SECURE=True)
    api = Api(origin, app)

    def change(what: str) -> None:
        user = current_user.get_id() if current_user.is_authenticated else "nobody"
        api.changes.append(f"{what} by {user}")

    @app.post("/change")
    def change_by_post() -> Any:
        change("post")
        return jsonify(done=True)

    @app.put("/change")
    def change_by_put() -> Any:
        change("put")
        return jsonify(done=True)

    @app.get("/export")
    def export() -> Any:
        change("export")
        return Response(
            b"GIF89a\x01\x00\x01\x00\x80\x00\x00\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;",
            mimetype="image/gif",
        )

    @app.route("/go", methods=["GET", "POST"])
    def go() -> Any:
        """The open redirect that somebody forgot."""
        return redirect(request.args["to"], 307)

    @app.get("/events")
    @login_required
    def events() -> Any:
        user = current_user.get_id()
        return Response(f"data: {user}\n\n", mimetype="text/event-stream")

    @Sock(app).route("/socket")
    def socket(ws: Any) -> None:
        change("socket")
        ws.send(ws.receive(timeout=5))

    inner = app.wsgi_app

    def noted(environ: dict[str, Any], start_response: Any) -> Any:
        cookie = environ.get("HTTP_COOKIE", "")
        api.seen.append(
            Seen(
                environ["REQUEST_METHOD"],
                environ["PATH_INFO"],
                environ.get("HTTP_ORIGIN"),
                environ.get("HTTP_SEC_FETCH_SITE"),
                app.config["SESSION_COOKIE_NAME"] in cookie,
            )
        )
        return inner(environ, start_response)

    app.wsgi_app = noted  # type: ignore[method-assign]
    return api


def pages(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer for every origin that has pages; one of them redirects wherever it is asked to."""
    if environ["PATH_INFO"] == "/away":
        start_response("307 Temporary Redirect", [("Location", environ["QUERY_STRING"]), ("Content-Length", "0"),
                                                  ("Access-Control-Allow-Origin", environ.get("HTTP_ORIGIN", "*")),
                                                  ("Access-Control-Allow-Credentials", "true")])  # fmt: skip
        return []
    body = b"<!doctype html><title>A page</title><iframe name=frame></iframe>"
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(body)))])
    return [body]


@dataclass(frozen=True)
class World:
    """What runs, and how Chromium finds it."""

    same_site: Api
    cross_site: Api
    closed: Api
    with_token: Api
    log: Lines
    arguments: tuple[str, ...]

    def forget(self) -> None:
        for api in (self.same_site, self.cross_site, self.closed, self.with_token):
            api.forget()
        self.log.lines.clear()


@contextmanager
def running_world(folder: Path) -> Iterator[World]:
    """Run everything until the block ends."""
    apis = (
        make_api(API, APP),
        make_api(AFAR, FRONT, cookies="auto"),
        make_api(CLOSED, OTHER_FRONT, cookies="auto"),
        make_api(WITH_TOKEN, APP, token="always"),
    )
    names = [origin.removeprefix("https://") for origin in (*PAGES, *(api.origin for api in apis))]
    pem = certificate(folder, *names)
    log = Lines()
    logging.getLogger("crossguard").addHandler(log)
    with ExitStack() as stack:
        rules = []
        for app, origins in [(pages, PAGES), *((api.app, (api.origin,)) for api in apis)]:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*pem)
            port = stack.enter_context(served(app, context=context))
            rules += [f"MAP {origin.removeprefix('https://')} 127.0.0.1:{port}" for origin in origins]
        arguments = (
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--ignore-certificate-errors",
            f"--host-resolver-rules={','.join(rules)},MAP * ~NOTFOUND",
        )
        yield World(*apis, log, arguments)
    logging.getLogger("crossguard").removeHandler(log)
