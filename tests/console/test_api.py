"""What signed-in users see: decisions and statistics."""

from datetime import UTC, datetime, timedelta

import pytest

from crossguard.console.decisions.observation import to_row
from tests.console.observations import observations
from tests.console.support import is_readable, problem_of


@pytest.fixture
def history(services):
    """Seven decisions of this minute, the third and the sixth of them refused."""
    now = datetime.now(UTC)
    for _ in range(2):
        services.store.write([to_row(item) for item in observations(2, 1, now)])
    services.store.write([to_row(item) for item in observations(1, 0, now)])


@pytest.fixture
def quiet(admin, services):
    """A page that is signed in, and whose requests are not recorded from now on."""
    services.recorder.flush()
    services.recorder.stop()
    admin.origin = None
    return admin


@pytest.mark.parametrize(
    "path", ["/api/me", "/api/decisions", "/api/decisions/1", "/api/stats", "/api/events"]
)
def test_who_is_signed_out_is_asked_to_sign_in(standing_page, path):
    response = standing_page.get(path)
    problem_of(response, 401, "sign-in-required")
    assert is_readable(response)


def test_members_see_decisions_and_statistics(standing_member):
    for path in ("/api/decisions", "/api/stats"):
        response = standing_member.get(path)
        assert response.status_code == 200
        assert response.cache_control.no_store
        assert is_readable(response)


def test_decisions_come_newest_first_in_pages(quiet, history):
    first = quiet.get("/api/decisions?limit=3").get_json()
    second = quiet.get(f"/api/decisions?limit=3&before={first['next']}").get_json()
    third = quiet.get(f"/api/decisions?limit=3&before={second['next']}").get_json()
    numbers = [item["id"] for body in (first, second, third) for item in body["items"]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 8
    assert third["next"] is None


def test_the_last_page_has_no_next_even_if_it_is_full(quiet, history):
    assert quiet.get("/api/decisions?limit=8").get_json()["next"] is None
    assert quiet.get("/api/decisions?limit=7").get_json()["next"] is not None


def test_decisions_can_be_those_of_one_outcome(quiet, history):
    for outcome, allowed, count in (("allowed", True, 6), ("refused", False, 2)):
        body = quiet.get(f"/api/decisions?outcome={outcome}").get_json()
        assert [item["allowed"] for item in body["items"]] == [allowed] * count
    page = quiet.get("/api/decisions?outcome=refused&limit=1").get_json()
    rest = quiet.get(f"/api/decisions?outcome=refused&limit=1&before={page['next']}").get_json()
    assert len(rest["items"]) == 1
    assert rest["next"] is None


def test_a_decision_says_everything_about_it(quiet, history):
    item = quiet.get("/api/decisions?outcome=refused&limit=1").get_json()["items"][0]
    assert set(item) == {
        "id", "at", "origin", "method", "requested_method", "url", "outcome", "reason", "allowed", "explanation"
    }  # fmt: skip
    assert set(item["explanation"]) == {"summary", "fix", "line", "page"}
    assert item["explanation"]["page"].endswith(f"/codes/#{item['reason']}")
    assert item["at"].endswith("Z")


def test_one_decision_can_be_linked_to(quiet, history):
    item = quiet.get("/api/decisions?outcome=refused&limit=1").get_json()["items"][0]
    response = quiet.get(f"/api/decisions/{item['id']}")
    assert response.status_code == 200
    assert response.cache_control.no_store
    assert response.get_json() == item


@pytest.mark.parametrize(
    "number", ["0", "9223372036854775807", "9223372036854775808", "9" * 5_000, "one", "-1"]
)
def test_a_decision_that_is_not_there_or_not_any_more_is_not_found(standing_admin, number):
    problem_of(standing_admin.get(f"/api/decisions/{number}"), 404, "not-found")


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=", "limit"),
        ("limit=ten", "limit"),
        ("before=0", "before"),
        ("before=-1", "before"),
        ("before=null", "before"),
        ("before=9223372036854775808", "before"),
        ("outcome=maybe", "outcome"),
        ("page=2", "page"),
    ],
)
def test_a_query_that_cannot_be_used_is_refused_with_its_reason(standing_admin, query, where):
    response = standing_admin.get(f"/api/decisions?{query}")
    [error] = problem_of(response, 400, "invalid-query")["errors"]
    assert error["where"] == where
    assert error["reason"] in {
        "must be a number from 1 to 100",
        "must be the id of a decision",
        "must be allowed or refused",
        "is not known",
    }


def test_the_largest_possible_cursor_is_the_first_page(quiet, history):
    assert len(quiet.get("/api/decisions?before=9223372036854775807").get_json()["items"]) == 8


def test_statistics_count_by_the_minute_and_in_total(quiet, history):
    body = quiet.get("/api/stats").get_json()
    assert set(body) == {"minutes", "allowed", "refused", "dropped", "kept", "limit"}
    assert len(body["minutes"]) == 30
    moments = [datetime.fromisoformat(minute["at"]) for minute in body["minutes"]]
    assert moments == [moments[0] + timedelta(minutes=index) for index in range(30)]
    assert (body["allowed"], body["refused"]) == (6, 2)
    assert sum(minute["allowed"] for minute in body["minutes"]) == 6
    assert (body["dropped"], body["kept"], body["limit"]) == (0, 8, 10_000)


@pytest.mark.parametrize("count", [1, 1_440])
def test_statistics_have_exactly_as_many_minutes_as_asked_for(standing_admin, count):
    assert len(standing_admin.get(f"/api/stats?minutes={count}").get_json()["minutes"]) == count


@pytest.mark.parametrize("count", ["0", "1441", "x", "-5"])
def test_statistics_of_an_impossible_window_are_refused(standing_admin, count):
    [error] = problem_of(standing_admin.get(f"/api/stats?minutes={count}"), 400, "invalid-query")["errors"]
    assert error == {"where": "minutes", "reason": "must be a number from 1 to 1440"}


def test_statistics_say_how_many_decisions_were_dropped(quiet, app, services):
    quiet.origin = "http://localhost:8080"
    quiet.get("/api/me")
    assert quiet.get("/api/stats").get_json()["dropped"] == 1
