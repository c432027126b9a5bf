"""The table of the write gate: who may change something, and everything that leaves."""

from tests.adapters.cases import ALLOWED, CREDENTIALS, PLAIN, STAR, VARY, Case
from tests.adapters.wire import Request
from tests.cases.cors import ADMIN, APP, EVIL, OWN

REFUSAL = (
    ("content-type", "application/problem+json"),
    ("content-length", ""),
    ("cache-control", "no-store"),
    ("vary", "Origin, Sec-Fetch-Site"),
)

STRICT_VARY = ("vary", "Origin, Sec-Fetch-Site, Referer, Cookie, Authorization")
STRICT_REFUSAL = (*REFUSAL[:-1], STRICT_VARY)

GATED = {
    "origins": [APP, ADMIN],
    "supports_credentials": True,
    "public_origins": [OWN],
    "auth_cookies": ["session"],
}
COOKIE = ("Cookie", "session=abc")
JSON = ("Content-Type", "application/json")
SAME_SITE = ("Sec-Fetch-Site", "same-site")
CROSS_SITE = ("Sec-Fetch-Site", "cross-site")


def _write(
    case_id,
    sent,
    headers,
    *,
    code="",
    path="/items",
    method="POST",
    status=200,
    body=b"",
    base=OWN,
    **options,
):
    asked = Request(method, path, sent, base=base, body=body)
    status = 403 if code and status == 200 else status
    return Case(case_id, GATED | options, asked, status, headers, called=not code, code=code)


FROM_APP = (("Origin", APP), SAME_SITE, COOKIE)
FROM_EVIL = (("Origin", EVIL), CROSS_SITE, COOKIE)
TRUSTED = (*PLAIN, *ALLOWED, *CREDENTIALS, *VARY)
STRANGE = (*PLAIN, *VARY)
WRITES = (
    _write("write-of-a-listed-page", FROM_APP, TRUSTED),
    _write("write-of-an-own-page", (("Origin", OWN), ("Sec-Fetch-Site", "same-origin"), COOKIE), STRANGE),
    _write("write-of-a-stranger", FROM_EVIL, REFUSAL, code="cross-site"),
    _write("write-of-a-sibling", (("Origin", EVIL), SAME_SITE, COOKIE), REFUSAL, code="same-site"),
    _write("write-of-an-old-browser", (("Origin", EVIL), COOKIE), REFUSAL, code="origin-not-trusted"),
    _write("write-of-a-sandbox", (("Origin", "null"), CROSS_SITE, COOKIE), REFUSAL, code="cross-site"),
    _write("write-without-a-browser", (), STRANGE),
    _write(
        "write-without-a-browser-denied", (COOKIE,), REFUSAL, code="no-browser-evidence", on_missing="deny"
    ),
    _write("write-with-a-referer", (("Referer", f"{APP}/page"), COOKIE), STRANGE),
    _write(
        "write-with-a-strange-referer", (("Referer", f"{EVIL}/"), COOKIE), REFUSAL, code="referer-not-trusted"
    ),
    _write("put-of-a-stranger", FROM_EVIL, REFUSAL, code="cross-site", method="PUT"),
    _write("unknown-method-of-a-stranger", FROM_EVIL, REFUSAL, code="cross-site", method="PURGE"),
    _write("read-of-a-stranger", FROM_EVIL, STRANGE, method="GET"),
    _write("plain-options-of-a-stranger", FROM_EVIL, STRANGE, method="OPTIONS"),
    _write("bearer-of-a-stranger", (("Origin", EVIL), CROSS_SITE, ("Authorization", "Bearer x")), STRANGE),
    _write(
        "bearer-beside-the-cookie",
        (("Origin", EVIL), CROSS_SITE, ("Authorization", "Bearer x"), COOKIE),
        REFUSAL,
        code="cross-site",
    ),
    _write(
        "the-cookie-among-others",
        (("Origin", EVIL), CROSS_SITE, ("Authorization", "Bearer x"), ("Cookie", "a=1; session=abc")),
        REFUSAL,
        code="cross-site",
    ),
    _write(
        "refused-reader-reads-why",
        (("Origin", "https://reader.example.net"), CROSS_SITE, COOKIE),
        (*REFUSAL, ("access-control-allow-origin", "https://reader.example.net")),
        code="cross-site",
        readers=["https://reader.example.net"],
    ),
    _write(
        "json-only-refuses-a-form",
        (*FROM_APP, ("Content-Type", "text/plain")),
        (*REFUSAL, *ALLOWED, *CREDENTIALS),
        code="unsupported-media-type",
        status=415,
        body=b"{}",
        json_only=True,
    ),
    _write("json-only-takes-json", (*FROM_APP, JSON), TRUSTED, body=b"{}", json_only=True),
    _write("json-only-takes-nothing", FROM_APP, TRUSTED, json_only=True),
    _write(
        "a-reader's-path-without-a-cookie",
        (("Origin", EVIL), CROSS_SITE),
        (*PLAIN, STAR),
        resources={"/api/*": {}, "/items": {"origins": "*", "supports_credentials": False}},
    ),
    _write(
        "a-reader's-path-with-a-cookie-that-nobody-knows",
        (("Origin", EVIL), CROSS_SITE, ("Cookie", "access_token_cookie=x")),
        (*REFUSAL, STAR),
        code="cross-site",
        resources={"/api/*": {}, "/items": {"origins": "*", "supports_credentials": False}},
    ),
    _write(
        "a-reader's-public-path-with-a-cookie-that-nobody-knows",
        (("Origin", EVIL), CROSS_SITE, ("Cookie", "theme=dark")),
        (*PLAIN, STAR),
        path="/guestbook",
        public=["/guestbook"],
        resources={"/api/*": {}, "/guestbook": {"origins": "*", "supports_credentials": False}},
    ),
    _write(
        "a-rebound-name",
        (("Origin", "http://evil.example:5000"), ("Sec-Fetch-Site", "same-origin"), COOKIE),
        REFUSAL,
        code="origin-not-trusted",
        base="http://evil.example:5000",
    ),
    _write(
        "a-rebound-name-that-says-null",
        (("Origin", "null"), ("Sec-Fetch-Site", "same-origin"), COOKIE),
        REFUSAL,
        code="origin-not-trusted",
        base="http://evil.example:5000",
    ),
    _write("report-only", FROM_EVIL, STRANGE, report_only=True),
    _write("gate-off", FROM_EVIL, STRANGE, write_gate=False),
    _write("exempt", FROM_EVIL, STRANGE, path="/hook", exempt={"/hook": "signed"}),
    _write(
        "beside-the-exempt", FROM_EVIL, REFUSAL, path="/items", code="cross-site", exempt={"/hook": "signed"}
    ),
    _write(
        "public-without-a-cookie",
        (("Origin", EVIL), CROSS_SITE),
        STRANGE,
        path="/guestbook",
        public=["/guestbook"],
    ),
    _write(
        "public-with-a-cookie",
        FROM_EVIL,
        REFUSAL,
        path="/guestbook",
        code="cross-site",
        public=["/guestbook"],
    ),
    _write(
        "strict-get",
        FROM_EVIL,
        STRICT_REFUSAL,
        method="GET",
        path="/export",
        code="cross-site",
        strict_get=["/export"],
    ),
    _write(
        "strict-get-head",
        FROM_EVIL,
        STRICT_REFUSAL,
        method="HEAD",
        path="/export",
        code="cross-site",
        strict_get=["/export"],
    ),
    _write(
        "strict-get-of-a-listed-page",
        FROM_APP,
        (*PLAIN, *ALLOWED, *CREDENTIALS, STRICT_VARY),
        method="GET",
        path="/export",
        strict_get=["/export"],
    ),
    _write(
        "strict-get-of-a-person",
        (("Sec-Fetch-Site", "none"), COOKIE),
        (*PLAIN, STRICT_VARY),
        method="GET",
        path="/export",
        strict_get=["/export"],
    ),
    _write(
        "strict-post",
        FROM_EVIL,
        REFUSAL,
        code="cross-site",
        path="/export",
        strict_get=["/export"],
    ),
    _write(
        "strict-get-of-a-reader",
        (("Origin", EVIL), CROSS_SITE),
        (*PLAIN, STAR, STRICT_VARY),
        method="GET",
        path="/export",
        resources={"/api/*": {}, "/export": {"origins": "*", "supports_credentials": False}},
        strict_get=["/export"],
    ),
    _write(
        "strict-get-without-a-gate",
        FROM_EVIL,
        STRANGE,
        method="GET",
        path="/export",
        strict_get=["/export"],
        write_gate=False,
    ),
    _write("beside-the-strict", FROM_EVIL, STRANGE, method="GET", path="/items", strict_get=["/export"]),
    _write(
        "own-origin-from-the-host",
        (("Origin", "http://localhost:5000"), COOKIE),
        STRANGE,
        base="http://localhost:5000",
        public_origins=[],
    ),
    _write(
        "the-host-of-somebody-else",
        (("Origin", "http://localhost:5001"), COOKIE),
        REFUSAL,
        base="http://localhost:5000",
        public_origins=[],
        code="origin-not-trusted",
    ),
    _write(
        "a-reader's-path-is-gated-too",
        FROM_EVIL,
        (*REFUSAL, STAR),
        path="/made",
        code="cross-site",
        resources={"/api/*": {}, "/made": {"origins": "*", "supports_credentials": False}},
    ),
    _write(
        "a-path-that-says-so-is-not",
        FROM_EVIL,
        STRANGE,
        resources={"/api/*": {}, "/items": {"write_gate": False}},
    ),
    _write(
        "a-path-without-a-policy-is-not",
        FROM_EVIL,
        PLAIN,
        path="/items",
        resources={"/api/*": {}},
    ),
)
