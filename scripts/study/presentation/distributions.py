"""Age and Ki-67 by HER2 status: what is said, then the figure."""

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from study.presentation import labels
from study.presentation.numbers import rounded
from study.presentation.page import LEFT, LINE, RIGHT, Page, header, open_page, wrapped
from study.presentation.style import ESTIMATE, INK, OTHER, QUIET, STYLE

GROUPS = {"her2_positive": "HER2 positive", "her2_negative": "HER2 negative"}
VARIABLES = ("age_years", "ki67_percent")
AXIS_X, BETWEEN = 10.0, 10.0
WORDS, TALL, UNDER, AXIS = 3 * LINE + 0.8, 19.0, 5.5, 3.5
TICK_STEP = 20
SUBJECT = "Age and Ki-67 by HER2 status"
NOTE = "Numbers, line and dot above the bars: median and quartiles."


@dataclass(frozen=True)
class Histogram:
    """One variable in one group of women; `bins` is empty where it is known for none of them."""

    variable: str
    group: str
    women: str
    spread: str
    quartiles: tuple[float, float, float]
    bins: pd.DataFrame


def histograms(distributions: pd.DataFrame, baseline: pd.DataFrame) -> dict[str, list[Histogram]]:
    """Return for every variable its two groups; a variable known for no woman has none."""
    found = {}
    for variable in VARIABLES:
        rows = baseline[baseline["variable"].eq(variable)].set_index("group")
        bins = distributions[distributions["variable"].eq(variable)]
        own = {group: bins[bins["group"].eq(group)] for group in GROUPS}
        known = [_histogram(variable, rows.loc[group], own[group]) for group in own if len(bins)]
        found[variable] = known
    return found


def plot_histograms(found: dict[str, list[Histogram]], title: str, synthetic: bool) -> Figure:
    """Return the figure, one journal column wide; its bars are the percentages as they are."""
    with mpl.rc_context(STYLE):
        known = {variable: pair for variable, pair in found.items() if pair}
        notes = [_absent(variable) for variable in found if variable not in known]
        notes += [NOTE] if known else []
        lines = [line for note in notes for line in wrapped(note, RIGHT - LEFT)]
        top = header(title, SUBJECT, synthetic)
        block = WORDS + TALL + UNDER
        tall = len(GROUPS) * block + AXIS if known else 0
        page = open_page(top, tall + LINE * len(lines) + 1.0)
        width = (RIGHT - AXIS_X - BETWEEN * (len(known) - 1)) / max(1, len(known))
        for place, pair in enumerate(known.values()):
            left = AXIS_X + place * (width + BETWEEN)
            for number, histogram in enumerate(pair):
                y = top.height + number * block
                _say(page, left, y, histogram)
                if histogram.bins.empty:
                    continue
                axes = _panel(page, left, y + WORDS, width, histogram)
                _scale(axes, histogram.quartiles, pair)
                axes.set_ylabel("Women, %" if not place else "", labelpad=1.5)
                if number == _last_drawn(pair):
                    axes.set_xlabel(labels.variable_label(histogram.variable), labelpad=1.5)
        page.say_lines(LEFT, top.height + tall + LINE / 2, lines, color=QUIET)
        return page.figure


def _absent(variable: str) -> str:
    name = labels.SHORT[variable]
    return f"{name[0].upper()}{name[1:]} is not recorded in any woman analysed."


def _histogram(variable: str, row: pd.Series, bins: pd.DataFrame) -> Histogram:
    women = f"n = {row['n']}" + (f" ({row['missing']} unknown)" if row["missing"] else "")
    low, median, high = quartiles = (row["q1"], row["median"], row["q3"])
    spread = f"{rounded(median, 1)} ({rounded(low, 1)}–{rounded(high, 1)})"
    if not row["n"]:
        spread, bins = "no value known", bins.head(0)
    return Histogram(variable, str(row.name), women, spread, quartiles, bins)


def _last_drawn(pair: Sequence[Histogram]) -> int:
    """Return which histogram carries the name of the axis."""
    return max(number for number, histogram in enumerate(pair) if not histogram.bins.empty)


def _say(page: Page, left: float, top: float, histogram: Histogram) -> None:
    page.say(left, top + LINE / 2, GROUPS[histogram.group], weight="bold")
    page.say(left, top + 1.5 * LINE, histogram.women, color=QUIET)
    page.say(left, top + 2.5 * LINE, histogram.spread)


def _panel(page: Page, left: float, top: float, width: float, histogram: Histogram) -> Axes:
    axes = page.panel(left, top, width, TALL)
    axes.spines["left"].set_visible(True)
    bins = histogram.bins
    axes.bar(
        bins["bin_low"],
        bins["percent"],
        bins["bin_high"] - bins["bin_low"],
        align="edge",
        color=ESTIMATE if histogram.group == "her2_positive" else OTHER,
        edgecolor="white",
        linewidth=0.5,
    )
    return axes


def _scale(axes: Axes, quartiles: tuple[float, float, float], pair: Sequence[Histogram]) -> None:
    """Give both groups one scale, and draw the quartiles of one above its bars."""
    shown = pd.concat([histogram.bins for histogram in pair])
    highest = shown["percent"].max()
    axes.set(xlim=(shown["bin_low"].min(), shown["bin_high"].max()), ylim=(0, 1.2 * highest))
    low, median, high = quartiles
    axes.plot([low, high], [1.1 * highest] * 2, color=INK, linewidth=0.8, gid="quartiles")
    axes.plot(median, 1.1 * highest, "o", color=INK, markersize=2.8, gid="median")
    axes.xaxis.set_major_locator(MultipleLocator(TICK_STEP))
    axes.yaxis.set_major_locator(MultipleLocator(10 if highest < 30 else TICK_STEP))
