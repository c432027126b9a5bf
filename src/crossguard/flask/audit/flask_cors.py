"""What Flask-CORS lets pages read: known by what it declares, and by the answers of its own functions.

No code of the application runs: Flask-CORS's functions are asked beside a stub, with its configuration.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from flask import Flask, Response

from crossguard.core.alternatives import alternatives_of
from crossguard.core.expressions import Trust, opening_of
from crossguard.core.origins import parse_serialized
from crossguard.flask.places import is_own_file, place
from crossguard.migrate.names import dotted
from crossguard.suffixes import registrable_domain

#: The page of a site that no application lists.
STRANGER: Final = "https://stranger.example"

_PREFIX: Final = "CORS_"
_NAME: Final = "flask_cors"
# Origins of a list that are asked about one by one.
_MOST: Final = 50
_MOST_SOURCE: Final = 2_000_000


class Granted(NamedTuple):
    """Who reads.

    Attributes:
        origins: ``*`` for every site, or entries of a list.
        cookies: whether with the user's cookies.
        stranger: an origin that is let in besides, though it was hardly meant; empty if there is none.
    """

    origins: tuple[str, ...]
    cookies: bool
    stranger: str = ""


def is_of_flask_cors(function: Any) -> bool:
    """Tell whether *function* is Flask-CORS's, by the file that it comes from."""
    code = getattr(function, "__code__", None)
    return code is not None and Path(code.co_filename).parent.name == _NAME


@dataclass(slots=True)
class Asking:
    """Flask-CORS with the configuration of an application, and a stub in its place."""

    stub: Flask

    @classmethod
    def of(cls, app: Flask) -> "Asking":
        """Return the one for *app*."""
        stub = Flask("stub", static_folder=None)
        stub.config.update({key: value for key, value in app.config.items() if str(key).startswith(_PREFIX)})
        return cls(stub)

    def of_hook(self, function: Any, path: str) -> Granted | None:
        """Return whom ``CORS(app)`` lets read *path*; None if it lets in no other origin."""
        found: list[tuple[Any, Any]] = _cell(function, "resources") or []
        entries = next((_origins(options) for pattern, options in found if _matches(pattern, path)), [])
        return self._granted(path, entries, function)

    def of_decorator(self, function: Any, path: str) -> Granted | None:
        """Return whom ``@cross_origin`` lets read *path*; None if it lets in no other origin."""
        # It is loaded, as the function is one of it.
        core: Any = sys.modules[f"{_NAME}.core"]
        with self.stub.app_context():
            options = core.get_cors_options(self.stub, _cell(function, "_options") or {})
        return self._granted(
            path, _origins(options), lambda response: core.set_cors_headers(response, options)
        )

    def _granted(self, path: str, entries: list[Any], answer: Any) -> Granted | None:
        def ask(origin: str) -> bool | None:
            """Return whether a page of *origin* reads with cookies; None if it does not read."""
            with self.stub.test_request_context(path, headers={"Origin": origin}):
                headers = answer(Response()).headers
            allowed = headers.getlist("Access-Control-Allow-Origin")
            if allowed not in ([origin], ["*"]):
                return None
            return bool(allowed != ["*"] and headers.get("Access-Control-Allow-Credentials") == "true")

        for stranger in (STRANGER, "null"):
            if (cookies := ask(stranger)) is not None:
                return Granted(("*",), cookies)
        texts = [entry for entry in entries if isinstance(entry, str)][:_MOST]
        expressions = [entry for entry in entries if isinstance(entry, re.Pattern)][:_MOST]
        listed = {entry: cookies for entry in texts if (cookies := ask(entry)) is not None}
        opened = next((near for entry in expressions if (near := _near(entry)) and ask(near) is not None), "")
        shown = (*listed, *(f"r'{entry.pattern}'" for entry in expressions))
        if not shown:
            return None
        samples = [*listed.values(), *(found for entry in expressions if (found := self._sample(entry, ask)))]
        return Granted(shown, any(samples) or bool(opened and ask(opened)), opened)

    @staticmethod
    def _sample(entry: re.Pattern[str], ask: Any) -> bool:
        return any(bool(ask(sample)) for sample in _samples(entry))


def calls_in_sources(app: Flask) -> list[str]:
    """Return where the sources of *app* hand an application to Flask-CORS, as ``app.py:12``."""
    roots = (str(Path(app.root_path).resolve()), str(Path.cwd()))
    # The modules of the application and of its views first: others may make applications of their own.
    near = {app.import_name, *(getattr(view, "__module__", "") for view in app.view_functions.values())}
    found: dict[bool, dict[str, None]] = {True: {}, False: {}}
    for name, module in [*sys.modules.items()]:
        filename = getattr(module, "__file__", None)
        if isinstance(filename, str) and is_own_file(filename) and filename.startswith(roots):
            found[name in near].update(dict.fromkeys(place(filename, line) for line in _calls(filename)))
    return [*(found[True] or found[False])]


@lru_cache(maxsize=1024)
def _calls(filename: str) -> tuple[int, ...]:
    path = Path(filename)
    try:
        if path.stat().st_size > _MOST_SOURCE or _NAME not in (text := path.read_text("utf-8", "replace")):
            return ()
        tree = ast.parse(text)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return tuple(_lines(tree))


def _lines(tree: ast.Module) -> Iterator[int]:
    """Yield the lines of ``CORS(app, …)``, and of ``init_app`` of an extension that was made without one."""
    nodes = [*ast.walk(tree)]
    classes = {name for node in nodes for name in _classes(node)}
    extensions: set[str] = set()
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func, args=[])):
                extensions.update({name} if dotted(func) in classes else ())
            case _:
                pass
    for node in nodes:
        match node:
            case ast.Call(func=func, args=[_, *_]) if dotted(func) in classes:
                yield node.lineno
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="init_app")) if name in extensions:
                yield node.lineno
            case _:
                pass


def _classes(node: ast.AST) -> list[str]:
    """Return how an import names the class of Flask-CORS: ``CORS``, ``flask_cors.CORS``."""
    match node:
        case ast.ImportFrom(module=str(module), names=aliases) if module.partition(".")[0] == _NAME:
            return [alias.asname or alias.name for alias in aliases if alias.name == "CORS"]
        case ast.Import(names=aliases):
            return [f"{alias.asname or alias.name}.CORS" for alias in aliases if alias.name == _NAME]
        case _:
            return []


def _cell(function: Any, name: str) -> Any:
    """Return what *function* keeps by *name*; None if this Flask-CORS keeps no such thing."""
    names = function.__code__.co_freevars
    cells = function.__closure__ or ()
    return cells[names.index(name)].cell_contents if name in names else None


def _origins(options: Any) -> list[Any]:
    found = options.get("origins") if isinstance(options, dict) else getattr(options, "origins", None)
    entries = [found] if isinstance(found, str | re.Pattern) else [*(found or ())]
    # Until 6 an expression is kept as the text that it is written in.
    return [_compiled(entry) if isinstance(entry, str) else entry for entry in entries]


def _compiled(entry: str) -> str | re.Pattern[str]:
    if not set(entry) & set("*\\]?$^[]()"):
        return entry
    try:
        return re.compile(entry, re.IGNORECASE)
    except re.error:
        return entry


def _matches(pattern: Any, path: str) -> bool:
    if isinstance(pattern, re.Pattern):
        return pattern.match(path) is not None
    try:
        return re.match(pattern, path) is not None or path == pattern
    except (re.error, TypeError):
        return False


def _samples(expression: re.Pattern[str]) -> list[str]:
    """Return origins that an expression was written for."""
    texts = [
        "".join(piece if isinstance(piece, str) else filler for piece in alternative)
        for alternative in alternatives_of(expression) or ()
        for filler in ("a", "1", "")
    ]
    return [text for text in texts if expression.match(text) and parse_serialized(text) is not None][:3]


def is_of_another_site(origin: str, host: str) -> bool:
    """Tell whether *origin* is one that strangers can have, not a subdomain of the same owner as *host*."""
    parsed = parse_serialized(origin)
    return parsed is not None and registrable_domain(parsed.host) != registrable_domain(host)


def _near(expression: re.Pattern[str]) -> str:
    """Return the origin of a stranger that Flask-CORS takes for a match; empty if none is known.

    Flask-CORS compares the beginning only: what follows is free where no ``$`` ends the expression.
    """
    for sample in _samples(expression):
        known = parse_serialized(sample)
        for near in (f"{sample}.stranger.example", sample.replace(".", "x", 1), f"{sample}stranger.example"):
            if known is not None and expression.match(near) and is_of_another_site(near, known.host):
                return near
    trust = Trust(is_shared=lambda host: registrable_domain(host) is None, allows_http=lambda _: True)
    opening = opening_of(expression, trust)
    found = None if opening is None else re.search(r"It matches (\S+)\.$", opening.reason)
    return found[1] if found is not None and expression.match(found[1]) else ""
