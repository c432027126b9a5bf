"""Arguments: the named values of a call, where each stands, and how one is changed there."""

import ast
from typing import Any, NamedTuple

from crossguard.migrate.changes import removals, replacements
from crossguard.migrate.converted import Converted
from crossguard.migrate.doubts import Doubt, DoubtCode
from crossguard.migrate.names import Names
from crossguard.migrate.policies import ConvertedPolicy
from crossguard.migrate.project import Project
from crossguard.migrate.source import Edit
from crossguard.migrate.values import value_of, written


class Located(NamedTuple):
    """One argument: its expression, where it begins and ends with its name, and its value."""

    node: ast.expr
    start: int
    end: int
    value: Any


class Arguments:
    """The named arguments of *call*, with doubts about the others."""

    def __init__(self, project: Project, names: Names, call: ast.Call | None) -> None:
        self.project = project
        self.names = names
        self.follow = project.follower(names)
        self.named: dict[str, Located] = {}
        self.doubts: list[Doubt] = []
        for keyword in call.keywords if call is not None else ():
            text = names.source.segment(keyword.value)
            if keyword.arg is None:
                words = f"**{text} is only known when the application runs."
                self.doubts.append(Doubt(DoubtCode.RUN_TIME, words))
            elif keyword.arg not in {"app", "app_or_blueprint"}:
                value = value_of(keyword.value, self.follow)
                self.named[keyword.arg] = Located(keyword.value, *names.source.span(keyword), value)

    def replaced(self, node: ast.expr, made: Converted) -> list[Edit]:
        """Return what writes the new value: at the constant that *node* names, if only it uses it."""
        owner, target = self.project.follow(self.names, node)
        if self._is_setting(node):
            return []  # It is converted where the key is set.
        source = self.names.source
        if target is node:
            return replacements(source, node, made, self.follow)
        alone = (
            owner is self.names
            and isinstance(node, ast.Name)
            and self.names.loads[node.id] == 1
            and not self.project.is_imported(source.path, node.id)
        )
        if alone:
            return replacements(source, target, made, self.follow)
        return [
            Edit(
                *source.span(node),
                written(made.value, source.segment(target) if owner is self.names else '"'),
            )
        ]

    def _is_setting(self, node: ast.expr) -> bool:
        return self.project.setting(node) is not None


def option_edits(
    arguments: Arguments, items: list[tuple[int, int]], located: dict[str, Located], policy: ConvertedPolicy
) -> list[Edit]:
    """Return what writes the options of *policy* where the arguments stand."""
    dropped = {entry.start for name, entry in located.items() if policy.options[name].dropped}
    edits = removals(arguments.names.source, items, dropped)
    for name, entry in located.items():
        made = policy.options[name]
        if name in policy.added:
            edits.append(Edit(*arguments.names.source.span(entry.node), written(policy.added[name])))
        elif made.changed and not made.dropped:
            edits += arguments.replaced(entry.node, made)
    return edits


def item_spans(names: Names, call: ast.Call) -> list[tuple[int, int]]:
    """Return where the arguments of *call* begin and end."""
    nodes: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    return sorted(names.source.span(node) for node in nodes)


def additions(names: Names, node: ast.expr, policy: ConvertedPolicy) -> list[Edit]:
    """Return what writes the options that were not written, into a call or a table."""
    source = names.source
    table = isinstance(node, ast.Dict)
    if isinstance(node, ast.Dict):
        entries = [
            (key.value if isinstance(key, ast.Constant) else None, source.span(value)[1])
            for key, value in zip(node.keys, node.values, strict=True)
        ]
    elif isinstance(node, ast.Call):
        entries = [(None, source.span(entry)[1]) for entry in node.args]
        entries += [(word.arg, source.span(word)[1]) for word in node.keywords]
    else:
        return []
    present = {name for name, _ in entries} | {
        name for name, made in policy.options.items() if not made.dropped
    }
    new = {name: value for name, value in policy.added.items() if name not in present}
    if not new:
        return []
    text = ", ".join(
        f'"{name}": {written(value)}' if table else f"{name}={written(value)}" for name, value in new.items()
    )
    kept = [end for name, end in entries if not (name in policy.options and policy.options[name].dropped)]
    if kept:
        return [Edit(max(kept), max(kept), f", {text}")]
    end = source.span(node)[1] - 1
    return [Edit(end, end, text)]
