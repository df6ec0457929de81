"""Which decision moves the odds ratio of the exposure, by how much, and which flips its test."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from study.sensitivity.rows import in_model
from study.sensitivity.universes import PRIMARY, Dimensions

SIGNIFICANT = 0.05
# The standard error of a median of 20 normal values is 0.28 of their standard deviation; of fewer,
# medians of options differ by the draw of universes as much as by the options.
LEAST_COMPARED = 20
# What is nested in the exposed level: with it in the model, the exposure compares only the rest of
# that level with its reference. Luminal B HER2-positive women are part of the HER2-positive.
NESTED_IN = {"her2_status": "luminal_b_her2_positive"}
COLUMNS = [
    "dimension", "option", "median_odds_ratio", "shift", "flips_significance", "is_primary",
    "universes", "estimated", "significant", "compared", "odds_ratio_alone", "p_value_alone",
    "n_alone", "events_alone", "status_alone", "same_contrast_alone", "held_alone", "acts_on",
    "women_changed_alone", "variance_share",
]  # fmt: skip


def follow_exposure(
    universes: pd.DataFrame, estimates: pd.DataFrame, exposure: str, level: str
) -> pd.DataFrame:
    """Return one row per universe: its options, and the estimate of the exposure's level.

    `same_contrast` says whether the odds ratio compares the same women as the primary's: whether
    the term nested in the exposed level (`NESTED_IN`) is in the model exactly if it is in the
    primary's. True also where there is no odds ratio. `nested` says whether it is in the model.

    Raises
    ------
    ValueError
        If a universe has not exactly one such row.
    """
    own = estimates[estimates["variable"].eq(exposure) & estimates["level"].eq(level)]
    followed = universes.merge(own, on="universe", how="left", validate="one_to_one")
    nested = estimates["variable"].eq(NESTED_IN.get(exposure, ""))
    inside = estimates.loc[nested & in_model(estimates), "universe"]
    holds = followed["universe"].isin(inside)
    same = holds.eq(PRIMARY in set(inside))
    return followed.assign(same_contrast=same | followed["log_odds"].isna(), nested=holds)


def terms_of_primary(estimates: pd.DataFrame) -> list[str]:
    """Return the variables in the model of the primary universe."""
    inside = estimates["universe"].eq(PRIMARY) & in_model(estimates)
    return list(dict.fromkeys(estimates.loc[inside, "variable"]))


def summarise_decisions(
    followed: pd.DataFrame,
    options: Mapping[str, Sequence[str]],
    bound: pd.Series,
    dimensions: Dimensions,
) -> pd.DataFrame:
    """Return one row per option.

    `universes` are those drawn with the option (of a bound, its own), `estimated` of them those
    with an odds ratio, `significant` those with p below `SIGNIFICANT`. `compared` have an odds
    ratio of the primary's contrast that they would have whatever its screen said (one that had to
    pass is seen only where it is large); `median_odds_ratio` is theirs, and `variance_share` that
    of the dimension (`variance_share`): both empty with fewer than `LEAST_COMPARED`.

    The columns ``_alone`` are of the universe that differs from the primary one in this option
    only, and in what constraints hold with it (`held_alone`): `shift` is its odds ratio over the
    primary's, `flips_significance` whether one of the two has p below `SIGNIFICANT` and the other
    has not. Both are empty where one has no estimate or the contrasts differ. `acts_on` says
    whether the option decides about ``women`` or about the ``model`` of the same women.

    Parameters
    ----------
    followed : DataFrame
        As `follow_exposure` gives it; `bound` says of each row whether it is a bound (`is_bound`).
    options : mapping
        Options of each dimension, the primary one first.
    """
    primary = followed[followed["universe"].eq(PRIMARY)].iloc[0]
    drawn = followed[followed["is_drawn"] & ~bound]
    rows = []
    for dimension, names in options.items():
        share = variance_share(drawn[_is_compared(drawn)], dimension)
        others = [other for other in options if other != dimension]
        for name in names:
            chosen = followed[dimension].eq(name)
            own = followed[chosen] if bound[chosen].all() else drawn[drawn[dimension].eq(name)]
            alone = universe_alone(followed, primary, options, dimension, name)
            rows.append(
                {
                    "dimension": dimension,
                    "option": name,
                    "is_primary": name == names[0],
                    "variance_share": share,
                    "held_alone": _held(alone, primary, others),
                    "acts_on": acts_on(dimensions[dimension][name]),
                    **_count(own),
                    **_compare(alone, primary),
                }
            )
    return pd.DataFrame(rows)[COLUMNS].astype({"n_alone": "Int64", "events_alone": "Int64"})


def acts_on(option: Mapping[str, object]) -> str:
    """Return ``women`` if an option decides who is in or what they have, else ``model``."""
    return "women" if {"derivation", "criteria"} & set(option) else "model"


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


def _is_compared(universes: pd.DataFrame) -> pd.Series:
    known = universes["log_odds"].notna()
    return known & universes["keeps_exposure"] & universes["same_contrast"]


def _count(own: pd.DataFrame) -> dict[str, object]:
    ratios = own.loc[_is_compared(own), "log_odds"]
    return {
        "median_odds_ratio": np.exp(ratios.median()) if len(ratios) >= LEAST_COMPARED else np.nan,
        "universes": len(own),
        "estimated": int(own["log_odds"].notna().sum()),
        "significant": int(own["p_value"].lt(SIGNIFICANT).sum()),
        "compared": len(ratios),
    }


def _held(alone: pd.Series, primary: pd.Series, others: Sequence[str]) -> str:
    return "; ".join(f"{name}={alone[name]}" for name in others if alone[name] != primary[name])


def _compare(alone: pd.Series, primary: pd.Series) -> dict[str, object]:
    known = pd.notna(alone["log_odds"]) and pd.notna(primary["log_odds"])
    comparable = known and bool(alone["same_contrast"])
    below = alone["p_value"] < SIGNIFICANT, primary["p_value"] < SIGNIFICANT
    return {
        "shift": np.exp(alone["log_odds"] - primary["log_odds"]) if comparable else np.nan,
        "flips_significance": below[0] != below[1] if comparable else pd.NA,
        "odds_ratio_alone": alone["odds_ratio"],
        "p_value_alone": alone["p_value"],
        "n_alone": alone["n"],
        "events_alone": alone["events"],
        "status_alone": alone["status"],
        "same_contrast_alone": bool(alone["same_contrast"]),
        "women_changed_alone": int(alone["women_changed"]),
    }


def variance_share(compared: pd.DataFrame, dimension: str) -> float:
    """Return the share of the variance of the log odds ratio between a dimension's options.

    The shares of dimensions overlap where options interact, and need not add up to 1. NaN with
    fewer than `LEAST_COMPARED` universes, or where all have the same odds ratio.
    """
    whole = compared["log_odds"].var(ddof=0)
    if len(compared) < LEAST_COMPARED or not whole > 0:
        return float("nan")
    means = compared.groupby(dimension)["log_odds"].transform("mean")
    return float(means.var(ddof=0) / whole)
