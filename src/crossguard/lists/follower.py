"""Following a source: one thread of each process, however many policies the source feeds."""

import contextlib
import os
import threading
from typing import Final, Protocol
from weakref import WeakSet

from crossguard.core.issues import kind_of, shown
from crossguard.lists.last_known import read_kept, write_kept
from crossguard.lists.source import OriginSource
from crossguard.logs import logger, one_line

# Held while lists are handed over, and while the process forks: a child must not inherit half of that.
_handing_over: Final = threading.Lock()
_followers: Final[WeakSet["SourceFollower"]] = WeakSet()
_lock: Final = threading.Lock()


class Receiver(Protocol):
    """What gets the lists of a source."""

    def receive(self) -> None:
        """Take the entries anew; runs in the thread that follows the source."""


class SourceFollower:
    """What this process knows of one source.

    Attributes:
        entries: the last known list; empty before the first one.
    """

    def __init__(self, source: OriginSource) -> None:
        self.entries: tuple[str, ...] = ()
        self._source = source
        # Once, so that a name which fails does so while the application is put together.
        self._name = str(source)
        self._version: object = None
        self._receivers: WeakSet[Receiver] = WeakSet()
        self._thread: threading.Thread | None = None
        self._refreshing = threading.Lock()
        self._wake = threading.Event()
        self._failed = False
        self._loaded = False
        self._cannot_keep = False

    @property
    def is_known(self) -> bool:
        """Whether the list was read, or taken from the file that keeps it; before, it is empty."""
        return self._version is not None or bool(self.entries)

    def load(self) -> None:
        """Read the list, unless it is followed; where it cannot be read, take the one that is kept."""
        # Not under the lock: refreshing calls receivers, and one of them may be the caller.
        if self._loaded and self._receivers:
            return
        with self._refreshing:
            if not (self._loaded and self._receivers):
                self._refresh()
                self._loaded = True

    def follow(self, receiver: Receiver) -> None:
        """Tell *receiver* of every other list from now on, as long as it lives; it may have missed one."""
        with _lock:
            self._receivers.add(receiver)
            if self._thread is None or not self._thread.is_alive():
                self._start()

    def leave(self, receiver: Receiver) -> None:
        """Tell *receiver* of nothing more."""
        self._receivers.discard(receiver)

    def refresh(self) -> None:
        """Read the list if it is another one, and hand it over."""
        with self._refreshing:
            self._loaded = True
            self._refresh()

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._run, name=f"crossguard {self._name}", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            with _lock:
                # The last one who was fed has gone, as at the end of a test.
                if not self._receivers:
                    self._thread = None
                    return
            try:
                self.refresh()
            except Exception:
                logger.exception("%s could not be followed; it is tried again", self._name)
            self._wake.wait(self._source.seconds)

    def _refresh(self) -> None:
        try:
            # The version first: what changes while the list is read has another one next time.
            version = self._source.version()
            if not self._failed and self._version is not None and version == self._version:
                return
            entries = _checked(self._source.read())
        except Exception as error:  # noqa: BLE001 - after any exception the list counts as unreadable
            self._fail(error)
            return
        if self._failed:
            self._failed = False
            logger.warning("%s can be read again.", self._name)
        self._version = version
        if entries != self.entries:
            self._hand_over(entries)
            self._keep()

    def _fail(self, error: Exception) -> None:
        if self._failed:
            return
        self._failed = True
        state = f"the last known list, of {len(self.entries)} entries, stays in force"
        if self._version is None:
            kept = None if self._source.keep is None else read_kept(self._source.keep)
            if kept is None:
                state = "no origin of it is listed until it can"
            else:
                self._hand_over(kept)
                state = f"the list kept in {self._source.keep}, of {len(kept)} entries, is in force"
        logger.error("%s", one_line(f"{self._name} cannot be read, so that {state}: {_said(error)}"))

    def _hand_over(self, entries: tuple[str, ...]) -> None:
        if not self._loaded:
            # The thread that loads takes them from here; it may hold a lock that receivers need.
            self.entries = entries
            return
        with _handing_over:
            self.entries = entries
            for receiver in list(self._receivers):
                try:
                    receiver.receive()
                except Exception:
                    logger.exception("A list of %s could not be taken; the one before stays", self._name)

    def _keep(self) -> None:
        if self._source.keep is None:
            return
        try:
            write_kept(self._source.keep, self.entries)
        except OSError as error:
            if not self._cannot_keep:
                self._cannot_keep = True
                text = f"{self._source.keep} cannot be written, so that the list is not kept: {error}"
                logger.error("%s", one_line(text))  # noqa: TRY400 - it says all there is
        else:
            self._cannot_keep = False

    def after_fork(self) -> None:
        """Go on in a child process, which has none of its parent's threads."""
        self._refreshing = threading.Lock()
        self._wake = threading.Event()
        self._thread = None
        with contextlib.suppress(Exception):
            self._source.after_fork()
        if self._receivers:
            self._start()


def follower_of(source: OriginSource) -> SourceFollower:
    """Return what this process knows of *source*."""
    with _lock:
        follower = source.follower
        if not isinstance(follower, SourceFollower):
            # From now on: what has been read once may have left a connection that a child must not use.
            _register_at_fork()
            source.follower = follower = SourceFollower(source)
            _followers.add(follower)
        return follower


def _checked(entries: object) -> tuple[str, ...]:
    if not isinstance(entries, list | tuple | set | frozenset):
        raise TypeError(f"read() returned {kind_of(entries)}, not a list")
    # What is no text is no origin either; the policies pass it over and say so.
    return tuple(entry if isinstance(entry, str) else shown(entry) for entry in entries)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


_registered: Final[list[bool]] = []


def _register_at_fork() -> None:
    """Have children follow on their own; once for the process, and not where there is no fork."""
    if _registered or not hasattr(os, "register_at_fork"):
        return
    _registered.append(True)

    def before() -> None:
        _handing_over.acquire()
        _lock.acquire()

    def after() -> None:
        _lock.release()
        _handing_over.release()

    def after_in_child() -> None:
        after()
        for follower in list(_followers):
            follower.after_fork()

    os.register_at_fork(before=before, after_in_parent=after, after_in_child=after_in_child)
