"""One test over all universes: what they say together, against outcomes under the null."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import norm

from study.sensitivity.decisions import SIGNIFICANT
from study.sensitivity.universes import PRIMARY
from study.statistics.prevalence import wilson_interval

# Replicates: the statistics need several times their memory.
AT_ONCE = 50
STATISTICS = {
    "median_log_odds": "median log odds ratio over universes",
    "significant_share": "share of universes with p < 0.05 in one direction",
    "mean_z": "mean of the signed z-values of universes (Stouffer)",
}


def joint_statistics(log_odds: np.ndarray, p_value: np.ndarray) -> np.ndarray:
    """Return the statistics of `STATISTICS`, (3, B), from universes (U, B); all two-sided.

    Larger is further from the null. The median is of the universes with an estimate (0 if there
    is none); one without (NaN) is not significant, and its z is 0.
    """
    known = ~np.isnan(log_odds)
    some = np.where(known.any(axis=0), log_odds, 0.0)  # a replicate without any estimate: null
    median = np.abs(np.nanmedian(some, axis=0))
    significant = known & (p_value < SIGNIFICANT)
    above = (significant & (log_odds > 0)).mean(axis=0)
    below = (significant & (log_odds < 0)).mean(axis=0)
    z = np.where(known, np.sign(log_odds) * norm.isf(np.nan_to_num(p_value, nan=1.0) / 2), 0.0)
    return np.array([median, np.maximum(above, below), np.abs(z.mean(axis=0))])


def judge_jointly(
    followed: pd.DataFrame, null: pd.DataFrame, confidence_level: float
) -> pd.DataFrame:
    """Return the joint tests over the universes of which the null has replicates.

    One row per statistic: observed, its median under the null, replicates, how many of them are
    as far from the null, and the p-value with its Monte Carlo interval (Wilson). The p-value
    counts the cohort itself as one more replicate, so that it is never 0 (Davison and Hinkley
    1997, Bootstrap methods and their application, section 4.2.1).

    All odds ratios count (`contrast` ``any``: under this null none tells anything). Where some
    compare other women than the primary one there are further rows, ``primary``: an odds ratio of
    another contrast counts as no estimate, in the cohort and in each replicate by the model that
    the universe ends with there. ``null_not_estimable`` is the share of the replicates in which a
    universe has its exposure in the model and no estimate, ``null_not_estimable_most`` that of
    the universe with the most.

    Parameters
    ----------
    followed : DataFrame
        One row per universe, as `follow_exposure` gives it.
    null : DataFrame
        universe, log_odds, p_value, status as `replicate_null` gives them, replicates in order.

    References
    ----------
    Simonsohn, Simmons and Nelson 2020, Nature Human Behaviour 4:1208, for the three statistics.
    They shift outcomes by the estimate, which a binary outcome does not allow.
    """
    names = null["universe"].unique()
    own = followed.set_index("universe").loc[names]
    contrasts = {"any": (own, ["ok", "nested"])}
    if not own["same_contrast"].all():
        nested = followed.loc[followed["universe"].eq(PRIMARY), "nested"].any()
        same = own.assign(log_odds=own["log_odds"].where(own["same_contrast"]))
        contrasts["primary"] = (same, ["nested" if nested else "ok"])
    rows = [
        {"contrast": contrast, "statistic": name, "universes": len(names), **judged}
        for contrast, (counted, statuses) in contrasts.items()
        for name, judged in _judge(counted, null, statuses, confidence_level).items()
    ]
    lacking = null["status"].eq("not_estimable").to_numpy().reshape(len(names), -1).mean(axis=1)
    return pd.DataFrame(rows).assign(
        null_not_estimable=lacking.mean(), null_not_estimable_most=lacking.max()
    )


def _judge(
    universes: pd.DataFrame, null: pd.DataFrame, statuses: Sequence[str], confidence_level: float
) -> dict[str, dict[str, float]]:
    """Return each statistic against replicates whose estimates count by `statuses`."""
    own = universes[["log_odds", "p_value"]].to_numpy(dtype=float)
    observed = joint_statistics(own[:, :1], own[:, 1:])[:, 0]
    same = null["status"].isin(statuses).to_numpy().reshape(len(own), -1)
    log_odds, p_values = (
        null[name].to_numpy(dtype=float).reshape(same.shape) for name in ("log_odds", "p_value")
    )
    replicates = np.hstack(
        [
            joint_statistics(np.where(same[:, b], log_odds[:, b], np.nan), p_values[:, b])
            for b in np.array_split(np.arange(same.shape[1]), 1 + same.shape[1] // AT_ONCE)
        ]
    )
    return {
        name: _compare(value, drawn, confidence_level)
        for name, value, drawn in zip(STATISTICS, observed, replicates, strict=True)
    }


def _compare(value: float, drawn: np.ndarray, confidence_level: float) -> dict[str, float]:
    # What rounding separates is equal: many universes share an estimate.
    beyond, total = int((drawn >= value - 1e-12).sum()), len(drawn)
    low, high = wilson_interval(beyond, total, confidence_level)
    return {
        "observed": value,
        "null_median": float(np.median(drawn)),
        "replicates": total,
        "beyond": beyond,
        "p_value": (1 + beyond) / (1 + total),
        "p_low": low,
        "p_high": high,
    }
