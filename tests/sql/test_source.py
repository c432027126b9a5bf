"""What is read, from which rows, and what cannot be a source."""

import subprocess
import sys
import tracemalloc

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import Session, aliased, sessionmaker
from sqlalchemy.pool import StaticPool

from crossguard.lists.source import OriginSource
from crossguard.sql import ListedOrigin, SqlOrigins, create_tables
from tests.sql.support import BLOG, SHOP, Base, Site, Tenant, add, run


@pytest.fixture
def sites(engine):
    """Two tenants, one of whom has switched one of his sites off."""
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Tenant(id=1), Tenant(id=2)])
        session.commit()
    add(engine, SHOP, BLOG, model=Site, tenant_id=1)
    add(engine, SHOP, "https://old.example", model=Site, tenant_id=2)
    with engine.begin() as connection:
        connection.execute(sa.update(Site).where(Site.origin == "https://old.example").values(active=False))
    return engine


def test_all_rows_are_read_unless_a_condition_says_which(sites):
    def read(**options):
        return sorted(SqlOrigins(sites, model=Site, **options).read())

    assert read() == [BLOG, "https://old.example", SHOP, SHOP]
    assert read(where=Site.active) == [BLOG, SHOP, SHOP]
    assert read(where=Site.tenant_id == 2) == ["https://old.example", SHOP]
    assert read(where=sa.and_(Site.active, Site.tenant_id == 2)) == [SHOP]
    assert read(where=Site.label.is_not(None)) == []
    assert read(where=sa.text("tenant_id = 2")) == ["https://old.example", SHOP]
    assert read(where=Site.id.in_(sa.select(sa.func.min(Site.id)).scalar_subquery())) == [SHOP]
    other = aliased(Site)
    assert read(where=Site.id > sa.select(sa.func.min(other.id)).scalar_subquery()) == [
        BLOG,
        "https://old.example",
        SHOP,
    ]


def test_a_table_serves_as_well_as_a_model(sites):
    table = Site.__table__
    source = SqlOrigins(sites, model=table, where=table.c.active)

    assert sorted(source.read()) == [BLOG, SHOP, SHOP]
    assert source.version() == SqlOrigins(sites, model=Site).version()


def test_rows_that_are_no_origins_are_handed_on_as_they_are(engine):
    create_tables(engine)
    written = [
        "",
        "*",
        "HTTPS://UPPER.example",
        "https://a.example/",
        "no origin",
        "https://b\u00fccher.example",
        "x\ny",
    ]
    with engine.begin() as connection:
        connection.execute(sa.insert(ListedOrigin.__table__), [{"origin": text} for text in written])

    assert sorted(SqlOrigins(engine).read()) == sorted(written)


def test_rows_that_are_no_text_are_handed_on_as_text(sqlite):
    create_tables(sqlite)
    run(sqlite, "INSERT INTO crossguard_origins (origin) VALUES (X'00FF'), (7)")

    assert sorted(SqlOrigins(sqlite).read()) == ["7", r"b'\x00\xff'"]


def test_a_condition_on_another_table_is_refused(sqlite):
    others = [
        Tenant.id == 1,
        Site.tenant_id.in_(sa.select(Tenant.id)),
        sa.exists().where(Tenant.id == Site.tenant_id),
        aliased(Tenant).id == 1,
    ]
    for where in others:
        with pytest.raises(ValueError, match="where asks tenants, and a change there would not be noticed"):
            SqlOrigins(sqlite, model=Site, where=where)


def test_a_condition_on_the_time_is_refused(sqlite):
    for clock in (sa.func.now(), sa.func.current_timestamp(), sa.func.clock_timestamp()):
        with pytest.raises(ValueError, match=r"where asks for the time .*Use a column instead"):
            SqlOrigins(sqlite, where=ListedOrigin.created_at > clock)


@pytest.mark.parametrize("name", ["timeout", "read_timeout"])
def test_a_time_out_of_nothing_is_refused(sqlite, name):
    with pytest.raises(ValueError, match="seconds above 0"):
        SqlOrigins(sqlite, **{name: 0})


def test_a_source_is_an_origin_source_with_its_options(sqlite, tmp_path):
    source = SqlOrigins(sqlite, seconds=2, keep=tmp_path / "kept")

    assert isinstance(source, OriginSource)
    assert source.seconds == 2
    assert source.keep == tmp_path / "kept"
    assert not callable(source)


def test_its_name_says_table_and_database_and_no_password():
    url = "postgresql+psycopg://ann:s3cret@db.example:5433/shop?password=s3cret&sslmode=require"
    source = SqlOrigins(sa.create_engine(url), model=Site)

    assert str(source) == "the table sites of postgresql://ann@db.example:5433/shop"
    assert "s3cret" not in repr(source)
    assert str(SqlOrigins(lambda: None)) == "the table crossguard_origins"


def test_a_function_that_returns_the_engine_is_called_once_and_late(engine):
    create_tables(engine)
    calls = []

    def factory():
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("not yet")
        return engine

    source = SqlOrigins(factory)
    assert calls == []
    with pytest.raises(RuntimeError, match="not yet"):
        source.version()
    source.version()
    source.read()

    assert len(calls) == 2
    assert str(source).startswith(f"the table crossguard_origins of {engine.url.get_backend_name()}://")


def asynchronous():
    return create_async_engine("postgresql+psycopg://user@host/name")


@pytest.mark.parametrize(
    "engine",
    [
        asynchronous(),
        asynchronous().sync_engine,
        "sqlite:///origins.db",
        sa.make_url("sqlite:///origins.db"),
        None,
        Session(),
    ],
    ids=repr,
)
def test_what_is_no_synchronous_engine_is_refused(engine):
    with pytest.raises(TypeError, match=r"needs the Engine that sqlalchemy.create_engine\(...\) returns"):
        SqlOrigins(engine)


def test_what_a_function_returns_must_be_an_engine_too(sqlite):
    for factory in (asynchronous, lambda: "sqlite:///origins.db", sessionmaker(sqlite)):
        with pytest.raises(TypeError, match="make a second engine with a synchronous driver"):
            SqlOrigins(factory).version()
    assert isinstance(asynchronous(), AsyncEngine)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url):
    with pytest.raises(ValueError, match="Name a file"):
        SqlOrigins(sa.create_engine(url))


def test_a_pool_of_one_shared_connection_is_refused(tmp_path):
    with pytest.raises(ValueError, match="StaticPool"):
        SqlOrigins(sa.create_engine(f"sqlite:///{tmp_path}/x.db", poolclass=StaticPool))


@pytest.mark.parametrize("model", [Base, "sites", None, Tenant, sa.table("sites")])
def test_what_has_no_origins_is_refused(sqlite, model):
    with pytest.raises(TypeError, match="is no model with a column 'origin'"):
        SqlOrigins(sqlite, model=model)


def test_without_its_tables_a_source_says_how_to_make_them(engine):
    source = SqlOrigins(engine)
    with pytest.raises(RuntimeError, match=r"crossguard_origins_version are missing\. Fix: create_tables"):
        source.version()

    create_tables(engine)
    source.version()


def test_without_sqlalchemy_the_import_says_what_to_install():
    program = "import sys; sys.modules['sqlalchemy'] = None\nimport crossguard.sql"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.stderr.splitlines()[-1] == (
        "ImportError: crossguard.sql needs SQLAlchemy. Run: pip install 'crossguard[sql]'"
    )


def fill(engine, count):
    create_tables(engine)
    with engine.begin() as connection:
        rows = [{"origin": f"https://customer{number}.example"} for number in range(count)]
        connection.execute(sa.insert(ListedOrigin.__table__), rows)


def test_a_long_list_takes_no_more_memory_than_itself(engine):
    fill(engine, 50_000)
    source = SqlOrigins(engine)
    assert len(source.read()) == 50_000
    tracemalloc.start()
    try:
        found = source.read()
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(set(found)) == 50_000
    assert peak < 1.5 * kept


def test_postgresql_hands_the_rows_over_in_parts(postgresql):
    fill(postgresql, 3)
    cursors = []

    def note(_connection, cursor, statement, *_):
        if "FROM crossguard_origins" in statement:
            cursors.append(type(cursor).__name__)

    sa.event.listen(postgresql, "before_cursor_execute", note)
    assert len(SqlOrigins(postgresql).read()) == 3

    assert cursors == ["ServerCursor"]
