"""What the chain gives per replicate, as arrays."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

# Codes of a model or a coefficient in a replicate; their names are those of the estimate tables.
OK, SEPARATED, NOT_CONVERGED, ALIASED, NOT_ESTIMABLE = range(5)
STATUSES = ("ok", "separated", "not_converged", "aliased", "not_estimable")
# Of a coefficient or variable that is not in the model.
ABSENT = -1


@dataclass(frozen=True)
class Estimates:
    """One model per replicate: B replicates, C coefficients and V variables of the chain.

    A coefficient against a reference without patients is ``NOT_ESTIMABLE``: against the level
    that steps in it would be another odds ratio. What is not ``OK`` is NaN; in quasi-separated
    data a coefficient is ``OK`` where its maximum-likelihood estimate is finite.

    Attributes
    ----------
    log_odds, std_error : ndarray, (B, C)
        Per unit of a number.
    coefficient_status, status : ndarray of int8, (B, C) and (B, M)
        M is V for the univariable models, else 1.
    wald, ratio : ndarray, (B, V)
        Chi-square of Wald's and of the likelihood-ratio test of the whole variable.
    df : ndarray of int8, (B, V)
        Degrees of freedom of both.
    intercept, log_likelihood : ndarray, (B, M)
        With Firth's estimator the penalised log-likelihood. NaN, like `ratio`, unless asked for.
    """

    log_odds: np.ndarray
    std_error: np.ndarray
    coefficient_status: np.ndarray
    status: np.ndarray
    wald: np.ndarray
    ratio: np.ndarray
    df: np.ndarray
    intercept: np.ndarray
    log_likelihood: np.ndarray

    @property
    def wald_p_value(self) -> np.ndarray:
        """P-values of `wald`."""
        return p_value(self.wald, self.df)

    @property
    def ratio_p_value(self) -> np.ndarray:
        """P-values of `ratio`."""
        return p_value(self.ratio, self.df)


@dataclass(frozen=True)
class ChainResult:
    """The chain in B replicates.

    Attributes
    ----------
    univariable : Estimates
        Every variable alone.
    screening : ndarray, (B, V)
        The chi-square that decided: Firth's penalised likelihood ratio where data are separated.
    selected : ndarray of bool, (B, V)
        Which candidates passed the screen.
    terms : ndarray of bool, (B, V)
        Which variables were to be refitted.
    refit : Estimates
        The model of `terms`.
    row_wise : ndarray of bool, (B,)
        Refitted by the row-wise functions (or left out, if so asked), because a level had no
        patients, columns were collinear or the iteration came to no verdict.
    """

    univariable: Estimates
    screening: np.ndarray
    selected: np.ndarray
    terms: np.ndarray
    refit: Estimates
    row_wise: np.ndarray

    @property
    def screening_p_value(self) -> np.ndarray:
        """P-values of `screening`."""
        return p_value(self.screening, self.univariable.df)


def p_value(statistic: np.ndarray, df: np.ndarray) -> np.ndarray:
    """Return upper tails of the chi-square distribution, NaN where there is no statistic."""
    return chi2.sf(statistic, np.maximum(df, 1))


def empty_estimates(replicates: int, coefficients: int, variables: int, models: int) -> Estimates:
    """Return estimates in which nothing has been fitted yet."""

    def numbers(width: int) -> np.ndarray:
        return np.full((replicates, width), np.nan)

    def codes(width: int, value: int) -> np.ndarray:
        return np.full((replicates, width), value, dtype=np.int8)

    return Estimates(
        log_odds=numbers(coefficients),
        std_error=numbers(coefficients),
        coefficient_status=codes(coefficients, ABSENT),
        status=codes(models, NOT_ESTIMABLE),
        wald=numbers(variables),
        ratio=numbers(variables),
        df=codes(variables, 0),
        intercept=numbers(models),
        log_likelihood=numbers(models),
    )
