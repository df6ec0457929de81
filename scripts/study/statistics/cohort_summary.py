"""The exposure's odds ratio of every cohort, side by side, and their random-effects summary."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from study.problems import StudyError
from study.statistics.design import OVERALL
from study.statistics.meta_analysis import RandomEffects, random_effects

POOLED = "random_effects"
METHOD = "reml_hartung_knapp"
# ASSUME: with fewer cohorts there is no prediction interval, and the variance between cohorts
# is told with a warning (a convention of this project: two cohorts say little of their spread).
LEAST_FOR_PREDICTION = 3
LEAST_FOR_VARIANCE = 5
# An interval this narrow against the ordinary one is rounding: all estimates are the same.
NO_WIDTH = 1e-6
COLUMNS = [
    "cohort", "synthetic", "n", "events", "log_odds", "std_error", "odds_ratio", "ci_low",
    "ci_high", "weight",
]  # fmt: skip


@dataclass(frozen=True)
class Summary:
    """The tables of schemas/summary.py."""

    cohorts: pd.DataFrame
    heterogeneity: pd.DataFrame
    left_out: pd.DataFrame


def side_by_side(
    estimates: Mapping[str, pd.DataFrame],
    synthetic: Mapping[str, bool],
    *,
    model: str,
    exposure: str,
    reference: str,
    confidence_level: float,
) -> pd.DataFrame:
    """Return one row per cohort: its maximum-likelihood odds ratio with Wald interval.

    A cohort that lacks the model or the variable is ``not_estimable``; where the other level was
    the reference, its odds ratio is turned round.
    Intervals are computed anew, so that all have the same confidence level.

    Parameters
    ----------
    estimates : Mapping of str to DataFrame
        By cohort, its ``univariable`` or ``multivariable`` estimates.

    Raises
    ------
    StudyError
        If no cohort has the model, or the exposure has more than two levels.
    """
    if not any(frame["model"].eq(model).any() for frame in estimates.values()):
        known = sorted({name for frame in estimates.values() for name in frame["model"]})
        raise StudyError(
            f"config/config.yaml: no cohort has the model '{model}' that summary.model names. "
            f"Models there are: {', '.join(known)}."
        )
    rows = []
    for cohort, frame in estimates.items():
        row = _main_row(frame[frame["model"].eq(model)], exposure, reference)
        rows.append({"cohort": cohort, "synthetic": synthetic[cohort], **row})
    table = pd.DataFrame(rows).astype({"n": "Int64", "events": "Int64"})
    margin = float(norm.ppf((1 + confidence_level) / 2)) * table["std_error"]
    return table.assign(
        odds_ratio=np.exp(table["log_odds"]),
        ci_low=np.exp(table["log_odds"] - margin),
        ci_high=np.exp(table["log_odds"] + margin),
    )


def _main_row(model: pd.DataFrame, exposure: str, reference: str) -> dict[str, object]:
    """Return counts, log odds ratio, standard error and status of the exposure's only level."""
    main = model["estimator"].eq("ml") & model["ci_method"].eq("wald")
    rows = model[main & model["variable"].eq(exposure) & model["level"].ne(OVERALL)]
    if len(rows) > 1:
        levels = ", ".join([rows["reference"].iloc[0], *rows["level"]])
        raise StudyError(
            "config/config.yaml: cohorts are summarised by an exposure of two levels; "
            f"'{exposure}' has {levels}. Name another one under "
            "analysis.models.exposure, or run the cohorts one by one."
        )
    if len(rows) and reference in rows.iloc[0][["level", "reference"]].tolist():
        row = rows.iloc[0][["n", "events", "log_odds", "std_error", "status"]].to_dict()
        sign = 1 if rows["reference"].iloc[0] == reference else -1
        return row | {"log_odds": sign * row["log_odds"]}
    counts = (
        model[["n", "events"]].iloc[0].to_dict() if len(model) else {"n": pd.NA, "events": pd.NA}
    )
    return {**counts, "log_odds": np.nan, "std_error": np.nan, "status": "not_estimable"}


def summarise(cohorts: pd.DataFrame, confidence_level: float) -> Summary:
    """Return the cohorts with their pooled row, its heterogeneity, and who was left out and why.

    Synthetic cohorts and those without an estimate are never pooled. The pooled row is always
    the last; with fewer than two cohorts to pool it is empty and says so in
    ``heterogeneity.note``.

    Parameters
    ----------
    cohorts : DataFrame
        What `side_by_side` returns.
    """
    reason = cohorts["status"].where(cohorts["status"].ne("ok"), "synthetic")
    out = cohorts["synthetic"] | cohorts["status"].ne("ok")
    left_out = pd.DataFrame({"cohort": cohorts["cohort"], "reason": reason})[out]
    real = cohorts[~out]
    pooled = None
    if len(real) > 1:
        pooled = random_effects(real["log_odds"], real["std_error"], confidence_level)
    weights = pd.Series(pooled.weights if pooled else np.nan, index=real.index, dtype=float)
    table = cohorts.assign(weight=weights)[COLUMNS]
    row = {"cohort": POOLED, "synthetic": False}
    if pooled:
        row |= {"n": real["n"].sum(), "events": real["events"].sum(), **_pooled(pooled)}
    return Summary(
        cohorts=pd.DataFrame([*table.to_dict("records"), row], columns=COLUMNS),
        heterogeneity=pd.DataFrame([_heterogeneity(real["cohort"].tolist(), pooled, left_out)]),
        left_out=left_out.reset_index(drop=True),
    )


def _pooled(pooled: RandomEffects) -> dict[str, float]:
    estimate = {"log_odds": pooled.estimate, "std_error": pooled.std_error, "weight": 1.0}
    return estimate | _odds_ratio(pooled)


def _odds_ratio(pooled: RandomEffects) -> dict[str, float]:
    return {
        "odds_ratio": float(np.exp(pooled.estimate)),
        "ci_low": float(np.exp(pooled.ci_low)),
        "ci_high": float(np.exp(pooled.ci_high)),
    }


def _heterogeneity(
    real: list[str], pooled: RandomEffects | None, left_out: pd.DataFrame
) -> dict[str, object]:
    names = ("tau2", "i2", "q", "df", "p_value")
    estimates = {name: getattr(pooled, name) if pooled else None for name in names}
    ratios = dict.fromkeys(["odds_ratio", "ci_low", "ci_high", "prediction_low", "prediction_high"])
    if pooled:
        ratios |= _odds_ratio(pooled)
    if pooled and pooled.k >= LEAST_FOR_PREDICTION:
        ratios |= {
            "prediction_low": float(np.exp(pooled.prediction_low)),
            "prediction_high": float(np.exp(pooled.prediction_high)),
        }
    return {
        "k": len(real),
        **estimates,
        "method": METHOD,
        **ratios,
        "status": "ok" if pooled else "not_estimable",
        "note": _note(real, pooled, left_out) or None,
    }


def _note(real: list[str], pooled: RandomEffects | None, left_out: pd.DataFrame) -> str:
    """Return in words why there is no summary, who is not in it, and when to distrust it."""
    sentences = [] if pooled is None else _doubts(pooled)
    if pooled is None:
        there = f"there is one ({real[0]})" if real else "there is none"
        sentences.append(
            f"Nothing to summarise: a summary takes two real cohorts with an estimate, and {there}."
        )
    if len(left_out):
        names = [f"{row.cohort} ({row.reason.replace('_', ' ')})" for row in left_out.itertuples()]
        sentences.append(f"Left out: {', '.join(names)}.")
    separated = left_out.loc[left_out["reason"].eq("separated"), "cohort"]
    if pooled and len(separated):
        sentences.append(
            "Separation means an extreme odds ratio: a summary without "
            f"{', '.join(separated)} is biased."
        )
    return " ".join(sentences)


def _doubts(pooled: RandomEffects) -> list[str]:
    """Return in words why few or like cohorts make a summary doubtful."""
    sentences = []
    if pooled.k < LEAST_FOR_VARIANCE:
        without = "; no prediction interval" if pooled.k < LEAST_FOR_PREDICTION else ""
        sentences.append(f"From {pooled.k} cohorts, τ² and I² can barely be estimated{without}.")
    if pooled.relative_width < NO_WIDTH:
        sentences.append(
            "The Hartung–Knapp interval is degenerate: all cohorts have the same estimate."
        )
    elif pooled.relative_width < 1:
        sentences.append(
            "The Hartung–Knapp interval is narrower than the ordinary one "
            f"({pooled.relative_width:.2f} of its width) and may be too narrow."
        )
    return sentences
