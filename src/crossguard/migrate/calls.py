"""``CORS(…)``, ``init_app(…)`` and ``@cross_origin(…)``: their arguments converted where they stand."""

import ast
from collections.abc import Mapping
from typing import Any

from crossguard.migrate.changes import Change, change_of, removals, replacements
from crossguard.migrate.differences import DifferenceCode, difference
from crossguard.migrate.path_values import convert_path
from crossguard.migrate.policies import ConvertedPolicy, check_shared, convert_policy
from crossguard.migrate.source import Edit, Source
from crossguard.migrate.uses import Uses
from crossguard.migrate.values import value_of, written

_Located = dict[str, tuple[ast.expr, int, int]]


def convert_call(source: Source, call: ast.Call, uses: Uses, configured: Mapping[str, Any]) -> Change:
    """Convert ``CORS(…)`` or ``….init_app(…)``.

    Args:
        source: the file.
        call: the call.
        uses: what else the file does.
        configured: the options of the configuration, converted.
    """
    located, doubts = _arguments(source, call)
    target = ast.unparse(call.args[0]) if call.args else ""
    resources = located.pop("resources", None)
    given = {name: value_of(node) for name, (node, _, _) in located.items()}
    edits: list[Edit] = []
    shared = convert_policy(given, inherited=configured)
    edits += _edits(source, _items(source, call), located, shared)
    differences = list(shared.differences)
    if resources is not None:
        inherited = {
            **configured,
            **{name: made.value for name, made in shared.options.items() if not made.dropped},
        }
        paths = _Resources(source, inherited)
        paths.convert(resources[0])
        edits += paths.edits
        # What the paths say of themselves replaces what would hold without them.
        differences = [
            entry for made in shared.options.values() for entry in made.differences
        ] + paths.differences
        doubts += [*check_shared(shared), *paths.doubts]
        if target in uses.blueprints:
            doubts.append("a blueprint has one policy. Give resources to CORS(app), or drop them here.")
    else:
        doubts += shared.doubts
        edits += _additions(source, call, shared)
    if target in uses.blueprints:
        differences.append(difference(DifferenceCode.BLUEPRINT))
    if len(call.args) > 1:
        doubts.append("only the application stands without a name.")
    made = change_of(source, call, edits)
    made.differences = list(dict.fromkeys(differences))
    made.doubts = list(dict.fromkeys(doubts))
    return made


def convert_decorator(
    source: Source, call: ast.Call, configured: Mapping[str, Any], *, above_route: bool
) -> Change:
    """Convert ``@cross_origin(…)``."""
    located, doubts = _arguments(source, call)
    if "resources" in located:
        located.pop("resources")
        doubts.append("a view has one policy: resources means nothing here.")
    policy = convert_policy(
        {name: value_of(node) for name, (node, _, _) in located.items()}, inherited=configured
    )
    made = change_of(
        source, call, _edits(source, _items(source, call), located, policy) + _additions(source, call, policy)
    )
    differences = [difference(DifferenceCode.DECORATOR), *policy.differences]
    if above_route:
        differences.insert(0, difference(DifferenceCode.DECORATOR_ABOVE_ROUTE))
        doubts.append("it had no effect above the route. Keep it or remove it.")
    made.differences = list(dict.fromkeys(differences))
    made.doubts = [*doubts, *policy.doubts]
    return made


def _arguments(source: Source, call: ast.Call) -> tuple[_Located, list[str]]:
    """Return the named arguments with where they stand, and doubts about the others."""
    located: _Located = {}
    doubts = []
    for keyword in call.keywords:
        if keyword.arg is None:
            doubts.append(f"**{source.segment(keyword.value)} is only known when the application runs.")
        else:
            located[keyword.arg] = (keyword.value, *source.span(keyword))
    return located, doubts


def _edits(
    source: Source, items: list[tuple[int, int]], located: _Located, policy: ConvertedPolicy
) -> list[Edit]:
    dropped = {start for name, (_, start, _) in located.items() if policy.options[name].dropped}
    edits = removals(source, items, dropped)
    for name, (node, _, _) in located.items():
        made = policy.options[name]
        if made.changed and not made.dropped:
            edits += replacements(source, node, made)
    return edits


def _arguments_of(call: ast.Call) -> list[ast.expr | ast.keyword]:
    return [*call.args, *call.keywords]


def _items(source: Source, call: ast.Call) -> list[tuple[int, int]]:
    return sorted(source.span(node) for node in _arguments_of(call))


def _additions(source: Source, call: ast.Call, policy: ConvertedPolicy) -> list[Edit]:
    """Return what shows a person which arguments are to be written."""
    edits = []
    for name, value in policy.added.items():
        written_before = next((keyword for keyword in call.keywords if keyword.arg == name), None)
        if written_before is not None:
            edits.append(Edit(*source.span(written_before.value), written(value)))
            continue
        last = [
            node
            for node in _arguments_of(call)
            if not (isinstance(node, ast.keyword) and _is_dropped(node.arg, policy))
        ]
        text = f"{name}={written(value)}"
        if last:
            end = max(source.span(node)[1] for node in last)
            edits.append(Edit(end, end, f", {text}"))
        else:
            end = source.span(call)[1] - 1
            edits.append(Edit(end, end, text))
    return edits


def _is_dropped(name: str | None, policy: ConvertedPolicy) -> bool:
    return name is not None and name in policy.options and policy.options[name].dropped


class _Resources:
    """The conversion of ``resources``."""

    def __init__(self, source: Source, inherited: Mapping[str, Any]) -> None:
        self._source = source
        self._inherited = inherited
        self._paths: list[str] = []
        self.edits: list[Edit] = []
        self.differences: list[Any] = []
        self.doubts: list[str] = []

    def convert(self, node: ast.expr) -> None:
        """Convert the value: a table, a list of paths, or one path."""
        match node:
            case ast.Dict(keys=keys, values=values) if None not in keys:
                for key, value in zip(keys, values, strict=True):
                    if key is not None:
                        self._path(key)
                        self._options(value)
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                for item in items:
                    self._path(item)
                self._policy({})
            case ast.Constant(value=str()):
                self._path(node)
                self._policy({})
            case _:
                self.doubts.append("resources is only known when the application runs.")

    def _path(self, node: ast.expr) -> None:
        made = convert_path(value_of(node))
        self.differences += made.differences
        self.doubts += made.doubts
        if made.value in self._paths:
            self.doubts.append(f"two entries become {made.value!r}. Put the options into one.")
        self._paths.append(made.value)
        if made.changed:
            self.edits.append(Edit(*self._source.span(node), written(made.value, self._source.segment(node))))

    def _options(self, node: ast.expr) -> None:
        if not isinstance(node, ast.Dict):
            self.doubts.append("the options of a path are only known when the application runs.")
            return
        located: _Located = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                located[key.value] = (value, self._source.span(key)[0], self._source.span(value)[1])
            else:
                self.doubts.append("the options of a path are only known when the application runs.")
        policy = self._policy({name: value_of(value) for name, (value, _, _) in located.items()})
        items = [(start, end) for _, start, end in located.values()]
        self.edits += _edits(self._source, items, located, policy)

    def _policy(self, given: Mapping[str, Any]) -> ConvertedPolicy:
        policy = convert_policy(given, inherited=self._inherited)
        self.differences += policy.differences
        self.doubts += policy.doubts
        return policy
