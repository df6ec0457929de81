"""The iteration of `newton`, compiled: one replicate after the other, collapsed on the way.

All that calls one another stands in this file: numba's cache notices no change elsewhere.
"""

from math import exp, log, log1p, sqrt

import numpy as np
from numba import njit

from study.statistics.resampling.newton import (
    CONVERGED,
    LEAST_PIVOT,
    MAX_ITERATIONS,
    MAX_ITERATIONS_FIRTH,
    MAX_STEP,
    NO_VERDICT,
    OVERSHOT,
    REACHED,
    REACHED_FIRTH,
    UNUSUAL,
    BatchFit,
)


def fit_counts(
    matrix: np.ndarray,
    pattern_of: np.ndarray,
    levels: np.ndarray,
    needed: np.uint64,
    counts: np.ndarray,
    rows: np.ndarray,
    start: np.ndarray,
    free: np.ndarray,
    penalised: bool,
) -> BatchFit:
    """Return the fits of the replicates `rows` of `counts`."""
    replicates, columns = len(rows), matrix.shape[1]
    beta, step = np.empty((replicates, columns)), np.empty((replicates, columns))
    covariance = np.empty((replicates, columns, columns))
    likelihood, state = np.empty(replicates), np.empty(replicates, dtype=np.int8)
    _fit_rows(
        np.ascontiguousarray(matrix), pattern_of, levels, needed, counts, rows, start, free,
        penalised, beta, covariance, likelihood, state, step,
    )  # fmt: skip
    return BatchFit(beta, covariance, likelihood, state, step)


@njit(cache=True)
def _fit_rows(  # type: ignore[no-untyped-def]
    matrix, pattern_of, levels, needed, counts, rows, start, free, penalised,
    beta, covariance, likelihood, state, step,
):  # fmt: skip
    patterns, columns = matrix.shape
    s, n = np.empty(patterns), np.empty(patterns)
    fitted, residual, spread = np.empty(patterns), np.empty(patterns), np.empty(patterns)
    squares, factor = np.empty((columns, columns)), np.empty((columns, columns))
    score, ahead = np.empty(columns), np.empty(columns)
    for r in range(len(rows)):
        state[r] = UNUSUAL
        if not _collapse(counts[rows[r]], pattern_of, levels, needed, s, n):
            continue
        b, last = beta[r], step[r]
        b[:] = start
        last[:] = 0.0
        state[r] = _iterate(
            matrix, s, n, b, last, free, penalised,
            fitted, residual, spread, squares, factor, score, ahead,
        )  # fmt: skip
        if state[r] == CONVERGED:
            likelihood[r] = _likelihood(matrix, s, n, b, fitted, spread)
            _weigh(matrix, spread, squares)
            _cholesky(squares, factor)
            _invert(factor, covariance[r])
            if penalised:
                for j in range(columns):
                    likelihood[r] += log(factor[j, j])


@njit(cache=True)
def _collapse(counts, pattern_of, levels, needed, s, n):  # type: ignore[no-untyped-def]
    """Add up the patterns; return whether all levels and both outcomes have patients."""
    s[:] = 0.0
    n[:] = 0.0
    seen, events, patients = levels[0] & ~levels[0], 0.0, 0.0
    half = len(pattern_of)
    for k in range(half):
        i = pattern_of[k]
        if i >= 0:
            yes = counts[k]
            both = yes + counts[half + k]
            if both > 0.0:
                seen |= levels[k]
                s[i] += yes
                n[i] += both
                events += yes
                patients += both
    return seen == needed and events > 0.0 and events < patients


@njit(cache=True)
def _iterate(  # type: ignore[no-untyped-def]
    matrix, s, n, b, last, free, penalised,
    fitted, residual, spread, squares, factor, score, ahead,
):  # fmt: skip
    gain, limit, reached = 0.0, MAX_ITERATIONS, REACHED
    if penalised:
        limit, reached = MAX_ITERATIONS_FIRTH, REACHED_FIRTH
    count = len(free)
    for iteration in range(limit):
        _evaluate(matrix, s, n, b, fitted, residual, spread)
        if penalised:
            _add_hat_values(matrix, fitted, residual, spread, squares, factor, ahead)
        slope = 0.0
        for a in range(count):
            j = free[a]
            score[a] = 0.0
            for i in range(len(s)):
                score[a] += matrix[i, j] * residual[i]
            slope += score[a] * last[j]
        if iteration > 0 and slope < OVERSHOT * gain:
            gain *= 0.5
            for a in range(count):
                last[free[a]] *= 0.5
                b[free[a]] -= last[free[a]]
            continue
        _weigh_free(matrix, spread, free, squares)
        if not _cholesky(squares[:count, :count], factor[:count, :count]):
            return UNUSUAL if iteration == 0 else NO_VERDICT
        _solve(factor[:count, :count], score, ahead)
        largest = 0.0
        for a in range(count):
            largest = max(largest, abs(ahead[a]))
        if not largest < 1e300:
            return UNUSUAL if iteration == 0 else NO_VERDICT
        shrink = min(1.0, MAX_STEP / largest) if largest > 0.0 else 1.0
        gain = 0.0
        for a in range(count):
            last[free[a]] = ahead[a] * shrink
            gain += last[free[a]] * score[a]
            b[free[a]] += last[free[a]]
        if gain < reached:
            return CONVERGED
    return NO_VERDICT


@njit(cache=True)
def _evaluate(matrix, s, n, b, fitted, residual, spread):  # type: ignore[no-untyped-def]
    for i in range(len(s)):
        eta = 0.0
        for j in range(len(b)):
            eta += matrix[i, j] * b[j]
        fitted[i] = 1.0 / (1.0 + exp(-eta))
        residual[i] = s[i] - n[i] * fitted[i]
        spread[i] = n[i] * fitted[i] * (1.0 - fitted[i])


@njit(cache=True)
def _add_hat_values(  # type: ignore[no-untyped-def]
    matrix, fitted, residual, spread, squares, factor, ahead
):
    _weigh(matrix, spread, squares)
    _cholesky(squares, factor)
    for i in range(len(fitted)):
        square = 0.0
        for j in range(matrix.shape[1]):
            value = matrix[i, j]
            for k in range(j):
                value -= factor[j, k] * ahead[k]
            ahead[j] = value / factor[j, j]
            square += ahead[j] * ahead[j]
        hat = spread[i] * square
        residual[i] += hat * (0.5 - fitted[i])
        spread[i] += hat * fitted[i] * (1.0 - fitted[i])


@njit(cache=True)
def _weigh(matrix, weights, squares):  # type: ignore[no-untyped-def]
    columns = matrix.shape[1]
    for j in range(columns):
        for k in range(j + 1):
            total = 0.0
            for i in range(len(weights)):
                total += weights[i] * matrix[i, j] * matrix[i, k]
            squares[j, k] = total


@njit(cache=True)
def _weigh_free(matrix, weights, free, squares):  # type: ignore[no-untyped-def]
    for j in range(len(free)):
        for k in range(j + 1):
            total = 0.0
            for i in range(len(weights)):
                total += weights[i] * matrix[i, free[j]] * matrix[i, free[k]]
            squares[j, k] = total


@njit(cache=True)
def _cholesky(squares, factor):  # type: ignore[no-untyped-def]
    for j in range(len(squares)):
        pivot = squares[j, j]
        for k in range(j):
            pivot -= factor[j, k] * factor[j, k]
        if not pivot > LEAST_PIVOT * squares[j, j]:
            return False
        factor[j, j] = sqrt(pivot)
        for i in range(j + 1, len(squares)):
            value = squares[i, j]
            for k in range(j):
                value -= factor[i, k] * factor[j, k]
            factor[i, j] = value / factor[j, j]
    return True


@njit(cache=True)
def _solve(factor, right, x):  # type: ignore[no-untyped-def]
    columns = len(factor)
    for j in range(columns):
        value = right[j]
        for k in range(j):
            value -= factor[j, k] * x[k]
        x[j] = value / factor[j, j]
    for j in range(columns - 1, -1, -1):
        value = x[j]
        for k in range(j + 1, columns):
            value -= factor[k, j] * x[k]
        x[j] = value / factor[j, j]


@njit(cache=True)
def _invert(factor, inverse):  # type: ignore[no-untyped-def]
    axis = np.zeros(len(factor))
    for j in range(len(factor)):
        axis[j] = 1.0
        _solve(factor, axis, inverse[j])
        axis[j] = 0.0


@njit(cache=True)
def _likelihood(matrix, s, n, b, fitted, spread):  # type: ignore[no-untyped-def]
    """Return the log-likelihood; leave `spread` of the information in its place."""
    total = 0.0
    for i in range(len(s)):
        eta = 0.0
        for j in range(len(b)):
            eta += matrix[i, j] * b[j]
        small = exp(-abs(eta))
        fitted[i] = 1.0 / (1.0 + exp(-eta))
        spread[i] = n[i] * fitted[i] * (1.0 - fitted[i])
        total += s[i] * eta - n[i] * (max(eta, 0.0) + log1p(small))
    return total
