"""Measure the example application under load, on SQLite and PostgreSQL: `make load`, about twelve minutes.

Each path is asked by one client, by 200 clients, by one client afterwards, and at half of the rate that it
can do; then the database is stopped for three seconds.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.console.load.client import closed_loop, cookie_of, lone, open_loop
from tests.console.processes import Running
from tests.postgresql import PostgresqlServer, postgresql_server

PATHS = ("/livez", "/api/me", "/api/decisions", "/api/stats", "/admin/users", "/admin/front-ends")
PASSWORD = "correct-horse-battery"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--clients", type=int, default=200)
    options.add_argument("--paths", nargs="*", default=PATHS)
    options.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    arguments = options.parse_args()
    for kind in arguments.database or ["sqlite", "postgresql"]:
        print(f"\n{kind}\n")
        with tempfile.TemporaryDirectory() as folder, database(kind) as server:
            measure(Path(folder), server, arguments)


@contextmanager
def database(kind: str) -> Iterator[PostgresqlServer | None]:
    if kind == "sqlite":
        yield None
    else:
        with postgresql_server() as server:
            yield server


def measure(folder: Path, server: PostgresqlServer | None, arguments: argparse.Namespace) -> None:
    settings = {"CROSSGUARD_ADMIN_PASSWORD": PASSWORD, "CROSSGUARD_SIGN_IN_LIMIT": "1000 per minute"}
    if server is not None:
        settings["DATABASE_URL"] = server.url(server.new_database())
    with Running(folder, **settings) as running:
        asyncio.run(load(running, server, arguments))


async def load(running: Running, server: PostgresqlServer | None, arguments: argparse.Namespace) -> None:
    port, seconds = running.api_port, arguments.seconds
    headers = await cookie_of(port, f"http://localhost:{running.web_port}", "admin", PASSWORD)
    for path in arguments.paths:
        single = await closed_loop(port, headers, path, clients=1, seconds=seconds / 10)
        many = await closed_loop(port, headers, path, clients=arguments.clients, seconds=seconds)
        after = await lone(port, headers, path)
        half = await open_loop(port, headers, path, rate=many.rate / 2, seconds=seconds / 3)
        print(path)
        print(f"    one client     {single.line()}")
        print(f"    {arguments.clients} clients    {many.line()}")
        print(f"    one afterwards {after * 1000:.0f} ms")
        print(f"    half the rate  {half.line()}, p99 = {half.p99 / single.median:.1f} medians of one client")
    if server is not None:
        await stall(port, headers, server, arguments)


async def stall(
    port: int, headers: dict[str, str], server: PostgresqlServer, arguments: argparse.Namespace
) -> None:
    path = "/api/decisions"
    before = await closed_loop(port, headers, path, clients=arguments.clients, seconds=5)
    under_load = asyncio.create_task(
        closed_loop(port, headers, path, clients=arguments.clients, seconds=3 + 5 + 5)
    )
    for process in server.processes():
        os.kill(process, signal.SIGSTOP)
    await asyncio.sleep(3)
    for process in server.processes():
        os.kill(process, signal.SIGCONT)
    await asyncio.sleep(5)
    alone = await lone(port, headers, path)
    during = await under_load
    after = await closed_loop(port, headers, path, clients=arguments.clients, seconds=5)
    print("a stall of the database of three seconds")
    print(f"    before         {before.line()}")
    print(f"    during         {during.line()}")
    print(f"    5 s afterwards {alone * 1000:.0f} ms for one request beside the load")
    print(f"    afterwards     {after.line()}")


if __name__ == "__main__":
    main()
