"""What the sensitivity analysis says of all universes, for table, figure and captions."""

from collections.abc import Mapping, Sequence

import pandas as pd

from study.presentation import labels
from study.presentation.general_notes import abbreviations
from study.presentation.numbers import p_phrase, percent, ratio, ratio_with_interval
from study.presentation.sensitivity_results import Sensitivity
from study.presentation.specification_curve import untested
from study.presentation.universe_words import (
    dimension_label,
    other_contrast,
    span_of,
    without_estimate,
)
from study.sensitivity.decisions import LEAST_COMPARED, SIGNIFICANT
from study.sensitivity.robustness import TIPPING_IMPUTATIONS

NOT_TO_CONCLUDE = (
    "The cohort is synthetic: universes that agree show how the analysis reacts to decisions in "
    "invented women, and must not be read as evidence that a finding in real women is robust."
)
BOUND_NOTE = (
    "Bounds: what is unknown is set so that the crude odds ratio is as large (best case) or as "
    "small (worst case) as it could be; intervals are conditional on that. They are no defensible "
    "analyses and enter no count, median or test. An arrow: the odds ratio lies off the axis."
)


def counts_phrase(found: Sensitivity) -> str:
    """Return how many universes there are, and of which kinds."""
    values, bounds = found.values, len(found.bounds)
    other, lacking = values["other_contrast"], without_estimate(found.analyses)
    kinds = [
        f"{len(found.comparable):,} with an odds ratio" + " of the primary contrast" * bool(other),
        *([f"{other:,.0f} of another"] if other else []),
        *([f"without: {lacking}"] if lacking else []),
        *([f"{bounds} bound{'s' if bounds > 1 else ''}"] if bounds else []),
    ]
    return f"{values['universes'] + bounds:,.0f} universes ({'; '.join(kinds)})."


def universe_note(found: Sensitivity) -> str:
    """Return what a universe is, where they come from, and what they are not."""
    drawn = found.followed["is_drawn"].any()
    among = " are among them; the others are drawn at random from all allowed combinations"
    origin = found.origin
    return (
        "Universe: one complete analysis, from derivation to model, with one option of every "
        "decision. The primary analysis and every option changed alone"
        f"{among if drawn else ' are all of them'}. They share the women and are no independent "
        f"replications. Decisions: {origin['file']}; seed {origin['seed']}, "
        f"{origin['imputations']} imputations ({TIPPING_IMPUTATIONS} for tipping points)."
    )


def primary_phrase(primary: pd.Series, interval: str) -> str:
    """Return the primary result with its women."""
    women = f"{primary['n']} women, {primary['events']} with MC"
    if pd.isna(primary["odds_ratio"]):
        why = labels.STATUS_WORDS.get(primary["status"], primary["status"])
        return f"Primary analysis: no odds ratio ({why}); {women}."
    own = ratio_with_interval(primary["odds_ratio"], primary["ci_low"], primary["ci_high"])
    said = f"Primary analysis: odds ratio {own}, {interval}"
    return f"{said}, {p_phrase(primary['p_value'])}; {women}."


def model_sentence(found: Sensitivity, exposure: str) -> str:
    """Return what the primary model adjusts for: nothing at times, which is easily overlooked."""
    others = [labels.SHORT.get(term, term) for term in found.terms if term != exposure]
    name = labels.SHORT.get(exposure, exposure)
    if others:
        return f"The primary model adjusts {name} for {', '.join(others)}."
    return f"The primary model holds {name} alone: its odds ratio is not adjusted for anything."


def range_sentence(found: Sensitivity, exposure: str) -> str:
    """Return how far universes agree, of those that compare the same women."""
    known, values = found.comparable, found.values
    if known.empty:
        return "No universe has an odds ratio."
    other = values["other_contrast"]
    which = " of the primary contrast" if other else ""
    passed = int((~known["keeps_exposure"]).sum())
    name = labels.SHORT.get(exposure, exposure)
    verb = "has" if passed == 1 else "have"
    only = (
        f" Of them, {passed:,} {verb} one only because {name} passed the screen." if passed else ""
    )
    those = f"With the {other:,.0f} of the other contrast they" if other else "They"
    return (
        f"Over the {len(known):,} universes with an odds ratio{which} it lies between "
        f"{ratio(values['lowest_odds_ratio'])} and {ratio(values['highest_odds_ratio'])} (median "
        f"{ratio(values['median_odds_ratio'])}); it is above 1 in {values['above_one']:,.0f} and "
        f"p < {SIGNIFICANT} in {values['significant']:,.0f}.{only} {those} are "
        f"{values['distinct']:,.0f} distinct estimates in "
        f"{span_of(found.analyses.loc[found.analyses['log_odds'].notna(), 'n'])} women."
    )


def contrast_sentence(found: Sensitivity, exposure: str) -> str:
    """Return which odds ratios summaries and curve leave out, and why; else empty."""
    other = found.values["other_contrast"]
    if not other:
        return ""
    whom = other_contrast(exposure, str(found.primary["level"]), found.terms)
    return (
        "Universes left out of curve, ranges and medians, and marked ‡ alone: "
        f"{other:,.0f}. Their odds ratio compares {whom}."
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


def column_note(exposure: str) -> str:
    """Return what the columns of the decisions mean."""
    name = labels.SHORT.get(exposure, exposure)
    return (
        "Alone: the universe that differs from the primary analysis in this option only, but for "
        "what a footnote says. Shift: its odds ratio over the primary one. Flips: one of the two "
        f"has p < {SIGNIFICANT} and the other has not. Compared: of the K universes drawn with the "
        f"option, the k that make the primary comparison and keep {name} whatever its screen; "
        f"their median from {LEAST_COMPARED} on. Options drawn together blur one another there."
    )


def null_note(
    joint: pd.DataFrame, multivariable: Mapping[str, Sequence[str] | str], exposure: str
) -> str:
    """Return the null of the joint tests and the model it draws from."""
    mean, most = (
        percent(100 * joint[f"null_not_estimable{which}"].iloc[0]) for which in ("", "_most")
    )
    listed = [(name, terms) for name, terms in multivariable.items() if not isinstance(terms, str)]
    name, terms = listed[0] if listed else ("", [])
    others = [labels.SHORT.get(term, term) for term in terms if term != exposure]
    model = f"the model “{labels.model_label(name)}” without the exposure" if listed else "no term"
    said = f" ({', '.join(others)}, as far as known; unknown: a level)" if others else ""
    return (
        "Joint tests: the whole set of universes is fitted anew to cohorts in which the exposure "
        f"tells nothing: MC is drawn from {model}{said}, fitted by Firth’s method. p: (b + 1) "
        "/ (B + 1), of B such cohorts b being as far from the null; interval: Wilson’s of b / B, "
        "the precision of the simulation; where no universe has p < 0.05 the second test is "
        "silent. The median is of the universes with an estimate; one without counts in the "
        "other tests as no effect. “Primary contrast”: so does one whose odds ratio compares other "
        "women than the primary one. The median (of the primary contrast, where that is told "
        "apart) is the principal test; p-values are not adjusted for their number. Not "
        f"estimable although in the model: {mean}% of all fits to such cohorts, at most {most}% of "
        "those of one universe. Universes with imputation and bounds are left out (after "
        "Simonsohn, Simmons & Nelson 2020)."
    )


def figure_notes(
    found: Sensitivity, shown: Sequence[str], exposure: str, interval: str
) -> list[str]:
    """Return what stands under the curve; `shown` are the decisions that have rows."""
    notes = [
        f"{primary_phrase(found.primary, interval)} {model_sentence(found, exposure)}",
        range_sentence(found, exposure),
        contrast_sentence(found, exposure),
        *(f"{label}: {names}." for label, names in unmoved(found, shown)),
        "From left to right universes by their odds ratio, those of the same one in random order; "
        "below, the darker, the more of them have the option. Alone: the option changed alone in "
        "the primary analysis.",
        universe_note(found),
        *([BOUND_NOTE] if found.bound.any() else []),
    ]
    return [note for note in notes if note]


def general_notes(spelled: Mapping[str, str]) -> tuple[str, ...]:
    """Return references and abbreviations."""
    return (
        "E-value: VanderWeele & Ding 2017, on the scale of risk ratios, to which the odds ratio is "
        "converted after Zhang & Yu 1998. Stability of the screened model itself in resampled "
        "cohorts: see the table of stability.",
        abbreviations("MC", "HER2", **spelled),
    )


def unmoved(found: Sensitivity, moved: Sequence[str]) -> list[tuple[str, str]]:
    """Return the decisions of which no option, changed alone, changes anything, by the reason."""
    names: dict[bool, list[str]] = {True: [], False: []}
    for name, own in found.decisions.groupby("dimension", sort=False):
        if name not in moved:
            names[untested(own)].append(str(name))
    together = changed_together(found, names[True])
    said = {
        True: "Not tested, for alone they change neither women nor terms of the model"
        + (f" (together, up to {together} women)" if together else ""),
        False: "Tested, without effect alone on odds ratio, p or number of women in the model",
    }
    return [(said[why], "; ".join(map(dimension_label, own))) for why, own in names.items() if own]


def changed_together(found: Sensitivity, dimensions: Sequence[str]) -> int:
    """Return how many women these decisions change at most, all others about women as primary."""
    about = found.decisions.loc[found.decisions["acts_on"].eq("women"), "dimension"].unique()
    others = [name for name in about if name not in dimensions]
    own = found.analyses
    same = own[others].eq(found.primary[others]).all(axis="columns")
    return int(own.loc[same, "women_changed"].max())
