"""Two applications for every finding: one that has it, and its neighbour that does not."""

import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask import Blueprint, Flask, jsonify, redirect, request, send_file
from flask_login import LoginManager
from flask_socketio import SocketIO
from werkzeug.middleware.proxy_fix import ProxyFix

from crossguard.declare.declaration import CrossguardWarning
from crossguard.flask import CORS, cross_origin, install_unauthorized_handler, policy_rows
from tests.commands.strangers import CSRFProtect

PAGE = "https://app.example.com"
API = "https://api.example.com"
LOCAL = "http://localhost:8080"
LOCAL_API = "http://localhost:5000"
CROSS = "https://app.other.example"

Build = Callable[[], Flask]


class Pair(NamedTuple):
    """An application with a finding, and one without."""

    with_it: Build
    without_it: Build


def app(
    *, config: Mapping[str, Any] | None = None, view: Callable[..., Any] | None = None, **options: Any
) -> Flask:
    """Return an application in order, but for *options*; ``None`` leaves one out."""
    made = Flask("shop", static_folder=None)
    made.config.update(
        {
            "SECRET_KEY": "secret",
            "SESSION_COOKIE_NAME": "__Host-session",
            "SESSION_COOKIE_SECURE": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
        }
    )
    made.config.update(config or {})
    made.add_url_rule("/items", "items", view or (lambda: ""), methods=["GET", "POST"])
    defaults: dict[str, Any] = {
        "origins": [PAGE],
        "supports_credentials": True,
        "public_origins": [API],
        "json_only": True,
    }
    merged = {name: value for name, value in (defaults | options).items() if value is not None}
    made.wsgi_app = ProxyFix(made.wsgi_app, x_proto=1)
    CORS(made, **merged)
    return made


def with_options(wrong: Mapping[str, Any], right: Mapping[str, Any]) -> Pair:
    """Return a pair that differs in its options."""
    return Pair(lambda: app(**wrong), lambda: app(**right))


def with_rule(rule: str, other: str, view: Callable[..., Any] = lambda **_: "", **options: Any) -> Pair:
    """Return a pair that differs in one rule."""

    def build(text: str) -> Flask:
        made = app()
        made.add_url_rule(text, "extra", view, **options)
        return made

    return Pair(lambda: build(rule), lambda: build(other))


def with_view(wrong: Callable[..., Any], right: Callable[..., Any], **options: Any) -> Pair:
    """Return a pair that differs in the view of ``/items``."""
    return Pair(lambda: app(view=wrong, **options), lambda: app(view=right, **options))


def with_config(key: str, wrong: Any, right: Any, **options: Any) -> Pair:
    """Return a pair that differs in one key."""
    return Pair(lambda: app(config={key: wrong}, **options), lambda: app(config={key: right}, **options))


def after(
    change: Callable[[Flask], object], other: Callable[[Flask], object] = lambda _: None, **options: Any
) -> Pair:
    """Return a pair of which each was changed after it was made."""

    def build(apply: Callable[[Flask], object]) -> Flask:
        made = app(**options)
        apply(made)
        return made

    return Pair(lambda: build(change), lambda: build(other))


def plain(change: Callable[[Flask], object] = lambda _: None) -> Flask:
    """Return an application without any policy."""
    made = Flask("plain", static_folder=None)
    made.add_url_rule("/items", "items", lambda: "", methods=["GET", "POST"])
    change(made)
    return made


def with_blueprint(made: Flask, accepted: tuple[str, ...] = ("GET",), **options: Any) -> Flask:
    blueprint = Blueprint("admin", __name__, url_prefix="/admin")
    blueprint.add_url_rule("/users", "users", lambda: "", methods=accepted)
    if options:
        CORS(blueprint, public_origins=[API], **options)
    made.register_blueprint(blueprint)
    return made


def by_paths(*paths: str, rule: str = "/items") -> Flask:
    made = Flask("shop", static_folder=None)
    made.add_url_rule(rule, "items", lambda: "")
    CORS(made, resources={path: {"origins": [PAGE]} for path in paths})
    return made


def split(**options: Any) -> Flask:
    made = app()
    made.add_url_rule("/tea", "read", lambda: "")
    made.add_url_rule(
        "/tea", "write", cross_origin(**options)(lambda: "") if options else lambda: "", methods=["POST"]
    )
    return made


def login(change: Callable[[LoginManager], object]) -> Callable[[Flask], object]:
    def install(made: Flask) -> None:
        manager = LoginManager(made)
        manager.user_loader(lambda _: None)
        made.config.update(REMEMBER_COOKIE_SECURE=True, REMEMBER_COOKIE_SAMESITE="Lax")
        change(manager)

    return install


def set_login_view(manager: LoginManager) -> None:
    manager.login_view = "items"


def to_json(manager: LoginManager) -> None:
    set_login_view(manager)
    install_unauthorized_handler(manager)


def own_header() -> Any:
    response = jsonify()
    response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
    return response


def own_property() -> Any:
    response = jsonify()
    response.access_control_allow_origin = "*"
    return response


def lists_names() -> Any:
    """Names the headers, and sets none."""
    cross_origin(allow_headers=["Access-Control-Allow-Origin", "Content-Type"])
    return jsonify("Access-Control-Allow-Origin")


def documented() -> Any:
    """Access-Control-Allow-Origin"""
    return jsonify()


def reads_tenant() -> Any:
    return request.headers.get("X-Tenant", "") + request.headers["Accept-Language"]


def reads_nothing() -> Any:
    return request.headers.get("If-None-Match", "")


def counts() -> Any:
    return jsonify(), 200, {"X-Total-Count": "3", "X-Frame-Options": "DENY"}


def names() -> Any:
    response = jsonify()
    response.headers["Cache-Control"] = "no-store"
    return response


def downloads() -> Any:
    return send_file("report.csv", as_attachment=True)


def shows() -> Any:
    return send_file("report.csv")


def forced() -> Any:
    return jsonify(request.get_json(force=True))


def asked() -> Any:
    return jsonify(request.get_json())


def guarding() -> Any:
    if "Authorization" not in request.headers:
        return "", 401
    return None


def counting() -> None:
    request.environ["counted"] = True


def sends_to_login() -> Any:
    return redirect("/login")


class Caching:
    """A middleware that keeps what goes by."""

    def __init__(self, application: Any) -> None:
        self.app = application

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.app(environ, start_response)


def wrap(made: Flask) -> None:
    made.wsgi_app = Caching(made.wsgi_app)


def wrap_harmless(made: Flask) -> None:
    made.wsgi_app = ProxyFix(made.wsgi_app)


def socket(**options: Any) -> Callable[[Flask], object]:
    return lambda made: SocketIO(made, **options)


def socket_before() -> Flask:
    """Return an application in order, with Socket.IO inside of the guard."""
    made = Flask("shop", static_folder=None)
    made.config.update(app().config)
    made.wsgi_app = ProxyFix(made.wsgi_app, x_proto=1)
    SocketIO(made, cors_allowed_origins=[])
    CORS(made, origins=[PAGE], supports_credentials=True, public_origins=[API], json_only=True)
    return made


def lost(made: Flask) -> None:
    view = cross_origin(origins=[PAGE])(lambda: "")
    made.add_url_rule("/lost", "lost", lambda: view() + "")


def found(made: Flask) -> None:
    made.add_url_rule("/lost", "lost", cross_origin(origins=[PAGE])(lambda: ""))


def shared_socket(made: Flask) -> None:
    policy = policy_rows(made)[0].policy
    SocketIO(made, cors_allowed_origins=policy.allows)


def ignoring() -> Flask:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CrossguardWarning)
        return app(config={"CORS_VARY_HEADER": True})


def exempted(made: Flask) -> None:
    CSRFProtect(made).exempt(made.view_functions["items"])


def with_public_origin(origin: str) -> Flask:
    """Return an application without ProxyFix."""
    made = Flask("shop", static_folder=None)
    CORS(made, origins=[PAGE], public_origins=[origin])
    return made
