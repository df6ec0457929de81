"""2×2 tables in strata: association across them, and whether it is the same in all.

Tables hold the exposed in the first row and those with the finding in the first column.
A stratum in which a row or a column is empty cannot tell about association and is left out.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import chi2, hypergeom

from study.statistics.contingency import why_untestable
from study.statistics.result import Result, not_computed

# ASSUME: the chi-square approximation of Breslow–Day wants fitted counts of at least five, as that
# of Pearson does (Cochran 1954, Biometrics 10:417).
SMALLEST_FITTED = 5
# R's tolerance for "no more probable than the observed table".
TIE = 1 + 1e-7
# Exposed (or, if fewer, with the finding) in all strata together, for the exact conditional test.
LARGEST_EXACT = 20_000


def cochran_mantel_haenszel(tables: Mapping[str, pd.DataFrame]) -> Result:
    """Return the Cochran–Mantel–Haenszel test, without continuity correction.

    The note holds its companions at full precision, each as ``name=value``: statistic and
    p-value with continuity correction (left out where the difference is below 0.5, as R
    does), the exact conditional p-value (left out of strata so large that it takes minutes), and
    the strata used.
    """
    from statsmodels.stats.contingency_tables import StratifiedTable

    used = informative_strata(tables)
    if not used:
        return not_computed("no stratum has patients in both rows and both columns")
    cells = _stack(used)
    a, exposed, found, n = _margins(cells)
    correction = abs(float((a - exposed * found / n).sum())) >= 0.5
    strata = StratifiedTable(cells)
    plain = float(strata.test_null_odds(correction=False).statistic)
    corrected = float(strata.test_null_odds(correction=correction).statistic)
    note = (
        f"without continuity correction; corrected_statistic={corrected!r}; "
        f"corrected_p_value={float(chi2.sf(corrected, 1))!r}; {_exact_note(cells)}"
        f"strata={','.join(used)}"
    )
    return Result(plain, 1, float(chi2.sf(plain, 1)), note)


def breslow_day_tarone(tables: Mapping[str, pd.DataFrame]) -> Result:
    """Return the Breslow–Day test of equal odds ratios with Tarone's adjustment.

    The note holds the smallest count fitted under the pooled odds ratio, and a caveat where the
    strata are too sparse for the chi-square distribution.

    Sources: Breslow and Day 1980, IARC 32, 4.30; Tarone 1985, Biometrika 72:91.
    """
    used = informative_strata(tables)
    if len(used) < 2:
        return not_computed("fewer than two strata have patients in both rows and both columns")
    cells = _stack(used)
    odds_ratio = pooled_odds_ratio(tables)
    if not 0 < odds_ratio < np.inf:
        return not_computed("the pooled odds ratio is zero or infinite")
    a, exposed, found, n = _margins(cells)
    # statsmodels takes the other form of this root, which is 0/0 at an odds ratio of 1.
    b = odds_ratio * (exposed + found) + n - exposed - found
    root = np.sqrt(b**2 + 4 * (1 - odds_ratio) * odds_ratio * exposed * found)
    expected = 2 * odds_ratio * exposed * found / (b + root)
    rest = n - exposed - found + expected
    variance = 1 / (1 / expected + 1 / (exposed - expected) + 1 / (found - expected) + 1 / rest)
    difference = a - expected
    statistic = float((difference**2 / variance).sum() - difference.sum() ** 2 / variance.sum())
    # Rounding may leave a homogeneous set of tables a hair below zero.
    statistic, df = max(statistic, 0.0), len(used) - 1
    smallest = float(np.min([expected, exposed - expected, found - expected, rest]))
    notes = [f"strata={','.join(used)}", f"smallest_fitted={smallest!r}"]
    if smallest < SMALLEST_FITTED:
        notes.append(f"sparse: a fitted count is below {SMALLEST_FITTED}")
    return Result(statistic, df, float(chi2.sf(statistic, df)), "; ".join(notes))


def pooled_odds_ratio(tables: Mapping[str, pd.DataFrame]) -> float:
    """Return the Mantel–Haenszel odds ratio; NaN, 0 or infinite where not estimable."""
    cells = _stack(informative_strata(tables))
    n = cells.sum(axis=(0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (cells[0, 0] * cells[1, 1] / n).sum() / (cells[0, 1] * cells[1, 0] / n).sum()
    return float(ratio)


def informative_strata(tables: Mapping[str, pd.DataFrame]) -> dict[str, np.ndarray]:
    """Return the counts of the strata in which no row and no column is empty."""
    return {
        name: table.to_numpy(dtype=float)
        for name, table in tables.items()
        if not why_untestable(table)
    }


def _stack(used: Mapping[str, np.ndarray]) -> np.ndarray:
    return np.stack(list(used.values()), axis=-1) if used else np.zeros((2, 2, 0))


def _margins(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return per stratum: exposed with the finding, exposed, with the finding, all."""
    return cells[0, 0], cells[0].sum(axis=0), cells[:, 0].sum(axis=0), cells.sum(axis=(0, 1))


def _exact_note(cells: np.ndarray) -> str:
    _, exposed, found, _ = _margins(cells)
    # The tables of all strata are combined pair by pair.
    if np.minimum(exposed, found).sum() > LARGEST_EXACT:
        return ""
    return f"exact_p_value={_exact_conditional(cells)!r}; "


def _exact_conditional(cells: np.ndarray) -> float:
    """Return the two-sided exact p-value of no association given the margins of every stratum."""
    distribution, observed = np.ones(1), 0
    for a, exposed, found, n in zip(*_margins(cells), strict=True):
        lowest = max(0, int(exposed + found - n))
        possible = np.arange(lowest, int(min(exposed, found)) + 1)
        distribution = np.convolve(distribution, hypergeom.pmf(possible, n, exposed, found))
        observed += int(a) - lowest
    as_extreme = distribution <= distribution[observed] * TIE
    return min(float(distribution[as_extreme].sum()), 1.0)
