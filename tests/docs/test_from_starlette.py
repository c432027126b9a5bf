"""The rows of docs/coming-from-starlette.md: one application behind Starlette's middleware and behind crossguard."""

import asyncio
import contextlib
import re

import pytest
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute

from crossguard import ConfigError
from crossguard.asgi import Crossguard
from tests.docs.both import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    APP,
    EVIL,
    MAX_AGE,
    row,
)

API = "https://api.example"
NAMES = {"origins": "allow_origins", "supports_credentials": "allow_credentials"}
BOTH = pytest.mark.parametrize("old", [True, False], ids=["Starlette", "crossguard"])


class OutOfStockError(Exception):
    """What a route fails with."""


async def orders(_request):
    return PlainTextResponse("ran")


async def broken(_request):
    raise OutOfStockError


async def socket(websocket):
    await websocket.accept()
    await websocket.close()


def shop(*, old: bool, origins=(APP,), supports_credentials=True, expression=None):
    api = Starlette(
        routes=[
            Route("/orders", orders, methods=["GET", "POST"]),
            Route("/broken", broken),
            WebSocketRoute("/socket", socket),
        ]
    )
    if old:
        more = {"allow_origin_regex": expression} if expression else {}
        api.add_middleware(
            CORSMiddleware, allow_origins=list(origins), allow_credentials=supports_credentials, **more
        )
        return api
    return Crossguard(
        api,
        origins=re.compile(expression) if expression else list(origins),
        supports_credentials=supports_credentials,
        public_origins=[API],
        auth_cookies=["session"],
    )


def ask(app, method="GET", path="/orders", *, origin=APP, kind="http", **headers):
    """Send a request to an ASGI application; return the status or the kind of the first message, and the headers."""
    named = {"host": "api.example", "cookie": "session=a", **headers}
    if origin is not None:
        named["origin"] = origin
    scope = {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https" if kind == "http" else "wss",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in named.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "subprotocols": [],
    }
    arriving = (
        [{"type": "websocket.connect"}] if kind == "websocket" else [{"type": "http.request", "body": b""}]
    )
    sent = []

    async def receive():
        return arriving.pop(0) if arriving else {"type": f"{kind}.disconnect", "code": 1000}

    async def send(message):
        sent.append(message)

    async def run():
        # As with servers: the answer is out, and the exception goes into their log.
        with contextlib.suppress(OutOfStockError):
            await app(scope, receive, send)

    asyncio.run(run())
    found = {name.decode().lower(): value.decode() for name, value in sent[0].get("headers", ())}
    return sent[0].get("status", sent[0]["type"]), found


def preflight(app, method="POST", **options):
    return ask(app, "OPTIONS", access_control_request_method=method, **options)


@row("`*` with credentials, and a request with a cookie")
@BOTH
def test_everybody_with_credentials(old):
    if old:
        _, headers = ask(shop(old=old, origins=["*"]), origin=EVIL)
        assert (headers[ALLOW_ORIGIN], headers[ALLOW_CREDENTIALS]) == (EVIL, "true")
    else:
        with pytest.raises(ConfigError, match="every web site"):
            shop(old=old, origins=["*"])


@row("`https://app.example/` in the list")
@BOTH
def test_a_slash(old):
    if old:
        assert ALLOW_ORIGIN not in ask(shop(old=old, origins=[f"{APP}/"]))[1]
    else:
        with pytest.raises(ConfigError, match=f"{APP}'"):
            shop(old=old, origins=[f"{APP}/"])


@row(r"the expression `https://.*example\.com` with credentials")
@BOTH
def test_an_open_expression(old):
    expression = r"https://.*example\.com"
    if old:
        stranger = "https://evilexample.com"
        app = shop(old=old, origins=[], expression=expression)
        assert ask(app, origin=stranger)[1][ALLOW_ORIGIN] == stranger
    else:
        with pytest.raises(ConfigError, match="is open"):
            shop(old=old, expression=expression)


@row("`null` in the list")
@BOTH
def test_null(old):
    if old:
        assert ask(shop(old=old, origins=["null"]), origin="null")[1][ALLOW_ORIGIN] == "null"
    else:
        with pytest.raises(ConfigError, match="null"):
            shop(old=old, origins=["null"])


@row("a form of a stranger's page")
@BOTH
def test_a_form(old):
    headers = {"content_type": "application/x-www-form-urlencoded", "sec_fetch_site": "cross-site"}
    assert ask(shop(old=old), "POST", origin=EVIL, **headers)[0] == (200 if old else 403)


@row("a WebSocket handshake of a stranger")
@BOTH
def test_a_handshake(old):
    headers = {"upgrade": "websocket", "connection": "upgrade"}
    first, _ = ask(shop(old=old), path="/socket", origin=EVIL, kind="websocket", **headers)
    assert first == ("websocket.accept" if old else "websocket.close")
    assert ask(shop(old=old), path="/socket", kind="websocket", **headers)[0] == "websocket.accept"


@row("a `GET` of an origin that is not listed")
@BOTH
def test_an_unlisted_origin_varies(old):
    headers = ask(shop(old=old), origin=EVIL)[1]
    assert (headers["vary"], headers.get(ALLOW_CREDENTIALS)) == ("Origin", "true" if old else None)
    assert ALLOW_ORIGIN not in headers


@row("a `GET` without `Origin`")
@BOTH
def test_no_origin_varies(old):
    assert ask(shop(old=old), origin=None)[1]["vary"] == "Origin"


@row("a preflight of an origin that is not listed")
@BOTH
def test_a_preflight_of_a_stranger(old):
    status, headers = preflight(shop(old=old), origin=EVIL)
    assert status == (400 if old else 204)
    assert ALLOW_ORIGIN not in headers
    assert (ALLOW_METHODS in headers) is old


@row("a preflight for a method that is not allowed")
@BOTH
def test_a_preflight_for_another_method(old):
    status, headers = preflight(shop(old=old), "PURGE")
    assert (status, headers[ALLOW_ORIGIN]) == ((400 if old else 204), APP)
    assert "PURGE" not in headers[ALLOW_METHODS]


@row("`allow_methods` is not given")
@BOTH
def test_methods(old):
    methods = preflight(shop(old=old), "GET")[1][ALLOW_METHODS]
    assert methods == ("GET" if old else "GET, HEAD, POST, OPTIONS, PUT, PATCH, DELETE")


@row("`allow_headers` is not given")
@BOTH
def test_headers(old):
    names = preflight(shop(old=old), "GET")[1][ALLOW_HEADERS]
    ours = "Authorization, Content-Type, X-Requested-With"
    assert names == ("Accept, Accept-Language, Content-Language, Content-Type" if old else ours)


@row("`max_age` is not given")
@BOTH
def test_max_age(old):
    assert preflight(shop(old=old), "GET")[1][MAX_AGE] == "600"


@row("an exception in a route")
@BOTH
def test_an_exception(old):
    status, headers = ask(shop(old=old), path="/broken")
    assert (status, headers.get(ALLOW_ORIGIN)) == (500, None if old else APP)


@row("an unknown URL")
@BOTH
def test_an_unknown_url(old):
    status, headers = ask(shop(old=old), path="/nothing")
    assert (status, headers[ALLOW_ORIGIN]) == (404, APP)
