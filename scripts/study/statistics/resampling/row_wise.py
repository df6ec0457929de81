"""One replicate refitted by the functions of the primary analysis, where the kernels cannot."""

from collections.abc import Sequence

import numpy as np

from study.statistics.logistic import Fit, fit_model
from study.statistics.profile import likelihood_ratio
from study.statistics.resampling.chain import Chain
from study.statistics.resampling.layout import STATE_CODES, design_replicate
from study.statistics.resampling.result import NOT_CONVERGED, NOT_ESTIMABLE, OK, STATUSES, Estimates


def refit_row_wise(
    chain: Chain,
    counts: np.ndarray,
    terms: Sequence[str],
    penalised: bool,
    row: int,
    out: Estimates,
) -> None:
    """Fill one row of `out` with the model of a replicate (counts of 2 K)."""
    design = design_replicate(chain, counts, terms)
    if not design.terms:
        return
    model = fit_model(design)
    fit = model.firth if penalised else model.ml or model.limit
    status = STATUSES.index(model.status)
    if penalised and status != NOT_ESTIMABLE:
        status = OK if fit else NOT_CONVERGED
    out.status[row, 0] = status
    position = {(c.variable, c.level, c.reference): i for i, c in enumerate(chain.coefficients)}
    for slot, coefficient in enumerate(chain.coefficients):
        if coefficient.variable in design.terms:
            out.coefficient_status[row, slot] = NOT_ESTIMABLE
    own = [position.get((c.variable, c.level, c.reference), -1) for c in design.coefficients]
    for slot, state in zip(own, design.states, strict=True):
        if slot >= 0 and status != NOT_ESTIMABLE:
            out.coefficient_status[row, slot] = STATE_CODES[state] if state != "ok" else status
    if fit is None:
        return
    scale = design.scale
    for j, column in enumerate(fit.columns):
        slot = own[design.estimable[column] - 1] if column > 0 else -1
        if slot >= 0:
            out.log_odds[row, slot] = fit.beta[j] / scale[column]
            out.std_error[row, slot] = fit.std_error[j] / scale[column]
            out.coefficient_status[row, slot] = OK
    for term in design.terms:
        of_term = [design.coefficients[i - 1].variable == term for i in design.estimable[1:]]
        tested = 1 + np.flatnonzero(of_term)
        if len(tested) and np.isin(tested, fit.columns).all():
            _test(fit, np.isin(fit.columns, tested), penalised, row, chain.names.index(term), out)
    if status == OK:
        out.log_likelihood[row, 0] = fit.log_likelihood
        centre = design.matrix[:, design.estimable].mean(axis=0)
        shift = np.where(design.fitted_matrix.mean(axis=0).round(9) == 0, centre / scale, 0.0)
        out.intercept[row, 0] = fit.beta[0] - fit.beta[1:] @ shift[1:]


def _test(
    fit: Fit, tested: np.ndarray, penalised: bool, row: int, variable: int, out: Estimates
) -> None:
    beta = fit.beta[tested]
    out.wald[row, variable] = beta @ np.linalg.solve(fit.covariance[np.ix_(tested, tested)], beta)
    out.ratio[row, variable] = likelihood_ratio(
        fit.cells, fit.beta, fit.log_likelihood, tested, penalised
    )
    out.df[row, variable] = tested.sum()
