"""Intervals from replicates of a log odds ratio, some of which are infinite or have no value.

`values` may hold -inf and +inf, which rank at the ends. NaN, a replicate without a value, could
lie anywhere: it ranks below all others for the lower bound and above all others for the upper.
A bound that falls on an infinite value or on none is open: NaN, and the status says so.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

# Shares of replicates come as products of binary fractions: 40 * 0.025 is 1.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Interval:
    """Two bounds; NaN where `status` is not ``ok``.

    `status` is ``ok``; ``open_low``, ``open_high`` or ``open_both`` for bounds without a finite
    value; ``too_few_replicates``; ``undefined``, where the method does not exist.
    """

    low: float
    high: float
    status: str


NO_INTERVAL = (float("nan"), float("nan"))
UNDEFINED = Interval(*NO_INTERVAL, "undefined")
TOO_FEW = Interval(*NO_INTERVAL, "too_few_replicates")


def percentile_interval(values: np.ndarray, confidence_level: float) -> Interval:
    """Return the percentile interval: of B values, the k-th from either end, k <= (B + 1) alpha/2.

    No interpolation, so that infinite values can be ranked.
    Source: Efron & Tibshirani (1993), An introduction to the bootstrap, section 12.5.
    """
    tail = (1.0 - confidence_level) / 2.0
    return _between(values, tail, 1.0 - tail)


def bca_interval(
    values: np.ndarray,
    observed: float,
    jackknife: np.ndarray,
    patients: np.ndarray,
    confidence_level: float,
) -> Interval:
    """Return the bias-corrected and accelerated interval.

    Values equal to `observed` count half for the bias correction: where a variable is often left
    out, many replicates are exactly zero. ``undefined`` if the observed or a jackknife value is
    not finite, if leaving one patient out never changes it, or if all replicates lie on one side.
    Source: Efron (1987) JASA 82:171.

    Parameters
    ----------
    jackknife, patients : ndarray
        The value without one patient of a cell, and how many patients that cell has.
    """
    centre, acceleration = (
        bias_correction(values, observed),
        acceleration_of(jackknife, patients),
    )
    if not np.isfinite([observed, centre, acceleration]).all():
        return UNDEFINED
    quantile = norm.ppf((1.0 + confidence_level) / 2.0)
    shifted = centre + np.array([-quantile, quantile])
    stretch = 1.0 - acceleration * shifted
    if (stretch <= 0).any():
        return UNDEFINED
    low, high = norm.cdf(centre + shifted / stretch)
    return _between(values, float(low), float(high))


def bias_correction(values: np.ndarray, observed: float) -> float:
    """Return z0, ties and replicates without a value counted half below."""
    same = np.isclose(values, observed, rtol=1e-9, atol=1e-12)
    below = (values < observed) & ~same
    share = (below + 0.5 * (same | np.isnan(values))).sum() / len(values)
    return float(norm.ppf(share))


def acceleration_of(jackknife: np.ndarray, patients: np.ndarray) -> float:
    """Return the acceleration; NaN where a value is not finite or no value differs."""
    if not np.isfinite(jackknife).all() or np.ptp(jackknife) < 1e-12:
        return float("nan")
    apart = np.average(jackknife, weights=patients) - jackknife
    cubes, squares = patients @ apart**3, patients @ apart**2
    return float(cubes / (6.0 * squares**1.5))


def median(values: np.ndarray) -> float:
    """Return the middle value, the lower of two; NaN where it is infinite or without a value."""
    middle = (len(values) - 1) // 2
    low, high = (_ranked(values, end)[middle] for end in (-np.inf, np.inf))
    return float(low) if low == high and np.isfinite(low) else float("nan")


def spread(values: np.ndarray) -> Interval:
    """Return the smallest and the largest value."""
    return _ends(_ranked(values, -np.inf)[0], _ranked(values, np.inf)[-1])


def _between(values: np.ndarray, low: float, high: float) -> Interval:
    """Return the order statistics at two probabilities, each rounded outwards."""
    size = len(values)
    lower = int(np.floor((size + 1) * low + ROUNDING))
    upper = size + 1 - int(np.floor((size + 1) * (1.0 - high) + ROUNDING))
    if lower < 1 or upper > size:
        return TOO_FEW
    return _ends(_ranked(values, -np.inf)[lower - 1], _ranked(values, np.inf)[upper - 1])


def _ranked(values: np.ndarray, without_value: float) -> np.ndarray:
    return np.sort(np.where(np.isnan(values), without_value, values))


def _ends(low: float, high: float) -> Interval:
    is_open = not np.isfinite(low), not np.isfinite(high)
    status = {
        (False, False): "ok",
        (True, False): "open_low",
        (False, True): "open_high",
        (True, True): "open_both",
    }[is_open]
    nan = float("nan")
    return Interval(nan if is_open[0] else float(low), nan if is_open[1] else float(high), status)
