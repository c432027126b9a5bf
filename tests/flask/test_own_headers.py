"""A view's own ``Access-Control-*`` header is replaced by the policy's, and the log says so once."""

import pytest
from flask import Flask, Response, request

from crossguard.flask import CORS
from tests.flask.wire import send

LISTED = "https://app.example.com"
STRANGER = "https://evil.example.net"

OWN = (
    ("Access-Control-Allow-Origin", "*"),
    ("access-control-allow-origin", "https://evil.example.net"),
    ("ACCESS-CONTROL-ALLOW-CREDENTIALS", "true"),
    ("Access-Control-Allow-Methods", "DELETE"),
    ("Access-Control-Allow-Headers", "X-Evil"),
    ("Access-Control-Expose-Headers", "X-Evil"),
    ("Access-Control-Max-Age", "1"),
    ("Access-Control-Allow-Private-Network", "true"),
)


def make_app(*headers, **options):
    app = Flask("own")
    CORS(app, **({"origins": [LISTED]} | options))

    @app.route("/items", methods=["GET", "OPTIONS"])
    def items():
        response = Response("items")
        for name, value in headers:
            response.headers.add(name, value)
        return response

    return app


@pytest.mark.parametrize(("name", "value"), OWN)
def test_it_is_replaced_for_everybody(name, value):
    app = make_app((name, value))

    assert send(app, "GET", "/items", origin=LISTED).cors == {
        "Access-Control-Allow-Origin": LISTED,
        "Vary": "Origin",
    }
    for origin in (STRANGER, "null", None):
        assert send(app, "GET", "/items", origin=origin).cors == {"Vary": "Origin"}
    assert send(app, "OPTIONS", "/items", origin=LISTED).cors == {
        "Access-Control-Allow-Origin": LISTED,
        "Vary": "Origin",
    }


def test_repeated_ones_are_replaced_by_one():
    app = make_app(*OWN, ("Access-Control-Allow-Origin", "null"))

    assert send(app, "GET", "/items", origin=LISTED).all("Access-Control-Allow-Origin") == [LISTED]


def test_it_is_said_once_for_each_set_of_names(log):
    app = make_app(("Access-Control-Allow-Origin", "*"))
    for _ in range(3):
        send(app, "GET", "/items?secret=1", origin=LISTED)
        send(app, "GET", "/items", origin=None)

    (record,) = log.records
    assert record.levelname == "WARNING"
    assert record.getMessage().startswith(
        "http://localhost/items set Access-Control-Allow-Origin itself; the policy of app ("
    )
    assert "secret" not in record.getMessage()


def test_other_names_are_said_again(log):
    app = Flask("own")
    CORS(app, origins=[LISTED])

    @app.get("/<name>")
    def view(name):
        return Response("x", headers={f"Access-Control-{name}": "x"})

    for _ in range(2):
        for name in ("Allow-Origin", "Max-Age"):
            send(app, "GET", f"/{name}", origin=LISTED)

    assert [record.getMessage().split()[2] for record in log.records] == [
        "Access-Control-Allow-Origin",
        "Access-Control-Max-Age",
    ]


def test_where_no_policy_governs_the_view_s_own_header_stays():
    app = Flask("own")
    CORS(app, resources={"/api/*": {"origins": [LISTED]}})
    app.get("/own")(lambda: Response("x", headers={"Access-Control-Allow-Origin": "*"}))

    assert send(app, "GET", "/own", origin=STRANGER).cors == {"Access-Control-Allow-Origin": "*"}


def test_headers_of_an_after_request_hook_are_replaced_too():
    app = make_app()

    @app.after_request
    def open_everything(response):
        response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "*")
        response.headers["Access-Control-Allow-Credentials"] = "true"
        return response

    assert send(app, "GET", "/items", origin=STRANGER).cors == {"Vary": "Origin"}
