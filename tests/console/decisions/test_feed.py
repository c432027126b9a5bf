"""The live feed."""

import json
import time

import pytest

from crossguard.console.decisions.feed import Feed, format_event
from crossguard.console.schemas import StatsTotals
from crossguard.console.services import services_of
from tests.console.support import (
    STRANGER,
    Page,
    add_user,
    close_app,
    is_readable,
    make_app,
    make_settings,
    problem_of,
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
    events = events_of(feed, 3)
    feed.close()
    decisions = [(number, body) for name, number, body in events if name == "decision"]
    assert [body["url"] for _, body in decisions] == [
        "http://localhost/api/events",
        "http://localhost/api/me",
    ]
    stored = admin.get("/api/decisions?outcome=refused").get_json()["items"][0]
    assert decisions[1] == (str(stored["id"]), stored)
    totals = next(body for name, _, body in events if name == "stats")
    assert set(totals) == {"allowed", "refused", "dropped"}
    assert totals["refused"] == 1


@pytest.fixture
def hurried(monkeypatch):
    """Totals five times a second instead of once."""
    monkeypatch.setattr("crossguard.console.decisions.recorder._SECONDS_BETWEEN_STATS", 0.2)


def test_totals_come_at_most_once_in_a_while(hurried, app, admin):
    feed = admin.get("/api/events")
    times = []
    chunks = feed.iter_encoded()
    for _ in range(2):
        Page(app, STRANGER).get("/api/me")
        while b"event: stats" not in next(chunks):
            pass
        times.append(time.monotonic())
    feed.close()
    assert times[1] - times[0] > 0.15


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
    assert received[1:] == [b": still here\n\n"] * 2


def test_there_are_as_many_feeds_as_the_settings_say(tmp_path):
    app = make_app(make_settings(tmp_path, feed_limit=2))
    page = Page(app)
    page.sign_in()
    first, second = page.get("/api/events"), page.get("/api/events")
    refused = page.get("/api/events")
    problem_of(refused, 503, "too-many-feeds")
    assert is_readable(refused)
    first.close()
    assert page.get("/api/events").status_code == 200
    second.close()
    close_app(app)


def test_asking_for_the_head_of_the_feed_takes_no_place(app, admin):
    response = admin.send("HEAD", "/api/events")
    # What every server does with a response, read or not (PEP 3333).
    response.close()
    assert response.status_code == 200
    assert not services_of(app).feed.is_heard


def test_a_feed_ends_when_its_user_is_disabled_or_deleted_or_gets_another_password(app, admin):
    changes = [
        lambda number: admin.patch(f"/admin/users/{number}", {"disabled": True}),
        lambda number: admin.patch(f"/admin/users/{number}", {"password": "another good password"}),
        lambda number: admin.send("DELETE", f"/admin/users/{number}"),
    ]
    for index, change in enumerate(changes):
        number = add_user(app, f"user{index}")
        page = Page(app)
        page.sign_in(f"user{index}")
        feed = page.get("/api/events")
        other = admin.get("/api/events")
        change(number)
        events_of(feed, 1_000)
        assert services_of(app).feed.is_heard
        other.close()
        assert not services_of(app).feed.is_heard


def test_a_change_of_role_leaves_the_feed_open(app, admin):
    number = add_user(app, "mia")
    page = Page(app)
    page.sign_in("mia")
    feed = page.get("/api/events")
    admin.patch(f"/admin/users/{number}", {"role": "admin"})
    assert services_of(app).feed.is_heard
    feed.close()


def test_closing_ends_every_feed_and_opens_no_more():
    feed = Feed(4)
    open_pages = [feed.subscribe(1), feed.subscribe(2)]
    streams = [subscription.stream(15, never) for subscription in open_pages]
    for stream in streams:
        next(stream)
    feed.close()
    assert [list(stream) for stream in streams] == [[], []]
    assert feed.subscribe(1) is None


def test_a_feed_whose_page_has_gone_gives_its_place_back(monkeypatch):
    monkeypatch.setattr("crossguard.console.decisions.feed._SECONDS_BETWEEN_LOOKS", 0.01)
    feed = Feed(1)
    answers = iter([False, False, True])
    stream = feed.subscribe(1).stream(15, lambda: next(answers))
    assert list(stream) == [b"retry: 3000\n\n"]
    assert not feed.is_heard


def test_a_feed_ends_after_a_while_so_that_the_browser_asks_again(monkeypatch):
    monkeypatch.setattr("crossguard.console.decisions.feed._SECONDS_OPEN", 0.02)
    stream = Feed(1).subscribe(1).stream(0.01, never)
    assert 1 <= len(list(stream)) <= 5


def test_a_page_that_does_not_read_loses_events_and_holds_nobody_up():
    feed = Feed(2)
    subscription = feed.subscribe(1)
    for number in range(2_000):
        feed.publish(b"%d" % number)
    subscription.close()
    stream = subscription.stream(15, never)
    assert list(stream) == [b"retry: 3000\n\n"]


def test_an_event_is_one_block_of_lines():
    text = format_event("stats", StatsTotals(allowed=1, refused=2, dropped=3), 7)
    assert text == b'event: stats\nid: 7\ndata: {"allowed":1,"refused":2,"dropped":3}\n\n'


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\n\nevent: forged"])
def test_no_text_can_begin_an_event(text):
    from crossguard.console.schemas import Explanation

    event = format_event("decision", Explanation(code=text, summary=text, fix=text))
    assert event.count(b"\n") == 3
    assert b"\r" not in event
