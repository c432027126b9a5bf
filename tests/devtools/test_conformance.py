"""One table of requests: the page is told the same under Flask, WSGI and ASGI, word for word."""

import re

import pytest

from tests.devtools.ways import API, LISTED, OTHER, PAGE, SENDERS

STRANGER = "https://stranger.example"
SAME_SITE = {"Sec_Fetch_Site": "same-site"}
CROSS_SITE = {"Sec_Fetch_Site": "cross-site"}

#: By name: the options, the requests, and whose page asks about which method and path.
CASES = {
    "nothing": ({}, [], (PAGE, "GET", "/items")),
    "read": ({}, [("fetch", PAGE, {})], (PAGE, "GET", "/items")),
    "stranger": ({}, [("fetch", STRANGER, {})], (STRANGER, "GET", "/items")),
    "near miss": (
        {"origins": [LISTED]},
        [("fetch", f"{LISTED}:8443", {})],
        (f"{LISTED}:8443", "GET", "/items"),
    ),
    "null": ({}, [("fetch", "null", {})], ("null", "GET", "/items")),
    "preflight": ({}, [("preflight", PAGE, "PUT", "")], (PAGE, "PUT", "/items")),
    "preflight of a stranger": ({}, [("preflight", STRANGER, "PUT", "")], (STRANGER, "PUT", "/items")),
    "method": ({"methods": ["GET"]}, [("preflight", PAGE, "PUT", "")], (PAGE, "PUT", "/items")),
    "header": ({}, [("preflight", PAGE, "GET", "x-a,x-b")], (PAGE, "GET", "/items")),
    "many headers": (
        {},
        [("preflight", PAGE, "GET", ",".join(f"x-{number}" for number in range(200)))],
        (PAGE, "GET", "/items"),
    ),
    "write": (
        {},
        [("preflight", PAGE, "PUT", ""), ("fetch", PAGE, {"method": "PUT", **SAME_SITE})],
        (PAGE, "PUT", "/items"),
    ),
    "refused write": ({}, [("fetch", OTHER, {"method": "POST", **SAME_SITE})], (OTHER, "POST", "/items")),
    "refused write of a stranger": (
        {},
        [("fetch", STRANGER, {"method": "POST", **CROSS_SITE})],
        (STRANGER, "POST", "/items"),
    ),
    "reader that writes": (
        {"origins": [LISTED], "readers": [PAGE]},
        [("fetch", PAGE, {"method": "POST", "Cookie": "session=1", **SAME_SITE})],
        (PAGE, "POST", "/items"),
    ),
    "JSON only": (
        {"json_only": True},
        [("fetch", PAGE, {"method": "POST", "Content_Type": "text/plain", "body": b"a", **SAME_SITE})],
        (PAGE, "POST", "/items"),
    ),
    "report only": (
        {"report_only": True},
        [("fetch", OTHER, {"method": "POST", **SAME_SITE})],
        (OTHER, "POST", "/items"),
    ),
    "missing": ({}, [("fetch", PAGE, {"path": "/missing"})], (PAGE, "GET", "/missing")),
    "crash": ({}, [("fetch", PAGE, {"path": "/crash"})], (PAGE, "GET", "/crash")),
    "no credentials": ({"supports_credentials": False}, [("fetch", PAGE, {})], (PAGE, "GET", "/items")),
    "any origin": (
        {"origins": "*", "supports_credentials": False},
        [("fetch", STRANGER, {"path": "/items?header=X-Total: 1"})],
        (STRANGER, "GET", "/items"),
    ),
    "paths": (
        {"resources": {"/api/*": {"origins": [PAGE]}}},
        [("fetch", PAGE, {"path": "/outside"})],
        (PAGE, "GET", "/outside"),
    ),
    **{
        f"status {status}": (
            {},
            [("fetch", PAGE, {"path": f"/items?status={status}"})],
            (PAGE, "GET", "/items"),
        )
        for status in (400, 401, 403, 404, 405, 410, 422, 429, 500, 502, 503)
    },
    "redirect": (
        {},
        [("fetch", PAGE, {"path": "/items?status=303&header=Location: /items/"})],
        (PAGE, "GET", "/items"),
    ),
    "redirect elsewhere": (
        {},
        [("fetch", PAGE, {"path": "/items?status=302&header=Location: https://id.example/"})],
        (PAGE, "GET", "/items"),
    ),
    "replaced": (
        {},
        [("fetch", PAGE, {"path": "/items?header=Access-Control-Allow-Origin: *"})],
        (PAGE, "GET", "/items"),
    ),
    "cookie": (
        {},
        [("fetch", PAGE, {"path": "/items?header=Set-Cookie: a=1; SameSite=None"})],
        (PAGE, "GET", "/items"),
    ),
}


def told_by(way, options, requests, asked):
    served = way.served(**options)
    for kind, origin, *more in requests:
        if kind == "preflight":
            method, names = more
            served.preflight(origin, method, names=names)
        else:
            (given,) = more
            given = dict(given)
            path, method, body = (
                given.pop("path", "/items"),
                given.pop("method", "GET"),
                given.pop("body", b""),
            )
            headers = tuple((name.replace("_", "-"), value) for name, value in given.items())
            sent = (("Origin", origin), ("Sec-Fetch-Mode", "cors"), *headers)
            served.ask(method, path, sent, body=body)
    origin, method, path = asked
    return plain(served.why(origin, f"{API}{path}", method))


def plain(value):
    """Leave out what differs between two runs, how frameworks write names, and what only Flask knows."""
    if isinstance(value, dict):
        return {
            name: plain(one)
            for name, one in value.items()
            if name not in {"at", "ago_ms", "where", "cookies"}
        }
    if isinstance(value, list):
        pairs = [one for one in value if isinstance(one, list) and len(one) == 2]
        if pairs:
            return sorted([name.lower(), text] for name, text in pairs if name.lower() != "content-type")
        return [plain(one) for one in value]
    if isinstance(value, str):
        # What marks call a route is its endpoint in Flask, and its path elsewhere.
        value = value.replace("'view'", "'/items'").replace(" at view;", " at /items;")
        text = re.sub(r"\((?:\S*/)?ways\.py:\d+\)| at \S*ways\.py:\d+", "", value)
        return re.sub(r"\b(?:app|path /\S+)(?= (?:does|lists|lets|takes))", "policy", text).replace("  ", " ")
    return value


@pytest.mark.parametrize("name", CASES)
def test_the_page_is_told_the_same_under_each(name):
    flask, wsgi, asgi = (told_by(way, *CASES[name]) for way in SENDERS)

    assert wsgi == asgi
    assert flask == wsgi
