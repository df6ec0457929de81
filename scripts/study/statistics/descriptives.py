"""Who the women were: levels and quartiles, overall and by group."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from schemas.dictionary import MISSING
from study.cohort.units import is_counted, patients
from study.statistics import counted
from study.statistics.vocabulary import analysis_levels

CONTINUOUS = ("age_years", "ki67_percent")
CATEGORICAL = (
    "age_group",
    "microcalcifications",
    "her2_status",
    "hr_status",
    "subtype",
    "density",
    "density_group",
    "histology",
    "histology_group",
    "luminal_b_her2_positive",
    "her2_ihc",
)
# Groups of women by the value of one finding.
GROUPS = {
    "mc_yes": ("microcalcifications", "yes"),
    "mc_no": ("microcalcifications", "no"),
    "her2_positive": ("her2_status", "positive"),
    "her2_negative": ("her2_status", "negative"),
}
COUNTS = ("variable", "level", "group", "n", "total", "percent")
SPREAD = ("mean", "sd", "median", "q1", "q3", "minimum", "maximum")


def describe_baseline(
    analysis: pd.DataFrame, values: Mapping[str, pd.DataFrame] | None = None
) -> pd.DataFrame:
    """Return the descriptives of every variable in every group, as ``baseline.csv`` has them.

    Every level that a variable can have is listed, in clinical order, with n 0 where no woman
    has it; of a variable that is known for no woman there is one row, without a level.

    Parameters
    ----------
    values : mapping, optional
        Where the numbers of a continuous variable stand, if not in `analysis`: of a registry,
        as `values_by_variable` returns it.
    """
    groups = groups_of_women(analysis)
    rows = []
    for variable in CONTINUOUS:
        measured = (values or {}).get(variable, analysis)
        rows += [
            {"variable": variable, "group": group, **_describe(frame, variable)}
            for group, frame in groups_of_women(measured).items()
        ]
    for variable in CATEGORICAL:
        levels = _levels(analysis[variable], variable)
        for group, frame in groups.items():
            for row in describe_levels(frame[variable], levels, patients(frame)):
                rows.append({"variable": variable, "group": group, **row})
    return pd.DataFrame(rows).reindex(columns=[*COUNTS, *SPREAD, "missing"])


def values_by_variable(tables: Sequence[pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return per continuous variable its numbers in a column of its name, with their `patients`.

    Parameters
    ----------
    tables : sequence of DataFrame
        Of a registry its ``values.parquet``; else nothing, and nothing is returned.
    """
    return {
        str(name): rows.rename(columns={"value": str(name)})
        for table in tables
        for name, rows in table.groupby("variable", sort=False)
    }


def groups_of_women(analysis: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the whole cohort and each of `GROUPS`, by name."""
    groups = {"overall": analysis}
    for name, (variable, level) in GROUPS.items():
        groups[name] = analysis[analysis[variable].eq(level)]
    return groups


def describe_values(values: pd.Series) -> dict[str, float]:
    """Return n, mean, SD, quartiles and range of the known values.

    Quartiles are SPSS's HAVERAGE (R type 6); what no value or a single one does not have is NaN.
    """
    known = values.dropna()
    row: dict[str, float] = {
        "n": len(known),
        "total": len(known),
        "missing": len(values) - len(known),
    }
    if known.empty:
        return row
    q1, median, q3 = np.quantile(known.to_numpy(), [0.25, 0.5, 0.75], method="weibull")
    spread = {"mean": known.mean(), "sd": known.std(), "median": median, "q1": q1, "q3": q3}
    return {**row, **spread, "minimum": known.min(), "maximum": known.max()}


def _describe(frame: pd.DataFrame, variable: str) -> dict[str, float]:
    if is_counted(frame):
        return counted.describe_values(frame[variable], patients(frame))
    return describe_values(frame[variable])


def describe_levels(
    values: pd.Series, levels: list[str], counts: pd.Series | None = None
) -> list[dict[str, Any]]:
    """Return count and percentage of the known values for every level, in the order given.

    Named missing values count as missing. `counts` are the women that each value stands for.

    Raises
    ------
    ValueError
        If a value is neither missing nor one of the levels.
    """
    known = values[~values.isin(MISSING)].dropna()
    strangers = sorted(set(known) - set(levels))
    if strangers:
        raise ValueError(f"{strangers} are not among the levels {levels}")
    women = pd.Series(1, values.index) if counts is None else counts
    total = int(women[known.index].sum())
    common = {"total": total, "missing": int(women.sum()) - total}
    if not levels:
        return [{"level": None, "n": 0, **common}]
    found = women[known.index].groupby(known).sum().reindex(levels, fill_value=0)
    shares = found / total * 100 if total else found * np.nan
    return [
        {"level": level, "n": found[level], "percent": shares[level], **common} for level in levels
    ]


def _levels(values: pd.Series, variable: str) -> list[str]:
    """Return the levels to list: none, where the variable is known for no woman."""
    if (values.isna() | values.isin(MISSING)).all():
        return []
    return [level for level in analysis_levels()[variable] if level not in MISSING]
