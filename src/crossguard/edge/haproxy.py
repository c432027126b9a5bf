"""HAProxy: rules for a frontend, and lists of origins in files, which are trees in memory."""

from collections.abc import Iterator
from typing import Final

from crossguard.core.origins import MAX_ORIGIN_LENGTH
from crossguard.edge.part import INLINE, Order, Part
from crossguard.edge.paths import PLAIN, path_expression
from crossguard.edge.refusal import ExportRefusedError, Obstacle
from crossguard.edge.tables import CORS_HEADERS, Answers, Description, Fields, Grant, OriginList

NOTES: Final = ()

_ORIGIN: Final = "req.fhdr(origin)"
_POLICY: Final = "var(txn.crossguard_policy)"
_GRANT: Final = "var(txn.crossguard_grant)"
_SET: Final = "http-request set-var"
_FORM: Final = "%[req.fhdr(origin)]"


def write_haproxy(description: Description, order: Order) -> list[Part]:
    """Return the rules and the lists.

    Raises:
        ExportRefusedError: a value cannot be written for HAProxy.
    """
    _refuse(description)
    lists = [
        Part(_list_name(number), f"as {order.folder}/{_list_name(number)}", "\n".join(origins.exact))
        for number, origins in enumerate(description.lists, 1)
        if _is_apart(origins, order)
    ]
    rules = "\n".join(f"    {line}" if line else "" for line in _rules(description, order))
    place = "in the frontend, before every rule that denies, redirects or asks for a password"
    return [Part("crossguard-frontend.cfg", place, rules), *lists]


def _refuse(description: Description) -> None:
    obstacles = [
        Obstacle(answers.title, f"{name}: HAProxy gives quotes, % and # a meaning.", "rename what has one.")
        for answers in description.policies
        for grant in answers.grants
        for name, value in (*grant.preflight.items(), *grant.actual.items())
        if set(value) & set("'\"%#\\$")
    ]
    if obstacles:
        raise ExportRefusedError(obstacles)


def _rules(description: Description, order: Order) -> Iterator[str]:
    yield "# A path that every server reads alike; on every other one the application answers alone."
    yield f"acl crossguard_plain path -m reg '^{PLAIN}$'"
    yield "# The policy of the path, narrowest first."
    for route in description.routes:
        name = "none" if route.answers is None else _id(description, route.answers)
        condition = f"{{ path -m reg '{path_expression(route.path, below=route.below)}' }}"
        unless = f"!{{ {_POLICY} -m found }} " if route != description.routes[0] else ""
        yield f"{_SET}(txn.crossguard_policy) str({name}) if {unless}{condition} crossguard_plain"
    yield "# Lists of origins. fhdr is the whole line, and there must be one: two are not decided here."
    yield "acl crossguard_one req.fhdr_cnt(origin) le 1"
    yield f"acl crossguard_short {_ORIGIN},length le {MAX_ORIGIN_LENGTH}"
    for number, origins in enumerate(description.lists, 1):
        yield from _list_rules(number, origins, order)
    yield "# Which origins of the policy this one belongs to."
    for answers in description.policies:
        yield from _grant_rules(description, answers)
    yield "# Preflights: OPTIONS with Origin and Access-Control-Request-Method."
    yield f"acl crossguard_origin {_ORIGIN} -m len gt 0"
    yield "acl crossguard_asks req.fhdr(access-control-request-method) -m len gt 0"
    preflight = "METH_OPTIONS crossguard_one crossguard_origin crossguard_asks"
    if order.mode == "full":
        yield (
            f"{_SET}(txn.crossguard_preflight) str(1) if {preflight} {{ {_POLICY} -m found }} "
            f"!{{ {_POLICY} -m str none }}"
        )
    for answers in description.policies:
        name = _id(description, answers)
        for place, grant in enumerate(answers.grants, 1):
            fields = _allow(grant, _FORM) | dict(grant.preflight) | {"Vary": answers.vary}
            headers = " ".join(f'hdr {field} "{value}"' for field, value in fields.items())
            condition = f"{preflight} {{ {_GRANT} -m str {name}g{place} }}"
            yield f"http-request return status 204 {headers} if {condition}"
        yield (
            f'http-request return status 204 hdr Vary "{answers.vary}" if {preflight} '
            f"{{ {_POLICY} -m str {name} }}"
        )
    if order.mode == "full":
        yield from _responses(description)


def _list_rules(number: int, origins: OriginList, order: Order) -> Iterator[str]:
    name = f"crossguard_o{number}"
    if _is_apart(origins, order):
        yield f"acl {name} {_ORIGIN} -m str -f {order.folder}/{_list_name(number)}"
    else:
        yield from (f"acl {name} {_ORIGIN} -m str '{origin}'" for origin in origins.exact)
    yield from (f"acl {name} {_ORIGIN} -m reg '^{text}$'" for text in origins.expressions)
    if not origins.exact and not origins.patterns:
        yield f"acl {name} always_false"


def _grant_rules(description: Description, answers: Answers) -> Iterator[str]:
    name = _id(description, answers)
    for place, grant in enumerate(answers.grants, 1):
        condition = f"crossguard_one {{ {_POLICY} -m str {name} }}"
        if grant.origins is not None:
            condition += f" crossguard_short crossguard_o{description.lists.index(grant.origins) + 1}"
        elif not answers.constant:
            condition += f" crossguard_short {{ {_ORIGIN} -m len gt 0 }}"
        if place > 1:
            condition += f" !{{ {_GRANT} -m found }}"
        yield f"{_SET}(txn.crossguard_grant) str({name}g{place}) if {condition}"


def _responses(description: Description) -> Iterator[str]:
    yield "# Every other answer, those that HAProxy makes itself included."
    yield f"{_SET}(txn.crossguard_origin) {_ORIGIN} if {{ {_GRANT} -m found }}"
    yield "http-request unset-var(txn.crossguard_policy) if !crossguard_one"
    yield f"acl crossguard_governed {_POLICY} -m reg '^p'"
    yield "acl crossguard_preflight var(txn.crossguard_preflight) -m found"
    yield "acl crossguard_varies res.hdr(Vary) -m str -i origin *"
    for field in CORS_HEADERS:
        yield f"http-after-response del-header {field} if crossguard_governed !crossguard_preflight"
    for answers in description.policies:
        name = _id(description, answers)
        for place, grant in enumerate(answers.grants, 1):
            fields = _allow(grant, "%[var(txn.crossguard_origin)]") | dict(grant.actual)
            for field, value in fields.items():
                condition = f"!crossguard_preflight {{ {_GRANT} -m str {name}g{place} }}"
                yield f'http-after-response set-header {field} "{value}" if {condition}'
        if not answers.constant:
            condition = f"!crossguard_preflight !crossguard_varies {{ {_POLICY} -m str {name} }}"
            yield f"http-after-response add-header Vary Origin if {condition}"


def _allow(grant: Grant, form: str) -> Fields:
    return {CORS_HEADERS[0]: "*" if grant.origins is None else form}


def _is_apart(origins: OriginList, order: Order) -> bool:
    return order.watched or len(origins.exact) > INLINE


def _list_name(number: int) -> str:
    return f"crossguard-origins-{number}.lst"


def _id(description: Description, answers: Answers) -> str:
    return f"p{description.policies.index(answers) + 1}"
