"""The rules W0 to W12 and S1 to S2, row by row, beside the vectors: each with its refused and its allowed neighbour."""

import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.sansio.http import parse_cookie

from crossguard import Policy, Reason, compile_policy, load_config
from crossguard.core.config import Surroundings
from crossguard.core.content import decide_content
from crossguard.core.gate import WriteGate
from crossguard.core.request import NO_MARKS, RouteMarks, TokenState, WriteFacts
from crossguard.suffixes import is_public_suffix
from crossguard.wsgi.environfacts import write_facts_of
from tests.gate.strategies import ANYTHING
from tests.gate.wsgi import API, APP, EVIL, PARTNER, SIBLING, environ

HTTP_API = "http://api.shop.example"
COOKIE = "__Host-session=abc"
EXEMPT = RouteMarks(exempt=True)
PUBLIC = RouteMarks(public=True)
STRICT = RouteMarks(strict_get=True)
DERIVED: dict[str, object] = {"public_origins": []}
READERS: dict[str, object] = {"supports_credentials": False, "write_gate": True, "origins": "*"}
UNKNOWN_COOKIES: dict[str, object] = {"auth_cookies": []}
TENANTS: dict[str, object] = {"public_origins": ["https://*.shop.example"], "origins": []}
ACME, OTHER = "https://acme.shop.example", "https://other.shop.example"


def looking(*own_hosts: str, **options: object) -> dict[str, object]:
    """Return the options of a policy in debug, with the names of the API that an adapter found."""
    return {"surroundings": Surroundings(debug=True, own_hosts=own_hosts), "public_origins": []} | options


CODESPACE = looking("octo-cat-*.app.github.dev")
GITPOD = looking("*-octo-cat.ws-eu1.gitpod.io")


def policy(**options: object) -> Policy:
    given = {
        "origins": [APP],
        "supports_credentials": True,
        "public_origins": [API],
        "auth_cookies": ["__Host-session"],
    } | options
    surroundings = given.pop("surroundings", Surroundings())
    assert isinstance(surroundings, Surroundings)
    return compile_policy(load_config(given, is_public_suffix=is_public_suffix, surroundings=surroundings))


def gate(**options: object) -> WriteGate:
    found = policy(**options).gate
    assert found is not None
    return found


@dataclass(frozen=True)
class Row:
    """A request and what the gate says of it; the letter in front of the reason is the verdict."""

    about: str
    verdict: str
    origin: str | None = None
    site: str | None = None
    referer: str | None = None
    authorization: str | None = None
    cookie: str | None = COOKIE
    method: str = "POST"
    scheme: str = "https"
    host: str = "api.shop.example"
    websocket: bool = False
    marks: RouteMarks = NO_MARKS
    token: TokenState = TokenState.MISSING
    options: dict[str, object] = field(default_factory=dict)


ROWS = [
    # W0
    Row("an exempt route asks nothing", "+exempt", EVIL, "cross-site", marks=EXEMPT),
    Row("not even of a handshake", "+exempt", EVIL, websocket=True, method="GET", marks=EXEMPT),
    Row("nor for a token", "+exempt", EVIL, marks=EXEMPT, options={"token": "always"}),
    # W1
    Row("GET", "+safe-method", EVIL, "cross-site", method="GET"),
    Row("HEAD", "+safe-method", EVIL, "cross-site", method="HEAD"),
    Row("OPTIONS", "+safe-method", EVIL, "cross-site", method="OPTIONS"),
    Row("a lower-case get is not GET", "-cross-site", EVIL, "cross-site", method="get"),
    Row("TRACE is a write", "-cross-site", EVIL, "cross-site", method="TRACE"),
    Row("an unknown method is a write", "-cross-site", EVIL, "cross-site", method="FROBNICATE"),
    Row("no method at all is a write", "-cross-site", EVIL, "cross-site", method=""),
    Row("CONNECT is a write", "-cross-site", EVIL, "cross-site", method="CONNECT"),
    # W2
    Row("a bearer token without the cookie", "+no-ambient-credentials", EVIL, "cross-site", authorization="Bearer x", cookie=None),
    Row("a cookie that signs nobody in does not count", "+no-ambient-credentials", EVIL, "cross-site", authorization="Bearer x", cookie="theme=dark"),
    Row("any other scheme of a script", "+no-ambient-credentials", EVIL, "cross-site", authorization="DPoP x", cookie=None),
    Row("the scheme in capitals", "+no-ambient-credentials", EVIL, "cross-site", authorization="BEARER x", cookie=None),
    Row("with the cookie", "-cross-site", EVIL, "cross-site", authorization="Bearer x"),
    Row("with the cookie among others", "-cross-site", EVIL, "cross-site", authorization="Bearer x", cookie=f"a=b;{COOKIE} ;c=d"),
    Row("with the cookie's name alone", "-cross-site", EVIL, "cross-site", authorization="Bearer x", cookie="__Host-session"),
    Row("with the cookie, empty", "-cross-site", EVIL, "cross-site", authorization="Bearer x", cookie="__Host-session="),
    Row("Basic", "-cross-site", EVIL, "cross-site", authorization="Basic eDp5", cookie=None),
    Row("basic in any case", "-cross-site", EVIL, "cross-site", authorization="bAsIc eDp5", cookie=None),
    Row("Basic behind a blank", "-cross-site", EVIL, "cross-site", authorization=" Basic eDp5", cookie=None),
    Row("Basic with a tab", "-cross-site", EVIL, "cross-site", authorization="Basic\teDp5", cookie=None),
    Row("Basic, joined with another by the server", "-cross-site", EVIL, "cross-site", authorization="Basic eDp5, Bearer x", cookie=None),
    Row("Basic among others", "-cross-site", EVIL, "cross-site", authorization="Basic,Bearer x", cookie=None),
    Row("Negotiate", "-cross-site", EVIL, "cross-site", authorization="Negotiate", cookie=None),
    Row("NTLM", "-cross-site", EVIL, "cross-site", authorization="NTLM x", cookie=None),
    Row("Digest", "-cross-site", EVIL, "cross-site", authorization="Digest x", cookie=None),
    Row("an Authorization that is blank", "-cross-site", EVIL, "cross-site", authorization=" ", cookie=None),
    Row("no scheme", "-cross-site", EVIL, "cross-site", authorization="=x", cookie=None),
    # W3
    Row("a public route without credentials", "+public-no-credentials", EVIL, "cross-site", cookie=None, marks=PUBLIC),
    Row("with a cookie that signs nobody in", "+public-no-credentials", EVIL, "cross-site", cookie="theme=dark", marks=PUBLIC),
    Row("a public route with the cookie", "-cross-site", EVIL, "cross-site", marks=PUBLIC),
    Row("a public route with Basic", "-cross-site", EVIL, "cross-site", cookie=None, authorization="Basic eDp5", marks=PUBLIC),
    Row("a public route with another cookie", "+public-no-credentials", EVIL, "cross-site", cookie="theme=dark", marks=PUBLIC),
    Row("a public route where no cookie is known", "-cross-site", EVIL, "cross-site", cookie="theme=dark", marks=PUBLIC, options=UNKNOWN_COOKIES),
    Row("a public route where none is known nor there", "+public-no-credentials", EVIL, "cross-site", cookie=None, marks=PUBLIC, options=UNKNOWN_COOKIES),
    Row("a public socket", "+public-no-credentials", EVIL, cookie=None, websocket=True, method="GET", marks=PUBLIC),
    Row("a public socket with the cookie", "-origin-not-trusted", EVIL, websocket=True, method="GET", marks=PUBLIC),
    Row("a public socket with a bearer token", "-origin-not-trusted", EVIL, cookie=None, authorization="Bearer x", websocket=True, method="GET", marks=PUBLIC),
    Row("a reader without a cookie", "+public-no-credentials", EVIL, "cross-site", cookie=None, options=READERS),
    Row("a reader with a cookie that nobody knows", "-cross-site", EVIL, "cross-site", cookie="access_token_cookie=x", options=READERS),
    Row("a reader with the cookie", "-cross-site", EVIL, "cross-site", options=READERS),
    Row("a reader with Basic", "-cross-site", EVIL, "cross-site", cookie=None, authorization="Basic eDp5", options=READERS),
    Row("a reader's public route with a cookie that nobody knows", "+public-no-credentials", EVIL, "cross-site", cookie="theme=dark", marks=PUBLIC, options=READERS),
    Row("a reader's public route with the cookie", "-cross-site", EVIL, "cross-site", marks=PUBLIC, options=READERS),
    Row("a reader's own page with a cookie", "+same-origin", API, "same-origin", cookie="theme=dark", options=READERS),
    Row("a reader's socket with a cookie that nobody knows", "-origin-not-trusted", EVIL, cookie="x=y", websocket=True, method="GET", options=READERS),
    Row("a socket without Origin where no cookie is known", "-no-browser-evidence", cookie="x=y", websocket=True, method="GET", options=UNKNOWN_COOKIES),
    Row("a bearer token beside a cookie where none is known", "-cross-site", EVIL, "cross-site", cookie="x=y", authorization="Bearer x", options=UNKNOWN_COOKIES),
    # W4
    Row("the own page", "+same-origin", API, "same-origin"),
    Row("the own page without Origin", "+same-origin", None, "same-origin"),
    Row("the own page under a development proxy", "+same-origin", "http://localhost:5173", "same-origin", options=looking(public_origins=[API])),
    Row("the same where nobody develops", "-origin-not-trusted", "http://localhost:5173", "same-origin"),
    Row("a listed page under a proxy", "+same-origin", APP, "same-origin"),
    Row("the own page under a strict referrer policy", "+same-origin", "null", "same-origin"),
    # DNS rebinding: evil.test was pointed at the API.
    Row("a rebound name", "-origin-not-trusted", EVIL, "same-origin", cookie=None, host="evil.test"),
    Row("a rebound name with a port", "-origin-not-trusted", "http://evil.test:5000", "same-origin", host="evil.test:5000", scheme="http"),
    Row("a rebound name that says null", "-origin-not-trusted", "null", "same-origin", host="evil.test"),
    Row("a rebound name that says nothing", "-origin-not-trusted", None, "same-origin", host="evil.test"),
    Row("a rebound name's strict GET", "-origin-not-trusted", None, "same-origin", host="evil.test", method="GET", marks=STRICT),
    Row("a name that ends like the own", "-origin-not-trusted", "null", "same-origin", host="api.shop.example.evil.test"),
    Row("no host at all", "-origin-not-trusted", "null", "same-origin", host=""),
    Row("a host that is none", "-origin-not-trusted", "null", "same-origin", host="evil test"),
    Row("null at the own name, TLS ended in front", "+same-origin", "null", "same-origin", scheme="http"),
    Row("null at the own name with its port", "+same-origin", "null", "same-origin", host="api.shop.example:443"),
    Row("null at this machine", "+same-origin", "null", "same-origin", host="localhost:5000", scheme="http"),
    Row("null at an address", "+same-origin", None, "same-origin", host="10.0.0.5:8000", scheme="http"),
    Row("null at a name of the inside", "+same-origin", None, "same-origin", host="backend:8000", scheme="http"),
    Row("null at a name that nobody can register", "+same-origin", None, "same-origin", host="api.svc.cluster.local"),
    Row("a rebound name where Host is believed", "+same-origin", EVIL, "same-origin", host="evil.test", options=DERIVED),
    Row("debug: a rebound name", "-origin-not-trusted", "http://evil.test:5000", "same-origin", host="evil.test:5000", scheme="http", options=looking()),
    Row("debug: a rebound name that says null", "-origin-not-trusted", "null", "same-origin", host="evil.test:5000", scheme="http", options=looking()),
    Row("debug: a rebound name that says nothing", "-origin-not-trusted", None, "same-origin", host="evil.test:5000", scheme="http", options=looking()),
    Row("debug: this machine", "+same-origin", "http://localhost:5000", "same-origin", host="localhost:5000", scheme="http", options=looking()),
    Row("debug: a development server that keeps Origin", "+same-origin", "http://localhost:8080", "same-origin", host="backend:5000", scheme="http", options=looking()),
    Row("debug: null at this machine", "+same-origin", "null", "same-origin", host="127.0.0.1:5000", scheme="http", options=looking()),
    Row("debug: a name in the settings", "+same-origin", "http://shop.test", "same-origin", host="shop.test", scheme="http", options=looking("shop.test")),
    Row("debug: below a name in the settings", "+same-origin", "null", "same-origin", host="a.shop.test", scheme="http", options=looking(".shop.test")),
    Row("debug: ends like a name in the settings", "-origin-not-trusted", "null", "same-origin", host="evilshop.test", scheme="http", options=looking(".shop.test")),
    Row("debug: a forwarded port", "+same-origin", "https://octo-cat-5000.app.github.dev", "same-origin", host="octo-cat-5000.app.github.dev", options=CODESPACE),
    Row("debug: a forwarded port, Host rewritten", "+same-origin", "https://octo-cat-8080.app.github.dev", "same-origin", host="localhost:5000", scheme="http", options=CODESPACE),
    Row("debug: a forwarded port of another", "-origin-not-trusted", "https://evil-5000.app.github.dev", "same-origin", host="evil-5000.app.github.dev", options=CODESPACE),
    Row("debug: not a port", "-origin-not-trusted", "https://octo-cat-x-5000.app.github.dev", "same-origin", host="octo-cat-x-5000.app.github.dev", options=CODESPACE),
    Row("debug: a forwarded port of Gitpod", "+same-origin", "null", "same-origin", host="5000-octo-cat.ws-eu1.gitpod.io", options=GITPOD),
    Row("debug: a name in the settings is none where it is named", "-origin-not-trusted", "https://shop.test", "same-origin", host="shop.test", options=looking(public_origins=[API])),
    Row("a tenant's own page", "+same-origin", ACME, "same-origin", host="acme.shop.example", options=TENANTS),
    Row("a tenant's own page that says null", "+same-origin", "null", "same-origin", host="acme.shop.example", options=TENANTS),
    Row("a tenant's own page behind a proxy", "+same-origin", ACME, "same-origin", host="backend:8000", options=TENANTS),
    Row("a rebound name among tenants", "-origin-not-trusted", EVIL, "same-origin", host="evil.test", options=TENANTS),
    Row("a tenant, by Origin alone", "+same-origin-fallback", ACME, host="acme.shop.example", options=TENANTS),
    Row("a tenant, TLS ended in front", "+same-origin-fallback", ACME, host="acme.shop.example", scheme="http", options=TENANTS),
    Row("a tenant, Host rewritten", "+same-origin-fallback", ACME, host="10.0.0.5:8000", scheme="http", options=TENANTS),
    Row("another tenant", "-origin-not-trusted", OTHER, host="acme.shop.example", options=TENANTS),
    Row("another tenant's Referer", "-referer-not-trusted", referer=f"{OTHER}/", host="acme.shop.example", options=TENANTS),
    Row("another tenant's socket", "-origin-not-trusted", OTHER, host="acme.shop.example", websocket=True, method="GET", scheme="wss", options=TENANTS),
    Row("a tenant over http", "-insecure-origin", "http://acme.shop.example", host="acme.shop.example", options=TENANTS),
    Row("debug: a rebound name without Fetch Metadata", "-origin-not-trusted", "http://evil.test:5000", host="evil.test:5000", scheme="http", options=looking()),
    Row("debug: a rebound name's Referer", "-referer-not-trusted", referer="http://evil.test:5000/", host="evil.test:5000", scheme="http", options=looking()),
    Row("debug: a rebound name's socket", "-origin-not-trusted", "http://evil.test:5000", host="evil.test:5000", scheme="ws", websocket=True, method="GET", options=looking()),
    Row("debug: a name of this network", "+same-origin-fallback", "http://desk.local:5000", host="desk.local:5000", scheme="http", options=looking()),
    Row("debug: an address", "+same-origin-fallback", "http://192.168.1.20:5000", host="192.168.1.20:5000", scheme="http", options=looking()),
    Row("debug: a development server without Fetch Metadata", "+same-origin-fallback", "http://localhost:8080", host="backend:5000", scheme="http", options=looking()),
    Row("debug: another address", "-origin-not-trusted", "http://192.168.1.66:5000", host="192.168.1.20:5000", scheme="http", options=looking()),
    # W5
    Row("a bookmarklet, or a person's reload", "+user-initiated", None, "none"),
    Row("an own origin", "+user-initiated", API, "none"),
    Row("a listed one", "+user-initiated", APP, "none"),
    Row("a foreign one", "-origin-not-trusted", EVIL, "none"),
    Row("none at all", "-null-origin", "null", "none"),
    # W6
    Row("a listed front end on another site", "+trusted-origin", APP, "cross-site"),
    Row("a sibling", "-same-site", SIBLING, "same-site"),
    Row("a sibling without Origin", "-same-site", None, "same-site"),
    Row("an unknown relation from a listed front end", "+trusted-origin", APP, "frobnicated"),
    Row("an unknown relation from nobody", "-unknown-fetch-site", None, "frobnicated"),
    Row("same-origin with a blank", "-unknown-fetch-site", API, "same-origin "),
    Row("same-origin twice", "-unknown-fetch-site", API, "same-origin, same-origin"),
    Row("none in capitals", "-unknown-fetch-site", API, "None"),
    Row("a reader", "-cross-site", PARTNER, "cross-site", options={"readers": [PARTNER]}),
    Row("everybody as a reader", "-cross-site", EVIL, "cross-site", options={"readers": "*"}),
    # W7
    Row("a listed front end in an old browser", "+trusted-origin", APP),
    Row("an empty relation is none", "+trusted-origin", APP, ""),
    Row("null in an old browser", "-null-origin", "null"),
    Row("the own origin in an old browser", "+same-origin-fallback", API),
    Row("its http twin", "-insecure-origin", HTTP_API),
    Row("its http twin, derived", "-insecure-origin", HTTP_API, options=DERIVED),
    Row("an own http origin has no insecure twin", "+same-origin-fallback", HTTP_API, options={"public_origins": [HTTP_API]}),
    Row("the https twin of an own http origin is not it", "-origin-not-trusted", API, options={"public_origins": [HTTP_API]}),
    Row("a sibling in an old browser", "-origin-not-trusted", SIBLING),
    Row("upper case", "-origin-not-trusted", "HTTPS://APP.SHOP.EXAMPLE"),
    Row("the default port", "-origin-not-trusted", f"{APP}:443"),
    Row("two origins", "-origin-not-trusted", f"{APP}, {APP}"),
    Row("two origins with a blank between", "-origin-not-trusted", f"{APP} {EVIL}"),
    Row("user info", "-origin-not-trusted", "https://app.shop.example@evil.test"),
    Row("a path", "-origin-not-trusted", f"{APP}/"),
    Row("64 KB", "-origin-not-trusted", APP + "x" * 65536),
    # P4, derived
    Row("derived with the default port in Host", "+same-origin-fallback", API, host="api.shop.example:443", options=DERIVED),
    Row("derived with Host in capitals", "+same-origin-fallback", API, host="API.shop.EXAMPLE", options=DERIVED),
    Row("derived with another port", "-origin-not-trusted", API, host="api.shop.example:8443", options=DERIVED),
    Row("https in front of http", "+same-origin-fallback", API, scheme="http", options=DERIVED),
    Row("https in front of http, Host with its port", "+same-origin-fallback", API, scheme="http", host="api.shop.example:443", options=DERIVED),
    Row("https in front of http on its own port", "+same-origin-fallback", f"{API}:8443", scheme="http", host="api.shop.example:8443", options=DERIVED),
    Row("http on the port of https is another origin", "-origin-not-trusted", HTTP_API, scheme="http", host="api.shop.example:443", options=DERIVED),
    Row("http as it is", "+same-origin-fallback", HTTP_API, scheme="http", options=DERIVED),
    Row("no Host is no origin", "-origin-not-trusted", "https://", host="", options=DERIVED),
    Row("a blank Host is no origin", "-origin-not-trusted", "https:// ", host=" ", options=DERIVED),
    Row("a Host that is no host", "-origin-not-trusted", "https://api.shop.example/x", host="api.shop.example/x", options=DERIVED),
    Row("user info in Host", "-origin-not-trusted", "https://a@api.shop.example", host="a@api.shop.example", options=DERIVED),
    Row("Host is nothing where the own origin is written", "-origin-not-trusted", EVIL, host="evil.test"),
    # W8
    Row("a Referer of the front end", "+referer", referer=f"{APP}/a?b#c"),
    Row("a Referer of its origin alone", "+referer", referer=APP),
    Row("a Referer of the own pages", "+referer", referer=f"{API}/"),
    Row("a Referer with a query right behind the host", "+referer", referer=f"{APP}?a=/"),
    Row("a Referer with user info", "-referer-not-trusted", referer="https://app.shop.example@evil.test/"),
    Row("a Referer with a backslash", "-referer-not-trusted", referer="https://app.shop.example\\@evil.test/"),
    Row("a Referer of a stranger that names the front end", "-referer-not-trusted", referer=f"{EVIL}/?{APP}"),
    Row("a Referer with a blank", "-referer-not-trusted", referer=f" {APP}/"),
    Row("a Referer with a new line behind it", "-referer-not-trusted", referer=f"{APP}\n"),
    Row("a Referer in capitals", "-referer-not-trusted", referer=f"{APP.upper()}/"),
    Row("a Referer of a reader", "-referer-not-trusted", referer=f"{PARTNER}/", options={"readers": [PARTNER]}),
    Row("a Referer of 64 KB", "-referer-not-trusted", referer=f"{APP}/" + "x" * 65536),
    Row("a Referer beside an empty Origin", "+referer", "", "", referer=f"{APP}/"),
    Row("an empty Referer is none", "+no-browser-evidence", referer=""),
    # W9
    Row("nothing, with the cookie", "+no-browser-evidence"),
    Row("nothing, without", "+no-browser-evidence", cookie=None),
    Row("nothing, where it is refused", "-no-browser-evidence", options={"on_missing": "deny"}),
    Row("nothing, where it is refused, without the cookie", "-no-browser-evidence", cookie=None, options={"on_missing": "deny"}),
    Row("nothing, where a token is needed", "-token-missing", options={"on_missing": "token"}),
    Row("nothing, with a token", "+token", token=TokenState.VALID, options={"on_missing": "token"}),
    Row("nothing, with a wrong token", "-token-invalid", token=TokenState.INVALID, options={"on_missing": "token"}),
    # W10
    Row("strict GET from a stranger's image", "-cross-site", None, "cross-site", method="GET", marks=STRICT),
    Row("strict GET from a link of the front end", "-same-site", None, "same-site", method="GET", marks=STRICT),
    Row("strict GET from a fetch of the front end", "+trusted-origin", APP, "same-site", method="GET", marks=STRICT),
    Row("strict GET from curl with the cookie", "-no-browser-evidence", method="GET", marks=STRICT),
    Row("strict GET from curl without", "+no-browser-evidence", cookie=None, method="GET", marks=STRICT),
    Row("strict GET does not obey on_missing", "-no-browser-evidence", method="GET", marks=STRICT, options={"on_missing": "allow"}),
    Row("strict GET with a bearer token", "+no-ambient-credentials", None, "cross-site", method="GET", marks=STRICT, authorization="Bearer x", cookie=None),
    Row("strict GET needs no token, which a link cannot carry", "+same-origin", None, "same-origin", method="GET", marks=STRICT, options={"token": "always"}),
    Row("strict HEAD", "-cross-site", None, "cross-site", method="HEAD", marks=STRICT),
    # P3
    Row("a subdomain pattern reads", "-same-site", SIBLING, "same-site", options={"origins": ["https://*.shop.example"]}),
    Row("and writes where it is told to", "+trusted-origin", SIBLING, "same-site", options={"origins": ["https://*.shop.example"], "wildcard_writes": True}),
    Row("at any depth", "+trusted-origin", "https://a.b.shop.example", "same-site", options={"origins": ["https://*.shop.example"], "wildcard_writes": True}),
    Row("but not its apex", "-same-site", "https://shop.example", "same-site", options={"origins": ["https://*.shop.example"], "wildcard_writes": True}),
    Row("an expression reads", "-same-site", SIBLING, "same-site", options={"origins": [re.compile(r"https://[a-z]+\.shop\.example")]}),
    Row("an expression writes where it is told to", "+trusted-origin", SIBLING, "same-site", options={"origins": [re.compile(r"https://[a-z]+\.shop\.example")], "wildcard_writes": True}),
    Row("any port of a named host writes", "+trusted-origin", "http://localhost:5173", "cross-site", options={"origins": ["http://localhost:*"]}),
    # S1, S2
    Row("a socket of the front end in Chromium", "+trusted-origin", APP, method="GET", websocket=True),
    Row("a socket of a stranger in Chromium", "-origin-not-trusted", EVIL, method="GET", websocket=True),
    Row("a socket of a sandboxed frame", "-null-origin", "null", method="GET", websocket=True),
    Row("a socket of the own pages", "+same-origin-fallback", API, method="GET", websocket=True, scheme="wss"),
    Row("a socket of the own pages, derived", "+same-origin-fallback", "http://localhost:5000", method="GET", websocket=True, scheme="ws", host="localhost:5000", options=DERIVED),
    Row("a socket without Origin, with the cookie", "-no-browser-evidence", method="GET", websocket=True),
    Row("a socket without Origin, without", "+no-browser-evidence", cookie=None, method="GET", websocket=True),
    Row("a socket without Origin where that is allowed", "+no-browser-evidence", method="GET", websocket=True, options={"ws_on_missing": "allow"}),
    Row("a socket's Referer is not read", "-no-browser-evidence", referer=f"{APP}/", method="GET", websocket=True),
    Row("a socket is not excused by a bearer token", "-origin-not-trusted", EVIL, cookie=None, authorization="Bearer x", method="GET", websocket=True),
    Row("a socket does not obey on_missing", "+no-browser-evidence", cookie=None, method="GET", websocket=True, options={"on_missing": "deny"}),
    Row("a socket cannot carry a token", "+trusted-origin", APP, method="GET", websocket=True, options={"token": "always"}),
    # T1
    Row("a token besides", "+token", APP, "same-site", token=TokenState.VALID, options={"token": "always"}),
    Row("the own page needs it too", "-token-missing", API, "same-origin", options={"token": "always"}),
    Row("a Referer needs it too", "-token-missing", referer=f"{APP}/", options={"token": "always"}),
    Row("nothing else, with a token", "+token", token=TokenState.VALID, options={"token": "always"}),
    Row("nothing else, refused in spite of a token", "-no-browser-evidence", token=TokenState.VALID, options={"token": "always", "on_missing": "deny"}),
    Row("a token does not make a stranger welcome", "-cross-site", EVIL, "cross-site", token=TokenState.VALID, options={"token": "always"}),
    Row("a public route needs none", "+public-no-credentials", EVIL, "cross-site", cookie=None, marks=PUBLIC, options={"token": "always"}),
    Row("a safe method needs none", "+safe-method", method="GET", options={"token": "always"}),
    Row("evidence is enough where a token stands in", "+trusted-origin", APP, "same-site", options={"on_missing": "token"}),
    # no credentials at all
    Row("a reader's route without credentials", "+public-no-credentials", EVIL, "cross-site", cookie=None, options={"origins": "*", "supports_credentials": False, "write_gate": True}),
    Row("a reader's route with the cookie", "-cross-site", EVIL, "cross-site", options={"origins": "*", "supports_credentials": False, "write_gate": True}),
    Row("a reader's route with Basic", "-cross-site", EVIL, "cross-site", cookie=None, authorization="Basic eDp5", options={"origins": "*", "supports_credentials": False, "write_gate": True}),
    Row("who is listed without credentials reads only", "-cross-site", PARTNER, "cross-site", options={"origins": [PARTNER], "supports_credentials": False, "write_gate": True}),
    Row("its own pages write", "+same-origin", API, "same-origin", options={"origins": "*", "supports_credentials": False, "write_gate": True}),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.about} {row.verdict}" for row in ROWS])
def test_the_gate_says_what_the_row_says(row: Row) -> None:
    asked = WriteFacts(
        row.method,
        scheme=row.scheme,
        host=row.host,
        origin=row.origin,
        fetch_site=row.site,
        referer=row.referer,
        authorization=row.authorization,
        cookie=row.cookie,
        websocket=row.websocket,
    )
    found = gate(**row.options).decide(asked, row.marks, lambda: row.token)
    assert f"{'+' if found.allowed else '-'}{found.reason}" == row.verdict


GATE_REASONS = {
    "exempt", "safe-method", "no-ambient-credentials", "public-no-credentials", "same-origin", "user-initiated",
    "trusted-origin", "same-origin-fallback", "referer", "no-browser-evidence", "token", "null-origin", "insecure-origin",
    "same-site", "cross-site", "unknown-fetch-site", "origin-not-trusted", "referer-not-trusted", "token-missing",
    "token-invalid",
}  # fmt: skip


def test_every_reason_of_the_gate_has_a_row() -> None:
    assert {row.verdict[1:] for row in ROWS} == GATE_REASONS
    assert {Reason(reason) for reason in GATE_REASONS}


BODIES = [
    ("application/json", "5", None, "+json"),
    ("APPLICATION/JSON", "5", None, "+json"),
    ("application/json ; charset=utf-8", "5", None, "+json"),
    ("\tapplication/json", "5", None, "+json"),
    ("application/problem+json", "5", None, "+json"),
    ("application/ld+json;profile=x", "5", None, "+json"),
    ("text/plain;application/json", "5", None, "-unsupported-media-type"),
    ("text/plain; charset=application/json", "5", None, "-unsupported-media-type"),
    ("text/json", "5", None, "-unsupported-media-type"),
    ("application/json5", "5", None, "-unsupported-media-type"),
    ("application/jsonp", "5", None, "-unsupported-media-type"),
    ("application/+json", "5", None, "-unsupported-media-type"),
    ("application/json, text/plain", "5", None, "-unsupported-media-type"),
    ("application/json\x0b", "5", None, "-unsupported-media-type"),
    ("application/j\u017fon", "5", None, "-unsupported-media-type"),
    ("multipart/form-data; boundary=application/json", "5", None, "-unsupported-media-type"),
    ("application/x-www-form-urlencoded", "5", None, "-unsupported-media-type"),
    (None, "5", None, "-unsupported-media-type"),
    (None, "five", None, "-unsupported-media-type"),
    (None, "-1", None, "-unsupported-media-type"),
    (None, None, "chunked", "-unsupported-media-type"),
    (None, "0", "gzip", "-unsupported-media-type"),
    (None, None, None, "+no-body"),
    (None, "0", None, "+no-body"),
    (None, "", None, "+no-body"),
    ("", "0", None, "+no-body"),
]


@pytest.mark.parametrize(("kind", "length", "coding", "verdict"), BODIES)
def test_a_body_is_json_or_absent(
    kind: str | None, length: str | None, coding: str | None, verdict: str
) -> None:
    asked = WriteFacts("POST", content_type=kind, content_length=length, transfer_encoding=coding)
    found = decide_content(asked)
    assert f"{'+' if found.allowed else '-'}{found.reason}" == verdict
    for method in ("GET", "HEAD", "OPTIONS"):
        assert decide_content(asked._replace(method=method)).reason is Reason.SAFE_METHOD


@given(
    st.lists(ANYTHING | st.sampled_from(["session=1", " session = 1", "session", "\xc2\xa0session=1"])).map(
        ";".join
    )
)
def test_a_cookie_that_the_application_reads_is_one_that_the_gate_reads(cookie: str) -> None:
    """Otherwise a bearer token would excuse a request that the application takes for a signed-in user's."""
    asked = write_facts_of(environ(headers={"Authorization": "Bearer x", "Origin": EVIL, "Cookie": cookie}))
    if "session" in parse_cookie(cookie):
        assert not gate(auth_cookies=["session"]).decide(asked).allowed


def test_a_cookie_that_only_looks_like_the_sessions_does_not_sign_in() -> None:
    for cookie in ("xsession=1", "session2=1", "a=session", "SESSION=1"):
        assert "session" not in SimpleCookie(cookie)
        asked = WriteFacts("POST", origin=EVIL, authorization="Bearer x", cookie=cookie)
        assert gate(auth_cookies=["session"]).decide(asked).reason is Reason.NO_AMBIENT_CREDENTIALS
