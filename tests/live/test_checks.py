"""Callables that are asked: what is remembered, for how long, and what becomes of those that fail."""

import contextvars
import logging
import os
import pickle
import subprocess
import sys
import threading
from functools import partial

import pytest

from crossguard.lists.origin_check import _MOST_THREADS, OriginCheck

APP = "https://app.example.com"
EVIL = "https://evil.example.net"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Customers:
    """A list that counts its questions."""

    def __init__(self, *origins: str) -> None:
        self.origins = {*origins}
        self.questions: list[str] = []

    def __call__(self, origin: str) -> bool:
        self.questions.append(origin)
        return origin in self.origins


def check(ask, **numbers):
    made = OriginCheck(ask, **numbers)
    made._clock = Clock()
    return made


def test_answers_are_remembered_for_the_stated_time():
    customers = Customers(APP)
    asked = check(customers, seconds=30)

    for _ in range(3):
        assert asked(APP)
        assert not asked(EVIL)
    assert customers.questions == [APP, EVIL]

    asked._clock.now += 29.9
    assert asked(APP)
    asked._clock.now += 0.2
    customers.origins.clear()
    assert not asked(APP)
    assert customers.questions == [APP, EVIL, APP]


def test_nothing_is_remembered_for_no_time_or_no_place():
    for numbers in ({"seconds": 0}, {"size": 0}):
        customers = Customers(APP)
        asked = check(customers, **numbers)
        assert asked(APP)
        assert asked(APP)
        assert len(customers.questions) == 2


def test_strangers_push_out_each_other_and_no_customer():
    customers = Customers(APP)
    asked = check(customers, size=10)
    assert asked(APP)

    for number in range(1000):
        assert not asked(f"https://{number}.example.net")

    assert asked(APP)
    assert customers.questions.count(APP) == 1
    questions = len(customers.questions)
    assert not asked("https://999.example.net")
    assert len(customers.questions) == questions
    assert not asked("https://0.example.net")
    assert len(customers.questions) == questions + 1


def test_the_oldest_answer_makes_place():
    origins = [f"https://{number}.example.com" for number in range(12)]
    customers = Customers(*origins)
    asked = check(customers, size=10)
    for origin in origins:
        assert asked(origin)

    assert asked(origins[-1])
    assert customers.questions == origins
    assert asked(origins[0])
    assert customers.questions == [*origins, origins[0]]


def test_what_is_forgotten_is_asked_again():
    customers = Customers(APP)
    asked = check(customers)
    assert asked(APP)
    customers.origins.clear()

    asked.forget(APP)
    assert not asked(APP)

    customers.origins.add(APP)
    asked.forget()
    assert asked(APP)


def test_an_exception_is_a_refusal_and_is_logged_with_its_traceback(caplog):
    def fails(_origin):
        raise LookupError("the database is gone")

    assert not check(fails)(APP)

    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "fails failed at 'https://app.example.com', which is refused." in record.getMessage()
    assert "the database is gone" in caplog.text
    assert "Traceback" in caplog.text


def test_a_time_out_of_the_callable_s_own_is_an_exception_like_any_other(caplog):
    def fails(_origin):
        raise TimeoutError("the database did not answer")

    assert not check(fails)(APP)
    assert "fails failed at" in caplog.text
    assert "the database did not answer" in caplog.text


FORKING = """
import os, threading
from crossguard.lists.origin_check import OriginCheck

go_on = threading.Event()
asked = OriginCheck(lambda origin: go_on.wait(20), patience=0.01)
assert not asked("https://app.example.com")
child = os.fork()
if child == 0:
    asked.patience = 10
    asked.forget()
    go_on.set()
    os._exit(0 if asked("https://app.example.com") else 1)
assert os.waitpid(child, 0)[1] == 0
go_on.set()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_child_waits_for_no_thread_of_its_parent():
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKING],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_what_failed_is_asked_again_after_a_second():
    customers = Customers(APP)

    def sometimes(origin):
        customers(origin)
        if len(customers.questions) == 1:
            raise LookupError
        return True

    asked = check(sometimes, seconds=60)
    assert not asked(APP)
    assert not asked(APP)
    asked._clock.now += 1.01
    assert asked(APP)
    assert len(customers.questions) == 2


def test_strangers_do_not_decide_how_much_is_logged(caplog):
    def fails(_origin):
        raise LookupError

    asked = check(fails)
    for number in range(100):
        assert not asked(f"https://{number}.example.net")
    assert len(caplog.records) == 1

    asked._clock.now += 1.01
    assert not asked(EVIL)
    assert len(caplog.records) == 2


@pytest.mark.parametrize("ending", [SystemExit, KeyboardInterrupt, GeneratorExit])
def test_what_would_end_a_program_ends_no_request(ending, caplog):
    def ends(_origin):
        raise ending

    assert not check(ends)(APP)
    assert "failed at" in caplog.text


@pytest.mark.parametrize("answer", [None, 1, 0, "", "yes", object()], ids=repr)
def test_neither_true_nor_false_is_a_refusal_and_is_logged(answer, caplog):
    assert not check(lambda _origin: answer)(APP)
    assert (
        f"which is {'an' if isinstance(answer, int | object) and type(answer).__name__[0] in 'aeiou' else 'a'}"
        in caplog.text
    )
    assert "is refused" in caplog.text


def test_a_coroutine_that_nobody_awaits_is_closed_and_refused(caplog):
    async def later():
        return True

    assert not check(lambda _origin: later())(APP)
    assert "a coroutine" in caplog.text


def test_a_log_line_stays_one_line(caplog):
    def fails(_origin):
        raise LookupError("a\nb")

    assert not check(fails)("https://a.example\r\nINFO forged")
    assert "\n" not in caplog.records[0].getMessage()


def test_a_request_stops_waiting_and_the_late_answer_is_remembered(caplog):
    go_on, answered = threading.Event(), threading.Event()

    def slow(_origin):
        go_on.wait(10)
        answered.set()
        return True

    asked = OriginCheck(slow, patience=0.05)
    assert not asked(APP)
    assert "did not answer within 0.05 s" in caplog.text

    go_on.set()
    assert answered.wait(10)
    for _ in range(1000):
        if asked.known(APP):
            break
        threading.Event().wait(0.01)
    assert asked(APP)


def test_one_thread_asks_for_all_who_wait():
    customers = Customers(APP)
    go_on = threading.Event()

    def slow(origin):
        go_on.wait(10)
        return customers(origin)

    asked = OriginCheck(slow, patience=10)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(asked(APP))) for _ in range(20)]
    for thread in threads:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join(10)

    assert answers == [True] * 20
    assert customers.questions == [APP]


def test_no_more_than_a_number_of_threads_wait_for_somebody_who_blocks(caplog):
    go_on = threading.Event()
    asked = OriginCheck(lambda _origin: go_on.wait(20), patience=0.02)
    before = threading.active_count()
    try:
        for number in range(_MOST_THREADS + 5):
            assert not asked(f"https://{number}.example.net")
        assert threading.active_count() - before == _MOST_THREADS
        assert not asked(APP)
    finally:
        go_on.set()
    assert asked._places.acquire(timeout=10)
    asked._places.release()


def test_the_context_of_the_request_is_there():
    tenant = contextvars.ContextVar("tenant", default="")
    tenant.set("shop")
    asked = OriginCheck(lambda _origin: tenant.get() == "shop")

    assert asked(APP)


def test_whoever_can_be_called_can_be_asked():
    class Shop:
        def lists(self, origin):
            return origin == APP

    def of_tenant(tenant, origin):
        return tenant == "shop" and origin == APP

    for ask in (Shop().lists, partial(of_tenant, "shop"), Customers(APP), APP.__eq__):
        assert OriginCheck(ask)(APP) is True
        assert OriginCheck(ask).name


@pytest.mark.parametrize(
    ("ask", "numbers", "error", "words"),
    [
        (None, {}, TypeError, "cannot be asked"),
        (int, {}, TypeError, "cannot be asked"),
        (len, {"seconds": "5"}, TypeError, "seconds='5' is not a number"),
        (len, {"seconds": True}, TypeError, "seconds=True"),
        (len, {"seconds": -1}, ValueError, "seconds=-1 is not from 0 to 86400"),
        (len, {"seconds": float("nan")}, ValueError, "seconds"),
        (len, {"size": -1}, ValueError, "size"),
        (len, {"patience": 0}, ValueError, "patience"),
        (len, {"patience": float("inf")}, ValueError, "patience"),
    ],
)
def test_what_cannot_work_is_refused(ask, numbers, error, words):
    with pytest.raises(error, match=words):
        OriginCheck(ask, **numbers)


def test_the_same_question_asked_the_same_way_is_equal():
    assert OriginCheck(len) == OriginCheck(len)
    assert hash(OriginCheck(len)) == hash(OriginCheck(len))
    assert OriginCheck(len) != OriginCheck(len, seconds=1)
    assert OriginCheck(len) != len
    assert pickle.loads(pickle.dumps(OriginCheck(len, size=5))) == OriginCheck(len, size=5)  # noqa: S301
    assert repr(OriginCheck(len)) == "len()"


def test_a_system_without_threads_refuses_and_goes_on(monkeypatch, caplog):
    def start(_self):
        raise RuntimeError("can't start new thread")

    asked = OriginCheck(lambda _origin: True)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", start)
        assert not asked(APP)
    assert "was not asked" in caplog.text
    assert asked(APP)
