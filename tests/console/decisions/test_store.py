"""Decisions in the database."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
import sqlalchemy as sa

from crossguard.console.decisions.observation import LONGEST_TEXT, bounded_facts, printable, to_row
from crossguard.console.decisions.store import DecisionStore, to_minute
from crossguard.console.models import DecidedMinute, RecordedDecision
from crossguard.console.schemas import DecisionQuery
from tests.console.observations import NOON, facts, minutes_before, observation, observations
from tests.console.support import STRANGER, WEB, engine_of


@pytest.fixture
def store(app):
    return DecisionStore(engine_of(app), 10)


def write(store, batch):
    """Store decisions and return them as they are read."""
    store.write([to_row(item) for item in batch])
    return store.page(DecisionQuery(limit=len(batch))).items[::-1]


def count(store, model):
    with store.engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_decision_is_stored_with_its_explanation(store):
    [written] = write(store, [observation(STRANGER, method="OPTIONS", requested_method="PATCH")])
    [read] = store.page(DecisionQuery(limit=5)).items
    assert read == written
    assert (read.at, read.origin, read.method, read.requested_method) == (NOON, STRANGER, "OPTIONS", "PATCH")
    assert (read.outcome, read.reason, read.allowed) == ("preflight-refused", "origin-not-listed", False)
    assert read.url == "http://localhost:5000/api/me"
    assert STRANGER in read.explanation.summary
    assert read.explanation.fix


def test_the_newest_are_kept_and_the_oldest_go(store):
    for number in range(7):
        write(store, [observation(f"https://{number}-{index}.example") for index in range(3)])
    page = store.page(DecisionQuery(limit=100))
    assert len(page.items) == 10
    assert page.items[0].origin == "https://6-2.example"
    assert page.items[-1].origin == "https://3-2.example"
    assert store.kept() == 10


def test_a_batch_larger_than_what_is_kept_leaves_the_newest(store):
    write(store, [observation(f"https://{index}.example") for index in range(25)])
    origins = [item.origin for item in store.page(DecisionQuery(limit=100)).items]
    assert origins == [f"https://{index}.example" for index in range(24, 14, -1)]


def test_what_is_kept_is_counted_before_and_at_the_limit(store):
    assert store.kept() == 0
    write(store, observations(3, 1))
    assert store.kept() == 4 == count(store, RecordedDecision)


def test_numbers_are_not_used_twice(store):
    [first] = write(store, observations(1, 0))
    with store.engine.begin() as connection:
        connection.execute(sa.delete(RecordedDecision))
    [second] = write(store, observations(1, 0))
    assert second.id > first.id


def test_counts_of_a_minute_add_up_and_survive_pruning(store):
    for _ in range(4):
        write(store, observations(5, 2))
    assert count(store, RecordedDecision) == 10
    [minute] = store.minutes(1, NOON)
    assert (minute.allowed, minute.refused) == (20, 8)


def test_minutes_without_decisions_are_zero_and_the_oldest_comes_first(store):
    write(store, [*observations(1, 0, minutes_before(3)), *observations(0, 2, minutes_before(1))])
    minutes = store.minutes(4, NOON)
    assert [(minute.allowed, minute.refused) for minute in minutes] == [(1, 0), (0, 0), (0, 2), (0, 0)]
    assert minutes[-1].at == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert [later.at - earlier.at for earlier, later in pairwise(minutes)] == [timedelta(minutes=1)] * 3


def test_totals_are_over_the_last_thirty_minutes(store):
    write(store, [*observations(1, 1, minutes_before(30)), *observations(2, 3, minutes_before(29))])
    totals = store.totals(NOON, dropped=4)
    assert (totals.allowed, totals.refused, totals.dropped) == (2, 3, 4)


def test_counts_older_than_a_week_go(store):
    write(store, observations(1, 0, NOON - timedelta(days=8)))
    write(store, observations(1, 0))
    assert count(store, DecidedMinute) == 1


def test_minutes_are_those_of_utc():
    moment = datetime(2026, 11, 24, 17, 31, 59, 999, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert to_minute(moment) == datetime(2026, 11, 24, 12, 1, tzinfo=UTC)


def test_a_batch_is_stored_whole_or_not_at_all(store):
    rows = [to_row(item) for item in observations(2, 0)]
    rows[1]["reason"] = None
    with pytest.raises(sa.exc.IntegrityError):
        store.write(rows)
    assert count(store, RecordedDecision) == 0
    assert count(store, DecidedMinute) == 0


def test_a_moment_without_a_time_zone_is_not_stored(store):
    with pytest.raises(sa.exc.StatementError, match="time zone"):
        write(store, observations(1, 0, datetime(2026, 11, 24)))  # noqa: DTZ001 - what must not happen


def test_long_and_hostile_text_is_cut_and_escaped_before_it_is_stored(store):
    hostile = "https://x\x00\x1b[2J\r\n\ud800." + "a" * 9_000
    [written] = write(
        store,
        [observation(hostile, method="M" * 500, url="http://h/\x00" + "p" * 9_000, requested_method="\x00")],
    )
    for text in (written.origin, written.url):
        assert len(text) <= LONGEST_TEXT
        assert text.isprintable()
    assert len(written.method) == 64
    assert written.origin.startswith(r"https://x\x00\x1b[2J\r\n\ud800.aaa")
    assert written.explanation.summary.isprintable()
    assert len(written.explanation.summary) <= 4_096
    assert store.page(DecisionQuery(limit=1)).items == [written]


def test_text_that_can_be_printed_is_kept_as_it_is():
    assert printable("https://bücher.example/ü", 100) == "https://bücher.example/ü"
    assert printable("", 100) == ""
    assert printable("abc", 2) == "ab"


def test_facts_are_copied_only_if_they_are_too_long():
    short = facts(WEB)
    assert bounded_facts(short) is short
    long = facts("https://" + "a" * 5_000, requested_headers="x" * 5_000)
    bounded = bounded_facts(long)
    assert len(bounded.origin) == len(bounded.requested_headers) == LONGEST_TEXT
    assert bounded.method == "GET"
