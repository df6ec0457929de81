"""Rubin's rules: one result from the estimates of m completed data sets.

Agrees with ``pool``, ``pool.scalar`` and ``D1`` of R's mice 3.15 (mitml 0.4-4).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import f, t

# As mice has it, so that degrees of freedom stay finite where imputations do not differ.
LEAST_SHARE = 1e-4


@dataclass(frozen=True)
class Pooled:
    """Pooled estimates of p parameters.

    Attributes
    ----------
    imputations : int
        m.
    complete_df : float
        Degrees of freedom that complete data would leave.
    estimate : ndarray, (p,)
    within, between : ndarray, (p, p)
        Mean covariance of a data set, and covariance of the estimates over data sets.
    """

    imputations: int
    complete_df: float
    estimate: np.ndarray
    within: np.ndarray
    between: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """Covariance of the pooled estimates, (p, p)."""
        return self.within + (1 + 1 / self.imputations) * self.between

    @property
    def std_error(self) -> np.ndarray:
        """Standard errors, (p,)."""
        return np.sqrt(np.diag(self.total))

    @property
    def monte_carlo_error(self) -> np.ndarray:
        """Standard error of `estimate` that is owed to the number of imputations, (p,).

        A tenth of `std_error` or less changes no conclusion; it takes about as many imputations
        as percent of information are missing (White, Royston and Wood 2011, Stat Med 30:377).
        """
        return np.sqrt(np.diag(self.between) / self.imputations)

    @property
    def relative_increase(self) -> np.ndarray:
        """By how much missing values increase each variance, as a share of `within`."""
        return (1 + 1 / self.imputations) * np.diag(self.between) / np.diag(self.within)

    @property
    def df(self) -> np.ndarray:
        """Degrees of freedom of Barnard and Rubin 1999, Biometrika 86:948."""
        share = self.relative_increase / (1 + self.relative_increase)
        share = np.maximum(share, LEAST_SHARE)
        between = (self.imputations - 1) / share**2
        if np.isinf(self.complete_df):
            return np.asarray(between)
        known = (self.complete_df + 1) / (self.complete_df + 3) * self.complete_df * (1 - share)
        return np.asarray(between * known / (between + known))

    @property
    def missing_information(self) -> np.ndarray:
        """Fraction of the information on each parameter that missing values have taken."""
        increase = self.relative_increase
        return np.asarray((increase + 2 / (self.df + 3)) / (increase + 1))

    @property
    def p_value(self) -> np.ndarray:
        """Two-sided p-values of Wald's t-tests that a parameter is zero."""
        return np.asarray(2 * t.sf(np.abs(self.estimate) / self.std_error, self.df))

    def interval(self, confidence_level: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the bounds of the t-intervals."""
        reach = t.isf((1 - confidence_level) / 2, self.df) * self.std_error
        return self.estimate - reach, self.estimate + reach


@dataclass(frozen=True)
class JointTest:
    """Wald's test D1 that several parameters are zero together; `df` of numerator, denominator."""

    statistic: float
    df: tuple[int, float]
    p_value: float


def pool(estimates: np.ndarray, covariances: np.ndarray, complete_df: float) -> Pooled:
    """Return the estimates of m ≥ 2 completed data sets, pooled.

    Parameters
    ----------
    estimates : ndarray, (m, p)
        On a scale on which they are about normal: log odds, not odds.
    covariances : ndarray, (m, p, p)
    complete_df : float
        As in mice patients minus coefficients; infinite for the normal distribution that a
        logistic model of complete data is judged by.

    Raises
    ------
    ValueError
        With fewer than two data sets, or estimates that are not finite: data sets that could not
        be fitted must not be left out, for they are not a random choice of all.

    References
    ----------
    Rubin 1987, Multiple Imputation for Nonresponse in Surveys, section 3.1.
    """
    estimates, covariances = np.asarray(estimates, float), np.asarray(covariances, float)
    if len(estimates) < 2 or covariances.shape != (*estimates.shape, estimates.shape[1]):
        raise ValueError("pooling needs (m, p) estimates and (m, p, p) covariances, m 2 or more")
    if not (np.isfinite(estimates).all() and np.isfinite(covariances).all()):
        raise ValueError("an estimate or covariance is not a finite number")
    return Pooled(
        imputations=len(estimates),
        complete_df=complete_df,
        estimate=estimates.mean(axis=0),
        within=covariances.mean(axis=0),
        between=np.atleast_2d(np.cov(estimates, rowvar=False)),
    )


def wald_test(pooled: Pooled, parameters: Sequence[int]) -> JointTest:
    """Return the test that `parameters` (positions) are all zero, such as a factor's levels.

    Missing values are taken to increase the variance of all by the same share (Li, Raghunathan
    and Rubin 1991, JASA 86:1065). Denominator degrees of freedom are those of Reiter 2007
    (Biometrika 94:502) where `complete_df` is finite, else Li's. Reiter's exist where
    k (m - 1) > 4; else the p-value is NaN.
    """
    own = np.ix_(list(parameters), list(parameters))
    estimate, k, m = pooled.estimate[list(parameters)], len(parameters), pooled.imputations
    within = pooled.within[own]
    share = np.trace(np.linalg.solve(within, pooled.between[own])) / k
    increase = float((1 + 1 / m) * share)
    statistic = float(estimate @ np.linalg.solve(within, estimate)) / (k * (1 + increase))
    if np.isinf(pooled.complete_df):
        df = _li_df(increase, k, m)
    else:
        df = _reiter_df(increase, k * (m - 1), pooled.complete_df)
    return JointTest(statistic, (k, df), float(f.sf(statistic, k, df)))


def _li_df(increase: float, k: int, m: int) -> float:
    between = k * (m - 1)
    if increase == 0:
        return np.inf
    if between > 4:
        return 4 + (between - 4) * (1 + (1 - 2 / between) / increase) ** 2
    return between * (1 + 1 / k) * (1 + 1 / increase) ** 2 / 2


def _reiter_df(increase: float, between: int, complete_df: float) -> float:
    if between <= 4:
        return np.nan
    a = increase * between / (between - 2)
    known = (complete_df + 1) / (complete_df + 3) * complete_df
    c1, c2 = known - 2 * (1 + a), known - 4 * (1 + a)
    terms = (
        a**2 * c1 / ((1 + a) ** 2 * c2)
        + 8 * a**2 * c1 / ((1 + a) * c2**2)
        + 4 * a**2 / ((1 + a) * c2)
        + 4 * a**2 / (c2 * c1)
        + 16 * a**2 * c1 / c2**3
        + 8 * a**2 / c2**2
    )
    return 4 + 1 / (1 / c2 + terms / (between - 4))
