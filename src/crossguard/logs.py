"""The log of the library, and what keeps a stranger's text on one line of it."""

import logging
from typing import Final

logger: Final = logging.getLogger("crossguard")


def one_line(text: str) -> str:
    """Escape everything that could start a new line or steer a terminal (CVE-2024-1681)."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text
    )
