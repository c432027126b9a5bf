"""Every change of the table alters the version, whoever makes it and however."""

import subprocess

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crossguard.sql import ListedOrigin, SqlOrigins, create_tables, install_triggers
from tests.sql.support import BLOG, SHOP, Base, Site, Tenant, add, run

TABLE = ListedOrigin.__table__


@pytest.fixture
def source(engine):
    create_tables(engine)
    add(engine, SHOP)
    return SqlOrigins(engine)


def by_orm(engine):
    with Session(engine) as session:
        session.scalars(sa.select(ListedOrigin)).one().origin = BLOG
        session.commit()


def by_core(engine):
    with engine.begin() as connection:
        connection.execute(sa.insert(TABLE), [{"origin": f"https://a{n}.example"} for n in range(3)])


def by_prompt(statement):
    def change(engine):
        run(engine, statement)

    return change


def in_a_savepoint(engine):
    with engine.begin() as connection:
        with connection.begin_nested():
            connection.execute(sa.update(TABLE).values(origin=BLOG))
        with connection.begin_nested() as savepoint:
            connection.execute(sa.delete(TABLE))
            savepoint.rollback()


CHANGES = {
    "a session": by_orm,
    "several rows at once": by_core,
    "an insertion at a prompt": by_prompt(
        "INSERT INTO crossguard_origins (origin) VALUES ('https://blog.customer.example')"
    ),
    "an update at a prompt": by_prompt(
        "UPDATE crossguard_origins SET origin = 'https://blog.customer.example'"
    ),
    "a deletion at a prompt": by_prompt("DELETE FROM crossguard_origins"),
    "a deletion by condition": by_prompt(
        "DELETE FROM crossguard_origins WHERE origin = 'https://shop.customer.example'"
    ),
    "an upsert": by_prompt(
        "INSERT INTO crossguard_origins (origin) VALUES ('https://shop.customer.example') "
        "ON CONFLICT (origin) DO UPDATE SET label = 'again'"
    ),
    "a savepoint": in_a_savepoint,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_alters_the_version_and_then_the_version_stays(source, engine, change):
    before = source.version()

    change(engine)

    after = source.version()
    assert after != before
    assert source.version() == after


@pytest.mark.parametrize("statement", ["TRUNCATE crossguard_origins", "TRUNCATE crossguard_origins CASCADE"])
def test_a_truncation_alters_the_version(postgresql, statement):
    create_tables(postgresql)
    add(postgresql, SHOP)
    source = SqlOrigins(postgresql)
    before = source.version()

    run(postgresql, statement)

    assert source.version() != before
    assert source.read() == []


def test_a_copy_alters_the_version(postgresql):
    create_tables(postgresql)
    source = SqlOrigins(postgresql)
    before = source.version()

    connection = postgresql.raw_connection()
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY crossguard_origins (origin) FROM STDIN") as copy,
    ):
        copy.write_row([SHOP])
    connection.commit()
    connection.close()

    assert source.version() != before
    assert source.read() == [SHOP]


def test_psql_alters_the_version(server, postgresql):
    create_tables(postgresql)
    source = SqlOrigins(postgresql)
    before = source.version()
    statement = "INSERT INTO crossguard_origins (origin) VALUES ('https://shop.customer.example')"
    command = ["psql", "-h", server.home, "-U", "tester", "-d", postgresql.url.database, "-c", statement]

    try:
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    except FileNotFoundError:
        pytest.skip("psql is not installed")

    assert source.version() != before
    assert source.read() == [SHOP]


@pytest.mark.parametrize("conflict", ["REPLACE", "IGNORE", "ABORT", "FAIL", "ROLLBACK"])
def test_a_policy_for_conflicts_does_not_keep_a_change_from_counting(sqlite, conflict):
    create_tables(sqlite)
    source = SqlOrigins(sqlite)
    before = source.version()

    run(sqlite, f"INSERT OR {conflict} INTO crossguard_origins (origin) VALUES ('https://a.example')")  # noqa: S608
    inserted = source.version()
    run(sqlite, f"UPDATE OR {conflict} crossguard_origins SET origin = 'https://blog.customer.example'")  # noqa: S608

    assert len({before, inserted, source.version()}) == 3
    assert source.read() == [BLOG]


def test_a_row_that_replaces_another_alters_the_version(sqlite):
    create_tables(sqlite)
    add(sqlite, SHOP)
    source = SqlOrigins(sqlite)
    before = source.version()

    run(
        sqlite,
        "REPLACE INTO crossguard_origins (origin, label) VALUES ('https://shop.customer.example', 'again')",
    )

    assert source.version() != before


def test_what_is_rolled_back_or_not_committed_does_not_count(source, engine):
    before = source.version()
    with engine.connect() as connection:
        connection.execute(sa.insert(TABLE).values(origin=BLOG))
        if engine.dialect.name == "postgresql":
            assert (source.version(), source.read()) == (before, [SHOP])
        connection.rollback()

    assert (source.version(), source.read()) == (before, [SHOP])


def test_rows_that_go_with_a_tenant_count(engine):
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", lambda wire, _: wire.execute("PRAGMA foreign_keys = ON"))
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Tenant(id=1))
        session.flush()
        session.add(Site(origin=SHOP, tenant_id=1))
        session.commit()
    source = SqlOrigins(engine, model=Site)
    before = source.version()

    run(engine, "DELETE FROM tenants")

    assert source.version() != before
    assert source.read() == []


def test_two_tables_have_two_versions(engine):
    create_tables(engine)
    Base.metadata.create_all(engine)
    run(engine, "INSERT INTO tenants (id) VALUES (1)")
    listed, sites = SqlOrigins(engine), SqlOrigins(engine, model=Site)
    before = listed.version(), sites.version()
    assert before[0] != before[1]

    add(engine, SHOP)
    between = listed.version(), sites.version()
    add(engine, BLOG, model=Site, tenant_id=1)

    assert between[0] != before[0]
    assert between[1] == before[1]
    assert (listed.version(), sites.version()) == (between[0], sites.version())
    assert sites.version() != before[1]
    assert (listed.read(), sites.read()) == ([SHOP], [BLOG])


def test_a_number_that_comes_back_after_a_backup_was_restored_is_another_version(source, engine):
    with engine.connect() as connection:
        backup = connection.exec_driver_sql("SELECT number, mark FROM crossguard_origins_version").one()
    assert source.version() == tuple(backup)
    run(engine, "DELETE FROM crossguard_origins")
    lost = source.version()

    with engine.begin() as connection:
        version = ListedOrigin.metadata.tables["crossguard_origins_version"]
        connection.execute(sa.update(version).values(number=backup.number, mark=backup.mark))
    assert source.version() == tuple(backup)
    run(engine, "INSERT INTO crossguard_origins (origin) VALUES ('https://blog.customer.example')")

    assert source.version()[0] == lost[0]
    assert source.version() != lost


LOSSES = [
    ("sqlite", "DELETE FROM crossguard_origins_version"),
    ("sqlite", "DROP TRIGGER crossguard_count_changes_crossguard_origins_delete"),
    ("postgresql", "TRUNCATE crossguard_origins_version"),
    ("postgresql", "DROP TRIGGER crossguard_count_changes ON crossguard_origins"),
    ("postgresql", "ALTER TABLE crossguard_origins DISABLE TRIGGER USER"),
]


@pytest.mark.parametrize(("engine", "loss"), LOSSES, indirect=["engine"])
def test_what_keeps_changes_from_counting_is_an_error_until_it_is_repaired(source, engine, loss):
    before = source.version()
    run(engine, loss)
    with pytest.raises(
        RuntimeError, match=r"crossguard_origins are not counted.* Fix: create_tables\(engine\)"
    ):
        source.version()

    with engine.begin() as connection:
        install_triggers(connection, ListedOrigin)

    repaired = source.version()
    assert repaired != before
    add(engine, BLOG)
    assert source.version() != repaired


def test_a_table_with_a_new_name_needs_its_triggers_anew(engine):
    create_tables(engine)
    before = SqlOrigins(engine).version()
    run(engine, "ALTER TABLE crossguard_origins RENAME TO listed")
    table = sa.table("listed", sa.column("origin", sa.String))
    source = SqlOrigins(engine, model=table)
    with pytest.raises(RuntimeError, match="listed are not counted"):
        source.version()
    with engine.begin() as connection:
        install_triggers(connection, table)
    renamed = source.version()

    # The old name, given to a new table, does not take the triggers of the renamed one for its own.
    with engine.begin() as connection:
        TABLE.create(connection)

    assert SqlOrigins(engine).version() != before
    assert source.version() == renamed
    add(engine, SHOP)
    assert source.version() == renamed
    run(engine, "INSERT INTO listed (origin) VALUES ('https://blog.customer.example')")
    assert source.version() != renamed
