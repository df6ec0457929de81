"""Does the model fit: omnibus test, pseudo R², Hosmer–Lemeshow, collinearity."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from study.statistics.design import Design

# Probabilities that differ only by rounding are one block.
DECIMALS = 12


@dataclass(frozen=True)
class HosmerLemeshow:
    """The groups (patients, observed and expected events) and the test on g - 2 df.

    With two groups, or no more than the model's coefficients, there is nothing to test:
    chi-square, df and p are NaN.
    """

    n: np.ndarray
    observed: np.ndarray
    expected: np.ndarray
    chi_square: float
    df: float
    p_value: float


def null_log_likelihood(n: int, events: int) -> float:
    """Return the log-likelihood of the model that has only an intercept."""
    counts = np.array([events, n - events], dtype=float)
    return float(counts @ np.log(counts / n))


def pseudo_r_squared(n: int, log_likelihood: float, null: float) -> tuple[float, float]:
    """Return Cox & Snell's and Nagelkerke's R²."""
    cox_snell = -np.expm1(2 * (null - log_likelihood) / n)
    return float(cox_snell), float(cox_snell / -np.expm1(2 * null / n))


def hosmer_lemeshow(
    fitted: np.ndarray, outcome: np.ndarray, weights: np.ndarray, groups: int, parameters: int = 1
) -> HosmerLemeshow:
    """Return the Hosmer–Lemeshow test with as many groups as the patterns allow.

    Patients of one predicted probability (hence of one covariate pattern) stay together. The
    groups are formed by the rule that SAS publishes (SAS/STAT, LOGISTIC, "The Hosmer-Lemeshow
    Goodness-of-Fit Test"): with M = ⌊N/groups + 0.5⌋ a block of b patients joins a group of c
    if c < M and c + ⌊b/2⌋ ≤ M; a last group of no more than half N/groups joins the one before.
    As in its HPLOGISTIC, the last of `groups` groups takes whatever is left. SPSS does not
    publish its rule, so its groups may differ. A model of as many coefficients as groups
    (`parameters`, and the intercept) reproduces or nearly reproduces them, whatever the data.
    """
    n, observed, expected = _blocks(fitted, outcome, weights)
    group = _assign(n, groups)
    n, observed, expected = (np.bincount(group, weights=x) for x in (n, observed, expected))
    if len(n) <= max(2, parameters + 1):
        nothing = float("nan")
        return HosmerLemeshow(n, observed, expected, nothing, nothing, nothing)
    spread = expected * (1 - expected / n)
    statistic = float(((observed - expected) ** 2 / spread).sum())
    df = len(n) - 2
    return HosmerLemeshow(n, observed, expected, statistic, df, float(chi2.sf(statistic, df)))


def variance_inflation(design: Design) -> dict[str, float]:
    """Return the variance inflation per term, from the correlation of the model's columns.

    For a term of one column it is the usual VIF = 1/(1 - R²); for a factor of several columns
    the generalised VIF (Fox & Monette 1992, JASA 87:178) to the power 1/df, so that both are on
    the scale of a VIF.
    """
    positions = design.estimable[1:]
    if not len(positions):
        return {}
    columns = design.matrix[:, positions]
    centred = (columns - np.average(columns, axis=0, weights=design.weights)) * np.sqrt(
        design.weights
    )[:, None]
    normed = centred / np.linalg.norm(centred, axis=0)
    correlation = normed.T @ normed
    whole = _determinant(correlation)
    names = np.array([design.coefficients[i - 1].variable for i in positions])
    inflation = {}
    for term in dict.fromkeys(names.tolist()):
        own = names == term
        parts = _determinant(correlation[np.ix_(own, own)])
        parts *= _determinant(correlation[np.ix_(~own, ~own)])
        inflation[term] = max(1.0, float((parts / whole) ** (1 / own.sum())))
    return inflation


def _determinant(correlation: np.ndarray) -> float:
    return float(np.linalg.det(correlation)) if len(correlation) else 1.0


def _blocks(
    fitted: np.ndarray, outcome: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    _, block = np.unique(np.round(fitted, DECIMALS), return_inverse=True)
    n = np.bincount(block, weights=weights)
    observed = np.bincount(block, weights=weights * outcome)
    expected = np.bincount(block, weights=weights * fitted)
    return n, observed, expected


def _assign(sizes: np.ndarray, groups: int) -> np.ndarray:
    """Return the group of every block."""
    total = sizes.sum()
    target = np.floor(total / groups + 0.5)
    assigned, current, filled = [], 0, 0.0
    for size in sizes:
        fits = filled < target and filled + np.floor(size / 2) <= target
        if filled and not fits and current < groups - 1:
            current, filled = current + 1, 0.0
        filled += size
        assigned.append(current)
    result = np.array(assigned)
    if current and filled <= np.floor(total / groups / 2):
        result[result == current] = current - 1
    return result
