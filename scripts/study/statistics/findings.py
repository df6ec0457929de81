"""Findings about one model, in words that a clinician reads."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from typing import NamedTuple

import pandas as pd
from scipy.stats import fisher_exact, hypergeom

from study.statistics.design import CONTINUOUS, Coefficient, Design
from study.statistics.goodness_of_fit import variance_inflation
from study.statistics.logistic import Model
from study.statistics.model_fit import events_per_parameter
from study.statistics.separation import infinite_coefficients

# ASSUME: two levels nested by a chance below this are nested by definition, not by accident.
NESTED_BY_CHANCE = 0.001
# ASSUME: missingness counts as related to the outcome at the conventional level.
MISSINGNESS_ALPHA = 0.05
# What the second term's coefficient means once the first is in the model too.
CLINICAL_READING = {
    ("luminal_b_her2_positive", "her2_status"): "HER2-enriched with HER2-negative",
}


class Finding(NamedTuple):
    """One row of ``checks.csv``; `severity` is ``note``, ``warning`` or ``serious``."""

    model: str
    check: str
    severity: str
    value: float
    message: str


def find_few_events(name: str, model: Model, minimum: float) -> Iterator[Finding]:
    """Yield a finding if the rarer outcome has fewer patients per parameter than `minimum`."""
    share = events_per_parameter(model)
    if share < minimum:
        severity = "serious" if share < minimum / 2 else "warning"
        message = (
            f"{share:.1f} patients of the rarer outcome per model parameter, fewer than"
            f" {minimum:g}: the estimates are unstable and tend to be too extreme."
        )
        yield Finding(name, "events_per_parameter", severity, share, message)


def find_nonexistent_estimates(name: str, model: Model) -> Iterator[Finding]:
    """Yield why a model has no maximum-likelihood estimates."""
    design = model.design
    if model.status == "separated":
        infinite = infinite_coefficients(design.fitted_matrix, design.outcome)[1:]
        own = [design.coefficients[i - 1] for i in design.estimable[1:]]
        named = [_say(c) for c, gone in zip(own, infinite, strict=True) if gone]
        beside = (
            "Firth's penalised estimate stands beside it, and a screen uses its test."
            if model.firth
            else "Firth's penalised estimate did not converge either."
        )
        message = (
            f"{model.separation.capitalize()} separation: the data hold no finite odds ratio for"
            f" {_join(named) or 'the intercept'}, because one group has the outcome always or"
            f" never. {beside}"
        )
        yield Finding(name, "separation", "serious", float(sum(infinite)), message)
    elif model.status == "not_converged":
        message = "The maximum-likelihood fit did not converge; its estimates are left empty."
        yield Finding(name, "convergence", "serious", float("nan"), message)
    elif model.status == "not_estimable":
        reason = (
            f"no patient has {_join(design.terms)} recorded"
            if design.n == 0
            else f"all {design.n} patients have the same outcome"
            if design.events in (0, design.n)
            else f"all {design.n} patients have the same {_join(design.terms)}"
        )
        yield Finding(name, "not_estimable", "warning", design.n, f"No estimate: {reason}.")


def find_collinearity(name: str, design: Design, limit: float) -> Iterator[Finding]:
    """Yield aliased levels, and terms whose variance inflation exceeds `limit`."""
    for coefficient, state in zip(design.coefficients, design.states, strict=True):
        if state == "aliased":
            message = (
                f"{_say(coefficient)} says nothing that the terms before it do not already say;"
                " it has no estimate of its own."
            )
            yield Finding(name, "aliased", "serious", float("nan"), message)
    for term, inflation in variance_inflation(design).items():
        if inflation > limit:
            message = (
                f"{term} is largely determined by the other terms (variance inflation"
                f" {inflation:.1f}, above {limit:g}): its interval is wide for that reason."
            )
            yield Finding(name, "variance_inflation", "warning", inflation, message)


def find_nested_terms(name: str, design: Design) -> Iterator[Finding]:
    """Yield every level that occurs only within a level of another term, found in the data."""
    indicators = [
        (coefficient, design.matrix[:, i] == 1)
        for i, coefficient in enumerate(design.coefficients, start=1)
        if coefficient.reference != CONTINUOUS and design.states[i - 1] != "not_estimable"
    ]
    for (inner, a), (outer, b) in permutations(indicators, 2):
        inside, around = (round(design.weights[mask].sum()) for mask in (a, b))
        if inner.variable == outer.variable or inside == around or (a & ~b).any():
            continue
        chance = hypergeom.pmf(inside, design.n, around, inside)
        structural = chance < NESTED_BY_CHANCE
        reading = CLINICAL_READING.get(
            (inner.variable, outer.variable),
            f"{outer.level} without {_say(inner)} with {outer.reference}",
        )
        message = (
            f"{_say(inner)} ({inside} patients) occurs only with {_say(outer)}"
            f"{'' if structural else ', perhaps by chance'}: the {outer.variable} coefficient"
            f" compares {reading}."
        )
        severity = "warning" if structural else "note"
        yield Finding(name, "nested_terms", severity, inside, message)


def find_thin_levels(name: str, design: Design, references: Mapping[str, str]) -> Iterator[Finding]:
    """Yield levels without patients, and references that had to be replaced for that."""
    for coefficient, state in zip(design.coefficients, design.states, strict=True):
        if state == "not_estimable" and design.n:
            message = f"{_say(coefficient)} has no estimate: nobody, or everybody, is in it."
            yield Finding(name, "empty_level", "note", float("nan"), message)
    for variable, reference in {c.variable: c.reference for c in design.coefficients}.items():
        wanted = references.get(variable, reference)
        if wanted != reference and reference != CONTINUOUS:
            message = f"No patient has {variable} = {wanted}; {reference} is the reference instead."
            yield Finding(name, "reference", "warning", float("nan"), message)


def find_left_out(name: str, left_out: Mapping[str, str]) -> Iterator[Finding]:
    """Yield the terms that a model was asked for and could not have."""
    words = {
        "absent": "is not recorded in this cohort",
        "constant": "does not vary among the patients whose model data are complete",
    }
    for term, reason in left_out.items():
        message = f"{term} {words[reason]}; the model runs without it."
        yield Finding(name, "left_out", "warning", float("nan"), message)


def find_entry_rule(
    name: str, terms: Sequence[str], selected: Sequence[str], exposure: str
) -> Iterator[Finding]:
    """Yield the terms that a model has although they did not pass the screen."""
    kept = [term for term in terms if term not in selected]
    if exposure in kept:
        message = f"{exposure} did not pass the screen; it stays because it is the exposure."
        yield Finding(name, "exposure_kept", "note", float("nan"), message)
    others = [term for term in kept if term != exposure]
    if others:
        message = f"{_join(others)} did not pass the screen; the model has them by decision."
        yield Finding(name, "entry_rule", "warning", len(others), message)


def find_empty_model(name: str, terms: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding if the screen left nothing to fit."""
    if not terms:
        message = "No variable passed the screen and the exposure is not kept: there is no model."
        yield Finding(name, "empty_model", "warning", 0.0, message)


def find_lost_patients(name: str, n: int, alone: Mapping[str, int]) -> Iterator[Finding]:
    """Yield a finding if the models of single terms (`alone`, n per term) have more patients."""
    more = {term: size for term, size in alone.items() if size > n}
    if more:
        sizes = ", ".join(f"{term} {size}" for term, size in more.items())
        message = (
            f"{n} patients have all terms recorded, the univariable models have more ({sizes}):"
            " crude and adjusted odds ratios differ in their patients too, not by adjustment alone."
        )
        yield Finding(name, "missing_values", "warning", max(more.values()) - n, message)


def find_untestable_fit(name: str, groups: int, parameters: int) -> Iterator[Finding]:
    """Yield a note where the Hosmer–Lemeshow test can say nothing."""
    if groups <= 2:
        message = (
            f"Hosmer–Lemeshow is not estimable: the terms divide the patients into {groups} risk"
            " groups, and at least 3 are needed."
        )
    elif groups <= parameters + 1:
        message = (
            f"Hosmer–Lemeshow says nothing here: with {parameters} parameters the model"
            f" reproduces its {groups} risk groups exactly, whatever the data."
        )
    else:
        return
    yield Finding(name, "hosmer_lemeshow", "note", groups, message)


def find_dependent_missingness(name: str, outcome: pd.Series, term: pd.Series) -> Iterator[Finding]:
    """Yield a note if `term` is missing more often with one outcome (Fisher's exact test)."""
    judged = outcome.notna()
    missing, event = term.isna()[judged], outcome[judged].eq("yes")
    table = [[sum((missing == m) & (event == e)) for e in (True, False)] for m in (True, False)]
    if min(sum(table[0]), sum(table[1])) == 0:
        return
    p_value = float(fisher_exact(table).pvalue)
    if p_value < MISSINGNESS_ALPHA:
        message = (
            f"Whether {term.name} is missing depends on the outcome: {table[0][0]} of"
            f" {sum(table[0])} where it is missing, {table[1][0]} of {sum(table[1])} where it is"
            " recorded. Estimates from complete cases may be biased."
        )
        yield Finding(name, "missing_depends_on_outcome", "note", p_value, message)


def _say(coefficient: Coefficient) -> str:
    if coefficient.reference == CONTINUOUS:
        return coefficient.variable
    return f"{coefficient.variable} = {coefficient.level}"


def _join(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
