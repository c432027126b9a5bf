"""With a thousand of everything, on both databases: every answer is short, and found by search."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from crossguard.console.models import Account, FrontEndOrigin, RecordedDecision
from crossguard.console.services import services_of
from tests.console.support import WEB, Page, close_app, engine_of, make_app, make_settings
from tests.postgresql import postgresql_server

USERS, FRONT_ENDS, DECISIONS = 1_000, 10_000, 100_000
REASONS = ("origin-not-listed", "cross-site", "origin-not-trusted")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("scale")
    if request.param == "sqlite":
        yield from filled(make_settings(folder, decision_limit=DECISIONS))
    else:
        with postgresql_server() as server:
            url = server.url(server.new_database())
            yield from filled(make_settings(folder, decision_limit=DECISIONS, database_url=url))


def filled(settings):
    app = make_app(settings)
    now = datetime.now(UTC)
    with engine_of(app).begin() as connection:
        connection.execute(
            sa.insert(Account),
            [
                {"username": f"user-{n:04}", "password_hash": "x", "role": "member", "disabled": False}
                for n in range(USERS)
            ],
        )
        connection.execute(
            sa.insert(FrontEndOrigin),
            [
                {"origin": f"https://shop-{n}.example.com", "label": f"Customer {n}"}
                for n in range(FRONT_ENDS)
            ],
        )
        for start in range(0, DECISIONS, 10_000):
            connection.execute(
                sa.insert(RecordedDecision), [decision(n, now) for n in range(start, start + 10_000)]
            )
    yield app
    close_app(app)


def decision(number, now):
    allowed = number % 2 == 0
    return {
        "at": now - timedelta(seconds=(DECISIONS - number) / 2),
        "origin": WEB if allowed else f"https://stranger-{number % 500}.example",
        "method": "GET",
        "requested_method": None,
        "url": f"http://localhost:5000/api/thing/{number % 40}",
        "path": f"/api/thing/{number % 40}",
        "outcome": "actual-allowed" if allowed else "actual-refused",
        "reason": "listed-origin" if allowed else REASONS[number % 3],
        "allowed": allowed,
        "summary": "s" * 200,
        "fix": "",
    }


@pytest.fixture(scope="module")
def admin(app):
    page = Page(app)
    assert page.sign_in().status_code == 200
    return page


PATHS = [
    "/admin/users",
    "/admin/users?search=0999",
    "/admin/users?after=user-0500&limit=100",
    "/admin/front-ends?limit=20",
    "/admin/front-ends?search=shop-9999",
    "/admin/policies",
    "/admin/cookies",
    "/api/decisions?others=true",
    "/api/decisions?origin=stranger-499",
    "/api/decisions?origin=nobody-like-that",
    "/api/decisions?path=/thing/39&outcome=refused",
    "/api/decisions?reason=cross-site",
    "/api/decisions?reason=no-such-reason",
    "/api/decisions?since=2020-01-01T00:00:00Z&until=2020-01-02T00:00:00Z",
    "/api/refusals",
    "/api/refusals?minutes=10080&limit=100",
    "/api/stats",
    "/api/me/sessions",
]


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_is_short_and_quick(admin, path):
    admin.get(path)
    seconds = []
    for _ in range(5):
        started = time.perf_counter()
        response = admin.get(path)
        seconds.append(time.perf_counter() - started)
        assert response.status_code == 200
    # The goal is 0.3 s on an idle machine; the best of five is not how busy this one is.
    assert min(seconds) < 1, seconds
    assert len(response.data) < 100_000


def test_every_user_is_on_one_page(admin):
    names, after = [], ""
    while after is not None:
        page = admin.get(f"/admin/users?limit=100&after={after}").get_json()
        assert page["total"] == USERS + 1
        names += [item["username"] for item in page["items"]]
        after = page["next"]
    assert names == sorted(["admin", *(f"user-{n:04}" for n in range(USERS))])
    found = admin.get("/admin/users?search=ER-05").get_json()
    assert (found["total"], found["items"][0]["username"]) == (100, "user-0500")
    assert admin.get("/admin/users?search=%25").get_json()["total"] == 0


def test_decisions_are_found_by_origin_path_reason_and_time(app, admin):
    services_of(app).recorder.flush()
    since = (datetime.now(UTC) - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = f"/api/decisions?origin=STRANGER-41.&path=/thing/1&since={since}&outcome=refused"
    items = admin.get(asked).get_json()["items"]
    assert items
    assert {item["origin"] for item in items} == {"https://stranger-41.example"}
    assert admin.get("/api/decisions?until=2020-01-01T00:00:00Z").get_json()["items"] == []
    own = admin.get("/api/decisions?others=true&limit=100").get_json()["items"]
    assert not [item for item in own if item["origin"] == WEB and item["allowed"]]


def test_refusals_are_grouped_and_counted(app, admin):
    items = admin.get("/api/refusals?minutes=10080&limit=100").get_json()["items"]
    assert len(items) == 100
    assert len({(item["origin"], item["path"], item["reason"]) for item in items}) == 100
    numbers = [item["last"]["id"] for item in items]
    assert numbers == sorted(numbers, reverse=True)
    assert all(item["count"] >= 1 for item in items)
    first = items[0]
    with engine_of(app).connect() as connection:
        alike = sa.select(sa.func.count()).where(
            RecordedDecision.origin == first["origin"],
            RecordedDecision.path == first["path"],
            RecordedDecision.reason == first["reason"],
        )
        assert connection.scalar(alike) == first["count"]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "after=" + "x" * 65, "search=" + "x" * 201, "search=a%00b", "before=1"]
)
def test_a_page_that_cannot_be_asked_for_is_a_bad_query(admin, query):
    assert admin.get(f"/admin/users?{query}").status_code == 400
