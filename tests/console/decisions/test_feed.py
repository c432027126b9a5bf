"""The live feed."""

import json
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import OperationalError

from crossguard.console.decisions.feed import Viewer
from crossguard.console.decisions.news import format_event
from crossguard.console.schemas import Decision, Explanation, StatsTotals
from crossguard.console.services import services_of
from tests.console.feeds import Decided, make_feed
from tests.console.support import (
    STRANGER,
    Page,
    add_user,
    close_app,
    engine_of,
    is_readable,
    make_app,
    make_settings,
    within,
)


def never():
    return False


def events_of(response, wanted):
    """Read events from an open feed until there are as many as *wanted*."""
    found = []
    text = ""
    for chunk in response.iter_encoded():
        text += chunk.decode()
        *whole, text = text.split("\n\n")
        for event in whole:
            lines = dict(line.split(": ", 1) for line in event.split("\n") if not line.startswith(":"))
            if "event" in lines:
                found.append((lines["event"], lines.get("id"), json.loads(lines["data"])))
        if len(found) >= wanted:
            return found
    return found


def test_decisions_and_totals_arrive_as_they_are_stored(app, admin):
    services_of(app).recorder.flush()
    feed = admin.get("/api/events")
    assert feed.status_code == 200
    assert feed.mimetype == "text/event-stream"
    assert feed.cache_control.no_store
    assert is_readable(feed)
    Page(app, STRANGER).get("/api/me")
    # Totals of before, two decisions, and the totals that they make; the decisions may come one by one.
    events = events_of(feed, 3)
    while events[-1][0] != "stats" or not events[-1][2]["refused"]:
        events += events_of(feed, 1)
    feed.close()
    decisions = [(number, body) for name, number, body in events if name == "decision"]
    assert [body["url"] for _, body in decisions] == [
        "http://localhost/api/events",
        "http://localhost/api/me",
    ]
    stored = admin.get("/api/decisions?outcome=refused").get_json()["items"][0]
    assert decisions[1] == (str(stored["id"]), stored)
    totals = [body for name, _, body in events if name == "stats"][-1]
    assert set(totals) == {"allowed", "refused", "dropped"}
    assert totals["refused"] == 1


def test_silence_is_broken_by_comments(tmp_path):
    app = make_app(make_settings(tmp_path, feed_keep_alive=0.02))
    page = Page(app)
    page.sign_in()
    services_of(app).recorder.flush()
    page.origin = None
    chunks = page.get("/api/events").iter_encoded()
    received = [next(chunks) for _ in range(3)]
    close_app(app)
    assert received[0] == b"retry: 3000\n\n"
    assert b": still here\n\n" in received[1:]


def test_beyond_the_limit_a_page_gets_what_is_new_and_asks_again(tmp_path):
    app = make_app(make_settings(tmp_path, feed_limit=2))
    page = Page(app)
    page.sign_in()
    first, second = page.get("/api/events"), page.get("/api/events")
    services_of(app).recorder.flush()
    third = page.get("/api/events")
    assert third.status_code == 200
    assert is_readable(third)
    assert third.text.startswith("retry: 3000\n\nid: ")
    assert "event: stats" in third.text
    assert "event: decision" not in third.text
    number = third.text.partition("id: ")[2].partition("\n")[0]
    Page(app, STRANGER).get("/api/me")
    services_of(app).recorder.flush()
    again = page.get("/api/events", headers={"Last-Event-ID": number})
    assert STRANGER in again.text
    assert again.text.count("event: stats") == 1
    first.close()
    third = page.get("/api/events")
    assert next(third.iter_encoded()) == b"retry: 3000\n\n"
    assert services_of(app).feed.open_pages == 2
    second.close()
    third.close()
    close_app(app)


def test_a_page_that_comes_back_is_told_what_it_missed(app, admin):
    Page(app, STRANGER).get("/api/me")
    services_of(app).recorder.flush()
    feed = admin.get("/api/events", headers={"Last-Event-ID": "0"})
    chunks = feed.iter_encoded()
    assert next(chunks) == b"retry: 3000\n\n"
    assert STRANGER.encode() in next(chunks)
    feed.close()


@pytest.mark.parametrize("number", ["", "x", "-1", "\u00b2", "9" * 400, "9223372036854775808"])
def test_a_number_that_no_event_has_is_as_none(tmp_path, standing_admin, number):
    server = {"SERVER_SOFTWARE": "one thread"}
    headers = {"Last-Event-ID": number.encode().decode("latin-1")}
    answer = standing_admin.get("/api/events", headers=headers, environ_base=server)
    assert answer.status_code == 200
    assert "event: decision" not in answer.text


def test_a_server_with_one_thread_is_not_held_up(app, admin):
    answer = admin.get("/api/events", environ_base={"SERVER_SOFTWARE": "sync", "wsgi.multithread": False})
    assert "event: stats" in answer.text
    assert services_of(app).feed.open_pages == 0


def test_an_account_cannot_take_every_place(tmp_path):
    app = make_app(make_settings(tmp_path, feed_limit=4, feed_account_limit=2))
    add_user(app, "mia")
    greedy, other = Page(app), Page(app)
    greedy.sign_in("mia")
    other.sign_in()
    feeds = [greedy.get("/api/events") for _ in range(4)]
    assert services_of(app).feed.open_pages == 2
    feeds.append(other.get("/api/events"))
    assert services_of(app).feed.open_pages == 3
    for feed in feeds:
        feed.close()
    close_app(app)


def test_asking_for_the_head_of_the_feed_takes_no_place(app, admin):
    response = admin.send("HEAD", "/api/events")
    # What every server does with a response, read or not (PEP 3333).
    response.close()
    assert response.status_code == 200
    assert services_of(app).feed.open_pages == 0


def ends(feed):
    """Read a feed to its end; a feed that does not end fails the test."""
    deadline = time.monotonic() + 60
    for _ in feed.iter_encoded():
        assert time.monotonic() < deadline
    return True


@pytest.mark.parametrize(
    "change",
    [
        lambda app, admin, number: admin.patch(f"/admin/users/{number}", {"disabled": True}),
        lambda app, admin, number: admin.patch(
            f"/admin/users/{number}", {"password": "another good password"}
        ),
        lambda app, admin, number: admin.send("DELETE", f"/admin/users/{number}"),
        lambda app, admin, number: admin.send("DELETE", f"/admin/users/{number}/sessions"),
        # As another process would: this one is not told.
        lambda app, admin, number: write(app, "UPDATE accounts SET disabled = true WHERE id > 1"),
        lambda app, admin, number: write(app, "DELETE FROM sessions WHERE account_id > 1"),
        lambda app, admin, number: write(app, "UPDATE sessions SET created_at = '2020-01-01 00:00:00'"),
    ],
    ids=["disabled", "password", "deleted", "ended", "disabled elsewhere", "ended elsewhere", "too old"],
)
def test_a_feed_ends_when_its_user_may_no_longer_read(app, admin, change):
    number = add_user(app, "mia")
    page = Page(app)
    page.sign_in("mia")
    feed = page.get("/api/events")
    change(app, admin, number)
    assert ends(feed)


def write(app, statement):
    with engine_of(app).begin() as connection:
        connection.exec_driver_sql(statement)


def test_a_feed_ends_when_its_user_signs_out(app, member):
    feed = member.get("/api/events")
    assert member.post("/auth/sign-out").status_code == 204
    assert ends(feed)


def test_a_feed_ends_when_its_front_end_is_removed(app, admin):
    listed = admin.post("/admin/front-ends", {"origin": "http://localhost:3000"}).get_json()
    origin = {"Origin": "http://localhost:3000"}
    within(lambda: is_readable(admin.get("/api/me", headers=origin), "http://localhost:3000"))
    own, other = admin.get("/api/events"), admin.get("/api/events", headers=origin)
    assert is_readable(other, "http://localhost:3000")
    admin.send("DELETE", f"/admin/front-ends/{listed['id']}")
    assert ends(other)
    assert services_of(app).feed.open_pages == 1
    own.close()


def test_a_page_that_is_not_listed_is_told_nothing(app, admin):
    feed = admin.get("/api/events", headers={"Origin": STRANGER})
    assert "Access-Control-Allow-Origin" not in feed.headers
    assert ends(feed)


def test_a_change_of_role_leaves_the_feed_open(app, admin):
    number = add_user(app, "mia")
    page = Page(app)
    page.sign_in("mia")
    feed = page.get("/api/events")
    admin.patch(f"/admin/users/{number}", {"role": "admin"})
    Page(app, STRANGER).get("/api/me")
    assert any(name == "decision" for name, _, _ in events_of(feed, 3))
    feed.close()


ME = Viewer(1, 1)


def test_closing_ends_every_feed_and_opens_no_more():
    feed = make_feed()
    streams = [feed.subscribe(viewer).stream(15, never) for viewer in (ME, Viewer(2, 2))]
    for stream in streams:
        next(stream)
    feed.close()
    assert all(list(stream)[1:] == [] for stream in streams)
    assert feed.subscribe(ME) is None


def test_a_feed_whose_page_has_gone_gives_its_place_back(monkeypatch):
    monkeypatch.setattr("crossguard.console.decisions.feed._SECONDS_BETWEEN_LOOKS", 0.01)
    feed = make_feed(limit=1)
    answers = iter([False, False, True])
    stream = feed.subscribe(ME).stream(15, lambda: next(answers))
    assert next(stream) == b"retry: 3000\n\n"
    assert all(b"stats" in event for event in stream)
    assert feed.open_pages == 0


def test_a_feed_ends_after_a_while_so_that_the_browser_asks_again(monkeypatch):
    monkeypatch.setattr("crossguard.console.decisions.feed._SECONDS_OPEN", 0.02)
    stream = make_feed().subscribe(ME).stream(0.01, never)
    assert 1 <= len(list(stream)) <= 6


def test_a_page_that_does_not_read_loses_events_and_holds_nobody_up():
    subscription = make_feed().subscribe(ME)
    for number in range(2_000):
        subscription.offer(b"%d" % number)
    subscription.close()
    assert list(subscription.stream(15, never)) == [b"retry: 3000\n\n"]


def test_one_thread_asks_for_every_page_and_ends_with_the_last_one():
    feed = make_feed(limit=100, account_limit=100)
    pages = [feed.subscribe(ME)]
    thread = feed._thread
    pages += [feed.subscribe(ME) for _ in range(99)]
    assert feed._thread is thread
    assert thread.is_alive()
    for page in pages:
        page.close()
    feed.look()
    within(lambda: not thread.is_alive())
    assert feed.subscribe(ME) is not None
    feed.close()


def test_a_decision_that_is_committed_late_is_told_once():
    """Numbers are given in order, and transactions end in another."""
    source = Decided()
    feed = make_feed(source)
    stream = feed.subscribe(ME).stream(15, never)
    within(lambda: next(stream).startswith(b"event: stats"))
    for number in (2, 1, 3):
        source.list.append(decision(number))
        feed.look()
        assert f"id: {number}\n".encode() in next(stream)
    feed.close()
    assert b"decision" not in b"".join(stream)


def decision(number):
    return Decision(
        id=number,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        origin=STRANGER,
        method="GET",
        requested_method=None,
        url="http://localhost/",
        outcome="actual-refused",
        reason="origin-not-listed",
        allowed=False,
        explanation=Explanation(summary="no", fix="none", line="", page=""),
    )


def test_a_database_that_is_away_ends_no_feed(caplog):
    def away(_viewers):
        raise OperationalError("SELECT", {}, Exception("the server is away"))

    feed = make_feed(admit=away)
    feed.subscribe(ME)
    within(lambda: "The live feed cannot read" in caplog.text)
    for _ in range(3):
        feed.look()
    assert feed.open_pages == 1
    assert caplog.text.count("cannot read") == 1
    feed.close()


def test_an_event_is_one_block_of_lines():
    text = format_event("stats", StatsTotals(allowed=1, refused=2, dropped=3), 7)
    assert text == b'event: stats\nid: 7\ndata: {"allowed":1,"refused":2,"dropped":3}\n\n'


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\n\nevent: forged"])
def test_no_text_can_begin_an_event(text):
    event = format_event("decision", Explanation(summary=text, fix=text, line=text, page=text))
    assert event.count(b"\n") == 3
    assert b"\r" not in event
