"""Several writers at once: numbers are committed in their order, and nobody waits in a circle."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crossguard.sql import ListedOrigin, SqlOrigins, create_tables
from tests.sql.support import BLOG, SHOP, Base, Site, Tenant, add

TABLE = ListedOrigin.__table__
WRITERS, ROUNDS = 4, 25
LOOKS = 2 * ROUNDS
NUMBER = sa.text("SELECT number FROM crossguard_origins_version")


def together(*functions):
    """Run each in a thread, and raise what one of them raised."""
    errors = []

    def guarded(function):
        try:
            function()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()
    if errors:
        raise errors[0]


def test_nobody_sees_a_number_while_a_smaller_one_is_not_committed(engine):
    create_tables(engine)
    first = SqlOrigins(engine).version()[0] + 1
    # So that there is something to see at every look: each lets a few writes begin, and waits for one of them.
    may_write, written = threading.Semaphore(0), threading.Semaphore(0)
    seen = []

    def write(writer):
        for turn in range(ROUNDS):
            assert may_write.acquire(timeout=120)
            with engine.begin() as connection:
                row = {"origin": f"https://a{writer}-{turn}.example"}
                connection.execute(sa.insert(TABLE), row)
                # Its own transaction sees the number that this change has.
                number = connection.scalar(NUMBER)
                connection.execute(
                    sa.update(TABLE).where(TABLE.c.origin == row["origin"]).values(label=str(number))
                )
            written.release()

    def watch():
        snapshot = "REPEATABLE READ" if engine.dialect.name == "postgresql" else "SERIALIZABLE"
        for look in range(LOOKS):
            if look:
                assert written.acquire(timeout=120)
            with engine.connect().execution_options(isolation_level=snapshot) as connection:
                if snapshot == "SERIALIZABLE":
                    connection.exec_driver_sql("BEGIN")
                number = connection.scalar(NUMBER)
                seen.append((number, {int(label) for label in connection.scalars(sa.select(TABLE.c.label))}))
                may_write.release(WRITERS * ROUNDS // LOOKS)

    together(*(lambda writer=writer: write(writer) for writer in range(WRITERS)), watch)

    # PostgreSQL counts the transaction once; SQLite counts its insertion, and then its update.
    step = 1 if engine.dialect.name == "postgresql" else 2
    assert len({number for number, _ in seen}) > 1
    for number, labels in seen:
        assert labels == set(range(first, number + 1, step))


def test_a_second_writer_waits_until_the_first_has_committed(postgresql):
    create_tables(postgresql)
    with postgresql.connect() as first, postgresql.connect() as second:
        first.execute(sa.insert(TABLE).values(origin=SHOP))
        second.exec_driver_sql("SET lock_timeout = 50")
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            second.execute(sa.insert(TABLE).values(origin=BLOG))
        second.rollback()
        first.commit()
        second.execute(sa.insert(TABLE).values(origin=BLOG))
        second.commit()

    assert sorted(SqlOrigins(postgresql).read()) == [BLOG, SHOP]


def test_writers_that_change_the_same_rows_in_different_order_do_not_wait_in_a_circle(postgresql):
    create_tables(postgresql)
    add(postgresql, SHOP, BLOG)

    def write(*order):
        for turn in range(ROUNDS):
            with postgresql.begin() as connection:
                for origin in order:
                    changed = sa.update(TABLE).where(TABLE.c.origin == origin).values(label=str(turn))
                    connection.execute(changed)
                    connection.exec_driver_sql("SELECT pg_sleep(0.001)")

    before = SqlOrigins(postgresql).version()[0]
    together(lambda: write(SHOP, BLOG), lambda: write(BLOG, SHOP))

    assert SqlOrigins(postgresql).version()[0] == before + 2 * ROUNDS


def test_many_statements_in_one_transaction_count_once(postgresql):
    create_tables(postgresql)
    before = SqlOrigins(postgresql).version()[0]
    with postgresql.begin() as connection:
        for turn in range(50):
            with connection.begin_nested():
                connection.execute(sa.insert(TABLE).values(origin=f"https://a{turn}.example"))
    add(postgresql, SHOP)

    assert SqlOrigins(postgresql).version()[0] == before + 2


def test_a_change_after_a_savepoint_that_was_rolled_back_counts(postgresql):
    create_tables(postgresql)
    before = SqlOrigins(postgresql).version()
    with postgresql.begin() as connection:
        with connection.begin_nested() as savepoint:
            connection.execute(sa.insert(TABLE).values(origin=BLOG))
            savepoint.rollback()
        connection.execute(sa.insert(TABLE).values(origin=SHOP))

    assert SqlOrigins(postgresql).version() != before
    assert SqlOrigins(postgresql).read() == [SHOP]


def test_two_tables_count_in_one_transaction(postgresql):
    create_tables(postgresql)
    Base.metadata.create_all(postgresql)
    sources = SqlOrigins(postgresql), SqlOrigins(postgresql, model=Site)
    before = [source.version() for source in sources]
    with Session(postgresql) as session:
        session.add_all([Tenant(id=1), ListedOrigin(origin=SHOP)])
        session.flush()
        session.add(Site(origin=BLOG, tenant_id=1))
        session.commit()

    assert [
        new != old for new, old in zip([source.version() for source in sources], before, strict=True)
    ] == [
        True,
        True,
    ]
