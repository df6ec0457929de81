"""The forest plot of Tables 4 and 5 in one journal column: terms on two lines, no p-values."""

from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.presentation.forest import SUBJECT, axis_ticks, tick_labels
from study.presentation.forest_lines import Heading, Line
from study.presentation.page import LEFT, LINE, RIGHT, Page, beside, header, open_page
from study.presentation.style import ESTIMATE, HAIR, INK, QUIET, STYLE

ROW, HEADING, GAP, HEAD, BELOW = 7.4, 5.0, 1.2, 6.0, 10.5
PLOT_X, PLOT_WIDTH = 38.0, 19.0
LABELLED_TICKS = 4


def plot_forest_column(
    lines: Sequence[Heading | Line], title: str, synthetic: bool, interval: str
) -> Figure:
    """Return the figure, one journal column wide; otherwise as `forest.plot_forest`."""
    with mpl.rc_context(STYLE):
        top = header(title, SUBJECT, synthetic)
        tall = sum(_height(line) for line in lines)
        page = open_page(top, HEAD + tall + BELOW)
        first = top.height + HEAD
        page.say(LEFT, first - 3.9, "Term; MC n/N (vs reference, n/N)", color=QUIET)
        page.say(RIGHT, first - 3.9, f"OR ({interval})", ha="right", color=QUIET)
        page.rule(first - 1.2)
        plot = _plot(page, lines, first, tall)
        y = first
        for line in lines:
            if isinstance(line, Heading):
                said = page.say(LEFT, y + HEADING - LINE / 2, line.text, weight="bold")
                beside(page, said, line.women)
            else:
                _line(page, plot, line, y)
            y += _height(line)
        _directions(page, plot, y + 7.6)
        return page.figure


def _height(line: Heading | Line) -> float:
    return HEADING + GAP if isinstance(line, Heading) else ROW


def _plot(page: Page, lines: Sequence[Heading | Line], first: float, tall: float) -> Axes:
    """Axes whose y is that of the page."""
    plot = page.panel(PLOT_X, first, PLOT_WIDTH, tall)
    ticks = axis_ticks(lines)
    plot.set_xscale("log", base=2)
    plot.set(xlim=(ticks[0], ticks[-1]), ylim=(first + tall, first))
    plot.set_xticks(ticks, tick_labels(ticks, LABELLED_TICKS))
    plot.set_yticks([])
    return plot


def _line(page: Page, plot: Axes, line: Line, y: float) -> None:
    plot.vlines(plot.get_xticks(), y, y + ROW, color=HAIR, linewidth=0.5, zorder=-1)
    plot.vlines(1, y, y + ROW, color=INK, linewidth=0.6, zorder=0)
    y += LINE / 2 + 0.5
    page.say(LEFT + 1.5, y, line.term)
    under = f"{line.level_counts} ({line.against}, {line.reference_counts})"
    page.say(LEFT + 1.5, y + LINE - 0.2, under, color=QUIET, fontsize=6.5)
    if line.estimate is None or line.low is None or line.high is None:
        page.say(RIGHT, y, line.said, ha="right", style="italic", color=QUIET)
        return
    page.say(RIGHT, y, line.said, ha="right")
    low, high = plot.get_xlim()
    plot.plot([line.low, line.high], [y, y], color=ESTIMATE, linewidth=1.1, gid="interval")
    plot.plot(line.estimate, y, "s", color=ESTIMATE, markersize=4, gid="estimate")
    for beyond, edge, arrow in ((line.low < low, low, "<"), (line.high > high, high, ">")):
        if beyond:
            plot.plot(edge, y, arrow, color=ESTIMATE, markersize=3.4, clip_on=False)


def _directions(page: Page, plot: Axes, y: float) -> None:
    at_one = plot.transAxes.inverted().transform(plot.transData.transform((1, y)))[0]
    one = PLOT_X + PLOT_WIDTH * at_one
    page.say(one - 1.5, y, "← fewer MC", ha="right", color=QUIET)
    page.say(one + 1.5, y, "more MC →", color=QUIET)
