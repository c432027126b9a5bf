"""nginx: maps for ``http``, directives for ``server``. Lists of origins are hashed, however long."""

from collections.abc import Iterable, Iterator
from typing import Final

from crossguard.core.origins import MAX_ORIGIN_LENGTH
from crossguard.edge.part import INLINE, Order, Part
from crossguard.edge.paths import PLAIN, path_expression
from crossguard.edge.refusal import ExportRefusedError, Obstacle
from crossguard.edge.tables import CORS_HEADERS, Answers, Description, Grant, OriginList

#: What ``verify`` may find and no browser can see.
NOTES: Final = (
    "nginx before 1.23 takes the first of several Origin lines, the library none; browsers send one.",
)

# A key of a map, with what nginx keeps beside it, has to fit a bucket; the default is a cache line, 64.
_LONGEST_KEY: Final = 40
_LONG_KEY: Final = 100
_BUCKETS: Final = (128, 512)

_LOCATIONS: Final = (
    "add_header here replaces what an outer block adds, and is replaced by a location that has an\n"
    "# add_header of its own"
)


def write_nginx(description: Description, order: Order) -> list[Part]:
    """Return the parts: maps, directives, and lists.

    Raises:
        ExportRefusedError: a value cannot be written for nginx.
    """
    _refuse(description)
    lists = [_list_part(number, origins, order) for number, origins in _numbered(description.lists)]
    http = "\n".join(_http(description, order))
    server = "\n".join(_server(order))
    return [
        Part("crossguard-http.conf", "include it in http { }", http),
        Part("crossguard-server.conf", "include it in server { }, before the locations", server),
        *(part for part in lists if part is not None),
    ]


def _refuse(description: Description) -> None:
    obstacles = []
    for answers in description.policies:
        for grant in answers.grants:
            for name, value in (*grant.preflight.items(), *grant.actual.items()):
                if "$" in value:
                    obstacles.append(
                        Obstacle(
                            answers.title, f"{name}: nginx reads $ as a variable.", "rename what has a $."
                        )
                    )
    for origins in description.lists:
        lower = [origin.lower() for origin in origins.exact]
        if len(set(lower)) < len(lower):
            obstacles.append(
                Obstacle(
                    "origins",
                    "two of them differ in letter case only, which nginx takes for the same key.",
                    "keep one of them.",
                )
            )
    if obstacles:
        raise ExportRefusedError(obstacles)


def _http(description: Description, order: Order) -> Iterator[str]:
    longest = max((len(origin) for origins in description.lists for origin in origins.exact), default=0)
    if longest > _LONGEST_KEY:
        yield "# An origin is longer than the default takes. If http { } has this line, keep the larger."
        yield f"map_hash_bucket_size {_BUCKETS[longest > _LONG_KEY]};"
    yield "# The path, if it is plain: on every other one the application answers alone."
    yield from _map("$request_uri", "path", [(f"~^({PLAIN})([?]|\\z)", "$1")])
    yield "# The policy of the path, narrowest first."
    yield from _map(
        "$crossguard_path",
        "policy",
        [
            ("~" + path_expression(route.path, below=route.below, end="\\z"), _id(description, route.answers))
            for route in description.routes
        ],
    )
    yield "# Lists of origins. Keys ignore letter case: what is found must be what was sent, byte for byte."
    for number, origins in _numbered(description.lists):
        yield from _list_maps(number, origins, order)
    yield from _map("$http_origin", "any", [(f"~^.{{1,{MAX_ORIGIN_LENGTH}}}\\z", "1")])
    yield "# Which origins of the policy this one belongs to."
    variables = "".join(f":$crossguard_o{number}" for number, _ in _numbered(description.lists))
    yield from _map(f"$crossguard_policy{variables}:$crossguard_any", "grant", _grant_rows(description))
    yield "# A preflight: OPTIONS with Origin and Access-Control-Request-Method."
    yield from _map("$request_method $http_access_control_request_method", "asks", [("~^OPTIONS .", "1")])
    yield from _map("$crossguard_asks:$http_origin", "preflight", [("~^1:.", "1")])
    yield from _map("$crossguard_preflight:$crossguard_policy", "answer", [("~^1:(p.+)\\z", "$1")])
    yield "# The headers; an empty value is not sent."
    yield from _header_maps(description, order)


def _list_maps(number: int, origins: OriginList, order: Order) -> Iterator[str]:
    rows = [(f"~^(?=.{{1,{MAX_ORIGIN_LENGTH}}}\\z){text}\\z", "$http_origin") for text in origins.expressions]
    if _is_apart(origins, order):
        yield f"map $http_origin $crossguard_o{number}_found {{"
        yield '    default "";'
        yield f'    include "{order.folder}/{_list_name(number)}";'
        yield from (f'    "{key}" {value};' for key, value in rows)
        yield "}"
    else:
        exact = [(origin, f'"{origin}"') for origin in origins.exact]
        yield from _map("$http_origin", f"o{number}_found", exact + rows)
    yield from _map(f"$crossguard_o{number}_found $http_origin", f"o{number}", [("~^([^ ]+) \\1\\z", "1")])


def _list_part(number: int, origins: OriginList, order: Order) -> Part | None:
    if not _is_apart(origins, order):
        return None
    lines = "\n".join(f'"{origin}" "{origin}";' for origin in origins.exact)
    return Part(_list_name(number), f"as {order.folder}/{_list_name(number)}", lines)


def _grant_rows(description: Description) -> Iterator[tuple[str, str]]:
    numbers = {origins: number for number, origins in _numbered(description.lists)}
    for answers in description.policies:
        for place, grant in enumerate(answers.grants, 1):
            start = f"~^{_id(description, answers)}:"
            if grant.origins is not None:
                number = numbers[grant.origins]
                start += "1?:" * (number - 1) + "1:"
            elif not answers.constant:
                start += "1?:" * len(numbers) + "1\\z"
            yield start, f"{_id(description, answers)}g{place}"


def _header_maps(description: Description, order: Order) -> Iterator[str]:
    full = order.mode == "full"
    for name in CORS_HEADERS:
        rows = [*_field_rows(description, name, full=full)]
        yield from _map("$crossguard_preflight:$crossguard_grant", _short(name), rows)
    rows = [(f"~^1:{_id(description, answers)}:", f'"{answers.vary}"') for answers in description.policies]
    source = "$crossguard_preflight:$crossguard_policy:"
    if full:
        source += "$upstream_http_vary"
        rows.append(("~*^:p[0-9]+:(.*,)?[ \\t]*(origin|[*])[ \\t]*(,|\\z)", '""'))
        rows += [
            (f"~^:{_id(description, answers)}:", '"Origin"')
            for answers in description.policies
            if not answers.constant
        ]
    yield from _map(source, "vary", rows)
    if full:
        yield "# Without a policy the application's own headers are put back: hiding is unconditional."
        for name in CORS_HEADERS:
            yield f"map $crossguard_policy $crossguard_out_{_short(name)} {{"
            yield f"    default $crossguard_{_short(name)};"
            yield f'    "" $upstream_http_{name.lower().replace("-", "_")};'
            yield "}"


def _field_rows(description: Description, name: str, *, full: bool) -> Iterator[tuple[str, str]]:
    for answers in description.policies:
        for place, grant in enumerate(answers.grants, 1):
            key = f"{_id(description, answers)}g{place}"
            kinds: list[tuple[str, Grant, bool]] = [("1", grant, True)] + (
                [("", grant, False)] if full else []
            )
            for kind, found, is_preflight in kinds:
                fields = found.preflight if is_preflight else found.actual
                value = '"*"' if found.origins is None else "$http_origin"
                if name != CORS_HEADERS[0]:
                    value = f'"{fields[name]}"' if name in fields else ""
                if value:
                    yield f"{kind}:{key}", value


def _server(order: Order) -> Iterator[str]:
    full = order.mode == "full"
    if full:
        yield f"# {_LOCATIONS}: include this file there once more."
    else:
        yield f"# {_LOCATIONS}; preflights are answered before any location."
    prefix = "out_" if full else ""
    for name in CORS_HEADERS if full else [name for name in CORS_HEADERS if "Expose" not in name]:
        yield f"add_header {name} $crossguard_{prefix}{_short(name)} always;"
    yield "add_header Vary $crossguard_vary always;"
    if full:
        yield from (f"proxy_hide_header {name};" for name in CORS_HEADERS)
    yield "if ($crossguard_answer) { return 204; }"


def _map(source: str, target: str, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f'map "{source}" $crossguard_{target} {{'
    yield '    default "";'
    yield from (f'    "{key}" {value};' for key, value in rows)
    yield "}"


def _numbered(lists: Iterable[OriginList]) -> list[tuple[int, OriginList]]:
    return [*enumerate(lists, 1)]


def _is_apart(origins: OriginList, order: Order) -> bool:
    return order.watched or len(origins.exact) > INLINE


def _list_name(number: int) -> str:
    return f"crossguard-origins-{number}.map"


def _id(description: Description, answers: Answers | None) -> str:
    return '""' if answers is None else f"p{description.policies.index(answers) + 1}"


def _short(name: str) -> str:
    return name.removeprefix("Access-Control-").lower().replace("-", "_")
