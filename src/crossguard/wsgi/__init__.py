"""Middleware for every WSGI application (PEP 3333): Django, Falcon, Bottle, Pyramid and the rest.

from crossguard.wsgi import Crossguard

app = Crossguard(app, origins=["https://app.example.com"], supports_credentials=True)

Imports adapters, declare, lists, logs and core.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from crossguard.core.request import TokenState
from crossguard.wsgi.environ import Environ, StartResponse, WSGIApp

# Flask needs the environ only, and is spared the 3 ms that the middleware takes to import.
if TYPE_CHECKING:
    from crossguard.adapters.on_refused import Refusal
    from crossguard.wsgi.middleware import Crossguard

__all__ = ["Crossguard", "Environ", "Refusal", "StartResponse", "TokenState", "WSGIApp"]


def __getattr__(name: str) -> object:
    """Load what is used for the first time (PEP 562)."""
    if name not in {"Crossguard", "Refusal"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "crossguard.adapters.on_refused" if name == "Refusal" else "crossguard.wsgi.middleware"
    globals()[name] = found = getattr(import_module(module), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
