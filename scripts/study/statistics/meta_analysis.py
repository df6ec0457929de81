"""Random-effects meta-analysis: REML, Hartung–Knapp, Q, I² and a prediction interval.

statsmodels offers `combine_effects`, which has no REML; this is metafor's
``rma(yi, vi, method="REML", test="knha")``, and the tests hold it against that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2, norm, t


@dataclass(frozen=True)
class RandomEffects:
    """A random-effects summary on the scale of its estimates (for odds ratios: the log).

    Attributes
    ----------
    tau2 : float
        Variance of the true effects between studies.
    i2 : float
        Share of the total variance that lies between studies, in percent.
    q, df, p_value : float, int, float
        Cochran's test of homogeneity.
    prediction_low, prediction_high : float
        Where the true effect of another study is expected.
    weights : tuple of float
        Share of every study in the summary, in the order given; their sum is 1.
    relative_width : float
        Width of the interval against the ordinary one (normal, without Hartung and Knapp's
        factor); below 1 it may be too narrow.
    """

    k: int
    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    tau2: float
    i2: float
    q: float
    df: int
    p_value: float
    prediction_low: float
    prediction_high: float
    weights: tuple[float, ...]
    relative_width: float


def random_effects(
    estimates: Sequence[float], std_errors: Sequence[float], confidence_level: float
) -> RandomEffects:
    """Return the random-effects summary of two or more studies.

    Hartung and Knapp's factor is not truncated at 1 (metafor's ``knha``, not ``adhoc``).
    Confidence and prediction interval both have k − 1 degrees of freedom, as in metafor;
    other software gives the prediction interval k − 2.

    Raises
    ------
    ValueError
        With fewer than two studies, or where an estimate or its standard error is not a
        finite number, the latter above 0.

    References
    ----------
    Viechtbauer 2005, J Educ Behav Stat 30:261; Hartung and Knapp 2001, Stat Med 20:3875;
    Higgins, Thompson and Spiegelhalter 2009, J R Stat Soc A 172:137.
    """
    y, variances = np.asarray(estimates, float), np.square(np.asarray(std_errors, float))
    if len(y) < 2 or len(y) != len(variances):
        raise ValueError("a random-effects summary needs two studies or more")
    if not (np.isfinite(y).all() and np.isfinite(variances).all() and (variances > 0).all()):
        raise ValueError("an estimate or its standard error is not a number above 0")
    df = len(y) - 1
    tau2 = _reml_variance(y, variances)
    weights = 1 / (variances + tau2)
    mean, residual = _weighted_mean(y, weights)
    std_error = float(np.sqrt(residual / df / weights.sum()))
    critical, normal = (float(d.ppf((1 + confidence_level) / 2)) for d in (t(df), norm))
    spread = float(np.sqrt(std_error**2 + tau2))
    q = _weighted_mean(y, 1 / variances)[1]
    return RandomEffects(
        k=len(y),
        estimate=mean,
        std_error=std_error,
        ci_low=mean - critical * std_error,
        ci_high=mean + critical * std_error,
        tau2=tau2,
        i2=100 * tau2 / (_typical_variance(variances) + tau2),
        q=q,
        df=df,
        p_value=float(chi2.sf(q, df)),
        prediction_low=mean - critical * spread,
        prediction_high=mean + critical * spread,
        weights=tuple(float(share) for share in weights / weights.sum()),
        relative_width=critical * float(np.sqrt(residual / df)) / normal,
    )


def _weighted_mean(y: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Return the weighted mean and the weighted sum of squares around it."""
    mean = float(weights @ y / weights.sum())
    return mean, float(weights @ np.square(y - mean))


def _typical_variance(variances: np.ndarray) -> float:
    """Return the typical sampling variance of Higgins and Thompson (2002), for I²."""
    weights = 1 / variances
    total = weights.sum()
    return float((len(weights) - 1) * total / (total**2 - weights @ weights))


def _reml_variance(y: np.ndarray, variances: np.ndarray) -> float:
    """Return the variance between studies at the highest restricted likelihood, never below 0.

    The likelihood may have several peaks, so the score is searched for all its zeros: it is
    negative from `upper` on, because there the most that the squares can be is less than the
    least that k − 1 degrees of freedom take.
    """
    squares, df = float(np.square(y - y.mean()).sum()), len(y) - 1
    upper = (squares + np.sqrt(squares**2 + 4 * df * squares * variances.max())) / (2 * df)
    if upper == 0:
        return 0.0
    grid = np.concatenate([[0.0], np.geomspace(upper * 1e-8, upper, 200)])
    scores = np.array([_score(tau2, y, variances) for tau2 in grid])
    falling = np.flatnonzero((scores[:-1] > 0) & (scores[1:] <= 0))
    peaks = [
        brentq(_score, grid[i], grid[i + 1], args=(y, variances), xtol=upper * 1e-15)
        for i in falling
    ]
    return float(max([0.0, *peaks], key=lambda tau2: _likelihood(tau2, y, variances)))


def _score(tau2: float, y: np.ndarray, variances: np.ndarray) -> float:
    """Return twice the derivative of the restricted log-likelihood."""
    weights = 1 / (variances + tau2)
    mean, _ = _weighted_mean(y, weights)
    squared = np.square(weights)
    return float(squared @ np.square(y - mean) - weights.sum() + squared.sum() / weights.sum())


def _likelihood(tau2: float, y: np.ndarray, variances: np.ndarray) -> float:
    """Return twice the restricted log-likelihood, without its constant."""
    weights = 1 / (variances + tau2)
    _, residual = _weighted_mean(y, weights)
    return float(np.log(weights).sum() - np.log(weights.sum()) - residual)
