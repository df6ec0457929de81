"""Maximum-likelihood and Firth fits of a design, and the verdict whether they exist."""

import warnings
from dataclasses import dataclass, replace

import numpy as np

from study.statistics.design import Design
from study.statistics.likelihood import Cells, information, log_likelihood, maximise
from study.statistics.separation import (
    detect_separation,
    infinite_coefficients,
    separated_rows,
)

MAX_ITERATIONS = 100


@dataclass(frozen=True)
class Fit:
    """A fit of some columns to some patients, as a rule to all.

    Attributes
    ----------
    cells : Cells
        What was fitted.
    columns : ndarray
        Which estimable column of the design each coefficient belongs to; -1 if to none alone.
    beta, covariance : ndarray
        Coefficients, the intercept first, and their covariance.
    """

    cells: Cells
    columns: np.ndarray
    beta: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    converged: bool

    @property
    def std_error(self) -> np.ndarray:
        """Standard errors of `beta`."""
        return np.sqrt(np.diag(self.covariance))


@dataclass(frozen=True)
class Model:
    """A design with what could be fitted to it.

    Attributes
    ----------
    status : str
        Of the maximum-likelihood fit: ``ok``, ``separated``, ``not_converged`` or
        ``not_estimable`` (nobody, one outcome only, or no estimable term).
    separation : str
        ``none``, ``quasi`` or ``complete``.
    ml, firth : Fit or None
        None where the fit does not exist. Firth's exists under separation too.
    limit : Fit or None
        What maximum likelihood tends to under quasi-separation, for what stays finite.
    """

    design: Design
    status: str
    separation: str
    ml: Fit | None
    firth: Fit | None
    limit: Fit | None = None


def fit_model(design: Design) -> Model:
    """Return the maximum-likelihood and Firth fits of a design, where they exist."""
    if design.events in (0, design.n) or len(design.estimable) < 2:
        return Model(design, "not_estimable", "none", None, None)
    separation = detect_separation(design.fitted_matrix, design.outcome)
    firth = fit_firth(cells_of(design))
    if separation != "none":
        limit = fit_limit(cells_of(design)) if separation == "quasi" else None
        return Model(design, "separated", separation, None, firth, limit)
    ml = fit_maximum_likelihood(cells_of(design))
    if not ml.converged:
        return Model(design, "not_converged", separation, None, firth)
    return Model(design, "ok", separation, ml, firth)


def cells_of(design: Design) -> Cells:
    """Return the matrix of estimable columns, the outcome and the weights."""
    return design.fitted_matrix, design.outcome, design.weights


def fit_maximum_likelihood(cells: Cells, max_iterations: int = MAX_ITERATIONS) -> Fit:
    """Return the maximum-likelihood fit of data that are not separated."""
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    matrix, outcome, weights = cells
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # non-convergence is reported as a status
        result = GLM(outcome, matrix, family=Binomial(), freq_weights=weights).fit(
            tol=1e-12, rtol=1e-14, tol_criterion="deviance", maxiter=max_iterations
        )
    beta = np.asarray(result.params)
    return Fit(
        cells=cells,
        columns=np.arange(len(beta)),
        beta=beta,
        covariance=np.linalg.inv(information(cells, beta)),
        log_likelihood=log_likelihood(cells, beta),
        converged=bool(result.converged),
    )


def fit_limit(cells: Cells) -> Fit | None:
    """Return the fit that maximum likelihood tends to in data that are quasi-separated.

    Source: Geyer CJ (2009) Electronic Journal of Statistics 3:259. Patients whose outcome is
    predicted with certainty add nothing to the likelihood any more; the others determine the
    coefficients that stay finite, to which iterating without end converges. None if none does.
    """
    matrix, outcome, weights = cells
    left = ~separated_rows(matrix, outcome)
    finite = ~infinite_coefficients(matrix, outcome)
    finite[0] = False  # nobody reads the intercept
    if not finite.any():
        return None
    kept: list[int] = []
    # The finite ones first, then the intercept: among these patients further columns may repeat
    # what is there, and their coefficients then stand for a mixture.
    for column in [*np.flatnonzero(finite), *np.flatnonzero(~finite)]:
        if np.linalg.matrix_rank(matrix[left][:, [*kept, column]]) > len(kept):
            kept.append(column)
    kept.sort()
    fit = fit_maximum_likelihood((matrix[left][:, kept], outcome[left], weights[left]))
    columns = np.array([column if finite[column] else -1 for column in kept])
    return replace(fit, columns=columns) if fit.converged else None


def fit_firth(cells: Cells) -> Fit | None:
    """Return Firth's penalised fit, None where it does not converge.

    Source: Firth D (1993) Biometrika 80:27. The standard error is that of the unpenalised
    information at the penalised estimate, as in brglm2 and logistf.
    """
    from firthmodels import FirthLogisticRegression

    matrix, outcome, weights = cells
    # Scaled columns, so that one tolerance serves a year of age and an indicator alike.
    scale = np.abs(matrix).max(axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # convergence is judged below
        near = FirthLogisticRegression(backend="numpy", fit_intercept=False, max_iter=1000).fit(
            matrix / scale, outcome, sample_weight=weights
        )
    # The package stops early where rounding hides the last gains; the same climb ends here.
    everything = np.ones(matrix.shape[1], dtype=bool)
    beta, reached, converged = maximise(cells, near.coef_ / scale, everything, penalised=True)
    if not converged:
        return None
    covariance = np.linalg.inv(information(cells, beta))
    return Fit(cells, np.arange(len(beta)), beta, covariance, reached, converged)
