"""The three figures: ratios, cost against patients, cost against replicates."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from study.presentation.style import (
    DOUBLE_COLUMN_MM,
    ESTIMATE,
    HAIR,
    INK,
    MM_PER_INCH,
    NO_DATES,
    QUIET,
    SINGLE_COLUMN_MM,
    STYLE,
)

# Ours are told apart from the others by colour, and every line by its marker and its name too.
LOOKS = {
    "compiled": {"color": ESTIMATE, "marker": "o", "linestyle": "-"},
    "numpy": {"color": ESTIMATE, "marker": "s", "linestyle": "--", "markerfacecolor": "white"},
    "statsmodels Logit arrays": {"color": QUIET, "marker": "^", "linestyle": "-"},
    "plain NumPy IRLS loop": {"color": QUIET, "marker": "D", "linestyle": ":"},
}
NAMES = {"compiled": "ours, compiled", "numpy": "ours, NumPy"}
ROW_MM, TOP_MM, BETWEEN_MM, BOTTOM_MM = 5.4, 9.0, 12.0, 15.0
# Where the columns beside the ratios end, as shares of the panel's width.
COLUMNS = (1.2, 1.4, 1.7)


def plot_ratios(ratios: pd.DataFrame, machine: str) -> Figure:
    """Return how many times as long as the compiled kernels each tool takes, on a log axis."""
    own = ratios[ratios["section"].eq("replicates") & ratios["ratio"].gt(0)]
    own = own[own["ours"].str.startswith("compiled")]
    parts = [own[own["estimator"].eq(e)].sort_values("ratio") for e in ("ml", "firth")]
    titles = ("Maximum likelihood", "Firth’s penalised likelihood")
    rows = [max(len(part), 1) for part in parts]
    heights = [ROW_MM * n for n in rows]
    height = sum(heights) + TOP_MM + BETWEEN_MM + BOTTOM_MM
    with mpl.rc_context(STYLE):
        figure = _figure(DOUBLE_COLUMN_MM, height)
        above, first = TOP_MM, None
        for part, title, own_height in zip(parts, titles, heights, strict=True):
            box = (0.2, 1 - (above + own_height) / height, 0.46, own_height / height)
            axes = figure.add_axes(box, sharex=first)
            _ratio_panel(axes, part, title)
            axes.tick_params(labelbottom=first is not None)
            first = first or axes
            above += own_height + BETWEEN_MM
        axes.set_xlim(1, 2 * max(own["ratio_highest"].max(), 1e4))
        axes.set_xlabel("times as long per replicate as our compiled kernels")
        _footnote(figure, f"Diamond: target. Line: lowest to highest round. {machine}")
    return figure


def _ratio_panel(axes: Axes, part: pd.DataFrame, title: str) -> None:
    places = np.arange(len(part))
    axes.set_xscale("log")
    axes.hlines(places, part["ratio_lowest"], part["ratio_highest"], color=ESTIMATE, linewidth=1.6)
    axes.plot(part["ratio"], places, "o", color=ESTIMATE, markersize=4, linestyle="none")
    axes.plot(part["target"], places, "D", color=INK, markersize=3.4, markerfacecolor="white")
    head = len(part) - 0.15
    for x, words in zip(COLUMNS, ("times ours", "target", "µs per replicate"), strict=True):
        _beside(axes, x, head, words, color=QUIET)
    for place, row in zip(places, part.itertuples(), strict=True):
        _beside(axes, COLUMNS[0], place, f"{row.ratio:,.0f}")
        _beside(axes, COLUMNS[1], place, f"≥ {row.target:,.0f}" if row.target > 0 else "")
        _beside(axes, COLUMNS[2], place, f"{row.tool_microseconds:,.0f}")
    axes.set_yticks(places, part["tool"])
    axes.set_ylim(-0.6, max(len(part), 1) - 0.4)
    axes.set_title(title, loc="left", fontsize=8, fontweight="bold", pad=4)
    _plain_numbers(axes.xaxis)
    _open(axes)


def _beside(axes: Axes, x: float, y: float, words: str, **look: str) -> None:
    """Write right-aligned beside a panel: `x` as a share of its width, `y` in its rows."""
    place = axes.get_yaxis_transform()
    axes.text(x, y, words, transform=place, ha="right", va="center_baseline", **look)


def _plain_numbers(axis: Axis) -> None:
    """Label the powers of ten as numbers, and nothing between them."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axis.set_minor_formatter(NullFormatter())


def plot_growth(
    table: pd.DataFrame, x: str, x_label: str, y: str, y_label: str, machine: str
) -> Figure:
    """Return a cost against a size, both on log axes, one line per tool, named at its end."""
    with mpl.rc_context(STYLE):
        figure = _figure(SINGLE_COLUMN_MM * 1.4, 82)
        axes = figure.add_axes((0.17, 0.2, 0.53, 0.75))
        axes.set_xscale("log")
        axes.set_yscale("log")
        ends = []
        for tool, part in table.groupby("tool", sort=False):
            part = part.sort_values(x)
            axes.plot(part[x], part[y], markersize=3.6, linewidth=1.1, **LOOKS[str(tool)])
            ends.append((part[x].iloc[-1], part[y].iloc[-1], str(tool)))
        axes.margins(x=0.08, y=0.1)
        _plain_numbers(axes.xaxis)
        _plain_numbers(axes.yaxis)
        _name_ends(axes, ends)
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        _open(axes, both=True)
        _footnote(figure, machine)
    return figure


def _name_ends(axes: Axes, ends: Sequence[tuple[float, float, str]], apart: float = 9.0) -> None:
    """Write the name of every line beside its end, no two closer than so many points."""
    lowest, to_points = -np.inf, 72.0 / axes.figure.dpi
    for x, y, tool in sorted(ends, key=lambda end: end[1]):
        height = axes.transData.transform((x, y))[1] * to_points
        lowest = max(height, lowest + apart)
        axes.annotate(
            NAMES.get(tool, tool), (x, y), (7, lowest - height), textcoords="offset points",
            va="center", color=LOOKS[tool]["color"], annotation_clip=False,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
        )  # fmt: skip


def _figure(width: float, height: float) -> Figure:
    figure = Figure(figsize=(width / MM_PER_INCH, height / MM_PER_INCH))
    FigureCanvasAgg(figure)
    return figure


def _open(axes: Axes, both: bool = False) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="both" if both else "x", color=HAIR, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=3 if both else 0)


def _footnote(figure: Figure, words: str) -> None:
    figure.text(0.01, 0.02, words, color=QUIET, fontsize=6, va="bottom", wrap=True)


def save(figure: Figure, path: Path) -> None:
    """Write the figure as SVG and PNG."""
    with mpl.rc_context(STYLE):
        for kind in ("svg", "png"):
            figure.savefig(path.with_suffix(f".{kind}"), format=kind, metadata=NO_DATES[kind])


def save_all(folder: Path, tables: dict[str, pd.DataFrame], machine: dict[str, str]) -> None:
    """Write the three figures into a folder."""
    words = f"{machine['processor']}, one thread, {machine['date']}."
    save(plot_ratios(tables["ratios"], words), folder / "ratios")
    by_n, by_replicates = tables["scaling_n"], tables["scaling_replicates"]
    figure = plot_growth(
        by_n, "n", "patients", "microseconds", "µs per replicate, four terms refitted", words
    )
    save(figure, folder / "scaling_n")
    figure = plot_growth(
        by_replicates, "replicates", "replicates in a run", "microseconds", "µs per replicate",
        words,
    )  # fmt: skip
    save(figure, folder / "scaling_replicates")
