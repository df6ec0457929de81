"""What the specification curve shows: universes in their order, and which options they have."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from study.sensitivity.universes import PRIMARY
from study.statistics.design import OVERALL

# What rounding separates is the same estimate.
DIGITS = 10


def level_followed(estimates: pd.DataFrame, exposure: str) -> str:
    """Return the level of the exposure whose odds ratio universes compare: the primary's."""
    own = estimates[
        estimates["universe"].eq(PRIMARY)
        & estimates["variable"].eq(exposure)
        & estimates["level"].ne(OVERALL)
    ]
    return str(own["level"].iloc[0])


def dimensions_that_move(decisions: pd.DataFrame, bounds: Sequence[str] = ()) -> list[str]:
    """Return the dimensions of which an option, changed alone, changes anything; largest first.

    Anything is the odds ratio, its p-value, the women, or whether there is an estimate. They are
    in the order of the furthest odds ratio from the primary one, options that are `bounds` aside.
    """
    distance = {}
    for dimension, own in decisions.groupby("dimension", sort=False):
        others = own[~own["option"].isin(bounds)]
        if any(changes(row, own.iloc[0]) for _, row in others.iterrows()):
            distance[str(dimension)] = np.abs(np.log(others["shift"])).fillna(0).max()
    return sorted(distance, key=lambda name: -distance[name])


def changes(row: pd.Series, primary: pd.Series) -> bool:
    """Return whether an option alone changes odds ratio, p-value, women or status."""
    numbers = ["odds_ratio_alone", "p_value_alone", "n_alone"]
    own, other = (one[numbers].astype(float).to_numpy() for one in (row, primary))
    same = np.allclose(own, other, rtol=1e-9, atol=1e-12, equal_nan=True)
    return not same or row["status_alone"] != primary["status_alone"]


def order_universes(followed: pd.DataFrame, shown: Sequence[str]) -> pd.DataFrame:
    """Return the universes with an odds ratio, the smallest first.

    Those of one estimate stand in the order of their options of `shown`, so that blocks form.
    """
    known = followed[followed["log_odds"].notna()]
    keys = [known["log_odds"].round(DIGITS), known["ci_low"].round(DIGITS)]
    keys += [pd.Series(pd.factorize(followed[name])[0], followed.index) for name in shown]
    ranked = pd.concat([key.loc[known.index].rename(i) for i, key in enumerate(keys)], axis=1)
    order = ranked.sort_values(list(ranked.columns), kind="stable").index
    return known.loc[order].reset_index(drop=True)


def share_options(options: pd.Series, names: Sequence[str], columns: int) -> np.ndarray:
    """Return the share of universes with each option, (options, columns), from left to right.

    Neighbouring universes share a column where there are more of them than `columns`; else each
    has its own, and shares are 0 or 1.
    """
    parts = np.array_split(options.to_numpy(), min(columns, len(options)))
    return np.array([[np.mean(part == name) for part in parts] for name in names])
