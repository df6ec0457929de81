"""A replicate with tools for Python: five univariable fits with Wald's test, and the refit."""

import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from tests.benchmark.replicates import Replicates, Rows

# Coefficients and standard errors, the intercept first, of the model of some columns.
Fitted = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Outcome:
    """What a tool made of replicates, and what that took.

    Attributes
    ----------
    seconds : float
        Processor time per replicate.
    selected : ndarray of bool, (B, candidates)
    exposure : ndarray, (B, 2)
        Coefficient and standard error of the exposure in the refitted model.
    estimated : ndarray of bool, (B, candidates), or None
        Which univariable models have an estimate; None for all.
    """

    seconds: float
    selected: np.ndarray
    exposure: np.ndarray
    estimated: np.ndarray | None = None


def statsmodels_formula(rows: Rows, columns: Sequence[int]) -> Fitted:
    import statsmodels.formula.api as smf

    terms = " + ".join(f"x{j}" for j in columns)
    fit = smf.logit(f"y ~ {terms}", rows.frame).fit(disp=0)
    return fit.params.to_numpy(), fit.bse.to_numpy()


def statsmodels_glm(rows: Rows, columns: Sequence[int]) -> Fitted:
    from statsmodels.api import GLM
    from statsmodels.genmod.families import Binomial

    fit = GLM(rows.y, rows.x[:, [0, *columns]], family=Binomial()).fit()
    return fit.params, fit.bse


def statsmodels_logit(rows: Rows, columns: Sequence[int]) -> Fitted:
    from statsmodels.api import Logit

    fit = Logit(rows.y, rows.x[:, [0, *columns]]).fit(disp=0)
    return fit.params, fit.bse


def scikit_learn(rows: Rows, columns: Sequence[int]) -> Fitted:
    """Fit without a penalty."""
    from sklearn.linear_model import LogisticRegression

    x = rows.x[:, [0, *columns]]
    fit = LogisticRegression(C=np.inf, tol=1e-8, max_iter=1000).fit(x[:, 1:], rows.y)
    beta = np.concatenate([fit.intercept_, fit.coef_[0]])
    return beta, standard_errors(x, beta)


def standard_errors(x: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Return those of the information, where a tool has none or of another kind."""
    mu = 1 / (1 + np.exp(-x @ beta))
    return np.sqrt(np.diag(np.linalg.inv(x.T @ ((mu * (1 - mu))[:, None] * x))))


def numpy_loop(rows: Rows, columns: Sequence[int]) -> Fitted:
    """Fit by iteratively reweighted least squares, as one would write it down."""
    x, y = rows.x[:, [0, *columns]], rows.y
    beta, step = np.zeros(x.shape[1]), np.ones(1)
    while np.abs(step).max() > 1e-8:
        mu = 1 / (1 + np.exp(-x @ beta))
        information = x.T @ ((mu * (1 - mu))[:, None] * x)
        step = np.linalg.solve(information, x.T @ (y - mu))
        beta = beta + step
    return beta, np.sqrt(np.diag(np.linalg.inv(information)))


def firthmodels(rows: Rows, columns: Sequence[int]) -> Fitted:
    """Fit Firth's; its own standard errors are of penalised weights, unlike ours and brglm2's."""
    from firthmodels import FirthLogisticRegression

    x = rows.x[:, [0, *columns]]
    fit = FirthLogisticRegression().fit(x[:, 1:], rows.y)
    beta = np.concatenate([[fit.intercept_], fit.coef_])
    return beta, standard_errors(x, beta)


def run_tool(
    fit: Callable[[Rows, Sequence[int]], Fitted], replicates: Replicates, count: int
) -> Outcome:
    """Return the first `count` replicates with one tool; it is spared the draw."""
    chain, own = replicates.chain, replicates.rows[:count]
    limit = chi2.isf(chain.screening_alpha, 1)
    exposure = 1 + chain.names.index(chain.exposure)
    candidates = range(1, own[0].x.shape[1])
    selected = np.zeros((count, len(candidates)), dtype=bool)
    refitted = np.empty((count, 2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of small cells; the results are compared
        fit(own[0], [exposure])  # what the first call imports or compiles
        start = time.process_time()
        for r, rows in enumerate(own):
            for j in candidates:
                beta, error = fit(rows, [j])
                selected[r, j - 1] = (beta[1] / error[1]) ** 2 > limit
            passed = [j for j in candidates if selected[r, j - 1] and j != exposure]
            beta, error = fit(rows, [exposure, *passed])
            refitted[r] = beta[1], error[1]
        seconds = time.process_time() - start
    return Outcome(seconds / count, selected, refitted)
