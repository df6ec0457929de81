"""Look findings up in the decision tables of ``schemas/``."""

import pandas as pd

from schemas.dictionary import MISSING
from study.problems import StudyError


def select_edition(table: pd.DataFrame, column: str, edition: str, file: str) -> pd.DataFrame:
    """Return the rows of one edition (or scheme) of a decision table.

    Raises
    ------
    StudyError
        If the table has no such edition; the message names those it has.
    """
    rows = table[table[column] == edition]
    if rows.empty:
        known = ", ".join(sorted(table[column].unique()))
        raise StudyError(f"There is no {column} '{edition}' in schemas/{file}. Known: {known}.")
    return rows


def look_up(inputs: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table's row for every row of `inputs`, on the index of `inputs`.

    The lookup is by all columns of `inputs`; they are part of what comes back.

    Raises
    ------
    ValueError
        If the table is silent on a combination: it is total (a test proves it), so the
        inputs hold a level that validation should have refused.
    """
    columns = list(inputs.columns)
    found = inputs.merge(
        table, how="left", on=columns, validate="many_to_one", indicator="_found"
    ).set_index(inputs.index)
    silent = found.loc[found.pop("_found") == "left_only", columns].drop_duplicates()
    if not silent.empty:
        raise ValueError(f"not in the decision table: {silent.to_dict('records')}")
    return found


def name_missing(values: pd.Series, name: str = "missing") -> pd.Series:
    """Return the values with every name of a missing value replaced by `name`."""
    return values.mask(values.isin(MISSING), name)
