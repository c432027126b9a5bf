"""``CORS(…)``, ``init_app(…)`` and ``@cross_origin(…)``: their arguments converted where they stand."""

import ast
from collections.abc import Mapping
from typing import Any, Final

from crossguard.migrate.arguments import Arguments, Located, additions, item_spans, option_edits
from crossguard.migrate.changes import Change, change_of, removals
from crossguard.migrate.differences import Difference, DifferenceCode, difference
from crossguard.migrate.doubts import Doubt, DoubtCode
from crossguard.migrate.libraries import Kind
from crossguard.migrate.names import Names
from crossguard.migrate.path_values import convert_path
from crossguard.migrate.policies import DEFAULTS, ConvertedPolicy, convert_policy
from crossguard.migrate.project import Project
from crossguard.migrate.source import Edit
from crossguard.migrate.uses import Use
from crossguard.migrate.values import Unknown, value_of, written

_ABOVE: Final = "it had no effect above the route. Keep it or remove it."


def convert_call(  # noqa: PLR0913 - each says something else of the call
    project: Project, names: Names, use: Use, configured: Mapping[str, Any], *, blueprint: bool, shared: bool
) -> Change:
    """Convert ``CORS(…)``, ``….init_app(…)`` or ``cross_origin(…)``.

    Args:
        project: what the file is a part of.
        names: the file.
        use: the call.
        configured: the options of the configuration, converted.
        blueprint: whether it is called for a blueprint.
        shared: whether the application comes later, so the options are no policy yet.
    """
    arguments = Arguments(project, names, use.call)
    located, doubts = arguments.named, arguments.doubts
    resources = located.pop("resources", None)
    given = {name: entry.value for name, entry in located.items()}
    inherited = dict(configured)
    forced = {}
    if blueprint:
        # Flask-CORS gives a blueprint its defaults, not what the keys say; here it falls back to the keys.
        forced = {name: DEFAULTS[name] for name in configured if name in DEFAULTS and name not in given}
        inherited |= forced
    policy = convert_policy(given, inherited=inherited, shared=shared or resources is not None)
    policy.added = {**forced, **policy.added}
    edits = option_edits(arguments, item_spans(names, use.call), located, policy)
    edits += additions(names, use.call, policy)
    differences = list(policy.differences)
    doubts += policy.doubts
    meant = list(policy.meant)
    if use.kind is Kind.VIEW:
        differences.insert(0, difference(DifferenceCode.DECORATOR))
    if resources is not None and blueprint:
        inlined = _inlined(arguments, use.call, inherited, forced)
        if inlined is not None:
            policy, inline_edits, path_differences = inlined
            edits = inline_edits
            differences = [*path_differences, *policy.differences]
            doubts = [*arguments.doubts, *policy.doubts]
            meant = list(policy.meant)
            resources = None
    if resources is not None:
        if use.kind is Kind.VIEW or blueprint:
            what = "a view" if use.kind is Kind.VIEW else "a blueprint"
            words = f"{what} has one policy. Give resources to CORS(app), or drop them here."
            doubts.append(Doubt(DoubtCode.RESOURCES, words))
        paths = Paths(arguments, {**inherited, **policy.values})
        paths.convert(resources.node)
        edits += paths.edits
        differences += paths.differences
        doubts += paths.doubts
        meant += paths.meant
    if blueprint:
        differences.append(difference(DifferenceCode.BLUEPRINT))
    if use.kind is not Kind.VIEW and len(use.call.args) > 1:
        doubts.append(Doubt(DoubtCode.ARGUMENTS, "only the application stands without a name."))
    if use.kind is Kind.VIEW and use.call.args:
        doubts.append(Doubt(DoubtCode.ARGUMENTS, "every option of cross_origin has a name."))
    made = change_of(names.source, use.call, edits)
    _of_place(names, use, made, differences, doubts)
    made.differences = list(dict.fromkeys(differences))
    made.doubts += list(dict.fromkeys(doubts))
    made.meant = meant
    return made


def _inlined(
    arguments: Arguments, call: ast.Call, inherited: Mapping[str, Any], forced: Mapping[str, Any]
) -> tuple[ConvertedPolicy, list[Edit], list[Difference]] | None:
    """Return the options of a blueprint whose ``resources`` cover everything, as its own.

    None if they do not, or if only a run would tell.
    """
    names = arguments.names
    entry = next(word for word in call.keywords if word.arg == "resources")
    value = entry.value
    if not isinstance(value, ast.Dict) or len(value.keys) != 1 or not isinstance(value.values[0], ast.Dict):
        return None
    (key,), (table,) = value.keys, value.values
    path = convert_path(value_of(key, arguments.follow)) if key is not None else None
    known = all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in table.keys)  # type: ignore[attr-defined]
    if path is None or path.doubts or path.value != "/*" or not known:
        return None
    located = {}
    for one, node in zip(table.keys, table.values, strict=True):  # type: ignore[attr-defined]
        located[one.value] = Located(
            node, names.source.span(one)[0], names.source.span(node)[1], value_of(node, arguments.follow)
        )
    outer = {
        name: entry for name, entry in arguments.named.items() if name not in located and name != "resources"
    }
    given = {name: entry.value for name, entry in (outer | located).items()}
    policy = convert_policy(given, inherited=inherited)
    policy.added = {**{name: one for name, one in forced.items() if name not in given}, **policy.added}
    outer_edits = option_edits(arguments, item_spans(names, call), outer, policy)
    parts = [
        f"{name}={written(made.value) if made.changed else names.source.segment(located[name].node)}"
        for name, made in policy.options.items()
        if name in located and not made.dropped
    ]
    parts += [f"{name}={written(value)}" for name, value in policy.added.items() if name not in given]
    span = names.source.span(entry)
    own = (
        [Edit(*span, ", ".join(parts))]
        if parts
        else removals(names.source, item_spans(names, call), {span[0]})
    )
    return policy, [*outer_edits, *own], path.differences


def _of_place(
    names: Names, use: Use, made: Change, differences: list[Difference], doubts: list[Doubt]
) -> None:
    """Look at where a decorator stands."""
    if use.above_route:
        differences.insert(0, difference(DifferenceCode.DECORATOR_ABOVE_ROUTE))
        doubts.append(Doubt(DoubtCode.ABOVE_ROUTE, _ABOVE))
    if use.value:
        words = "cross_origin is used as a value; check that what it is applied to is the function of a view."
        doubts.append(Doubt(DoubtCode.AS_VALUE, words))
    if use.inner is not None:
        _remove_outer(names, use, made, differences, doubts)


def _remove_outer(
    names: Names, use: Use, made: Change, differences: list[Difference], doubts: list[Doubt]
) -> None:
    """Remove a decorator that stands above another one of the same view."""
    source = names.source
    start, end = source.span(use.call)
    line = max(source.text.rfind("\n", 0, start), source.text.rfind("\r", 0, start)) + 1
    rest = source.text.find("\n", end)
    rest = len(source.text) if rest < 0 else rest + 1
    made.edits = [Edit(line, rest, "")]
    made.after = ""
    doubts.clear()
    differences[:] = [difference(DifferenceCode.STACKED)]
    if source.text[line:start].strip() != "@" or source.text[end:rest].split("#")[0].strip():
        made.edits = []
        made.after = made.before
        doubts.append(
            Doubt(DoubtCode.NOT_TOGETHER, "remove this decorator by hand: only one governs a view.")
        )


class Paths:
    """The conversion of ``resources``."""

    def __init__(self, arguments: Arguments, inherited: Mapping[str, Any]) -> None:
        self._arguments = arguments
        self._names = arguments.names
        self._source = arguments.names.source
        self._inherited = inherited
        self._paths: list[Any] = []
        self.edits: list[Edit] = []
        self.differences: list[Difference] = []
        self.doubts: list[Doubt] = []
        self.meant: list[str] = []

    def convert(self, given: ast.expr) -> None:
        """Convert the value: a table, a list of paths, or one path."""
        owner, node = self._arguments.project.follow(self._names, given)
        foreign = owner is not self._names
        if foreign:
            self._names, self._source = owner, owner.source
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
            case ast.Constant(value=str()) | ast.Call() if not isinstance(self._value(node), Unknown):
                self._path(node)
                self._policy({})
            case _:
                words = "resources is only known when the application runs."
                self.doubts.append(Doubt(DoubtCode.RUN_TIME, words))
        if foreign and self.edits:
            words = f"resources stands in {owner.source.path.name} and has to change. Write it here."
            self.doubts.append(Doubt(DoubtCode.RESOURCES, words))
            self.edits = []

    def _value(self, node: ast.expr) -> Any:
        return value_of(node, self._arguments.project.follower(self._names))

    def _path(self, node: ast.expr) -> None:
        made = convert_path(self._value(node))
        self.differences += made.differences
        self.doubts += made.doubts
        if made.value in self._paths:
            words = f"two entries become {made.value!r}. Put the options into one."
            self.doubts.append(Doubt(DoubtCode.PATHS_FALL_TOGETHER, words))
        self._paths.append(made.value)
        if made.changed:
            self.edits.append(Edit(*self._source.span(node), written(made.value, self._source.segment(node))))

    def _options(self, given: ast.expr) -> None:
        owner, node = self._arguments.project.follow(self._names, given)
        located: dict[str, Located] = {}
        spans = []
        known = isinstance(node, ast.Dict) and owner is self._names
        if isinstance(node, ast.Dict) and known:
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    start, end = self._source.span(key)[0], self._source.span(value)[1]
                    located[key.value] = Located(value, start, end, self._value(value))
                    spans.append((start, end))
                else:
                    known = False
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
            known = owner is self._names and not node.args and all(word.arg for word in node.keywords)
            for word in node.keywords if known else ():
                span = self._source.span(word)
                located[str(word.arg)] = Located(word.value, *span, self._value(word.value))
                spans.append(span)
        if not known:
            words = "the options of a path are only known when the application runs."
            self.doubts.append(Doubt(DoubtCode.RUN_TIME, words))
            return
        policy = self._policy({name: entry.value for name, entry in located.items()})
        arguments = Arguments(self._arguments.project, self._names, None)
        self.edits += option_edits(arguments, spans, located, policy)
        self.edits += additions(self._names, node, policy)
        self.meant += policy.meant

    def _policy(self, given: Mapping[str, Any]) -> ConvertedPolicy:
        policy = convert_policy(given, inherited=self._inherited)
        self.differences += policy.differences
        self.doubts += policy.doubts
        return policy
