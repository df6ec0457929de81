"""How often the screen-then-refit rule finds something where there is nothing to be found.

The outcome is dealt to the patients anew, so that nothing is associated with it. That is the
global null, not one of the exposure alone beside true predictors. The rules:

======================= ==================================================================
exposure_refitted       the exposure is below alpha in the refitted model
any_candidate_screened  at least one candidate passes the screen
any_selected_refitted   at least one that passed is below alpha in the refitted model
======================= ==================================================================
"""

from typing import Any

import numpy as np
import pandas as pd

from study.statistics.prevalence import METHOD, wilson_interval
from study.statistics.resampling.chain import Chain
from study.statistics.stability.replicates import Refits

COLUMNS = [
    "rule", "null", "n", "events", "alpha", "replicates", "rejected", "type_i_error", "ci_low",
    "ci_high", "method", "without_p_value", "observed_p_value", "permutation_p_value",
]  # fmt: skip
NULL = "outcome_permuted"
SAME = 1e-9  # relative: one table gives one p-value but for rounding


def tabulate_type_i_error(
    chain: Chain, observed: Refits, permutation: Refits, confidence_level: float
) -> pd.DataFrame:
    """Return how often each rule rejects under the global null, and permutation p-values.

    Returns
    -------
    DataFrame
        `permutation_p_value` compares the smallest p-value that a rule looks at with that in the
        permuted cohorts, (1 + as small) / (1 + replicates) (Phipson & Smyth 2010, Stat Appl Genet
        Mol Biol 9:39). Without a p-value a rule does not reject; so many `without_p_value`. The
        interval is Wilson's and says how precise the simulation is.
    """
    alpha = round(1.0 - confidence_level, 10)
    thresholds = {
        "exposure_refitted": alpha,
        "any_candidate_screened": chain.screening_alpha,
        "any_selected_refitted": alpha,
    }
    own, dealt = _smallest(chain, observed), _smallest(chain, permutation)
    rows = [
        {
            "rule": rule,
            "null": NULL,
            "n": chain.n,
            "events": round(chain.counts[: len(chain.patterns)].sum()),
            "alpha": threshold,
            **_rejections(dealt[rule], threshold, confidence_level),
            "observed_p_value": float(own[rule][0]),
            "permutation_p_value": permutation_p_value(float(own[rule][0]), dealt[rule]),
        }
        for rule, threshold in thresholds.items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def permutation_p_value(observed: float, permuted: np.ndarray) -> float:
    """Return the share of p-values as small as the observed one, itself counted among them."""
    if np.isnan(observed):
        return float("nan")
    as_small = int((permuted <= observed * (1.0 + SAME)).sum())
    return (1 + as_small) / (1 + len(permuted))


def _rejections(p_values: np.ndarray, alpha: float, confidence_level: float) -> dict[str, Any]:
    rejected, replicates = int((p_values < alpha).sum()), len(p_values)
    low, high = wilson_interval(rejected, replicates, confidence_level)
    return {
        "replicates": replicates,
        "rejected": rejected,
        "type_i_error": rejected / replicates,
        "ci_low": low,
        "ci_high": high,
        "method": METHOD,
        "without_p_value": int(np.isnan(p_values).sum()),
    }


def _smallest(chain: Chain, kept: Refits) -> dict[str, np.ndarray]:
    """Return per rule the smallest p-value of every replicate; NaN where there is none."""
    exposure = chain.names.index(chain.exposure)
    candidate = np.isin(chain.names, chain.candidates)
    screened = np.where(candidate, kept.screening_p_value, np.nan)
    passed = np.where(kept.selected & kept.included, kept.refit_p_value, np.nan)
    return {
        "exposure_refitted": kept.refit_p_value[:, exposure],
        "any_candidate_screened": _row_minimum(screened),
        "any_selected_refitted": _row_minimum(passed),
    }


def _row_minimum(p_values: np.ndarray) -> np.ndarray:
    smallest = np.where(np.isnan(p_values), np.inf, p_values).min(axis=1)
    return np.where(np.isinf(smallest), np.nan, smallest)
