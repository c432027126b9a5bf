"""What is protected: one sentence about an object that the called class is not for, naming the right call."""

import contextlib
import inspect
from typing import Final

_LIST: Final = 'origins=["https://app.example.com"]'
#: Packages whose applications speak ASGI.
_ASGI: Final = frozenset({"fastapi", "litestar", "quart", "starlette"})
# Where the objects of other libraries keep the Flask application inside.
_INSIDE: Final = ("server", "app", "flask_app", "_app")


#: Modules of classes whose objects speak WSGI.
_WSGI: Final = frozenset({"bottle", "django.core.handlers.wsgi", "falcon.app", "flask.app", "pyramid.router"})


def require_wsgi(called: str, app: object) -> None:
    """Refuse what is no WSGI application for certain; *called* is the class that was called with it.

    Raises:
        TypeError: naming the right call.
    """
    # A class may be an application, whose objects are then the bodies (PEP 3333, "The Application Side").
    is_maker = isinstance(app, type) and not hasattr(app, "__iter__")
    if not callable(app) or is_maker or _speaks_asgi(app):
        raise TypeError(wrong_target(called, app))


def require_asgi(called: str, app: object) -> None:
    """Refuse what is no ASGI application for certain; *called* is the class that was called with it.

    Raises:
        TypeError: naming the right call.
    """
    if not callable(app) or isinstance(app, type) or _speaks_wsgi(app):
        raise TypeError(wrong_target(called, app))


def wrong_target(called: str, target: object) -> str:
    """Return the sentence about *target*, which *called* cannot protect.

    Args:
        called: what was called, as ``CORS`` or ``crossguard.wsgi.Crossguard``.
        target: what it was called with.
    """
    return f"{called}: {_no_application(target) or _right_call(target)}"


def _no_application(target: object) -> str:
    kind = type(target).__name__
    if isinstance(target, str):
        return f"a text is no application; write CORS(app, {_LIST})."
    if isinstance(target, type):
        name = target.__name__
        return f"{name} is a class; give an application that is made with it: app = {name}(…)."
    if inspect.isroutine(target) and not _speaks_asgi(target):
        name = getattr(target, "__name__", "create_app")
        return f"a function is no application; if it makes one, write CORS({name}(), {_LIST})."
    if not callable(target) and not _inner(target):
        named = f"{_article(kind)} {kind}"
        return f"{named} is no application; give the application itself, as in CORS(app, {_LIST})."
    return ""


def _right_call(target: object) -> str:
    kind = type(target).__name__
    kind = f"{_article(kind)} {kind}"
    if _is_flask(target):
        return f"a Flask application is given to crossguard.flask: write CORS(app, {_LIST})."
    inner = _inner(target)
    if inner:
        return f"{kind} object is no Flask application, but has one: write CORS(….{inner}, {_LIST})."
    protocol, module = ("an ASGI", "asgi") if _speaks_asgi(target) else ("a WSGI", "wsgi")
    call = f"app = crossguard.{module}.Crossguard(app, {_LIST})"
    return f"{kind} object is {protocol} application, and none of Flask: write {call}."


def _article(name: str) -> str:
    return "an" if name[0].lower() in "aeiou" else "a"


def _speaks_asgi(target: object) -> bool:
    return (
        any(kind.__module__.partition(".")[0] in _ASGI for kind in type(target).__mro__)
        or inspect.iscoroutinefunction(target)
        or inspect.iscoroutinefunction(getattr(type(target), "__call__", None))  # noqa: B004 - it is looked at
    )


def _speaks_wsgi(target: object) -> bool:
    # Falcon's application for ASGI inherits from the one for WSGI.
    return not _speaks_asgi(target) and any(kind.__module__ in _WSGI for kind in type(target).__mro__)


def _is_flask(target: object) -> bool:
    # Flask need not be installed.
    return any(kind.__module__ == "flask.app" and kind.__name__ == "Flask" for kind in type(target).__mro__)


def _inner(target: object) -> str:
    """Return the attribute under which *target* keeps a Flask application; empty if there is none."""
    for name in _INSIDE:
        with contextlib.suppress(Exception):  # an object of another library, which is only looked at
            if _is_flask(getattr(target, name, None)):
                return name
    return ""
