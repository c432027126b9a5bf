"""The reference application: a cookie-authenticated API and the front end that it serves.

Imports public names of the library only.
"""

try:
    import flask as _flask  # noqa: F401 - the modules below need them all; this one says how to get them
    import flask_login as _flask_login  # noqa: F401
    import flask_sqlalchemy_lite as _flask_sqlalchemy_lite  # noqa: F401
    import msgspec as _msgspec  # noqa: F401
except ModuleNotFoundError as _error:
    raise ImportError(
        f"crossguard.console needs {_error.name}. Run: pip install 'crossguard[console]'"
    ) from None

from crossguard.console.app import create_app
from crossguard.console.settings import Settings

__all__ = ["Settings", "create_app"]
