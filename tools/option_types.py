"""Write src/crossguard/declare/option_types.py, the types of the options, from the table of options.

python -m tools.option_types            # what `make docs` does
python -m tools.option_types --check    # exit code 1 and a line if the file is stale
"""

import re
import sys
import textwrap
from pathlib import Path

from crossguard.core.options import GATE_OPTIONS, OPTIONS, Option
from tools.generated import settle

TYPES = Path(__file__).parent.parent / "src" / "crossguard" / "declare" / "option_types.py"

HEAD = '''\
"""The options as type checkers and editors know them.

Written by `make docs` from the table of options in :mod:`crossguard.core.options`. Changes here are lost.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Literal, TypeAlias, TypedDict

from crossguard.lists.source import OriginSource

#: An origin, a pattern, a compiled expression, a callable that is asked, or a list that is kept elsewhere.
OriginLike: TypeAlias = str | re.Pattern[str] | Callable[[str], object] | OriginSource
Origins: TypeAlias = OriginLike | Iterable[OriginLike]
#: A name, a text of several names, or a list of names.
Names: TypeAlias = str | Iterable[str]


class PolicyOptions(TypedDict, total=False):
    """The options of one policy; see the table of options for what each accepts."""
'''

TAIL = '''

class Options(PolicyOptions, total=False):
    """The options of an application: those of one policy, or of one for each path."""

    resources: Mapping[str, PolicyOptions]
    """Policies by path: `/api/*` covers `/api` and everything below it, `/health` that path."""
'''

#: The type of an option by what the table says that it accepts; the first that is found in it.
ANNOTATIONS = (
    (r"`True` or `False`$", "bool"),
    (r"like `origins`|an origin, ", "Origins"),
    (r"a table from ", "Mapping[str, str]"),
    (r"seconds ", "int | timedelta"),
    (r"a callable", "Callable[..., object]"),
    (r" or a list of ", "Names"),
)


def annotation(option: Option) -> str:
    """Return the type of *option*.

    Raises:
        LookupError: the words about what it accepts are of no known kind; add the kind above.
    """
    words = re.findall(r'`("[^"`]+")`', option.accepts)
    if words:
        return f"Literal[{', '.join(words)}]"
    for pattern, found in ANNOTATIONS:
        if re.search(pattern, option.accepts):
            return found
    raise LookupError(f"tools/option_types.py does not know the type of {option.name}: {option.accepts}")


def written() -> str:
    """Return the module."""
    parts = [HEAD]
    for option in (*OPTIONS, *GATE_OPTIONS):
        default = f"Default: {option.default}."
        wrap = textwrap.TextWrapper(100, break_long_words=False, break_on_hyphens=False)
        lines = ["", *wrap.wrap(f"{option.meaning}"), "", *wrap.wrap(f"Accepts {option.accepts}. {default}")]
        text = textwrap.indent("\n".join(lines), "    ").lstrip()
        parts.append(f'\n    {option.name}: {annotation(option)}\n    """{text}\n    """\n')
    return "".join([*parts, TAIL])


def main() -> int:
    """Write the module, or say whether it is stale."""
    return settle({TYPES: written()})


if __name__ == "__main__":
    sys.exit(main())
