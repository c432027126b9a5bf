"""Where keys of the configuration are set: by index, by name, as an attribute, as keywords, in tables."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from crossguard.migrate.names import Names, dotted

PREFIX: Final = "CORS_"

Statement = ast.Assign | ast.AnnAssign | ast.keyword | ast.Dict


@dataclass(slots=True)
class ConfigKey:
    """One ``CORS_*`` key that is set.

    Attributes:
        key: the key.
        value: what it is set to.
        statement: the assignment, the keyword or the table around it.
        direct: whether it stands in a configuration, not in a class or a file that may be read into one.
    """

    key: str
    value: ast.expr
    statement: Statement
    direct: bool

    @property
    def line(self) -> int:
        """Where it stands."""
        return self.value.lineno


def keys_in(names: Names) -> Iterator[ConfigKey]:
    """Yield the keys: assignments by index, by name or as an attribute, keywords, written tables."""
    pairs: list[tuple[str, ast.expr, Statement, bool]]
    for node in names.nodes:
        match node:
            case ast.Assign(
                targets=[ast.Subscript(value=holder, slice=ast.Constant(value=str(key)))], value=value
            ):
                direct = dotted(holder).rpartition(".")[2].lower() in {"config", "conf"}
                pairs = [(key, value, node, direct)]
            case (
                ast.Assign(targets=[ast.Name(id=key)], value=value)
                | ast.AnnAssign(target=ast.Name(id=key), value=ast.expr() as value)
            ) if isinstance(names.scope_of(node), ast.Module | ast.ClassDef):
                pairs = [(key, value, node, False)]
            case ast.Call(keywords=keywords):
                direct = _fills_configuration(node)
                pairs = [(word.arg or "", word.value, word, direct) for word in keywords]
            case ast.Dict(keys=keys, values=values):
                parent = names.parents.get(node)
                direct = isinstance(parent, ast.Call) and _fills_configuration(parent)
                pairs = [
                    (key.value, value, node, direct)
                    for key, value in zip(keys, values, strict=True)
                    if isinstance(key, ast.Constant) and isinstance(key.value, str)
                ]
            case _:
                continue
        for key, value, statement, direct in pairs:
            if key.startswith(PREFIX) and key.isupper():
                yield ConfigKey(key, value, statement, direct)


def _fills_configuration(call: ast.Call) -> bool:
    name = dotted(call.func)
    return name.endswith((".config.update", ".config.from_mapping", ".config.setdefault"))
