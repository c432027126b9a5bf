"""The benchmark runs, and times nothing that answers wrongly."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import report
from bench.asgi_client import Loop
from bench.contenders import asgi_apps, flask_apps, wsgi_apps
from bench.figures import at_least, at_most, measured, skipped
from bench.floor import ASGIFloor, WSGIFloor
from bench.measures import MEASURES, flask_requests, server
from bench.requests import LISTED, REQUESTS, STRANGER
from bench.timing import QUICK, medians, medians_over, quotient, rounds
from bench.wsgi_client import checked

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def printed():
    """Return what a smoke run prints; it writes nothing."""
    before = (ROOT / "bench" / "results.json").read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", "--no-write"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env=os.environ | {"PYTHONWARNINGS": "default"},
    )
    assert done.returncode == 0, done.stderr
    assert (ROOT / "bench" / "results.json").read_bytes() == before
    return done.stdout


@pytest.mark.long
def test_a_smoke_run_prints_every_measure_and_every_target(printed):
    titles = [line.removeprefix("## ") for line in printed.splitlines() if line.startswith("## ")]
    assert len(titles) == len(MEASURES) + 1
    assert titles[-1] == "Targets"
    assert "| a preflight, crossguard.flask | at most 1.50 µs |" in printed


@pytest.mark.long
def test_each_peer_stands_in_a_table(printed):
    heads = {
        cell.strip() for line in printed.splitlines() if line.startswith("|  |") for cell in line.split("|")
    }
    assert {"Flask-CORS", "django-cors-headers", "CORSMiddleware", "Quart-CORS", "floor"} <= heads


def wrong_origin(app):
    return WSGIFloor(app, {LISTED: None, STRANGER: None})


def answers_strangers(app):
    floor = WSGIFloor(app)
    return lambda environ, start: floor(
        environ | {"HTTP_ORIGIN": LISTED},
        lambda status, headers, *rest: start(
            status, [(name, STRANGER if value == LISTED else value) for name, value in headers], *rest
        ),
    )


def without_credentials(app):
    floor = WSGIFloor(app)
    return lambda environ, start: floor(
        environ,
        lambda status, headers, *rest: start(
            status, [field for field in headers if "Credentials" not in field[0]], *rest
        ),
    )


def with_two_origins(app):
    floor = WSGIFloor(app)
    return lambda environ, start: floor(
        environ,
        lambda status, headers, *rest: start(
            status, [*headers, ("Access-Control-Allow-Origin", LISTED)], *rest
        ),
    )


def failing(app):
    floor = WSGIFloor(app)
    return lambda environ, start: floor(
        environ, lambda _status, headers, *rest: start("500 Internal Server Error", headers, *rest)
    )


@pytest.mark.parametrize(
    ("wrong", "request_name"),
    [
        (wrong_origin, "refused"),
        (answers_strangers, "allowed"),
        (answers_strangers, "no Origin"),
        (without_credentials, "write"),
        (without_credentials, "preflight"),
        (with_two_origins, "allowed"),
        (failing, "no Origin"),
        (failing, "preflight"),
        (lambda app: app, "allowed"),
        (lambda app: app, "preflight"),
    ],
)
def test_a_wrong_answer_is_not_timed(wrong, request_name):
    with pytest.raises(AssertionError, match=r"wrong one|\('access-control-allow-origin', \["):
        checked(wrong(wsgi_apps.trivial), request_name, "wrong one", guarded=True)


def test_a_bare_framework_that_answers_the_origin_is_not_timed():
    with pytest.raises(AssertionError, match="wrong one"):
        checked(WSGIFloor(wsgi_apps.trivial), "allowed", "wrong one", guarded=False)


@pytest.mark.parametrize("request_name", ["refused", "allowed", "preflight"])
def test_a_wrong_answer_of_an_asgi_application_is_not_timed(request_name):
    wrong = ASGIFloor(asgi_apps.trivial, [STRANGER])
    with Loop() as loop, pytest.raises(AssertionError, match="wrong one"):
        loop.checked(wrong, request_name, "wrong one", guarded=True)


def test_a_measure_with_a_wrong_contender_fails():
    wrong = {
        "Flask": flask_apps.bare,
        "wrong one": lambda origins: without_credentials(flask_apps.bare(origins)),
    }
    with pytest.raises(AssertionError, match="wrong one"):
        flask_requests.measure(QUICK, wrong)


@pytest.mark.parametrize("request_name", list(REQUESTS))
def test_the_floor_answers_rightly(request_name):
    checked(WSGIFloor(wsgi_apps.trivial), request_name, "floor", guarded=True)
    with Loop() as loop:
        loop.checked(ASGIFloor(asgi_apps.trivial), request_name, "floor", guarded=True)


def test_a_difference_is_taken_within_its_round():
    # The machine was busy in the second round, for both.
    samples = {"bare": [10.0, 20.0, 10.0], "guarded": [12.0, 22.0, 12.0]}
    assert medians_over(samples, "bare") == {"bare": 10.0, "guarded": 12.0}
    assert medians(samples) == {"bare": 10.0, "guarded": 12.0}
    assert quotient(samples, "guarded", "bare") == 1.2


def test_everybody_has_a_turn_in_every_round_and_the_order_changes():
    turns = []
    runs = {name: lambda count, name=name: turns.append(name) or 1.0 for name in "abc"}
    samples = rounds(runs, QUICK)
    assert {len(values) for values in samples.values()} == {QUICK.rounds}
    last = [turns[-6:-3], turns[-3:]]
    assert [sorted(turn) for turn in last] == [["a", "b", "c"]] * 2
    assert last[0] != last[1]


def test_a_target_that_is_missed_is_printed_with_its_floor():
    targets = [
        at_most("a preflight", 2.0, 1.5, "µs", (1.0, "one look-up")),
        at_most("a request", 1.5, 1.5, "µs", (1.0, "one look-up")),
        at_least("how much faster", 49.0, 50, "times"),
    ]
    assert [target["reached"] for target in targets] == [False, True, False]
    text = report.markdown({"one": measured("One", "µs", {"row": {"column": 2.0}}, targets=targets)})
    assert "| a preflight | at most 1.50 µs | 2.00 µs | not reached |" in text
    assert "| how much faster | at least 50.0 times | 49.0 times | not reached |" in text
    assert text.count("Not reached: ") == 1
    assert "Not reached: a preflight. The floor is 1.00 µs: one look-up." in text


def test_a_measure_that_this_machine_cannot_take_says_why(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert server.measure(QUICK) == skipped(server.TITLE, "wrk is not installed")
    assert "Skipped: wrk is not installed." in report.markdown({"server": server.measure(QUICK)})
