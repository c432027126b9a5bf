"""Draws docs/images/bench-light.svg and bench-dark.svg from bench/results.json.

python -m bench.plot

The same file gives the same picture, and the picture carries the hash of the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import results

IMAGES = Path(__file__).parent.parent / "docs" / "images"
PANELS = ("added to a request from a listed origin", "a preflight, in all")
#: Where the figures of a framework stand, what it is called, and what its contenders are in words.
GROUPS: dict[str, tuple[str, dict[str, str]]] = {
    "flask": (
        "Flask",
        {
            "crossguard.flask": "Crossguard",
            "crossguard.wsgi": "Crossguard, around it",
            "Flask-CORS": "Flask-CORS",
            "wsgicors": "wsgicors, around it",
        },
    ),
    "django": (
        "Django",
        {"crossguard.wsgi": "Crossguard, around it", "django-cors-headers": "django-cors-headers"},
    ),
    "starlette": (
        "Starlette",
        {"crossguard.asgi": "Crossguard, around it", "CORSMiddleware": "its CORSMiddleware"},
    ),
    "quart": ("Quart", {"crossguard.asgi": "Crossguard, around it", "Quart-CORS": "Quart-CORS"}),
}
#: A heading, a contender with both figures, or a gap.
Bar = tuple[str, float, float] | str | None
CAPTION = "Microseconds of processor time on a logarithmic scale; a shorter bar is less."
FLOOR = "the least that a wrapper can do"


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one picture."""

    paper: str
    ink: str
    faint: str
    lines: str
    ours: str
    others: str
    least: str


THEMES = {
    "light": Theme("#ffffff", "#1f2328", "#59636e", "#d8dee4", "#0969da", "#8c959f", "#d0d7de"),
    "dark": Theme("#0d1117", "#e6edf3", "#9198a1", "#2b323b", "#4493f8", "#7d8590", "#3d444d"),
}
#: Microseconds; what is less is not told from nothing.
_LEFT, _RIGHT = 0.2, 1000.0
_TICKS = (1, 10, 100)


def draw() -> None:
    """Draw every picture."""
    for name, theme in THEMES.items():
        _draw(IMAGES / f"bench-{name}.svg", theme)


def _draw(path: Path, theme: Theme) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    bars = list(_bars())
    style = {
        "svg.hashsalt": "crossguard",
        "svg.fonttype": "path",
        "font.size": 10,
        "font.family": "DejaVu Sans",
    }
    with mpl.rc_context(style):
        figure, panels = plt.subplots(
            1, 2, sharey=True, figsize=(10, 0.3 * len(bars) + 1.3), facecolor=theme.paper
        )
        figure.subplots_adjust(left=0.245, right=0.985, top=0.925, bottom=0.1, wspace=0.06)
        for index, axes in enumerate(panels):
            _panel(axes, index, bars, theme)
        _names(panels[0], bars, theme)
        figure.text(0.015, 0.018, CAPTION, color=theme.faint, fontsize=9)
        metadata = {
            "Date": None,
            "Creator": None,
            "Description": f"sha256 of bench/results.json: {results.digest()}",
        }
        figure.savefig(path, facecolor=theme.paper, metadata=metadata)
        plt.close(figure)
    # Editors and git take blanks at the end of a line for a mistake.
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(line.rstrip() for line in lines) + "\n", "utf-8")


def _panel(axes: Any, index: int, bars: list[Bar], theme: Theme) -> None:
    axes.set_facecolor(theme.paper)
    axes.set_xscale("log")
    axes.set_xlim(_LEFT, _RIGHT)
    axes.set_ylim(len(bars) - 0.4, -0.6)
    axes.set_title(PANELS[index], color=theme.ink, fontsize=11, loc="left", pad=10)
    axes.set_xticks(_TICKS, [f"{tick} µs" for tick in _TICKS], color=theme.faint)
    axes.minorticks_off()
    axes.tick_params(length=0)
    axes.set_yticks([])
    axes.grid(axis="x", color=theme.lines, linewidth=0.8)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for place, bar in enumerate(bars):
        if not isinstance(bar, tuple):
            continue
        name, value = bar[0], bar[1 + index]
        shown = max(value, _LEFT)
        axes.barh(place, shown - _LEFT, left=_LEFT, height=0.68, color=_colour(name, theme))
        text = f"{value:.1f}" if value < 10 else f"{value:.0f}"
        weight = "bold" if name.startswith("Crossguard") else "normal"
        axes.text(shown * 1.12, place, text, color=theme.ink, va="center", fontsize=9.5, fontweight=weight)


def _names(axes: Any, bars: list[Bar], theme: Theme) -> None:
    """Write whose bar is whose, to the left of the first panel."""
    for place, bar in enumerate(bars):
        if bar is None:
            continue
        heading = isinstance(bar, str)
        axes.text(
            -0.64 if heading else -0.03,
            place,
            bar if heading else bar[0],
            transform=axes.get_yaxis_transform(),
            ha="left" if heading else "right",
            va="center",
            color=theme.ink if heading or bar[0] != FLOOR else theme.faint,
            fontsize=11 if heading else 10,
            fontweight="bold" if heading or bar[0].startswith("Crossguard") else "normal",
            clip_on=False,
        )


def _bars() -> Iterator[Bar]:
    """Yield a heading for each framework, then words and figures of each contender, then a gap."""
    measures = results.read()["measures"]
    for number, (measure, (framework, contenders)) in enumerate(GROUPS.items()):
        rows = measures[measure]["rows"]
        suffix = ", 1 origin" if measure == "flask" else ""
        request, preflight = rows[f"allowed{suffix}"], rows[f"preflight{suffix}"]
        if number:
            yield None
        yield framework
        for name, words in (contenders | {"floor": FLOOR}).items():
            if name in request:
                yield words, request[name] - request[framework], preflight[name]


def _colour(name: str, theme: Theme) -> str:
    if name == FLOOR:
        return theme.least
    return theme.ours if name.startswith("Crossguard") else theme.others


if __name__ == "__main__":
    draw()
