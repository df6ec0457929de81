"""The multivariable model of many replicates: in batches, and row-wise what does not fit them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from study.statistics.resampling.backend import is_compiled
from study.statistics.resampling.blocks import Block, Method, collapse, fit_block
from study.statistics.resampling.chain import Chain
from study.statistics.resampling.layout import Layout, drop_columns, lay_out
from study.statistics.resampling.newton import CONVERGED, NO_VERDICT, UNUSUAL, BatchFit
from study.statistics.resampling.result import OK, SEPARATED, Estimates
from study.statistics.resampling.row_wise import refit_row_wise
from study.statistics.resampling.separated import limit_layout, separating_patterns


def refit_terms(
    chain: Chain,
    counts: np.ndarray,
    rows: np.ndarray,
    terms: Sequence[str],
    method: Method,
    out: Estimates,
) -> np.ndarray:
    """Fill the rows `rows` of `out` with the model of `terms`.

    Returns
    -------
    ndarray
        Those of `rows` that the row-wise functions are for.
    """
    laid_out = _remembered(chain, terms, method)
    left = rows
    if laid_out is not None:
        block = Block(*laid_out, counts, rows)
        fit = fit_block(block, np.arange(len(block.start)), method)
        _write_model(block, fit, np.flatnonzero(fit.state == CONVERGED), method, out)
        undecided = np.flatnonzero(fit.state == NO_VERDICT)
        if undecided.size and not method.penalised:
            undecided = _write_separated(block, fit, undecided, method, out)
        left = rows[np.sort(np.concatenate([np.flatnonzero(fit.state == UNUSUAL), undecided]))]
    for row in left if method.row_wise else ():
        refit_row_wise(chain, counts[row], terms, method.penalised, row, out)
    return left


def _remembered(
    chain: Chain, terms: Sequence[str], method: Method
) -> tuple[Layout, np.ndarray] | None:
    key = (*terms, method.penalised, is_compiled(method.backend))
    if key not in chain.layouts:
        layout = lay_out(chain, terms)
        chain.layouts[key] = layout and (layout, _start(chain, layout, method))
    return chain.layouts[key]


def _start(chain: Chain, layout: Layout, method: Method) -> np.ndarray:
    zeros = np.zeros(layout.matrix.shape[1])
    everyone = Block(layout, zeros, chain.counts[None, :], np.array([0]))
    fit = fit_block(everyone, np.arange(len(zeros)), replace(method, likelihood_ratio=()))
    return fit.beta[0] if fit.state[0] == CONVERGED else zeros


def _write(block: Block, fit: BatchFit, good: np.ndarray, method: Method, out: Estimates) -> None:
    """Write coefficients and tests of the fits `good`."""
    layout, at = block.layout, block.rows[good]
    beta, covariance = fit.beta[good], fit.covariance[good]
    for j, slot in enumerate(layout.slots):
        if slot >= 0:
            out.log_odds[at, slot] = beta[:, j] / layout.scale[j]
            out.std_error[at, slot] = np.sqrt(covariance[:, j, j]) / layout.scale[j]
            out.coefficient_status[at, slot] = OK
    for variable, span in layout.spans.items():
        out.wald[at, variable] = wald_statistic(beta[:, span], covariance[:, span, span])
        out.df[at, variable] = span.stop - span.start
        if variable in method.likelihood_ratio:
            held = _fit_without(block, span, at, method)
            drop = fit.log_likelihood[good] - held.log_likelihood
            drop[held.state != CONVERGED] = np.nan
            out.ratio[at, variable] = 2.0 * np.maximum(drop, 0.0)


def _fit_without(block: Block, span: slice, rows: np.ndarray, method: Method) -> BatchFit:
    """Return the fits of `rows` with the columns `span` held at zero."""
    layout, start = block.layout, block.start
    free = np.delete(np.arange(len(start)), span)
    if method.penalised:  # by the information of the full model
        return fit_block(Block(layout, start, block.counts, rows), free, method)
    if span.start not in layout.shorter:
        layout.shorter[span.start] = drop_columns(layout, free)
    shorter = Block(layout.shorter[span.start], start[free], block.counts, rows)
    return fit_block(shorter, np.arange(len(free)), method)


def wald_statistic(beta: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Return chi-squares of coefficients (B, k) being zero together."""
    if beta.shape[1] == 1:
        return beta[:, 0] ** 2 / covariance[:, 0, 0]
    return (beta * np.linalg.solve(covariance, beta[:, :, None])[:, :, 0]).sum(axis=1)


def _write_model(
    block: Block, fit: BatchFit, good: np.ndarray, method: Method, out: Estimates
) -> None:
    """Write the fits `good` of a model that exists."""
    layout, at = block.layout, block.rows[good]
    out.status[at, 0] = OK
    out.log_likelihood[at, 0] = fit.log_likelihood[good]
    shift = layout.centre / layout.scale
    out.intercept[at, 0] = fit.beta[good, 0] - fit.beta[good, 1:] @ shift[1:]
    for slot, state in layout.states.items():
        out.coefficient_status[at, slot] = state
    _write(block, fit, good, method, out)


def _write_separated(
    block: Block, fit: BatchFit, undecided: np.ndarray, method: Method, out: Estimates
) -> np.ndarray:
    """Write what stays finite in separated data; return those of `undecided` that are not."""
    layout = block.layout
    own = Block(layout, block.start, block.counts, block.rows[undecided])
    events, patients = collapse(own)
    verdict, separating = separating_patterns(
        layout.matrix, events, patients, fit.step[undecided].T
    )
    if (layout.scale != 1.0).any():  # of numbers, no tolerance is known to be safe
        verdict[:] = False
    found = own.rows[verdict]
    out.status[found, 0] = SEPARATED
    for slot, state in layout.states.items():
        out.coefficient_status[found, slot] = state
    for slot in layout.slots[layout.slots >= 0]:
        out.coefficient_status[found, slot] = SEPARATED
    left = (patients > 0) & ~separating
    masks, group = np.unique(left[:, verdict], axis=1, return_inverse=True)
    for i, mask in enumerate(masks.T):
        key = mask.tobytes()
        if key not in layout.limits:
            layout.limits[key] = limit_layout(layout, mask)
        limit = layout.limits[key]
        if limit is not None:
            start = np.zeros(limit.matrix.shape[1])
            rest = Block(limit, start, block.counts, found[group.ravel() == i])
            tended = fit_block(rest, np.arange(len(start)), method)
            _write(rest, tended, np.flatnonzero(tended.state == CONVERGED), method, out)
    return undecided[~verdict]
