"""Texts that are lists, as an environment variable and many a file hold them."""

import json
import re
from typing import Final

from crossguard.core.hosts import OriginSyntaxError
from crossguard.core.issues import ConfigIssue, IssueCode, shown
from crossguard.core.patterns import refuse_misleading

#: The options whose entries are origins.
ORIGIN_LISTS: Final = frozenset({"origins", "readers", "public_origins"})
_SEPARATORS: Final = re.compile(r"[,\s]+")
_LEFT_OVER: Final = re.compile(r"""[;,\s"'`]+""")
_QUOTES: Final = ("'", '"', "`")


def is_one(text: str) -> bool:
    """Tell whether a text is one entry, and no list."""
    return not text.lstrip().startswith("[") and len([*filter(None, _SEPARATORS.split(text))]) == 1


def listed_in_text(name: str, text: str, issues: list[ConfigIssue]) -> list[str]:
    """Return the list that a text is: its parts between commas and blanks, or a list in JSON.

    A text is what an environment variable, and many a file, can hold. An empty one lists no origin.
    """
    if text.lstrip().startswith("["):
        return _listed_in_json(name, text, issues)
    try:
        if name in ORIGIN_LISTS:
            refuse_misleading(text)
    except OriginSyntaxError as error:
        issues.append(error.issue(name, text))
        return []
    if ";" in text or any(quote in text for quote in _QUOTES):
        issues.append(
            ConfigIssue(
                IssueCode.MISLEADING_STRING,
                name,
                shown(text),
                "a text that is a list has commas or blanks between its entries, no semicolons or quotes.",
                f"write {shown(', '.join(part for part in _LEFT_OVER.split(text) if part))}.",
            )
        )
        return []
    return [part for part in _SEPARATORS.split(text) if part]


def _listed_in_json(name: str, text: str, issues: list[ConfigIssue]) -> list[str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, list) and all(isinstance(entry, str) for entry in found):
        return found
    example = "https://app.example.com" if name in ORIGIN_LISTS else "a"
    issues.append(
        ConfigIssue(
            IssueCode.MISLEADING_STRING,
            name,
            shown(text),
            "a text that begins with [ is a list of texts in JSON, and this is none.",
            f"""write JSON, with double quotes, as in '["{example}"]', or entries with commas between.""",
        )
    )
    return []
