"""The stability of the selected model: how often a variable is included, and its intervals.

In a replicate that leaves a variable out its odds ratio is 1, so that the percentiles are those of
the whole chain, selection among it; such an estimator jumps, and their coverage is not
guaranteed. Only `bootstrap_conditional` looks at the replicates that include
the variable, as the reader of one selected model does.

======================= ==================================================================
bootstrap_percentile    of all replicates
bootstrap_bca           the same, bias-corrected; accelerated by the jackknife of the chain; only
                        of what is in every model
bootstrap_conditional   percentiles of the replicates with the variable
permutation_percentile  of all replicates in which the outcome is dealt anew
null_bootstrap          percentiles of a bootstrap replicate of each of these: what the
                        bootstrap frequencies of selection are by chance
jackknife_range         smallest and largest, one patient left out at a time
======================= ==================================================================

Sources: Sauerbrei & Schumacher (1992) Stat Med 11:2093; Heinze, Wallisch & Dunkler (2018)
Biometrical Journal 60:431.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from study.statistics.resampling.chain import Chain
from study.statistics.resampling.run import slice_of
from study.statistics.stability.intervals import (
    NO_INTERVAL,
    UNDEFINED,
    Interval,
    bca_interval,
    median,
    percentile_interval,
    spread,
)
from study.statistics.stability.replicates import Refits

COLUMNS = [
    "variable", "inclusion_frequency", "odds_ratio_low", "odds_ratio_high", "replicates", "method",
    "level", "reference", "n", "events", "odds_ratio", "odds_ratio_median", "included", "infinite",
    "without_value", "status", "is_kept", "selection_frequency",
]  # fmt: skip
NEVER_INCLUDED = Interval(*NO_INTERVAL, "never_included")
NO_TERMS = "(none)"


@dataclass(frozen=True)
class _Sample:
    """One coefficient in replicates: value, whether included and selected, how many it stands for.

    `selected` is NaN of what no screen decides about.
    """

    values: np.ndarray
    included: np.ndarray
    weights: np.ndarray
    selected: np.ndarray

    def those_included(self) -> "_Sample":
        """Return the replicates that include the variable."""
        kept = self.included
        return _Sample(self.values[kept], kept[kept], self.weights[kept], self.selected[kept])

    def share(self, which: np.ndarray) -> float:
        """Return the share of patients or replicates for which `which` is true."""
        return self.weights @ which / self.weights.sum()


def tabulate_stability(
    chain: Chain,
    observed: Refits,
    bootstrap: Refits,
    null: tuple[Refits, Refits],
    jackknife: tuple[Refits, np.ndarray],
    confidence_level: float,
) -> pd.DataFrame:
    """Return inclusion frequency and interval per coefficient and method.

    Parameters
    ----------
    null : tuple of Refits
        Of the permuted cohorts, and of a bootstrap replicate of each.

    Returns
    -------
    DataFrame
        `replicates` are those an interval rests on: patients for the jackknife, the replicates
        with the variable for `bootstrap_conditional`. Of them `infinite` have an infinite
        estimate, `without_value` none. `odds_ratio` is the cohort's own, empty where its model
        leaves the variable out. `is_kept`: the variable is in every model whatever the replicate,
        so that its inclusion frequency says nothing; `selection_frequency`, how often it passes
        the screen, does. That is empty where no screen decides.
    """
    rows = []
    for v, slot in _coefficients(chain):
        own = _coefficient(chain, observed, v, slot)
        drawn, dealt, noise = (_sample(chain, kept, v, slot) for kept in (bootstrap, *null))
        left = _sample(chain, jackknife[0], v, slot, jackknife[1])
        start = _sample(chain, observed, v, slot).values[0]
        for method, (sample, interval) in _intervals(
            drawn, dealt, noise, left, start, own["is_kept"], confidence_level
        ).items():
            whole = drawn if method == "bootstrap_conditional" else sample
            frequencies = {
                "inclusion_frequency": whole.share(whole.included),
                "selection_frequency": whole.share(whole.selected),
            }
            rows.append({**own, "method": method, **_row(sample, interval), **frequencies})
    return pd.DataFrame(rows)[COLUMNS]


def _intervals(
    drawn: _Sample,
    dealt: _Sample,
    noise: _Sample,
    left: _Sample,
    start: float,
    kept: bool,
    confidence_level: float,
) -> dict[str, tuple[_Sample, Interval]]:
    """Return per method the replicates it rests on and the interval."""
    inside = drawn.those_included()
    # An estimate that jumps to an odds ratio of 1 is not smooth, as BCa needs it.
    bca = (
        bca_interval(drawn.values, start, left.values, left.weights, confidence_level)
        if kept
        else UNDEFINED
    )
    return {
        "bootstrap_percentile": (drawn, percentile_interval(drawn.values, confidence_level)),
        "bootstrap_bca": (drawn, bca),
        "bootstrap_conditional": (inside, percentile_interval(inside.values, confidence_level)),
        "permutation_percentile": (dealt, percentile_interval(dealt.values, confidence_level)),
        "null_bootstrap": (noise, percentile_interval(noise.values, confidence_level)),
        "jackknife_range": (left, spread(left.values)),
    }


def tabulate_models(chain: Chain, observed: Refits, bootstrap: Refits) -> pd.DataFrame:
    """Return how often the chain arrives at each model, the most frequent first.

    `terms` are joined by `` + ``, in the order of the models.
    """
    place = [chain.names.index(name) for name in chain.order]
    found, times = np.unique(bootstrap.included[:, place], axis=0, return_counts=True)
    table = pd.DataFrame(
        {
            "terms": [_terms(chain, included) for included in found],
            "replicates": times,
            "frequency": times / times.sum(),
            "is_observed": (found == observed.included[:, place]).all(axis=1),
        }
    )
    ordered = ["replicates", "terms"]
    return table.sort_values(ordered, ascending=[False, True], ignore_index=True)


def _terms(chain: Chain, included: np.ndarray) -> str:
    return " + ".join(np.array(chain.order)[included]) or NO_TERMS


def _coefficients(chain: Chain) -> Iterator[tuple[int, int]]:
    """Yield variable and column of the estimates, in the order of the models."""
    for name in chain.order:
        v = chain.names.index(name)
        for slot in range(*slice_of(chain, v).indices(len(chain.coefficients))):
            yield v, slot


def _sample(
    chain: Chain, kept: Refits, v: int, slot: int, weights: np.ndarray | None = None
) -> _Sample:
    # ASSUME: in a replicate that leaves a variable out its odds ratio is 1, so that an interval
    # carries the selection; source: Heinze, Wallisch & Dunkler 2018, Biometrical Journal 60:431
    included = kept.included[:, v]
    values = np.where(included, kept.log_odds[:, slot], 0.0)
    screened = chain.model is None and chain.names[v] in chain.candidates
    passed = kept.selected[:, v] if screened else np.full(len(values), np.nan)
    return _Sample(values, included, np.ones(len(values)) if weights is None else weights, passed)


def _coefficient(chain: Chain, observed: Refits, v: int, slot: int) -> dict[str, Any]:
    coefficient = chain.coefficients[slot]
    return {
        "variable": coefficient.variable,
        "level": coefficient.level,
        "reference": coefficient.reference,
        "n": chain.n,
        "events": round(chain.counts[: len(chain.patterns)].sum()),
        "odds_ratio": _odds_ratio(observed.log_odds[0, slot]),
        "is_kept": coefficient.variable in chain.kept,
    }


def _row(sample: _Sample, interval: Interval) -> dict[str, Any]:
    if not sample.included.any():
        interval = NEVER_INCLUDED
    total = sample.weights.sum()
    return {
        "odds_ratio_low": _odds_ratio(interval.low),
        "odds_ratio_high": _odds_ratio(interval.high),
        "odds_ratio_median": _odds_ratio(_median(sample)),
        "replicates": round(total),
        "included": round(sample.weights @ sample.included),
        "infinite": round(sample.weights @ np.isinf(sample.values)),
        "without_value": round(sample.weights @ np.isnan(sample.values)),
        "status": interval.status,
    }


def _median(sample: _Sample) -> float:
    """Return the median; NaN where nothing is included, or values stand for several patients."""
    if not sample.included.any() or (sample.weights != 1).any():
        return float("nan")
    return median(sample.values)


def _odds_ratio(log_odds: float) -> float:
    return float(np.exp(log_odds)) if np.isfinite(log_odds) else float("nan")
