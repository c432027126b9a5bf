"""Google-style docstrings of Python objects as Markdown; used by reference.py."""

import inspect
import re
from collections.abc import Iterator
from enum import Enum
from types import ModuleType

SECTIONS = ("Args", "Attributes", "Returns", "Raises", "Yields")
_LISTS = {"Args": "Arguments", "Attributes": "Attributes", "Raises": "Raises"}
_LONGEST_CALL = 300
_ROLE = re.compile(r":\w+:`~?([^`]+)`")
_ENTRY = re.compile(r"(?P<name>\*{0,2}\w+):\s+(?P<text>.*)")


def inline(text: str) -> str:
    """Turn the marks of reStructuredText into those of Markdown."""

    def role(match: re.Match[str]) -> str:
        return f"`{match[1].rpartition('.')[2] if '~' in match[0] else match[1]}`"

    return _ROLE.sub(role, text).replace("``", "`")


def markdown(docstring: str) -> str:
    """Return *docstring* as Markdown: paragraphs, and a list for each section of names."""
    parts: list[str] = []
    for title, lines in _sections(inspect.cleandoc(docstring).splitlines()):
        text = "\n".join(lines).strip()
        if title in _LISTS:
            entries = [f"- `{name}`: {inline(words)}" for name, words in _entries(lines)]
            parts.append(f"{_LISTS[title]}:\n\n" + "\n".join(entries))
        elif title:
            parts.append(f"{title}: {inline(_joined(text))}")
        else:
            parts += [inline(_joined(paragraph)) for paragraph in text.split("\n\n")]
    return "\n\n".join(part for part in parts if part)


def signature(name: str, thing: object) -> str:
    """Return how *thing* is called, with the names of types cut to their last part.

    Values that are made by a function, with a field for each option, are better read as a list.
    """
    if not callable(thing) or (isinstance(thing, type) and issubclass(thing, Enum)):
        return name
    try:
        text = str(inspect.signature(thing))
    except ValueError:
        return name
    text = re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Za-z_])", "", text)
    text = re.sub(r": \*<class '(\w+)'>", r": \1", text)
    # A default that only prints as an address says nothing.
    text = re.sub(r" = <[^<>]* at 0x[0-9a-f]+>", " = …", text)
    text = text.replace("~", "").replace("(self, ", "(").replace("(self)", "()")
    return name if len(text) > _LONGEST_CALL else name + text


def members(thing: object) -> Iterator[tuple[str, str, str]]:
    """Yield the public methods and properties that a class defines itself: name, call, docstring."""
    if not isinstance(thing, type) or issubclass(thing, Enum):
        return
    for name, member in vars(thing).items():
        target = member.fget if isinstance(member, property) else member
        if name.startswith("_") or not inspect.isfunction(target) or not target.__doc__:
            continue
        yield name, name if isinstance(member, property) else signature(name, target), target.__doc__


def comment_above(module: ModuleType, name: str) -> str:
    """Return the ``#:`` comment above the assignment of *name* in *module*."""
    lines = inspect.getsource(module).splitlines()
    at = next(number for number, line in enumerate(lines) if re.match(rf"{name}\b.*=", line))
    found: list[str] = []
    while at and lines[at - 1].startswith("#:"):
        at -= 1
        found.insert(0, lines[at].removeprefix("#:").strip())
    return " ".join(found)


def _sections(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    title = ""
    found: list[str] = []
    for line in lines:
        if line.rstrip(":") in SECTIONS and line.endswith(":"):
            yield title, found
            title, found = line.rstrip(":"), []
        else:
            found.append(line)
    yield title, found


def _entries(lines: list[str]) -> Iterator[tuple[str, str]]:
    name, words = "", ""
    for line in inspect.cleandoc("\n".join(["", *lines])).splitlines():
        match = None if line.startswith(" ") else _ENTRY.match(line)
        if match:
            if name:
                yield name, words
            name, words = match["name"], match["text"]
        else:
            words += f" {line.strip()}"
    if name:
        yield name, words.strip()


def _joined(text: str) -> str:
    return " ".join(line.strip() for line in text.splitlines())
