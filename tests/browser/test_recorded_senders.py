"""Forms, elements, frames, sockets and streams: the model sends what real browsers sent."""

import json

import pytest

from tests.browser.recordings import RECORDED, Json, Replayer, read_cases
from tests.browser.sender_cases import RECORDED_SENDERS, SENDERS, Sender, modelled

ANSWERS = {name: run["answers"] for name, run in json.loads(RECORDED_SENDERS.read_text()).items()}

#: What the model does not follow, with the reason.
KNOWN: dict[tuple[str, str], str] = {}


@pytest.fixture(scope="module")
def replayers() -> dict[str, Replayer]:
    cases: list[Json] = list(read_cases())
    return {profile: Replayer(profile, cases) for profile in RECORDED}


def test_every_sender_was_recorded_in_every_engine():
    assert set(ANSWERS) == set(RECORDED)
    assert all(set(answers) == {sender.name for sender in SENDERS} for answers in ANSWERS.values())


@pytest.mark.parametrize("profile", RECORDED)
@pytest.mark.parametrize("sender", SENDERS, ids=lambda sender: sender.name)
def test_sends_what_was_recorded(sender: Sender, profile: str, replayers: dict[str, Replayer]):
    same = modelled(sender, profile, replayers[profile]) == ANSWERS[profile][sender.name]
    if (profile, sender.name) in KNOWN:
        assert not same, "it agrees now: take it off the list"
    else:
        assert modelled(sender, profile, replayers[profile]) == ANSWERS[profile][sender.name]
