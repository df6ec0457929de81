"""A continuous variable of which every value is counted: a registry's age and Ki-67.

The numbers are those of `descriptives` and `continuous` for the same women one by one, which
scipy wants as rows. Up to `continuous.LARGEST_SHAPIRO_WILK` women they are made rows and given
to it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from study.statistics import continuous
from study.statistics.result import Result, not_computed


@dataclass(frozen=True)
class Counted:
    """Distinct values in rising order, and how many women have each."""

    values: np.ndarray
    women: np.ndarray

    @property
    def n(self) -> int:
        """All women whose value is known."""
        return int(self.women.sum())

    @property
    def few(self) -> bool:
        """Whether there are so few women that the tests of single values apply."""
        return self.n <= continuous.LARGEST_SHAPIRO_WILK

    @property
    def constant(self) -> bool:
        """Whether all women have the same value."""
        return len(self.values) < 2

    def rows(self) -> np.ndarray:
        """Return the value of every woman."""
        return np.repeat(self.values, self.women)

    def moments(self) -> DescrStatsW:
        """Return mean and spread, from statsmodels."""
        return DescrStatsW(self.values, weights=self.women.astype(float), ddof=1)


def count(values: pd.Series, women: pd.Series) -> Counted:
    """Return the known values, each once, with the women who have it."""
    totals = women[values.notna()].groupby(values[values.notna()]).sum().sort_index()
    totals = totals[totals > 0]
    return Counted(totals.index.to_numpy(dtype=float), totals.to_numpy(dtype=np.int64))


def describe_values(values: pd.Series, women: pd.Series) -> dict[str, float]:
    """Return n, mean, SD, quartiles and range of the known values, as `descriptives` does."""
    known = count(values, women)
    row: dict[str, float] = {"n": known.n, "total": known.n, "missing": int(women.sum()) - known.n}
    if not known.n:
        return row
    q1, median, q3 = (quantile(known, share) for share in (0.25, 0.5, 0.75))
    moments = known.moments()
    spread = float(moments.std) if known.n > 1 else float("nan")
    middle = {"mean": float(moments.mean), "sd": spread, "median": median, "q1": q1, "q3": q3}
    return {**row, **middle, "minimum": known.values[0], "maximum": known.values[-1]}


def quantile(known: Counted, share: float) -> float:
    """Return the quantile of R's type 6 (SPSS's HAVERAGE, numpy's ``weibull``)."""
    position = min(max(share * (known.n + 1), 1.0), float(known.n))
    ranks = np.cumsum(known.women)
    whole = int(np.floor(position))
    below, above = (
        float(known.values[np.searchsorted(ranks, rank)])
        for rank in (whole, min(whole + 1, known.n))
    )
    return below + (position - whole) * (above - below)


def skewness(known: Counted) -> float:
    """Return the skewness of the sample, as ``scipy.stats.skew``."""
    deviation = known.values - np.average(known.values, weights=known.women)
    second, third = (np.average(deviation**power, weights=known.women) for power in (2, 3))
    return float(third / second**1.5)


def shapiro_wilk(known: Counted) -> Result:
    """Return the Shapiro–Wilk test of one group; beyond 5,000 women, its skewness as note."""
    if known.few:
        return continuous.shapiro_wilk(known.rows())
    if known.constant:
        return not_computed(continuous.CONSTANT)
    return continuous.judged_by_skewness(skewness(known))


def looks_normal(known: Counted, normality_alpha: float) -> bool:
    """Return whether a group may be taken as normal; what cannot be judged may not."""
    if known.few:
        return continuous.looks_normal(known.rows(), normality_alpha)
    return not known.constant and abs(skewness(known)) <= continuous.LARGEST_SKEWNESS


def levene(first: Counted, second: Counted) -> Result:
    """Return Levene's test with the groups centred on their means: a t test of the deviations."""
    if first.few and second.few:
        return continuous.levene(first.rows(), second.rows())
    if reason := _why_not(first, second):
        return not_computed(reason)
    groups = [
        DescrStatsW(np.abs(group.values - group.moments().mean), weights=group.women.astype(float))
        for group in (first, second)
    ]
    t, p_value, df = CompareMeans(*groups).ttest_ind(usevar="pooled")
    if not np.isfinite(t):
        return not_computed("the deviations from the mean do not vary")
    df = int(df)
    return Result(float(t**2), df, float(p_value), f"F with 1 and {df} df")


def student_t(first: Counted, second: Counted) -> Result:
    """Return Student's t test, equal variances assumed."""
    if first.few and second.few:
        return continuous.student_t(first.rows(), second.rows())
    return _t_test(first, second, "pooled")


def welch_t(first: Counted, second: Counted) -> Result:
    """Return Welch's t test, equal variances not assumed."""
    if first.few and second.few:
        return continuous.welch_t(first.rows(), second.rows())
    return _t_test(first, second, "unequal")


def mann_whitney(first: Counted, second: Counted) -> Result:
    """Return the Mann–Whitney test, tie-corrected and without continuity correction."""
    if first.few and second.few:
        return continuous.mann_whitney(first.rows(), second.rows())
    if min(first.n, second.n) == 0:
        return not_computed("one group has no patient with a known value")
    values = np.union1d(first.values, second.values)
    if len(values) < 2:
        return not_computed("all values are the same")
    own, others = (_spread(group, values) for group in (first, second))
    ties = own + others
    n1, n2 = float(first.n), float(second.n)
    n = n1 + n2
    ranks = np.cumsum(ties) - (ties - 1) / 2
    u = float(own @ ranks) - n1 * (n1 + 1) / 2
    variance = n1 * n2 / 12 * (n + 1 - float((ties**3 - ties).sum()) / (n * (n - 1)))
    larger = max(u, n1 * n2 - u)
    p_value = min(1.0, 2 * float(norm.sf((larger - n1 * n2 / 2) / np.sqrt(variance))))
    return Result(min(u, n1 * n2 - u), p_value=p_value, note=continuous.ASYMPTOTIC)


def _spread(group: Counted, values: np.ndarray) -> np.ndarray:
    """Return the women of a group at each of `values`."""
    women = np.zeros(len(values))
    women[np.searchsorted(values, group.values)] = group.women
    return women


def _why_not(first: Counted, second: Counted) -> str:
    if min(first.n, second.n) < 2:
        return continuous.TOO_FEW
    return continuous.CONSTANT if first.constant or second.constant else ""


def _t_test(first: Counted, second: Counted, variances: str) -> Result:
    if reason := _why_not(first, second):
        return not_computed(reason)
    compared = CompareMeans(first.moments(), second.moments())
    t, p_value, df = compared.ttest_ind(usevar=variances)
    return Result(float(t), float(df), float(p_value))
