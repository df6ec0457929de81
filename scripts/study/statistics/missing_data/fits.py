"""The logistic model of every completed data set, fitted at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from study.statistics.design import (
    CONTINUOUS,
    Coefficient,
    Design,
    build_design,
    code_term,
)
from study.statistics.logistic import fit_model
from study.statistics.missing_data.completed import EVENT, Completed
from study.statistics.resampling.newton import CONVERGED, fit_batch
from study.statistics.spline import Spline


@dataclass(frozen=True)
class CompletedFits:
    """One model in m completed data sets.

    Attributes
    ----------
    coefficients : tuple of Coefficient
        The p that could be fitted, without the intercept.
    estimates : ndarray, (m, p)
        Log odds; NaN in data sets that could not be fitted.
    covariances : ndarray, (m, p, p)
    status : str
        ``ok`` if all could be; else that of the first that could not (``separated``,
        ``not_converged``, ``not_estimable``).
    n : int
        Patients of the model in a data set, at least.
    events : float
        How many of them have the outcome, on average.
    complete_df : float
        n minus coefficients, the intercept among them.
    """

    coefficients: tuple[Coefficient, ...]
    estimates: np.ndarray
    covariances: np.ndarray
    status: str
    n: int
    events: float
    complete_df: float


@dataclass(frozen=True)
class _Cells:
    """Completed data sets as counts: patterns (one row each), and (patterns, m) patients."""

    patterns: pd.DataFrame
    events: np.ndarray
    patients: np.ndarray

    @property
    def n(self) -> int:
        """Patients of a data set, at least."""
        return int(self.patients.sum(axis=0).min())

    @property
    def mean_events(self) -> float:
        """Patients with the outcome, on average."""
        return float(self.events.sum(axis=0).mean())


def fit_completed(
    completed: Completed,
    outcome: str,
    terms: Sequence[str],
    references: Mapping[str, str],
    levels: Mapping[str, Sequence[str] | Spline] | None = None,
    penalised: bool = False,
) -> CompletedFits:
    """Return the logistic model of `outcome` on `terms` in every completed data set.

    Patients who lack the outcome or a term are left out. Terms are those that the cohort can
    support (`usable_terms`). The same estimates as `build_design` and `fit_model` per data set;
    `penalised` gives Firth's instead of maximum likelihood's.
    """
    cells = _collapse(completed, outcome, terms, levels or {})
    totals = cells.events.sum(axis=1), cells.patients.sum(axis=1)
    design = _design(cells.patterns, *totals, outcome, terms, references, levels)
    if design.events in (0, design.n) or len(design.estimable) < 2:
        return _nothing(completed.imputations, cells)
    matrix, scale = _matrix(cells.patterns, design, levels or {})
    columns = np.arange(matrix.shape[1])
    start = np.zeros(len(columns))
    fit = fit_batch(matrix, cells.events, cells.patients, start, columns, penalised, False)
    failed = np.flatnonzero(fit.state != CONVERGED)
    fit.beta[failed], fit.covariance[failed] = np.nan, np.nan
    status = "ok"
    if failed.size:
        first = cells.events[:, failed[0]], cells.patients[:, failed[0]]
        status = _why(_design(cells.patterns, *first, outcome, terms, references, levels))
    return CompletedFits(
        coefficients=tuple(design.coefficients[i - 1] for i in design.estimable[1:]),
        estimates=fit.beta[:, 1:] / scale,
        covariances=fit.covariance[:, 1:, 1:] / np.outer(scale, scale),
        status=status,
        n=cells.n,
        events=cells.mean_events,
        complete_df=float(cells.n - len(columns)),
    )


def _collapse(
    completed: Completed,
    outcome: str,
    terms: Sequence[str],
    vocabulary: Mapping[str, Sequence[str] | Spline],
) -> _Cells:
    """Return the covariate patterns of all data sets, and how many patients have them in each."""
    own, outcomes = completed.variable(outcome)
    event = np.isin(own, [i for i, level in enumerate(outcomes or ()) if level == EVENT])
    complete = own >= 0
    key, columns = np.zeros(own.shape, dtype=np.int64), {}
    for term in terms:
        spelt = vocabulary.get(term, ())
        values, levels = completed.variable(term, () if isinstance(spelt, Spline) else spelt)
        if levels is None:
            complete = complete & ~np.isnan(values)
            known, codes = np.unique(values, return_inverse=True)
            codes = codes.reshape(own.shape)
        else:
            complete = complete & (values >= 0)
            known, codes = np.array(levels, dtype=object), values
        columns[term] = known, codes
        key = key * len(known) + codes
    _, first, position = np.unique(key[complete], return_index=True, return_inverse=True)
    sets = np.broadcast_to(np.arange(len(own))[:, None], own.shape)[complete]
    shape = (len(first), len(own))
    at = position * len(own) + sets
    events = np.bincount(at, event[complete], minlength=shape[0] * shape[1])
    patients = np.bincount(at, minlength=shape[0] * shape[1]).astype(float)
    patterns = {term: known[codes[complete][first]] for term, (known, codes) in columns.items()}
    return _Cells(pd.DataFrame(patterns), events.reshape(shape), patients.reshape(shape))


def _design(
    patterns: pd.DataFrame,
    events: np.ndarray,
    patients: np.ndarray,
    outcome: str,
    terms: Sequence[str],
    references: Mapping[str, str],
    levels: Mapping[str, Sequence[str] | Spline] | None,
) -> Design:
    twice = pd.concat([patterns, patterns], ignore_index=True)
    twice = twice.assign(patient_id="", **{outcome: np.repeat(["yes", "no"], len(patterns))})
    weights = np.concatenate([events, patients - events])
    live = weights > 0
    return build_design(twice.loc[live], outcome, terms, references, levels, weights[live])


def _matrix(
    patterns: pd.DataFrame, design: Design, levels: Mapping[str, Sequence[str] | Spline]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the design's columns over the patterns, numbers standardised, and their units."""
    columns, scale = [np.ones(len(patterns))], []
    for i in design.estimable[1:]:
        coefficient = design.coefficients[i - 1]
        values = patterns[coefficient.variable]
        if coefficient.reference == CONTINUOUS:
            spelt = levels.get(coefficient.variable, ())
            entered = code_term(values, np.ones(len(values), dtype=bool), spelt, None)
            own = dict(entered)[coefficient]
            columns.append((own - own.mean()) / own.std())
            scale.append(float(own.std()))
        else:
            columns.append(values.eq(coefficient.level).to_numpy(dtype=float))
            scale.append(1.0)
    return np.column_stack(columns), np.array(scale)


def _why(design: Design) -> str:
    status = fit_model(design).status
    # What can be fitted alone, but not by the columns of all data sets, lacks one of their levels.
    return "not_estimable" if status == "ok" else status


def _nothing(m: int, cells: _Cells) -> CompletedFits:
    return CompletedFits(
        coefficients=(),
        estimates=np.empty((m, 0)),
        covariances=np.empty((m, 0, 0)),
        status="not_estimable",
        n=cells.n,
        events=cells.mean_events,
        complete_df=np.nan,
    )
