"""Where an application is mounted, as far as its object tells: frameworks strip mounts that no server names.

FastAPI writes its ``root_path`` into the scope after the guard has seen it; Django strips
``FORCE_SCRIPT_NAME``. The object that a guard wraps may be a middleware around the one that knows.
"""

import sys
from collections.abc import Iterator
from typing import Any, Final

# More objects than this are no chain of middleware.
_MOST: Final = 200
_PLAIN: Final = (str, bytes, int, float, bool, type(None), list, tuple, dict, set, frozenset, type)


def mounts_of(application: object) -> tuple[str, ...]:
    """Return the mounts that *application*, or what it wraps, strips by itself."""
    found = [root for one in within(application) if (root := _root_of(one))]
    settings = getattr(sys.modules.get("django.conf"), "settings", None)
    if settings is not None and settings.configured and settings.FORCE_SCRIPT_NAME:
        found.append(str(settings.FORCE_SCRIPT_NAME))
    return tuple(dict.fromkeys(found))


def _root_of(application: Any) -> str:
    # Not getattr: it would run properties.
    root = getattr(application, "__dict__", {}).get("root_path")
    return root if isinstance(root, str) else ""


def within(application: Any) -> Iterator[Any]:
    """Yield *application* and what it wraps: as an attribute, as a bound argument, or in a closure."""
    todo = [application]
    seen: set[int] = set()
    while todo and len(seen) < _MOST:
        one = todo.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        todo.extend(inner for inner in _inner(one) if callable(inner) and not isinstance(inner, _PLAIN))


def _inner(one: Any) -> Iterator[Any]:
    for name in ("__self__", "__wrapped__", "__func__", "func"):
        yield getattr(one, name, None)
    for cell in getattr(one, "__closure__", None) or ():
        try:
            yield cell.cell_contents
        except ValueError:
            continue  # not filled yet
    kept = getattr(one, "__dict__", None)
    if isinstance(kept, dict):
        yield from list(kept.values())
    for kind in type(one).__mro__:
        slots = getattr(kind, "__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            yield getattr(one, name, None)
    yield from getattr(one, "args", ()) if type(one).__name__ == "partial" else ()
