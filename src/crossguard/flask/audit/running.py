"""Hooks, run with a request of a stranger and a stub in place of the view: for ``--run-hooks``."""

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import chain as joined
from typing import Any, Final

from flask import Flask, request

from crossguard.flask.audit.flask_cors import STRANGER, Granted, is_of_another_site
from crossguard.flask.audit.sources import tree_of
from crossguard.flask.places import place_of_error
from crossguard.flask.rows import PolicyRow

# A host, or the end of one, as code that compares origins names it.
_HOST: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?\.?((?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*)", re.IGNORECASE)
# Hosts of one hook whose look-alikes ask.
_MOST: Final = 5


def answers_of_hooks(app: Flask, row: PolicyRow, path: str) -> tuple[Granted | None, str]:
    """Return whom the hooks of a rule let read, and why that is not known; empty if it is.

    Runs the ``before_request`` and ``after_request`` hooks, no view, and saves no session. They are asked
    by a stranger, by ``null``, and by look-alikes of the hosts that they name.
    """
    names = (None, *row.endpoint.split(".")[:-1])
    hooks = [function for name in names for function in app.after_request_funcs.get(name, ())]
    found: Granted | None = None
    for origin in (STRANGER, "null", *_look_alikes(hooks)):
        try:
            cookies = _ask(app, row, path, origin)
        except Exception as error:  # noqa: BLE001 - the application's own code, with a request of ours
            where = place_of_error(error)
            at = f" at {where}" if where else ""
            return None, f"a hook raised {type(error).__name__}{at} when it was run"
        if cookies is None:
            continue
        if origin in {STRANGER, "null"}:
            return Granted(("*",), cookies), ""
        if found is None or cookies:
            found = Granted((origin,), cookies, origin)
    return found, ""


def _ask(app: Flask, row: PolicyRow, path: str, origin: str) -> bool | None:
    """Return whether a page of *origin* reads with cookies; None if it does not read."""
    method = "GET" if "GET" in row.methods else row.methods[0]
    headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
    with app.test_request_context(path, method=method, headers=headers):
        response = app.make_response(app.preprocess_request() or "")
        for name in joined(request.blueprints, (None,)):
            for function in reversed(app.after_request_funcs.get(name, ())):
                response = app.ensure_sync(function)(response)
        allowed = response.headers.getlist("Access-Control-Allow-Origin")
        credentials = response.headers.get("Access-Control-Allow-Credentials") == "true"
    if allowed == ["*"]:
        return False
    return credentials if allowed == [origin] else None


def _look_alikes(hooks: Iterable[Any]) -> Iterator[str]:
    """Yield origins of strangers that begin or end as the hosts that *hooks* name."""
    hosts = dict.fromkeys(
        match[1].lower()
        for hook in hooks
        for text in _texts(hook)
        if (match := _HOST.fullmatch(text)) is not None
    )
    for host in [*hosts][:_MOST]:
        for origin in (f"https://stranger{host}", f"https://{host}.stranger.example"):
            if is_of_another_site(origin, host):
                yield origin


def _texts(function: Any) -> Iterator[str]:
    """Yield the texts in *function*, and in the lists and texts that it names."""
    code = getattr(function, "__code__", None)
    tree = tree_of(code) if code is not None else None
    for node in ast.walk(tree) if tree is not None else ():
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(node, ast.Name):
            value = function.__globals__.get(node.id)
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | tuple | set | frozenset):
            yield from (entry for entry in value if isinstance(entry, str))
