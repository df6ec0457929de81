"""What a forest plot says, line by line, before anything is drawn."""

from dataclasses import dataclass

import pandas as pd

from study.presentation import labels
from study.presentation.numbers import p_value, ratio_with_interval
from study.presentation.terms import counts, level_rows, penalised_p_value, reference_counts


@dataclass(frozen=True)
class Heading:
    """Opens a block: what was fitted, and to whom."""

    text: str
    women: str


@dataclass(frozen=True)
class Line:
    """One term; `estimate`, `low` and `high` are None where it could not be estimated.

    `p` is then of another test than Wald's, which `p_by` names.
    """

    term: str
    against: str
    level_counts: str
    reference_counts: str
    estimate: float | None
    low: float | None
    high: float | None
    said: str
    p: str
    p_by: str = ""


def forest_lines(univariable: pd.DataFrame, multivariable: pd.DataFrame) -> list[Heading | Line]:
    """Return the main rows of Tables 4 and 5 in the order of print."""
    alone = level_rows(univariable)
    lines: list[Heading | Line] = []
    if not alone.empty:
        lines = [Heading("Univariable", _women(alone)), *_terms(alone, univariable)]
    together = level_rows(multivariable)
    for model in dict.fromkeys(together["model"]):
        rows = together[together["model"].eq(model)]
        heading = f"Multivariable: {labels.model_label(model).lower()}"
        lines += [Heading(heading, _women(rows)), *_terms(rows, multivariable)]
    return lines


def _women(rows: pd.DataFrame) -> str:
    return f"n = {_span(rows['n'])}, {_span(rows['events'])} with MC"


def _span(values: pd.Series) -> str:
    low, high = int(values.min()), int(values.max())
    return str(low) if low == high else f"{low}–{high}"


def _terms(rows: pd.DataFrame, estimates: pd.DataFrame) -> list[Line]:
    lines = []
    for variable in dict.fromkeys(rows["variable"]):
        levels = rows[rows["variable"].eq(variable)]
        reference = counts(*reference_counts(levels))
        lines += [_line(row, reference, estimates) for _, row in levels.iterrows()]
    return lines


def _line(row: pd.Series, reference: str, estimates: pd.DataFrame) -> Line:
    fitted = row["status"] == "ok"
    penalised = penalised_p_value(estimates, row)
    p = row["p_value"] if fitted else penalised
    estimate, low, high = bounds = (row["odds_ratio"], row["ci_low"], row["ci_high"])
    return Line(
        labels.term_label(row["variable"], row["level"]),
        f"vs {labels.reference_label(row['variable'], row['reference'])}",
        counts(row["level_events"], row["level_n"]),
        reference,
        estimate=estimate if fitted else None,
        low=low if fitted else None,
        high=high if fitted else None,
        said=ratio_with_interval(*bounds) if fitted else labels.STATUS_WORDS[row["status"]],
        p="" if pd.isna(p) else p_value(p),
        p_by="" if pd.isna(penalised) else "Firth’s LR",
    )
