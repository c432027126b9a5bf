"""Whatever spelling of a path a router takes for a route, its view runs under the policy of that route.

Seeded: ``CROSSGUARD_WAYS=1000000`` asks as many requests, ``CROSSGUARD_WAYS_SEED`` begins elsewhere.
"""

import asyncio
import os
import random
from urllib.parse import unquote

import pytest

from tests.ways.routers import EVIL, KEYS, MOUNT, TARGETS, VIEWS, A, B, C, Target, ask, configured

COUNT = int(os.environ.get("CROSSGUARD_WAYS", "20000"))
SEED = os.environ.get("CROSSGUARD_WAYS_SEED", "1")

ORIGINS = (A, B, C, EVIL)
PATHS = (
    "/pay", "/items/", "/api/users", "/api/admin/drop", "/other", "/files/x", "/files/a/b", "/v1/pay", "/v2/pay",
    "/api/pay", "/files/pay", "/missing", "/",
)  # fmt: skip


def spelled(path: str, chance: random.Random) -> str:
    """Return *path* in another spelling, which a router may take for it."""
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        slashes = [at for at, letter in enumerate(path) if letter == "/"] or [0]
        at = chance.choice(slashes)
        letter = chance.randrange(len(path)) if path else 0
        path = chance.choice(
            (
                path[:at] + "/" + path[at:],
                path + "/",
                path.rstrip("/"),
                "/" + path,
                path[:at] + "/." + path[at:],
                path[:at] + "/x/.." + path[at:],
                path[:at] + "/../files" + path[at:],
                "/files/.." + path,
                "/api/../" + path,
                MOUNT + path,
                "/" + MOUNT + path,
                MOUNT + "/" + path,
                path[:at] + MOUNT + path[at:],
                MOUNT + MOUNT + path,
                path[:letter] + f"%{ord(path[letter]):02x}" + path[letter + 1 :] if path else "/",
                path[:at] + "%2f" + path[at:],
                path[:at] + "/%2e%2e/" + path[at:],
                path + "!",
                path.upper(),
                path.lstrip("/"),
            )
        )
        if len(path) > 200 or "%" in path:
            break
    return path


def writers_of(view: str, path: str) -> set[str]:
    """Return who may write to *view*; of ``/<v>/pay`` whoever may write to what was asked for."""
    origin = VIEWS[view][1]
    if origin is not None:
        return {origin}
    if path in {"/v1/pay", "/v2/pay"}:
        return {KEYS["/v1/*"] if path == "/v1/pay" else KEYS["/*"]}
    return {KEYS["/v1/*"], KEYS["/*"], KEYS["/api/*"], KEYS["/files/*"]}


@pytest.mark.parametrize("name", TARGETS)
def test_every_view_runs_under_the_policy_of_its_route(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL")
    caplog.set_level("CRITICAL", logger="crossguard")
    with configured():
        ask_at_random(TARGETS[name]())


def ask_at_random(target: Target) -> None:
    name = target.name
    chance = random.Random(f"{SEED} {name}")  # noqa: S311 - seeded, to be run again
    loop = asyncio.new_event_loop()
    ran: set[str] = set()
    refused = 0
    try:
        for _ in range(COUNT // len(TARGETS) + 1):
            path = spelled(chance.choice(PATHS), chance)
            if target.is_asgi and target.root and chance.random() < 0.7:
                path = target.root + path
            method = chance.choice(("GET", "POST", "POST", "PATCH", "post", "patch"))
            origin = chance.choice(ORIGINS)
            answer = ask(target, method, path, origin, loop)
            view = answer.body.decode("utf-8", "replace") if answer.status == 200 else ""
            at = f"{name}: {method} {path} from {origin}: {answer}"
            refused += answer.status == 403
            if view not in VIEWS or (not target.covers and view in {"other", "vpay"}):
                continue
            ran.add(view)
            allowed = writers_of(view, path)
            # A middleware of this one makes it a POST.
            writes = method != "GET" or (name == "flask, views" and unquote(path).endswith("!"))
            if name == "flask, views" and view == "pay" and not writes:
                allowed = {C}
            assert answer.allow is None or answer.allow in allowed, at
            if writes:
                assert origin in allowed, at
    finally:
        loop.close()
    # Neither is everything refused, nor nothing.
    assert len(ran) >= 3
    assert refused
