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

    Anything is the odds ratio, its p-value, the women, whether there is an estimate, or whom the
    odds ratio compares. They are in the order of the furthest odds ratio from the primary one,
    options that are `bounds`, or compare other women, aside.
    """
    distance = {}
    for dimension, own in decisions.groupby("dimension", sort=False):
        others = own[~own["option"].isin(bounds)]
        if any(changes(row, own.iloc[0]) for _, row in others.iterrows()):
            shift = others["shift"].where(others["same_contrast_alone"])
            distance[str(dimension)] = np.abs(np.log(shift)).fillna(0).max()
    return sorted(distance, key=lambda name: -distance[name])


def changes(row: pd.Series, primary: pd.Series) -> bool:
    """Return whether an option alone changes odds ratio, p-value, women, status or contrast."""
    numbers = ["odds_ratio_alone", "p_value_alone", "n_alone", "events_alone"]
    own, other = (one[numbers].astype(float).to_numpy() for one in (row, primary))
    same = np.allclose(own, other, rtol=1e-9, atol=1e-12, equal_nan=True)
    kinds = ["status_alone", "same_contrast_alone"]
    return not same or any(row[kind] != primary[kind] for kind in kinds)


def untested(own: pd.DataFrame) -> bool:
    """Return whether the options of a dimension (its rows of decisions) change nobody."""
    others = own[~own["is_primary"]]
    return bool((others["acts_on"].eq("women") & others["women_changed_alone"].eq(0)).all())


def order_universes(comparable: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the universes by their odds ratio, the smallest first.

    Those of one estimate are shuffled: any order by their options would look like an effect.
    """
    mixed = comparable.iloc[np.random.default_rng(seed).permutation(len(comparable))]
    order = mixed["log_odds"].round(DIGITS).sort_values(kind="stable").index
    return mixed.loc[order].reset_index(drop=True)


def share_options(options: pd.Series, names: Sequence[str], columns: int) -> np.ndarray:
    """Return the share of universes with each option, (options, columns), from left to right.

    Neighbouring universes share a column where there are more of them than `columns`; else each
    has its own, and shares are 0 or 1.
    """
    parts = np.array_split(options.to_numpy(), min(columns, len(options)))
    return np.array([[np.mean(part == name) for part in parts] for name in names])
