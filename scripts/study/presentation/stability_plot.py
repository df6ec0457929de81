"""The figure of stability: how often each term is included, and its intervals by method."""

from collections.abc import Sequence

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.presentation import stability_words as words
from study.presentation.forest import tick_labels, ticks_around
from study.presentation.page import LEFT, LINE, Page, header, open_page, wrapped
from study.presentation.stability_words import BCA, CHANCE, CONDITIONAL, LEFT_OUT, PERCENTILE
from study.presentation.style import DOUBLE_COLUMN_MM, ESTIMATE, HAIR, INK, OTHER, QUIET, STYLE

RIGHT = DOUBLE_COLUMN_MM - LEFT
ROW, HEADING, GAP, HEAD, AXIS = 4.1, 4.6, 2.0, 6.0, 11.0
BARS_X, BARS_WIDTH, SHARE_X, PLOT_X, PLOT_WIDTH = 44.0, 26.0, 83.0, 88.0, 52.0
# Told apart by the words of their line first, by form and colour as well.
LOOKS = {
    PERCENTILE: (ESTIMATE, "s"),
    BCA: (ESTIMATE, "D"),
    CONDITIONAL: (OTHER, "o"),
    CHANCE: (OTHER, "^"),
    LEFT_OUT: (INK, "|"),
}
NO_TERM = "never included in any replicate"


def plot_stability_of(
    stability: pd.DataFrame,
    notes: Sequence[str],
    *,
    title: str,
    subject: str,
    synthetic: bool,
    interval: str,
) -> Figure:
    """Return the figure, two journal columns wide; its artists carry the numbers as they are.

    Marks are medians, dashed lines the cohort's odds ratio. Open bounds, and those that leave the
    axis, end in an arrow.
    """
    with mpl.rc_context(STYLE):
        terms = words.coefficients(stability)
        below = [line for note in notes for line in wrapped(note, RIGHT - LEFT)]
        top = header(title, subject, synthetic, DOUBLE_COLUMN_MM)
        tall = sum(_height(rows) for rows in terms)
        page = open_page(top, HEAD + tall + AXIS + LINE * len(below) + 2.5)
        first = top.height + HEAD
        _columns(page, first, interval)
        bars, plot = _bars(page, first, tall), _plot(page, stability, first, tall)
        y = first
        for rows in terms:
            _term(page, bars, plot, rows, y)
            y += _height(rows)
        _directions(page, plot, y + 7.6)
        page.say_lines(LEFT, y + AXIS + 1.0, below, color=QUIET)
        return page.figure


def _never(rows: dict[str, pd.Series]) -> bool:
    return all(row["status"] == "never_included" for row in rows.values())


def _height(rows: dict[str, pd.Series]) -> float:
    return GAP + HEADING + (0 if _never(rows) else ROW * len(LOOKS))


def _columns(page: Page, first: float, interval: str) -> None:
    y = first - 3.9
    page.say(LEFT, y, "Term and method", color=QUIET)
    page.say(BARS_X, y, "Passes the screen", color=QUIET)
    page.say(SHARE_X, y, "%", ha="right", color=QUIET)
    page.say(PLOT_X, y, "Odds ratio", color=QUIET)
    page.say(RIGHT, y, f"Middle {interval}, or range", ha="right", color=QUIET)
    page.rule(first - 1.2)


def _bars(page: Page, first: float, tall: float) -> Axes:
    bars = page.panel(BARS_X, first, BARS_WIDTH, tall)
    bars.set(xlim=(0, 1), ylim=(first + tall, first))
    ticks = [0, 0.5, 1]
    bars.set_xticks(ticks, [f"{100 * tick:.0f}" for tick in ticks])
    bars.set_xlabel("Replicates, %", labelpad=1.5)
    bars.set_yticks([])
    for tick in ticks:
        bars.axvline(tick, color=HAIR, linewidth=0.5, zorder=-1)
    return bars


def _plot(page: Page, stability: pd.DataFrame, first: float, tall: float) -> Axes:
    plot = page.panel(PLOT_X, first, PLOT_WIDTH, tall)
    bounds = [stability[name].dropna().tolist() for name in ("odds_ratio_low", "odds_ratio_high")]
    ticks = ticks_around(*bounds)
    plot.set_xscale("log", base=2)
    plot.set(xlim=(ticks[0], ticks[-1]), ylim=(first + tall, first))
    plot.set_xticks(ticks, tick_labels(ticks))
    plot.set_yticks([])
    for tick in ticks:
        plot.axvline(tick, color=HAIR, linewidth=0.5, zorder=-1)
    plot.axvline(1, color=INK, linewidth=0.6, zorder=0)
    return plot


def _term(page: Page, bars: Axes, plot: Axes, rows: dict[str, pd.Series], y: float) -> None:
    y += GAP
    first = rows[PERCENTILE]
    page.say(LEFT, y + HEADING / 2, words.term_text(first), weight="bold", bbox=_ground())
    y += HEADING
    if _never(rows):
        page.say(PLOT_X, y - HEADING / 2, NO_TERM, style="italic", color=QUIET, bbox=_ground())
        return
    if pd.notna(first["odds_ratio"]):
        ends = [y, y + ROW * len(LOOKS)]
        own = [first["odds_ratio"]] * 2
        dashed = (0, (3, 2))
        plot.plot(own, ends, color=INK, linewidth=0.7, linestyle=dashed, zorder=0, gid="cohort")
    for method in LOOKS:
        _line(page, bars, plot, rows[method], y + ROW / 2)
        y += ROW


def _ground() -> dict[str, object]:
    """Hide the grid behind words that may cross it."""
    return {"facecolor": "white", "edgecolor": "none", "pad": 0.4}


def _line(page: Page, bars: Axes, plot: Axes, row: pd.Series, y: float) -> None:
    method = row["method"]
    colour, mark = LOOKS[method]
    page.say(LEFT + 1.5, y, words.METHODS[method])
    if method in (PERCENTILE, CHANCE, LEFT_OUT):  # the others repeat the bootstrap's
        if pd.notna(share := row["selection_frequency"]):
            bars.barh(y, share, height=ROW / 2, color=colour, gid="passes")
        page.say(SHARE_X, y, words.selection_text(row), ha="right")
    absent = row["status"] in words.STATUSES and row["status"] != "open_both"
    look = ("italic", QUIET) if absent else ("normal", INK)
    page.say(RIGHT, y, words.interval_text(row), ha="right", style=look[0], color=look[1])
    if not absent:
        _interval(plot, row, y, colour, mark)


def _interval(plot: Axes, row: pd.Series, y: float, colour: str, mark: str) -> None:
    left, right = plot.get_xlim()
    low = left if pd.isna(row["odds_ratio_low"]) else row["odds_ratio_low"]
    high = right if pd.isna(row["odds_ratio_high"]) else row["odds_ratio_high"]
    plot.plot([low, high], [y, y], color=colour, linewidth=1.1, gid=row["method"])
    if pd.notna(row["odds_ratio_median"]) and mark != "|":
        plot.plot(row["odds_ratio_median"], y, mark, color=colour, markersize=3.6, gid="median")
    elif mark == "|":
        plot.plot([low, high], [y, y], mark, color=colour, markersize=3.6)
    beyond = {
        "<": (left, pd.isna(row["odds_ratio_low"]) or low < left),
        ">": (right, pd.isna(row["odds_ratio_high"]) or high > right),
    }
    for arrow, (edge, leaves) in beyond.items():
        if leaves:
            plot.plot(edge, y, arrow, color=colour, markersize=3.4, clip_on=False, gid="beyond")


def _directions(page: Page, plot: Axes, y: float) -> None:
    at_one = plot.transAxes.inverted().transform(plot.transData.transform((1, y)))[0]
    one = PLOT_X + PLOT_WIDTH * at_one
    page.say(one - 1.5, y, "← fewer MC", ha="right", color=QUIET)
    page.say(one + 1.5, y, "more MC →", color=QUIET)
