"""Callables that are asked about origins: what they say is remembered, and what they fail at is logged."""

import contextvars
import inspect
import os
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Final, TypeVar

from crossguard.core.issues import kind_of, shown
from crossguard.core.patterns import is_callable_entry
from crossguard.logs import logger, one_line

#: Seconds for which an answer is remembered, how many of each kind, and seconds to wait for one.
SECONDS: Final = 60.0
SIZE: Final = 1024
PATIENCE: Final = 2.0

# Seconds before a callable that failed is asked about the same origin again, and logged again.
_RESPITE: Final = 1.0
# So many threads may ask at a time. A stranger can name any number of origins.
_MOST_THREADS: Final = 16

AskOrigin = Callable[[str], bool | Awaitable[bool]]

#: What has been found out for the request of this context, by check and origin: several questions about one
#: request ask once. ASGI asks before it decides.
Found = Mapping[tuple["OriginCheck", str], bool]
FOUND: Final[contextvars.ContextVar[Found | None]] = contextvars.ContextVar("crossguard_found", default=None)


R = TypeVar("R")


class Once(dict[tuple["OriginCheck", str], bool]):
    """What is found out while one request is answered, in its own thread."""


def asking_once(answer: Callable[..., R], *arguments: object) -> R:
    """Return what *answer* does, in which each check is asked about an origin once, however often."""
    token = FOUND.set(Once())
    try:
        return answer(*arguments)
    finally:
        FOUND.reset(token)


class BusyError(Exception):
    """As many answers are waited for as may be."""


class LateError(Exception):
    """An answer was not waited for any longer."""


class _Asking:
    """One question under way."""

    __slots__ = ("answer", "done")

    def __init__(self) -> None:
        self.done = threading.Event()
        self.answer = False


class OriginCheck:
    """Asks a callable about each origin that nothing else in the list covers.

    It gets the origin as browsers write it, once it has been parsed: ``https://shop.example``. ``True``
    lets the origin in. Anything else does not. An answer that is neither ``True`` nor ``False``, an
    exception, and no answer in time are logged.

    Answers are remembered, refusals apart from the others, so that strangers cannot push out those who
    belong here. What failed is asked again after a second.

    Args:
        ask: the callable. A plain function runs in a thread of its own, so that a request can stop waiting
            for it; a coroutine function is awaited, and works under ASGI only.
        seconds: how long an answer is remembered; 0 is not at all.
        size: how many origins are remembered, of each kind.
        patience: seconds after which an answer is not waited for any longer.

    Raises:
        TypeError: *ask* cannot be called, or a number is none.
        ValueError: a number is out of range.
    """

    def __init__(
        self, ask: AskOrigin, *, seconds: float = SECONDS, size: int = SIZE, patience: float = PATIENCE
    ) -> None:
        if not is_callable_entry(ask):
            raise TypeError(f"OriginCheck: {shown(ask)} cannot be asked; give a function of one origin.")
        _check_number("seconds", seconds, 0, 86_400)
        _check_number("size", size, 0, 1_000_000)
        _check_number("patience", patience, 0.001, 60)
        self.ask = ask
        self.seconds = seconds
        self.size = size
        self.patience = patience
        #: Whether it has to be awaited.
        self.is_async = _is_async(ask)
        # Until when each answer holds.
        self._accepted: dict[str, float] = {}
        self._refused: dict[str, float] = {}
        self._clock = time.monotonic
        self._silent_until = 0.0
        self._begin_asking()

    def _begin_asking(self) -> None:
        self._process = os.getpid()
        # The questions under way: one thread for each origin, and any number of requests that wait for it.
        self._asking: dict[str, _Asking] = {}
        self._places = threading.BoundedSemaphore(_MOST_THREADS)
        self._lock = threading.Lock()

    def __eq__(self, other: object) -> bool:
        # So that an application factory that runs again declares the same.
        return isinstance(other, OriginCheck) and self._identity() == other._identity()

    def __hash__(self) -> int:
        # Who can be called need not be hashable.
        return hash(self._identity()[1:])

    def __reduce__(self) -> tuple[object, ...]:
        """Copy and pickle whom it asks, and how; not what is remembered."""
        return _copied, self._identity()

    def __repr__(self) -> str:
        return f"{self.name}()"

    @property
    def name(self) -> str:
        """How people call it."""
        return getattr(self.ask, "__qualname__", None) or type(self.ask).__name__

    def __call__(self, origin: str) -> bool:
        """Return whether *origin* is let in: as found for this request, as remembered, or as answered now.

        A coroutine function is not asked here; see :func:`crossguard.asgi.asking.find_out`.
        """
        found = FOUND.get()
        answer = None if found is None else found.get((self, origin))
        if answer is None:
            answer = self.known(origin)
            if answer is None:
                answer = False if self.is_async else self.answer(origin)
            if isinstance(found, Once):
                found[self, origin] = answer
        return answer

    def known(self, origin: str) -> bool | None:
        """Return what is remembered of *origin*; None if nothing is."""
        now = self._clock()
        if self._accepted.get(origin, 0.0) > now:
            return True
        return False if self._refused.get(origin, 0.0) > now else None

    def take(self, origin: str, answer: object) -> bool:
        """Return what *answer* means, and remember it."""
        if answer is not True and answer is not False:
            if isinstance(answer, Coroutine):
                answer.close()
            self._log(f"answered {shown(answer)}, which is {kind_of(answer)}, about", origin)
            answer = False
        self._remember(origin, self.seconds, accepted=answer)
        return answer

    def fail(self, origin: str, error: BaseException) -> bool:
        """Say why there is no answer, and return what that means."""
        match error:
            case BusyError():
                self._log("has too many answers outstanding, and was not asked about", origin)
                return False
            case LateError():
                self._log(f"did not answer within {self.patience:g} s about", origin)
            case _:
                self._log("failed at", origin, error)
        self._remember(origin, min(self.seconds, _RESPITE), accepted=False)
        return False

    def forget(self, origin: str | None = None) -> None:
        """Forget what is remembered of *origin*, or of every origin, so that the next request asks."""
        with self._lock:
            for answers in (self._accepted, self._refused):
                if origin is None:
                    answers.clear()
                else:
                    answers.pop(origin, None)

    def answer(self, origin: str) -> bool:
        """Ask, and wait; if the callable is being asked about *origin* already, for the same answer.

        In all for no longer than the patience, the wait for a thread included.
        """
        until = self._clock() + self.patience
        if self._process != os.getpid():
            # A child has none of the threads that its parent waits for.
            self._begin_asking()
        with self._lock:
            asking = self._asking.get(origin)
            starts = asking is None
            if asking is None:
                self._asking[origin] = asking = _Asking()
        if starts and not self._start_asking(origin, asking):
            return self.fail(origin, BusyError())
        if not asking.done.wait(max(0.0, until - self._clock())):
            # The thread goes on, and what it brings is remembered for the next request.
            return self.fail(origin, LateError())
        return asking.answer

    def _identity(self) -> tuple[AskOrigin, float, int, float]:
        return (self.ask, self.seconds, self.size, self.patience)

    def _start_asking(self, origin: str, asking: "_Asking") -> bool:
        context = contextvars.copy_context()

        def run() -> None:
            try:
                asking.answer = self.take(origin, context.run(self.ask, origin))
            except BaseException as error:  # noqa: BLE001 - after any exception the answer is no
                self.fail(origin, error)
            finally:
                end()

        def end() -> None:
            with self._lock:
                del self._asking[origin]
            self._places.release()
            asking.done.set()

        if not self._places.acquire(timeout=self.patience):
            with self._lock:
                del self._asking[origin]
            asking.done.set()
            return False
        try:
            # A thread cannot be ended, but a request can stop waiting for it.
            threading.Thread(target=run, name=f"crossguard {self.name}", daemon=True).start()
        except RuntimeError:  # the system has no more threads, or the interpreter ends
            end()
            return False
        return True

    def _remember(self, origin: str, seconds: float, *, accepted: bool) -> None:
        kept, other = (self._accepted, self._refused) if accepted else (self._refused, self._accepted)
        with self._lock:
            other.pop(origin, None)
            # Again at the end: the first is the one that is forgotten first.
            kept.pop(origin, None)
            if seconds and self.size:
                kept[origin] = self._clock() + seconds
                if len(kept) > self.size:
                    del kept[next(iter(kept))]

    def _log(self, what: str, origin: str, error: BaseException | None = None) -> None:
        # A stranger decides how often it is asked, and must not decide how much is logged.
        now = self._clock()
        if now >= self._silent_until:
            self._silent_until = now + _RESPITE
            text = f"{self.name} {what} {shown(origin, 100)}, which is refused."
            logger.error("%s", one_line(text), exc_info=error)


def _copied(ask: AskOrigin, seconds: float, size: int, patience: float) -> OriginCheck:
    return OriginCheck(ask, seconds=seconds, size=size, patience=patience)


def _is_async(ask: object) -> bool:
    # An object whose class defines __call__ as a coroutine function is one as well.
    return inspect.iscoroutinefunction(ask) or inspect.iscoroutinefunction(type(ask).__call__)


def _check_number(name: str, value: object, least: float, most: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"OriginCheck: {name}={shown(value)} is not a number.")
    if not least <= value <= most:
        raise ValueError(f"OriginCheck: {name}={shown(value)} is not from {least:g} to {most:g}.")
