"""Sequence diagrams as SVG: lanes with names, arrows with text, notes."""

from dataclasses import dataclass, field
from html import escape

WIDTH = 1000
_LANE_TOP = 64
_LINE = 17
_CHARACTER = 6.9  # the width of one character of the text, in pixels

#: Colours of the two schemes; text on its background has a contrast of at least 4.5 (WCAG 2.2).
SCHEMES = {
    "light": {
        "paper": "#ffffff", "ink": "#1f2430", "soft": "#5b6472", "line": "#c3c9d4",
        "ok": "#0b6b3a", "bad": "#b3261e", "ok-paper": "#e6f4ec", "bad-paper": "#fdeceb", "head": "#f1f3f7",
    },
    "dark": {
        "paper": "#14161c", "ink": "#e6e9ef", "soft": "#a4adbb", "line": "#434a58",
        "ok": "#6fd39b", "bad": "#ff9d94", "ok-paper": "#15291f", "bad-paper": "#331a19", "head": "#20242d",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Arrow:
    """A message from one lane to another; the first of *lines* is the message, the others its headers."""

    start: str
    end: str
    lines: tuple[str, ...]
    bad: bool = False


@dataclass(frozen=True)
class Note:
    """What happens in one lane, or what follows from all of it."""

    lane: str
    lines: tuple[str, ...]
    bad: bool = False


@dataclass
class Sequence:
    """One picture: the lanes from left to right, and what happens from top to bottom."""

    title: str
    lanes: tuple[str, ...]
    steps: list[Arrow | Note] = field(default_factory=list)

    def draw(self, scheme: str) -> str:
        """Return the picture as SVG in a colour scheme, ``light`` or ``dark``."""
        colours = SCHEMES[scheme]
        parts, height = self._steps(colours)
        head = [_lane(name, self._x(name), height, colours) for name in self.lanes]
        style = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:11.5px"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            f'aria-label="{escape(self.title)}" style="{style}">\n'
            f'<rect width="{WIDTH}" height="{height}" fill="{colours["paper"]}"/>\n'
            + "\n".join([*head, *parts])
            + "\n</svg>\n"
        )

    def _x(self, lane: str) -> float:
        first, last = 110, WIDTH - 110
        return first + (last - first) * self.lanes.index(lane) / (len(self.lanes) - 1)

    def _steps(self, colours: dict[str, str]) -> tuple[list[str], int]:
        parts, y = [], float(_LANE_TOP + 12)
        for step in self.steps:
            if isinstance(step, Arrow):
                drawn, y = self._arrow(step, y, colours)
            else:
                drawn, y = self._note(step, y, colours)
            parts.append(drawn)
        return parts, int(y + 14)

    def _arrow(self, step: Arrow, y: float, colours: dict[str, str]) -> tuple[str, float]:
        start, end = self._x(step.start), self._x(step.end)
        room = int((abs(end - start) - 24) / _CHARACTER)
        lines = [part for line in step.lines for part in wrapped(line, room)]
        ink = colours["bad"] if step.bad else colours["ink"]
        middle = (start + end) / 2
        text = "".join(
            _text(line, middle, y + 12 + number * _LINE, ink if number == 0 else colours["soft"])
            for number, line in enumerate(lines)
        )
        at = y + len(lines) * _LINE + 2
        side = 1 if end > start else -1
        tip = f"M{end - side * 8:.0f} {at - 4:.0f} L{end:.0f} {at:.0f} L{end - side * 8:.0f} {at + 4:.0f}"
        cross = ""
        if step.bad:
            mark = f"M{middle - 5:.0f} {at - 5:.0f} l10 10 m0 -10 l-10 10"
            cross = f'<path d="{mark}" stroke="{ink}" stroke-width="2"/>'
        line = (
            f'<path d="M{start:.0f} {at:.0f} L{end:.0f} {at:.0f} {tip}" stroke="{ink}" fill="none" '
            'stroke-width="1.4"/>'
        )
        return f"{text}{line}{cross}", at + 14

    def _note(self, step: Note, y: float, colours: dict[str, str]) -> tuple[str, float]:
        kind = "bad" if step.bad else "ok"
        lines = [part for line in step.lines for part in wrapped(line, 46)]
        width = max(len(line) for line in lines) * _CHARACTER + 20
        left = min(max(self._x(step.lane) - width / 2, 8), WIDTH - width - 8)
        height = len(lines) * _LINE + 10
        box = (
            f'<rect x="{left:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height}" rx="5" '
            f'fill="{colours[kind + "-paper"]}" stroke="{colours[kind]}"/>'
        )
        text = "".join(
            _text(line, left + width / 2, y + 18 + number * _LINE, colours[kind])
            for number, line in enumerate(lines)
        )
        return box + text, y + height + 12


def wrapped(line: str, room: int) -> list[str]:
    """Return *line* in pieces of at most *room* characters, broken where a reader expects it."""
    pieces: list[str] = []
    while len(line) > room:
        at = max(line.rfind(mark, 0, room) for mark in (" ", ",", ";", "-"))
        at = at + 1 if at > room // 3 else room
        pieces.append(line[:at].rstrip())
        line = "  " + line[at:].lstrip()
    return [*pieces, line]


def _lane(name: str, x: float, height: int, colours: dict[str, str]) -> str:
    title, _, detail = name.partition("\n")
    return (
        f'<rect x="{x - 105:.0f}" y="10" width="210" height="42" rx="6" fill="{colours["head"]}" '
        f'stroke="{colours["line"]}"/>'
        + _text(title, x, 28, colours["ink"], weight="600")
        + _text(detail, x, 44, colours["soft"])
        + f'<path d="M{x:.0f} 52 V{height - 8}" stroke="{colours["line"]}" stroke-dasharray="4 4"/>'
    )


def _text(text: str, x: float, y: float, colour: str, *, weight: str = "400") -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" fill="{colour}" font-weight="{weight}" '
        f'xml:space="preserve">{escape(text)}</text>'
    )
