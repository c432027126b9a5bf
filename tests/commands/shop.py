"""An application with one of everything, for the commands that look at one."""

import sys

from flask import Blueprint, Flask, session

from crossguard.flask import CORS, cross_origin

PAGE = "http://localhost:8080"
PARTNER = "https://partner.example"
API = "http://localhost:5000"


def create_app() -> Flask:
    app = Flask("shop", static_folder=None)
    app.config.update(SECRET_KEY="secret", SESSION_COOKIE_SAMESITE="Lax")
    CORS(
        app,
        origins=[PAGE],
        readers="*",
        supports_credentials=True,
        public_origins=[API],
        exempt={"paid": "the body is signed"},
        public=["news"],
    )
    admin = Blueprint("admin", __name__, url_prefix="/admin")
    CORS(admin, origins=["https://*.example.com"], supports_credentials=True)

    @admin.route("/users", methods=["GET", "POST"])
    def users() -> list[str]:
        return []

    app.register_blueprint(admin)
    app.add_url_rule("/paid", "paid", lambda: "", methods=["POST"])
    app.add_url_rule("/news", "news", lambda: "", methods=["POST"])

    @app.get("/prices")
    @cross_origin(origins=[PARTNER])
    def prices() -> dict[str, int]:
        return {"tea": 3}

    @app.get("/me")
    def me() -> tuple[dict[str, object], int]:
        return {"user": session.get("user")}, 200 if "user" in session else 401

    @app.route("/items/", methods=["GET", "PUT"])
    def items() -> dict[str, str]:
        sys.stdout.write("in the view\n")
        return {"items": ""}

    @app.get("/crash")
    def crash() -> str:
        raise LookupError("no such \x1b[31m thing")

    @app.get("/away")
    def away() -> tuple[str, int, dict[str, str]]:
        return "", 302, {"Location": "https://login.example.net/"}

    return app
