"""The figure of alternative definitions: who moves, and the odds ratio beside the primary one."""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.presentation.forest import tick_labels, ticks_around
from study.presentation.page import LEFT, LINE, Page, header, open_page, wrapped
from study.presentation.reclassification_lines import Heading, Line
from study.presentation.style import DOUBLE_COLUMN_MM, ESTIMATE, HAIR, INK, OTHER, QUIET, STYLE
from study.presentation.style import SYNTHETIC as REFUSED

RIGHT = DOUBLE_COLUMN_MM - LEFT
TITLE_WIDTH, ROW, HEADING, GAP, HEAD, AXIS = 40.0, 4.8, 4.6, 2.0, 6.0, 11.0
BARS_X, BARS_WIDTH, MOVED_X, KAPPA_X, COUNTS_X = 44.0, 20.0, 78.0, 88.5, 102.5
PLOT_X, PLOT_WIDTH, SAID_X = 106.0, 32.0, 140.5
BAR_ENDS = (0.1, 0.2, 0.5, 1.0)
LABELLED_TICKS = 5
# Behind words that may cross the grid of the bars.
GROUND = {"facecolor": "white", "edgecolor": "none", "pad": 0.4}


def plot_reclassified(
    lines: Sequence[Heading | Line],
    notes: Sequence[str],
    refusal: Sequence[str],
    *,
    title: str,
    subject: str,
    synthetic: bool,
    interval: str,
) -> Figure:
    """Return the figure, two journal columns wide; its artists carry the numbers as they are.

    Bars are the women who move; a dashed line continues the primary odds ratio through those of
    the other definitions. Intervals that leave the axis end in an arrow. `refusal`, which says
    what must not be concluded, stands in a colour of its own.
    """
    with mpl.rc_context(STYLE):
        below = [line for note in notes for line in wrapped(note, RIGHT - LEFT)]
        refused = [line for note in refusal for line in wrapped(note, RIGHT - LEFT)]
        top = header(title, subject, synthetic, DOUBLE_COLUMN_MM)
        tall = sum(_height(line) for line in lines)
        page = open_page(top, HEAD + tall + AXIS + LINE * (len(below) + len(refused)) + 2.5)
        first = top.height + HEAD
        _columns(page, first, interval)
        bars, plot = _bars(page, lines, first, tall), _plot(page, lines, first, tall)
        y = first
        for line in lines:
            if isinstance(line, Heading):
                page.say(LEFT, y + GAP + HEADING / 2, line.text, weight="bold", bbox=GROUND)
            else:
                _line(page, bars, plot, line, y)
            y += _height(line)
        _reference(plot, lines, y)
        _directions(page, plot, y + 7.6)
        page.say_lines(LEFT, y + AXIS + 1.0, below, color=QUIET)
        page.say_lines(LEFT, y + AXIS + 1.0 + LINE * len(below), refused, color=REFUSED)
        return page.figure


def _height(line: Heading | Line) -> float:
    if isinstance(line, Heading):
        return GAP + HEADING
    return ROW + LINE * (len(wrapped(line.title, TITLE_WIDTH)) - 1 + bool(line.remark))


def _columns(page: Page, first: float, interval: str) -> None:
    y = first - 3.9
    page.say(LEFT, y, "Definition", color=QUIET)
    page.say(BARS_X, y, "Women who move", color=QUIET)
    said = {MOVED_X: "n/N", KAPPA_X: "κ", COUNTS_X: "MC n/N", RIGHT: "p (Wald)"}
    for x, text in said.items():
        page.say(x, y, text, ha="right", color=QUIET)
    page.say(SAID_X, y, f"OR ({interval})", color=QUIET)
    page.rule(first - 1.2)


def _bars(page: Page, lines: Sequence[Heading | Line], first: float, tall: float) -> Axes:
    """Axes whose y is that of the page."""
    bars = page.panel(BARS_X, first, BARS_WIDTH, tall)
    shares = [line.share for line in lines if isinstance(line, Line) and line.share is not None]
    end = next(end for end in BAR_ENDS if max([0, *shares]) <= end)
    ticks = [0, end / 2, end]
    bars.set(xlim=(0, end), ylim=(first + tall, first))
    bars.set_xticks(ticks, [f"{100 * tick:.0f}" for tick in ticks])
    bars.set_xlabel("Women, % of N", labelpad=1.5)
    bars.set_yticks([])
    for tick in ticks:
        bars.axvline(tick, color=HAIR, linewidth=0.5, zorder=-1)
    return bars


def _plot(page: Page, lines: Sequence[Heading | Line], first: float, tall: float) -> Axes:
    """Axes whose y is that of the page."""
    plot = page.panel(PLOT_X, first, PLOT_WIDTH, tall)
    known = [line for line in lines if isinstance(line, Line)]
    ticks = ticks_around(
        [line.low for line in known if line.low is not None],
        [line.high for line in known if line.high is not None],
    )
    plot.set_xscale("log", base=2)
    plot.set(xlim=(ticks[0], ticks[-1]), ylim=(first + tall, first))
    plot.set_xticks(ticks, tick_labels(ticks, LABELLED_TICKS))
    plot.set_yticks([])
    for tick in ticks:
        plot.axvline(tick, color=HAIR, linewidth=0.5, zorder=-1)
    plot.axvline(1, color=INK, linewidth=0.6, zorder=0)
    return plot


def _line(page: Page, bars: Axes, plot: Axes, line: Line, y: float) -> None:
    y += ROW / 2
    titles = wrapped(line.title, TITLE_WIDTH)
    indent = 0.0 if line.primary else 1.5
    page.say_lines(LEFT + indent, y, titles, weight="bold" if line.primary else "normal")
    if line.remark:
        place = (LEFT + indent, y + LINE * len(titles))
        page.say(*place, line.remark, color=QUIET, fontsize=6.5, bbox=GROUND)
    for x, text in {MOVED_X: line.moved, KAPPA_X: line.kappa, COUNTS_X: line.counts}.items():
        page.say(x, y, text, ha="right")
    page.say(RIGHT, y, line.p, ha="right")
    if line.share is not None:
        bars.barh(y, line.share, height=ROW / 2, color=OTHER, gid="moved")
    if line.estimate is None or line.low is None or line.high is None:
        page.say(SAID_X, y, line.said, style="italic", color=QUIET)
        return
    page.say(SAID_X, y, line.said)
    colour = INK if line.primary else ESTIMATE
    low, high = plot.get_xlim()
    plot.plot([line.low, line.high], [y, y], color=colour, linewidth=1.1, gid="interval")
    mark = "D" if line.primary else "s"
    plot.plot(line.estimate, y, mark, color=colour, markersize=3.8, gid="estimate")
    for beyond, edge, arrow in ((line.low < low, low, "<"), (line.high > high, high, ">")):
        if beyond:
            plot.plot(edge, y, arrow, color=colour, markersize=3.4, clip_on=False)


def _reference(plot: Axes, lines: Sequence[Heading | Line], bottom: float) -> None:
    """Continue the primary odds ratio down to the axis."""
    first = lines[0]
    if isinstance(first, Line) and first.estimate is not None:
        ends = [plot.get_ylim()[1] + ROW / 2, bottom]
        look: dict[str, Any] = {
            "color": INK,
            "linewidth": 0.7,
            "linestyle": (0, (3, 2)),
            "zorder": 0,
        }
        plot.plot([first.estimate] * 2, ends, gid="primary", **look)


def _directions(page: Page, plot: Axes, y: float) -> None:
    at_one = plot.transAxes.inverted().transform(plot.transData.transform((1, y)))[0]
    one = PLOT_X + PLOT_WIDTH * at_one
    page.say(one - 1.5, y, "← fewer MC", ha="right", color=QUIET)
    page.say(one + 1.5, y, "more MC →", color=QUIET)
