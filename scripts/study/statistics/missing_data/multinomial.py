"""Weighted multinomial logistic regression of many imputed data sets at once.

The kernels of `resampling` fit two levels, and patterns that all replicates share; here numbers
may be imputed too. With two levels this is logistic regression.
"""

import numpy as np

MAX_ITERATIONS = 100
# The squared length of the last step in standard errors; about the error that is left after it.
REACHED = 1e-4
# Fall of the log-likelihood, in its own size, that is not rounding.
FALL = 1e-12


def fit_multinomial(predictors: np.ndarray, counts: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Return the coefficients at the highest weighted likelihood.

    Newton's steps, halved where they lower the likelihood; it is concave, so they arrive. It must
    have a maximum: separated data are to be kept from being so, and are not detected.

    Parameters
    ----------
    predictors : ndarray, (m, p, cells) or (1, p, cells)
        The intercept among them.
    counts : ndarray, (m, K, cells)
        Patients, whole or weighted, by level; the first level is the reference.
    start : ndarray, (K - 1, p)

    Returns
    -------
    ndarray, (m, K - 1, p)

    Raises
    ------
    ArithmeticError
        If they do not arrive.
    """
    transposed = predictors.transpose(0, 2, 1)
    patients = counts.sum(axis=1)
    # What the observed levels put into the score, and into the likelihood of any coefficients.
    observed = counts[:, 1:] @ transposed
    beta = np.repeat(start[None], len(counts), axis=0)
    step, highest = np.zeros_like(beta), np.full(len(beta), -np.inf)
    for _ in range(MAX_ITERATIONS):
        shares, log_total = level_shares(beta @ predictors)
        likelihood = (beta * observed).sum(axis=(1, 2)) - (patients * log_total).sum(axis=1)
        worse = likelihood < highest - FALL * np.abs(highest)
        highest = np.where(worse, highest, likelihood)
        expected = patients[:, None] * shares
        curvature = _curvature(predictors, transposed, expected, shares)
        newton, decrement = _newton_step(curvature, observed - expected @ transposed)
        halved = worse[:, None, None]
        beta += np.where(halved, -0.5 * step, newton)
        step = np.where(halved, 0.5 * step, newton)
        if not worse.any() and (decrement < REACHED).all():
            return beta
    raise ArithmeticError("an imputation model did not converge")


def level_shares(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the probabilities of levels whose log odds against the first are `scores`.

    Returns
    -------
    shares : ndarray, (m, K - 1, n)
        Of all levels but the first, like `scores`.
    log_total : ndarray, (m, n)
        Minus the log of the first one's.
    """
    highest = np.maximum(scores[:, 0], 0.0)
    for k in range(1, scores.shape[1]):
        highest = np.maximum(highest, scores[:, k])
    odds = np.exp(scores - highest[:, None])
    total = np.exp(-highest) + odds.sum(axis=1)
    return odds / total[:, None], highest + np.log(total)


def _curvature(
    predictors: np.ndarray, transposed: np.ndarray, expected: np.ndarray, shares: np.ndarray
) -> np.ndarray:
    """Return minus the second derivatives, (m, K - 1, p, K - 1, p)."""
    m, levels, _ = shares.shape
    columns = predictors.shape[1]
    curvature = np.empty((m, levels, columns, levels, columns))
    for k in range(levels):
        for other in range(k + 1):
            spread = expected[:, k] * ((k == other) - shares[:, other])
            block = (predictors * spread[:, None]) @ transposed
            curvature[:, k, :, other] = curvature[:, other, :, k] = block
    return curvature


def _newton_step(curvature: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    m, levels, columns = score.shape
    flat = score.reshape(m, -1, 1)
    step = np.linalg.solve(curvature.reshape(m, levels * columns, -1), flat)
    return step.reshape(score.shape), (step * flat).sum(axis=(1, 2))
