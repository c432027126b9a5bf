"""The vectors of the write gate: reading them, and turning one into options, facts or a WSGI environ."""

import json
from pathlib import Path
from typing import Any

from crossguard.core.request import RouteMarks, WriteFacts

Json = dict[str, Any]

_FILE = json.loads((Path(__file__).parent / "data" / "write-gate.json").read_text(encoding="utf-8"))
_BASE: Json = _FILE["base_config"]

#: The kinds that are requests, and so pass through the gate.
GATED = ("write", "websocket", "token", "content")


def vectors(*kinds: str) -> list[Json]:
    """Return the vectors of *kinds*, each with its configuration completed."""
    found = [vector for vector in _FILE["vectors"] if vector["kind"] in kinds]
    return [vector | {"config": _BASE | vector.get("config", {})} for vector in found]


def kinds() -> set[str]:
    return {vector["kind"] for vector in _FILE["vectors"]}


def options(vector: Json) -> dict[str, object]:
    """Return the options that say what a vector's configuration says, without its routes."""
    config = vector["config"]
    return {
        "origins": [*config["trusted"], *config.get("wildcards", ())],
        "readers": config["readers"],
        "supports_credentials": True,
        "public_origins": config["public_origins"],
        "auth_cookies": config["auth_cookies"],
        "on_missing": config["on_missing"],
        "ws_on_missing": config["ws_on_missing"],
        "token": config["token"],
        "wildcard_writes": config.get("wildcard_writes", False),
        "json_only": vector["kind"] == "content",
    }


def marks(vector: Json) -> RouteMarks:
    """Return what the configuration says of the path; the adapter matches routes, not this."""
    config, path = vector["config"], vector["request"]["path"]
    return RouteMarks(
        exempt=path in config["exempt"],
        public=path in config["public"],
        strict_get=path in config.get("strict_get", ()),
    )


def facts(vector: Json) -> WriteFacts:
    """Return the facts that an adapter would find, a trusted proxy's work included."""
    request = vector["request"]
    headers = {name.lower(): value for name, value in request["headers"].items()}
    scheme, host = request["scheme"], request["host"]
    if vector["config"]["trust_forwarded"]:
        scheme = headers.get("x-forwarded-proto", scheme)
        host = headers.get("x-forwarded-host", host)
    return WriteFacts(
        method=request["method"],
        scheme=scheme,
        host=host,
        origin=headers.get("origin"),
        fetch_site=headers.get("sec-fetch-site"),
        referer=headers.get("referer"),
        authorization=headers.get("authorization"),
        cookie=headers.get("cookie"),
        websocket=vector["kind"] == "websocket",
        content_type=headers.get("content-type"),
        content_length=headers.get("content-length"),
        transfer_encoding=headers.get("transfer-encoding"),
    )
