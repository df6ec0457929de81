"""The odds ratio of every cohort and their random-effects summary, as a table."""

from typing import Any

import pandas as pd

from study.presentation import labels
from study.presentation.general_notes import abbreviations, chi_square, interval_name
from study.presentation.numbers import (
    MISSING,
    p_value,
    percent,
    ratio,
    ratio_with_interval,
    rounded,
)
from study.presentation.table import Cell, Column, Row, Table, level, section
from study.statistics.cohort_summary import POOLED

SYNTHETIC = "synthetic, not pooled"
SUMMARY = "Random effects"


def render_cohorts(
    cohorts: pd.DataFrame,
    heterogeneity: pd.DataFrame,
    left_out: pd.DataFrame,
    *,
    model: str,
    exposure: str,
    reference: str,
    confidence_level: float,
) -> Table:
    """Return the cohorts side by side; the notes say how they were pooled, or why not."""
    reasons = dict(left_out.itertuples(index=False))
    rows = [_row(row, reasons) for _, row in cohorts.iterrows()]
    interval = interval_name(confidence_level)
    return Table(
        6,
        f"Microcalcifications: {comparison(exposure, reference)}, by cohort",
        (
            Column("Cohort"),
            Column("Women", "n"),
            Column("MC", "n"),
            Column("Odds ratio", f"({interval})"),
            Column("Weight", "%"),
        ),
        tuple(rows),
        (
            f"{model_text(model)}; maximum likelihood, Wald intervals. {SUMMARY}: restricted "
            "maximum likelihood, Hartung–Knapp interval.",
            *_sentences(heterogeneity.iloc[0], confidence_level),
            abbreviations("MC", "HER2", CI="confidence interval"),
        ),
    )


def quote_cohorts(table: Table) -> dict[str, Any]:
    """Return what captions quote: the rows and notes of the table that `render_cohorts` made."""
    names = ("cohort", "n", "events", "odds_ratio")
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    return {
        "title": table.caption,
        "interval": table.columns[3].detail,
        "cohorts": [dict(zip(names, texts, strict=False)) for texts in cells],
        "notes": list(table.notes[:-1]),
    }


def comparison(exposure: str, reference: str) -> str:
    """Return what the odds ratio compares: ``HER2 positive against negative``."""
    others = [level for level in labels.LEVELS.get(exposure, {}) if level != reference]
    term = labels.term_label(exposure, others[0]) if others else labels.variable_label(exposure)
    return f"{term} against {labels.reference_label(exposure, reference)}"


def cohort_label(row: pd.Series) -> str:
    """Return the printed name of a cohort, of the pooled row, or of a synthetic cohort."""
    if row["cohort"] == POOLED:
        return SUMMARY
    return f"{row['cohort']} ({SYNTHETIC})" if row["synthetic"] else str(row["cohort"])


def odds_ratio_text(row: pd.Series, reasons: dict[str, str]) -> str:
    """Return an odds ratio with its interval, or in words why there is none."""
    if row["cohort"] == POOLED and pd.isna(row["odds_ratio"]):
        return "nothing to summarise"
    if pd.isna(row["odds_ratio"]):
        return f"{MISSING} {labels.STATUS_WORDS[reasons[row['cohort']]]}"
    return ratio_with_interval(row["odds_ratio"], row["ci_low"], row["ci_high"])


def weight_text(row: pd.Series) -> str:
    """Return a weight as a percentage."""
    return MISSING if pd.isna(row["weight"]) else percent(100 * row["weight"])


def heterogeneity_text(row: pd.Series, confidence_level: float) -> str:
    """Return τ², I², Q and the prediction interval, if any, of a summary in one line."""
    interval = interval_name(confidence_level).removesuffix("CI")
    p = p_value(row["p_value"])
    text = (
        f"τ² = {rounded(row['tau2'], 3)}; I² = {percent(row['i2'])}%; "
        f"Q = {chi_square(row['q'], row['df'])}, p {p if p[0] in '<>' else f'= {p}'}"
    )
    if pd.isna(row["prediction_low"]):
        return text
    ends = f"{ratio(row['prediction_low'])}–{ratio(row['prediction_high'])}"
    return f"{text}; {interval}prediction interval {ends} (t with k − 1 = {row['df']} df)"


def _row(row: pd.Series, reasons: dict[str, str]) -> Row:
    kind = section if row["cohort"] == POOLED else level
    counts = [MISSING if pd.isna(row[name]) else str(row[name]) for name in ("n", "events")]
    return kind(
        cohort_label(row),
        *(Cell(text) for text in [*counts, odds_ratio_text(row, reasons), weight_text(row)]),
    )


def model_text(model: str) -> str:
    """Return what was fitted in every cohort."""
    if model == "univariable":
        return "Univariable logistic regression"
    return f"Multivariable logistic regression, model “{labels.model_label(model)}”"


def _sentences(row: pd.Series, confidence_level: float) -> list[str]:
    told = [] if row["status"] != "ok" else [f"{heterogeneity_text(row, confidence_level)}."]
    return [*told, *([row["note"]] if isinstance(row["note"], str) else [])]
