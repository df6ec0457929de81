"""The rows of a model as they are printed: the main row of each term, and its reference."""

import math

import pandas as pd

from study.presentation import labels
from study.presentation.numbers import MISSING, p_phrase, ratio, ratio_with_interval
from study.presentation.table import Cell

OVERALL = "(overall)"
PENALISED_TEST = "Firth’s penalised likelihood-ratio test"


def main_rows(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return the maximum-likelihood rows with Wald intervals."""
    return estimates[estimates["estimator"].eq("ml") & estimates["ci_method"].eq("wald")]


def level_rows(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return the main rows of levels, without overall rows and models that have no women."""
    rows = main_rows(estimates)
    return rows[rows["level"].ne(OVERALL) & rows["n"].gt(0)]


def beside(estimates: pd.DataFrame, row: pd.Series, estimator: str) -> pd.Series | None:
    """Return the profile-likelihood row that stands beside a main row, if it could be fitted."""
    same = estimates["estimator"].eq(estimator) & estimates["ci_method"].eq("profile")
    for column in ("model", "variable", "level"):
        same &= estimates[column].eq(row[column])
    rows = estimates[same & estimates["status"].eq("ok")]
    return None if rows.empty else rows.iloc[0]


def penalised_p_value(estimates: pd.DataFrame, row: pd.Series) -> float:
    """Return the p-value of `PENALISED_TEST` for a main row that has none; else NaN.

    It belongs to Firth's profile interval, and the screen decides by it.
    """
    firth = None if row["status"] == "ok" else beside(estimates, row, "firth")
    return math.nan if firth is None else float(firth["lr_p_value"])


def reference_counts(levels: pd.DataFrame) -> tuple[int, int]:
    """Return events and women of the reference level: what the other levels leave.

    Parameters
    ----------
    levels : DataFrame
        Every level row of one variable in one model.
    """
    first = levels.iloc[0]
    return (
        int(first["events"] - levels["level_events"].sum()),
        int(first["n"] - levels["level_n"].sum()),
    )


def counts(events: int, women: int) -> str:
    """Return ``15/55``."""
    return f"{events}/{women}"


def odds_ratio_cell(row: pd.Series, estimates: pd.DataFrame, thresholds: tuple[float, ...]) -> Cell:
    """Return an odds ratio with its interval, or why there is none and Firth's instead."""
    if row["status"] == "ok":
        return Cell(ratio_with_interval(row["odds_ratio"], row["ci_low"], row["ci_high"]))
    why = labels.STATUSES[row["status"]]
    notes = [f"{why[0].upper()}{why[1:]}."]
    firth = beside(estimates, row, "firth")
    if firth is not None:
        said = ratio_with_interval(firth["odds_ratio"], firth["ci_low"], firth["ci_high"])
        notes.append(
            f"Firth’s penalised estimate, profile interval: {said}; "
            f"{PENALISED_TEST}, {p_phrase(firth['lr_p_value'], thresholds)}."
        )
    return Cell(f"{MISSING} {labels.STATUS_WORDS[row['status']]}", (" ".join(notes),))


def profile_sentence(estimates: pd.DataFrame, interval: str) -> str:
    """Return the profile-likelihood intervals of the terms that were estimated, or nothing."""
    told = []
    for _, row in level_rows(estimates).iterrows():
        profile = beside(estimates, row, "ml")
        if profile is not None:
            term = labels.term_label(row["variable"], row["level"])
            told.append(f"{term} {ratio(profile['ci_low'])}–{ratio(profile['ci_high'])}")
    return f"Profile-likelihood {interval}: {'; '.join(told)}." if told else ""


def profile_sentences(estimates: pd.DataFrame, interval: str) -> tuple[str, ...]:
    """Return `profile_sentence` for every model, opened with the model's name."""
    sentences = [
        (labels.model_label(str(model)), profile_sentence(rows, interval))
        for model, rows in estimates.groupby("model", sort=False)
    ]
    return tuple(f"{model}: {said[0].lower()}{said[1:]}" for model, said in sentences if said)
