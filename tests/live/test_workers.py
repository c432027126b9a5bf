"""Four gunicorn workers and a database: what one changes is in force in all, whatever is killed meanwhile.

Requests come from several threads all the time; each answer says which worker gave it.
"""

import json
import os
import signal
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest
import sqlalchemy as sa

from crossguard.sql import create_tables
from tests.adapters.serving import Server
from tests.live.lists import until
from tests.postgresql import postgresql_server

APP = "https://app.example.com"
SHOP = "https://shop.customer.example"
EVIL = "https://evil.example.net"
WORKERS = 4
# What the library promises, in seconds.
IN_FORCE = 1.0

GUNICORN = (
    "gunicorn",
    "--bind",
    "fd://{fd}",
    "--workers",
    str(WORKERS),
    "--graceful-timeout",
    "1",
    "--log-level",
    "warning",
)


@dataclass
class Seen:
    """One answer: when it was asked for and there, who gave it, and whether the page could read it."""

    at: float
    ended: float
    worker: int
    origin: str
    allowed: bool


class Load:
    """Pages that ask all the time, from several threads."""

    def __init__(self, server: Server) -> None:
        self.seen: list[Seen] = []
        self.failed: list[str] = []
        self.origins: list[str] = [APP, EVIL]
        self._server = server
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(3)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def ask(self, origin: str) -> Seen | None:
        at = time.monotonic()
        try:
            reply = self._server.ask("GET", "/items", {"Origin": origin})
            worker = json.loads(reply.body)["worker"]
        except (AssertionError, ValueError) as error:
            # Whose worker was killed has no answer; nobody was let in or kept out.
            self.failed.append(str(error))
            return None
        found = reply.cors.get("access-control-allow-origin")
        assert found in {None, origin}
        seen = Seen(at, time.monotonic(), worker, origin, found == origin)
        self.seen.append(seen)
        return seen

    def _run(self) -> None:
        while not self._stop.is_set():
            for origin in list(self.origins):
                self.ask(origin)

    def workers(self) -> set[int]:
        return {seen.worker for seen in self.seen}

    def after(self, at: float, origin: str) -> dict[int, list[bool]]:
        """Return what each worker has answered to *origin* since *at*."""
        found = defaultdict(list)
        for seen in list(self.seen):
            if seen.at >= at and seen.origin == origin:
                found[seen.worker].append(seen.allowed)
        return found

    def check_always(self) -> None:
        """The written origin was never refused and a stranger never let in, by anybody, at any time."""
        assert {seen.allowed for seen in self.seen if seen.origin == APP} == {True}
        assert {seen.allowed for seen in self.seen if seen.origin == EVIL} == {False}

    def agree(self, changed_at: float, origin: str, *, allowed: bool, workers: set[int]) -> None:
        """Every one of *workers* gives the same answer to whatever is asked a second after the change."""
        until(lambda: workers <= self.after(changed_at + IN_FORCE, origin).keys())
        for worker, answers in self.after(changed_at + IN_FORCE, origin).items():
            assert set(answers) == {allowed}, f"worker {worker} answered {answers}"


def change(server: Server, path: str, *origins: str) -> float:
    """Have one worker change the list; return when the change was committed at the latest."""
    headers = {"Origin": APP, "Sec-Fetch-Site": "cross-site", "Content-Type": "application/json"}
    reply = server.ask("POST", path, headers, json.dumps(origins).encode())
    assert reply.status == 200, reply.body
    return time.monotonic()


@pytest.fixture(scope="module")
def postgresql():
    with postgresql_server() as server:
        yield server


@pytest.fixture(params=["postgresql", "sqlite"])
def database(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'customers.db'}"
    server = request.getfixturevalue("postgresql")
    return server.url(server.new_database())


@pytest.fixture
def serve(tmp_path):
    running = []

    def start(url, target="customers:app", *options, **environment):
        engine = sa.create_engine(url)
        create_tables(engine)
        engine.dispose()
        apps = Path(__file__).parent / "apps"
        server = Server((*GUNICORN, *options), target, apps, CUSTOMERS_DATABASE=url, **environment)
        running.append(server)
        return server

    yield start
    for server in running:
        server.stop()


def all_there(load: Load) -> set[int]:
    until(lambda: len(load.workers()) == WORKERS)
    return load.workers()


def test_a_change_in_one_worker_is_in_force_in_all_within_a_second(database, serve):
    server = serve(database)
    with Load(server) as load:
        workers = all_there(load)
        load.origins.append(SHOP)
        for _ in range(2):
            load.agree(change(server, "/customers", SHOP), SHOP, allowed=True, workers=workers)
            load.agree(change(server, "/customers/remove", SHOP), SHOP, allowed=False, workers=workers)
    load.check_always()
    assert load.failed == []


def write(url: str, statement: str) -> float:
    """Change the list as a person at a prompt does; return when that was committed at the latest."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
    return time.monotonic()


def test_workers_that_were_forked_after_the_list_was_read_follow_it(postgresql, serve):
    """The connection with which the parent has read it is the parent's."""
    url = postgresql.url(postgresql.new_database())
    server = serve(url, "customers_wsgi:app", "--preload")
    with Load(server) as load:
        workers = all_there(load)
        load.origins.append(SHOP)
        added = write(url, f"INSERT INTO crossguard_origins (origin) VALUES ('{SHOP}')")  # noqa: S608
        load.agree(added, SHOP, allowed=True, workers=workers)
        removed = write(url, "DELETE FROM crossguard_origins")
        load.agree(removed, SHOP, allowed=False, workers=workers)
    load.check_always()
    assert load.failed == []
    assert "cannot be read" not in server.log()


def test_of_changes_at_once_none_is_lost(database, serve):
    server = serve(database)
    added = [f"https://{number}.customer.example" for number in range(8)]
    with Load(server) as load:
        workers = all_there(load)
        threads = [threading.Thread(target=change, args=(server, "/customers", origin)) for origin in added]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        load.origins += added
        changed_at = time.monotonic()
        for origin in added:
            load.agree(changed_at, origin, allowed=True, workers=workers)
    load.check_always()


def test_the_last_known_list_outlives_the_database_and_a_worker(postgresql, serve, tmp_path):
    """The database goes, then a worker, whose successor has never read the table; then the database comes back."""
    url = postgresql.url(postgresql.new_database())
    server = serve(url, CUSTOMERS_KEEP=str(tmp_path / "origins.json"))
    with Load(server) as load:
        workers = all_there(load)
        load.origins.append(SHOP)
        added_at = change(server, "/customers", SHOP)
        load.agree(added_at, SHOP, allowed=True, workers=workers)
        try:
            postgresql.stop()
            gone_at = time.monotonic()
            victim = min(workers)
            os.kill(victim, signal.SIGKILL)
            until(lambda: load.workers() - workers)
            (successor,) = load.workers() - workers
            remaining = (workers - {victim}) | {successor}
            until(lambda: remaining <= load.after(gone_at, SHOP).keys())
            assert server.has_logged("cannot be read, so that the last known list")
            assert server.has_logged("cannot be read, so that the list kept in")
        finally:
            assert postgresql.start()
        assert server.has_logged("can be read again")
        removing_at = time.monotonic()
        load.agree(change(server, "/customers/remove", SHOP), SHOP, allowed=False, workers=remaining)
    load.check_always()
    # From a second after it was added until it was removed, nobody has refused it.
    lasting = {
        seen.allowed
        for seen in load.seen
        if seen.origin == SHOP and added_at + IN_FORCE <= seen.at and seen.ended < removing_at
    }
    assert lasting == {True}
    assert len(load.failed) < 20
