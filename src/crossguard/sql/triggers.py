"""The version of a table of origins, and the triggers that count it up.

Triggers make every change count, also that of another process, a script or a person at a prompt.
"""

import secrets
from typing import Any, Final

import sqlalchemy as sa

from crossguard.sql.version import ONLY, check_dialect, table_of, version_of

_TRIGGER: Final = "crossguard_count_changes"
_EVENTS: Final = ("insert", "update", "delete")

# One statement-level trigger that runs BEFORE. Its UPDATE locks the row with the version until the
# transaction ends, which does two things. Writers commit in the order of their numbers: no reader sees
# a number while a smaller one is not committed yet, and no change hides behind a later one. A process
# that writes origins queues at this row before it locks any row of the table: two transactions that change
# the same origins in different order would otherwise wait for each other.
#
# Once in a transaction is enough, and has to be: PostgreSQL keeps every old version of a row until then, and
# a hundred thousand statements would each walk past all of them. A savepoint that is rolled back takes the
# note along that it is done.
#
# The schema is looked up at each call: the process that writes may have another search path.
_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $crossguard$
DECLARE
    note CONSTANT text := 'crossguard.table_' || TG_RELID;
    this_transaction CONSTANT text := pg_current_xact_id();
BEGIN
    IF current_setting(note, true) = this_transaction THEN
        RETURN NULL;
    END IF;
    EXECUTE format(
        'UPDATE %I.%I SET number = number + 1, mark = gen_random_uuid()', TG_TABLE_SCHEMA, TG_ARGV[0]
    );
    PERFORM set_config(note, this_transaction, true);
    RETURN NULL;
END
$crossguard$
"""
_STATEMENT_TRIGGER: Final = f"""
CREATE TRIGGER {_TRIGGER} BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {{table}}
FOR EACH STATEMENT EXECUTE FUNCTION {{function}}({{version}})
"""
# A function that another table's trigger needs stays.
_DROP_FUNCTION: Final = """
DO $crossguard$ BEGIN
    DROP FUNCTION IF EXISTS {function}();
EXCEPTION WHEN dependent_objects_still_exist THEN
    NULL;
END $crossguard$
"""

# SQLite has triggers for each row only, and one writer at a time.
_ROW_TRIGGER: Final = """
CREATE TRIGGER {trigger} AFTER {event} ON {table} FOR EACH ROW BEGIN
    UPDATE {version} SET number = number + 1, mark = lower(hex(randomblob(16)));
END
"""


def are_installed(table: sa.TableClause, dialect: sa.Dialect) -> sa.ColumnElement[bool]:
    """Return the expression that tells whether all triggers of *table* are there, and switched on.

    A dump, ``ALTER TABLE`` or Alembic's batch mode can lose them without a message.
    """
    if dialect.name == "sqlite":
        master = sa.table("sqlite_master", *map(sa.column, ("type", "name", "tbl_name")), schema=table.schema)
        names = [_row_trigger(table, event) for event in _EVENTS]
        found = sa.select(sa.func.count()).where(
            master.c.type == "trigger",
            master.c.name.in_(names),
            sa.func.lower(master.c.tbl_name) == table.name.lower(),
        )
        return found.scalar_subquery() == len(names)
    trigger = sa.table(
        "pg_trigger",
        sa.column("tgrelid"),
        sa.column("tgname", sa.Text),
        sa.column("tgenabled", sa.Text),
        schema="pg_catalog",
    )
    return sa.exists().where(
        trigger.c.tgrelid == sa.cast(_quoted(table), _RegClass),
        trigger.c.tgname == _TRIGGER,
        trigger.c.tgenabled.in_(("O", "A")),
    )


def install_triggers(connection: sa.Connection, model: Any) -> None:
    """Let every change of a table count; for migrations. Does nothing where it is done already.

    Makes the table with the version, ``<table>_version``, if there is none. Commits nothing.

    Args:
        connection: where the table is, such as Alembic's ``op.get_bind()``.
        model: the model, or its table: what ``op.create_table`` returns, or ``sqlalchemy.table("name")``.

    Raises:
        TypeError: *connection* or *model* is something else.
        ValueError: neither PostgreSQL nor SQLite.
    """
    table = _prepared(connection, model)
    version, only = version_of(table)
    version.create(connection, checkfirst=True)
    installed = sa.and_(are_installed(table, connection.dialect), sa.exists().where(only))
    if connection.scalar(sa.select(installed)):
        return
    _drop_triggers(connection, table)
    for statement in _create_statements(connection.dialect, table, version):
        _run(connection, statement)
    # Behind the triggers: a writer holds the table first and this row second, and so does this.
    mark = secrets.token_hex(16)
    changed = sa.update(version).values(number=version.c.number + 1, mark=mark)
    if not connection.execute(changed).rowcount:
        connection.execute(sa.insert(version).values(id=ONLY, number=1, mark=mark))


def remove_triggers(connection: sa.Connection, model: Any) -> None:
    """Drop the triggers of a table; for migrations, which drop the table with the version themselves.

    Args:
        connection: where the table is, such as Alembic's ``op.get_bind()``.
        model: the model, or its table.

    Raises:
        TypeError: *connection* or *model* is something else.
        ValueError: neither PostgreSQL nor SQLite.
    """
    table = _prepared(connection, model)
    _drop_triggers(connection, table)
    remove_function(connection, table.schema)


def remove_function(connection: sa.Connection, schema: str | None) -> None:
    """Drop PostgreSQL's function if no trigger of *schema* needs it any more."""
    if connection.dialect.name == "postgresql":
        function = _quoted(sa.table(_TRIGGER, schema=schema))
        _run(connection, _DROP_FUNCTION.format(function=function))


class _RegClass(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "regclass"


def _prepared(connection: object, model: object) -> sa.TableClause:
    if not isinstance(connection, sa.Connection):
        raise TypeError(
            f"a Connection is needed, not {connection!r}. Alembic has none in offline mode (--sql): "
            "run the migration against a database."
        )
    check_dialect(connection.dialect)
    return table_of(model)


def _row_trigger(table: sa.TableClause, event: str) -> str:
    return f"{_TRIGGER}_{table.name}_{event}"


def _create_statements(dialect: sa.Dialect, table: sa.TableClause, version: sa.Table) -> list[str]:
    if dialect.name == "postgresql":
        function = _quoted(sa.table(_TRIGGER, schema=table.schema))
        argument = "'" + version.name.replace("'", "''") + "'"
        return [
            _FUNCTION.format(function=function),
            _STATEMENT_TRIGGER.format(table=_quoted(table), function=function, version=argument),
        ]
    # A trigger is in the schema of its table, and so is what it names.
    names = {"table": _quoted(sa.table(table.name)), "version": _quoted(sa.table(version.name))}
    return [
        _ROW_TRIGGER.format(
            trigger=_quoted(sa.table(_row_trigger(table, event), schema=table.schema)), event=event, **names
        )
        for event in _EVENTS
    ]


def _drop_triggers(connection: sa.Connection, table: sa.TableClause) -> None:
    if connection.dialect.name == "postgresql":
        _run(connection, f"DROP TRIGGER IF EXISTS {_TRIGGER} ON {_quoted(table)}")
        return
    for event in _EVENTS:
        trigger = sa.table(_row_trigger(table, event), schema=table.schema)
        _run(connection, f"DROP TRIGGER IF EXISTS {_quoted(trigger)}")


def _quoted(table: sa.TableClause) -> str:
    """Quote a name as both databases do. SQLAlchemy's own way escapes for the driver, too."""
    parts = (table.name,) if table.schema is None else (table.schema, table.name)
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def _run(connection: sa.Connection, statement: str) -> None:
    connection.execute(sa.DDL(statement.replace("%", "%%")))  # type: ignore[no-untyped-call]
