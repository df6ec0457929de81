"""What is doubtful about the terms of a model: which it has, and what they say beside others."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from study.cohort.units import count_patients
from study.statistics.design import CONTINUOUS, Coefficient, Design
from study.statistics.findings import Finding, groups, join, patients, say
from study.statistics.goodness_of_fit import variance_inflation

# ASSUME: two levels nested by a chance below this are nested by definition, not by accident.
NESTED_BY_CHANCE = 0.001
# (inner variable, its level, outer variable): what the outer levels are without the inner one.
CLINICAL_READING = {
    ("luminal_b_her2_positive", "yes", "her2_status"): {
        "positive": "HER2-enriched",
        "negative": "HER2-negative",
    },
}

Group = tuple[Coefficient, np.ndarray]


def find_collinearity(name: str, design: Design, limit: float) -> Iterator[Finding]:
    """Yield aliased levels, and terms whose variance inflation exceeds `limit`."""
    for coefficient, state in zip(design.coefficients, design.states, strict=True):
        if state == "aliased":
            message = (
                f"{say(coefficient)} says nothing that the terms before it do not already say;"
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
    """Yield every level that occurs only within a level of another term, found in the data.

    Where no patient has level a of one and level b of another term of two levels each, a lies
    within not-b and b within not-a: this is said once, of the level with fewer patients.
    """
    levels: dict[str, list[Group]] = {term: [] for term in design.terms}
    for group in groups(design):
        if group[1].any():
            levels[group[0].variable].append(group)
    for one, other in combinations(design.terms, 2):
        pairs = [(a, b) for a in levels[one] for b in levels[other]]
        found = [pair for a, b in pairs for pair in ((a, b), (b, a)) if _is_within(*pair)]
        if len(levels[one]) == len(levels[other]) == 2:
            found = sorted(found, key=lambda pair: _patients(design, pair[0]))[:1]
        for inner, outer in found:
            yield from _read_nested(name, design, inner, outer)


def _is_within(inner: Group, outer: Group) -> bool:
    a, b = inner[1], outer[1]
    return not (a & ~b).any() and bool((b & ~a).any())


def _patients(design: Design, group: Group) -> int:
    return round(design.weights[group[1]].sum())


def _read_nested(name: str, design: Design, inner: Group, outer: Group) -> Iterator[Finding]:
    """Yield what the coefficients of the outer term compare, if they have estimates."""
    within, around = inner[0], outer[0]
    compared = [
        coefficient.level
        for coefficient, state in zip(design.coefficients, design.states, strict=True)
        if coefficient.variable == around.variable
        and state == "ok"
        and around.level in (coefficient.level, coefficient.reference)
    ]
    if not compared:
        return
    inside, outside = _patients(design, inner), _patients(design, outer)
    structural = hypergeom.pmf(inside, design.n, outside, inside) < NESTED_BY_CHANCE
    words = {
        around.level: f"{around.level} without {say(within)}",
        **CLINICAL_READING.get((within.variable, within.level, around.variable), {}),
    }
    left, right = (
        join([words.get(level, level) for level in side]) for side in (compared, [around.reference])
    )
    message = (
        f"{say(within)} ({patients(inside)}) occurs only with {say(around)}"
        f"{'' if structural else ', perhaps by chance'}: the {around.variable} coefficient"
        f" compares {left} with {right}."
    )
    yield Finding(name, "nested_terms", "warning" if structural else "note", inside, message)


def find_thin_levels(name: str, design: Design, references: Mapping[str, str]) -> Iterator[Finding]:
    """Yield levels without patients, and references that had to be replaced for that."""
    for coefficient, state in zip(design.coefficients, design.states, strict=True):
        if state == "not_estimable" and design.n:
            message = f"{say(coefficient)} has no estimate: nobody, or everybody, is in it."
            yield Finding(name, "empty_level", "note", float("nan"), message)
    for variable, reference in {c.variable: c.reference for c in design.coefficients}.items():
        wanted = references.get(variable, reference)
        if wanted != reference and reference != CONTINUOUS:
            message = f"No patient has {variable} = {wanted}; {reference} is the reference instead."
            yield Finding(name, "reference", "warning", float("nan"), message)


def find_left_out(
    name: str, frame: pd.DataFrame, outcome: str, left_out: Mapping[str, str], runs: bool
) -> Iterator[Finding]:
    """Yield the terms that a model was asked for and could not have.

    Parameters
    ----------
    left_out : mapping
        Reason per term, as `usable_terms` gives it.
    runs : bool
        Whether the model has estimates nevertheless.
    """
    judged = frame.loc[frame[outcome].notna()]
    then = "the model runs without it" if runs else "it is left out"
    for term, reason in left_out.items():
        known = count_patients(judged, judged[term].notna()) if term in judged else 0
        ever = term in frame and frame[term].notna().any()
        of_all = f"{known} of {patients(count_patients(judged))}"
        words = {
            "absent": "is not recorded in any patient whose outcome is known"
            if ever
            else f"is not recorded in any patient analysed (n = {count_patients(frame)})",
            "constant": f"is recorded in {of_all} and does not vary among them",
            "scarce": f"is recorded in only {of_all}; together with the other terms too few"
            " patients would be left for all of them and the outcome to vary",
        }
        message = f"{term} {words[reason]}; {then}."
        yield Finding(name, "left_out", "warning", known, message)


def find_entry_rule(
    name: str, terms: Sequence[str], selected: Sequence[str], exposure: str, screened: bool
) -> Iterator[Finding]:
    """Yield the terms that a model has although they did not pass the screen.

    Parameters
    ----------
    screened : bool
        Whether the screen chose the terms, beside an exposure that is kept whatever its p-value;
        not so where they are listed by name.
    """
    kept = [term for term in terms if term not in selected]
    if screened and exposure in kept:
        message = f"{exposure} did not pass the screen; it stays because it is the exposure."
        yield Finding(name, "exposure_kept", "note", float("nan"), message)
        kept.remove(exposure)
    if kept:
        has = "has it" if len(kept) == 1 else "has them"
        message = f"{join(kept)} did not pass the screen; the model {has} by decision."
        yield Finding(name, "entry_rule", "warning", len(kept), message)


def find_empty_model(name: str, terms: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding if the screen left nothing to fit."""
    if not terms:
        message = "No variable passed the screen and the exposure is not kept: there is no model."
        yield Finding(name, "empty_model", "warning", 0.0, message)
