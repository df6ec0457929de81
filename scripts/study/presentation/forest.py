"""The forest plot of Tables 4 and 5. Lengths are millimetres on the printed page."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from study.presentation.forest_lines import Heading, Line
from study.presentation.labels import SYNTHETIC
from study.presentation.style import (
    DOUBLE_COLUMN_MM,
    ESTIMATE,
    HAIR,
    INK,
    MM_PER_INCH,
    QUIET,
    STYLE,
)
from study.presentation.style import SYNTHETIC as SYNTHETIC_COLOUR

SUBJECT = "Odds ratios of microcalcifications (MC)"
ROW, GAP = 4.6, 2.6
LEFT, RIGHT = 2.0, 172.0
LEVEL_X, REFERENCE_X, PLOT_X, PLOT_WIDTH, SAID_X, P_X = 62.0, 77.0, 82.0, 47.0, 134.0, RIGHT
TICKS = (0.0625, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
BELOW = 12.5


@dataclass(frozen=True)
class _Page:
    figure: Figure
    text: Axes
    plot: Axes
    height: float


def plot_forest(
    lines: Sequence[Heading | Line], title: str, synthetic: bool, interval: str
) -> Figure:
    """Return the figure, two journal columns wide; its artists carry the estimates as they are.

    Intervals that leave the axis end in an arrow; a term without an estimate is
    said in words.
    """
    with mpl.rc_context(STYLE):
        above = 20.5 if synthetic else 16.0
        places = _places(lines)
        page = _page(above + places[-1] + 0.8 * ROW + BELOW, above, lines)
        _header(page, title, synthetic, interval, above)
        for line, place in zip(lines, places, strict=True):
            y = page.height - above - place
            if isinstance(line, Heading):
                _heading(page, line, y)
            else:
                _line(page, line, y)
        _axis(page)
        return page.figure


def _places(lines: Sequence[Heading | Line]) -> list[float]:
    """Distance of each line from the first."""
    places, place = [], 0.0
    for number, line in enumerate(lines):
        if number:
            place += ROW + (GAP if isinstance(line, Heading) else 0)
        places.append(place)
    return places


def _page(height: float, above: float, lines: Sequence[Heading | Line]) -> _Page:
    figure = Figure(figsize=(DOUBLE_COLUMN_MM / MM_PER_INCH, height / MM_PER_INCH))
    FigureCanvasAgg(figure)
    text = figure.add_axes((0, 0, 1, 1))
    text.set(xlim=(0, DOUBLE_COLUMN_MM), ylim=(0, height))
    text.axis("off")
    plot_height = height - above - BELOW + ROW / 2
    plot = figure.add_axes(
        (
            PLOT_X / DOUBLE_COLUMN_MM,
            BELOW / height,
            PLOT_WIDTH / DOUBLE_COLUMN_MM,
            plot_height / height,
        )
    )
    ticks = axis_ticks(lines)
    plot.set_xscale("log", base=2)
    plot.set(xlim=(ticks[0], ticks[-1]), ylim=(BELOW, BELOW + plot_height))
    plot.set_xticks(ticks, tick_labels(ticks))
    return _Page(figure, text, plot, height)


def axis_ticks(lines: Sequence[Heading | Line]) -> list[float]:
    """Return the ticks for all lines that have an estimate."""
    known = [line for line in lines if isinstance(line, Line) and line.estimate is not None]
    return ticks_around(
        [line.low for line in known if line.low is not None],
        [line.high for line in known if line.high is not None],
    )


def ticks_around(lows: Sequence[float], highs: Sequence[float]) -> list[float]:
    """Return the shortest run of ticks, from 0.5 to 2 or beyond, that holds every interval."""
    low, high = min([0.5, *lows]), max([2.0, *highs])
    first = max((tick for tick in TICKS if tick <= low), default=TICKS[0])
    last = min((tick for tick in TICKS if tick >= high), default=TICKS[-1])
    return [tick for tick in TICKS if first <= tick <= last]


def tick_labels(ticks: Sequence[float], most: int = 7) -> list[str]:
    """Label every tick, or of more than `most` every second or third; 1 always."""
    every = 1 + (len(ticks) - 1) // most
    one = ticks.index(1.0)
    return [f"{tick:g}" if (place - one) % every == 0 else "" for place, tick in enumerate(ticks)]


def _header(page: _Page, title: str, synthetic: bool, interval: str, above: float) -> None:
    top = page.height - 4.5
    name = page.text.text(LEFT, top, title, fontsize=8.5, weight="bold", va="center_baseline")
    _after(page, name, top, SUBJECT)
    if synthetic:
        page.text.text(
            LEFT, page.height - 9, SYNTHETIC, color=SYNTHETIC_COLOUR, va="center_baseline"
        )
    y = page.height - above + 5.4
    level: dict[str, Any] = {"va": "center_baseline", "color": QUIET}
    page.text.text(LEFT, y, "Term", **level)
    page.text.text(LEVEL_X, y, "MC n/N", ha="right", **level)
    page.text.text(REFERENCE_X, y, "reference", ha="right", **level)
    page.text.text(SAID_X, y, f"OR ({interval})", **level)
    page.text.text(P_X, y, "p (Wald)", ha="right", **level)
    page.text.plot([LEFT, RIGHT], [y - 2.6] * 2, color=INK, linewidth=0.6)


def _heading(page: _Page, heading: Heading, y: float) -> None:
    title = page.text.text(LEFT, y, heading.text, weight="bold", va="center_baseline")
    _after(page, title, y, heading.women)


def _after(page: _Page, artist: Artist, y: float, text: str) -> None:
    page.text.annotate(
        text,
        xy=(1, y),
        xycoords=(artist, "data"),
        xytext=(4, 0),
        textcoords="offset points",
        va="center_baseline",
        color=QUIET,
    )


def _line(page: _Page, line: Line, y: float) -> None:
    term = page.text.text(LEFT + 2.5, y, line.term, va="center_baseline")
    _after(page, term, y, line.against)
    page.text.text(LEVEL_X, y, line.level_counts, ha="right", va="center_baseline")
    page.text.text(
        REFERENCE_X, y, line.reference_counts, ha="right", va="center_baseline", color=QUIET
    )
    page.text.text(P_X, y, line.p, ha="right", va="center_baseline")
    if line.estimate is None or line.low is None or line.high is None:
        said = f"{line.said}; p: {line.p_by}" if line.p_by else line.said
        page.text.text(SAID_X, y, said, va="center_baseline", style="italic", color=QUIET)
        return
    page.text.text(SAID_X, y, line.said, va="center_baseline")
    low, high = page.plot.get_xlim()
    page.plot.plot([line.low, line.high], [y, y], color=ESTIMATE, linewidth=1.1, gid="interval")
    page.plot.plot(line.estimate, y, "s", color=ESTIMATE, markersize=4.2, gid="estimate")
    for beyond, edge, arrow in ((line.low < low, low, "<"), (line.high > high, high, ">")):
        if beyond:
            page.plot.plot(edge, y, arrow, color=ESTIMATE, markersize=3.6, clip_on=False)


def _axis(page: _Page) -> None:
    page.plot.axvline(1, color=INK, linewidth=0.6, zorder=0)
    page.plot.spines[["left", "right", "top"]].set_visible(False)
    page.plot.set_yticks([])
    page.plot.set_facecolor("none")
    for tick in page.plot.get_xticks():
        page.plot.axvline(tick, color=HAIR, linewidth=0.5, zorder=-1)
    low, high = page.plot.get_xlim()
    one = PLOT_X + PLOT_WIDTH * _share(low, high)
    page.text.text(one - 2, 4.2, "← fewer MC", ha="right", va="center_baseline", color=QUIET)
    page.text.text(one + 2, 4.2, "more MC →", ha="left", va="center_baseline", color=QUIET)


def _share(low: float, high: float) -> float:
    """Where 1 lies on a logarithmic axis, from 0 to 1."""
    return -log(low) / (log(high) - log(low))
