"""Logistic regression of many replicates on the same patterns at once, in NumPy.

Maximum likelihood by Newton's steps; Firth's estimate by steps on his score, with the curvature
of the data to which the hat values have been added as patients: that is what his score amounts
to (Firth 1993, Biometrika 80:27).
"""

from dataclasses import dataclass

import numpy as np

# States of a fit. UNUSUAL: a level has no patients, an outcome is constant, columns are collinear.
# Where there is NO_VERDICT, the last step may be a direction of separation.
CONVERGED, UNUSUAL, NO_VERDICT = 0, 1, 2
MAX_ITERATIONS, MAX_ITERATIONS_FIRTH = 24, 200
# Squared length of the last step in standard errors. The error after it is about its square with
# Newton's steps, and about a tenth of its length with Firth's.
REACHED, REACHED_FIRTH = 1e-13, 1e-23
MAX_STEP = 5.0
# A step is halved where the likelihood falls, at its end, faster than half as fast as it rose.
OVERSHOT = -0.5
# Share of a column's weighted square that earlier columns have to leave unexplained.
LEAST_PIVOT = 1e-10


@dataclass(frozen=True)
class BatchFit:
    """Fits of B replicates with p columns; what is not ``CONVERGED`` means nothing.

    Attributes
    ----------
    beta : ndarray, (B, p)
    covariance : ndarray, (B, p, p)
        Inverse information.
    log_likelihood : ndarray, (B,)
        Penalised, with Firth's estimator; NaN unless asked for.
    state : ndarray of int8, (B,)
    step : ndarray, (B, p)
        The last one, where there is ``NO_VERDICT``.
    """

    beta: np.ndarray
    covariance: np.ndarray
    log_likelihood: np.ndarray
    state: np.ndarray
    step: np.ndarray


def fit_batch(
    matrix: np.ndarray,
    events: np.ndarray,
    patients: np.ndarray,
    start: np.ndarray,
    free: np.ndarray,
    penalised: bool,
    likelihood: bool,
) -> BatchFit:
    """Return the fits of replicates with `events` among `patients`, each (P, B).

    Coefficients that are not `free` (positions) keep their `start`; the penalty is that of the
    full model.
    """
    total = events.sum(axis=0)
    constant = (total == 0) | (total == patients.sum(axis=0))
    beta, state, last = _iterate(matrix, events, patients, start, free, penalised, ~constant)
    state[constant] = UNUSUAL
    reached = np.full(len(state), np.nan)
    if likelihood:
        reached = log_likelihood(matrix, beta, events, patients, penalised)
    inverse = _invert(information(matrix, beta, patients))
    return BatchFit(beta.T, inverse.transpose(2, 0, 1), reached, state, last.T)


def _iterate(
    matrix: np.ndarray,
    events: np.ndarray,
    patients: np.ndarray,
    start: np.ndarray,
    free: np.ndarray,
    penalised: bool,
    wanted: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return coefficients (p, B), states, and last steps (p, B), for the replicates `wanted`."""
    beta = np.repeat(start[:, None], len(wanted), axis=1)
    last = np.zeros_like(beta)
    state = np.full(len(wanted), NO_VERDICT, dtype=np.int8)
    limit, reached = MAX_ITERATIONS, REACHED
    if penalised:
        limit, reached = MAX_ITERATIONS_FIRTH, REACHED_FIRTH
    active = np.flatnonzero(wanted)
    b, step, gain = beta[:, active], last[free][:, active], np.full(len(active), np.inf)
    for iteration in range(limit):
        if not active.size:
            break
        s, n = events[:, active], patients[:, active]
        score, curvature = _derivatives(matrix, b, s, n, penalised)
        slope = (score[free] * step).sum(axis=0)
        over = (slope < OVERSHOT * gain) & (iteration > 0)
        ahead, fine = _newton_step(curvature[np.ix_(free, free)], score[free])
        fine |= over
        b[free] += np.where(fine, np.where(over, -0.5 * step, ahead), 0.0)
        gain = np.where(over, 0.5 * gain, (score[free] * ahead).sum(axis=0))
        step = np.where(over, 0.5 * step, np.where(fine, ahead, step))
        done = fine & ~over & (gain < reached)
        beta[:, active] = b
        last[np.ix_(free, active)] = step
        state[active[done]] = CONVERGED
        if iteration == 0:
            state[active[~fine]] = UNUSUAL
        left = fine & ~done
        active, b, step, gain = active[left], b[:, left], step[:, left], gain[left]
    return beta, state, last


def _derivatives(
    matrix: np.ndarray, beta: np.ndarray, events: np.ndarray, patients: np.ndarray, penalised: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return the score (p, B) and the curvature (p, p, B)."""
    fitted = 1.0 / (1.0 + np.exp(-(matrix @ beta)))
    residual = events - patients * fitted
    spread = patients * fitted * (1.0 - fitted)
    if penalised:
        inverse = _invert(_weighted_squares(matrix, spread))
        hat = spread * _quadratic_forms(matrix, inverse)
        residual += hat * (0.5 - fitted)
        spread += hat * fitted * (1.0 - fitted)
    return matrix.T @ residual, _weighted_squares(matrix, spread)


def _weighted_squares(matrix: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return X'WX, (p, p, B), for weights of (P, B)."""
    columns = matrix.shape[1]
    products = (matrix[:, :, None] * matrix[:, None, :]).reshape(len(matrix), columns**2)
    return (products.T @ weights).reshape(columns, columns, -1)


def _quadratic_forms(matrix: np.ndarray, inverse: np.ndarray) -> np.ndarray:
    """Return x'Ax per row x of the matrix, (P, B), for A of (p, p, B)."""
    columns = matrix.shape[1]
    products = (matrix[:, :, None] * matrix[:, None, :]).reshape(len(matrix), columns**2)
    with np.errstate(all="ignore"):  # where the information is singular
        return products @ inverse.reshape(columns**2, -1)


def information(matrix: np.ndarray, beta: np.ndarray, patients: np.ndarray) -> np.ndarray:
    """Return Fisher's information, (p, p, B), at `beta` (p, B)."""
    fitted = 1.0 / (1.0 + np.exp(-(matrix @ beta)))
    return _weighted_squares(matrix, patients * fitted * (1.0 - fitted))


def log_likelihood(
    matrix: np.ndarray, beta: np.ndarray, events: np.ndarray, patients: np.ndarray, penalised: bool
) -> np.ndarray:
    """Return log-likelihoods; the penalty is half the log-determinant of the information."""
    score = matrix @ beta
    softplus = np.maximum(score, 0.0) + np.log1p(np.exp(-np.abs(score)))
    value = (events * score - patients * softplus).sum(axis=0)
    if penalised:
        factor, _ = _cholesky(information(matrix, beta, patients))
        with np.errstate(all="ignore"):
            value += np.log(np.einsum("jjb->jb", factor)).sum(axis=0)
    return value


def _newton_step(curvature: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the step, no coefficient further than `MAX_STEP`, and whether there is one."""
    factor, fine = _cholesky(curvature)
    step = _solve(factor, score)
    with np.errstate(all="ignore"):
        step *= np.minimum(1.0, MAX_STEP / np.abs(step).max(axis=0, initial=1e-300))
    return step, fine & np.isfinite(step).all(axis=0)


def _cholesky(squares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return lower triangles (p, p, B), and whether every pivot is large enough."""
    columns, _, replicates = squares.shape
    factor = np.zeros_like(squares)
    fine = np.ones(replicates, dtype=bool)
    with np.errstate(all="ignore"):
        for j in range(columns):
            pivot = squares[j, j] - (factor[j, :j] ** 2).sum(axis=0)
            fine &= pivot > LEAST_PIVOT * squares[j, j]
            factor[j, j] = np.sqrt(pivot)
            for i in range(j + 1, columns):
                explained = (factor[i, :j] * factor[j, :j]).sum(axis=0)
                factor[i, j] = (squares[i, j] - explained) / factor[j, j]
    return factor, fine


def _solve(factor: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the solutions of L L' x = right, (p, B)."""
    columns = len(factor)
    x = right.copy()
    with np.errstate(all="ignore"):
        for j in range(columns):
            x[j] = (x[j] - (factor[j, :j] * x[:j]).sum(axis=0)) / factor[j, j]
        for j in reversed(range(columns)):
            x[j] = (x[j] - (factor[j + 1 :, j] * x[j + 1 :]).sum(axis=0)) / factor[j, j]
    return x


def _invert(squares: np.ndarray) -> np.ndarray:
    factor, _ = _cholesky(squares)
    inverse = np.empty_like(squares)
    for j, axis in enumerate(np.eye(len(squares))):
        inverse[:, j] = _solve(factor, np.repeat(axis[:, None], squares.shape[2], axis=1))
    return inverse
