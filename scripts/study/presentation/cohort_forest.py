"""Forest plot of several cohorts and their summary. Lengths are millimetres on the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from study.presentation.cohort_lines import Line, axis_ticks
from study.presentation.cohorts import comparison, heterogeneity_text, model_text
from study.presentation.forest import tick_labels
from study.presentation.general_notes import interval_name
from study.presentation.style import (
    DOUBLE_COLUMN_MM,
    ESTIMATE,
    HAIR,
    INK,
    MM_PER_INCH,
    QUIET,
    STYLE,
    SYNTHETIC,
)

ROW, ABOVE, UNDER, BELOW, NOTE = 5.6, 15.5, 1.2, 12.5, 3.6
LEFT, RIGHT = 2.0, 172.0
WOMEN_X, PLOT_X, PLOT_WIDTH, SAID_X, WEIGHT_X = 74.0, 80.0, 49.0, 134.0, RIGHT
NOTE_CHARACTERS = 122
SQUARE, LARGEST_SQUARE = 4.6, 7.5


@dataclass(frozen=True)
class _Page:
    figure: Figure
    text: Axes
    plot: Axes
    first: float  # where the first line stands, from below


def plot_cohort_forest(
    lines: Sequence[Line],
    heterogeneity: pd.Series,
    *,
    model: str,
    exposure: str,
    reference: str,
    confidence_level: float,
) -> Figure:
    """Return the figure, two journal columns wide; below it stands how the cohorts were pooled.

    A square's area is the weight; synthetic cohorts are hollow. The summary is a diamond, a
    thin line beneath it the prediction interval. What leaves the axis ends in an arrow.
    """
    notes = _notes(heterogeneity, model, confidence_level)
    with mpl.rc_context(STYLE):
        page = _page(lines, len(notes))
        _header(page, comparison(exposure, reference), interval_name(confidence_level))
        for number, line in enumerate(lines):
            y = page.first - ROW * number
            _say(page, line, y)
            if not pd.isna(line.estimate):
                _draw(page, line, y)
        if not pd.isna(heterogeneity["prediction_low"]):
            ends = (heterogeneity["prediction_low"], heterogeneity["prediction_high"])
            _interval(page, ends, y - 2.3, QUIET, "prediction")
        _axis(page, len(notes))
        for number, note in enumerate(reversed(notes)):
            page.text.text(LEFT, 2.2 + NOTE * number, note, va="center", color=QUIET)
        return page.figure


def _notes(heterogeneity: pd.Series, model: str, confidence_level: float) -> list[str]:
    """Lines of at most `NOTE_CHARACTERS`."""
    told = [f"{model_text(model)}, Wald intervals."]
    if heterogeneity["status"] == "ok":
        predicted = not pd.isna(heterogeneity["prediction_low"])
        line = "; grey line: prediction interval" if predicted else ""
        told[0] += f" Diamond: random-effects summary (REML, Hartung–Knapp){line}."
        told.append(f"{heterogeneity_text(heterogeneity, confidence_level)}.")
    if isinstance(heterogeneity["note"], str):
        told.append(heterogeneity["note"])
    return [line for note in told for line in wrap(note, NOTE_CHARACTERS)]


def _page(lines: Sequence[Line], notes: int) -> _Page:
    bottom = BELOW + NOTE * notes
    height = ABOVE + ROW * len(lines) + UNDER + bottom
    figure = Figure(figsize=(DOUBLE_COLUMN_MM / MM_PER_INCH, height / MM_PER_INCH))
    FigureCanvasAgg(figure)
    text = figure.add_axes((0, 0, 1, 1))
    text.set(xlim=(0, DOUBLE_COLUMN_MM), ylim=(0, height))
    text.axis("off")
    tall = ROW * len(lines) + UNDER
    left, width = PLOT_X / DOUBLE_COLUMN_MM, PLOT_WIDTH / DOUBLE_COLUMN_MM
    plot = figure.add_axes((left, bottom / height, width, tall / height))
    ticks = axis_ticks(lines)
    plot.set_xscale("log", base=2)
    plot.set(xlim=(ticks[0], ticks[-1]), ylim=(bottom, bottom + tall))
    plot.set_xticks(ticks, tick_labels(ticks))
    return _Page(figure, text, plot, bottom + tall - ROW / 2)


def _header(page: _Page, compared: str, interval: str) -> None:
    top = page.first + ROW / 2 + ABOVE
    title = f"Microcalcifications (MC): {compared}, by cohort"
    page.text.text(LEFT, top - 4.5, title, fontsize=8.5, weight="bold", va="center")
    y = page.first + 5.8
    level: dict[str, Any] = {"va": "center", "color": QUIET}
    page.text.text(LEFT, y, "Cohort", **level)
    page.text.text(WOMEN_X, y, "MC n/N", ha="right", **level)
    page.text.text(SAID_X, y, f"OR ({interval})", **level)
    page.text.text(WEIGHT_X, y, "Weight, %", ha="right", **level)
    page.text.plot([LEFT, RIGHT], [y - 2.6] * 2, color=INK, linewidth=0.6)


def _say(page: _Page, line: Line, y: float) -> None:
    weight = "bold" if line.kind == "summary" else "normal"
    color = SYNTHETIC if line.kind == "synthetic" else INK
    style: dict[str, Any] = {"va": "center", "weight": weight}
    page.text.text(LEFT, y, line.label, color=color, **style)
    page.text.text(WOMEN_X, y, line.women, ha="right", **style)
    page.text.text(WEIGHT_X, y, line.weight_said, ha="right", **style)
    if pd.isna(line.estimate):
        page.text.text(SAID_X, y, line.said, va="center", style="italic", color=QUIET)
    else:
        page.text.text(SAID_X, y, line.said, **style)


def _draw(page: _Page, line: Line, y: float) -> None:
    low, high = page.plot.get_xlim()
    if line.kind == "summary":
        ends = [min(max(end, low), high) for end in (line.low, line.estimate, line.high)]
        xs = [ends[0], ends[1], ends[2], ends[1]]
        page.plot.fill(xs, [y, y + 1.5, y, y - 1.5], color=ESTIMATE, linewidth=0, gid="summary")
        _arrows(page, (line.low, line.high), y, ESTIMATE)
        return
    color = SYNTHETIC if line.kind == "synthetic" else ESTIMATE
    face = "white" if line.kind == "synthetic" else color
    size = SQUARE if pd.isna(line.weight) else max(2.0, LARGEST_SQUARE * line.weight**0.5)
    _interval(page, (line.low, line.high), y, color, "interval")
    page.plot.plot(
        line.estimate, y, "s", color=color, markerfacecolor=face, markersize=size, gid=line.kind
    )


def _interval(page: _Page, ends: tuple[float, float], y: float, color: str, name: str) -> None:
    width = 0.7 if name == "prediction" else 1.1
    page.plot.plot(ends, [y, y], color=color, linewidth=width, gid=name)
    _arrows(page, ends, y, color)


def _arrows(page: _Page, ends: tuple[float, float], y: float, color: str) -> None:
    low, high = page.plot.get_xlim()
    for beyond, edge, arrow in ((ends[0] < low, low, "<"), (ends[1] > high, high, ">")):
        if beyond:
            page.plot.plot(edge, y, arrow, color=color, markersize=3.6, clip_on=False)


def _axis(page: _Page, notes: int) -> None:
    page.plot.axvline(1, color=INK, linewidth=0.6, zorder=0)
    page.plot.spines[["left", "right", "top"]].set_visible(False)
    page.plot.set_yticks([])
    page.plot.set_facecolor("none")
    for tick in page.plot.get_xticks():
        page.plot.axvline(tick, color=HAIR, linewidth=0.5, zorder=-1)
    at_one = page.plot.transData.transform((1, page.first))
    one = PLOT_X + PLOT_WIDTH * page.plot.transAxes.inverted().transform(at_one)[0]
    y = 4.2 + NOTE * notes
    page.text.text(one - 2, y, "← fewer MC", ha="right", va="center", color=QUIET)
    page.text.text(one + 2, y, "more MC →", ha="left", va="center", color=QUIET)
