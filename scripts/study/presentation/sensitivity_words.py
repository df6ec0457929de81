"""What the sensitivity analysis says in sentences, for table, figure and captions."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from study.presentation import labels
from study.presentation.general_notes import abbreviations, plain
from study.presentation.numbers import p_phrase, percent, ratio, ratio_with_interval
from study.presentation.universe_words import dimension_label, span_of, without_estimate
from study.sensitivity.decisions import SIGNIFICANT
from study.sensitivity.universes import PRIMARY
from study.statistics.e_value import COMMON

NOT_TO_CONCLUDE = (
    "The cohort is synthetic: universes that agree show how the analysis reacts to decisions in "
    "invented women, and must not be read as evidence that a finding in real women is robust."
)
UNIVERSE_NOTE = (
    "Universe: one complete analysis, from derivation to model, with one option of every decision. "
    "The primary analysis and every option changed alone are among them; the others are drawn at "
    "random from all combinations. They share the women and are no independent replications."
)
BOUND_NOTE = (
    "Bounds: women excluded because a finding is unknown are kept, and what is unknown is set so "
    "that the crude odds ratio is as large (best case) or as small (worst case) as it could be. "
    "They are no defensible analyses and enter no count, median or test."
)


def counts_phrase(followed: pd.DataFrame, values: Mapping[str, float]) -> str:
    """Return how many universes there are and have an estimate, and what the others lack."""
    said = f"{values['universes']:,.0f} universes, {values['estimated']:,.0f} with an odds ratio"
    lacking = without_estimate(followed)
    return f"{said}; without: {lacking}." if lacking else f"{said}."


def primary_phrase(followed: pd.DataFrame, interval: str) -> str:
    """Return the primary result with its women."""
    row = followed[followed["universe"].eq(PRIMARY)].iloc[0]
    women = f"{row['n']} women, {row['events']} with MC"
    if pd.isna(row["odds_ratio"]):
        why = labels.STATUS_WORDS.get(row["status"], row["status"])
        return f"Primary analysis: no odds ratio ({why}); {women}."
    own = ratio_with_interval(row["odds_ratio"], row["ci_low"], row["ci_high"])
    said = f"Primary analysis: odds ratio {own}, {interval}"
    return f"{said}, {p_phrase(row['p_value'])}; {women}."


def range_sentence(followed: pd.DataFrame, values: Mapping[str, float]) -> str:
    """Return how far universes agree."""
    known = followed[followed["log_odds"].notna()]
    if known.empty:
        return "No universe has an odds ratio."
    return (
        f"Over the {values['estimated']:,.0f} universes with an odds ratio it lies between "
        f"{ratio(values['lowest_odds_ratio'])} and {ratio(values['highest_odds_ratio'])} (median "
        f"{ratio(values['median_odds_ratio'])}); it is above 1 in {values['above_one']:,.0f} and "
        f"p < {SIGNIFICANT} in {values['significant']:,.0f}. They are {values['distinct']:,.0f} "
        f"distinct estimates in {span_of(known['n'])} women."
    )


def coincidence_note(values: Mapping[str, float]) -> tuple[str, ...]:
    """Return why universes coincide, where they do."""
    if values["distinct"] >= values["estimated"]:
        return ()
    return (
        "Universes coincide where they end with the same women and the same model: a decision "
        "about a term changes nothing once the screen leaves that term out, and a rule changes "
        "nothing where no finding that it reads is recorded.",
    )


def e_value_sentence(values: Mapping[str, float], primary: pd.Series, exposure: str) -> str:
    """Return what the E-value means of the primary odds ratio."""
    if pd.isna(values.get("e_value", np.nan)):
        return "E-value: not estimable, for the primary analysis has no odds ratio."
    name = labels.SHORT.get(exposure, exposure)
    common = primary["events"] / primary["n"] > COMMON
    scale = "the square root of the odds ratio" if common else "the odds ratio itself"
    bound = values["e_value_bound"]
    if pd.isna(bound):
        nearer = "It is not estimable for the bound of the interval."
    elif bound == 1:
        nearer = "For the interval it is 1: it holds the odds ratio 1 without any confounder."
    else:
        nearer = f"To move the interval to 1, {ratio(bound)} each would be enough."
    return (
        f"E-value {ratio(values['e_value'])}: something unmeasured could explain the odds ratio "
        f"away if it multiplied both the risk of MC and the probability of the exposure ({name}) "
        f"by {ratio(values['e_value'])} each, beyond what the model holds; weaker on both sides, "
        f"it could not. {nearer} MC in {percent(100 * primary['events'] / primary['n'])}% of the "
        f"women, so {scale} stands for the risk ratio."
    )


def left_out_sentence(values: Mapping[str, float], influence: pd.DataFrame) -> str:
    """Return what becomes of the odds ratio without one woman."""
    women = int(influence["women"].sum())
    if pd.isna(values["lowest_without_one"]):
        return f"Without one of the {women} women at a time: not estimable."
    low, high = (ratio(values[f"{end}_without_one"]) for end in ("lowest", "highest"))
    flips = int(values["flips_without_one"])
    whom = "no woman" if not flips else f"{flips} of the {women} women"
    lacking = int(influence.loc[influence["status"].ne("ok"), "women"].sum())
    without = f" Without {lacking} of them there is no odds ratio." if lacking else ""
    return (
        f"Left out one at a time, the {women} women of the primary model give odds ratios from "
        f"{low} to {high}, screen and refit done anew. Leaving out {whom} moves p across "
        f"{SIGNIFICANT}.{without}"
    )


def tipping_sentences(curve: pd.DataFrame, points: pd.DataFrame, exposed: str) -> list[str]:
    """Return how far unknown MC must depart from what is imputed for p to cross the threshold.

    `exposed` names the women with the level of the exposure; `points` are of
    `find_tipping_points`.
    """
    if curve.empty:
        return ["Tipping point: none, for MC is known in every woman or there is no exposure."]
    first = curve.iloc[0]
    said = [
        f"MC is unknown in {first['imputed']} of {first['n']} women whom no known fact excludes. "
        "It is imputed from the other variables, and the odds of it are then multiplied by a "
        f"factor (1: missing at random). {_at_random(curve)}"
    ]
    whose = {"exposed": f"{exposed} women", "all": "all women"}
    for name, own in points.groupby("shifted", sort=False):
        said += _points(own, curve[curve["shifted"].eq(name)], whose.get(str(name), str(name)))
    return said


def _at_random(curve: pd.DataFrame) -> str:
    row = curve.loc[curve["delta"].abs().idxmin()]
    if pd.isna(row["odds_ratio"]):
        why = labels.STATUS_WORDS.get(row["status"], row["status"])
        return f"At 1 there is no odds ratio ({why})."
    own = ratio_with_interval(row["odds_ratio"], row["ci_low"], row["ci_high"])
    return f"At 1 the adjusted odds ratio is {own}, {p_phrase(row['p_value'])}."


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
        f"{_beyond(row)} {SIGNIFICANT}; the odds ratio is then {ratio(row['odds_ratio'])}."
        for _, row in points.iterrows()
    ]


def _further(row: pd.Series) -> str:
    return "more" if row["delta"] > 0 else "less"


def _beyond(row: pd.Series) -> str:
    """Say where p goes on the way out from missing at random."""
    below = row["significant_above"] if row["delta"] > 0 else not row["significant_above"]
    return "fall below" if below else "rise above"


def null_note(multivariable: Mapping[str, Sequence[str] | str], exposure: str) -> str:
    """Return the null of the joint tests and the model it draws from."""
    listed = [(name, terms) for name, terms in multivariable.items() if not isinstance(terms, str)]
    name, terms = listed[0] if listed else ("", [])
    others = [labels.SHORT.get(term, term) for term in terms if term != exposure]
    model = f"the model “{labels.model_label(name)}” without the exposure" if listed else "no term"
    said = f" ({', '.join(others)})" if others else ""
    return (
        "Joint tests: the whole set of universes is fitted anew to cohorts in which the exposure "
        f"tells nothing: MC is drawn from {model}{said}, fitted by Firth’s method. p: share of "
        "these cohorts as far from the null, the cohort counted among them; interval: Wilson, the "
        "precision of the simulation. Universes with imputation and bounds are left out "
        "(after Simonsohn, Simmons & Nelson 2020)."
    )


def figure_notes(
    followed: pd.DataFrame,
    bound: pd.Series,
    values: Mapping[str, float],
    decisions: pd.DataFrame,
    shown: Sequence[str],
    interval: str,
) -> list[str]:
    """Return what stands under the curve; `shown` are the decisions that have rows."""
    notes = [
        primary_phrase(followed, interval),
        range_sentence(followed[~bound], values),
        unmoved_sentence(decisions, shown),
        "From left to right universes by their odds ratio; below, the darker, the more of them "
        "have the option. Alone: the option changed alone in the primary analysis.",
        UNIVERSE_NOTE,
        *coincidence_note(values),
        *([BOUND_NOTE] if bound.any() else []),
    ]
    return [note for note in notes if note]


def general_notes(spelled: Mapping[str, str]) -> tuple[str, ...]:
    """Return references and abbreviations."""
    return (
        "E-value: VanderWeele & Ding 2017, on the scale of risk ratios. Stability of the screened "
        "model itself in resampled cohorts: see the table of stability.",
        abbreviations("MC", "HER2", **spelled),
    )


def unmoved_sentence(decisions: pd.DataFrame, moved: Sequence[str]) -> str:
    """Return the decisions of which no option, changed alone, changes anything; else empty."""
    names = [dimension_label(name) for name in decisions["dimension"].unique() if name not in moved]
    if not names:
        return ""
    return (
        f"Changed alone, these {plain(len(names))} decisions change neither the odds ratio nor p "
        f"nor the women: {'; '.join(names)}."
    )
