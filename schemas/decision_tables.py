"""The decision tables beside this file, as constants.

A cell of an input column may list alternatives, ``0|1+``: the row holds for each of them.
Whatever name a missing value has (`schemas.dictionary.MISSING`), an input column of raw
findings calls it ``missing``; derived facts keep their ``unknown``.
"""

from pathlib import Path

import pandas as pd


def read_decision_table(path: Path, inputs: list[str]) -> pd.DataFrame:
    """Return the table as text, one row per combination of `inputs`; empty cells are ``""``."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column in inputs:
        table[column] = table[column].str.split("|")
        table = table.explode(column, ignore_index=True)
    return table.astype("str")


_here = Path(__file__).parent

HER2_STATUS = read_decision_table(_here / "her2_status.csv", ["her2_ihc", "her2_ish"])
HORMONE_RECEPTORS = read_decision_table(_here / "hormone_receptors.csv", ["er_status", "pr_status"])
SUBTYPE = read_decision_table(_here / "subtype.csv", ["hr_status", "her2_status", "ki67"])
SUBTYPE_RECEPTORS = read_decision_table(_here / "subtype_receptors.csv", ["subtype_recorded"])
