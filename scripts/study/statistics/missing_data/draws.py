"""One step of chained equations: what is missing in one variable, drawn given the others.

Proper in Rubin's sense: every draw first draws the imputation model's parameters, by refitting
it to the observed patients with random weights from the exponential distribution. This is the
Bayesian bootstrap (Rubin 1981, Ann Stat 9:130) carried over to likelihoods (Newton and Raftery
1994, J R Stat Soc B 56:3), and what ``logreg.boot`` of mice does with whole patients (its
``polyreg`` draws no parameters, so that standard errors from it are a little too small). It
needs no normal approximation, poor for sparse levels, and weights above zero leave no level
without patients, as whole patients drawn anew would.
"""

import numpy as np

from study.statistics.missing_data.multinomial import fit_multinomial, level_shares
from study.statistics.missing_data.predictors import Predictors

# ASSUME: 5 donors and a ridge of 1e-5, the defaults of mice (Van Buuren 2018, Flexible
# Imputation of Missing Data, section 3.4).
DONORS, RIDGE = 5, 1e-5


def draw_levels(
    rng: np.random.Generator,
    predictors: Predictors,
    pseudo: np.ndarray,
    codes: np.ndarray,
    start: np.ndarray,
    shift: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return drawn codes for the patients without one, and the coefficients drawn for them.

    Parameters
    ----------
    pseudo : ndarray, (p, k)
        Predictors of pseudo-patients, who have each level and together weigh as much as patients
        as the model has columns. With them no combination of predictors predicts a level with
        certainty, and the likelihood has a maximum.
    codes : ndarray, (n,)
        0 … K - 1, -1 where missing; every level has patients.
    start : ndarray, (K - 1, p)
        Where to start all fits.
    shift : ndarray, (m, K - 1, missing), optional
        Added to the log odds against level 0.

    Returns
    -------
    drawn : ndarray, (m, missing)
    coefficients : ndarray, (m, K - 1, p)
    """
    known = codes >= 0
    observed, asked = predictors.of(known), predictors.of(~known)
    counts = _weigh(rng, observed, codes[known], len(start) + 1)
    matrix, counts = _add_pseudo_patients(observed.matrix, counts, pseudo)
    coefficients = fit_multinomial(matrix, counts, start)
    scores = np.take_along_axis(coefficients @ asked.matrix, asked.position[:, None], axis=2)
    shares, _ = level_shares(scores if shift is None else scores + shift)
    # A chance below the share of the last level draws it, one below the last two's the last but
    # one: more weight on a level never draws a lower one.
    above = shares[:, ::-1].cumsum(axis=1)
    chance = rng.random((len(scores), 1, scores.shape[2]))
    return (chance < above).sum(axis=1), coefficients


def _weigh(
    rng: np.random.Generator, observed: Predictors, codes: np.ndarray, levels: int
) -> np.ndarray:
    """Return randomly weighted patients by data set, level and cell."""
    m, cells = len(observed.position), observed.matrix.shape[2]
    weights = _random_weights(rng, m, len(codes))
    at = (np.arange(m)[:, None] * levels + codes) * cells + observed.position
    counts = np.bincount(at.ravel(), weights.ravel(), minlength=m * levels * cells)
    return counts.reshape(m, levels, cells)


def _add_pseudo_patients(
    matrix: np.ndarray, counts: np.ndarray, pseudo: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    columns, rows = pseudo.shape
    if not rows:
        return matrix, counts
    m, levels, _ = counts.shape
    more = np.broadcast_to(pseudo, (len(matrix), columns, rows))
    weight = np.full((m, levels, rows), columns / (levels * rows))
    return np.concatenate([matrix, more], axis=2), np.concatenate([counts, weight], axis=2)


def draw_numbers(
    rng: np.random.Generator, predictors: Predictors, numbers: np.ndarray
) -> np.ndarray:
    """Return numbers for the patients without one, (m, missing), each some other patient's.

    Predictive mean matching: of the `DONORS` observed patients whose prediction, by the fitted
    coefficients, is nearest to the patient's own, by the drawn coefficients, one gives her
    number (type 1 of Van Buuren 2018, section 3.4). So no age is impossible, and no normal
    distribution assumed.
    """
    known = ~np.isnan(numbers)
    observed, asked = (_rows(predictors.of(chosen)) for chosen in (known, ~known))
    donors = numbers[known]
    weights = _random_weights(rng, len(observed), len(donors))
    fitted = _least_squares(observed, donors, np.ones_like(weights))
    drawn = _least_squares(observed, donors, weights)
    offered = (fitted[:, None] @ observed)[:, 0]
    wanted = (drawn[:, None] @ asked)[:, 0]
    nearest = _nearest(offered, wanted, min(DONORS, len(donors)))
    choice = (rng.random(wanted.shape) * nearest.shape[2]).astype(np.int64)
    return donors[np.take_along_axis(nearest, choice[:, :, None], axis=2)[:, :, 0]]


def _random_weights(rng: np.random.Generator, m: int, n: int) -> np.ndarray:
    weights = rng.standard_exponential((m, n))
    return np.asarray(weights / weights.mean(axis=1, keepdims=True))


def _rows(predictors: Predictors) -> np.ndarray:
    """Return predictors per patient, (m, p, n)."""
    return np.take_along_axis(predictors.matrix, predictors.position[:, None], axis=2)


def _least_squares(predictors: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the coefficients (m, p) of weighted least squares with a slight ridge."""
    weighted = predictors * weights[:, None]
    squares = weighted @ predictors.transpose(0, 2, 1)
    diagonal = np.einsum("mpp->mp", squares)
    diagonal += RIDGE * diagonal
    return np.asarray(np.linalg.solve(squares, (weighted @ y)[:, :, None])[:, :, 0])


def _nearest(offered: np.ndarray, wanted: np.ndarray, k: int) -> np.ndarray:
    """Return, (m, missing, k), which of `offered` (m, n) are nearest to each of `wanted`."""
    order = np.argsort(offered, axis=1, kind="stable")
    ranked = np.take_along_axis(offered, order, axis=1)
    after = np.stack([np.searchsorted(r, w) for r, w in zip(ranked, wanted, strict=True)])
    window = after[:, :, None] + np.arange(-k, k)
    inside = np.clip(window, 0, offered.shape[1] - 1)
    rows = np.arange(len(offered))[:, None, None]
    distance = np.abs(ranked[rows, inside] - wanted[:, :, None])
    distance[window != inside] = np.inf
    best = np.argsort(distance, axis=2, kind="stable")[:, :, :k]
    return np.asarray(order[rows, np.take_along_axis(inside, best, axis=2)])
