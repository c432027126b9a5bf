"""Under ASGI callables are asked before a request is decided, and hold up nobody else."""

import asyncio
import threading

import pytest

from crossguard import Reason
from crossguard.asgi import Crossguard
from crossguard.asgi.asking import _MOST_TASKS, find_out
from crossguard.lists.origin_check import FOUND, OriginCheck
from tests.adapters.inner import asgi_app
from tests.adapters.wire import Request, received, run_asgi, scope_of, via_asgi

APP = "https://app.example.com"
EVIL = "https://evil.example.net"
FROM_APP = (("Origin", APP), ("Sec-Fetch-Site", "cross-site"))


class Customers:
    """A list that is awaited."""

    def __init__(self, *origins: str) -> None:
        self.origins = {*origins}
        self.questions: list[str] = []
        self.may_answer: asyncio.Event | None = None

    async def __call__(self, origin: str) -> bool:
        self.questions.append(origin)
        if self.may_answer is not None:
            await self.may_answer.wait()
        await asyncio.sleep(0)
        return origin in self.origins


def guarded(asked, called=None, **options):
    return Crossguard(asgi_app([] if called is None else called), origins=asked, **options)


GATED = {"supports_credentials": True, "public_origins": ["https://api.example.com"], "auth_cookies": ["s"]}


def test_a_coroutine_function_decides_reads_writes_preflights_and_handshakes():
    customers = Customers(APP)
    called = []
    app = guarded(customers, called, **GATED)

    for origin, allowed in ((APP, True), (EVIL, False)):
        sent = (("Origin", origin), ("Sec-Fetch-Site", "cross-site"))
        assert via_asgi(app, Request("GET", "/items", sent)).get("access-control-allow-origin") == (
            origin if allowed else None
        )
        assert via_asgi(app, Request("POST", "/items", sent)).status == (200 if allowed else 403)
        asks = (*sent, ("Access-Control-Request-Method", "PUT"))
        assert via_asgi(app, Request("OPTIONS", "/items", asks)).get("access-control-allow-origin") == (
            origin if allowed else None
        )

        async def socket(scope, receive, send):
            await send({"type": "websocket.accept"})

        handshake = scope_of(Request(headers=(("Origin", origin), ("Cookie", "s=1"))), "websocket")
        answer = asyncio.run(
            run_asgi(
                Crossguard(socket, origins=customers, **GATED), handshake, [{"type": "websocket.connect"}]
            )
        )
        assert answer.messages[0]["type"] == ("websocket.accept" if allowed else "websocket.close")
    assert called == ["/items", "/items", "/items"]


def test_an_answer_is_remembered_between_requests():
    customers = Customers(APP)
    app = guarded(customers)
    for _ in range(3):
        assert via_asgi(app, Request("GET", "/items", FROM_APP))["access-control-allow-origin"] == APP
    assert customers.questions == [APP]


@pytest.mark.parametrize("origin", ["null", "app.example.com", f"{APP}/", "", "\xff"])
def test_nobody_is_asked_about_what_is_no_origin(origin):
    customers = Customers(origin)
    app = guarded(customers)
    assert (
        via_asgi(app, Request("GET", "/items", (("Origin", origin),))).get("access-control-allow-origin")
        is None
    )
    assert customers.questions == []


@pytest.mark.parametrize("seconds", [0, 0.02])
def test_one_request_has_one_answer_also_where_nothing_is_remembered(seconds):
    """The response may begin long after the answer has been forgotten."""
    customers = Customers(APP)

    async def slow(scope, receive, send):
        await asyncio.sleep(0.05)
        customers.origins.clear()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    app = Crossguard(slow, origins=OriginCheck(customers, seconds=seconds), **GATED)
    answer = via_asgi(app, Request("POST", "/items", FROM_APP))

    assert (answer.status, answer["access-control-allow-origin"]) == (200, APP)
    assert customers.questions == [APP]


def test_a_plain_function_does_not_hold_up_the_event_loop():
    """The function waits for something that only another task of the same loop brings about."""
    brought = threading.Event()

    def blocking(origin):
        assert brought.wait(10)
        return origin == APP

    app = guarded(OriginCheck(blocking, patience=10))

    async def both():
        async def bring():
            brought.set()

        request = run_asgi(app, scope_of(Request("GET", "/items", FROM_APP)), [received()])
        answer, _ = await asyncio.gather(request, bring())
        return answer

    assert asyncio.run(both())["access-control-allow-origin"] == APP


def test_requests_that_come_together_ask_once():
    customers = Customers(APP)
    app = guarded(customers)

    async def many():
        customers.may_answer = asyncio.Event()
        requests = [
            asyncio.create_task(run_asgi(app, scope_of(Request("GET", "/items", FROM_APP)), [received()]))
            for _ in range(50)
        ]
        await asyncio.sleep(0.01)
        # Whoever asked first goes away.
        requests[0].cancel()
        customers.may_answer.set()
        return await asyncio.gather(*requests[1:])

    answers = asyncio.run(many())
    assert {answer["access-control-allow-origin"] for answer in answers} == {APP}
    assert customers.questions == [APP]


def test_a_coroutine_that_does_not_answer_is_not_waited_for(caplog):
    customers = Customers(APP)
    app = guarded(OriginCheck(customers, patience=0.02))

    async def never():
        customers.may_answer = asyncio.Event()
        return await run_asgi(app, scope_of(Request("GET", "/items", FROM_APP)), [received()])

    assert asyncio.run(never()).get("access-control-allow-origin") is None
    assert "did not answer within 0.02 s" in caplog.text


def test_so_many_questions_are_open_at_a_time_and_no_more(caplog):
    customers = Customers(APP)
    check = OriginCheck(customers, patience=5)

    async def flood():
        customers.may_answer = asyncio.Event()
        asking = [
            asyncio.create_task(find_out([check], f"https://{number}.example.net"))
            for number in range(_MOST_TASKS)
        ]
        await asyncio.sleep(0.01)
        await find_out([check], APP)
        assert FOUND.get() == {(check, APP): False}
        customers.may_answer.set()
        await asyncio.gather(*asking)
        await find_out([check], APP)
        return FOUND.get()

    assert asyncio.run(flood()) == {(check, APP): True}
    assert "too many answers outstanding" in caplog.text
    assert len(customers.questions) == _MOST_TASKS + 1


@pytest.mark.parametrize("fails", ["async", "plain"])
def test_an_exception_is_a_refusal_and_is_logged(fails, caplog):
    async def raises_later(_origin):
        raise LookupError("the database is gone")

    def raises(_origin):
        raise LookupError("the database is gone")

    app = guarded(raises_later if fails == "async" else raises)
    answer = via_asgi(app, Request("GET", "/items", FROM_APP))

    assert answer.status == 200
    assert answer.get("access-control-allow-origin") is None
    assert answer["vary"] == "Origin"
    assert "the database is gone" in caplog.text


def test_a_plain_function_that_returns_an_awaitable_is_refused_and_says_why(caplog):
    async def later():
        return True

    app = guarded(lambda _origin: later())
    assert via_asgi(app, Request("GET", "/items", FROM_APP)).get("access-control-allow-origin") is None
    assert "a coroutine" in caplog.text


def test_a_coroutine_function_that_was_not_awaited_lets_nobody_in():
    app = guarded(Customers(APP))

    assert not app.policies[""].allows(APP)
    assert app.policies[""].actual(APP).reason is Reason.ORIGIN_NOT_LISTED


def test_it_works_on_another_event_loop_than_asyncio_s():
    """A loop that asyncio knows nothing of: the coroutine is driven by hand."""
    check, plain = OriginCheck(Hand()), OriginCheck(lambda origin: origin == APP)

    async def ask():
        await find_out([check, plain], APP)
        return FOUND.get()

    running = ask()
    with pytest.raises(StopIteration) as end:
        running.send(None)
    assert end.value.value == {(check, APP): True, (plain, APP): True}


class Hand:
    async def __call__(self, origin):
        return origin == APP


def test_a_replaced_policy_may_begin_to_ask():
    app = guarded([EVIL])
    app.policies[""].replace(origins=Customers(APP))

    assert via_asgi(app, Request("GET", "/items", FROM_APP))["access-control-allow-origin"] == APP


def test_paths_ask_for_themselves():
    shop, blog = Customers(APP), Customers()
    app = Crossguard(asgi_app([]), resources={"/items": {"origins": shop}, "/blog/*": {"origins": blog}})

    assert via_asgi(app, Request("GET", "/items", FROM_APP))["access-control-allow-origin"] == APP
    assert via_asgi(app, Request("GET", "/blog/1", FROM_APP)).get("access-control-allow-origin") is None
    assert (shop.questions, blog.questions) == ([APP], [APP])
