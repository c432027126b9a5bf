"""Programs that type checkers accept."""

import re
from datetime import timedelta

from flask import Blueprint, Flask
from typing_extensions import override

from crossguard import asgi, wsgi
from crossguard.flask import CORS, cross_origin
from crossguard.lists.source import OriginSource
from crossguard.wsgi import Environ, StartResponse

app = Flask("shop")
api = Blueprint("api", "api")


class Customers(OriginSource):
    """A list that is kept elsewhere."""

    @override
    def version(self) -> object:
        return 1

    @override
    def read(self) -> list[str]:
        return ["https://a.example"]

    @override
    def __str__(self) -> str:
        return "the list of customers"


def is_customer(origin: str) -> bool:
    """Ask the list of customers."""
    return origin.endswith(".example")


CORS(app)
CORS(app, origins="https://app.example.com, https://admin.example.com", supports_credentials=True)
CORS(
    app,
    origins=[
        "https://app.example.com",
        re.compile(r"https://[a-z]+\.example\.com"),
        is_customer,
        Customers(),
    ],
    readers="*",
    methods=("GET", "POST"),
    allow_headers={"X-Token"},
    expose_headers="X-Total-Count, ETag",
    max_age=timedelta(minutes=10),
    on_missing="deny",
    cookies="auto",
    exempt={"hooks.stripe": "the body is signed"},
)
CORS(app, origins=re.compile(r"https://[a-z]+\.example\.com"))
CORS(
    app,
    resources={
        "/api/*": {"origins": ["https://app.example.com"], "max_age": 600},
        "/public/*": {"origins": "*"},
    },
)
CORS(api, origins=is_customer, public_origins=["https://api.example.com"])
cors = CORS(origins=Customers())
cors.init_app(app, strict=True)


@app.get("/items")
@cross_origin(origins=["https://partner.example"], supports_credentials=True)
def items() -> list[int]:
    """Return all items."""
    return [1]


def application(environ: Environ, start_response: StartResponse) -> list[bytes]:
    """Answer nothing."""
    return []


async def asynchronous(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
    """Answer nothing."""


wsgi.Crossguard(application, origins=["https://app.example.com"], supports_credentials=True, debug=True)
asgi.Crossguard(asynchronous, resources={"/api/*": {"origins": "*"}}, auth_cookies="sessionid")
