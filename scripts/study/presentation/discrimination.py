"""ROC curve and calibration of each multivariable model: what is said, then the figure."""

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.presentation import labels
from study.presentation.numbers import p_phrase, rounded
from study.presentation.page import LEFT, LINE, RIGHT, Page, beside, header, open_page, wrapped
from study.presentation.style import ESTIMATE, HAIR, INK, QUIET, STYLE

ROC_X, SQUARE = 10.5, 29.0
COUNTS_X, SHARE_X = 54.5, 57.5
SHARE_WIDTH = RIGHT - SHARE_X - 1.0
WORDS, PANEL, UNDER, GAP = 2 * LINE + 0.5, SQUARE + 4.0, 8.0, 1.5
LARGEST_ROW = 4.4
SUBJECT = "Discrimination and calibration of the multivariable models of microcalcifications (MC)"
NOTE = (
    "Apparent performance, in the women the models were fitted to; not validated. "
    "AUC: area under the ROC curve, DeLong interval. "
    "Calibration: groups of rising predicted risk; n/N: women with MC of the group; "
    "dots observed, Wilson interval; ticks expected. H–L: Hosmer–Lemeshow test."
)


@dataclass(frozen=True)
class Performance:
    """A model in words, and its two tables; these are empty where it was not estimated."""

    heading: str
    women: str
    area: str
    fit: str
    roc: pd.DataFrame
    calibration: pd.DataFrame


def performances(
    model_fit: pd.DataFrame,
    roc: pd.DataFrame,
    calibration: pd.DataFrame,
    checks: pd.DataFrame,
    interval: str,
) -> list[Performance]:
    """Return the multivariable models in the order of the estimates."""
    own = model_fit[~model_fit["model"].str.startswith("univariable_")]
    silent = set(checks.loc[checks["check"].eq("hosmer_lemeshow"), "model"])
    return [
        Performance(
            f"Multivariable: {labels.model_label(row['model']).lower()}",
            f"n = {row['n']}, {row['events']} with MC",
            _area(row, interval),
            _fit(row, row["model"] in silent),
            roc[roc["model"].eq(row["model"])],
            calibration[calibration["model"].eq(row["model"])],
        )
        for _, row in own.iterrows()
    ]


def plot_performances(models: Sequence[Performance], title: str, synthetic: bool) -> Figure:
    """Return the figure, one journal column wide; its artists carry the estimates as they are."""
    with mpl.rc_context(STYLE):
        note = wrapped(_note(models), RIGHT - LEFT)
        top = header(title, SUBJECT, synthetic)
        tall = sum(_height(model) for model in models)
        page = open_page(top, tall + LINE * len(note) + 2.0)
        highest = max(
            (model.calibration["ci_high"].max() for model in models if _drawn(model)), default=1
        )
        y = top.height
        for model in models:
            said = page.say(LEFT, y + LINE / 2, model.heading, weight="bold")
            beside(page, said, model.women)
            page.say(LEFT, y + 1.5 * LINE + 0.2, model.area)
            if _drawn(model):
                page.say(RIGHT, y + 1.5 * LINE + 0.2, model.fit, ha="right")
                _roc(page, model.roc, y + WORDS)
                _calibration(page, model.calibration, y + WORDS, highest)
            y += _height(model)
        page.say_lines(LEFT, y + LINE / 2, note, color=QUIET)
        return page.figure


def _note(models: Sequence[Performance]) -> str:
    if not models:
        return "No multivariable model could be fitted."
    return NOTE if any(_drawn(model) for model in models) else "No model was estimated."


def _area(row: pd.Series, interval: str) -> str:
    if pd.isna(row["auc"]):
        said = labels.STATUSES[row["status"]]
        return f"{said[0].upper()}{said[1:]}"
    area = f"AUC {rounded(row['auc'])}"
    if pd.isna(row["auc_low"]):
        return area
    return f"{area} ({interval} {rounded(row['auc_low'])}–{rounded(row['auc_high'])})"


def _fit(row: pd.Series, silent: bool) -> str:
    if silent or pd.isna(row["hl_p_value"]):
        return "H–L not informative"
    return f"H–L {p_phrase(row['hl_p_value'])}"


def _drawn(model: Performance) -> bool:
    return not model.roc.empty


def _height(model: Performance) -> float:
    return WORDS + (PANEL + UNDER if _drawn(model) else 0) + GAP


def _roc(page: Page, points: pd.DataFrame, top: float) -> None:
    axes = page.panel(ROC_X, top + PANEL - SQUARE, SQUARE, SQUARE)
    axes.spines["left"].set_visible(True)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    ticks, said = [0, 0.5, 1], ["0", "0.5", "1"]
    axes.set_xticks(ticks, said)
    axes.set_yticks(ticks, said)
    axes.set_xlabel("1 − specificity", labelpad=1)
    axes.set_ylabel("Sensitivity", labelpad=0)
    axes.plot([0, 1], [0, 1], color=HAIR, linewidth=0.8)
    axes.plot(
        points["one_minus_specificity"],
        points["sensitivity"],
        color=ESTIMATE,
        linewidth=1.2,
        marker=".",
        markersize=3.5,
        clip_on=False,
        gid="roc",
    )


def _calibration(page: Page, groups: pd.DataFrame, top: float, highest: float) -> None:
    """Draw one row per group, the lowest risk above."""
    tall = SQUARE
    first = top + PANEL - SQUARE
    axes = page.panel(SHARE_X, first, SHARE_WIDTH, tall)
    _share_axis(axes, highest)
    row = min(LARGEST_ROW, tall / max(1, len(groups)))
    axes.set_ylim(first + tall, first)
    page.say(COUNTS_X, top + 1.8, "MC n/N", ha="right", color=QUIET)
    page.say(SHARE_X, top + 1.8, "Calibration", color=QUIET)
    for number, (_, group) in enumerate(groups.iterrows()):
        y = first + row * (number + 0.5)
        page.say(COUNTS_X, y, f"{group['events']}/{group['n']}", ha="right")
        interval = [group["ci_low"], group["ci_high"]]
        axes.plot(interval, [y, y], color=ESTIMATE, linewidth=1.0, gid="interval")
        expected = [group["expected"]] * 2
        ends = [y - 0.36 * row, y + 0.36 * row]
        axes.plot(expected, ends, color=INK, linewidth=1.1, gid="expected", zorder=3)
        axes.plot(
            group["observed"], y, "o", color=ESTIMATE, markersize=3.2, clip_on=False, gid="observed"
        )


def _share_axis(axes: Axes, highest: float) -> None:
    end = next(end for end in (0.2, 0.4, 0.6, 0.8, 1.0) if highest <= end)
    ticks = [0, end / 2, end]
    axes.set_xlim(0, end)
    axes.set_xticks(ticks, [f"{100 * tick:.0f}" for tick in ticks])
    axes.set_yticks([])
    axes.set_xlabel("Women with MC, %", labelpad=1)
    for tick in ticks:
        axes.axvline(tick, color=HAIR, linewidth=0.5, zorder=-1)
