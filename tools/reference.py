"""Write docs/reference.md from the docstrings and tables.

python -m tools.reference            # what `make docs` does
python -m tools.reference --check    # exit code 1 and a line for each file that is stale
"""

import importlib
import sys
from collections.abc import Iterable
from enum import Enum
from pathlib import Path

from crossguard import IssueCode, Reason
from crossguard.core import options
from crossguard.declare.declaration import IGNORED_OPTIONS
from tools.docstrings import comment_above, inline, markdown, members, signature
from tools.generated import settle

REFERENCE = Path(__file__).parent.parent / "docs" / "reference.md"

HEAD = """\
# Reference

<!-- Written by `make docs` from the docstrings and tables of src/crossguard. Changes here are lost. -->

[Options](#options) · [crossguard.flask](#crossguardflask) · [crossguard](#crossguard) ·
[changing origins](#changing-origins) · [explanations](#explanations)

The reasons of a decision and the mistakes in a configuration stand with all other [codes](codes.md).

## Options

An option is looked for in this order, and the first place that has it decides:

1. `resources={path: {…}}`, for that path;
2. the arguments of `init_app`, then those of `CORS(…)`; or those of `@cross_origin(…)`;
3. `app.config["CORS_<NAME>"]`, also as the environment variable `FLASK_CORS_<NAME>` if the application
   calls `app.config.from_prefixed_env()`, which reads values as JSON;
4. the default.

An option that does not exist is a `TypeError` that names the nearest one; a value that does not build is a
`ConfigError` with every mistake. `resources` is an option of the application only: a table from paths to
options. `/api/*` covers `/api` and everything below it, `/health` covers that path. The longest path governs.

`Policy.replace` takes the options with a "yes" in the last column, while the application runs. The others are
read once, while it is put together.
"""

IGNORED = """\
### Options that do nothing

These options of Flask-CORS are accepted, so that an application starts after the change of the import. Each
gives one `CrossguardWarning` with the reason.
"""

#: Where the values of an enumeration have a table.
TABLES: dict[type[Enum], tuple[str, str]] = {
    Reason: ("reasons", "codes.md#reasons"),
    IssueCode: ("mistakes in a configuration", "codes.md#mistakes-in-a-configuration"),
}


def reference() -> str:
    parts = [HEAD, _options(options.OPTIONS)]
    if gate := getattr(options, "GATE_OPTIONS", ()):
        parts += ["### Options of the write gate\n", _options(gate)]
    parts += [IGNORED, _table(("option", "why it does nothing"), _ignored())]
    parts += [_module("crossguard.flask"), _module("crossguard")]
    parts += ["## Changing origins", "See [Origins that change while it runs](changing-origins.md)."]
    parts += _things("crossguard", ("OriginCheck",))
    parts += _things("crossguard", ("OriginSource",))
    parts += _things("crossguard.sql", importlib.import_module("crossguard.sql").__all__)
    parts += ["## Explanations", *_things("crossguard.explain", ("explain", "Explanation", "Add", "FixKind"))]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _options(table: Iterable[options.Option]) -> str:
    rows = (
        (
            f"`{option.name}`",
            _code(option.default),
            option.accepts,
            option.meaning,
            "yes" if option.replaceable else "",
        )
        for option in table
    )
    return _table(("option", "default", "accepts", "meaning", "replace"), rows)


def _ignored() -> Iterable[tuple[str, ...]]:
    return ((f"`{name}`", f"{why}.") for name, why in IGNORED_OPTIONS.items())


def _module(name: str) -> str:
    module = importlib.import_module(name)
    parts = [f"## {name}", *_things(name, module.__all__)]
    return "\n\n".join(parts)


def _things(module: str, names: Iterable[str]) -> Iterable[str]:
    for name in names:
        thing = getattr(importlib.import_module(module), name)
        yield f"### `{name}`"
        if callable(thing):
            if (call := signature(name, thing)) != name:
                yield f"`{call}`"
            yield markdown(thing.__doc__ or "")
        else:
            origin = importlib.import_module("crossguard.flask.signals")
            yield inline(comment_above(origin, name))
        if isinstance(thing, type) and issubclass(thing, Enum):
            yield _values(thing)
        methods = [f"- `{call}`: {_first(text)}" for _, call, text in members(thing)]
        if methods:
            yield "Methods and properties:\n\n" + "\n".join(methods)


def _values(enum: type[Enum]) -> str:
    if enum in TABLES:
        return f"Values: [{TABLES[enum][0]}]({TABLES[enum][1]})."
    return f"Values: {', '.join(f'`{member.value}`' for member in enum)}."


def _first(docstring: str) -> str:
    return inline(" ".join(docstring.strip().split("\n\n")[0].split()))


def _code(default: str) -> str:
    return default if " " in default and not default.startswith('"') else f"`{default}`"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [f"| {' | '.join(head)} |"]
    lines.append("|---" * (lines[0].count("|") - 1) + "|")
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines)


def main() -> int:
    return settle({REFERENCE: reference()})


if __name__ == "__main__":
    sys.exit(main())
