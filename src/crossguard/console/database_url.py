"""Which database: the URL that people write, checked and given the driver that is used here."""

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

_EXAMPLE = "postgresql://user:password@host/name"


def parse_database_url(text: str) -> str:
    """Check a database URL and name its driver.

    ``postgres://`` is what hosting platforms hand out; SQLAlchemy calls it ``postgresql`` and needs
    to be told which driver.

    Args:
        text: the URL as it was written.

    Returns:
        An SQLAlchemy URL, its password in plain text.

    Raises:
        ValueError: if it is no URL, or of a database that the application does not know.
    """
    try:
        url = sa.make_url(text)
    except (ArgumentError, ValueError):
        # Nothing of the text is repeated: it may hold a password.
        raise ValueError(f"it is not a database URL. Write it like {_EXAMPLE}") from None
    name = url.drivername.partition("+")[0]
    if name in {"postgres", "postgresql"}:
        if not url.database:
            raise ValueError(f"it names no database. Write it like {_EXAMPLE}")
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if name == "sqlite":
        if url.database in {None, "", ":memory:"}:
            raise ValueError(
                "a database in memory is lost at every start. Name a file: sqlite:////var/lib/app.db"
            )
        return url.set(drivername="sqlite").render_as_string(hide_password=False)
    raise ValueError(
        f"{name[:40]!r} is not supported. Use PostgreSQL ({_EXAMPLE}) or leave it out for SQLite."
    )


def describe_database(url: sa.URL) -> str:
    """Name a database for people: a file's path, or a URL without its password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.render_as_string(hide_password=True)
