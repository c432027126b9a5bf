"""Lines and tables that fit a width. Pure."""

import textwrap
from collections.abc import Sequence
from typing import Final

#: Columns of a line; what every terminal, mail and issue shows without breaking it.
WIDTH: Final = 80

_GAP: Final = 2
_NARROWEST: Final = 8


def wrapped(text: str, width: int) -> list[str]:
    """Return *text* in lines of at most *width* characters; words that are longer are cut."""
    return textwrap.wrap(text, max(width, 1), break_on_hyphens=False) or [""]


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, width: int = WIDTH) -> list[str]:
    """Return the lines of a table.

    Cells wrap, the widest columns first, until the table fits. A table of more columns than the width
    has room for is wider.

    Args:
        head: the names of the columns.
        rows: the cells; each row has as many as *head*.
        width: characters of a line.
    """
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    room = width - _GAP * (len(head) - 1)
    while sum(widths) > room and max(widths) > _NARROWEST:
        widest = widths.index(max(widths))
        second = max([_NARROWEST, *(other for other in widths if other < widths[widest])])
        # All at once down to the next one, but no further than needed.
        widths[widest] = max(second, widths[widest] - (sum(widths) - room))
    lines = []
    for row in (head, *rows):
        cells = [wrapped(cell, size) for cell, size in zip(row, widths, strict=True)]
        for number in range(max(map(len, cells))):
            parts = [
                (cell[number] if number < len(cell) else "").ljust(size)
                for cell, size in zip(cells, widths, strict=True)
            ]
            lines.append((" " * _GAP).join(parts).rstrip())
    return lines
