"""Maximum-likelihood and Firth fits of a design, and the verdict whether they exist."""

import warnings
from dataclasses import dataclass

import numpy as np

from study.statistics.design import Design
from study.statistics.likelihood import Cells, information, log_likelihood, maximise
from study.statistics.separation import detect_separation

MAX_ITERATIONS = 100


@dataclass(frozen=True)
class Fit:
    """Coefficients of the estimable columns (intercept first) and their covariance."""

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
    """

    design: Design
    status: str
    separation: str
    ml: Fit | None
    firth: Fit | None


def fit_model(design: Design) -> Model:
    """Return the maximum-likelihood and Firth fits of a design, where they exist."""
    if design.events in (0, design.n) or len(design.estimable) < 2:
        return Model(design, "not_estimable", "none", None, None)
    separation = detect_separation(design.fitted_matrix, design.outcome)
    firth = fit_firth(cells_of(design))
    if separation != "none":
        return Model(design, "separated", separation, None, firth)
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
        beta=beta,
        covariance=np.linalg.inv(information(cells, beta)),
        log_likelihood=log_likelihood(cells, beta),
        converged=bool(result.converged),
    )


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
    return Fit(beta, np.linalg.inv(information(cells, beta)), reached, converged)
