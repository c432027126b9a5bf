"""Kubernetes Gateway API: rules of an HTTPRoute, with its filter CORS (Standard since 1.5)."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from crossguard.core.names import NORMALIZED_METHODS
from crossguard.edge.part import Order, Part
from crossguard.edge.refusal import ExportRefusedError, Obstacle
from crossguard.edge.tables import CORS_HEADERS, Answers, Description, Grant

NOTES: Final = (
    "A gateway lets * in https://*.example.com stand for any text; what is no host name, no browser sends.",
    "Answers to preflights have no Vary; browsers keep preflights by origin and do not look at it.",
    "A gateway may decode paths before it compares them; paths as browsers write them are the same.",
    "Implementations differ: ask yours with `crossguard verify`.",
)

# Limits of the filter and of a route (httproute_types.go).
_MOST_ORIGINS: Final = 64
_MOST_RULES: Final = 16
_MOST_NAMES: Final = 64
_METHODS: Final = NORMALIZED_METHODS | {"PATCH", "CONNECT", "TRACE", "*"}
_PATTERN: Final = re.compile(r"https?://(\*\.)?[a-z0-9._-]+(:[0-9]+)?", re.ASCII)


def write_gateway_api(description: Description, order: Order) -> list[Part]:
    """Return the rules.

    Raises:
        ExportRefusedError: the filter cannot hold the policy.
    """
    obstacles = [found for answers in description.policies for found in _obstacles(answers)]
    service, _, port = order.upstream.partition(":")
    if not port.isdigit():
        obstacles.append(
            Obstacle("--upstream", "a route names a service and its port.", "write --upstream api:8000.")
        )
    root = [route for route in description.routes if route.path or route.answers is not None]
    if len(root) > _MOST_RULES:
        obstacles.append(
            Obstacle(
                "the paths", f"{len(root)} rules are needed, a route has {_MOST_RULES}.", "merge policies."
            )
        )
    if obstacles:
        raise ExportRefusedError(obstacles)
    backend = [{"name": service, "port": int(port)}]
    rules = []
    for route in root:
        kind = "PathPrefix" if route.below else "Exact"
        rule: dict[str, Any] = {"matches": [{"path": {"type": kind, "value": route.path or "/"}}]}
        if route.answers is not None:
            rule["filters"] = _filters(route.answers)
        rules.append(rule | {"backendRefs": backend})
    place = "in spec.rules of the HTTPRoute; JSON is YAML"
    return [Part("crossguard-rules.yaml", place, json.dumps(rules, indent=1))]


def _filters(answers: Answers) -> list[dict[str, Any]]:
    grant = answers.grants[0]
    cors: dict[str, Any] = {"allowOrigins": _origins(grant)}
    if "Access-Control-Allow-Credentials" in grant.preflight:
        cors["allowCredentials"] = True
    for name, field, fields in (
        ("allowMethods", "Access-Control-Allow-Methods", grant.preflight),
        ("allowHeaders", "Access-Control-Allow-Headers", grant.preflight),
        ("exposeHeaders", "Access-Control-Expose-Headers", grant.actual),
    ):
        if field in fields:
            cors[name] = fields[field].split(", ")
    cors["maxAge"] = int(grant.preflight["Access-Control-Max-Age"])
    modifier: dict[str, Any] = {"remove": list(CORS_HEADERS)}
    if not answers.constant:
        modifier["add"] = [{"name": "Vary", "value": "Origin"}]
    return [
        {"type": "CORS", "cors": cors},
        {"type": "ResponseHeaderModifier", "responseHeaderModifier": modifier},
    ]


def _origins(grant: Grant) -> list[str]:
    return ["*"] if grant.origins is None else [*grant.origins.exact, *grant.origins.patterns]


def _obstacles(answers: Answers) -> Iterator[Obstacle]:
    title = answers.title
    if len(answers.grants) != 1:
        reason = (
            "it answers origins in two ways (origins and readers)" if answers.grants else "it lists no origin"
        )
        yield Obstacle(title, f"{reason}, and the filter has one list.", "give readers a path of their own.")
        return
    grant = answers.grants[0]
    origins = _origins(grant)
    if len(origins) > _MOST_ORIGINS:
        yield Obstacle(
            title,
            f"it lists {len(origins)} origins, the filter has room for {_MOST_ORIGINS}.",
            "use a pattern.",
        )
    for origin in origins[:_MOST_ORIGINS]:
        if origin != "*" and not _PATTERN.fullmatch(origin):
            yield Obstacle(
                title,
                f"{origin} is of a kind that the filter does not know: a scheme of an app, every port, or a "
                "wildcard inside a label.",
                "list http and https origins one by one.",
            )
    methods = grant.preflight.get("Access-Control-Allow-Methods", "GET").split(", ")
    if others := [name for name in methods if name not in _METHODS]:
        yield Obstacle(
            title, f"the filter does not know the method {others[0]}.", "use one of the standard's."
        )
    for field in ("Access-Control-Allow-Headers", "Access-Control-Expose-Headers"):
        value = grant.preflight.get(field, grant.actual.get(field, ""))
        if value.count(",") >= _MOST_NAMES:
            yield Obstacle(title, f"{field}: the filter has room for {_MOST_NAMES} names.", "list fewer.")
    if int(grant.preflight["Access-Control-Max-Age"]) < 1:
        yield Obstacle(title, "max_age is below 1, the filter's least.", "set max_age to 1 or more.")
