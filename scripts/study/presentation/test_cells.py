"""p-values with the name of the test that gave them."""

from collections.abc import Collection

import pandas as pd

from study.presentation import labels
from study.presentation.numbers import MISSING, p_phrase, p_value
from study.presentation.table import Cell


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
        f"{labels.TESTS[other.test]}, {p_phrase(other.p_value, thresholds)}"
        for other in others.itertuples()
    ]
    name = _capital(labels.TESTS[row["test"]])
    note = f"{name}. By other tests: {'; '.join(told)}" if told else name
    return _cell(row, thresholds, note)


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
    return _cell(rows.iloc[0], thresholds, _capital(labels.TESTS[test]))


def _cell(row: pd.Series, thresholds: Collection[float], note: str) -> Cell:
    if pd.isna(row["p_value"]) and isinstance(row["note"], str):
        note = f"{note}: {row['note']}"
    return Cell(p_value(row["p_value"], thresholds), (f"{note}.",))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
