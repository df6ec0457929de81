"""Models of one factor, which need no iteration: every level has a logit of its own."""

from dataclasses import dataclass

import numpy as np

from study.statistics.resampling.chain import MISSING, Chain, Variable
from study.statistics.resampling.result import (
    NOT_ESTIMABLE,
    OK,
    SEPARATED,
    Estimates,
)


@dataclass(frozen=True)
class FactorFit:
    """A factor of L + 1 levels in B replicates, the reference first.

    `ratio_firth` is the penalised likelihood ratio of the whole factor. Firth's estimate of a
    saturated model adds half a patient to every cell (Firth 1993); with the slopes at zero the
    full model's penalty adds half of one per level to events and others (Heinze & Schemper 2002).
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
    chain: Chain, counts: np.ndarray, penalised: bool, out: Estimates, screening: np.ndarray
) -> None:
    """Fill the columns of every factor of the chain in `out` and `screening`, in NumPy."""
    by_likelihood = chain.screening_test == "likelihood_ratio"
    first = 0
    for v, variable in enumerate(chain.variables):
        own = slice(first, first + len(variable.coefficients))
        first = own.stop
        if variable.values is not None or not variable.coefficients:
            continue
        fit = fit_factor(*tabulate_factor(variable, counts), penalised)
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


def fit_factor(with_: np.ndarray, without: np.ndarray, penalised: bool) -> FactorFit:
    """Return the saturated fit of tables of (levels, B), the first level being the reference."""
    patients = with_ + without
    live = patients > 0
    df = live.sum(axis=0) - 1
    events, n = with_.sum(axis=0), patients.sum(axis=0)
    estimable = (df > 0) & (events > 0) & (events < n)
    crossed = live & (with_ > 0) & (without > 0)  # both outcomes are there
    finite = live if penalised else crossed
    with np.errstate(divide="ignore", invalid="ignore"):
        half = 0.5 * live
        ratio_firth = _g_statistic(with_ + half, without + half)
        added = half if penalised else 0.0 * half
        s, f = with_ + added, without + added
        logit = np.log(s / f)
        variance = (s + f) / (s * f)
        if penalised:
            variance = variance * (s + f) / patients
        log_odds, std_error = logit[1:] - logit[0], np.sqrt(variance[1:] + variance[0])
        weight = np.where(live, 1.0 / variance, 0.0)
        mean = (weight * np.where(live, logit, 0.0)).sum(axis=0) / weight.sum(axis=0)
        wald = (weight * np.where(live, logit - mean, 0.0) ** 2).sum(axis=0)
        ratio = ratio_firth if penalised else _g_statistic(with_, without)
        likelihood = _x_log(s, s / (s + f)) + _x_log(f, f / (s + f))
        if penalised:
            likelihood = likelihood + np.where(live, 0.5 * np.log(patients), 0.0)
    separated = estimable & (live & ~crossed).any(axis=0) & (not penalised)
    status = np.where(estimable, np.where(separated, SEPARATED, OK), NOT_ESTIMABLE)
    compared = estimable & live[1:] & live[0]
    own = np.where(compared, np.where(finite[1:] & finite[0], OK, SEPARATED), NOT_ESTIMABLE)
    ok = status == OK
    return FactorFit(
        log_odds=np.where(own == OK, log_odds, np.nan),
        std_error=np.where(own == OK, std_error, np.nan),
        coefficient_status=own,
        status=status,
        wald=np.where(ok, wald, np.nan),
        ratio=np.where(ok, ratio, np.nan),
        ratio_firth=np.where(estimable, ratio_firth, np.nan),
        df=np.where(estimable, df, 0),
        intercept=np.where(ok & live[0], logit[0], np.nan),
        log_likelihood=np.where(ok, likelihood.sum(axis=0), np.nan),
    )


def _g_statistic(with_: np.ndarray, without: np.ndarray) -> np.ndarray:
    """Return the likelihood-ratio chi-square of tables of (levels, B)."""
    n = with_ + without
    total = n.sum(axis=0)
    events, others = with_.sum(axis=0), without.sum(axis=0)
    parts = _x_log(with_, with_ * total / (n * events)) + _x_log(
        without, without * total / (n * others)
    )
    return 2.0 * np.maximum(parts.sum(axis=0), 0.0)


def _x_log(count: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    return np.where(count > 0, count * np.log(ratio), 0.0)


def factor_codes(chain: Chain) -> np.ndarray:
    """Return (V, K) codes of the factors; a number, like an absent variable, is missing throughout."""
    return np.array(
        [
            np.full(len(v.codes), MISSING) if v.values is not None or not v.coefficients else v.codes
            for v in chain.variables
        ]
    )
