"""Caddy: a snippet for a Caddyfile. Lists of origins are looked through one by one."""

from collections.abc import Iterable, Iterator
from typing import Final

from crossguard.core.origins import MAX_ORIGIN_LENGTH
from crossguard.edge.part import Order, Part
from crossguard.edge.paths import PLAIN, path_expression
from crossguard.edge.refusal import ExportRefusedError, Obstacle
from crossguard.edge.tables import CORS_HEADERS, Answers, Description, Fields, Grant, OriginList

NOTES: Final = (
    "Caddy looks through a list of origins one by one: 10,000 cost half a millisecond for each request.",
)

_ORIGIN: Final = "{http.request.header.Origin}"
_ASKED: Final = "{http.request.header.Access-Control-Request-Method}"


def write_caddy(description: Description, order: Order) -> list[Part]:
    """Return the snippet.

    Raises:
        ExportRefusedError: a value cannot be written for Caddy.
    """
    _refuse(description)
    place = (
        "import the file outside of every site, and begin the site's `route { }` with `import crossguard`; "
        "what answers goes into the same route"
    )
    text = "(crossguard) {\n" + "\n".join(f"\t{line}" for line in _snippet(description, order)) + "\n}"
    return [Part("crossguard.caddy", place, text)]


def _refuse(description: Description) -> None:
    obstacles = [
        Obstacle(
            answers.title, f"{name}: Caddy gives quotes and backslashes a meaning.", "rename what has one."
        )
        for answers in description.policies
        for grant in answers.grants
        for name, value in (*grant.preflight.items(), *grant.actual.items())
        if set(value) & set('"`\\')
    ]
    if obstacles:
        raise ExportRefusedError(obstacles)


def _snippet(description: Description, order: Order) -> Iterator[str]:
    yield "# The path, if it is plain: on every other one the application answers alone."
    yield from _map("{http.request.uri}", "path", [(f"~^({PLAIN})([?].*)?$", "${1}")])
    yield "# The policy of the path, narrowest first."
    yield from _map(
        "{crossguard_path}",
        "policy",
        [
            ("~" + path_expression(route.path, below=route.below), _id(description, route.answers))
            for route in description.routes
        ],
    )
    yield "# Lists of origins; of several Origin lines this is all, joined."
    yield from _map(_ORIGIN, "short", [(f"~^.{{1,{MAX_ORIGIN_LENGTH}}}$", "1")])
    for number, origins in enumerate(description.lists, 1):
        yield from _list(number, origins)
    yield "# Which origins of the policy this one belongs to."
    names = ":".join(f"{{crossguard_o{number}}}" for number, _ in enumerate(description.lists, 1))
    source = f"{{crossguard_policy}}:{{crossguard_short}}:{names}"
    yield from _map(source, "grant", _grant_rows(description))
    yield "# Preflights: OPTIONS with Origin and Access-Control-Request-Method."
    yield from _map(_ASKED, "asks", [("~.", "1")])
    yield from _map(_ORIGIN, "origin", [("~.", "1")])
    source = "{http.request.method}:{crossguard_asks}:{crossguard_origin}:{crossguard_policy}"
    yield from _map(source, "answer", [("~^OPTIONS:1:1:(p.+)$", "${1}")])
    # Once for the request, and not again for each matcher.
    yield "vars crossguard_answer {crossguard_answer}"
    yield "vars crossguard_granted {crossguard_answer}:{crossguard_grant}"
    yield "vars crossguard_state {crossguard_policy}:{crossguard_grant}"
    for answers in description.policies:
        yield from _preflights(description, answers)
    if order.mode == "full":
        yield from _responses(description)


def _list(number: int, origins: OriginList) -> Iterator[str]:
    rows = [(origin, "1") for origin in origins.exact]
    rows += [(f"~^{text}$", "1") for text in origins.expressions]
    yield from _map(_ORIGIN, f"o{number}", rows)


def _grant_rows(description: Description) -> Iterator[tuple[str, str]]:
    for answers in description.policies:
        for place, grant in enumerate(answers.grants, 1):
            start = f"~^{_id(description, answers)}:"
            if grant.origins is not None:
                start += "1:" + "1?:" * description.lists.index(grant.origins) + "1(:|$)"
            elif not answers.constant:
                start += "1:"
            yield start, f"{_id(description, answers)}g{place}"


def _preflights(description: Description, answers: Answers) -> Iterator[str]:
    name = _id(description, answers)
    for place, grant in enumerate(answers.grants, 1):
        matcher = f"@crossguard_{name}g{place}_preflight"
        yield f"{matcher} vars {{vars.crossguard_granted}} {name}:{name}g{place}"
        for field, value in (_allow(grant) | grant.preflight).items():
            yield f'header {matcher} {field} "{value}"'
    yield f"@crossguard_{name}_preflight vars {{vars.crossguard_answer}} {name}"
    yield f'header @crossguard_{name}_preflight Vary "{answers.vary}"'
    yield f"respond @crossguard_{name}_preflight 204"


def _responses(description: Description) -> Iterator[str]:
    yield "# Every other answer. Fields are set twice: at once, for what Caddy answers itself, and again when"
    yield "# the application's answer leaves, in place of its own."
    for answers in description.policies:
        name = _id(description, answers)
        if not answers.constant:
            # Caddy lets a request pass that has one of several variables, so each matcher looks at one.
            yield f"@crossguard_{name} vars_regexp {{vars.crossguard_state}} ^{name}:"
            yield f"header @crossguard_{name} +Vary Origin"
        for place, grant in enumerate(answers.grants, 1):
            fields = _allow(grant) | dict(grant.actual)
            matcher = f"@crossguard_{name}g{place}"
            yield f"{matcher} vars {{vars.crossguard_state}} {name}:{name}g{place}"
            yield from (f'header {matcher} {field} "{value}"' for field, value in fields.items())
            yield f"header {matcher} {{"
            yield from (f'\t{field} "{value}"' for field, value in fields.items())
            yield from (f"\t-{field}" for field in CORS_HEADERS if field not in fields)
            yield "\tdefer"
            yield "}"
        yield f"@crossguard_{name}_refused vars {{vars.crossguard_state}} {name}:"
        yield from (f"header @crossguard_{name}_refused -{field}" for field in CORS_HEADERS)


def _map(source: str, target: str, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f'map "{source}" {{crossguard_{target}}} {{'
    yield from (f"\t`{key}` {value or '``'}" for key, value in rows)
    yield '\tdefault ""'
    yield "}"


def _allow(grant: Grant) -> Fields:
    return {CORS_HEADERS[0]: "*" if grant.origins is None else _ORIGIN}


def _id(description: Description, answers: Answers | None) -> str:
    return "" if answers is None else f"p{description.policies.index(answers) + 1}"
