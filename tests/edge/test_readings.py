"""Where the edge decides, every way in which an application is mounted reads the path alike."""

import asyncio
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crossguard.asgi import Crossguard as AsgiCrossguard
from crossguard.cli.application import _described
from crossguard.edge.application import Application
from crossguard.edge.description import describe
from crossguard.edge.refusal import ExportRefusedError
from crossguard.edge.tables import Answers
from crossguard.wsgi import Crossguard

ORIGIN = "https://app.example.com"
SEGMENTS = ("app", "api", "x")
PATHS = [
    "/" + "/".join(parts) + end
    for length in range(4)
    for parts in product(SEGMENTS, repeat=length)
    for end in ("", "/")
    if length or not end
]
KEYS = st.builds(
    lambda parts, end: "".join(f"/{part}" for part in parts) + end or "/",
    st.lists(st.sampled_from(SEGMENTS), max_size=3),
    st.sampled_from(["", "/*"]),
)
MOUNTS = st.sampled_from(["/app", "/api", "/app/api", "/x/"])

Asked = dict[str, Any]


@settings(max_examples=300)
@given(
    keys=st.lists(KEYS, min_size=1, max_size=4, unique=True),
    mounts=st.lists(MOUNTS, max_size=2, unique=True),
    mount=st.just("") | MOUNTS,
)
def test_a_preflight_gets_the_answer_of_the_application(
    keys: list[str], mounts: list[str], mount: str
) -> None:
    # Each has a number of seconds of its own, by which it is recognised.
    resources = {key: {"origins": [ORIGIN], "max_age": number} for number, key in enumerate(keys, 1)}
    guard = Crossguard(lambda _, start: start("404 Not Found", []) and [], resources=resources, mounts=mounts)
    asgi = AsgiCrossguard(not_found, resources=resources, mounts=mounts)
    for kind, one in (("wsgi", guard), ("asgi", asgi)):
        (application,) = _described(one)
        for below, path, answers in decided(application, mount):
            wanted = answers.grants[0].preflight["Access-Control-Max-Age"]
            root = mount.rstrip("/")
            if kind == "wsgi":
                seen = [of_wsgi(guard, below, ""), of_wsgi(guard, below, root)]
            else:
                seen = [of_asgi(asgi, below, ""), of_asgi(asgi, path, root)]
            assert seen == [wanted, wanted], (kind, path, resources, mounts)


def decided(application: Application, mount: str) -> list[tuple[str, str, Answers]]:
    """Return what the edge decides: paths below the application, as they are asked for, and the answers."""
    try:
        routes = describe(application, mounts=[mount] if mount else []).routes
    except ExportRefusedError:
        return []
    found = []
    for below in PATHS:
        path = mount.rstrip("/") + below
        for route in routes:
            if path == route.path or (route.below and path.startswith(f"{route.path}/")):
                if route.answers is not None:
                    found.append((below, path, route.answers))
                break
    return found


def of_wsgi(guard: Crossguard, path: str, root: str) -> str | None:
    """Return how long a preflight may be kept, if it was answered; *root* is told beside the path."""
    found: Asked = {}

    def start(_: str, headers: list[tuple[str, str]], *__: object) -> Any:
        found.update(headers)
        return found.update

    environ = {
        "REQUEST_METHOD": "OPTIONS",
        "PATH_INFO": path,
        "SCRIPT_NAME": root,
        "HTTP_ORIGIN": ORIGIN,
        "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "PUT",
        "wsgi.url_scheme": "http",
        "HTTP_HOST": "api.example.com",
    }
    list(guard(environ, start))  # type: ignore[arg-type]
    return found.get("Access-Control-Max-Age")


def of_asgi(guard: AsgiCrossguard, path: str, root: str) -> str | None:
    """Return the same of an application whose server leaves the mount in the path."""
    found: Asked = {}
    scope = {
        "type": "http",
        "method": "OPTIONS",
        "path": path,
        "raw_path": path.encode(),
        "root_path": root,
        "scheme": "http",
        "query_string": b"",
        "http_version": "1.1",
        "headers": [
            (b"host", b"api.example.com"),
            (b"origin", ORIGIN.encode()),
            (b"access-control-request-method", b"PUT"),
        ],
    }

    async def send(message: Any) -> None:
        found.update((name.decode().lower(), value.decode()) for name, value in message.get("headers", ()))

    asyncio.run(guard(scope, receive, send))
    return found.get("access-control-max-age")


async def receive() -> Any:
    return {"type": "http.request", "body": b"", "more_body": False}


async def not_found(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})
