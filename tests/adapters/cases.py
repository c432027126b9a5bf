"""The table: one request under one configuration, and everything that leaves. Plain data, no framework.

Every adapter must give exactly this: one header more, one call of the application more, is a failure.
"""

from dataclasses import dataclass

from crossguard import Outcome
from tests.adapters.wire import Request
from tests.cases import cors
from tests.cases.cors import ADMIN, APP, EVIL

#: What the inner application answers, by path; it calls every path by its name. Elsewhere it has nothing.
INNER: dict[str, tuple[int, tuple[tuple[str, str], ...]]] = {
    "/items": (200, ()),
    "/other": (200, ()),
    "/made": (201, (("Location", "/items"),)),
    "/varies": (200, (("Vary", "Accept-Encoding"),)),
    "/varies-twice": (200, (("Vary", "Cookie"), ("Vary", "accept-encoding, ORIGIN"))),
    "/varies-in-everything": (200, (("Vary", "*"),)),
    "/varies-emptily": (200, (("Vary", ""),)),
    "/says-it-itself": (200, (("Access-Control-Allow-Origin", "*"), ("Access-Control-Max-Age", "5"))),
    "/says-it-oddly": (
        200,
        (("aCCESS-cONTROL-aLLOW-oRIGIN", EVIL), ("X-Access-Control-Allow-Origin", "mine")),
    ),
    "/cookies": (200, (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))),
    "/api/items": (200, ()),
    "/api": (200, ()),
    "/apiary": (200, ()),
    "/api/admin/users": (200, ()),
    "/caf\xe9/menu": (200, ()),
    "/hook": (200, ()),
    "/hook/": (200, ()),
    "/guestbook": (200, ()),
    "/export": (200, ()),
}
NOTHING = (404, ())
BODY = b"inner"

PLAIN = (("content-type", "text/plain"), ("content-length", "5"))
VARY = (("vary", "Origin"),)
ALLOWED = (("access-control-allow-origin", APP),)
CREDENTIALS = (("access-control-allow-credentials", "true"),)


@dataclass(frozen=True)
class Case:
    """``headers`` are all headers of the answer, in any order; ``code`` is that of a refusal."""

    id: str
    options: dict[str, object]
    request: Request
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    called: bool = True
    code: str = ""


def _from_cors(case: cors.Case) -> Case:
    sent = [("Origin", case.origin)] if case.origin is not None else []
    sent += [("Access-Control-Request-Method", case.asks_method)] if case.asks_method is not None else []
    sent += [("Access-Control-Request-Headers", case.asks_headers)] if case.asks_headers is not None else []
    sent += [("Access-Control-Request-Private-Network", "true")] if case.asks_private_network else []
    headers = tuple((name.lower(), value) for name, value in case.headers.items())
    preflight = case.outcome in {Outcome.PREFLIGHT_ALLOWED, Outcome.PREFLIGHT_REFUSED}
    return Case(
        case.id,
        case.options,
        Request(case.method, "/items", tuple(sent)),
        204 if preflight else 200,
        headers if preflight else PLAIN + headers,
        called=not preflight,
    )


def _get(case_id, options, path, headers, *, origin=APP, status=200, sent=(), called=True) -> Case:
    asked = Request("GET", path, (*([("Origin", origin)] if origin else []), *sent))
    return Case(case_id, options, asked, status, headers, called)


LISTED = {"origins": [APP]}
OWN_HEADERS = (
    _get("kept-vary", LISTED, "/varies", (*PLAIN, *ALLOWED, ("vary", "Accept-Encoding, Origin"))),
    _get("kept-vary-refused", LISTED, "/varies", (*PLAIN, ("vary", "Accept-Encoding, Origin")), origin=EVIL),
    _get(
        "two-lines-of-vary-that-say-it-already",
        LISTED,
        "/varies-twice",
        (*PLAIN, *ALLOWED, ("vary", "Cookie"), ("vary", "accept-encoding, ORIGIN")),
    ),
    _get("vary-star", LISTED, "/varies-in-everything", (*PLAIN, *ALLOWED, ("vary", "*"))),
    _get("empty-vary", LISTED, "/varies-emptily", (*PLAIN, *ALLOWED, *VARY)),
    _get(
        "no-vary-for-everybody",
        {},
        "/varies",
        (*PLAIN, ("access-control-allow-origin", "*"), ("vary", "Accept-Encoding")),
    ),
    _get("own-headers-are-replaced", LISTED, "/says-it-itself", (*PLAIN, *ALLOWED, *VARY)),
    _get("own-headers-are-removed-for-a-stranger", LISTED, "/says-it-itself", (*PLAIN, *VARY), origin=EVIL),
    _get(
        "own-headers-in-any-case-and-only-those",
        LISTED,
        "/says-it-oddly",
        (*PLAIN, ("x-access-control-allow-origin", "mine"), *ALLOWED, *VARY),
    ),
    _get(
        "cookies-stay",
        LISTED,
        "/cookies",
        (*PLAIN, ("set-cookie", "a=1"), ("set-cookie", "b=2"), *ALLOWED, *VARY),
    ),
    _get("created", LISTED, "/made", (*PLAIN, ("location", "/items"), *ALLOWED, *VARY), status=201),
    _get("not-found", LISTED, "/nowhere", (*PLAIN, *ALLOWED, *VARY), status=404),
    _get("not-found-refused", LISTED, "/nowhere", (*PLAIN, *VARY), status=404, origin=EVIL),
    Case(
        "head",
        LISTED,
        Request("HEAD", "/items", (("Origin", APP),)),
        200,
        (*PLAIN, *ALLOWED, *VARY),
    ),
    _get("two-lines-of-origin-are-none", LISTED, "/items", (*PLAIN, *VARY), sent=(("Origin", EVIL),)),
    _get("the-same-origin-twice-is-none", LISTED, "/items", (*PLAIN, *VARY), sent=(("Origin", APP),)),
)

BY_PATH = {
    "resources": {
        "/api/*": {"origins": [APP]},
        "/api/admin/*": {"origins": [ADMIN]},
        "/caf\xe9/*": {"origins": [ADMIN]},
        "/made": {},
    }
}
A = ("access-control-allow-origin", APP)
B = ("access-control-allow-origin", ADMIN)
STAR = ("access-control-allow-origin", "*")
PATHS = (
    _get("path-below", BY_PATH, "/api/items", (*PLAIN, A, *VARY)),
    _get("path-itself", BY_PATH, "/api", (*PLAIN, A, *VARY)),
    _get("path-beside", BY_PATH, "/apiary", PLAIN),
    _get("no-path", BY_PATH, "/items", PLAIN),
    _get("longer-path-refuses", BY_PATH, "/api/admin/users", (*PLAIN, *VARY)),
    _get("longer-path-allows", BY_PATH, "/api/admin/users", (*PLAIN, B, *VARY), origin=ADMIN),
    _get("exact-path", BY_PATH, "/made", (*PLAIN, ("location", "/items"), STAR), status=201),
    _get("below-an-exact-path", BY_PATH, "/made/more", PLAIN, status=404),
    _get("path-with-letters", BY_PATH, "/caf%C3%A9/menu", (*PLAIN, B, *VARY), origin=ADMIN),
    _get("path-decoded-once", BY_PATH, "/%61pi/items", (*PLAIN, A, *VARY)),
    _get("path-not-decoded-twice", BY_PATH, "/%2561pi/items", PLAIN, status=404),
    _get("path-case", BY_PATH, "/API/items", PLAIN, status=404),
    _get("slashes-in-front-are-one", BY_PATH, "//api/admin/users", (*PLAIN, *VARY)),
    Case(
        "no-path-has-no-preflight",
        BY_PATH,
        Request("OPTIONS", "/items", (("Origin", APP), ("Access-Control-Request-Method", "PUT"))),
        200,
        PLAIN,
    ),
    Case(
        "preflight-of-a-path",
        BY_PATH,
        Request("OPTIONS", "/api/admin/users", (("Origin", APP), ("Access-Control-Request-Method", "PUT"))),
        204,
        (("vary", cors.PREFLIGHT_VARY),),
        called=False,
    ),
    Case(
        "preflight-of-an-unknown-path",
        LISTED,
        Request("OPTIONS", "/nowhere", (("Origin", APP), ("Access-Control-Request-Method", "PUT"))),
        204,
        (
            *ALLOWED,
            ("access-control-allow-methods", cors.DEFAULT_METHODS),
            ("access-control-allow-headers", cors.DEFAULT_HEADERS),
            ("access-control-max-age", "600"),
            ("vary", cors.PREFLIGHT_VARY),
        ),
        called=False,
    ),
    Case(
        "header-names-on-several-lines",
        {"origins": [APP], "supports_credentials": True, "allow_headers": "*", "methods": ["PUT"]},
        Request(
            "OPTIONS",
            "/items",
            (
                ("Origin", APP),
                ("Access-Control-Request-Method", "PUT"),
                ("Access-Control-Request-Headers", "x-b"),
                ("Access-Control-Request-Headers", "x-a,x-b"),
            ),
        ),
        204,
        (
            *ALLOWED,
            *CREDENTIALS,
            ("access-control-allow-methods", "PUT"),
            ("access-control-allow-headers", "x-a, x-b"),
            ("access-control-max-age", "600"),
            ("vary", cors.PREFLIGHT_VARY),
        ),
        called=False,
    ),
)

CASES = (*map(_from_cors, cors.CASES), *OWN_HEADERS, *PATHS)
