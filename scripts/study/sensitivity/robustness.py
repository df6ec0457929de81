"""How far the primary result is from falling: E-value, tipping points, agreement of universes."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from study.sensitivity.decisions import SIGNIFICANT
from study.sensitivity.imputed import CYCLES, Imputation, varying
from study.sensitivity.prepared import Prepared
from study.sensitivity.rows import complete_patients
from study.sensitivity.universes import PRIMARY
from study.statistics.e_value import e_value
from study.statistics.missing_data.completed import Completed
from study.statistics.missing_data.fits import CompletedFits, fit_completed
from study.statistics.missing_data.imputation import OutcomeShift, impute
from study.statistics.missing_data.tipping import CURVE, find_tipping_points, tipping_curve
from study.statistics.resampling.chain import Chain
from study.statistics.spline import Spline

# Criteria about what is not known: these women are those whose outcome can be imputed.
ABOUT_THE_UNKNOWN = {
    "microcalcifications_not_reported",
    "receptors_unknown",
    "subtype_unknown",
    "missing_model_data",
}
TIPPING = [*CURVE, "terms", "left_out"]
# A tipping point moves with the draws: this many leave its Monte Carlo error small.
TIPPING_IMPUTATIONS = 200
DELTAS = [quarters / 4 for quarters in range(-12, 13)]


def tip_over(
    prepared: Prepared, terms: Sequence[str], level: str, imputation: Imputation
) -> pd.DataFrame:
    """Return the odds ratio of the exposure for departures from missing at random.

    Of all women whom no criterion about a known fact excludes; outcome, exposure and `terms`
    are imputed where they are unknown, and imputed outcomes stay in. ``shifted`` is ``exposed``
    (imputed outcomes of the women with `level`, observed or imputed) or ``all``. ``terms`` are
    those of the model; ``left_out`` those wanted that are unknown of every woman whose outcome is
    known. Empty where every outcome is known.
    """
    setting = prepared.setting
    criteria = set(prepared.universe.specification.criteria) - ABOUT_THE_UNKNOWN
    frame = prepared.women.coded[prepared.women.included(sorted(criteria))]
    names = list(dict.fromkeys([setting.exposure, *terms]))
    known = varying(frame, setting.outcome, names)
    levels = {name: own for name, own in setting.levels.items() if not isinstance(own, Spline)}
    if setting.exposure not in known or not frame[setting.outcome].isna().any():
        return pd.DataFrame(columns=TIPPING)

    def complete(shift: OutcomeShift) -> Completed:
        return impute(
            frame,
            [setting.outcome, *known],
            levels,
            imputation.imputations,
            CYCLES,
            imputation.seed,
            shift,
        )

    def fit(completed: Completed) -> CompletedFits:
        return fit_completed(completed, setting.outcome, known, setting.references, setting.levels)

    curve = tipping_curve(
        complete,
        fit,
        setting.outcome,
        setting.exposure,
        level,
        {"exposed": [level], "all": list(levels[setting.exposure])},
        DELTAS,
        setting.confidence_level,
    )
    observed = frame.loc[frame[setting.outcome].notna(), names]
    unknown = [name for name in names if observed[name].isna().all()]
    return curve.assign(terms=" + ".join(known), left_out=" + ".join(unknown))


def risk_of_unexposed(chain: Chain, terms: Sequence[str]) -> float:
    """Return the share with the outcome among the unexposed women of a model; NaN of none."""
    codes = chain.variables[chain.names.index(chain.exposure)].codes
    n, events = complete_patients(chain.keep_patterns(np.flatnonzero(codes == 0)), terms)
    return events / n if n else float("nan")


def summarise_robustness(
    followed: pd.DataFrame,
    bound: pd.Series,
    curve: pd.DataFrame,
    influence: pd.DataFrame,
    risk_unexposed: float,
) -> pd.DataFrame:
    """Return single numbers about the primary odds ratio: ``measure, value, status``.

    Of the universes but the bounds: how many there are, have an odds ratio, have one of another
    contrast than the primary's (``other_contrast``), differ in their estimate. Of those of the
    same contrast: how many have p below `SIGNIFICANT` and an odds ratio above 1; median, lowest
    and highest odds ratio. Of the primary one: E-values, by the risk of the unexposed, the range
    of odds ratios without one woman, and the deltas at which its p-value would cross
    `SIGNIFICANT`, with their simulation errors. A value that is not there is empty, and the status
    says why.
    """
    primary = followed[followed["universe"].eq(PRIMARY)].iloc[0]
    analyses = followed[~bound]
    known = analyses[analyses["log_odds"].notna()]
    same = known[known["same_contrast"]]
    values: dict[str, float] = {
        "universes": len(analyses),
        "estimated": len(known),
        "other_contrast": len(known) - len(same),
        "significant": same["p_value"].lt(SIGNIFICANT).sum(),
        "above_one": same["log_odds"].gt(0).sum(),
        "distinct": len(known[["log_odds", "std_error", "n"]].round(10).drop_duplicates()),
        "median_odds_ratio": np.exp(same["log_odds"].median()),
        "lowest_odds_ratio": same["odds_ratio"].min(),
        "highest_odds_ratio": same["odds_ratio"].max(),
        "lowest_without_one": influence["odds_ratio"].min(),
        "highest_without_one": influence["odds_ratio"].max(),
        "flips_without_one": _flips(primary, influence),
    }
    values |= _e_values(primary, risk_unexposed)
    rows = [{"measure": name, "value": value, "status": "ok"} for name, value in values.items()]
    tipping = find_tipping_points(curve, SIGNIFICANT)
    rows += [
        {"measure": f"tipping_{row.shifted}{end}", "value": value, "status": row.status}
        for row in tipping.itertuples()
        for end, value in (("", row.delta), ("_error", row.simulation_error))
    ]
    table = pd.DataFrame(rows).astype({"value": float})
    table.loc[table["value"].isna() & table["status"].eq("ok"), "status"] = "not_estimable"
    return table


def _e_values(primary: pd.Series, risk_unexposed: float) -> dict[str, float]:
    if pd.isna(primary["odds_ratio"]):
        return {}
    odds_ratio, low, high = map(float, primary[["odds_ratio", "ci_low", "ci_high"]])
    strength = e_value(odds_ratio, low, high, risk_unexposed)
    return {
        "risk_unexposed": risk_unexposed,
        "risk_ratio": strength.risk_ratio,
        "e_value": strength.estimate,
        "e_value_bound": strength.bound,
    }


def _flips(primary: pd.Series, influence: pd.DataFrame) -> int:
    """Return how many women would, each left out alone, turn the significance of the primary."""
    below = influence["p_value"].lt(SIGNIFICANT) & influence["status"].eq("ok")
    if pd.isna(primary["p_value"]):
        return 0
    turned = below.ne(primary["p_value"] < SIGNIFICANT) & influence["status"].eq("ok")
    return int(influence.loc[turned, "women"].sum())
