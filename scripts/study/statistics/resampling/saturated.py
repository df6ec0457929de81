"""Models of one factor, which need no iteration: every level has a logit of its own."""

from dataclasses import dataclass

import numpy as np

from study.statistics.resampling.chain import Chain, Variable
from study.statistics.resampling.result import (
    NOT_ESTIMABLE,
    OK,
    SEPARATED,
    Estimates,
)


@dataclass(frozen=True)
class FactorFit:
    """A factor of L + 1 levels in B replicates, the reference first.

    `ratio_firth` is the penalised likelihood ratio of the whole factor, where data are separated.
    Firth's estimate of a saturated model adds half a patient to every cell (Firth 1993); with the
    slopes at zero, the full model's penalty adds half of one per level to events and others
    (Heinze & Schemper 2002).
    """

    log_odds: np.ndarray
    std_error: np.ndarray
    coefficient_status: np.ndarray
    status: np.ndarray
    wald: np.ndarray
    ratio: np.ndarray
    ratio_firth: np.ndarray
    df: np.ndarray
    intercept: np.ndarray
    log_likelihood: np.ndarray


def fit_factors(
    chain: Chain,
    counts: np.ndarray,
    penalised: bool,
    likelihood: bool,
    out: Estimates,
    screening: np.ndarray,
) -> None:
    """Fill the columns of every factor of the chain in `out` and `screening`, in NumPy.

    Without `likelihood`, what needs it is left empty: `ratio` and `log_likelihood`.
    """
    by_likelihood = chain.screening_test == "likelihood_ratio"
    first = 0
    for v, variable in enumerate(chain.variables):
        own = slice(first, first + len(variable.coefficients))
        first = own.stop
        if variable.values is not None or not variable.coefficients:
            continue
        fit = fit_factor(*tabulate_factor(variable, counts), penalised, likelihood)
        out.log_odds[:, own] = fit.log_odds.T
        out.std_error[:, own] = fit.std_error.T
        out.coefficient_status[:, own] = fit.coefficient_status.T
        for name in ("status", "wald", "ratio", "df", "intercept", "log_likelihood"):
            getattr(out, name)[:, v] = getattr(fit, name)
        decisive = fit.ratio if by_likelihood else fit.wald
        screening[:, v] = np.where(fit.status == SEPARATED, fit.ratio_firth, decisive)


def tabulate_factor(variable: Variable, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return patients with and without the outcome per level, each (levels, B)."""
    levels = np.arange(len(variable.coefficients) + 1)
    inside = (levels[:, None] == variable.codes).astype(float)
    patterns = len(variable.codes)
    return inside @ counts[:, :patterns].T, inside @ counts[:, patterns:].T


def fit_factor(
    with_: np.ndarray, without: np.ndarray, penalised: bool, likelihood: bool
) -> FactorFit:
    """Return the saturated fit of tables of (levels, B), the first level being the reference."""
    patients = with_ + without
    live = patients > 0
    df = live.sum(axis=0) - 1
    events, n = with_.sum(axis=0), patients.sum(axis=0)
    estimable = (df > 0) & (events > 0) & (events < n)
    finite = live if penalised else (with_ > 0) & (without > 0)
    separated = estimable & (live & ~finite).any(axis=0)
    status = np.where(estimable, np.where(separated, SEPARATED, OK), NOT_ESTIMABLE)
    compared = estimable & live[1:] & live[0]
    own = np.where(compared, np.where(finite[1:] & finite[0], OK, SEPARATED), NOT_ESTIMABLE)
    ok = status == OK
    with np.errstate(divide="ignore", invalid="ignore"):
        s, f = (with_ + 0.5 * live, without + 0.5 * live) if penalised else (with_, without)
        logit = np.log(s / f)
        variance = (s + f) / (s * f)
        if penalised:
            variance *= (s + f) / patients
        log_odds, std_error = logit[1:] - logit[0], np.sqrt(variance[1:] + variance[0])
        wald = _heterogeneity(logit, variance, live)
    ratio, reached = np.full((2, len(ok)), np.nan)
    if likelihood:
        ratio[ok] = _g_statistic(s[:, ok], f[:, ok])
        reached[ok] = _log_likelihood(s[:, ok], f[:, ok], patients[:, ok], penalised)
    return FactorFit(
        log_odds=np.where(own == OK, log_odds, np.nan),
        std_error=np.where(own == OK, std_error, np.nan),
        coefficient_status=own,
        status=status,
        wald=np.where(ok, wald, np.nan),
        ratio=ratio,
        ratio_firth=_ratio_firth(with_, without, separated),
        df=np.where(estimable, df, 0),
        intercept=np.where(ok & live[0], logit[0], np.nan),
        log_likelihood=reached,
    )


def _heterogeneity(logit: np.ndarray, variance: np.ndarray, live: np.ndarray) -> np.ndarray:
    """Return Wald's chi-square that all logits are equal."""
    if len(logit) == 2:
        return (logit[1] - logit[0]) ** 2 / (variance[1] + variance[0])
    weight = np.where(live, 1.0 / variance, 0.0)
    mean = (weight * np.where(live, logit, 0.0)).sum(axis=0) / weight.sum(axis=0)
    return (weight * np.where(live, logit - mean, 0.0) ** 2).sum(axis=0)


def _ratio_firth(with_: np.ndarray, without: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    ratio = np.full(len(wanted), np.nan)
    s, f = with_[:, wanted], without[:, wanted]
    half = 0.5 * (s + f > 0)
    ratio[wanted] = _g_statistic(s + half, f + half)
    return ratio


def _log_likelihood(
    s: np.ndarray, f: np.ndarray, patients: np.ndarray, penalised: bool
) -> np.ndarray:
    """Return log-likelihoods; the penalty is half the log-determinant of the information."""
    n = np.where(s + f > 0, s + f, 1.0)
    value = _x_log(s, s / n) + _x_log(f, f / n)
    if penalised:
        value = value + 0.5 * np.log(np.where(patients > 0, patients, 1.0))
    return value.sum(axis=0)


def _g_statistic(with_: np.ndarray, without: np.ndarray) -> np.ndarray:
    """Return the likelihood-ratio chi-square of tables of (levels, B)."""
    n = with_ + without
    n = np.where(n > 0, n, 1.0)
    events, others = with_.sum(axis=0), without.sum(axis=0)
    total = events + others
    parts = _x_log(with_, with_ * total / (n * events)) + _x_log(
        without, without * total / (n * others)
    )
    return 2.0 * np.maximum(parts.sum(axis=0), 0.0)


def _x_log(count: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    return count * np.log(np.where(count > 0, ratio, 1.0))


def level_masks(chain: Chain) -> tuple[np.ndarray, np.ndarray]:
    """Return which patterns are in which level of which factor.

    Returns
    -------
    masks : ndarray, (levels of all factors, K)
        0 or 1; the reference first.
    first : ndarray, (V + 1,)
        Row of `masks` at which a variable begins. What is no factor has no rows.
    """
    masks, first = [], [0]
    for variable in chain.variables:
        count = 0 if variable.values is not None else len(variable.coefficients) + 1
        count = 0 if count == 1 else count
        masks += [(variable.codes == level).astype(float) for level in range(count)]
        first.append(len(masks))
    return np.array(masks).reshape(len(masks), len(chain.patterns)), np.array(first)
