"""The binomial likelihood, plain or with Firth's penalty, and its maximum under constraints."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

MAX_ITERATIONS = 100
MAX_STEP = 5.0
# Squared lengths of a step in units of standard errors: below the first the maximum is reached,
# below the second rounding hides whether the likelihood still grows, and the step is trusted.
REACHED = 1e-21
TRUSTED = 1e-9

Cells = tuple[np.ndarray, np.ndarray, np.ndarray]


def log_likelihood(cells: Cells, beta: np.ndarray, penalised: bool = False) -> float:
    """Return the log-likelihood, plus half the log-determinant of the information if penalised.

    Parameters
    ----------
    cells : (matrix, outcome, weights)
        Columns of full rank, 0/1, patients per row.
    """
    matrix, outcome, weights = cells
    score = matrix @ beta
    value = float(weights @ (outcome * score - np.logaddexp(0, score)))
    if penalised:
        value += 0.5 * float(np.linalg.slogdet(information(cells, beta))[1])
    return value


def information(cells: Cells, beta: np.ndarray) -> np.ndarray:
    """Return Fisher's information matrix."""
    matrix, _, weights = cells
    fitted = expit(matrix @ beta)
    return (matrix.T * (weights * fitted * (1 - fitted))) @ matrix


def maximise(
    cells: Cells, start: np.ndarray, free: np.ndarray, penalised: bool = False
) -> tuple[np.ndarray, float, bool]:
    """Return coefficients, log-likelihood and convergence, only `free` coefficients moving.

    The penalty is that of the full model throughout, so that a penalised likelihood-ratio
    test compares nested fits (Heinze & Schemper 2002, Stat Med 21:2409).
    """
    beta = start.astype(float)
    value = log_likelihood(cells, beta, penalised)
    if not free.any():
        return beta, value, True
    for _ in range(MAX_ITERATIONS):
        try:
            score, step = _newton_step(cells, beta, free, penalised)
        except np.linalg.LinAlgError:
            return beta, value, False
        if score @ step < REACHED:
            return beta, value, True
        least = -np.inf if score @ step < TRUSTED else value
        beta, value, moved = _climb(cells, beta, free, step, least, penalised)
        if not moved:
            return beta, value, False
    return beta, value, False


def _climb(
    cells: Cells,
    beta: np.ndarray,
    free: np.ndarray,
    step: np.ndarray,
    least: float,
    penalised: bool,
) -> tuple[np.ndarray, float, bool]:
    """Take the step, halved until the likelihood is at least `least`."""
    step = step * min(1.0, MAX_STEP / np.abs(step).max())
    for _ in range(30):
        candidate = beta.copy()
        candidate[free] += step
        reached = log_likelihood(cells, candidate, penalised)
        if reached >= least:
            return candidate, reached, True
        step = step / 2
    return beta, least, False


def _newton_step(
    cells: Cells, beta: np.ndarray, free: np.ndarray, penalised: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return score and step of the free coefficients.

    With the penalty the curvature differs much from the information where data are separated;
    only far from the maximum, where it is not positive definite, the information replaces it.
    """
    expected = information(cells, beta)
    if penalised:
        score, curvature = _penalised_derivatives(cells, beta, np.linalg.inv(expected))
    else:
        matrix, outcome, weights = cells
        score, curvature = matrix.T @ (weights * (outcome - expit(matrix @ beta))), expected
    score, block = score[free], np.ix_(free, free)
    try:
        factor = cho_factor(curvature[block])
    except np.linalg.LinAlgError:
        factor = cho_factor(expected[block])
    return score, cho_solve(factor, score)


def _penalised_derivatives(
    cells: Cells, beta: np.ndarray, inverse: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return Firth's score and the negative of its derivative (`inverse`: of the information)."""
    matrix, outcome, weights = cells
    fitted = expit(matrix @ beta)
    spread = weights * fitted * (1 - fitted)
    hat = ((matrix @ inverse) * matrix).sum(axis=1)
    score = matrix.T @ (weights * (outcome - fitted) + spread * hat * (0.5 - fitted))
    skew = spread * (1 - 2 * fitted)
    pairs = (matrix[:, :, None] * matrix[:, None, :]).reshape(len(matrix), -1)
    third = ((matrix.T * skew) @ pairs).reshape(3 * (matrix.shape[1],))
    # The penalty is half the log-determinant: its second derivative has the change of the
    # spread's skewness, and minus the squared change of the information.
    bend = spread * (1 - 6 * fitted * (1 - fitted))
    change = np.tensordot(inverse, third, axes=1)
    squared = np.tensordot(change, change, axes=([0, 1], [1, 0]))
    second = (matrix.T * (bend * hat)) @ matrix - squared
    return score, (matrix.T * spread) @ matrix - 0.5 * second
