"""Likelihood-ratio tests and profile-likelihood intervals, plain or penalised."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2

from study.statistics.likelihood import Cells, maximise

# A bound further away than this many standard errors does not exist.
LARGEST_DISTANCE = 200.0


def likelihood_ratio(
    cells: Cells, beta: np.ndarray, log_likelihood: float, null: np.ndarray, penalised: bool = False
) -> float:
    """Return the chi-square of fixing the coefficients `null` at zero; NaN without convergence.

    For plain likelihood this equals dropping their columns on the same patients.
    """
    start = np.where(null, 0.0, beta)
    _, value, converged = maximise(cells, start, ~null, penalised)
    return max(0.0, 2 * (log_likelihood - value)) if converged else float("nan")


def profile_interval(
    cells: Cells,
    beta: np.ndarray,
    covariance: np.ndarray,
    log_likelihood: float,
    position: int,
    confidence_level: float,
    penalised: bool = False,
) -> tuple[float, float]:
    """Return the profile-likelihood interval of one coefficient, on the log scale.

    A bound is where twice the drop of the (penalised) profile log-likelihood reaches the
    chi-square quantile; a bound that does not exist is NaN.
    """
    limit = float(np.sqrt(chi2.ppf(confidence_level, 1)))
    free = np.arange(len(beta)) != position
    tangent = covariance[:, position] / covariance[position, position]
    last = beta

    def excess(value: float) -> float:
        # The root of the drop is almost a straight line, which is what a search likes best.
        # Along the tangent first; where data are nearly separated that start can be too far.
        nonlocal last
        for start in (last + (value - last[position]) * tangent, np.where(free, beta, value)):
            found, reached, converged = maximise(cells, start, free, penalised)
            if converged:
                last = found
                return float(np.sqrt(max(0.0, 2 * (log_likelihood - reached)))) - limit
        raise ArithmeticError

    bounds = []
    for direction in (-1, 1):
        try:
            last = beta
            std_error = float(np.sqrt(covariance[position, position]))
            bounds.append(_cross(excess, beta[position], direction * std_error, limit))
        except ArithmeticError:
            bounds.append(float("nan"))
    return bounds[0], bounds[1]


def _cross(excess: Callable[[float], float], centre: float, step: float, expected: float) -> float:
    """Return where `excess` changes its sign, at about `expected` steps from the centre."""
    inner, distance = centre, 1.1 * expected
    while distance < LARGEST_DISTANCE:
        outer = centre + distance * step
        if excess(outer) > 0:
            return brentq(excess, inner, outer, xtol=1e-13, rtol=1e-13)
        inner, distance = outer, distance * 1.5
    return float("nan")
