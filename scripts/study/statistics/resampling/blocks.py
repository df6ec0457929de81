"""Replicates that are fitted to the same columns, and the two ways to fit them."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from study.statistics.resampling.backend import is_compiled
from study.statistics.resampling.layout import Layout
from study.statistics.resampling.newton import UNUSUAL, BatchFit, fit_batch, log_likelihood


@dataclass(frozen=True)
class Method:
    """How models are fitted: estimator, tests of the refit beside Wald's, backend.

    `likelihood_ratio` lists the variables, as positions in the chain, that have such a test too;
    without any there are no log-likelihoods. `row_wise` says whether replicates that the kernels
    cannot decide go through the row-wise functions, at ten thousand times the cost, or are left
    without estimates.
    """

    penalised: bool
    likelihood_ratio: tuple[int, ...]
    backend: str | None
    row_wise: bool = True


@dataclass(frozen=True)
class Block:
    """Replicates that are fitted to the same columns.

    Attributes
    ----------
    layout : Layout
    start : ndarray, (p,)
        Estimates of the observed patients, zeros where they have none.
    counts : ndarray, (B, 2 K)
    rows : ndarray
        Which replicates of `counts`.
    """

    layout: Layout
    start: np.ndarray
    counts: np.ndarray
    rows: np.ndarray


def fit_block(block: Block, free: np.ndarray, method: Method) -> BatchFit:
    """Return the fits of a block, the coefficients that are not `free` (positions) held at zero."""
    layout = block.layout
    start = np.zeros(len(block.start))
    start[free] = block.start[free]
    if is_compiled(method.backend):
        return _fit_compiled(block, start, free, method)
    events, patients = collapse(block)
    likelihood = bool(method.likelihood_ratio)
    fit = fit_batch(layout.matrix, events, patients, start, free, method.penalised, likelihood)
    half = len(layout.pattern_of)
    both = block.counts[block.rows, :half] + block.counts[block.rows, half:]
    complete = np.where((both > 0) & (layout.pattern_of >= 0), layout.levels, np.uint64(0))
    fit.state[np.bitwise_or.reduce(complete, axis=1) != layout.needed] = UNUSUAL
    return fit


def _fit_compiled(block: Block, start: np.ndarray, free: np.ndarray, method: Method) -> BatchFit:
    from study.statistics.resampling.compiled_newton import fit_rows

    layout = block.layout
    replicates, columns = len(block.rows), len(start)
    beta, step = np.full((2, replicates, columns), np.nan)
    lower = np.zeros((replicates, columns, columns))
    state = np.empty(replicates, dtype=np.int8)
    fit_rows(
        np.ascontiguousarray(layout.matrix),
        layout.pattern_of,
        layout.levels,
        layout.needed,
        block.counts,
        block.rows,
        start,
        free,
        method.penalised,
        (beta, lower, state, step),
    )
    reached = np.full(replicates, np.nan)
    if method.likelihood_ratio:
        data = (beta.T, *collapse(block))
        reached = log_likelihood(layout.matrix, *data, method.penalised)
    return BatchFit(beta, lower.transpose(0, 2, 1) @ lower, reached, state, step)


def collapse(block: Block) -> tuple[np.ndarray, np.ndarray]:
    """Return events and patients per pattern of the layout, (P, B)."""
    layout = block.layout
    complete = np.flatnonzero(layout.pattern_of >= 0)
    inside = csr_array(
        (np.ones(len(complete)), (layout.pattern_of[complete], complete)),
        shape=(len(layout.matrix), len(layout.pattern_of)),
    )
    own = block.counts[block.rows]
    half = len(layout.pattern_of)
    events = inside @ own[:, :half].T
    return events, events + inside @ own[:, half:].T
