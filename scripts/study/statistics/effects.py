"""Effects of 2×2 tables: odds ratio, risk ratio, risk difference, with their intervals.

Tables hold the exposed in the first row and those with the finding in the first column.
What a zero cell makes zero, infinite or undefined is not estimable and stays empty (NaN); no
0.5 is added. Of the conditional exact odds ratio the bound that is finite stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import nan
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import softmax
from scipy.stats import hypergeom
from scipy.stats.contingency import odds_ratio as exact_odds_ratio

from study.statistics.contingency import why_untestable
from study.statistics.stratified import informative_strata, pooled_odds_ratio


@dataclass(frozen=True)
class Effect:
    """One measure of effect with its interval; NaN where it is not estimable."""

    measure: str
    estimate: float
    ci_low: float
    ci_high: float
    method: str


def two_by_two_effects(table: pd.DataFrame, confidence_level: float) -> list[Effect]:
    """Return the odds ratio (Wald, conditional exact, mid-p), risk ratio and risk difference."""
    return [
        odds_ratio(table, confidence_level),
        conditional_odds_ratio(table, confidence_level),
        mid_p_odds_ratio(table, confidence_level),
        risk_ratio(table, confidence_level),
        risk_difference(table, confidence_level),
    ]


def odds_ratio(table: pd.DataFrame, confidence_level: float) -> Effect:
    """Return the odds ratio with Woolf's interval, which is the Wald interval of its logarithm."""
    if (table.to_numpy() == 0).any():
        return _effect("odds_ratio", "wald")
    cells = _two_by_two(table)
    interval = cells.oddsratio_confint(alpha=1 - confidence_level)
    return _effect("odds_ratio", "wald", cells.oddsratio, *interval)


def conditional_odds_ratio(table: pd.DataFrame, confidence_level: float) -> Effect:
    """Return the conditional maximum-likelihood odds ratio with its exact interval, as R.

    With a zero cell the estimate is 0 or infinite and left empty, and so is an infinite bound;
    the finite one is the table's only statement about the odds ratio.
    """
    if why_untestable(table):
        return _effect("odds_ratio", "conditional_exact")
    exact = exact_odds_ratio(table.to_numpy(), kind="conditional")
    interval = exact.confidence_interval(confidence_level)
    low, high = (bound if np.isfinite(bound) else nan for bound in interval)
    estimate = exact.statistic if 0 < exact.statistic < np.inf else nan
    return _effect("odds_ratio", "conditional_exact", estimate, low, high)


def mid_p_odds_ratio(table: pd.DataFrame, confidence_level: float) -> Effect:
    """Return the conditional maximum-likelihood odds ratio with its mid-p interval.

    Its bounds are the odds ratios under which the tail beyond the observed table and half of the
    table itself have half of the error probability; it is narrower than the exact interval, which
    covers more often than it says. What a zero cell leaves is as of the exact one.
    Source: Berry and Armitage 1995, The Statistician 44:417.
    """
    exact = conditional_odds_ratio(table, confidence_level)
    if why_untestable(table):
        return replace(exact, method="conditional_mid_p")
    (a, b), (c, d) = table.to_numpy().tolist()
    possible = np.arange(max(0, a - d), min(a + b, a + c) + 1)
    logs = hypergeom.logpmf(possible, a + b + c + d, a + b, a + c)

    def beyond(log_odds_ratio: float, side: int) -> float:
        shares = softmax(logs + possible * log_odds_ratio)
        tail = shares[np.sign(possible - a) == side].sum() + shares[possible == a].sum() / 2
        return float(tail) - (1 - confidence_level) / 2

    def bound(side: int) -> float:
        ends = (-1.0, 1.0)
        while beyond(ends[0], side) * beyond(ends[1], side) > 0:
            ends = (2 * ends[0], 2 * ends[1])
        return float(np.exp(brentq(beyond, *ends, args=(side,), xtol=1e-14)))

    low = bound(1) if a > possible[0] else 0.0
    high = bound(-1) if a < possible[-1] else nan
    return _effect("odds_ratio", "conditional_mid_p", exact.estimate, low, high)


def risk_ratio(table: pd.DataFrame, confidence_level: float) -> Effect:
    """Return the risk ratio with the Wald interval of its logarithm.

    Everybody having the finding is estimable, nobody having it in a group is not.
    """
    if (table.iloc[:, 0] == 0).any():
        return _effect("risk_ratio", "wald")
    cells = _two_by_two(table)
    interval = cells.riskratio_confint(alpha=1 - confidence_level)
    return _effect("risk_ratio", "wald", cells.riskratio, *interval)


def risk_difference(table: pd.DataFrame, confidence_level: float) -> Effect:
    """Return the risk difference, as a share, with Newcombe's hybrid score interval.

    Zero cells are no obstacle to it; an empty group is. Source: Newcombe 1998,
    Statistics in Medicine 17:873, method 10.
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    found, n = table.iloc[:, 0].to_numpy(), table.sum(axis="columns").to_numpy()
    if (n == 0).any():
        return _effect("risk_difference", "newcombe")
    interval = confint_proportions_2indep(
        found[0], n[0], found[1], n[1], method="newcomb", alpha=1 - confidence_level
    )
    estimate = found[0] / n[0] - found[1] / n[1]
    return _effect("risk_difference", "newcombe", estimate, *interval)


def mantel_haenszel_odds_ratio(
    tables: Mapping[str, pd.DataFrame], confidence_level: float
) -> Effect:
    """Return the pooled odds ratio of the strata (variance of Robins, Breslow and Greenland)."""
    from statsmodels.stats.contingency_tables import StratifiedTable

    if not 0 < pooled_odds_ratio(tables) < np.inf:
        return _effect("odds_ratio", "mantel_haenszel")
    strata = StratifiedTable(np.stack(list(informative_strata(tables).values()), axis=-1))
    interval = strata.oddsratio_pooled_confint(alpha=1 - confidence_level)
    return _effect("odds_ratio", "mantel_haenszel", strata.oddsratio_pooled, *interval)


def _two_by_two(table: pd.DataFrame) -> Any:
    from statsmodels.stats.contingency_tables import Table2x2

    # statsmodels adds 0.5 to every cell of a table with a zero unless told not to.
    return Table2x2(table.to_numpy(dtype=float), shift_zeros=False)


def _effect(
    measure: str, method: str, estimate: float = nan, low: float = nan, high: float = nan
) -> Effect:
    return Effect(measure, float(estimate), float(low), float(high), method)
