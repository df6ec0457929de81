"""Does the maximum likelihood estimate exist? Decided by a linear programme, before any fit."""

import numpy as np
from scipy.optimize import linprog

# The programme's optimum is zero or of the order of one; what lies between is rounding.
TOLERANCE = 1e-7


def detect_separation(matrix: np.ndarray, outcome: np.ndarray) -> str:
    """Return ``none``, ``quasi`` or ``complete``.

    Source: Konis K (2007). Linear programming algorithms for detecting separated data in
    binary logistic regression models. DPhil thesis, University of Oxford. A direction that no
    patient contradicts, and at least one supports, lets the likelihood grow for ever; if every
    patient supports it strictly, the separation is complete.

    Parameters
    ----------
    matrix : ndarray
        Columns of full rank, the intercept among them.
    outcome : ndarray
        0 or 1 per row.
    """
    signed = _signed(matrix, outcome)
    total = _optimum(signed, -signed.sum(axis=0))
    if total <= TOLERANCE:
        return "none"
    margin = linprog(
        np.zeros(matrix.shape[1]),
        A_ub=-signed,
        b_ub=-np.ones(len(signed)),
        bounds=(None, None),
        method="highs",
    )
    return "complete" if margin.status == 0 else "quasi"


def infinite_coefficients(matrix: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Return per column whether its maximum likelihood estimate is infinite."""
    up, down = infinite_directions(matrix, outcome, np.arange(matrix.shape[1]))
    return up | down


def infinite_directions(matrix: np.ndarray, outcome: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return per column whether its estimate can be +infinite (first row), -infinite (second).

    Both, where directions that no patient contradicts lead either way.
    """
    signed = _signed(matrix, outcome)
    axes = np.eye(matrix.shape[1])[columns]
    return np.array(
        [[_optimum(signed, sign * axis) > TOLERANCE for axis in axes] for sign in (-1, 1)]
    )


def separated_rows(matrix: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Return per row whether some direction that nobody contradicts predicts it with certainty.

    Such directions add up, so that one programme finds all these rows at once: it pushes the
    score of as many as possible up to 1.
    """
    signed = _signed_rows(matrix, outcome)
    rows, columns = signed.shape
    found = linprog(
        np.repeat([0.0, -1.0], [columns, rows]),
        A_ub=np.hstack([-signed, np.eye(rows)]),
        b_ub=np.zeros(rows),
        bounds=[(None, None)] * columns + [(0, 1)] * rows,
        method="highs",
    )
    return found.x[columns:] > 0.5


def _signed_rows(matrix: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    scaled = matrix / np.abs(matrix).max(axis=0)
    return np.where(outcome[:, None] == 1, scaled, -scaled)


def _signed(matrix: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Return distinct rows, turned so that a positive score agrees with the outcome."""
    return np.unique(_signed_rows(matrix, outcome), axis=0)


def _optimum(signed: np.ndarray, cost: np.ndarray) -> float:
    """Return how far a direction that nobody contradicts can go against `cost`."""
    programme = linprog(
        cost, A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1, 1), method="highs"
    )
    return float(-programme.fun)
