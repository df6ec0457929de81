"""The specification curve: odds ratios of all universes, and the decisions they rest on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from study.presentation.forest import tick_labels, ticks_around
from study.presentation.numbers import MISSING, p_value, ratio
from study.presentation.page import LEFT, LINE, Page, header, open_page, wrapped
from study.presentation.specification_curve import share_options
from study.presentation.style import DOUBLE_COLUMN_MM, ESTIMATE, HAIR, INK, OTHER, QUIET, STYLE
from study.presentation.style import SYNTHETIC as REFUSED
from study.presentation.universe_words import NO_ESTIMATE, dimension_label, option_label
from study.sensitivity.decisions import SIGNIFICANT

RIGHT = DOUBLE_COLUMN_MM - LEFT
CURVE, KEY, HEAD, ROW, GAP = 62.0, 5.5, 18.0, 3.4, 1.4
OPTION_X, PLOT_X, PLOT_WIDTH, BOUND_X, RATIO_X = 37.0, 69.0, 74.0, 148.0, 156.0
DIMENSION_WIDTH = OPTION_X - LEFT - 1.0
# Finer than this, neighbouring universes share a column of the matrix.
COLUMNS = 240
# From here on marks are pixels: the file would grow with every universe.
MOST_DRAWN = 300
# After an odds ratio that does not compare the women that the primary one compares.
OTHER_CONTRAST = "‡"
SHADES = LinearSegmentedColormap.from_list("shares", ["white", INK])


@dataclass(frozen=True)
class Curve:
    """What is drawn: the universes in order, the bounds, and decisions with their options."""

    ordered: pd.DataFrame
    bounds: pd.DataFrame
    decisions: pd.DataFrame
    shown: Sequence[str]
    bound_options: Mapping[str, str]  # universe to option, in the order of print


def plot_curve(
    curve: Curve,
    notes: Sequence[str],
    refusal: Sequence[str],
    *,
    title: str,
    subject: str,
    synthetic: bool,
    interval: str,
) -> Figure:
    """Return the figure, two journal columns wide; its artists carry the numbers as they are.

    `refusal`, which says what must not be concluded, stands in a colour of its own.
    """
    with mpl.rc_context(STYLE):
        below = [line for note in notes for line in wrapped(note, RIGHT - LEFT)]
        refused = [line for note in refusal for line in wrapped(note, RIGHT - LEFT)]
        top = header(title, subject, synthetic, DOUBLE_COLUMN_MM)
        tall = sum(_height(curve, dimension) for dimension in curve.shown)
        words = LINE * (len(below) + len(refused)) + 4.0
        page = open_page(top, KEY + CURVE + HEAD + tall + words)
        first = top.height + KEY
        plot = _odds_ratios(page, curve, first)
        _key(page, first - 3.2, interval)
        _bounds(page, plot, curve, first)
        y = first + CURVE + HEAD
        _columns(page, y - 2.6)
        for dimension in curve.shown:
            _decision(page, curve, dimension, y)
            y += _height(curve, dimension)
        page.say_lines(LEFT, y + 3.0, below, color=QUIET)
        page.say_lines(LEFT, y + 3.0 + LINE * len(below), refused, color=REFUSED)
        return page.figure


def _options(curve: Curve, dimension: str) -> pd.DataFrame:
    own = curve.decisions[curve.decisions["dimension"].eq(dimension)]
    apart = set(curve.bounds[dimension]) - set(curve.ordered[dimension])
    return own[~own["option"].isin(apart)]


def _height(curve: Curve, dimension: str) -> float:
    lines = max(len(_options(curve, dimension)), len(_names(dimension)))
    return GAP + ROW * lines


def _names(dimension: str) -> list[str]:
    return wrapped(dimension_label(dimension), DIMENSION_WIDTH, weight="bold")


def _odds_ratios(page: Page, curve: Curve, first: float) -> Axes:
    ordered = curve.ordered
    plot = page.panel(PLOT_X, first, PLOT_WIDTH, CURVE)
    # What is only a bound may lie far outside: it must not flatten the curve.
    shown = curve.bounds[curve.bounds["log_odds"].notna()] if ordered.empty else ordered
    ticks = ticks_around(shown["ci_low"].tolist(), shown["ci_high"].tolist())
    plot.set_yscale("log", base=2)
    plot.set(xlim=(-0.5, max(len(ordered), 1) - 0.5), ylim=(ticks[0], ticks[-1]))
    plot.set_yticks(ticks, tick_labels(ticks))
    plot.set_xticks([])
    plot.spines["bottom"].set_visible(False)
    plot.spines["left"].set_visible(True)
    for tick in ticks:
        page_line(plot, tick, HAIR, 0.5)
    page_line(plot, 1, INK, 0.7)
    width = max(0.35, min(1.6, 0.7 * PLOT_WIDTH * 72 / 25.4 / max(len(ordered), 1)))
    below = ordered["p_value"].lt(SIGNIFICANT).to_numpy()
    many = len(ordered) > MOST_DRAWN
    for name, which, colour in (("other", ~below, OTHER), ("significant", below, ESTIMATE)):
        own = ordered[which]
        lines = (own.index, own["ci_low"], own["ci_high"])
        plot.vlines(
            *lines, color=colour, linewidth=width, alpha=0.4, rasterized=many, gid=f"{name}_ci"
        )
        look: dict[str, Any] = {
            "color": colour,
            "s": max(1.5, 3.2 * width**2),
            "linewidths": 0,
            "zorder": 3,
        }
        plot.scatter(own.index, own["odds_ratio"], rasterized=many, gid=name, **look)
    _primary(plot, ordered)
    low, high = page_height(plot, first, 1.0), first + CURVE / 2
    page.say(OPTION_X + 4.0, high, "Odds ratio of MC", weight="bold", ha="center")
    page.say(OPTION_X + 4.0, min(low - 2.5, high - 4.0), "more MC ↑", ha="center", color=QUIET)
    page.say(OPTION_X + 4.0, max(low + 2.5, high + 4.0), "fewer MC ↓", ha="center", color=QUIET)
    return plot


def page_height(plot: Axes, first: float, value: float) -> float:
    """Return where an odds ratio lies on the page."""
    low, high = np.log(plot.get_ylim())
    return float(first + CURVE * (high - np.log(value)) / (high - low))


def page_line(plot: Axes, value: float, colour: str, width: float) -> None:
    """Draw a line across, behind the universes."""
    plot.axhline(value, color=colour, linewidth=width, zorder=0)


def _primary(plot: Axes, ordered: pd.DataFrame) -> None:
    for place in ordered.index[ordered["is_primary"]]:
        row = ordered.loc[place]
        dashed = (0, (3, 2))
        plot.axhline(row["odds_ratio"], color=INK, linewidth=0.6, linestyle=dashed, zorder=2)
        plot.plot([place] * 2, [row["ci_low"], row["ci_high"]], color=INK, linewidth=1.1, zorder=4)
        look: dict[str, Any] = {"color": INK, "markersize": 4.6, "zorder": 5, "gid": "primary"}
        plot.plot(place, row["odds_ratio"], "D", **look)


def _key(page: Page, y: float, interval: str) -> None:
    """Say what marks mean, above the curve."""
    x = PLOT_X
    for mark, colour, text, width in (
        ("D", INK, f"primary analysis ({interval})", 37.0),
        ("o", ESTIMATE, f"p < {SIGNIFICANT}", 15.0),
        ("o", OTHER, f"p ≥ {SIGNIFICANT}", 15.0),
    ):
        page.paper.plot(x + 1, y, mark, color=colour, markersize=3.6)
        page.say(x + 3, y, text)
        x += width


def _bounds(page: Page, plot: Axes, curve: Curve, first: float) -> None:
    """Draw bounds beside the curve, on its axis; an arrow points to what lies off it."""
    if curve.bounds.empty:
        return
    width = RIGHT - BOUND_X
    side = page.panel(BOUND_X, first, width, CURVE)
    side.set_yscale("log", base=2)
    low, high = plot.get_ylim()
    side.set(ylim=(low, high), xlim=(-0.5, len(curve.bounds) - 0.5))
    side.set(xticks=[], yticks=[])
    side.minorticks_off()
    side.spines["bottom"].set_visible(False)
    page_line(side, 1, INK, 0.7)
    step = width / len(curve.bounds)
    page.say(BOUND_X + width / 2, first - 3.2, "Bounds", ha="center", color=QUIET)
    named = curve.bounds.set_index("universe")
    for place, (universe, option) in enumerate(curve.bound_options.items()):
        row = named.loc[universe]
        x = BOUND_X + step * (place + 0.5)
        words = [*wrapped(option_label(option), step), *_size(row)]
        page.say_lines(x, first + CURVE + 3.0, words, ha="center", color=QUIET)
        if pd.isna(row["log_odds"]):
            # Upright, two of them would run into one another.
            why = NO_ESTIMATE.get(row["status"], row["status"])
            look: dict[str, Any] = {"ha": "center", "style": "italic", "color": QUIET}
            page.say(x, first + CURVE / 2, why, rotation=90, backgroundcolor="white", **look)
            continue
        # One colour: a p-value of what is assigned would mean nothing.
        side.plot([place] * 2, [row["ci_low"], row["ci_high"]], color=QUIET, linewidth=1.4)
        outside = "^" if row["odds_ratio"] > high else "v" if row["odds_ratio"] < low else "o"
        at = min(max(row["odds_ratio"], low), high)
        look = {"color": QUIET, "markersize": 4.5, "clip_on": False, "gid": "bound"}
        side.plot(place, at, outside, **look)


def _size(row: pd.Series) -> list[str]:
    return [] if pd.isna(row["log_odds"]) else [f"OR {ratio(row['odds_ratio'])}"]


def _columns(page: Page, y: float) -> None:
    page.say(LEFT, y, "Decision", color=QUIET)
    page.say(OPTION_X, y, "Option (first: primary)", color=QUIET)
    page.say(PLOT_X + PLOT_WIDTH / 2, y, "Universes with the option", ha="center", color=QUIET)
    page.say(RATIO_X, y, "OR alone", ha="right", color=QUIET)
    page.say(RIGHT, y, "p alone", ha="right", color=QUIET)
    page.rule(y + 2.2)


def _decision(page: Page, curve: Curve, dimension: str, y: float) -> None:
    own = _options(curve, dimension)
    y += GAP
    page.say_lines(LEFT, y + ROW / 2, _names(dimension), weight="bold")
    matrix = page.panel(PLOT_X, y, PLOT_WIDTH, ROW * len(own))
    matrix.spines["bottom"].set_visible(False)
    shares = share_options(curve.ordered[dimension], own["option"].tolist(), COLUMNS)
    look: dict[str, Any] = {"aspect": "auto", "interpolation": "nearest", "gid": dimension}
    matrix.imshow(shares, cmap=SHADES, vmin=0, vmax=1, **look)
    matrix.set(xticks=[], yticks=[])
    for place, (_, row) in enumerate(own.iterrows()):
        matrix.axhline(place + 0.5, color="white", linewidth=1.2)
        middle = y + ROW * (place + 0.5)
        page.paper.plot(
            [OPTION_X, RIGHT], [middle + ROW / 2] * 2, color=HAIR, linewidth=0.4, zorder=-1
        )
        page.say(OPTION_X, middle, option_label(row["option"]))
        _alone(page, row, middle)


def _alone(page: Page, row: pd.Series, y: float) -> None:
    if pd.isna(row["odds_ratio_alone"]):
        why = NO_ESTIMATE.get(row["status_alone"], row["status_alone"])
        page.say(RIGHT, y, why, ha="right", style="italic", color=QUIET)
        return
    known = pd.notna(row["p_value_alone"])
    page.say(RATIO_X, y, ratio(row["odds_ratio_alone"]), ha="right")
    if not row["same_contrast_alone"]:
        page.say(RATIO_X + 0.3, y, OTHER_CONTRAST)
    page.say(RIGHT, y, p_value(row["p_value_alone"]) if known else MISSING, ha="right")
