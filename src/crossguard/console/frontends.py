"""The front ends that administrators list: the source that the policy follows, and a judge of entries."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from crossguard.console.models import FrontEndOrigin
from crossguard.core.config import CorsConfig, load_config
from crossguard.core.issues import ConfigError, ConfigIssue
from crossguard.core.policy import compile_policy
from crossguard.flask.cookies import frontends_of
from crossguard.sql import SqlOrigins


class FrontEnds(SqlOrigins):
    """The table of front ends, as every process of the application follows it.

    Args:
        engine: the application's.
        written: the origins of the configuration, normalised.
        page: where administrators change the list; the log and the explanations name it.
        keep: a file for the last known list.

    Attributes:
        written: as given.
    """

    def __init__(self, engine: sa.Engine, *, written: Sequence[str], page: str, keep: Path) -> None:
        super().__init__(engine, model=FrontEndOrigin, keep=keep)
        self.written = tuple(written)
        self._page = page
        self._asking = threading.Lock()
        self._closed = False
        self._last: object = None

    def version(self) -> object:
        """Return the version of the list; after :meth:`close` the last one, without asking."""
        with self._asking:
            if not self._closed:
                self._last = super().version()
            return self._last

    def read(self) -> list[str]:
        """Return the rows."""
        with self._asking:
            return super().read()

    def close(self, timeout: float) -> None:
        """Ask the database no more, so that its connections can be closed.

        Args:
            timeout: seconds to wait for an answer that is under way.
        """
        is_idle = self._asking.acquire(timeout=timeout)
        self._closed = True
        if is_idle:
            self._asking.release()

    def after_fork(self) -> None:
        """Let go of what the parent's thread holds."""
        self._asking = threading.Lock()
        super().after_fork()

    def __str__(self) -> str:
        return f"the front ends at {self._page} or in CROSSGUARD_ORIGINS"


class Judgement(NamedTuple):
    """What a policy makes of one entry.

    Attributes:
        entry: the entry as the policy would list it.
        issue: why it would pass the entry over; None if it would not.
        writes: whether pages that the entry covers may write.
    """

    entry: str
    issue: ConfigIssue | None
    writes: bool


def judge(entry: str, config: CorsConfig) -> Judgement:
    """Ask a policy with the options of *config* and *entry* alone what it makes of it."""
    options = {**config.to_options(), "origins": (entry,), "readers": ()}
    try:
        alone = load_config(options, is_public_suffix=config.is_public_suffix)
    except ConfigError as error:
        return Judgement(entry, error.issues[0], writes=False)
    # A pattern is no origin that could be asked about; one that it covers stands for it.
    listed = str(alone.origins[0])
    covered = [frontend.origin for frontend in frontends_of(alone)] or [listed]
    return Judgement(listed, None, compile_policy(alone).may_write(covered[0]))
