"""Where an application is mounted, as far as its object tells: frameworks strip mounts that no server names.

FastAPI writes its ``root_path`` into the scope after the guard has seen it; Django strips
``FORCE_SCRIPT_NAME``. The object that a guard wraps may be a middleware around the one that knows.
"""

import sys
from collections.abc import Iterator
from functools import partial
from types import FunctionType, MemberDescriptorType, MethodType
from typing import Any, Final

# More objects than this are no chain of middleware.
_MOST: Final = 200


def mounts_of(application: object) -> tuple[str, ...]:
    """Return the mounts that *application*, or what it wraps, strips by itself."""
    found = [root for one in within(application) if (root := _root_of(one))]
    settings = getattr(sys.modules.get("django.conf"), "settings", None)
    if settings is not None and settings.configured and settings.FORCE_SCRIPT_NAME:
        found.append(str(settings.FORCE_SCRIPT_NAME))
    return tuple(dict.fromkeys(found))


def _root_of(application: Any) -> str:
    root = _dict_of(application).get("root_path")
    return root if isinstance(root, str) else ""


def within(application: Any, *, but: tuple[type, ...] = ()) -> Iterator[Any]:
    """Yield *application* and what it wraps: as an attribute, as a bound argument, or in a closure.

    Runs nothing of what it looks at: no property, and no proxy for something of the current request.

    Args:
        application: where to begin.
        but: instances of these are left out, with what they wrap.
    """
    todo = [application]
    seen: set[int] = set()
    while todo and len(seen) < _MOST:
        one = todo.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        todo.extend(inner for inner in _inner(one) if _may_wrap(inner) and not isinstance(inner, but))


def _may_wrap(one: Any) -> bool:
    kind = type(one)
    return callable(one) and not issubclass(kind, type) and kind.__name__ != "LocalProxy"


def _inner(one: Any) -> Iterator[Any]:
    if isinstance(one, MethodType):
        yield from (one.__self__, one.__func__)
    elif isinstance(one, partial):
        yield from (one.func, *one.args, *one.keywords.values())
    elif isinstance(one, FunctionType):
        for cell in one.__closure__ or ():
            try:
                yield cell.cell_contents
            except ValueError:
                continue  # not filled yet
    yield from list(_dict_of(one).values())
    for kind in type(one).__mro__:
        for member in list(vars(kind).values()):
            if isinstance(member, MemberDescriptorType):
                try:
                    yield member.__get__(one, kind)
                except AttributeError:
                    continue  # not set yet


def _dict_of(one: Any) -> dict[str, Any]:
    try:
        found = object.__getattribute__(one, "__dict__")
    except Exception:  # noqa: BLE001 - what defines it anew may raise anything
        return {}
    return found if isinstance(found, dict) else {}
