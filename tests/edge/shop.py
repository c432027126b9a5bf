"""A Flask application with every kind of policy that a proxy can hold, and the requests that are asked of it."""

from flask import Blueprint, Flask, Response, redirect, request

from crossguard.flask import CORS, cross_origin

APP = "https://app.example.com"
PORTED = "https://admin.example.com:8443"
LOCAL = "http://localhost:3000"
PATTERN = "https://*.tenants.example.org"
INSIDE = "https://shop-*-team.preview.example.org"
PORTS = "http://127.0.0.1:*"
READER = "https://partner.example.net"
HANDS = "https://hands.example.com"
SCHEME = "capacitor://localhost"
API = "https://api.example.com"


def anything(path: str = "") -> Response:
    last = request.path.rstrip("/").rpartition("/")[2]
    answer = Response(f"{request.method} {request.path}\n", headers={"X-Total-Count": "3", "X-Secret": "1"})
    if last.isdigit() and 300 <= int(last) < 400:
        return redirect("/api/items", int(last))
    if last.isdigit() and 400 <= int(last) < 600:
        answer.status_code = int(last)
    elif last == "vary":
        answer.headers["Vary"] = "Accept-Language"
    elif last == "vary2":
        answer.headers.add("Vary", "Accept-Language")
        answer.headers.add("Vary", "Accept-Encoding")
    elif last == "own":
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Access-Control-Allow-Credentials"] = "true"
        answer.headers["Access-Control-Allow-Methods"] = "PATCH"
    elif last == "boom":
        raise RuntimeError("boom")
    return answer


def shop(**options: object) -> Flask:
    app = Flask("shop", static_folder=None)
    app.config.update(SECRET_KEY="secret", SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="None")
    shared = {
        "supports_credentials": True,
        "public_origins": [API],
        "expose_headers": ["X-Total-Count", "X-Request-Id"],
        "allow_headers": ["Content-Type", "Authorization", "X-Request-Id"],
        "methods": ["GET", "POST", "PUT", "DELETE"],
        "max_age": 600,
        "strict_get": ["report"],
    }
    CORS(
        app,
        resources={
            "/api/*": {
                "origins": [APP, PORTED, LOCAL, PATTERN, INSIDE, PORTS, SCHEME],
                "readers": [READER],
                **shared,
                **options,
            },
            "/api/admin/*": {"origins": [PORTED], **shared},
            "/public/*": {
                "origins": "*",
                "methods": ["GET"],
                "allow_headers": ["X-Api-Key"],
                "expose_headers": ["X-Total-Count"],
                "max_age": 86400,
            },
            "/health": {"origins": [APP], "max_age": 5},
            "/mixed/*": {"origins": [APP], "readers": "*", **shared},
        },
    )
    hands = Blueprint("hands", "hands", url_prefix="/hands")
    CORS(hands, origins=[HANDS], methods=["GET", "PUT"], allow_headers=["X-Hand"])

    @hands.get("/items")
    def items() -> dict[str, str]:
        return {"hand": "left"}

    app.register_blueprint(hands)

    @app.get("/prices")
    @cross_origin(origins=[READER], max_age=0)
    def prices() -> dict[str, int]:
        return {"tea": 3}

    for start in ("/api", "/api/admin", "/public", "/mixed", "/apiary", "/rest"):
        app.add_url_rule(
            f"{start}/<path:path>", start, anything, methods=["GET", "POST", "PUT", "DELETE", "PATCH"]
        )
    app.add_url_rule("/api/report", "report", anything)
    for path in ("/api", "/health", "/health/deep", "/API/items", "/ready", "/"):
        app.add_url_rule(path, path, anything)
    return app
