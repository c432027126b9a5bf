"""The policy table as rows: which policy governs which rule and method."""

from collections.abc import Iterator
from typing import NamedTuple

from flask import Flask
from werkzeug.routing import Rule

from crossguard.core.policy import Policy
from crossguard.flask.governing import Governing, Level
from crossguard.flask.table import Table
from crossguard.wsgi.environ import encoded


class PolicyRow(NamedTuple):
    """One rule with the methods that one policy governs.

    Attributes:
        rule: the URL rule.
        methods: the methods, sorted.
        endpoint: the endpoint.
        level: where the policy was found; ``none`` if there is none.
        policy: the policy; None if there is none.
        place: where it stands, as ``file.py:12``.
    """

    rule: str
    methods: tuple[str, ...]
    endpoint: str
    level: Level
    policy: Policy | None
    place: str


def rows_of(app: Flask, table: Table) -> list[PolicyRow]:
    """Return the rows of *table*, with the policies that it holds, sorted by rule."""
    rows = [row for rule in app.url_map.iter_rules() for row in _rows_of(rule, table)]
    return sorted(rows, key=lambda row: (row.rule, row.methods))


def rows_without_policies(app: Flask) -> list[PolicyRow]:
    """Return the rules of an application that has no policy, sorted by rule."""
    return sorted(
        (
            PolicyRow(rule.rule, _methods(rule), rule.endpoint, "none", None, "")
            for rule in app.url_map.iter_rules()
        ),
        key=lambda row: (row.rule, row.methods),
    )


def _methods(rule: Rule) -> tuple[str, ...]:
    return (*sorted((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"}),) or ("OPTIONS",)


def _rows_of(rule: Rule, table: Table) -> Iterator[PolicyRow]:
    groups: dict[tuple[str, int], tuple[Governing, list[str]]] = {}
    for method in _methods(rule):
        governing = table.of_endpoint({"PATH_INFO": encoded(rule.rule)}, rule.endpoint, method)
        groups.setdefault((governing.level, id(governing.policy)), (governing, []))[1].append(method)
    for governing, methods in groups.values():
        policy = governing.policy
        yield PolicyRow(
            rule.rule,
            tuple(methods),
            rule.endpoint,
            governing.level,
            policy,
            policy.place if policy else "",
        )
