"""Who listens to decisions: a signal, and the log."""

from typing import Final

from blinker import Namespace

from crossguard.logs import logger

#: Sent for every request that carries an ``Origin``, with the application as sender and ``decision``,
#: ``facts`` and ``policy`` as keywords. Receivers run in the request: keep them short.
decision_made: Final = Namespace().signal("crossguard-decision-made")


def wanted(level: int, *, allowed: bool) -> bool:
    """Tell whether anybody listens, because working out the reason costs more than the answer."""
    return bool(decision_made.receivers) or (not allowed and logger.isEnabledFor(level))
