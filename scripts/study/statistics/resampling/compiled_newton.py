"""The iteration of `newton`, compiled: many replicates side by side, one per lane.

A lane whose replicate is finished takes the next one. Inner loops run over lanes and touch few
arrays, so that they become vector instructions. All that calls one another stands in this file:
numba's cache notices no change elsewhere.
"""

import numpy as np
from numba import njit

from study.statistics.resampling import newton

LANES = 32
# Rounds a number of moderate size to a whole one, which is then in its lowest bits.
ROUND, LARGEST = 1.5 * 2.0**52, 700.0
LOG2_E, LN2_HIGH, LN2_LOW = 1.4426950408889634, 0.693147180369123816490, 1.90821492927058770002e-10
TAYLOR = 1.0 / np.cumprod(np.array([1.0, *np.arange(1.0, 14.0)]))[::-1]


@njit(cache=True, error_model="numpy")
def fit_rows(  # type: ignore[no-untyped-def]
    matrix, pattern_of, levels, needed, counts, rows, start, free, penalised, out
):
    """Fill beta, inverted Cholesky factor, state and last step of `rows`."""
    beta, inverse, state, step = out
    patterns, columns = matrix.shape
    s, n = np.zeros((patterns, LANES)), np.zeros((patterns, LANES))
    fitted, residual, spread = np.zeros((3, patterns, LANES))
    b, last, score, ahead = np.zeros((4, columns, LANES))
    plain, factor = np.zeros((2, columns, columns, LANES))
    gain, share = np.zeros((2, LANES))
    age, own, finishing = np.zeros(LANES, np.int64), np.full(LANES, -1), np.zeros(LANES, np.bool_)
    final, lane = plain if penalised else factor, (last, b, gain, age, finishing)
    following, busy = 0, 0
    while True:
        for w in range(LANES):
            while own[w] < 0 and following < len(rows):
                state[following] = newton.UNUSUAL
                if _collapse(counts[rows[following]], pattern_of, levels, needed, s, n, w):
                    own[w], age[w], finishing[w] = following, 0, False
                    for j in range(columns):
                        b[j, w], last[j, w] = start[j], 0.0
                    busy += 1
                following += 1
        if busy == 0:
            return
        _evaluate(matrix, s, n, b, fitted, residual, spread)
        if penalised:
            _add_hat_values(matrix, plain, share, fitted, residual, spread, ahead)
        _weigh(matrix, spread, free, factor)
        _factorise(factor, len(free), share)
        _solve(matrix, residual, free, factor, score, ahead)
        for w in range(LANES):
            r = own[w]
            if r < 0:
                continue
            if finishing[w]:
                state[r] = newton.CONVERGED
                if len(free) == columns:
                    _invert(final, w, inverse[r])
            else:
                state[r] = _move(free, score, ahead, share[w], lane, penalised, w)
                if state[r] == newton.CONVERGED:
                    continue
            for j in range(columns):
                beta[r, j], step[r, j] = b[j, w], last[j, w]
            own[w] = -1
            busy -= 1


@njit(cache=True, forceinline=True, error_model="numpy")
def _collapse(counts, pattern_of, levels, needed, s, n, w):  # type: ignore[no-untyped-def]
    """Add up the patterns; return whether all levels and both outcomes have patients."""
    for i in range(len(s)):
        s[i, w] = n[i, w] = 0.0
    seen, events, patients = needed & ~needed, 0.0, 0.0
    half = len(pattern_of)
    for k in range(half):
        i = pattern_of[k]
        if i >= 0:
            yes = counts[k]
            both = yes + counts[half + k]
            if both > 0.0:
                seen |= levels[k]
                s[i, w] += yes
                n[i, w] += both
                events += yes
                patients += both
    return seen == needed and events > 0.0 and events < patients


@njit(cache=True, forceinline=True, error_model="numpy")
def _move(free, score, ahead, share, lane, penalised, w):  # type: ignore[no-untyped-def]
    """Take, or halve, the step of one lane; return newton.CONVERGED as long as it may go on."""
    last, b, gain, age, finishing = lane
    slope = 0.0
    for a in range(len(free)):
        slope += score[a, w] * last[free[a], w]
    age[w] += 1
    if age[w] > (newton.MAX_ITERATIONS_FIRTH if penalised else newton.MAX_ITERATIONS):
        return newton.NO_VERDICT
    if age[w] > 1 and slope < newton.OVERSHOT * gain[w]:
        gain[w] *= 0.5
        for j in free:
            last[j, w] *= 0.5
            b[j, w] -= last[j, w]
        return newton.CONVERGED
    largest = 1e-300
    for a in range(len(free)):
        largest = max(largest, abs(ahead[a, w]))
    if not share > newton.LEAST_PIVOT or not largest < 1e300:
        return newton.UNUSUAL if age[w] == 1 else newton.NO_VERDICT
    gain[w] = 0.0
    for a in range(len(free)):
        j = free[a]
        last[j, w] = ahead[a, w] * min(1.0, newton.MAX_STEP / largest)
        gain[w] += last[j, w] * score[a, w]
        b[j, w] += last[j, w]
    finishing[w] = gain[w] < (newton.REACHED_FIRTH if penalised else newton.REACHED)
    return newton.CONVERGED


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _evaluate(matrix, s, n, b, fitted, residual, spread):  # type: ignore[no-untyped-def]
    lanes = b.shape[1]
    power, whole = np.empty(lanes), np.empty(lanes)
    bits = whole.view(np.int64)
    for i in range(len(matrix)):
        own = fitted[i]
        own[:] = 0.0
        for j in range(matrix.shape[1]):
            value = matrix[i, j]
            if value != 0.0:
                for w in range(lanes):
                    own[w] -= value * b[j, w]
        # exp(x) = 2**k * exp(x - k log 2), the second by its Taylor series
        for w in range(lanes):
            own[w] = min(max(own[w], -LARGEST), LARGEST)
            whole[w] = own[w] * LOG2_E + ROUND
        for w in range(lanes):
            k = whole[w] - ROUND
            x = (own[w] - k * LN2_HIGH) - k * LN2_LOW
            p = TAYLOR[0]
            for term in range(1, 14):
                p = p * x + TAYLOR[term]
            power[w] = p
        for w in range(lanes):
            bits[w] = (bits[w] << 52) + (1023 << 52)
        for w in range(lanes):
            own[w] = 1.0 / (1.0 + power[w] * whole[w])
            residual[i, w] = s[i, w] - n[i, w] * own[w]
            spread[i, w] = n[i, w] * own[w] * (1.0 - own[w])


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _weigh(matrix, spread, free, squares):  # type: ignore[no-untyped-def]
    lanes = spread.shape[1]
    for a in range(len(free)):
        for c in range(a + 1):
            total = squares[a, c]
            total[:] = 0.0
            for i in range(len(matrix)):
                value = matrix[i, free[a]] * matrix[i, free[c]]
                if value != 0.0:
                    for w in range(lanes):
                        total[w] += value * spread[i, w]


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _factorise(squares, count, share):  # type: ignore[no-untyped-def]
    """Replace squares by Cholesky factors with inverted diagonals; leave the least pivot share."""
    lanes = len(share)
    share[:] = 1.0
    for j in range(count):
        pivot = squares[j, j].copy()
        for k in range(j):
            for w in range(lanes):
                pivot[w] -= squares[j, k, w] * squares[j, k, w]
        for w in range(lanes):
            share[w] = min(share[w], pivot[w] / squares[j, j, w])
        for w in range(lanes):
            squares[j, j, w] = 1.0 / np.sqrt(max(pivot[w], 1e-300))
        for i in range(j + 1, count):
            for k in range(j):
                for w in range(lanes):
                    squares[i, j, w] -= squares[i, k, w] * squares[j, k, w]
            for w in range(lanes):
                squares[i, j, w] *= squares[j, j, w]


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _solve(matrix, residual, free, factor, score, ahead):  # type: ignore[no-untyped-def]
    lanes = score.shape[1]
    count = len(free)
    for a in range(count):
        score[a] = 0.0
        for i in range(len(matrix)):
            value = matrix[i, free[a]]
            if value != 0.0:
                for w in range(lanes):
                    score[a, w] += value * residual[i, w]
        ahead[a] = score[a]
        for c in range(a):
            for w in range(lanes):
                ahead[a, w] -= factor[a, c, w] * ahead[c, w]
        for w in range(lanes):
            ahead[a, w] *= factor[a, a, w]
    for a in range(count - 1, -1, -1):
        for c in range(a + 1, count):
            for w in range(lanes):
                ahead[a, w] -= factor[c, a, w] * ahead[c, w]
        for w in range(lanes):
            ahead[a, w] *= factor[a, a, w]


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _add_hat_values(  # type: ignore[no-untyped-def]
    matrix, factor, share, fitted, residual, spread, y
):
    """Add the hat values as patients, half of them events; factorise the information."""
    lanes = y.shape[1]
    square = np.empty(lanes)
    _weigh(matrix, spread, np.arange(len(factor)), factor)
    _factorise(factor, len(factor), share)
    for i in range(len(matrix)):
        square[:] = 0.0
        for j in range(matrix.shape[1]):
            y[j] = matrix[i, j]
            for k in range(j):
                for w in range(lanes):
                    y[j, w] -= factor[j, k, w] * y[k, w]
            for w in range(lanes):
                y[j, w] *= factor[j, j, w]
                square[w] += y[j, w] * y[j, w]
        for w in range(lanes):
            hat = spread[i, w] * square[w]
            residual[i, w] += hat * (0.5 - fitted[i, w])
            spread[i, w] += hat * fitted[i, w] * (1.0 - fitted[i, w])


@njit(cache=True, forceinline=True, error_model="numpy")
def _invert(factor, w, lower):  # type: ignore[no-untyped-def]
    """Invert the factor of one lane."""
    for j in range(len(lower)):
        lower[j, j] = factor[j, j, w]
        for i in range(j + 1, len(lower)):
            value = 0.0
            for k in range(j, i):
                value -= factor[i, k, w] * lower[k, j]
            lower[i, j] = value * factor[i, i, w]
