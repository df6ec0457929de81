"""Whether single women carry the result: the primary model without each of them."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from study.sensitivity.rows import complete_patients
from study.statistics.resampling.chain import Chain
from study.statistics.resampling.draws import leave_one_out
from study.statistics.resampling.result import STATUSES, p_value
from study.statistics.resampling.run import run_chain, slice_of


def leave_women_out(chain: Chain, estimator: str) -> pd.DataFrame:
    """Return the exposure's odds ratio without one woman, for every kind of woman there is.

    Women alike in outcome and variables are one row, with how many they are (``women``); screen
    and refit are done anew without one of them; ``n`` and ``events`` are of the model that is left.
    ``shift`` is the odds ratio over that of all.
    The row whose odds ratio is furthest from it comes first.
    """
    counts, women = leave_one_out(chain)
    everyone = run_chain(chain, chain.counts[None], estimator).refit
    result = run_chain(chain, counts, estimator)
    without = result.refit
    sizes = [
        complete_patients(replace(chain, counts=left), np.array(chain.names)[terms])
        for left, terms in zip(counts, result.terms, strict=True)
    ]
    v = chain.names.index(chain.exposure)
    slot = slice_of(chain, v).start
    log_odds = without.log_odds[:, slot]
    shift = log_odds - everyone.log_odds[0, slot]
    live = np.flatnonzero(chain.counts)
    patterns = chain.patterns.iloc[live % len(chain.patterns)]
    codes = np.where(
        np.isnan(log_odds) & (without.coefficient_status[:, slot] < 0),
        STATUSES.index("not_estimable"),
        np.maximum(without.coefficient_status[:, slot], 0),
    )
    table = pd.DataFrame(
        {
            "pattern": [_in_words(row) for row in patterns.to_dict("records")],
            "outcome": np.where(live < len(chain.patterns), "yes", "no"),
            "women": women.astype(int),
            "n": [n for n, _ in sizes],
            "events": [events for _, events in sizes],
            "odds_ratio": np.exp(log_odds),
            "p_value": p_value((log_odds / without.std_error[:, slot]) ** 2, np.array(1)),
            "shift": np.exp(shift),
            "status": [STATUSES[code] for code in codes],
        }
    )
    order = np.argsort(-np.nan_to_num(np.abs(shift), nan=np.inf), kind="stable")
    return table.iloc[order].reset_index(drop=True)


def _in_words(pattern: Mapping[str, object]) -> str:
    return "; ".join(
        f"{name}={'unknown' if pd.isna(value) else value}" for name, value in pattern.items()
    )
