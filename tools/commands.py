"""Write the tables of docs/commands.md from those in the source.

python -m tools.commands           # write
python -m tools.commands --check   # say whether it is fresh
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from crossguard.cli.observations import CHECK_TEXTS
from crossguard.edge.differences import EDGE_TEXTS
from crossguard.flask.audit import FINDING_TEXTS
from crossguard.flask.libraries import LIBRARIES
from crossguard.migrate import ACCEPTABLE, DIFFERENCE_TEXTS, DOUBT_TEXTS
from tools.generated import settle

PAGE = Path(__file__).parent.parent / "docs" / "commands.md"


def cell(text: str) -> str:
    """Return *text* as a cell; what is filled in is in italics."""
    marked = re.sub(r"(?<!\{)\{(\w+)\}", r"*\1*", text.replace("*", r"\*"))
    return marked.replace("{{", "{").replace("}}", "}").replace("|", r"\|").replace("<", "&lt;")


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return (
        "\n".join("| " + " | ".join(row) + " |" for row in lines)
        .replace("| --- ", "|---")
        .replace("--- |", "---|")
    )


def tables() -> dict[str, str]:
    """Return the tables by the name of their place."""
    return {
        "findings": table(
            ("code", "severity", "what was found", "what to write"),
            (
                (f"`{code}`", words.severity.value, cell(words.text), cell(words.fix))
                for code, words in FINDING_TEXTS.items()
            ),
        ),
        "differences": table(
            ("code", "what was, what is, and why"),
            ((f"`{code}`", cell(text)) for code, text in DIFFERENCE_TEXTS.items()),
        ),
        "doubts": table(
            ("code", "what it says, and what settles it", "may be accepted"),
            (
                (f"`{code}`", cell(text), "yes" if code in ACCEPTABLE else "no")
                for code, text in DOUBT_TEXTS.items()
            ),
        ),
        "libraries": table(
            ("library", "its cookies", "signed-out requests", "tokens"),
            (tuple(library) for library in LIBRARIES),
        ),
        "observations": table(
            ("code", "severity", "what was seen", "what to do"),
            (
                (f"`{code}`", words.severity.value, cell(words.text), cell(words.fix))
                for code, words in CHECK_TEXTS.items()
            ),
        ),
        "edge": table(
            ("code", "severity", "what differs", "what to do"),
            (
                (f"`{code}`", words.level, cell(words.text), cell(words.fix))
                for code, words in EDGE_TEXTS.items()
            ),
        ),
    }


def written(page: str) -> str:
    """Return *page* with its tables as they are now."""
    for name, text in tables().items():
        page = re.sub(
            rf"<!-- {name} -->\n.*?<!-- /{name} -->",
            lambda _, name=name, text=text: f"<!-- {name} -->\n{text}\n<!-- /{name} -->",
            page,
            flags=re.DOTALL,
        )
    return page


def main() -> int:
    return settle({PAGE: written(PAGE.read_text("utf-8"))})


if __name__ == "__main__":
    sys.exit(main())
