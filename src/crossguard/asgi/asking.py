"""Asking about an origin before a request is decided, without holding up the others; for ASGI."""

import asyncio
import inspect
from collections.abc import Callable, Iterable
from typing import Final
from weakref import WeakKeyDictionary

from crossguard.core.origins import parse_serialized
from crossguard.lists.origin_check import FOUND, BusyError, LateError, OriginCheck

# So many origins may be asked about at a time. A stranger can name any number of them.
_MOST_TASKS: Final = 256

_Tasks = dict[tuple[OriginCheck, str], asyncio.Task[bool]]
_tasks: WeakKeyDictionary[asyncio.AbstractEventLoop, _Tasks] = WeakKeyDictionary()


async def find_out(callables: Iterable[Callable[[str], object]], origin: str) -> None:
    """Ask each of *callables* about *origin*, so that the decisions of this request have the answers.

    They hold for this request, also where they are not remembered any longer when the response begins.
    """
    if parse_serialized(origin) is None:
        return
    checks = [check for check in callables if isinstance(check, OriginCheck)]
    if len(checks) > 1 and _loop() is not None:
        # All at once, so that two that hang hold a request up for no longer than one.
        answers = await asyncio.gather(*(_answer(check, origin) for check in checks))
    else:
        answers = [await _answer(check, origin) for check in checks]
    FOUND.set({(check, origin): answer for check, answer in zip(checks, answers, strict=True)})


def _loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


async def _answer(check: OriginCheck, origin: str) -> bool:
    known = check.known(origin)
    if known is not None:
        return known
    loop = _loop()
    if loop is None:
        # Another library's event loop, which could not be told how long to wait.
        return await _settle(check, origin) if check.is_async else check.answer(origin)
    tasks = _tasks.setdefault(loop, {})
    task = tasks.get((check, origin))
    if task is None:
        if len(tasks) >= _MOST_TASKS:
            return check.fail(origin, BusyError())
        # A task of its own, so that the request which asked first can end without ending the others.
        task = tasks[check, origin] = loop.create_task(_settle_in_time(check, origin))
        task.add_done_callback(lambda _: tasks.pop((check, origin), None))
    return await asyncio.shield(task)


async def _settle_in_time(check: OriginCheck, origin: str) -> bool:
    if not check.is_async:
        # What is waited for in it ends with the patience of the check.
        return await asyncio.get_running_loop().run_in_executor(None, check.answer, origin)
    try:
        return await asyncio.wait_for(_settle(check, origin), check.patience)
    except TimeoutError:
        return check.fail(origin, LateError())


async def _settle(check: OriginCheck, origin: str) -> bool:
    try:
        answer = check.ask(origin)
        if inspect.isawaitable(answer):
            answer = await answer
    except Exception as error:  # noqa: BLE001 - after any exception the answer is no
        return check.fail(origin, error)
    return check.take(origin, answer)
