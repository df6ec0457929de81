"""The decision tables beside this file, as constants, and the levels of their inputs.

A cell of an input column may list alternatives, ``0|1+``, or say ``any``: the row holds for each
of them; so does a row that several editions share. Whatever name a missing value has
(`schemas.dictionary.MISSING`), an input column of raw findings calls it ``missing``; derived facts
keep their ``unknown``. Numbers enter a table by the bins of ``thresholds.csv``. README.md in this
folder explains the tables; ``sources.csv`` says where each row is from.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from schemas.dictionary import fields
from schemas.thresholds import THRESHOLDS

Levels = Sequence[str] | Mapping[str, Sequence[str]]


def read_decision_table(
    path: Path, inputs: Mapping[str, Levels], edition: str = ""
) -> pd.DataFrame:
    """Return the table as text, one row per combination of `inputs`; empty cells are ``""``.

    Parameters
    ----------
    inputs : mapping
        Every input column with its levels, for which ``any`` stands; a mapping where they
        depend on the edition.
    edition : str
        The column that tells editions (or schemes) apart, if the table has several.
    """
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    if edition:
        table = _one_row_each(table, edition)
    for column, levels in inputs.items():
        if isinstance(levels, Mapping):
            every = table[edition].map({name: "|".join(known) for name, known in levels.items()})
        else:
            every = pd.Series("|".join(levels), table.index)
        table[column] = table[column].mask(table[column] == "any", every)
        table = _one_row_each(table, column)
    return table.astype("str")


def _one_row_each(table: pd.DataFrame, column: str) -> pd.DataFrame:
    return table.assign(**{column: table[column].str.split("|")}).explode(column, ignore_index=True)


def _findings(name: str) -> list[str]:
    return [*fields()[name].levels, "missing"]


def _bins(quantity: str) -> dict[str, list[str]]:
    rows = THRESHOLDS[THRESHOLDS["quantity"] == quantity]
    bins: Mapping[str, list[str]] = rows.groupby("edition", sort=False)["bin"].agg(list).to_dict()
    return {edition: [*names, "missing"] for edition, names in bins.items()}


_here = Path(__file__).parent

_STATUS = ["positive", "negative", "unknown"]
_HER2_STATUS = [*_STATUS, "unresolved"]
_SCORES = [*fields()["her2_ihc"].levels, "undefined", "contradictory", "missing"]

HER2_IHC_INPUTS: dict[str, Levels] = {
    "intensity": _findings("her2_staining_intensity"),
    "completeness": _findings("her2_staining_completeness"),
    "pattern": _findings("her2_staining_pattern"),
    "percent": _bins("her2_staining_percent"),
    "score": _findings("her2_ihc"),
}
HER2_IHC = read_decision_table(_here / "her2_ihc.csv", HER2_IHC_INPUTS, "edition")

HER2_ISH_INPUTS: dict[str, Levels] = {
    "ratio": _bins("her2_ratio"),
    "copies": _bins("her2_copies"),
    "verdict": _findings("her2_ish"),
}
HER2_ISH = read_decision_table(_here / "her2_ish.csv", HER2_ISH_INPUTS, "edition")

HER2_STATUS_INPUTS: dict[str, Levels] = {
    "her2_ihc": _SCORES,
    "ish": HER2_ISH.groupby("edition")["ish"].agg(lambda groups: list(groups.unique())).to_dict(),
    "recount": ["unchanged", "changed", "missing"],
}
HER2_STATUS = read_decision_table(_here / "her2_status.csv", HER2_STATUS_INPUTS, "edition")

HER2_LOW_INPUTS: dict[str, Levels] = {
    "her2_status": _HER2_STATUS,
    "her2_ihc": _SCORES,
    "ish": ["positive", "negative", "equivocal", "unknown"],
    "membrane_staining": ["faint", "absent", "other", "missing"],
}
HER2_LOW = read_decision_table(_here / "her2_low.csv", HER2_LOW_INPUTS)

HORMONE_RECEPTORS_INPUTS: dict[str, Levels] = {"er_status": _STATUS, "pr_status": _STATUS}
HORMONE_RECEPTORS = read_decision_table(_here / "hormone_receptors.csv", HORMONE_RECEPTORS_INPUTS)

SUBTYPE_INPUTS: dict[str, Levels] = {
    "er_status": _STATUS,
    "pr_level": ["negative", "low", "high", "positive", "unknown"],
    "her2_status": _HER2_STATUS,
    "ki67": ["low", "intermediate", "high", "missing"],
}
SUBTYPE = read_decision_table(_here / "subtype.csv", SUBTYPE_INPUTS, "scheme")

SUBTYPE_RECEPTORS_INPUTS: dict[str, Levels] = {"subtype_recorded": _findings("subtype_recorded")}
SUBTYPE_RECEPTORS = read_decision_table(_here / "subtype_receptors.csv", SUBTYPE_RECEPTORS_INPUTS)
