"""What commands print: text that fits 80 columns, colour where there is a terminal, and JSON.

Knows nothing of Flask, so that ``crossguard check`` needs none.
"""

from crossguard.terminal.listing import count_line, show_findings
from crossguard.terminal.outcome import attempt_document, show_attempt
from crossguard.terminal.screen import Screen

__all__ = ["Screen", "attempt_document", "count_line", "show_attempt", "show_findings"]
