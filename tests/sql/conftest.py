"""Databases: a file of SQLite, and one of a PostgreSQL server where that can be started."""

import pytest
import sqlalchemy as sa

from tests.postgresql import postgresql_server


@pytest.fixture(scope="session")
def server():
    with postgresql_server() as server:
        yield server


@pytest.fixture
def database_url(server):
    """The URL of an empty database of PostgreSQL."""
    return server.url(server.new_database())


@pytest.fixture
def postgresql(database_url):
    engine = sa.create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'origins.db'}", connect_args={"timeout": 60})
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request):
    """An empty database of each kind."""
    return request.getfixturevalue(request.param)
