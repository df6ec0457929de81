"""Separation as the iteration shows it: a direction that no patient contradicts."""

import numpy as np

# Steps in units of the largest change of a pattern's score. With indicators the change is zero or,
# as a ratio of small determinants, far above rounding; what lies between the two is no verdict.
STILL, MOVING = 1e-5, 1e-2


def separating_patterns(
    matrix: np.ndarray, events: np.ndarray, patients: np.ndarray, direction: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return which replicates `direction` (p, B) separates, and by which patterns (P, B).

    Maximum likelihood drives the score of every pattern that can be predicted with certainty to
    infinity, at the end by a constant step, and leaves those of the others in place
    (Geyer 2009, Electronic Journal of Statistics 3:259). A False verdict is none.
    """
    live = patients > 0
    change = np.where(live, matrix @ direction, 0.0)
    largest = np.abs(change).max(axis=0)
    share = change / np.where(largest > 0, largest, 1.0)
    moving = np.abs(share) > MOVING
    agreed = np.where(share > 0, events == patients, events == 0)
    fine = np.where(moving, agreed, np.abs(share) < STILL)
    return fine.all(axis=0) & moving.any(axis=0), moving


def limit_columns(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return columns that can be fitted to the patterns left, and which coefficients are finite.

    A coefficient is finite where the patterns left determine it: no direction that leaves their
    scores in place changes it. The finite ones come first; what further columns repeat is
    dropped, and those kept beside them stand for mixtures. The intercept is never reported.

    Parameters
    ----------
    matrix : ndarray
        The patterns that no direction predicts with certainty; can be empty.
    """
    rank = np.linalg.matrix_rank(matrix) if len(matrix) else 0
    axes = np.eye(matrix.shape[1])
    finite = np.array(
        [rank > 0 and np.linalg.matrix_rank(np.vstack([matrix, axis])) == rank for axis in axes]
    )
    finite[0] = False
    kept: list[int] = []
    for column in [*np.flatnonzero(finite), *np.flatnonzero(~finite)]:
        if rank and np.linalg.matrix_rank(matrix[:, [*kept, column]]) > len(kept):
            kept.append(int(column))
    columns = np.sort(np.array(kept, dtype=np.int64))
    return columns, finite[columns]
