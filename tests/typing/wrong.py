"""Mistakes that type checkers find: a line with one ends in a comment."""

import os

from flask import Blueprint, Flask

from crossguard import asgi, wsgi
from crossguard.flask import CORS, cross_origin

app = Flask("shop")
api = Blueprint("api", "api")

CORS(app, origin="https://app.example.com")  # wrong
CORS(app, origins=1)  # wrong
CORS(app, origins=None)  # wrong
CORS(app, origins=os.environ.get("FRONT_ENDS"))  # wrong
CORS(app, origins=[1])  # wrong
CORS(app, origins=b"https://app.example.com")  # wrong
CORS(app, allow_origins=["https://app.example.com"])  # wrong
CORS(app, supports_credentials="true")  # wrong
CORS(app, max_age="600")  # wrong
CORS(app, methods=5)  # wrong
CORS(app, allow_headers=[b"X-Token"])  # wrong
CORS(app, on_missing="refuse")  # wrong
CORS(app, cookies="lax")  # wrong
CORS(app, exempt=["hooks.stripe"])  # wrong
CORS(app, resources={"/api/*": {"origin": "*"}})  # wrong
CORS(app, resources=["/api/*"])  # wrong
CORS(api, origins=["https://app.example.com"], supports_credentials=0.5)  # wrong
CORS("shop")  # wrong
CORS(origins=["*"]).init_app(app, maxage=5)  # wrong


@cross_origin(origin="*")  # wrong
def items() -> str:
    """Return nothing."""
    return ""


cross_origin(resources={"/api/*": {"origins": "*"}})  # wrong
wsgi.Crossguard(app.wsgi_app, origin="*")  # wrong
wsgi.Crossguard(app.wsgi_app, origins=1)  # wrong
asgi.Crossguard(lambda scope, receive, send: None, origins="*", debug="yes")  # wrong
