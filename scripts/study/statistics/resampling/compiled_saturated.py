"""The models of `saturated`, compiled: one replicate after the other, all its factors.

All that calls one another stands in this file: numba's cache notices no change elsewhere.
"""

from math import log, nan, sqrt

import numpy as np
from numba import njit

from study.statistics.resampling.chain import Chain
from study.statistics.resampling.result import NOT_ESTIMABLE, OK, SEPARATED, Estimates
from study.statistics.resampling.saturated import level_masks


def fit_factors(
    chain: Chain,
    counts: np.ndarray,
    penalised: bool,
    likelihood: bool,
    out: Estimates,
    screening: np.ndarray,
) -> None:
    """Fill the columns of every factor of the chain in `out` and `screening`."""
    masks, first = level_masks(chain)
    slots = np.cumsum([0, *(len(v.coefficients) for v in chain.variables)])
    by_likelihood = chain.screening_test == "likelihood_ratio"
    numbers = (out.log_odds, out.std_error, out.wald, out.ratio, out.intercept, out.log_likelihood)
    states = (out.coefficient_status, out.status, out.df)
    options = (penalised, likelihood, by_likelihood)
    _fit_replicates(counts, masks, first, slots, options, numbers, states, screening)


@njit(cache=True, error_model="numpy")
def _fit_replicates(  # type: ignore[no-untyped-def]
    counts, masks, first, slots, options, numbers, states, screening
):
    s, f = np.empty(len(masks)), np.empty(len(masks))
    logit, variance = np.empty(len(masks)), np.empty(len(masks))
    for r in range(len(counts)):
        _tabulate(counts, r, masks, s, f)
        for v in range(len(first) - 1):
            low, high = first[v], first[v + 1]
            if high > low:
                screening[r, v] = _fit_factor(
                    s, f, logit, variance, low, high, options,
                    r, v, slots[v] - low - 1, numbers, states,
                )  # fmt: skip


# Counts are whole, so that their sum is the same in every order.
@njit(cache=True, error_model="numpy", fastmath={"reassoc", "contract"})
def _tabulate(counts, r, masks, s, f):  # type: ignore[no-untyped-def]
    patterns = masks.shape[1]
    for j in range(len(masks)):
        yes, no = 0.0, 0.0
        for k in range(patterns):
            yes += masks[j, k] * counts[r, k]
            no += masks[j, k] * counts[r, patterns + k]
        s[j], f[j] = yes, no


@njit(cache=True, error_model="numpy", forceinline=True)
def _fit_factor(  # type: ignore[no-untyped-def]
    s, f, logit, variance, low, high, options, r, v, shift, numbers, states
):
    """Write one factor's fit; return the chi-square that screens it."""
    log_odds, std_error, wald, ratio, intercept, log_likelihood = numbers
    coefficient_status, status, df = states
    penalised, likelihood, by_likelihood = options
    live, events, others, added = 0, 0.0, 0.0, 0.5 if penalised else 0.0
    separated = False
    for j in range(low, high):
        n = s[j] + f[j]
        events += s[j]
        others += f[j]
        a, b = s[j] + added, f[j] + added
        variance[j] = -1.0
        if n > 0.0:
            live += 1
            if a > 0.0 and b > 0.0:
                logit[j] = log(a / b)
                variance[j] = (a + b) / (a * b)
                if penalised:
                    variance[j] *= (a + b) / n
            else:
                separated = True
    if live < 2 or events == 0.0 or others == 0.0:
        return nan
    df[r, v] = live - 1
    status[r, v] = SEPARATED if separated else OK
    for j in range(low + 1, high):
        if s[j] + f[j] == 0.0 or s[low] + f[low] == 0.0:
            coefficient_status[r, shift + j] = NOT_ESTIMABLE
        elif variance[j] < 0.0 or variance[low] < 0.0:
            coefficient_status[r, shift + j] = SEPARATED
        else:
            coefficient_status[r, shift + j] = OK
            log_odds[r, shift + j] = logit[j] - logit[low]
            std_error[r, shift + j] = sqrt(variance[j] + variance[low])
    if separated:
        return _g_statistic(s, f, low, high, 0.5)
    wald[r, v] = _heterogeneity(logit, variance, low, high)
    if variance[low] > 0.0:
        intercept[r, v] = logit[low]
    if likelihood:
        ratio[r, v] = _g_statistic(s, f, low, high, added)
        log_likelihood[r, v] = _log_likelihood(s, f, low, high, added)
    return ratio[r, v] if by_likelihood else wald[r, v]


@njit(cache=True, error_model="numpy")
def _heterogeneity(logit, variance, low, high):  # type: ignore[no-untyped-def]
    if high - low == 2:
        return (logit[high - 1] - logit[low]) ** 2 / (variance[high - 1] + variance[low])
    top, bottom, squares = 0.0, 0.0, 0.0
    for j in range(low, high):
        if variance[j] > 0.0:
            top += logit[j] / variance[j]
            bottom += 1.0 / variance[j]
    for j in range(low, high):
        if variance[j] > 0.0:
            squares += (logit[j] - top / bottom) ** 2 / variance[j]
    return squares


@njit(cache=True, error_model="numpy")
def _g_statistic(s, f, low, high, added):  # type: ignore[no-untyped-def]
    events, others, value = 0.0, 0.0, 0.0
    for j in range(low, high):
        if s[j] + f[j] > 0.0:
            events += s[j] + added
            others += f[j] + added
    for j in range(low, high):
        a, b = s[j] + added, f[j] + added
        share = (events + others) / (a + b)
        if s[j] + f[j] > 0.0 and a > 0.0:
            value += a * log(a * share / events)
        if s[j] + f[j] > 0.0 and b > 0.0:
            value += b * log(b * share / others)
    return 2.0 * max(value, 0.0)


@njit(cache=True, error_model="numpy")
def _log_likelihood(s, f, low, high, added):  # type: ignore[no-untyped-def]
    value = 0.0
    for j in range(low, high):
        n = s[j] + f[j]
        if n > 0.0:
            a, b = s[j] + added, f[j] + added
            value += a * log(a / (a + b)) + b * log(b / (a + b))
            if added > 0.0:
                value += 0.5 * log(n)
    return value
