"""Who listens to decisions."""

from typing import Final

from blinker import Namespace

#: Sent for every request that carries an ``Origin``, with the application as sender and ``decision``,
#: ``facts`` and ``policy`` as keywords. Receivers run in the request: keep them short.
decision_made: Final = Namespace().signal("crossguard-decision-made")
