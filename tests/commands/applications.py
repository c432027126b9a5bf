"""Two applications for every finding: one that has it, and its neighbour that does not."""

import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import flask_cors
from flask import Blueprint, Flask, jsonify, redirect, request, send_file
from flask_login import LoginManager
from flask_socketio import SocketIO
from werkzeug.middleware.proxy_fix import ProxyFix

from crossguard.declarations import CrossguardWarning
from crossguard.flask import CORS, cross_origin, install_unauthorized_handler, policy_rows
from crossguard.flask.audit import FindingCode as Code
from tests.commands.strangers import CSRFProtect, Limiter, Talisman

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


def shared_socket(made: Flask) -> None:
    policy = policy_rows(made)[0].policy
    SocketIO(made, cors_allowed_origins=policy.allows)


def ignoring() -> Flask:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CrossguardWarning)
        return app(config={"CORS_VARY_HEADER": True})


def exempted(made: Flask) -> None:
    CSRFProtect(made).exempt(made.view_functions["items"])


CASES: dict[Code, list[Pair]] = {
    Code.DOES_NOT_BUILD: [
        with_options({"exempt": {"nowhere": "why"}}, {"exempt": {"items": "why"}}),
        after(
            lambda made: with_blueprint(made, public=["elsewhere"]),
            lambda made: with_blueprint(made, public=["items"]),
        ),
    ],
    Code.NOT_INSTALLED: [
        Pair(plain, app),
        Pair(lambda: plain(lambda made: made.config.update(CORS_ORIGINS=PAGE)), app),
        Pair(lambda: plain(lambda made: cross_origin()(made.view_functions["items"])), app),
    ],
    Code.IGNORED_OPTION: [Pair(ignoring, app)],
    Code.ORIGINS_NOT_NAMED: [with_options({"origins": None}, {}), with_options({"origins": []}, {})],
    Code.DEVELOPMENT_ORIGIN: [
        with_options({"origins": [PAGE, LOCAL], "cookies": "cross-site"}, {}),
        with_options(
            {"origins": ["http://localhost:*"]}, {"origins": [LOCAL], "public_origins": [LOCAL_API]}
        ),
    ],
    Code.EVERYBODY_READS: [
        with_options({"origins": "*", "supports_credentials": None}, {}),
        with_options({"readers": "*"}, {"readers": ["https://partner.example"]}),
    ],
    Code.SUBDOMAINS_TRUSTED: [
        with_options({"origins": ["https://*.example.com"]}, {}),
        with_options(
            {"origins": ["https://*.example.com:*"]},
            {"origins": ["https://*.example.com"], "supports_credentials": None},
        ),
    ],
    Code.EXPRESSION_DOT: [
        with_options(
            {"origins": [re.compile(r"https://[a-z]+.example\.com")]},
            {"origins": [re.compile(r"https://[a-z.]+\.example\.com(:.*)?")]},
        )
    ],
    Code.DANGEROUS_OPTION: [
        with_options({"dangerously_allow_insecure_origins": True}, {}),
        with_options({"dangerously_allow_public_suffixes": True}, {}),
    ],
    Code.INSECURE_FRONT_END: [
        with_options(
            {"origins": ["http://app.example.com"], "supports_credentials": None},
            {"origins": [LOCAL], "supports_credentials": None},
        )
    ],
    Code.MIXED_CONTENT: [
        with_options(
            {"public_origins": ["http://api.example.com"], "supports_credentials": None},
            {"public_origins": [LOCAL_API], "supports_credentials": None},
        )
    ],
    Code.FRONT_END_CROSS_SITE: [
        with_options({"origins": [CROSS], "cookies": "auto"}, {}),
        with_options(
            {
                "origins": ["https://shop.github.io"],
                "public_origins": ["https://api.github.io"],
                "cookies": "auto",
            },
            {"origins": ["https://a.shop.github.io"], "public_origins": ["https://shop.github.io"]},
        ),
    ],
    Code.LOOPBACK_NAMES_DIFFER: [
        with_options(
            {"origins": ["http://127.0.0.1:*"], "public_origins": [LOCAL_API]},
            {"origins": ["http://localhost:*"], "public_origins": [LOCAL_API]},
        )
    ],
    Code.LOCAL_NETWORK: [
        with_options(
            {"public_origins": ["https://192.168.1.20"], "supports_credentials": None},
            {
                "origins": ["https://192.168.1.21"],
                "public_origins": ["https://192.168.1.20"],
                "supports_credentials": None,
            },
        )
    ],
    Code.PRIVATE_NETWORK: [with_options({"allow_private_network": True}, {})],
    Code.PREFLIGHT_NOT_KEPT: [with_options({"max_age": 0}, {"max_age": 60})],
    Code.METHOD_NOT_LISTED: [
        with_rule("/x", "/x", methods=["QUERY"])._replace(without_it=app),
        Pair(
            lambda: with_blueprint(app(), ("PUT",), origins=[PAGE], methods=["GET"]),
            lambda: with_blueprint(app(), ("POST",), origins=[PAGE], methods=["GET"]),
        ),
    ],
    Code.CONTENT_TYPE_NOT_LISTED: [
        with_options({"allow_headers": ["X-A"]}, {"allow_headers": ["content-type"]})
    ],
    Code.REQUEST_HEADER_NOT_LISTED: [
        with_view(reads_tenant, reads_nothing),
        Pair(
            lambda: app(view=reads_tenant),
            lambda: app(view=reads_tenant, allow_headers=["content-type", "x-tenant"]),
        ),
    ],
    Code.RESPONSE_HEADER_NOT_EXPOSED: [
        with_view(counts, names),
        with_view(downloads, shows),
        Pair(lambda: app(view=counts), lambda: app(view=counts, expose_headers=["x-total-count"])),
    ],
    Code.POLICY_GOVERNS_NOTHING: [Pair(lambda: by_paths("/tea/*", "/items"), lambda: by_paths("/items"))],
    Code.EXACT_PATH: [
        Pair(lambda: by_paths("/items", rule="/items/<int:number>"), lambda: by_paths("/items")),
        Pair(lambda: by_paths("/api", rule="/api/items"), lambda: by_paths("/api/*", rule="/api/items")),
    ],
    Code.POLICY_SHADOWED: [
        Pair(
            lambda: with_blueprint(by_paths("/admin/*"), origins=[CROSS]),
            lambda: with_blueprint(by_paths("/items/*"), origins=[CROSS]),
        )
    ],
    Code.POLICY_WIDENS: [
        Pair(
            lambda: with_blueprint(app(), origins=[CROSS]),
            lambda: with_blueprint(app(), origins=[PAGE], max_age=60),
        ),
        Pair(lambda: with_blueprint(app(), origins="*"), lambda: with_blueprint(app(), origins=[])),
    ],
    Code.SPLIT_URL: [Pair(lambda: split(origins=[PAGE]), split)],
    Code.ROUTE_WITHOUT_POLICY: [Pair(lambda: with_blueprint(by_paths("/items")), lambda: by_paths("/items"))],
    Code.WRITE_WITHOUT_POLICY: [
        Pair(
            lambda: with_blueprint(by_paths("/items"), ("POST",)), lambda: with_blueprint(by_paths("/items"))
        )
    ],
    Code.WRITE_GATE_OFF: [with_options({"write_gate": False}, {})],
    Code.REPORT_ONLY: [with_options({"report_only": True}, {})],
    Code.WILDCARD_WRITES: [with_options({"wildcard_writes": True}, {})],
    Code.OWN_ORIGIN_DERIVED: [with_options({"public_origins": None}, {})],
    Code.JSON_ONLY_OFF: [with_options({"json_only": None}, {})],
    Code.ROUTE_EXEMPT: [with_options({"exempt": {"items": "signed"}}, {})],
    Code.ROUTE_PUBLIC: [with_options({"public": ["items"]}, {})],
    Code.FORCED_JSON: [
        with_view(forced, asked, json_only=None),
        Pair(lambda: app(view=forced, json_only=None), lambda: app(view=forced)),
        Pair(lambda: app(view=forced, exempt={"items": "signed"}), lambda: app(view=asked)),
    ],
    Code.UNSAFE_GET: [
        with_rule("/items/<int:number>/delete", "/deleted/<int:number>"),
        with_rule("/logout", "/login"),
        with_rule("/sign-out", "/sign-in", methods=["GET", "POST"]),
        with_rule("/items/<create>", "/items/<create>/", methods=["POST"])._replace(
            with_it=with_rule("/itemsCreate", "/x").with_it
        ),
        Pair(
            with_rule("/items/create", "/x").with_it,
            with_rule("/items/create", "/x", methods=["GET", "POST"]).with_it,
        ),
    ],
    Code.AUTH_COOKIE_UNKNOWN: [
        with_config("JWT_TOKEN_LOCATION", ["headers", "cookies"], ["headers"]),
        Pair(
            lambda: app(config={"JWT_TOKEN_LOCATION": ["cookies"]}),
            lambda: app(
                config={"JWT_TOKEN_LOCATION": ["cookies"]},
                auth_cookies=["access_token_cookie", "refresh_token_cookie"],
            ),
        ),
    ],
    Code.COOKIE_CANNOT_WORK: [
        with_config("SESSION_COOKIE_SECURE", False, True),
        with_config("SESSION_COOKIE_DOMAIN", "example.com", None),
    ],
    Code.COOKIE_SOME_BROWSERS: [
        Pair(
            lambda: app(origins=[CROSS], config={"SESSION_COOKIE_SAMESITE": None}),
            lambda: app(origins=[CROSS], cookies="cross-site"),
        ),
        Pair(
            lambda: app(origins=[CROSS], config={"SESSION_COOKIE_SAMESITE": "None"}),
            lambda: app(
                origins=[CROSS],
                config={"SESSION_COOKIE_SAMESITE": "None", "SESSION_COOKIE_PARTITIONED": True},
            ),
        ),
    ],
    Code.COOKIE_SAMESITE_UNSET: [with_config("SESSION_COOKIE_SAMESITE", None, "Strict")],
    Code.COOKIE_DOMAIN: [
        Pair(
            lambda: app(config={"SESSION_COOKIE_DOMAIN": "example.com", "SESSION_COOKIE_NAME": "session"}),
            app,
        )
    ],
    Code.COOKIE_NOT_SECURE: [
        Pair(lambda: app(config={"SESSION_COOKIE_SECURE": False, "SESSION_COOKIE_NAME": "session"}), app)
    ],
    Code.COOKIE_SCRIPT_READABLE: [with_config("SESSION_COOKIE_HTTPONLY", False, True)],
    Code.OWN_CORS_HEADERS: [
        with_view(own_header, names),
        with_view(own_property, documented),
        after(lambda made: made.after_request(own_header), lambda made: made.after_request(names)),
    ],
    Code.VIEW_ANSWERS_OPTIONS: [with_rule("/x", "/x", methods=["GET", "OPTIONS"])._replace(without_it=app)],
    Code.HOOK_ANSWERS_PREFLIGHT: [
        after(lambda made: made.before_request(guarding), lambda made: made.before_request(counting)),
    ],
    Code.SLASH_REDIRECT: [
        with_rule("/tea/", "/tea"),
        with_rule("/tea/", "/tea")._replace(
            without_it=with_rule("/tea/", "/tea", strict_slashes=False).with_it
        ),
    ],
    Code.HTTPS_REDIRECT: [
        Pair(lambda: plain(Talisman), app),
        Pair(lambda: plain(Talisman), lambda: plain(lambda made: Talisman(made, force_https=False))),
    ],
    Code.PROXY_NOT_TRUSTED: [
        Pair(lambda: with_public_origin(API), app),
        Pair(lambda: with_public_origin(API), lambda: with_public_origin(LOCAL_API)),
    ],
    Code.MIDDLEWARE_OUTSIDE: [after(wrap), after(wrap, wrap_harmless)],
    Code.FLASK_CORS_INSTALLED: [
        after(flask_cors.CORS),
        after(lambda made: made.add_url_rule("/x", "x", flask_cors.cross_origin()(lambda: ""))),
    ],
    Code.LOGIN_REDIRECTS: [
        after(login(set_login_view), login(to_json)),
        after(login(lambda manager: manager.unauthorized_handler(sends_to_login)), login(lambda _: None)),
    ],
    Code.LIMITER_DEFAULTS: [
        after(lambda made: Limiter(made, "9 per day"), Limiter),
    ],
    Code.FORM_TOKENS: [after(CSRFProtect, exempted)],
    Code.SOCKET_ORIGINS: [
        after(socket(cors_allowed_origins="*"), shared_socket),
        after(socket()),
    ],
}


def with_public_origin(origin: str) -> Flask:
    """Return an application without ProxyFix."""
    made = Flask("shop", static_folder=None)
    CORS(made, origins=[PAGE], public_origins=[origin])
    return made
