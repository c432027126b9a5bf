"""Decisions to record, made by the library."""

from datetime import UTC, datetime, timedelta

from crossguard.console.decisions.observation import Observation
from crossguard.core.config import load_config
from crossguard.core.decide import decide
from crossguard.core.policy import Policy, compile_policy
from crossguard.core.request import RequestFacts
from tests.console.support import STRANGER, WEB

POLICY: Policy = compile_policy(
    load_config({"origins": [WEB], "supports_credentials": True}, is_public_suffix=lambda _: False),
    place="app.py:7",
    name="app",
)
NOON = datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)


def facts(origin: str = WEB, **changes: object) -> RequestFacts:
    defaults = {"method": "GET", "url": "http://localhost:5000/api/me", "path": "/api/me"}
    return RequestFacts(origin=origin, **(defaults | changes))


def observation(origin: str = WEB, at: datetime = NOON, **changes: object) -> Observation:
    about = facts(origin, **changes)
    return Observation(at, decide(POLICY, about), about, POLICY)


def observations(allowed: int, refused: int, at: datetime = NOON) -> list[Observation]:
    return [observation(WEB, at)] * allowed + [observation(STRANGER, at)] * refused


def minutes_before(count: int) -> datetime:
    return NOON - timedelta(minutes=count)
