"""Which policy governs which path of a Flask application, as far as paths can tell; for proxies.

A view or a blueprint can have a policy, and a proxy knows paths only. So each rule of the URL map is
compared with what the paths say: a rule without variables is one path more, and a rule with variables
has to agree with everything that it may reach.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from flask import Flask
from werkzeug.routing import Rule

from crossguard.core.policy import Policy
from crossguard.edge.application import Application, Governed, policy_at
from crossguard.edge.paths import is_plain
from crossguard.edge.refusal import Obstacle
from crossguard.flask.blueprints import Prefixes, declaration_of
from crossguard.flask.table import Table
from crossguard.wsgi.environ import encoded

# No route has it, so it stands for every unknown path below a prefix.
_UNKNOWN: Final = "crossguard-no-such-path"
_BY_PATH: Final = "declare it by path: CORS(app, resources={'/api/*': {…}})."


def describe_flask(app: Flask, table: Table, paths: Iterable[str], prefixes: Prefixes) -> Application:
    """Describe *app*.

    Args:
        app: the application.
        table: its policies.
        paths: the keys of ``resources``.
        prefixes: where its blueprints are mounted.
    """
    described = _Paths(app, table)
    described.add_prefix("")
    for key in paths:
        if key.endswith("/*"):
            described.add_prefix(key[:-2])
        else:
            described.add_path(key)
    for name, blueprint in app.blueprints.items():
        if declaration_of(blueprint) is not None:
            described.add_blueprint(name, prefixes.of(app, name).rstrip("/"))
    described.add_rules()
    return Application(
        described.entries,
        find=described.find,
        obstacles=described.obstacles,
        paths=described.readable(),
        debug=app.debug,
    )


class _Paths:
    """The entries of one application, as they are collected."""

    def __init__(self, app: Flask, table: Table) -> None:
        self._app = app
        self._table = table
        self._found: dict[tuple[str, bool], Policy | None] = {}
        self.obstacles: list[Obstacle] = []
        self._rules = [rule for rule in app.url_map.iter_rules() if not (rule.build_only or rule.websocket)]
        if app.url_map.host_matching or any(rule.subdomain for rule in self._rules):
            self.obstacles.append(
                Obstacle(
                    "the URL map",
                    "policies depend on the host or the subdomain, and the files are for every host.",
                    "give each host an application of its own.",
                )
            )

    @property
    def entries(self) -> list[Governed]:
        """The entries so far, narrowest first."""
        found = [Governed(path, below, policy) for (path, below), policy in self._found.items()]
        return sorted(found, key=lambda entry: (entry.below, -len(entry.path)))

    def find(self, path: str, method: str) -> Policy | None:
        """Return the policy that the application really applies."""
        return self._table.for_preflight({"PATH_INFO": encoded(path), "REQUEST_METHOD": method}, method)

    def _of_endpoint(self, path: str, endpoint: str, method: str) -> Policy | None:
        return self._table.of_endpoint({"PATH_INFO": encoded(path)}, endpoint, method).policy

    def add_prefix(self, path: str, blueprint: str = "") -> None:
        """Add everything below *path*, which a blueprint governs if one is named."""
        endpoint = f"{blueprint}.{_UNKNOWN}" if blueprint else _UNKNOWN
        self._found[path, True] = self._of_endpoint(f"{path}/{_UNKNOWN}", endpoint, "GET")

    def add_path(self, path: str) -> None:
        """Add *path* itself, and the same with a slash behind it, which may be another one."""
        for spelling in (path, f"{path}/") if not path.endswith("/") else (path, path.rstrip("/") or "/"):
            self._found[spelling, False] = self.find(spelling, "GET")

    def add_blueprint(self, name: str, prefix: str) -> None:
        """Add the blueprint *name*, which has a policy."""
        if "<" in prefix:
            self.obstacles.append(
                Obstacle(f"blueprint {name}", f"its prefix {prefix} has variables.", "use a fixed prefix.")
            )
        elif prefix:
            self.add_prefix(prefix, name)

    def add_rules(self) -> None:
        """Compare every rule with what the paths say."""
        variable = []
        for rule in self._rules:
            if "<" in rule.rule:
                variable.append(_Shape.of(rule))
            else:
                self._add_fixed(rule)
        for shape in variable:
            self._check(shape)

    def readable(self) -> list[str]:
        """Return paths that answer a GET without a variable."""
        rules = {rule.rule for rule in self._rules if "GET" in (rule.methods or ()) and "<" not in rule.rule}
        return sorted(path for path in rules if is_plain(path))

    def _add_fixed(self, rule: Rule) -> None:
        policies = [self.find(rule.rule, method) for method in sorted(rule.methods or {"GET"})]
        policies.append(self.find(rule.rule, "GET"))
        if any(policy != policies[0] for policy in policies):
            self._refuse_methods(rule, rule.rule.rstrip("/"))
        elif policies[0] != policy_at(self.entries, rule.rule):
            self.add_path(rule.rule)

    def _refuse_methods(self, rule: Rule, path: str) -> None:
        self.obstacles.append(
            Obstacle(
                f"rule {rule.rule}",
                "its policy depends on the method.",
                "give all methods of the path one policy",
                path,
            )
        )

    def _check(self, shape: "_Shape") -> None:
        rule = shape.rule
        inside = [entry for entry in self.entries if entry.below and _starts(shape.fixed, entry.path)]
        base = max(inside, key=lambda entry: len(entry.path))
        fixed = "/" + "/".join(shape.fixed) if shape.fixed else ""
        for entry in self.entries:
            is_base = entry == base
            is_below = entry.below and _starts(_parts(entry.path), base.path) and shape.reaches(entry.path)
            if not (is_base or is_below):
                continue
            policies = [
                self._of_endpoint(f"{entry.path}/{_UNKNOWN}", rule.endpoint, method)
                for method in sorted((rule.methods or {"GET"}) - {"OPTIONS", "HEAD"}) or ["GET"]
            ]
            if any(policy != policies[0] for policy in policies):
                self._refuse_methods(rule, fixed)
                return
            if policies[0] == entry.policy:
                continue
            if not is_base and shape.ends_at(entry.path):
                self.add_path(entry.path)
                continue
            self.obstacles.append(
                Obstacle(
                    f"rule {rule.rule}",
                    f"it has {_named(policies[0])}, other paths below {entry.path or '/'} have "
                    f"{_named(entry.policy)}, and a path does not tell which is which.",
                    _BY_PATH,
                    fixed if is_base else entry.path,
                )
            )


class _Shape(NamedTuple):
    """The segments of a rule with variables.

    Attributes:
        rule: the rule.
        fixed: the segments before the first variable.
        parts: all segments; None for one that varies.
        open: whether the last one stands for any number of segments.
    """

    rule: Rule
    fixed: tuple[str, ...]
    parts: tuple[str | None, ...]
    open: bool

    @classmethod
    def of(cls, rule: Rule) -> "_Shape":
        parts: list[str | None] = []
        is_open = False
        for text in _parts(rule.rule):
            parts.append(None if "<" in text else text)
            names = [name for name in rule.arguments if f"{name}>" in text]
            if any(not rule._converters[name].part_isolating for name in names):  # noqa: SLF001 - not told otherwise
                is_open = True
                break
        fixed = parts[: parts.index(None)] if None in parts else parts
        return cls(rule, tuple(part for part in fixed if part), tuple(parts), is_open)

    def reaches(self, path: str) -> bool:
        """Tell whether the rule may have paths at or below *path*."""
        for number, part in enumerate(_parts(path)):
            if number >= len(self.parts):
                return self.open
            if self.parts[number] not in {None, part}:
                return False
            if self.open and number == len(self.parts) - 1:
                return True
        return True

    def ends_at(self, path: str) -> bool:
        """Tell whether, of all at and below *path*, the rule can have *path* alone."""
        return not self.open and len(self.parts) == len(_parts(path))


def _parts(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/")) if path.strip("/") else ()


def _starts(parts: Iterable[str], path: str) -> bool:
    wanted = _parts(path)
    return tuple(parts)[: len(wanted)] == wanted


def _named(policy: Policy | None) -> str:
    return "no policy" if policy is None else f"the policy of {policy.name}"
