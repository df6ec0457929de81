"""Two-way tables of counts and their asymptotic tests.

Every test takes a table of counts, so patients counted one by one and weighted patterns give
the same numbers. Empty rows and columns say nothing about association and are left out.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency
from scipy.stats.contingency import expected_freq

from study.statistics.result import Result, not_computed


def cross_tabulate(
    rows: pd.Series,
    columns: pd.Series,
    row_levels: Sequence[str],
    column_levels: Sequence[str],
    counts: pd.Series | None = None,
) -> pd.DataFrame:
    """Return the counts of patients with both findings known.

    Parameters
    ----------
    counts : pd.Series, optional
        Patients that each line stands for; one where left out.

    Raises
    ------
    ValueError
        If a finding is none of the levels, so that no patient is lost in silence.
    """
    weights = 1 if counts is None else counts
    known = pd.DataFrame({"row": rows, "column": columns, "n": weights}).dropna()
    for findings, levels in ((known["row"], row_levels), (known["column"], column_levels)):
        strangers = sorted(set(findings) - set(levels))
        if strangers:
            raise ValueError(f"{strangers} are not among the levels {list(levels)}")
    totals = known.groupby(["row", "column"])["n"].sum()
    cells = pd.MultiIndex.from_product([row_levels, column_levels])
    table = totals.reindex(cells, fill_value=0).to_numpy(dtype=int)
    shape = (len(row_levels), len(column_levels))
    return pd.DataFrame(table.reshape(shape), list(row_levels), list(column_levels))


def occupied(table: pd.DataFrame) -> np.ndarray:
    """Return the counts without empty rows and columns."""
    counts = table.to_numpy()
    return counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]


def why_untestable(table: pd.DataFrame) -> str:
    """Return why no test of association exists for the table; empty if one does."""
    totals = (table.sum(axis="columns"), table.sum(axis="index"))
    if not totals[0].sum():
        return "no patient has both findings recorded"
    for total in totals:
        if total.gt(0).sum() == 1:
            return f"every patient is in the group '{total.idxmax()}', there is none to compare"
    return ""


def smallest_expected(table: pd.DataFrame) -> float:
    """Return the smallest count expected under independence, among occupied rows and columns."""
    return float(expected_freq(occupied(table)).min())


def pearson(table: pd.DataFrame) -> Result:
    """Return Pearson's chi-square test, without continuity correction."""
    return _chi_square(table, correction=False, power="pearson")


def yates(table: pd.DataFrame) -> Result:
    """Return the chi-square test of a 2×2 table with Yates' continuity correction."""
    return _chi_square(table, correction=True, power="pearson")


def likelihood_ratio(table: pd.DataFrame) -> Result:
    """Return the likelihood-ratio chi-square test (G²)."""
    return _chi_square(table, correction=False, power="log-likelihood")


def linear_by_linear(table: pd.DataFrame) -> Result:
    """Return the linear-by-linear test of ordered levels, scored by their position.

    The statistic is (n - 1) r², as SPSS prints it.
    """
    from statsmodels.stats.contingency_tables import Table

    reason = why_untestable(table)
    if reason:
        return not_computed(reason)
    # statsmodels adds 0.5 to every cell of a table with a zero unless told not to.
    trend = Table(table.to_numpy(), shift_zeros=False).test_ordinal_association()
    return Result(float(trend.zscore**2), 1, float(trend.pvalue))


def _chi_square(table: pd.DataFrame, correction: bool, power: str) -> Result:
    reason = why_untestable(table)
    if reason:
        return not_computed(reason)
    test = chi2_contingency(occupied(table), correction=correction, lambda_=power)
    return Result(float(test.statistic), float(test.dof), float(test.pvalue))
