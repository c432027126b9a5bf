"""Findings about policies: an application with each, and its neighbour without."""

import re

from werkzeug.middleware.proxy_fix import ProxyFix

from crossguard.flask import cross_origin
from crossguard.flask.audit import FindingCode as Code
from tests.commands.applications import (
    API,
    CROSS,
    LOCAL,
    LOCAL_API,
    PAGE,
    Caching,
    Pair,
    after,
    app,
    asked,
    by_paths,
    counts,
    documented,
    downloads,
    forced,
    found,
    ignoring,
    lost,
    names,
    plain,
    reads_nothing,
    reads_tenant,
    shows,
    split,
    with_blueprint,
    with_config,
    with_options,
    with_rule,
    with_view,
)
from tests.commands.openers import (
    Decorating,
    below_a_policy,
    beside_a_policy,
    by_run_time_names,
    careless,
    comparing,
    decorated,
    fixed,
    flask_cors_on,
    handing_on,
    harmless,
    reflecting,
    reflecting_if_there,
    socket_with,
    through_a_helper,
    view_for_everybody,
    wild,
    wild_with_cookies,
    with_hook,
    wrapped,
)
from tests.commands.openers import with_view as with_extra_view

POLICY_CASES: dict[Code, list[Pair]] = {
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
        Pair(plain, lambda: plain(lambda made: cross_origin()(made.view_functions["items"]))),
    ],
    Code.OPEN_WITH_COOKIES: [
        Pair(flask_cors_on(supports_credentials=True), flask_cors_on()),
        Pair(flask_cors_on(supports_credentials=True), below_a_policy(supports_credentials=True)),
        Pair(beside_a_policy(supports_credentials=True), beside_a_policy(origins=PAGE)),
        Pair(decorated(supports_credentials=True), decorated(origins=PAGE, supports_credentials=True)),
        Pair(flask_cors_on(origins=["null"], supports_credentials=True), plain),
        Pair(with_hook(reflecting), with_hook(comparing)),
        Pair(with_hook(reflecting_if_there), with_hook(wild_with_cookies)),
        Pair(socket_with("*"), socket_with(None)),
        Pair(socket_with([]), socket_with(PAGE)),
    ],
    Code.OPEN_TO_LOOK_ALIKES: [
        Pair(
            flask_cors_on(origins=r"https://.*\.example\.com", supports_credentials=True),
            flask_cors_on(origins=r"https://[a-z]+\.example\.com$", supports_credentials=True),
        ),
        Pair(
            decorated(origins=[r"https://app.example\.com$"], supports_credentials=True),
            decorated(origins=[r"https://app\.example\.com$"], supports_credentials=True),
        ),
    ],
    Code.OPEN_TO_EVERYBODY: [
        Pair(flask_cors_on(), plain),
        Pair(flask_cors_on(resources={"/items": {}}), flask_cors_on(resources={"/api/*": {}})),
        Pair(with_hook(wild), with_hook(harmless)),
        Pair(with_hook(wild_with_cookies), with_hook(fixed)),
        Pair(with_hook(through_a_helper), with_hook(harmless)),
        Pair(with_extra_view(view_for_everybody), with_extra_view(documented)),
        Pair(wrapped(Decorating), wrapped(ProxyFix)),
    ],
    Code.OPEN_TO_LISTED: [
        Pair(flask_cors_on(origins=PAGE), flask_cors_on()),
        Pair(with_hook(fixed), with_hook(wild)),
    ],
    Code.OPENING_UNKNOWN: [
        Pair(with_hook(comparing), with_hook(fixed)),
        Pair(with_hook(careless), with_hook(reflecting)),
        Pair(with_hook(by_run_time_names), with_hook(harmless)),
        Pair(with_hook(handing_on), with_hook(through_a_helper)),
        Pair(wrapped(Caching), wrapped(ProxyFix)),
        Pair(socket_with(lambda _: True), socket_with([PAGE])),
    ],
    Code.IGNORED_OPTION: [Pair(ignoring, app)],
    Code.ORIGINS_NOT_NAMED: [with_options({"origins": None}, {}), with_options({"origins": []}, {})],
    Code.DEVELOPMENT_ORIGIN: [
        with_options({"origins": [PAGE, LOCAL], "cookies": "cross-site"}, {}),
        with_options(
            {"origins": ["http://localhost:*"]}, {"origins": [LOCAL], "public_origins": [LOCAL_API]}
        ),
        with_options(
            {"origins": [PAGE, LOCAL], "cookies": "cross-site"}, {"origins": [PAGE, "capacitor://localhost"]}
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
            {"origins": [re.compile(r"https://[a-z]+.shop\.example\.com")]},
            {"origins": [re.compile(r"https://[a-z.]+\.example\.com(:.*)?")]},
        )
    ],
    Code.DANGEROUS_OPTION: [
        with_options({"dangerously_allow_insecure_origins": True}, {}),
        with_options({"dangerously_allow_public_suffixes": True}, {}),
    ],
    Code.PRIVATE_ADDRESS: [
        with_options(
            {"origins": ["https://192.168.1.20:*"]},
            {"origins": ["https://192.168.1.20:*"], "supports_credentials": None},
        ),
        with_options({"origins": ["https://[fd00::20]:*"]}, {"origins": ["https://[2001:db8::20]"]}),
    ],
    Code.APP_NOT_NAMED: [
        with_options({"origins": ["capacitor://localhost"]}, {"origins": ["app://shop.example"]}),
        with_options({"readers": ["tauri://localhost"]}, {"readers": ["http://tauri.localhost"]}),
    ],
    Code.EXTENSION_ID_VARIES: [
        with_options(
            {"origins": ["moz-extension://6f1b2c3d-0000-4000-8000-000000000001"]},
            {"origins": ["chrome-extension://mjgnhhfkdbaffiihmnjkbgjaacmdphpk"]},
        )
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
    Code.DECLARATION_LOST: [after(lost, found)],
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
    Code.OWN_ORIGIN_DERIVED: [
        with_options({"public_origins": None}, {}),
        Pair(lambda: split(origins=[PAGE]), lambda: split(origins=[PAGE], public_origins=[API])),
    ],
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
        with_rule("/start-server", "/get-start-positions"),
        with_rule("/user-update", "/last-update"),
        with_rule("/items/delete-all", "/items/show-delete-all"),
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
}
