"""Tables and triggers are made once, however many processes start, and taken back without a trace."""

import subprocess
import sys
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from crossguard.sql import (
    ListedOrigin,
    ListedOriginMixin,
    SqlOrigins,
    create_tables,
    install_triggers,
    remove_triggers,
)
from tests.sql.support import BLOG, SHOP, Base, Site, add, run

PROGRAM = """
import sys
import sqlalchemy as sa
from crossguard.sql import SqlOrigins, create_tables

engine = sa.create_engine(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
create_tables(engine)
print(SqlOrigins(engine).version())
engine.dispose()
"""


def triggers(engine):
    counted = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
    if engine.dialect.name == "postgresql":
        counted = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"
    with engine.connect() as connection:
        return connection.exec_driver_sql(counted).scalar()


def functions(engine):
    with engine.connect() as connection:
        found = "SELECT count(*) FROM pg_proc WHERE proname LIKE 'crossguard%%'"
        return connection.exec_driver_sql(found).scalar()


def test_processes_that_start_together_take_turns(engine):
    url = engine.url.render_as_string(hide_password=False)
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", PROGRAM, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=120) for process in processes]

    assert [errors for _, errors in answers] == [""] * 4
    assert {version for version, _ in answers} == {f"{SqlOrigins(engine).version()}\n"}


@pytest.mark.parametrize("level", ["READ COMMITTED", "AUTOCOMMIT"])
def test_threads_that_start_together_take_turns(postgresql, level):
    engine = postgresql.execution_options(isolation_level=level)
    failures = []
    barrier = threading.Barrier(4)

    def create():
        try:
            for _ in range(5):
                barrier.wait(120)
                create_tables(engine)
                if barrier.wait(120) == 0:
                    ListedOrigin.metadata.drop_all(postgresql)
                barrier.wait(120)
        except Exception as error:
            failures.append(error)
            barrier.abort()

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


def test_making_the_tables_again_changes_nothing(engine):
    create_tables(engine)
    add(engine, SHOP)
    before = SqlOrigins(engine).version()
    made = triggers(engine)

    create_tables(engine)

    assert SqlOrigins(engine).version() == before
    assert SqlOrigins(engine).read() == [SHOP]
    assert triggers(engine) == made


def test_making_the_tables_again_does_not_wait_for_a_writer(postgresql):
    create_tables(postgresql)
    with postgresql.connect() as writer:
        writer.execute(sa.insert(ListedOrigin.__table__).values(origin=SHOP))
        with postgresql.begin() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = 50")
            create_tables(connection)
        writer.commit()

    assert SqlOrigins(postgresql).read() == [SHOP]


def test_whoever_gives_a_connection_commits(engine):
    with engine.connect() as connection:
        create_tables(connection)
        connection.rollback()
    assert sa.inspect(engine).get_table_names() == []

    with engine.begin() as connection:
        create_tables(connection)
    SqlOrigins(engine).version()


@pytest.mark.parametrize("level", ["AUTOCOMMIT", "SERIALIZABLE"])
def test_an_engine_may_have_another_isolation_level(engine, level):
    other = engine.execution_options(isolation_level=level)

    create_tables(other)
    add(engine, SHOP)
    source = SqlOrigins(other)

    assert source.version() == SqlOrigins(engine).version()
    assert source.read() == [SHOP]


def test_a_transaction_that_the_application_begins_by_itself_is_used(sqlite):
    # SQLAlchemy's recipe for transactions of SQLite that include definitions of tables.
    sa.event.listen(sqlite, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))

    create_tables(sqlite)
    add(sqlite, SHOP)

    assert SqlOrigins(sqlite).read() == [SHOP]


def test_create_all_makes_the_triggers_and_drop_all_leaves_nothing(engine):
    Base.metadata.create_all(engine)
    Base.metadata.create_all(engine)
    run(engine, "INSERT INTO tenants (id) VALUES (1)")
    source = SqlOrigins(engine, model=Site)
    before = source.version()
    add(engine, SHOP, model=Site, tenant_id=1)
    assert source.version() != before

    Base.metadata.drop_all(engine)

    assert sa.inspect(engine).get_table_names() == []
    assert triggers(engine) == 0
    if engine.dialect.name == "postgresql":
        assert functions(engine) == 0


def test_triggers_are_removed_and_those_of_another_table_stay(engine):
    create_tables(engine)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        remove_triggers(connection, Site)

    with pytest.raises(RuntimeError, match="sites are not counted"):
        SqlOrigins(engine, model=Site).version()
    before = SqlOrigins(engine).version()
    add(engine, SHOP)
    assert SqlOrigins(engine).version() != before

    with engine.begin() as connection:
        remove_triggers(connection, sa.table("crossguard_origins"))
    assert triggers(engine) == 0
    if engine.dialect.name == "postgresql":
        assert functions(engine) == 0
    add(engine, BLOG)


def odd_model():
    class OddBase(DeclarativeBase):
        pass

    class Odd(ListedOriginMixin, OddBase):
        __tablename__ = 'Some "odd" table\'s: %name %s'
        note: Mapped[str | None] = mapped_column()

    return Odd


def test_a_table_may_have_any_name(engine):
    model = odd_model()
    create_tables(engine, model=model)
    source = SqlOrigins(engine, model=model)
    before = source.version()

    add(engine, SHOP, model=model)

    assert source.version() != before
    assert source.read() == [SHOP]
    with engine.begin() as connection:
        remove_triggers(connection, model)
    assert triggers(engine) == 0


def test_a_table_may_be_in_a_schema_that_writers_do_not_search(postgresql):
    class SchemaBase(DeclarativeBase):
        metadata = sa.MetaData(schema="Odd schema")

    class Entry(ListedOriginMixin, SchemaBase):
        __tablename__ = "entries"

    run(postgresql, 'CREATE SCHEMA "Odd schema"')
    create_tables(postgresql)
    create_tables(postgresql, model=Entry)
    source = SqlOrigins(postgresql, model=Entry)
    before = source.version()
    add(postgresql, SHOP, model=Entry)
    assert source.version() != before
    assert source.read() == [SHOP]

    run(postgresql, 'SET search_path = pg_catalog; DELETE FROM "Odd schema".entries; RESET search_path')

    assert source.read() == []
    assert source.version()[0] == before[0] + 2
    assert SqlOrigins(postgresql).read() == []
    SchemaBase.metadata.drop_all(postgresql)
    assert functions(postgresql) == 1


def test_a_table_may_be_in_an_attached_file(tmp_path, sqlite):
    sa.event.listen(
        sqlite, "connect", lambda wire, _: wire.execute(f"ATTACH '{tmp_path / 'other.db'}' AS other")
    )

    class AttachedBase(DeclarativeBase):
        metadata = sa.MetaData(schema="other")

    class Entry(ListedOriginMixin, AttachedBase):
        __tablename__ = "entries"

    create_tables(sqlite, model=Entry)
    source = SqlOrigins(sqlite, model=Entry)
    before = source.version()
    add(sqlite, SHOP, model=Entry)

    assert source.version() != before
    assert source.read() == [SHOP]


def test_a_model_that_inherits_a_table_uses_its_triggers(engine):
    class InheritingBase(DeclarativeBase):
        pass

    class Entry(ListedOriginMixin, InheritingBase):
        __tablename__ = "entries"
        kind: Mapped[str | None] = mapped_column()
        __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "entry"}  # noqa: RUF012

    class Partner(Entry):
        __mapper_args__ = {"polymorphic_identity": "partner"}  # noqa: RUF012

    class Shop(Entry):
        __tablename__ = "shops"
        id: Mapped[int] = mapped_column(sa.ForeignKey("entries.id"), primary_key=True)
        __mapper_args__ = {"polymorphic_identity": "shop"}  # noqa: RUF012

    InheritingBase.metadata.create_all(engine)
    source = SqlOrigins(engine, model=Entry)
    before = source.version()
    add(engine, SHOP, model=Shop)
    between = source.version()
    add(engine, BLOG, model=Partner)

    assert len({before, between, source.version()}) == 3
    assert sorted(source.read()) == [BLOG, SHOP]
    assert SqlOrigins(engine, model=Shop).version() == source.version()


def test_roles_need_rights_on_both_tables(postgresql):
    create_tables(postgresql)
    version = SqlOrigins(postgresql).version()
    name = postgresql.url.database
    run(
        postgresql,
        f"CREATE ROLE {name}_writer LOGIN",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON crossguard_origins TO {name}_writer",
        f"GRANT SELECT, UPDATE ON crossguard_origins_version TO {name}_writer",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}_writer",
        f"CREATE ROLE {name}_reader LOGIN",
        f"GRANT SELECT ON crossguard_origins, crossguard_origins_version TO {name}_reader",
    )
    engines = [
        sa.create_engine(postgresql.url.set(username=f"{name}_{role}")) for role in ("writer", "reader")
    ]

    for engine in engines:
        create_tables(engine)
    add(engines[0], SHOP)

    for engine in engines:
        source = SqlOrigins(engine)
        assert source.version() != version
        assert source.read() == [SHOP]
        engine.dispose()


@pytest.mark.parametrize("function", [install_triggers, remove_triggers])
def test_without_a_connection_there_are_no_triggers(function):
    with pytest.raises(TypeError, match="a Connection is needed, not None"):
        function(None, ListedOrigin)


def test_what_is_neither_an_engine_nor_a_connection_is_refused():
    with pytest.raises(TypeError, match=r"an Engine or a Connection is needed.*run_sync"):
        create_tables("sqlite:///x.db")


@pytest.mark.parametrize("model", [Base, Base.metadata, "sites", None, 7, sa.table("sites"), object])
def test_what_is_no_model_is_refused(sqlite, model):
    with pytest.raises(TypeError, match=r"is no model with a column 'origin'|does not say which columns"):
        create_tables(sqlite, model=model)


def test_other_databases_are_refused():
    other = sa.create_engine("sqlite://")
    other.dialect.name = "mysql"
    with pytest.raises(ValueError, match="in PostgreSQL or SQLite, not in mysql"):
        create_tables(other)
    with pytest.raises(ValueError, match="in PostgreSQL or SQLite, not in mysql"):
        SqlOrigins(other)
