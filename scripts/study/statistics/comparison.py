"""Age and Ki-67 compared between women with and without a finding."""

from collections.abc import Mapping
from types import ModuleType

import numpy as np
import pandas as pd

from study.cohort.units import is_counted, patients
from study.statistics import continuous, counted
from study.statistics.counted import Counted
from study.statistics.descriptives import GROUPS
from study.statistics.result import Result, result_rows

# Table: the variable, and the two groups; differences are first minus second.
COMPARISONS = {
    "age_by_mc": ("age_years", ("mc_yes", "mc_no")),
    "age_by_her2": ("age_years", ("her2_positive", "her2_negative")),
    "ki67_by_mc": ("ki67_percent", ("mc_yes", "mc_no")),
    "ki67_by_her2": ("ki67_percent", ("her2_positive", "her2_negative")),
}
# Functions of `continuous`, and of `counted` where a registry counts its values.
TESTS = ("levene", "student_t", "welch_t", "mann_whitney")


def list_comparisons(
    analysis: pd.DataFrame,
    normality_alpha: float,
    equal_variance_alpha: float,
    values: Mapping[str, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Return every test of the continuous variables, with the columns of ``tests.csv``.

    The stratum is missing, but for Shapiro–Wilk, where it is the group tested. One test per
    table is chosen: if both groups look normal Student's t, or Welch's where the variances
    differ; else Mann–Whitney.

    Parameters
    ----------
    values : mapping, optional
        As for `descriptives.describe_baseline`.
    """
    rows = []
    for table, (variable, names) in COMPARISONS.items():
        measured = (values or {}).get(variable, analysis)
        groups = [_known(measured, variable, name) for name in names]
        tests: ModuleType = counted if is_counted(measured) else continuous
        for name, group in zip(names, groups, strict=True):
            normality = {"shapiro_wilk": tests.shapiro_wilk(group)}
            rows += result_rows(table, name, normality, chosen="", why="")
        results = {test: getattr(tests, test)(*groups) for test in TESTS}
        normal = all(tests.looks_normal(group, normality_alpha) for group in groups)
        chosen, why = _choice(normal, results["levene"], equal_variance_alpha)
        rows += result_rows(table, None, results, chosen, why)
    return pd.DataFrame(rows)


def _known(analysis: pd.DataFrame, variable: str, group: str) -> np.ndarray | Counted:
    finding, level = GROUPS[group]
    if is_counted(analysis):
        women = analysis[analysis[finding].eq(level)]
        return counted.count(women[variable], patients(women))
    return analysis.loc[analysis[finding].eq(level), variable].dropna().to_numpy(dtype=float)


def _choice(normal: bool, levene: Result, equal_variance_alpha: float) -> tuple[str, str]:
    """Return the test that answers the table's question, and why."""
    if not normal:
        return "mann_whitney", "chosen: not both groups look normal"
    if levene.p_value < equal_variance_alpha:
        return "welch_t", "chosen: both groups look normal, their variances differ"
    return "student_t", "chosen: both groups look normal, their variances do not differ"
