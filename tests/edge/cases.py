"""The table of requests: each gets the same verdict at the edge as from the library."""

import http.client
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tests.edge.shop import API, APP, HANDS, LOCAL, PORTED, READER, SCHEME

Headers = tuple[tuple[str, str], ...]

ORIGINS = {
    "listed": APP,
    "listed with a port": PORTED,
    "listed http": LOCAL,
    "app scheme": SCHEME,
    "reader": READER,
    "own": API,
    "pattern": "https://a.tenants.example.org",
    "pattern, two labels": "https://a.b.tenants.example.org",
    "pattern, underscore": "https://a_b.tenants.example.org",
    "pattern, hyphens": "https://a--b-.tenants.example.org",
    "pattern, digits": "https://0.tenants.example.org",
    "pattern, label of 63": f"https://{'a' * 63}.tenants.example.org",
    "pattern, label of 64": f"https://{'a' * 64}.tenants.example.org",
    "pattern, apex": "https://tenants.example.org",
    "pattern, empty label": "https://.tenants.example.org",
    "pattern, hyphen in front": "https://-a.tenants.example.org",
    "pattern, port": "https://a.tenants.example.org:8443",
    "pattern, default port": "https://a.tenants.example.org:443",
    "pattern, http": "http://a.tenants.example.org",
    "pattern, suffix": "https://a.tenants.example.org.evil.com",
    "pattern, glued": "https://eviltenants.example.org",
    "pattern, dot": "https://a.tenantsxexample.org",
    "pattern, dot at the end": "https://a.tenants.example.org.",
    "pattern, userinfo": "https://u@a.tenants.example.org",
    "pattern, path": "https://evil.com/x.tenants.example.org",
    "pattern, upper case": "https://A.tenants.example.org",
    "pattern, as long as can be": "https://" + "a" * 50 + ".b" * 123 + ".tenants.example.org",
    "pattern, too long": "https://" + "a" * 60 + ".b" * 130 + ".tenants.example.org",
    "inside a label": "https://shop-a1-team.preview.example.org",
    "inside a label, hyphens": "https://shop---team.preview.example.org",
    "inside a label, nothing": "https://shop--team.preview.example.org",
    "inside a label, dot": "https://shop-a.b-team.preview.example.org",
    "inside a label, underscore": "https://shop-a_b-team.preview.example.org",
    "inside a label, upper case": "https://shop-A-team.preview.example.org",
    "inside a label, subdomain": "https://x.shop-a-team.preview.example.org",
    "inside a label, suffix": "https://shop-a-team.preview.example.org.evil.com",
    "inside a label, glued": "https://evilshop-a-team.preview.example.org",
    "inside a label, port": "https://shop-a-team.preview.example.org:8443",
    "inside a label, label of 63": f"https://shop-{'a' * 53}-team.preview.example.org",
    "inside a label, label of 64": f"https://shop-{'a' * 54}-team.preview.example.org",
    "ports, none": "http://127.0.0.1",
    "ports, one": "http://127.0.0.1:1",
    "ports, any": "http://127.0.0.1:54321",
    "ports, last": "http://127.0.0.1:65535",
    "ports, too large": "http://127.0.0.1:65536",
    "ports, default": "http://127.0.0.1:80",
    "ports, like the default": "http://127.0.0.1:8",
    "ports, zero": "http://127.0.0.1:0",
    "ports, leading zero": "http://127.0.0.1:080",
    "ports, https": "https://127.0.0.1:8080",
    "stranger": "https://evil.example",
    "null": "null",
    "upper case": APP.upper(),
    "scheme in upper case": APP.replace("https", "HTTPS"),
    "default port": f"{APP}:443",
    "other port": f"{APP}:8443",
    "http": APP.replace("https", "http"),
    "suffix": f"{APP}.evil.com",
    "glued": "https://evilapp.example.com",
    "subdomain": "https://x.app.example.com",
    "dot": "https://appxexample.com",
    "slash": f"{APP}/",
    "userinfo": "https://u@app.example.com",
    "comma": f"{APP}, https://evil.example",
    "blank": f"{APP} https://evil.example",
    "two listed": f"{APP} {PORTED}",
    "quotes": f'"{APP}"',
    "dollar": "https://$http_host",
    "star": "*",
    "variable": "{http.request.host}",
    "not ASCII": "https://\xe4pp.example.com",
    "long": "https://" + "a" * 2000 + ".example.com",
}

PATHS = (
    "/api", "/api/", "/api/items", "/api/items?x=/public", "/apiary", "/apiary/x", "/API/items", "/api.json",
    "/apI/items", "/api/admin", "/api/admin/", "/api/admin/users", "/api/administrators", "/api/ADMIN/users",
    "/public/x", "/publication", "/health", "/health/", "/health/deep", "/healthy", "/HEALTH", "/hands",
    "/hands/items", "/hands/nothing", "/handshake", "/prices", "/prices/", "/price", "/mixed/x", "/rest/x", "/",
    "//api/items", "/api//items", "/./api/items", "/x/../api/items", "/public/../api/items",
    "/public/%2e%2e/api/items", "/public/..%2fapi/items", "/%61pi/items", "/api%2fitems", "/api/%2e%2e/public/x",
    "/api/caf%C3%A9", "/api/caf%c3%a9", "/api/a%20b", "/api/a;b=c", "/api/a'b", "/api/a$b", "/api/a|b",
    "/api/..admin/x", "/api/.../x", "/api/.well-known", "/api/%00", "/api/x%", "/api/admin%2fusers",
    "/api/%61dmin/users", "/api/x?a=%2e%2e", "/api?", "/health?x", "/prices?", "/api/" + "a/" * 3000, "/api/" + "%20" * 2000,
)  # fmt: skip


class Case(NamedTuple):
    """One request."""

    name: str
    method: str
    path: str
    headers: Headers

    @property
    def is_preflight(self) -> bool:
        values = dict(self.headers)
        return self.method == "OPTIONS" and bool(
            values.get("Origin") and values.get("Access-Control-Request-Method")
        )


def preflight(
    name: str, origin: str, path: str = "/api/items", *more: tuple[str, str], method: str = "PUT"
) -> Case:
    asked = (("Origin", origin), ("Access-Control-Request-Method", method))
    return Case(f"preflight, {name}", "OPTIONS", path, (*asked, *more))


def actual(name: str, origin: str | None, path: str = "/api/items", method: str = "GET") -> Case:
    return Case(f"{method}, {name}", method, path, (("Origin", origin),) if origin is not None else ())


def cases() -> Iterator[Case]:
    yield from _of_origins_and_paths()
    yield from _of_methods_and_headers()
    yield from _of_what_is_no_preflight()
    yield from _of_responses()


def _of_origins_and_paths() -> Iterator[Case]:
    for name, origin in ORIGINS.items():
        yield preflight(f"origin {name}", origin)
        yield actual(f"origin {name}", origin)
    for name in ("listed", "stranger", "null", "long", "reader", "pattern"):
        yield preflight(f"anyone, origin {name}", ORIGINS[name], "/public/x")
        yield actual(f"anyone, origin {name}", ORIGINS[name], "/public/x")
        yield preflight(f"mixed, origin {name}", ORIGINS[name], "/mixed/x")
        yield actual(f"mixed, origin {name}", ORIGINS[name], "/mixed/x")
    for path in PATHS:
        yield preflight(f"path {path}", APP, path)
        yield actual(f"path {path}", APP, path)
    for path in ("/api/admin/users", "/hands/items", "/prices", "/health"):
        for origin in (PORTED, HANDS, READER):
            yield preflight(f"path {path}, {origin}", origin, path)
            yield actual(f"path {path}, {origin}", origin, path)


def _of_methods_and_headers() -> Iterator[Case]:
    for method in ("GET", "PATCH", "put", "X-STRANGE", "*", "A B", "$a", "{b}"):
        yield preflight(f"method {method}", APP, method=method)
    for names in ("content-type", "x-secret", "*", "a, b;c", "x" * 3000, "", "authorization,content-type"):
        yield preflight(f"header {names[:20]}", APP, "/api/items", ("Access-Control-Request-Headers", names))
    yield preflight("private network", APP, "/api/items", ("Access-Control-Request-Private-Network", "true"))
    yield preflight("with a body", APP, "/api/items", ("Content-Length", "0"))


def _of_what_is_no_preflight() -> Iterator[Case]:
    yield Case("OPTIONS alone", "OPTIONS", "/api/items", ())
    yield Case("OPTIONS with Origin", "OPTIONS", "/api/items", (("Origin", APP),))
    yield Case("OPTIONS as if asked", "OPTIONS", "/api/items", (("Access-Control-Request-Method", "PUT"),))
    yield preflight("empty origin", "")
    yield preflight("empty method", APP, method="")
    yield actual("empty origin", "")
    yield Case(
        "GET as if asked", "GET", "/api/items", (("Origin", APP), ("Access-Control-Request-Method", "PUT"))
    )
    yield Case("HEAD", "HEAD", "/api/items", (("Origin", APP),))


def _of_responses() -> Iterator[Case]:
    for path in ("/api/items", "/public/x", "/hands/items", "/rest/x", "/mixed/x"):
        yield actual(f"no origin {path}", None, path)
    for status in (301, 302, 308, 400, 401, 403, 404, 409, 410, 413, 418, 422, 429, 500, 502, 503, 504):
        yield actual(f"status {status}", APP, f"/api/{status}")
        yield actual(f"status {status}, stranger", "https://evil.example", f"/api/{status}")
    yield actual("an exception", APP, "/api/boom")
    yield actual("unknown URL", APP, "/api/admin-nothing")
    yield actual("method that the route lacks", APP, "/hands/items", "DELETE")
    for path in (
        "/api/vary",
        "/api/vary2",
        "/public/vary",
        "/api/own",
        "/public/own",
        "/rest/own",
        "/hands/own",
    ):
        for name in ("listed", "stranger"):
            yield actual(f"{path}, {name}", ORIGINS[name], path)
        yield actual(f"{path}, no origin", None, path)
    # Gated like a write: Vary then names all that the gate looks at.
    for name in ("listed", "stranger", "reader", "null"):
        yield actual(f"strict_get, {name}", ORIGINS[name], "/api/report")
        yield preflight(f"strict_get, {name}", ORIGINS[name], "/api/report")
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        yield actual("listed", APP, "/api/items", method)
        yield actual("stranger", "https://evil.example", "/api/items", method)


CORS = (
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-expose-headers",
    "access-control-max-age",
)


class Seen(NamedTuple):
    """What a browser could tell of an answer."""

    status: int
    cors: tuple[tuple[str, tuple[str, ...]], ...]
    vary: frozenset[str]
    others: tuple[tuple[str, str], ...]


def ask(port: int, case: Case) -> Seen:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        return exchange(connection, case)
    finally:
        connection.close()


def ask_all(port: int, cases: Iterable[Case]) -> list[Seen]:
    """Ask over one connection, which some engines close now and then."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    seen = []
    try:
        for case in cases:
            try:
                seen.append(exchange(connection, case))
            except (http.client.HTTPException, OSError):
                connection.close()
                seen.append(exchange(connection, case))
    finally:
        connection.close()
    return seen


def exchange(connection: http.client.HTTPConnection, case: Case) -> Seen:
    connection.putrequest(case.method, case.path, skip_accept_encoding=True, skip_host=True)
    connection.putheader("Host", "api.example.com")
    for name, value in case.headers:
        connection.putheader(name, value.encode("latin-1"))
    connection.endheaders()
    response = connection.getresponse()
    response.read()
    return seen_of(response.status, response.getheaders())


def seen_of(status: int, headers: Any) -> Seen:
    lower = [(name.lower(), value) for name, value in headers]
    cors = tuple(
        (name, values) for name in CORS if (values := tuple(value for key, value in lower if key == name))
    )
    vary = {part.strip().lower() for name, value in lower if name == "vary" for part in value.split(",")}
    return Seen(
        status,
        cors,
        frozenset(vary - {""}),
        tuple(sorted(pair for pair in lower if pair[0] in {"x-total-count", "x-secret"})),
    )
