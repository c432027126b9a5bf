"""Examples: origins and paths that an entry matches, and others that only look like it."""

import importlib
import re
from collections.abc import Iterable
from typing import Any, Final

from crossguard.core.hosts import OriginSyntaxError
from crossguard.core.patterns import parse_rule

#: What made Flask-CORS take a text for an expression.
EXPRESSION_CHARACTERS: Final = frozenset("*\\]?$^[()")

# Of a long list the ends are asked: its entries are alike.
_ENTRIES: Final = 12
_EXAMPLES: Final = 8
_ORIGINS: Final = 120
_LONGEST: Final = 200

#: Origins that a list seldom names.
STRANGERS: Final = (
    "https://stranger.example",
    "null",
    "http://stranger.example",
    "http://localhost:3000",
    "http://127.0.0.1:5173",
)


def listed(entries: Iterable[Any]) -> list[str]:
    """Return origins that *entries* name: each literal, examples of the others."""
    entries = list(entries)
    if len(entries) > 2 * _ENTRIES:
        entries = [*entries[:_ENTRIES], *entries[-_ENTRIES:]]
    found: list[str] = []
    for entry in entries:
        if isinstance(entry, re.Pattern) and isinstance(entry.pattern, str):
            found += examples(entry.pattern)
        elif isinstance(entry, str):
            found += _of_text(entry)
    return list(dict.fromkeys(found))


def origins_to_ask(entries: Iterable[Any]) -> list[str]:
    """Return the origins that *entries* name, near misses of them, and strangers."""
    named = listed(entries)
    found = [*named, *STRANGERS]
    for origin in named[: _ORIGINS // 6]:
        scheme, _, rest = origin.partition("://")
        host, _, _ = rest.partition(":")
        if host:
            other = "http" if scheme == "https" else "https"
            found += [
                f"{scheme}://{host}.stranger.example",
                f"{scheme}://x{rest}",
                f"{other}://{rest}",
                f"{scheme}://{host}:8443",
                f"{scheme}://{host}",
                f"{scheme}://new.{rest}",
                f"{scheme}://{host.replace('.', 'x', 1)}",
            ]
    return [origin for origin in dict.fromkeys(found) if _is_sent(origin)][:_ORIGINS]


def _is_sent(text: str) -> bool:
    """Tell whether a browser sends *text* as an origin."""
    try:
        return text == "null" or ("*" not in text and str(parse_rule(text)) == text)
    except OriginSyntaxError:
        return False


def paths_to_ask(keys: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return paths that the path policies *keys* cover, and others."""
    covered: list[str] = []
    others: list[str] = []
    for key in keys:
        others += ["/", "/elsewhere"]
        plain = key.removesuffix("*").rstrip("/")
        covered += [plain or "/", f"{plain}/x", f"{plain}/x/y"] if key.endswith("*") else [key]
        others += [f"{plain}x", f"{plain}x/y", f"/x{plain}"]
    return list(dict.fromkeys(covered)), [path for path in dict.fromkeys(others) if path not in covered]


def examples(expression: str) -> list[str]:
    """Return texts that *expression* matches as a whole; none for what is no expression."""
    try:
        compiled = re.compile(expression)
        # Private, and the only reader of expressions there is; the tests hold that it is still there.
        tree = importlib.import_module("re._parser").parse(expression)
        made = _sequence(list(tree), 0)
    except (re.error, RecursionError, OverflowError, ValueError, AttributeError, ImportError):
        return []
    return [text for text in dict.fromkeys(made) if len(text) < _LONGEST and compiled.match(text)][:_EXAMPLES]


def _of_text(entry: str) -> list[str]:
    text = entry.strip()
    if "://*." in text or text.endswith(":*"):
        text = text.replace(":*", ":8080")
        return [text.replace("://*.", f"://{part}") for part in ("a.", "a.b.", "")]
    if set(entry) & EXPRESSION_CHARACTERS:
        return examples(entry)
    return [text]


def _sequence(items: list[Any], depth: int) -> list[str]:
    """Return texts of one expression: the first choice everywhere, and each other choice once."""
    choices = [_choices(item, depth) or [""] for item in items]
    first = [options[0] for options in choices]
    made = ["".join(first)]
    for index, options in enumerate(choices):
        made += ["".join([*first[:index], option, *first[index + 1 :]]) for option in options[1:]]
        if len(made) > _EXAMPLES:
            break
    return made[:_EXAMPLES]


def _choices(item: Any, depth: int) -> list[str]:  # noqa: PLR0911 - one for each operation
    operation, argument = str(item[0]), item[1]
    if depth > _EXAMPLES:
        return [""]
    match operation:
        case "LITERAL":
            return [chr(argument)]
        case "IN":
            return [_member(argument)]
        case "ANY" | "NOT_LITERAL" | "CATEGORY":
            return ["a"]
        case "BRANCH":
            return [text for branch in argument[1] for text in _sequence(list(branch), depth + 1)]
        case "SUBPATTERN" | "ATOMIC_GROUP":
            inner = argument[-1] if operation == "SUBPATTERN" else argument
            return _sequence(list(inner), depth + 1)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, _, inner = argument
            texts = _sequence(list(inner), depth + 1)
            times = min(max(int(least), 1), _LONGEST)
            return [text * times for text in texts] + ([] if least else [""])
        case _:
            return [""]


def _member(items: list[Any]) -> str:
    operation, argument = str(items[0][0]), items[0][1]
    match operation:
        case "LITERAL":
            return chr(argument)
        case "RANGE":
            return chr(argument[0])
        case "CATEGORY":
            return "1" if str(argument).endswith("_DIGIT") and "NOT" not in str(argument) else "a"
        case _:
            return "a"
