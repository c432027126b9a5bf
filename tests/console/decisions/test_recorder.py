"""Taking decisions off the request path."""

import logging
import os
import threading
import time

import pytest
from sqlalchemy.exc import DataError, OperationalError

from crossguard.console.decisions.recorder import Recorder
from crossguard.console.decisions.store import DecisionStore
from crossguard.console.schemas import DecisionQuery
from crossguard.console.services import services_of
from crossguard.core.decide import decide
from crossguard.core.decision import Outcome
from tests.console.feeds import make_feed
from tests.console.observations import POLICY, facts
from tests.console.support import STRANGER, WEB, Page, close_app, engine_of, make_app, make_settings


class Store(DecisionStore):
    """A store that can be held up, and that can fail."""

    def __init__(self, engine):
        super().__init__(engine, 1_000)
        self.go = threading.Event()
        self.go.set()
        self.errors = []
        self.batches = []

    def write(self, rows):
        assert self.go.wait(10)
        if self.errors:
            raise self.errors.pop(0)
        self.batches.append(len(rows))
        return super().write(rows)

    def count(self):
        return len(self.page(DecisionQuery(limit=1_000)).items)


@pytest.fixture
def store(app):
    return Store(engine_of(app))


@pytest.fixture
def recorder(store):
    recorder = Recorder(store, make_feed(store), queue_size=20)
    yield recorder
    store.go.set()
    recorder.stop()


@pytest.fixture(autouse=True)
def _short_delays(monkeypatch):
    monkeypatch.setattr("crossguard.console.decisions.recorder._FIRST_DELAY", 0.01)
    monkeypatch.setattr("crossguard.console.decisions.recorder._SECONDS_TO_GATHER", 0.02)


def receive(recorder, origin=WEB, times=1):
    about = facts(origin)
    for _ in range(times):
        recorder.receive(None, decision=decide(POLICY, about), facts=about, policy=POLICY)


def unavailable():
    return OperationalError("INSERT", {}, Exception("the server is away"))


def test_decisions_of_requests_are_recorded(app, admin):
    Page(app, STRANGER).get("/api/me")
    assert services_of(app).recorder.flush()
    items = admin.get("/api/decisions").get_json()["items"]
    assert [(item["origin"], item["url"], item["outcome"]) for item in items[:2]] == [
        (STRANGER, "http://localhost/api/me", "actual-refused"),
        (WEB, "http://localhost/auth/sign-in", "actual-allowed"),
    ]


def test_preflights_are_recorded_with_the_method_they_ask_for(app, page, admin):
    page.preflight("/admin/users/3", "PATCH")
    Page(app, STRANGER).preflight("/admin/users/3", "DELETE")
    assert services_of(app).recorder.flush()
    refused, allowed = admin.get("/api/decisions").get_json()["items"][:2]
    assert (allowed["method"], allowed["requested_method"], allowed["outcome"]) == (
        "OPTIONS",
        "PATCH",
        "preflight-allowed",
    )
    assert (refused["requested_method"], refused["outcome"], refused["allowed"]) == (
        "DELETE",
        "preflight-refused",
        False,
    )


def test_requests_without_an_origin_are_not_recorded(app):
    Page(app, None).get("/api/me")
    assert services_of(app).recorder.flush()
    assert services_of(app).store.kept() == 0


def test_what_is_not_cross_origin_is_not_recorded(recorder, store):
    about = facts(WEB)
    decision = decide(POLICY, about)._replace(outcome=Outcome.NOT_CROSS_ORIGIN)
    recorder.receive(None, decision=decision, facts=about, policy=POLICY)
    assert recorder.flush()
    assert store.count() == 0


def test_each_application_records_its_own(app, tmp_path):
    other = make_app(make_settings(tmp_path / "other"))
    Page(other).get("/api/me")
    assert services_of(other).recorder.flush()
    assert services_of(app).recorder.flush()
    kept = services_of(other).store.kept(), services_of(app).store.kept()
    close_app(other)
    assert kept == (1, 0)


def test_decisions_are_written_in_batches(recorder, store):
    store.go.clear()
    receive(recorder)
    time.sleep(0.1)
    receive(recorder, times=15)
    store.go.set()
    assert recorder.flush()
    assert store.batches == [1, 15]


def test_a_full_queue_drops_and_counts_and_never_waits(recorder, store):
    store.go.clear()
    receive(recorder)
    time.sleep(0.1)
    started = time.monotonic()
    receive(recorder, times=50)
    assert time.monotonic() - started < 1
    assert recorder.dropped == 30
    store.go.set()
    assert recorder.flush()
    assert store.count() == 21
    assert recorder.dropped == 30


def test_a_database_that_is_away_is_tried_again_and_reported_once(recorder, store, caplog):
    caplog.set_level(logging.INFO, "crossguard.console")
    store.errors = [unavailable(), unavailable(), unavailable()]
    receive(recorder, times=3)
    assert recorder.flush()
    assert store.count() == 3
    assert recorder.dropped == 0
    failed, recovered = [record.getMessage() for record in caplog.records]
    assert "will be tried again" in failed
    assert "the server is away" in failed
    assert "\n" not in failed
    assert "stored again" in recovered


def test_while_the_database_is_away_the_queue_fills_and_drops(recorder, store):
    store.errors = [unavailable() for _ in range(5)]
    store.go.clear()
    receive(recorder, times=60)
    store.go.set()
    assert recorder.flush()
    assert store.count() + recorder.dropped == 60
    assert recorder.dropped > 0


def test_a_batch_that_the_database_will_never_take_is_dropped_and_counted(recorder, store, caplog):
    store.errors = [DataError("INSERT", {}, Exception("no such text"))]
    receive(recorder, times=2)
    assert recorder.flush()
    assert recorder.dropped == 2
    assert "was dropped" in caplog.text
    receive(recorder)
    assert recorder.flush()
    assert store.count() == 1


def test_an_explanation_that_fails_does_not_end_the_thread(recorder, store, monkeypatch):
    def explain(*_):
        raise LookupError("no words for this")

    with monkeypatch.context() as patch:
        patch.setattr("crossguard.console.decisions.observation.explain", explain)
        receive(recorder)
        assert recorder.flush()
    receive(recorder)
    assert recorder.flush()
    assert (store.count(), recorder.dropped) == (1, 1)


def test_stopping_writes_what_is_queued(recorder, store):
    store.go.clear()
    receive(recorder, times=20)
    store.go.set()
    assert recorder.stop()
    assert store.count() == 20


def test_stopping_waits_for_no_longer_than_it_may(recorder, store):
    store.go.clear()
    receive(recorder)
    started = time.monotonic()
    assert not recorder.stop(0.1)
    assert time.monotonic() - started < 2
    assert not recorder.flush(0.1)


def test_stopping_gives_up_on_a_database_that_is_away(recorder, store, monkeypatch):
    monkeypatch.setattr("crossguard.console.decisions.recorder._FIRST_DELAY", 60)
    store.errors = [unavailable(), unavailable()]
    receive(recorder, times=4)
    time.sleep(0.1)
    started = time.monotonic()
    assert recorder.stop()
    assert time.monotonic() - started < 2
    assert recorder.dropped == 4


def test_what_comes_after_the_stop_is_dropped_and_counted(recorder):
    assert recorder.stop()
    receive(recorder)
    assert recorder.dropped == 1
    assert recorder.flush()
    assert recorder.stop()


def test_the_thread_starts_with_the_first_decision_and_ends_with_the_process(recorder):
    assert recorder._thread is None
    receive(recorder)
    assert recorder._thread.daemon


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_records_with_a_thread_of_its_own(recorder, store):
    receive(recorder)
    assert recorder.flush()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            receive(recorder, STRANGER)
            status = 0 if recorder.flush() else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    receive(recorder)
    assert recorder.flush()
    assert store.count() == 3


def test_a_recorder_that_nobody_holds_no_longer_receives(app):
    recorder = services_of(app).recorder
    from crossguard.flask import decision_made

    assert [found for found in decision_made.receivers_for(app) if found.__self__ is recorder]
