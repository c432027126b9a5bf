"""Envoy: routes, without its own filter for CORS, which sends no ``Vary`` and knows no refused preflight."""

import json
from collections.abc import Iterator
from typing import Any, Final

from crossguard.core.issues import shown
from crossguard.core.origins import DEFAULT_PORTS
from crossguard.edge.origin_patterns import shape_of
from crossguard.edge.part import Order, Part
from crossguard.edge.paths import CHARS, escaped
from crossguard.edge.refusal import ExportRefusedError, Obstacle
from crossguard.edge.tables import CORS_HEADERS, Answers, Description, Fields, Grant, Route

NOTES: Final = (
    "Envoy lets in an Origin that fits a pattern and has a label of over 63 characters; no page has one.",
    "Envoy tries listed origins one by one: 10,000 cost about a millisecond a preflight.",
)

_Json = dict[str, Any]

_TYPE: Final = "type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3"
_FILTER: Final = "envoy.filters.http.header_mutation"
_ORIGIN: Final = "%REQ(origin)%"
# Envoy refuses an expression that compiles to more than 100 instructions, so conditions are taken apart.
_MOST_INSTRUCTIONS: Final = 100
# Each character of a path or a pattern is one; what is written around it takes at most so many more.
_AROUND_PATH, _AROUND_PATTERN, _AROUND_PORTS = 16, 11, 22
_PLAIN_CHARS: Final = rf"{CHARS}+([?].*)?"
_EMPTY_SEGMENT: Final = "[^?]*//.*"
_DOT_SEGMENT: Final = "[^?]*/[.][.]?([/?].*)?"
_LARGE_PORT: Final = ".*:(6553[6-9]|655[4-9][0-9]|65[6-9][0-9]{2}|6[6-9][0-9]{3}|[7-9][0-9]{4})"


def write_envoy(description: Description, order: Order) -> list[Part]:
    """Return the routes, and in mode full the filter that they need.

    Raises:
        ExportRefusedError: an expression would be longer than Envoy takes.
    """
    _refuse(description)
    full = order.mode == "full"
    routes = [
        found
        for route in description.routes
        if route.answers is not None
        for found in _routes(description, route, route.answers, order)
    ]
    place = "at the front of the virtual host's routes; JSON is YAML"
    if full:
        place += (
            ". They lead to the application themselves: give them the timeouts and upgrades of your own route"
        )
    parts = [Part("crossguard-routes.yaml", place, json.dumps(routes, indent=1))]
    if full:
        settings = {
            "name": _FILTER,
            "typed_config": {"@type": f"{_TYPE}.HeaderMutation", "mutations": {}},
        }
        parts.append(
            Part(
                "crossguard-filter.yaml",
                "the first of http_filters, so that it sees the answers of all others",
                json.dumps(settings, indent=1),
            )
        )
    return parts


def _refuse(description: Description) -> None:
    left = [route.path for route in description.routes if route.answers is None]
    patterns = [pattern for origins in description.lists for pattern in origins.patterns]
    sizes = [(path, len(path) + _AROUND_PATH) for path in left]
    sizes += [
        (pattern, len(pattern) + (_AROUND_PORTS if pattern.endswith(":*") else _AROUND_PATTERN))
        for pattern in patterns
    ]
    obstacles = [
        Obstacle(
            shown(text), "Envoy does not take an expression as long as this needs.", "use a shorter name."
        )
        for text, size in sizes
        if size > _MOST_INSTRUCTIONS
    ]
    if obstacles:
        raise ExportRefusedError(obstacles)


def _routes(description: Description, route: Route, answers: Answers, order: Order) -> Iterator[_Json]:
    full = order.mode == "full"
    base = _match(description, route)
    asks = [
        {"name": ":method", "string_match": {"exact": "OPTIONS"}},
        _header("access-control-request-method", ".+"),
        _header("origin", ".+"),
    ]
    answer = {"direct_response": {"status": 204}}
    for grant in answers.grants:
        fields = _allow(grant) | grant.preflight | {"Vary": answers.vary}
        for origins in _origins(grant, answers):
            yield _route(base, [*origins, *asks], answer, fields, full=full)
    yield _route(base, asks, answer, {"Vary": answers.vary}, full=full)
    if not full:
        return
    onward = {"route": {"cluster": order.upstream}}
    for grant in answers.grants:
        for origins in _origins(grant, answers):
            yield _route(
                base, origins, onward, _allow(grant) | grant.actual, full=True, vary=not answers.constant
            )
    if not answers.constant:
        yield _route(base, [], onward, {}, full=True, vary=True)


def _match(description: Description, route: Route) -> _Json:
    """Return the match of a path, without the narrower ones that are the application's."""
    headers = [
        _header(":path", _PLAIN_CHARS),
        _not(":path", _EMPTY_SEGMENT),
        _not(":path", _DOT_SEGMENT),
    ]
    for other in description.routes:
        if other == route:
            break
        inside = other.path.startswith(f"{route.path}/") or other.path == route.path
        if other.answers is None and route.below and inside:
            below = "(/.*)?" if other.below else ""
            headers.append(_not(":path", f"{escaped(other.path)}{below}([?].*)?"))
    if not route.below:
        return {"path": route.path, "headers": headers}
    if not route.path:
        return {"prefix": "/", "headers": headers}
    return {"path_separated_prefix": route.path, "headers": headers}


def _route(  # noqa: PLR0913 - two of them by name
    base: _Json, headers: list[_Json], action: _Json, fields: Fields, *, full: bool, vary: bool = False
) -> _Json:
    # What differs from route to route comes first: it ends most comparisons before an expression is run.
    found: _Json = {"match": base | {"headers": [*headers, *base["headers"]]}, **action}
    written = [_field(name, value, "OVERWRITE_IF_EXISTS_OR_ADD") for name, value in fields.items()]
    if not full:
        return found | {"response_headers_to_add": written}
    mutations: list[_Json] = [{"remove": name} for name in CORS_HEADERS]
    mutations += [{"append": field} for field in written]
    if vary:
        mutations.append({"append": _field("Vary", "Origin", "APPEND_IF_EXISTS_OR_ADD")})
    settings = {"@type": f"{_TYPE}.HeaderMutationPerRoute", "mutations": {"response_mutations": mutations}}
    return found | {"typed_per_filter_config": {_FILTER: settings}}


def _origins(grant: Grant, answers: Answers) -> Iterator[list[_Json]]:
    """Yield the header matches of a grant; one of them has to hold."""
    if grant.origins is None:
        yield [] if answers.constant else [_header("origin", ".+")]
        return
    for origin in grant.origins.exact:
        yield [{"name": "origin", "string_match": {"exact": origin}}]
    for pattern in grant.origins.patterns:
        shape = shape_of(pattern)
        port = "(:[1-9][0-9]{0,4})?" if shape.port == ":*" else shape.port
        found = [_header("origin", f"{shape.scheme}://{shape.host}{port}")]
        if shape.port == ":*":
            found.append(_not("origin", f".*:{DEFAULT_PORTS[shape.scheme]}"))
            found.append(_not("origin", _LARGE_PORT))
        yield found


def _header(name: str, expression: str) -> _Json:
    return {"name": name, "string_match": {"safe_regex": {"regex": expression}}}


def _not(name: str, expression: str) -> _Json:
    return _header(name, expression) | {"invert_match": True}


def _field(name: str, value: str, action: str) -> _Json:
    # What is no format of Envoy's own is written with two percent signs.
    text = value if value == _ORIGIN else value.replace("%", "%%")
    return {"header": {"key": name, "value": text}, "append_action": action}


def _allow(grant: Grant) -> Fields:
    return {CORS_HEADERS[0]: "*" if grant.origins is None else _ORIGIN}
