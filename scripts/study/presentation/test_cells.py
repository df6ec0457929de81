"""p-values with the name of the test that gave them."""

import re
from collections.abc import Collection

import pandas as pd

from study.presentation import labels
from study.presentation.numbers import MISSING, p_phrase, p_value, rounded
from study.presentation.table import Cell

# p-values that a note holds as ``name=value``, for readers whose software prints them.
COMPANIONS = {
    "corrected_p_value": "with continuity correction",
    "exact_p_value": "exact conditional test",
    "asymptotic_p_value": "normal approximation corrected for ties",
}


def of_stratum(frame: pd.DataFrame, table: str, stratum: str | None = None) -> pd.DataFrame:
    """Return the rows of one table; `stratum` None is the whole cohort."""
    rows = frame[frame["table"].eq(table)]
    return rows[rows["stratum"].isna() if stratum is None else rows["stratum"].eq(stratum)]


def chosen_test(
    tests: pd.DataFrame,
    table: str,
    thresholds: Collection[float],
    stratum: str | None = None,
    beside: Collection[str] = (),
) -> Cell:
    """Return the p-value of the test that the rule chose, and that test's name as footnote.

    Parameters
    ----------
    beside : Collection of str
        Tests whose p-values are told in the footnote too, for readers whose
        software prints another one.
    """
    rows = of_stratum(tests, table, stratum)
    chosen = rows[rows["chosen"]]
    if chosen.empty:
        return Cell(MISSING)
    row = chosen.iloc[0]
    others = rows[rows["test"].isin(list(beside)) & ~rows["chosen"] & rows["p_value"].notna()]
    told = [
        f"{labels.name_of_test(other.test, other.note)}, {p_phrase(other.p_value, thresholds)}"
        for other in others.itertuples()
    ]
    return _cell(row, thresholds, told)


def named_test(
    tests: pd.DataFrame,
    table: str,
    test: str,
    thresholds: Collection[float],
    stratum: str | None = None,
) -> Cell:
    """Return the p-value of one test, and its name as footnote, whether chosen or not."""
    rows = of_stratum(tests, table, stratum)
    rows = rows[rows["test"].eq(test)]
    if rows.empty:
        return Cell(MISSING)
    return _cell(rows.iloc[0], thresholds)


def values_in(note: object) -> dict[str, str]:
    """Return what a note of `tests.csv` holds as ``name=value``."""
    return dict(re.findall(r"(\w+)=([^;]+)", str(note)))


def _cell(row: pd.Series, thresholds: Collection[float], others: Collection[str] = ()) -> Cell:
    note = _capital(labels.name_of_test(row["test"], row["note"]))
    held = values_in(row["note"])
    told = [
        f"{name}, {p_phrase(float(held[key]), thresholds)}"
        for key, name in COMPANIONS.items()
        if key in held
    ]
    if pd.isna(row["p_value"]) and isinstance(row["note"], str):
        note = f"{note}: {row['note']}"
    if "sparse: " in str(row["note"]):
        smallest = rounded(float(held["smallest_fitted"]), 1)
        note = f"{note}; unreliable here: the smallest count fitted is {smallest}"
    if told or others:
        note = f"{note}. By other tests: {'; '.join([*told, *others])}"
    return Cell(p_value(row["p_value"], thresholds), (f"{note}.",))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
