"""The models of `saturated`, compiled: one replicate after the other, all its factors.

All that calls one another stands in this file: numba's cache notices no change elsewhere.
"""

from math import log, nan, sqrt

import numpy as np
from numba import njit

from study.statistics.resampling.chain import Chain
from study.statistics.resampling.result import NOT_ESTIMABLE, OK, SEPARATED, Estimates
from study.statistics.resampling.saturated import factor_codes


def fit_factors(
    chain: Chain, counts: np.ndarray, penalised: bool, out: Estimates, screening: np.ndarray
) -> None:
    """Fill the columns of every factor of the chain in `out` and `screening`."""
    first = np.cumsum([0, *(len(v.coefficients) for v in chain.variables)])
    by_likelihood = chain.screening_test == "likelihood_ratio"
    codes = factor_codes(chain)
    numbers = (out.log_odds, out.std_error, out.wald, out.ratio, out.intercept, out.log_likelihood)
    states = (out.coefficient_status, out.status, out.df)
    _fit_replicates(counts, codes, first, penalised, by_likelihood, numbers, states, screening)


@njit(cache=True)
def _fit_replicates(  # type: ignore[no-untyped-def]
    counts, codes, first, penalised, by_likelihood, numbers, states, screening
):
    variables, patterns = codes.shape
    cell, table = _cells_of_tables(codes, first)
    levels = np.zeros(variables, np.int64)
    for v in range(variables):
        levels[v] = codes[v].max() + 1
        if levels[v] > 0:
            levels[v] = first[v + 1] - first[v] + 1
    s, f = np.empty(len(table)), np.empty(len(table))
    logit, variance = np.empty(len(table)), np.empty(len(table))
    for r in range(len(counts)):
        s[:] = 0.0
        f[:] = 0.0
        for k in range(patterns):
            yes, no = counts[r, k], counts[r, patterns + k]
            if yes + no > 0.0:
                for v in range(variables):
                    s[cell[k, v]] += yes
                    f[cell[k, v]] += no
        start = 1
        for v in range(variables):
            if levels[v] > 0:
                own = slice(start, start + levels[v])
                start += levels[v]
                screening[r, v] = _fit_factor(
                    s[own], f[own], logit, variance, penalised, by_likelihood,
                    r, v, first[v], numbers, states,
                )  # fmt: skip


@njit(cache=True)
def _cells_of_tables(codes, first):  # type: ignore[no-untyped-def]
    """Place the levels of all factors in one row; what is missing goes to its first place."""
    variables, patterns = codes.shape
    cell = np.zeros((patterns, variables), np.int64)
    start = 1
    for v in range(variables):
        if codes[v].max() >= 0:
            for k in range(patterns):
                if codes[v, k] >= 0:
                    cell[k, v] = start + codes[v, k]
            start += first[v + 1] - first[v] + 1
    return cell, np.empty(start)


@njit(cache=True)
def _fit_factor(  # type: ignore[no-untyped-def]
    s, f, logit, variance, penalised, by_likelihood, r, v, slot, numbers, states
):
    """Write one factor's fit; return the chi-square that screens it."""
    log_odds, std_error, wald, ratio, intercept, log_likelihood = numbers
    coefficient_status, status, df = states
    live, events, others, crossed = 0, 0.0, 0.0, 0
    for j in range(len(s)):
        events += s[j]
        others += f[j]
        live += s[j] + f[j] > 0.0
        crossed += s[j] > 0.0 and f[j] > 0.0
    estimable = live > 1 and events > 0.0 and others > 0.0
    if not estimable:
        for j in range(1, len(s)):
            coefficient_status[r, slot + j - 1] = NOT_ESTIMABLE
        return nan
    df[r, v] = live - 1
    separated = not penalised and crossed < live
    status[r, v] = SEPARATED if separated else OK
    added = 0.5 if penalised else 0.0
    top, bottom, likelihood = 0.0, 0.0, 0.0
    for j in range(len(s)):
        n = s[j] + f[j]
        if n == 0.0 or (not penalised and (s[j] == 0.0 or f[j] == 0.0)):
            variance[j] = -1.0
            continue
        a, b = s[j] + added, f[j] + added
        logit[j] = log(a / b)
        variance[j] = (a + b) / (a * b)
        if penalised:
            variance[j] *= (a + b) / n
        top += logit[j] / variance[j]
        bottom += 1.0 / variance[j]
    _write_levels(s, f, logit, variance, r, slot, log_odds, std_error, coefficient_status)
    if separated:
        return _g_statistic(s, f, 0.5, live)
    mean, squares = top / bottom, 0.0
    for j in range(len(s)):
        if variance[j] > 0.0:
            squares += (logit[j] - mean) ** 2 / variance[j]
    ratio[r, v] = _g_statistic(s, f, added, live)
    wald[r, v] = squares
    if variance[0] > 0.0:
        intercept[r, v] = logit[0]
    log_likelihood[r, v] = _likelihood(s, f, added)
    return ratio[r, v] if by_likelihood else squares


@njit(cache=True)
def _write_levels(  # type: ignore[no-untyped-def]
    s, f, logit, variance, r, slot, log_odds, std_error, coefficient_status
):
    for j in range(1, len(s)):
        at = slot + j - 1
        if s[j] + f[j] == 0.0 or s[0] + f[0] == 0.0:
            coefficient_status[r, at] = NOT_ESTIMABLE
        elif variance[j] < 0.0 or variance[0] < 0.0:
            coefficient_status[r, at] = SEPARATED
        else:
            coefficient_status[r, at] = OK
            log_odds[r, at] = logit[j] - logit[0]
            std_error[r, at] = sqrt(variance[j] + variance[0])


@njit(cache=True)
def _g_statistic(s, f, added, live):  # type: ignore[no-untyped-def]
    events, others = s.sum() + added * live, f.sum() + added * live
    total, value = events + others, 0.0
    for j in range(len(s)):
        if s[j] + f[j] > 0.0:
            a, b = s[j] + added, f[j] + added
            if a > 0.0:
                value += a * log(a * total / ((a + b) * events))
            if b > 0.0:
                value += b * log(b * total / ((a + b) * others))
    return 2.0 * max(value, 0.0)


@njit(cache=True)
def _likelihood(s, f, added):  # type: ignore[no-untyped-def]
    value = 0.0
    for j in range(len(s)):
        n = s[j] + f[j]
        if n > 0.0:
            a, b = s[j] + added, f[j] + added
            value += a * log(a / (a + b)) + b * log(b / (a + b))
            if added > 0.0:
                value += 0.5 * log(n)
    return value
