"""All that resampling says of a chain, as tables."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from study.statistics.resampling.chain import Chain
from study.statistics.stability.inclusion import tabulate_models, tabulate_stability
from study.statistics.stability.optimism import tabulate_optimism
from study.statistics.stability.replicates import (
    Performance,
    Refits,
    bootstrap,
    bootstrap_null,
    jackknife,
    join,
    permute,
)
from study.statistics.stability.type_i_error import tabulate_type_i_error

# Passes batches on; told the name of the step and how many replicates it will have.
Follow = Callable[[str, int, Iterable[Any]], Iterable[Any]]


def resample(
    chain: Chain,
    model: str,
    observed: tuple[Refits, Performance, np.ndarray],
    seed: int,
    replicates: Mapping[str, int],
    confidence_level: float,
    follow: Follow = lambda step, total, batches: batches,
) -> dict[str, pd.DataFrame]:
    """Return the tables ``stability, models, optimism, type_i_error`` of schemas/resampling.py.

    Parameters
    ----------
    observed : tuple
        As `observe` returns it.
    replicates : mapping
        How many of ``bootstrap`` and ``permutation``.
    """
    own, apparent, predicted = observed
    many, most = replicates["bootstrap"], replicates["permutation"]
    batches = list(follow("bootstrap", many, bootstrap(chain, seed, many)))
    drawn = join([refits for refits, _ in batches])
    performance = join([measured for _, measured in batches])
    dealt = join(list(follow("permutation", most, permute(chain, seed, most))))
    noise = join(list(follow("bootstrap of the permuted", most, bootstrap_null(chain, seed, most))))
    left = jackknife(chain)
    women = chain.counts.reshape(2, -1)[:, predicted]
    n, events = round(women.sum()), round(women[0].sum())
    return {
        "stability": tabulate_stability(chain, own, drawn, (dealt, noise), left, confidence_level),
        "models": tabulate_models(chain, own, drawn),
        "optimism": tabulate_optimism(model, n, events, apparent, drawn, performance),
        "type_i_error": tabulate_type_i_error(chain, own, dealt, confidence_level),
    }
