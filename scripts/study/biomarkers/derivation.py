"""Every derived fact of a cohort at once, in the order in which one needs the other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from study.biomarkers.age import decide_age, derive_completed_years
from study.biomarkers.decision import Decision, weakest
from study.biomarkers.density import decide_density
from study.biomarkers.her2 import decide_her2_low, decide_her2_status
from study.biomarkers.her2_ihc import decide_her2_ihc
from study.biomarkers.her2_ish import Hybridisation, decide_her2_ish
from study.biomarkers.histology import derive_histology
from study.biomarkers.hormone_receptors import decide_hr_status, decide_receptor_status
from study.biomarkers.microcalcifications import derive_microcalcifications
from study.biomarkers.subtype import decide_subtype
from study.cohort.units import is_counted, unit


@dataclass(frozen=True)
class DerivationRules:
    """The decisions of derivation; each is described in config/README.md.

    Attributes
    ----------
    precedence : mapping
        For each of her2_ihc, her2_status, er_status, pr_status, subtype, density and age_years
        which source comes first: ``findings`` or ``recorded``.
    """

    her2_edition: str
    er_positive_from_percent: float
    pr_positive_from_percent: float
    ki67_high_from_percent: float
    subtype_scheme: str
    density_upper_edges_percent: Mapping[str, float]
    density_edge_belongs_to: str
    undescribed_microcalcifications: str
    precedence: Mapping[str, str]


@dataclass(frozen=True)
class Derivation:
    """The cohort with its derived facts, why they are so, and what the workbook recorded."""

    cohort: pd.DataFrame
    trace: pd.DataFrame
    disagreements: pd.DataFrame
    recorded_and_derived: pd.DataFrame


@dataclass(frozen=True)
class Decided:
    """What is decided before the subtype, which rests on all of it."""

    age: Decision
    er: Decision
    pr: Decision
    hr: Decision
    ihc: Decision
    ish: Hybridisation
    her2: Decision
    low: Decision
    density: Decision


def derive_facts(
    validated: pd.DataFrame, rules: DerivationRules, known: dict[str, Decided] | None = None
) -> Derivation:
    """Return the validated cohort with the derived columns behind its own.

    Parameters
    ----------
    known : dict, optional
        What derivations of the same cohort have decided before, which is not decided again. It is
        added to.

    Raises
    ------
    StudyError
        If the rules name an edition, a scheme or a reading that does not exist.
    """
    found = _decide_once(validated, rules, {} if known is None else known)
    subtype = _decide_subtype(validated, rules, found)
    decisions = [
        found.age, found.er, found.pr, found.hr, found.ihc, found.ish.group, found.her2,
        found.low, subtype, found.density,
    ]  # fmt: skip
    facts = {str(decision.fact.name): decision.fact for decision in decisions}
    cohort = validated.assign(
        age_years=facts["age_years"],
        age_completed_years=derive_completed_years(validated, rules.precedence["age_years"]),
        microcalcifications=derive_microcalcifications(
            validated["microcalcifications_recorded"],
            facts["density"],
            rules.undescribed_microcalcifications,
        ),
        er_status=facts["er_status"],
        pr_status=facts["pr_status"],
        hr_status=facts["hr_status"],
        her2_ihc_used=facts["her2_ihc"],
        her2_ish_group=facts["her2_ish"],
        her2_ish_reading=found.ish.reading,
        her2_status=facts["her2_status"],
        her2_low=facts["her2_low"],
        subtype=facts["subtype"],
        density=facts["density"],
        histology=derive_histology(validated["histology_recorded"]),
    )
    return Derivation(
        cohort,
        pd.concat([decision.trace for decision in decisions], ignore_index=True),
        pd.concat([decision.disagreements for decision in decisions], ignore_index=True),
        pd.concat([decision.recorded_and_derived for decision in decisions], ignore_index=True),
    )


def without_single_values(table: pd.DataFrame) -> pd.DataFrame:
    """Return the trace or a list of facts without what differs among the patients of a group.

    These are what a decision saw, and ages; a table of single patients stays as it is.
    """
    if not is_counted(table):
        return table
    if "fact" in table:
        return table[table["fact"].ne("age_years")]
    return table.drop(columns="inputs")


def _decide_once(
    cohort: pd.DataFrame, rules: DerivationRules, known: dict[str, Decided]
) -> Decided:
    # These rules are the subtype's alone, or the outcome's.
    others = replace(
        rules, ki67_high_from_percent=0.0, subtype_scheme="", undescribed_microcalcifications=""
    )
    key = repr(others)
    if key not in known:
        known[key] = _decide(cohort, rules)
    return known[key]


def _decide(cohort: pd.DataFrame, rules: DerivationRules) -> Decided:
    """Return every decision but the subtype, each from those before it."""
    first = rules.precedence
    er = decide_receptor_status(cohort, "er", rules.er_positive_from_percent, first["er_status"])
    pr = decide_receptor_status(cohort, "pr", rules.pr_positive_from_percent, first["pr_status"])
    ihc = decide_her2_ihc(cohort, rules.her2_edition, first["her2_ihc"])
    ish = decide_her2_ish(cohort, rules.her2_edition)
    her2 = decide_her2_status(cohort, ihc.fact, ish, rules.her2_edition, first["her2_status"])
    return Decided(
        age=decide_age(cohort, first["age_years"]),
        er=er,
        pr=pr,
        hr=decide_hr_status(unit(cohort), er, pr),
        ihc=ihc,
        ish=ish,
        her2=her2,
        low=decide_her2_low(cohort, ihc.fact, ish.reading, her2),
        density=decide_density(
            cohort,
            rules.density_upper_edges_percent,
            rules.density_edge_belongs_to,
            first["density"],
        ),
    )


def _decide_subtype(cohort: pd.DataFrame, rules: DerivationRules, found: Decided) -> Decision:
    facts = [found.er.fact, found.pr.fact, found.hr.fact, found.her2.fact]
    return decide_subtype(
        cohort,
        pd.concat(facts, axis="columns"),
        weakest(found.hr.grade, found.her2.grade),
        scheme=rules.subtype_scheme,
        ki67_high_from_percent=rules.ki67_high_from_percent,
        precedence=rules.precedence["subtype"],
    )
