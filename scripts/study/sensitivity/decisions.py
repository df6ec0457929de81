"""Which decision moves the odds ratio of the exposure, by how much, and which flips its test."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from study.sensitivity.universes import PRIMARY

SIGNIFICANT = 0.05
COLUMNS = [
    "dimension", "option", "median_odds_ratio", "shift", "flips_significance", "is_primary",
    "universes", "estimated", "significant", "odds_ratio_alone", "p_value_alone", "n_alone",
    "status_alone", "variance_share",
]  # fmt: skip


def follow_exposure(
    universes: pd.DataFrame, estimates: pd.DataFrame, exposure: str, level: str
) -> pd.DataFrame:
    """Return one row per universe: its options, and the estimate of the exposure's level.

    Raises
    ------
    ValueError
        If a universe has not exactly one such row.
    """
    own = estimates[estimates["variable"].eq(exposure) & estimates["level"].eq(level)]
    return universes.merge(own, on="universe", how="left", validate="one_to_one")


def summarise_decisions(
    followed: pd.DataFrame, options: Mapping[str, Sequence[str]], bound: pd.Series
) -> pd.DataFrame:
    """Return one row per option.

    `median_odds_ratio`, `universes`, `estimated` (those with an odds ratio) and `significant`
    (with p below `SIGNIFICANT`) are over all universes with the option, but for those that are a
    bound, which count in their own option only. The columns ``_alone``
    are of the universe that differs from the primary one in this option only; `shift` is its odds
    ratio over the primary's, and `flips_significance` whether one of the two has p below
    `SIGNIFICANT` and the other has not. Both are empty where one of the two has no estimate.
    `variance_share` is of the dimension: the share of the variance of the log odds ratio over
    universes that lies between the means of its options (they overlap where options interact, and
    need not add up to 1).

    Parameters
    ----------
    followed : DataFrame
        As `follow_exposure` gives it.
    options : mapping
        Options of each dimension, the primary one first.
    bound : Series of bool
        Per row of `followed`, whether it bounds the result (`is_bound`).
    """
    primary = followed[followed["universe"].eq(PRIMARY)].iloc[0]
    rows = []
    for dimension, names in options.items():
        share = variance_share(followed[~bound], dimension)
        for name in names:
            with_option = followed[dimension].eq(name)
            own = followed[with_option & (~bound | bound[with_option].all())]
            alone = universe_alone(followed, primary, options, dimension, name)
            rows.append(
                {
                    "dimension": dimension,
                    "option": name,
                    "median_odds_ratio": np.exp(own["log_odds"].median()),
                    "is_primary": name == names[0],
                    "universes": len(own),
                    "estimated": int(own["log_odds"].notna().sum()),
                    "significant": int(own["p_value"].lt(SIGNIFICANT).sum()),
                    "variance_share": share,
                    **_compare(alone, primary),
                }
            )
    return pd.DataFrame(rows)[COLUMNS].astype({"n_alone": "Int64"})


def universe_alone(
    followed: pd.DataFrame,
    primary: pd.Series,
    options: Mapping[str, Sequence[str]],
    dimension: str,
    name: str,
) -> pd.Series:
    """Return the universe (a row of `followed`) with an option in which nothing else differs.

    Where a constraint holds other dimensions with the option, it is the one nearest to the
    primary: that with the fewest other options.
    """
    own = followed[followed[dimension].eq(name)]
    others = [other for other in options if other != dimension]
    changes = own[others].ne(primary[others]).sum(axis="columns")
    return own.loc[changes.idxmin()]


def _compare(alone: pd.Series, primary: pd.Series) -> dict[str, object]:
    known = pd.notna(alone["log_odds"]) and pd.notna(primary["log_odds"])
    below = alone["p_value"] < SIGNIFICANT, primary["p_value"] < SIGNIFICANT
    return {
        "shift": np.exp(alone["log_odds"] - primary["log_odds"]) if known else np.nan,
        "flips_significance": pd.NA if not known else below[0] != below[1],
        "odds_ratio_alone": alone["odds_ratio"],
        "p_value_alone": alone["p_value"],
        "n_alone": alone["n"],
        "status_alone": alone["status"],
    }


def variance_share(followed: pd.DataFrame, dimension: str) -> float:
    """Return the share of the variance of the log odds ratio between a dimension's options.

    NaN where fewer than two universes have an odds ratio, or all the same.
    """
    known = followed[followed["log_odds"].notna()]
    whole = known["log_odds"].var(ddof=0)
    if len(known) < 2 or not whole > 0:
        return float("nan")
    means = known.groupby(dimension)["log_odds"].transform("mean")
    return float(means.var(ddof=0) / whole)
