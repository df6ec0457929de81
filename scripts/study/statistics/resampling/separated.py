"""Separation as the iteration shows it: a direction that no patient contradicts."""

from dataclasses import replace

import numpy as np

from study.statistics.resampling.chain import MISSING
from study.statistics.resampling.layout import Layout

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
    return np.logical_and(fine.all(axis=0), moving.any(axis=0)), moving


def limit_layout(layout: Layout, mask: np.ndarray) -> Layout | None:
    """Return the layout of the fit to which the iteration tends; None if no coefficient is finite.

    It has the patterns `mask`, those that no direction predicts with certainty. A coefficient is
    finite where they determine it: no direction that leaves their scores in place changes it.
    What else can be fitted beside the finite ones stands for mixtures, and is not reported; like
    the intercept.
    """
    matrix = layout.matrix[mask]
    if not len(matrix):
        return None
    rank = np.linalg.matrix_rank(matrix)
    axes = np.eye(matrix.shape[1])
    finite = np.array([np.linalg.matrix_rank(np.vstack([matrix, axis])) == rank for axis in axes])
    finite[0] = False
    if not finite.any():
        return None
    kept: list[int] = []
    for column in [*np.flatnonzero(finite), *np.flatnonzero(~finite)]:
        if np.linalg.matrix_rank(matrix[:, [*kept, column]]) > len(kept):
            kept.append(int(column))
    columns = np.array(sorted(kept))
    renumbered = np.append(np.where(mask, np.cumsum(mask) - 1, MISSING), MISSING)
    return replace(
        layout,
        matrix=matrix[:, columns],
        pattern_of=renumbered[layout.pattern_of].astype(np.int64),
        levels=np.zeros_like(layout.levels),
        needed=np.uint64(0),
        slots=np.where(finite, layout.slots, -1)[columns],
        scale=layout.scale[columns],
        centre=layout.centre[columns],
        spans={
            variable: slice(first := int(np.searchsorted(columns, span.start)), first + len(own))
            for variable, span in layout.spans.items()
            if finite[own := np.arange(span.start, span.stop)].all()
        },
    )
