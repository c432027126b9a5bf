"""An API that people sign in to, with Flask-Login; and whoever uses it, with a plain cookie jar."""

from typing import Any

from flask import jsonify, session
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user

from crossguard.flask import CORS, csrf_token, csrf_token_view, install_unauthorized_handler
from tests.gate.wsgi import API, APP, FROM_APP, Answer, Shop, environ, send


class User(UserMixin):
    def __init__(self, name: str) -> None:
        self.id = name


def people_app(*, remember: bool = False, **options: Any) -> Shop:
    """Return an API with /auth/sign-in, /auth/sign-out, /me, /csrf and /orders."""
    app = Shop()
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(User)
    install_unauthorized_handler(manager)
    app.view("/orders", "orders", methods=["POST"])

    @app.post("/auth/sign-in/<name>")
    def sign_in(name: str) -> Any:
        session.clear()
        login_user(User(name), remember=remember)
        return jsonify(user=name, csrfToken=csrf_token())

    @app.post("/auth/sign-out")
    def sign_out() -> Any:
        logout_user()
        return "", 204

    @app.get("/me")
    @login_required
    def me() -> Any:
        return jsonify(user=current_user.id)

    @app.route("/lists-options", methods=["GET", "OPTIONS"])
    @login_required
    def lists_options() -> Any:
        app.ran.append("lists-options")
        return "secret"

    app.add_url_rule("/csrf", view_func=csrf_token_view)
    CORS(app, **({"origins": [APP], "supports_credentials": True, "public_origins": [API]} | options))
    return app


class Person:
    """Somebody at the front end, whose cookies travel as they were set."""

    def __init__(self, app: Shop, **always: str) -> None:
        self.app = app
        self.always = FROM_APP | always
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, **headers: str) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = self.always | ({"Cookie": cookie} if cookie else {}) | headers
        answer = send(self.app, environ(method, path, sent))
        for line in answer.all("Set-Cookie"):
            pair, _, attributes = line.partition(";")
            name, _, value = pair.partition("=")
            if "max-age=0" in attributes.lower():
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer

    def token(self) -> str:
        return str(self.ask("GET", "/csrf").json["csrfToken"])

    def sign_in(self, name: str = "ann", **headers: str) -> Answer:
        return self.ask("POST", f"/auth/sign-in/{name}", **headers)

    def order(self, token: str, header: str = "X-CSRF-Token") -> str | None:
        """Return the reason for which an order was refused, None if it was not."""
        return self.ask("POST", "/orders", **{header: token}).code
