"""A list of origins in a table of an SQL database, which every process follows.

Imports lists and core.
"""

try:
    import sqlalchemy as _sqlalchemy  # noqa: F401 - the modules below need it; this one says how to get it
except ModuleNotFoundError as _error:
    if _error.name != "sqlalchemy":
        raise
    raise ImportError("crossguard.sql needs SQLAlchemy. Run: pip install 'crossguard[sql]'") from None

from crossguard.sql.models import ListedOrigin, ListedOriginError, ListedOriginMixin
from crossguard.sql.source import SqlOrigins
from crossguard.sql.tables import create_tables
from crossguard.sql.triggers import install_triggers, remove_triggers

__all__ = [
    "ListedOrigin",
    "ListedOriginError",
    "ListedOriginMixin",
    "SqlOrigins",
    "create_tables",
    "install_triggers",
    "remove_triggers",
]
