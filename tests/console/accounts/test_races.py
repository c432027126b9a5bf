"""Administrators who act at the same moment, on both databases."""

import threading
from functools import partial

import pytest
import sqlalchemy as sa

from crossguard.console.database import db
from crossguard.console.models import Account
from tests.console.support import Page, add_user, close_app, make_app, make_settings
from tests.postgresql import postgresql_server

ROUNDS = 6


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database_url(request):
    if request.param == "sqlite":
        yield None
    else:
        with postgresql_server() as server:
            yield server.url(server.new_database())


@pytest.fixture(scope="module")
def app(database_url, tmp_path_factory):
    app = make_app(make_settings(tmp_path_factory.mktemp("races"), database_url=database_url))
    yield app
    close_app(app)


def administrators(app):
    with app.app_context():
        query = sa.select(sa.func.count()).where(Account.role == "admin", Account.disabled.is_(False))
        return db.session.scalar(query)


def at_once(*actions):
    """Do all of *actions* at the same moment, and return what became of each."""
    results = [None] * len(actions)
    start = threading.Barrier(len(actions))

    def act(index):
        start.wait(20)
        results[index] = actions[index]().status_code

    threads = [threading.Thread(target=act, args=(index,)) for index in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.mark.parametrize("other", [1, 2])
@pytest.mark.parametrize(
    "change",
    [
        lambda page, number: page.patch(f"/admin/users/{number}", {"role": "member"}),
        lambda page, number: page.patch(f"/admin/users/{number}", {"disabled": True}),
        lambda page, number: page.send("DELETE", f"/admin/users/{number}"),
    ],
    ids=["demoted", "disabled", "deleted"],
)
def test_administrators_who_remove_each_other_at_once_leave_one(app, change, other):
    with app.app_context():
        db.session.execute(sa.update(Account).where(Account.username == "admin").values(role="member"))
        db.session.commit()
    for number in range(ROUNDS):
        with app.app_context():
            db.session.execute(sa.delete(Account).where(Account.username.startswith("racer")))
            db.session.commit()
        names = [f"racer{number}-{index}" for index in range(other + 1)]
        ids = [add_user(app, name, "admin") for name in names]
        pages = [Page(app) for _ in names]
        for page, name in zip(pages, names, strict=True):
            assert page.sign_in(name).status_code == 200
        # In a ring: each one removes the next.
        targets = [*ids[1:], ids[0]]
        statuses = at_once(*(partial(change, *each) for each in zip(pages, targets, strict=True)))
        assert administrators(app) >= 1, statuses
        assert set(statuses) <= {200, 204, 401, 403, 409}
        assert any(status in {200, 204} for status in statuses)
