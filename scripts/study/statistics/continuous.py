"""A continuous variable in two groups: normality, spread, means and ranks.

Every function takes the known values of a group; the first group is the one with the finding,
so a positive t says that its mean is the higher.
"""

import numpy as np
from scipy import stats

from study.statistics.result import Result, not_computed

LARGEST_SHAPIRO_WILK = 5000
# ASSUME: in more than 5,000 patients a skewness within ±1 counts as near enough to normal
# (beyond it a distribution is "highly skewed": Bulmer 1979, Principles of Statistics).
LARGEST_SKEWNESS = 1.0
TOO_FEW = "each group needs at least two patients with a known value"
CONSTANT = "all values of a group are the same"
ASYMPTOTIC = "asymptotic, tie-corrected, without continuity correction"


def shapiro_wilk(values: np.ndarray) -> Result:
    """Return the Shapiro–Wilk test of one group; beyond 5,000 patients, its skewness as note."""
    if len(values) < 3:
        return not_computed("fewer than three patients with a known value")
    if np.ptp(values) == 0:
        return not_computed(CONSTANT)
    if len(values) > LARGEST_SHAPIRO_WILK:
        return judged_by_skewness(float(stats.skew(values)))
    test = stats.shapiro(values)
    return Result(float(test.statistic), p_value=float(test.pvalue), note=f"n={len(values)}")


def judged_by_skewness(skewness: float) -> Result:
    """Return in the place of a Shapiro–Wilk test what judges a group too large for it."""
    return not_computed(
        f"judged by skewness beyond {LARGEST_SHAPIRO_WILK} patients; skewness={skewness!r}"
    )


def looks_normal(values: np.ndarray, normality_alpha: float) -> bool:
    """Return whether a group may be taken as normal; what cannot be judged may not."""
    if len(values) > LARGEST_SHAPIRO_WILK:
        return np.ptp(values) > 0 and abs(float(stats.skew(values))) <= LARGEST_SKEWNESS
    # A test that was not computed has p NaN, which is not above alpha.
    return shapiro_wilk(values).p_value >= normality_alpha


def levene(first: np.ndarray, second: np.ndarray) -> Result:
    """Return Levene's test with the groups centred on their means, as SPSS does.

    `df` is that of the denominator; the numerator has 1.
    """
    if min(len(first), len(second)) < 2:
        return not_computed(TOO_FEW)
    if 0 in (np.ptp(first), np.ptp(second)):
        return not_computed(CONSTANT)
    test = stats.levene(first, second, center="mean")
    df = len(first) + len(second) - 2
    if not np.isfinite(test.statistic):
        return not_computed("the deviations from the mean do not vary")
    return Result(float(test.statistic), df, float(test.pvalue), f"F with 1 and {df} df")


def student_t(first: np.ndarray, second: np.ndarray) -> Result:
    """Return Student's t test, equal variances assumed."""
    return _t_test(first, second, equal_variances=True)


def welch_t(first: np.ndarray, second: np.ndarray) -> Result:
    """Return Welch's t test, equal variances not assumed."""
    return _t_test(first, second, equal_variances=False)


def mann_whitney(first: np.ndarray, second: np.ndarray) -> Result:
    """Return the Mann–Whitney test: exact in small samples without ties, else asymptotic.

    The statistic is the smaller U. The normal approximation is corrected for ties and not for
    continuity, as SPSS prints it (R and scipy correct by default); beside an exact p-value it
    stands in the note.
    """
    values = np.concatenate([first, second])
    if min(len(first), len(second)) == 0:
        return not_computed("one group has no patient with a known value")
    if np.ptp(values) == 0:
        return not_computed("all values are the same")
    test = stats.mannwhitneyu(first, second, use_continuity=False, method="asymptotic")
    smaller = min(float(test.statistic), len(first) * len(second) - float(test.statistic))
    if _is_small(len(first), len(second)) and len(np.unique(values)) == len(values):
        exact = stats.mannwhitneyu(first, second, method="exact")
        note = f"exact: few patients and no ties; asymptotic_p_value={float(test.pvalue)!r}"
        return Result(smaller, p_value=float(exact.pvalue), note=note)
    return Result(smaller, p_value=float(test.pvalue), note=ASYMPTOTIC)


def _is_small(first: int, second: int) -> bool:
    """Return whether SPSS would print an exact p-value (NPAR TESTS algorithms)."""
    pairs = first * second
    return pairs <= 400 and pairs / 2 + min(first, second) <= 220


def _t_test(first: np.ndarray, second: np.ndarray, equal_variances: bool) -> Result:
    if min(len(first), len(second)) < 2:
        return not_computed(TOO_FEW)
    if 0 in (np.ptp(first), np.ptp(second)):
        return not_computed(CONSTANT)
    test = stats.ttest_ind(first, second, equal_var=equal_variances)
    return Result(float(test.statistic), float(test.df), float(test.pvalue))
