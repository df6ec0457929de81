"""What it would take to overturn the result, in sentences, for table and captions."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import norm

from study.presentation import labels
from study.presentation.numbers import p_phrase, percent, ratio, ratio_with_interval
from study.presentation.sensitivity_results import Sensitivity
from study.presentation.universe_words import dimension_label, option_label, span_of
from study.sensitivity.decisions import SIGNIFICANT


def e_value_sentence(
    values: Mapping[str, float], exposure: str, unexposed: str, terms: Sequence[str]
) -> str:
    """Return what the E-value means of the primary odds ratio.

    `unexposed` names the women of the reference (``HER2-negative``), `terms` are those of the
    primary model.
    """
    if pd.isna(values.get("e_value", np.nan)):
        return "E-value: not estimable, for the primary analysis has no odds ratio."
    bound = values["e_value_bound"]
    if pd.isna(bound):
        nearer = "It is not estimable for the bound of the interval."
    elif bound == 1:
        nearer = "For the interval it is 1: it holds the odds ratio 1 without any confounder."
    else:
        nearer = f"To move the interval to 1, {ratio(bound)} each would be enough."
    size, name = ratio(values["e_value"]), labels.SHORT.get(exposure, exposure)
    others = [term for term in terms if term != exposure]
    beyond = ", beyond what the model holds," if others else " (the model adjusts for nothing)"
    scale = (
        f"As a risk ratio the odds ratio is {ratio(values['risk_ratio'])}, for "
        f"{percent(100 * values['risk_unexposed'])}% of the {unexposed} women have MC"
        f"{f' (approximately: the model also holds {_listed(others)})' if others else ''}."
    )
    return (
        f"E-value {size}: something unmeasured that goes with the exposure ({name}) and with MC by "
        f"risk ratios of {size} each{beyond} and in the direction of the odds ratio, could explain "
        "it away; the weaker one of the two, the stronger the other would have to be; with both "
        "weaker it could not. "
        f"{nearer} {scale}"
    )


def left_out_sentence(
    values: Mapping[str, float], primary: pd.Series, influence: pd.DataFrame
) -> str:
    """Return what becomes of the odds ratio without one woman."""
    women = int(influence["women"].sum())
    each = "each" if women == primary["n"] else f"each of the {women} women of the screen"
    start = f"The primary model has {primary['n']} women. Leaving out {each} in turn, screen and"
    if pd.isna(values["lowest_without_one"]):
        return f"{start} refit done anew: not estimable."
    low, high = (ratio(values[f"{end}_without_one"]) for end in ("lowest", "highest"))
    flips = int(values["flips_without_one"])
    whom = f"Leaving out any of {flips} women moves" if flips else "Leaving out no woman moves"
    lacking = int(influence.loc[influence["status"].ne("ok"), "women"].sum())
    without = f" Without {lacking} of them there is no odds ratio." if lacking else ""
    return (
        f"{start} refit done anew, gives odds ratios from {low} to {high} in models of "
        f"{span_of(influence['n'])} women, {span_of(influence['events'])} with MC. {whom} p across "
        f"{SIGNIFICANT}.{without}"
    )


def imputation_sentences(found: Sensitivity, exposure: str) -> list[str]:
    """Return what multiple imputation, chosen alone, filled in: nothing at times."""
    other = "bounds and tipping points concern" if found.bound.any() else "tipping points concern"
    beyond = f"It says nothing about the excluded women: only {other} them."
    name = labels.SHORT.get(exposure, exposure)
    rows = [
        found.alone(row["dimension"], row["option"])
        for _, row in found.decisions.iterrows()
        if _imputes(found.dimensions[row["dimension"]][row["option"]])
    ]
    return [
        f"Multiple imputation fills in {name} and covariates of women whose MC is known, "
        f"{row['filled_other']} of {row['n']} women here. {beyond}"
        if row["filled_other"]
        else f"Multiple imputation fills in {name} and covariates of women whose MC is known; in "
        "its model nobody has such a gap, so it is the complete-case analysis with t in the place "
        f"of normal quantiles. {beyond}"
        for row in rows
    ]


def _imputes(change: Mapping[str, Mapping[str, object]]) -> bool:
    return change.get("methods", {}).get("missing_data") == "multiple_imputation"


def bound_sentences(found: Sensitivity, exposure: str) -> list[str]:
    """Return what bounds change at once, and how much of them is assigned."""
    if found.bounds.empty:
        return []
    name = labels.SHORT.get(exposure, exposure)
    counts: dict[str, list[str]] = {}
    for _, row in found.bounds.iterrows():
        said = f"MC of {row['filled_outcome']} of {row['n']} women, {name} of {row['filled_other']}"
        if row["filled_outcome"] == row["n"]:
            said += " (nobody whose MC is known is in the model: it bounds nothing)"
        _, option = found.bound_options[row["universe"]]
        counts.setdefault(said, []).append(option_label(option))
    if len(counts) == 1:
        assigned = next(iter(counts))
    else:
        assigned = "; ".join(f"{', '.join(of)}: {said}" for said, of in counts.items())
    return [
        f"Bounds. {_at_once(found)}What is unknown is set so that the crude odds ratio is as large "
        f"(best case) or as small (worst case) as it could be: {assigned}. The model holds the "
        "exposure alone. Intervals are conditional on what is assigned, "
        "and a p-value would mean nothing. They are no defensible analyses and enter no count, "
        "median or test."
    ]


def _at_once(found: Sensitivity) -> str:
    """Say that an option which bounds the result is more than one change, if it is."""
    changes = [found.dimensions[name][option] for name, option in found.bound_options.values()]
    off = [name for one in changes for name, on in one.get("criteria", {}).items() if not on]
    out = [name for one in changes for name, to in one.get("terms", {}).items() if to is None]
    kept = ", ".join(dict.fromkeys(dimension_label(name) for name in off))
    gone = ", ".join(dict.fromkeys(labels.SHORT.get(name, name) for name in out))
    said = [
        *([f"criteria off: {kept}"] if kept else []),
        *([f"no candidate: {gone}"] if gone else []),
    ]
    return f"Each changes several parts at once ({'; '.join(said)}). " if said else ""


def tipping_sentences(
    curve: pd.DataFrame,
    points: pd.DataFrame,
    exposure: str,
    exposed: str,
    terms: Sequence[str],
) -> list[str]:
    """Return how far unknown MC must depart from what is imputed for p to cross the threshold.

    `exposed` names the women with the level of the exposure (``HER2-positive``); `points` are of
    `find_tipping_points`, `terms` those of the primary model.
    """
    if curve.empty:
        return ["Tipping point: none, for MC is known in every woman or there is no exposure."]
    first = curve.iloc[0]
    said = [
        f"MC is unknown in {first['imputed']} of {first['n']} women whom no known fact excludes"
        f"{_exposure_of_imputed(first, exposure, exposed)}. It is imputed from the other "
        "variables, and the odds of it are then multiplied by a factor (1: missing at random). "
        f"{_model(first, terms)} {_at_random(curve)}"
    ]
    whose = {"exposed": _exposed_women(first, exposed), "all": "all women"}
    for name, own in points.groupby("shifted", sort=False):
        said += _points(own, curve[curve["shifted"].eq(name)], whose.get(str(name), str(name)))
    return said


def _exposure_of_imputed(first: pd.Series, exposure: str, exposed: str) -> str:
    if not first["imputed_exposure"]:
        return ""
    known = int(first["imputed_exposed"])
    have = {0: "none is", 1: "1 is"}.get(known, f"{known} are")
    name = labels.SHORT.get(exposure, exposure)
    return (
        f"; of these, {name} is unknown too in {first['imputed_exposure']}, and {have} known to "
        f"be {exposed}"
    )


def _exposed_women(first: pd.Series, exposed: str) -> str:
    if not first["imputed_exposed"]:
        return f"women imputed as {exposed}"
    return (
        f"women known or imputed as {exposed}" if first["imputed_exposure"] else f"{exposed} women"
    )


def _model(first: pd.Series, primary: Sequence[str]) -> str:
    own = str(first["terms"]).split(" + ")
    said = f"The model holds {_listed(own)}"
    if set(own) != set(primary):
        said += ", and is not the primary one"
    if pd.notna(first["left_out"]) and first["left_out"]:
        without = _listed(str(first["left_out"]).split(" + "))
        said += f"; {without} is left out, unknown in all women whose MC is known"
    return f"{said}."


def _listed(names: Sequence[str]) -> str:
    return ", ".join(labels.SHORT.get(name, name) for name in names)


def _at_random(curve: pd.DataFrame) -> str:
    row = curve.loc[curve["delta"].abs().idxmin()]
    if pd.isna(row["odds_ratio"]):
        why = labels.STATUS_WORDS.get(row["status"], row["status"])
        return f"At 1 there is no odds ratio ({why})."
    own = ratio_with_interval(row["odds_ratio"], row["ci_low"], row["ci_high"])
    return f"At 1 its odds ratio is {own}, {p_phrase(row['p_value'])}."


def _points(points: pd.DataFrame, curve: pd.DataFrame, whose: str) -> list[str]:
    status = points["status"].iloc[0]
    ends = [ratio(np.exp(curve["delta"].min())), ratio(np.exp(curve["delta"].max()))]
    if status == "not_estimable":
        return [
            f"Tipping point, {whose} whose MC is unknown: not estimable, for the imputed model "
            f"has no odds ratio at any factor from {ends[0]} to {ends[1]}."
        ]
    if status == "not_crossed":
        return [
            f"Tipping point, {whose} whose MC is unknown: not crossed. No factor from {ends[0]} "
            f"to {ends[1]} moves p across {SIGNIFICANT}."
        ]
    return [
        f"Tipping point: the odds of MC among {whose} whose MC is unknown would have to be "
        f"{ratio(np.exp(row['delta']))} times what is imputed, or {_further(row)}, for p to "
        f"{_beyond(row)} {SIGNIFICANT}; the odds ratio is then {ratio(row['odds_ratio'])}. Its "
        f"95% simulation interval, which more imputations would narrow, is {_simulated(row)}."
        for _, row in points.iterrows()
    ]


def _simulated(row: pd.Series) -> str:
    margin = norm.ppf(0.975) * row["simulation_error"]
    low, high = (ratio(np.exp(row["delta"] + sign * margin)) for sign in (-1, 1))
    return f"{low}–{high}"


def _further(row: pd.Series) -> str:
    return "more" if row["delta"] > 0 else "less"


def _beyond(row: pd.Series) -> str:
    """Say where p goes on the way out from missing at random."""
    below = row["significant_above"] if row["delta"] > 0 else not row["significant_above"]
    return "fall below" if below else "rise above"
