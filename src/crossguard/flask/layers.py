"""What is wrapped around a Flask application, outermost first."""

from collections.abc import Iterator
from typing import Any, Final

from flask import Flask

from crossguard.flask.guard import Guard

# Under these names middleware keeps what it wraps.
_INNER: Final = ("wsgi_app", "app", "application", "_app", "_wsgi_app", "_inner", "wrapped")
# More is a loop.
_DEEPEST: Final = 30
_SOCKETS: Final = frozenset({"flask_socketio", "socketio", "engineio"})


def layers_of(app: Flask) -> Iterator[Any]:
    """Yield what is wrapped around *app*, outermost first."""
    application: Any = app.wsgi_app
    for _ in range(_DEEPEST):
        if getattr(application, "__self__", None) is not None:
            return  # the method of the application itself
        yield application
        kept = getattr(application, "__dict__", {})
        inner = next((kept[name] for name in _INNER if callable(kept.get(name))), None)
        # A Guard keeps the application beside what it wraps.
        application = kept.get("_inner") if isinstance(application, Guard) else inner
        if application is None:
            return


def socket_outside(app: Flask) -> bool:
    """Tell whether Socket.IO answers in front of the guard of *app*."""
    for layer in layers_of(app):
        if isinstance(layer, Guard):
            return False
        if is_socket_server(layer):
            return True
    return False


def is_socket_server(layer: Any) -> bool:
    """Tell whether *layer* is the middleware of a Socket.IO or an Engine.IO server."""
    return any(kind.__module__.partition(".")[0] in _SOCKETS for kind in type(layer).__mro__)
