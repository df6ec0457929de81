"""What the forest plot of the cohorts says, line by line, before anything is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from study.presentation.cohorts import cohort_label, odds_ratio_text, weight_text
from study.presentation.forest import ticks_around
from study.presentation.terms import counts
from study.statistics.cohort_summary import POOLED


@dataclass(frozen=True)
class Line:
    """One line; `kind` is ``cohort``, ``synthetic`` or ``summary``, numbers are NaN if absent."""

    kind: str
    label: str
    women: str
    said: str
    weight: float
    weight_said: str
    estimate: float
    low: float
    high: float


def cohort_lines(cohorts: pd.DataFrame, left_out: pd.DataFrame) -> list[Line]:
    """Return what the plot says, from above; the pooled row comes last."""
    reasons = dict(left_out.itertuples(index=False))
    return [
        Line(
            kind="summary" if row["cohort"] == POOLED else _kind(row["synthetic"]),
            label=cohort_label(row),
            women="" if pd.isna(row["n"]) else counts(row["events"], row["n"]),
            said=odds_ratio_text(row, reasons),
            weight=row["weight"],
            weight_said=weight_text(row),
            estimate=row["odds_ratio"],
            low=row["ci_low"],
            high=row["ci_high"],
        )
        for _, row in cohorts.iterrows()
    ]


def axis_ticks(lines: Sequence[Line]) -> list[float]:
    """Return the ticks for all cohorts that have an estimate.

    The summary does not count: that of two cohorts may span many decades.
    """
    known = [line for line in lines if line.kind != "summary" and not pd.isna(line.estimate)]
    return ticks_around([line.low for line in known], [line.high for line in known])


def _kind(synthetic: bool) -> str:
    return "synthetic" if synthetic else "cohort"
