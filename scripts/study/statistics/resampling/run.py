"""Screen and refit in every replicate."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.stats import chi2

from study.statistics.resampling import saturated
from study.statistics.resampling.backend import is_compiled
from study.statistics.resampling.blocks import Method
from study.statistics.resampling.chain import Chain
from study.statistics.resampling.refit import refit_terms
from study.statistics.resampling.result import (
    NOT_CONVERGED,
    NOT_ESTIMABLE,
    SEPARATED,
    ChainResult,
    Estimates,
    empty_estimates,
)

PER_MODEL = ("status", "intercept", "log_likelihood")
PER_VARIABLE = ("wald", "ratio", "df")
PER_COEFFICIENT = ("log_odds", "std_error", "coefficient_status")


def run_chain(
    chain: Chain,
    counts: np.ndarray,
    estimator: str = "ml",
    likelihood_ratio: bool | Sequence[str] = False,
    backend: str | None = None,
    row_wise: bool = True,
) -> ChainResult:
    """Return screen, selection and refit of every replicate.

    The same as `screen_variables`, `resolve_terms` and `fit_models` on the patients of a
    replicate. With ``firth`` as estimator, all models are Firth's and his tests screen.

    Parameters
    ----------
    counts : ndarray, (B, 2 K)
        Whole numbers of patients per cell, as the draws give them.
    estimator : str
        ``ml`` or ``firth``.
    likelihood_ratio : bool or sequence of str
        The terms of the refit that have likelihood-ratio tests too (True: all), each at the cost
        of one more fit. With any there are log-likelihoods, and the tests of all factors alone.
    row_wise : bool
        Whether the few replicates that the kernels cannot decide are refitted by the row-wise
        functions; else they have no estimates, and `ChainResult.row_wise` says which they are.
    """
    if estimator not in ("ml", "firth"):
        raise ValueError(f"estimator is 'ml' or 'firth', not {estimator!r}")
    counts = np.ascontiguousarray(counts, dtype=float)
    wanted = chain.names if likelihood_ratio is True else likelihood_ratio or ()
    tested = tuple(chain.names.index(name) for name in wanted)
    method = Method(estimator == "firth", tested, backend, row_wise)
    univariable, screening = _screen(chain, counts, method)
    selected = _select(chain, screening, univariable.df)
    terms = _resolve(chain, selected)
    refit, undecided = _refit(chain, counts, terms, univariable, method)
    return ChainResult(univariable, screening, selected, terms, refit, undecided)


def refit_penalised(
    chain: Chain, counts: np.ndarray, terms: np.ndarray, backend: str | None = None
) -> Estimates:
    """Return Firth's fits of given models (`ChainResult.terms`), likelihood ratios among them.

    They exist where maximum likelihood has no finite estimate.
    """
    method = Method(True, tuple(range(len(chain.variables))), backend)
    counts = np.ascontiguousarray(counts, dtype=float)
    univariable, _ = _screen(chain, counts, method)
    return _refit(chain, counts, terms, univariable, method)[0]


def _screen(chain: Chain, counts: np.ndarray, method: Method) -> tuple[Estimates, np.ndarray]:
    width = len(chain.variables)
    out = empty_estimates(len(counts), len(chain.coefficients), width, width)
    out.coefficient_status[:] = NOT_ESTIMABLE
    screening = np.full((len(counts), width), np.nan)
    if is_compiled(method.backend):
        from study.statistics.resampling import compiled_saturated

        fit_factors = compiled_saturated.fit_factors
    else:
        fit_factors = saturated.fit_factors
    by_ratio = chain.screening_test == "likelihood_ratio"
    likelihood = by_ratio or bool(method.likelihood_ratio)
    fit_factors(chain, counts, method.penalised, likelihood, out, screening)
    for v, variable in enumerate(chain.variables):
        if variable.values is not None:
            tested = (v,) if by_ratio or v in method.likelihood_ratio else ()
            own = replace(method, likelihood_ratio=tested)
            _screen_number(chain, counts, own, v, out, screening)
    return out, screening


def _screen_number(
    chain: Chain,
    counts: np.ndarray,
    method: Method,
    v: int,
    out: Estimates,
    screening: np.ndarray,
) -> None:
    """Fill the columns of a variable that enters as a number, and so is fitted by iteration."""
    rows, terms = np.arange(len(counts)), [chain.names[v]]
    own = empty_estimates(len(counts), len(chain.coefficients), len(chain.variables), 1)
    refit_terms(chain, counts, rows, terms, method, own)
    _copy(own, rows, 0, out, v, v, chain)
    screening[:, v] = (
        own.ratio[:, v] if chain.screening_test == "likelihood_ratio" else own.wald[:, v]
    )
    open_ = np.flatnonzero(np.isin(own.status[:, 0], (SEPARATED, NOT_CONVERGED)))
    if open_.size:
        firth = empty_estimates(len(counts), len(chain.coefficients), len(chain.variables), 1)
        penalised = replace(method, penalised=True, likelihood_ratio=(v,))
        refit_terms(chain, counts, open_, terms, penalised, firth)
        screening[open_, v], out.df[open_, v] = firth.ratio[open_, v], firth.df[open_, v]


def _copy(
    source: Estimates, rows: np.ndarray, own: int, out: Estimates, target: int, v: int, chain: Chain
) -> None:
    """Copy a model of variable `v` alone; `own` and `target` are its columns among the models."""
    slots = slice_of(chain, v)
    for name in PER_MODEL:
        getattr(out, name)[rows, target] = getattr(source, name)[rows, own]
    for name in PER_VARIABLE:
        getattr(out, name)[rows, v] = getattr(source, name)[rows, v]
    for name in PER_COEFFICIENT:
        getattr(out, name)[rows, slots] = getattr(source, name)[rows, slots]


def slice_of(chain: Chain, v: int) -> slice:
    """Return which columns of the estimates belong to a variable."""
    first = sum(len(variable.coefficients) for variable in chain.variables[:v])
    return slice(first, first + len(chain.variables[v].coefficients))


def _select(chain: Chain, screening: np.ndarray, df: np.ndarray) -> np.ndarray:
    candidate = np.isin(chain.names, chain.candidates)
    highest = int(df.max(initial=1))
    # p < alpha says the same as chi-square > its quantile.
    quantiles = np.array([np.inf, *chi2.isf(chain.screening_alpha, np.arange(1, highest + 1))])
    with np.errstate(invalid="ignore"):
        return (screening > quantiles[df]) & candidate


def _resolve(chain: Chain, selected: np.ndarray) -> np.ndarray:
    kept = np.isin(chain.names, chain.kept)
    return selected | kept if chain.model is None else np.tile(kept, (len(selected), 1))


def _refit(
    chain: Chain,
    counts: np.ndarray,
    terms: np.ndarray,
    univariable: Estimates,
    method: Method,
) -> tuple[Estimates, np.ndarray]:
    out = empty_estimates(len(counts), len(chain.coefficients), len(chain.variables), 1)
    row_wise = np.zeros(len(counts), dtype=bool)
    codes = terms @ (1 << np.arange(terms.shape[1]))
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    for rows in np.split(order, starts[1:]):
        own = np.flatnonzero(terms[rows[0]]) if len(rows) else np.array([], dtype=int)
        if len(own) == 1:  # its univariable model
            _copy(univariable, rows, own[0], out, 0, own[0], chain)
        elif len(own):
            names = [name for name in chain.order if name in np.array(chain.names)[own]]
            undecided = refit_terms(chain, counts, rows, names, method, out)
            row_wise[undecided] = True
    return out, row_wise
