"""Age and Ki-67 compared between women with and without a finding."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from study.statistics import continuous
from study.statistics.descriptives import GROUPS
from study.statistics.result import Result, result_rows

# Table: the variable, and the two groups; differences are first minus second.
COMPARISONS = {
    "age_by_mc": ("age_years", ("mc_yes", "mc_no")),
    "age_by_her2": ("age_years", ("her2_positive", "her2_negative")),
    "ki67_by_mc": ("ki67_percent", ("mc_yes", "mc_no")),
    "ki67_by_her2": ("ki67_percent", ("her2_positive", "her2_negative")),
}
TESTS: dict[str, Callable[[np.ndarray, np.ndarray], Result]] = {
    "levene": continuous.levene,
    "student_t": continuous.student_t,
    "welch_t": continuous.welch_t,
    "mann_whitney": continuous.mann_whitney,
}


def list_comparisons(
    analysis: pd.DataFrame, normality_alpha: float, equal_variance_alpha: float
) -> pd.DataFrame:
    """Return every test of the continuous variables, with the columns of ``tests.csv``.

    The stratum is missing, but for Shapiro–Wilk, where it is the group tested. One test per
    table is chosen: if both groups look normal Student's t, or Welch's where the variances
    differ; else Mann–Whitney.
    """
    rows = []
    for table, (variable, names) in COMPARISONS.items():
        groups = [_known(analysis, variable, name) for name in names]
        for name, values in zip(names, groups, strict=True):
            normality = {"shapiro_wilk": continuous.shapiro_wilk(values)}
            rows += result_rows(table, name, normality, chosen="", why="")
        results = {test: compute(*groups) for test, compute in TESTS.items()}
        normal = all(continuous.looks_normal(values, normality_alpha) for values in groups)
        chosen, why = _choice(normal, results["levene"], equal_variance_alpha)
        rows += result_rows(table, None, results, chosen, why)
    return pd.DataFrame(rows)


def _known(analysis: pd.DataFrame, variable: str, group: str) -> np.ndarray:
    finding, level = GROUPS[group]
    return analysis.loc[analysis[finding].eq(level), variable].dropna().to_numpy(dtype=float)


def _choice(normal: bool, levene: Result, equal_variance_alpha: float) -> tuple[str, str]:
    """Return the test that answers the table's question, and why."""
    if not normal:
        return "mann_whitney", "chosen: not both groups look normal"
    if levene.p_value < equal_variance_alpha:
        return "welch_t", "chosen: both groups look normal, their variances differ"
    return "student_t", "chosen: both groups look normal, their variances do not differ"
