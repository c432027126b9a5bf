"""The requests that are timed, and what each must answer before it is worth timing."""

import io
from typing import Any, NamedTuple

LISTED = "https://app.example.com"
OWN = "http://localhost:5000"
STRANGER = "https://stranger.example.net"
BODY = b"ok"

Environ = dict[str, Any]
Scope = dict[str, Any]


class Answer(NamedTuple):
    """What came back: the code, the header lines with names in lower case, and the whole body."""

    status: int
    fields: list[tuple[str, str]]
    body: bytes

    def get(self, name: str) -> str | None:
        """Return the value of a header; two lines of one name are no answer to a browser."""
        values = [value for field, value in self.fields if field == name]
        assert len(values) < 2 or name == "vary", (name, values)
        return ", ".join(values) if values else None


_ASKS = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}

#: By name: the method and the headers.
REQUESTS: dict[str, tuple[str, dict[str, str]]] = {
    "no Origin": ("GET", {}),
    "allowed": ("GET", {"origin": LISTED}),
    "refused": ("GET", {"origin": STRANGER}),
    "write": ("POST", {"origin": LISTED, "sec-fetch-site": "same-site"}),
    "preflight": ("OPTIONS", {"origin": LISTED, **_ASKS}),
}


def environ(method: str, headers: dict[str, str], path: str = "/items") -> Environ:
    """Return a request as a WSGI server passes it on (PEP 3333)."""
    names = {name: "HTTP_" + name.upper().replace("-", "_") for name in headers}
    for name in ("content-type", "content-length"):
        names[name] = name.upper().replace("-", "_")
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "5000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost:5000",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **{names[name]: value for name, value in headers.items()},
    }


def scope(method: str, headers: dict[str, str], path: str = "/items") -> Scope:
    """Return a request as an ASGI server passes it on."""
    fields = {"host": "localhost:5000"} | headers
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in fields.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 5000),
    }


def check(answer: Answer, name: str, contender: str, *, guarded: bool, origin: str = LISTED) -> None:
    """Assert that *contender* answers the request rightly; a wrong answer is not worth timing."""
    told = (contender, name, answer)
    allow_origin = answer.get("access-control-allow-origin")
    if not guarded:
        assert allow_origin is None, told
        assert name == "preflight" or (answer.status, answer.body) == (200, BODY), told
        return
    if name == "preflight":
        assert answer.status in {200, 204}, told
        # A browser compares methods as they are, and header names in any case.
        assert "POST" in _items(answer.get("access-control-allow-methods")), told
        assert "content-type" in _items((answer.get("access-control-allow-headers") or "").lower()), told
    else:
        assert (answer.status, answer.body) == (200, BODY), told
    if name in {"allowed", "write", "preflight"}:
        assert allow_origin == origin, told
        assert answer.get("access-control-allow-credentials") == "true", told
    else:
        # Some answer the origin that they list to whoever asks, which lets nobody else in.
        assert allow_origin in {None, LISTED}, told


def _items(value: str | None) -> set[str]:
    return {item.strip() for item in (value or "").split(",")}
