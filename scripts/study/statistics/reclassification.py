"""Who changes class under another definition, and what becomes of the exposure's odds ratio."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from study.biomarkers.decision import UNDECIDED
from study.biomarkers.derivation import DerivationRules, derive_facts
from study.cohort.eligibility import Criterion, apply_criteria
from study.cohort.strata import stratify
from study.statistics.agreement import cohen_kappa
from study.statistics.design import OVERALL, build_design
from study.statistics.estimates import tabulate_estimates
from study.statistics.logistic import fit_model
from study.statistics.redefinition import (
    decisions_in_text,
    fact_changed,
    findings_read,
    flattened,
    have_any,
    redefine,
    values_of,
)
from study.statistics.screening import MODEL
from study.statistics.vocabulary import analysis_levels, derived_levels

PRIMARY = "primary"
_ESTIMATES = ["log_odds", "std_error", "odds_ratio", "ci_low", "ci_high", "p_value"]
_REPEATED = ["kappa", "odds_ratio", "ci_low", "ci_high", "p_value"]
SAME = 1e-12  # relative: both sides come from one function, one of them through a file


@dataclass(frozen=True)
class Course:
    """What every definition shares on the way from derived facts to the exposure's model."""

    criteria: Sequence[Criterion]
    age_coding: str
    idc_with_dcis_is_idc: bool
    outcome: str
    exposure: str
    references: Mapping[str, str]
    confidence_level: float


@dataclass(frozen=True)
class Reclassification:
    """The cross-tables with the primary definition, and one row per definition."""

    crossed: pd.DataFrame
    models: pd.DataFrame


@dataclass(frozen=True)
class _Outcome:
    derived: pd.DataFrame
    analysed: pd.Series
    model: dict[str, Any]


def reclassify(
    validated: pd.DataFrame,
    primary: DerivationRules,
    alternatives: Mapping[str, Mapping[str, Any]],
    course: Course,
) -> Reclassification:
    """Return what each alternative changes, the primary definition first.

    Each definition goes the whole way by itself: derivation, exclusions, strata, univariable
    model of the exposure (maximum likelihood, Wald). So n differs where women leave or enter.

    A cross-table holds the women analysed under the primary definition or under the alternative,
    so that a woman whose status becomes unknown or unresolved is seen to leave. Its fact is HER2
    status where the definition changes the rules of HER2, else the subtype (`fact_changed`).
    `kappa` is Cohen's, unweighted, of the women of the table who are decided (neither unknown
    nor unresolved) under both; NaN where both have one and the same level only. Of an exposure of
    more than two levels there is no single odds ratio: the row is that of their joint test.

    Parameters
    ----------
    alternatives : mapping
        By name, the rules of `DerivationRules` that take others' place.
    """
    reference = _follow(validated, primary, course)
    crossed, models = [], []
    for name, changed in {PRIMARY: {}, **alternatives}.items():
        other = _follow(validated, redefine(primary, changed), course) if changed else reference
        counts, row = _compare(reference, other, changed)
        models.append({"definition": name, **row, **other.model})
        repeated = {column: models[-1][column] for column in _REPEATED}
        crossed.append(counts.assign(**repeated).assign(definition=name))
    rules = list(
        dict.fromkeys(rule for changed in alternatives.values() for rule in flattened(changed))
    )
    models[0]["decisions"] = decisions_in_text(values_of(primary, rules))
    columns = ["definition", "primary_level", "alternative_level", "n", *_REPEATED]
    table = pd.DataFrame(models).replace({"decisions": "", "findings": ""}, np.nan)
    return Reclassification(pd.concat(crossed, ignore_index=True)[columns], table)


def _follow(validated: pd.DataFrame, rules: DerivationRules, course: Course) -> _Outcome:
    derived = derive_facts(validated, rules).cohort
    # A definition may leave nobody decided; that is its result, and no mistake of the settings.
    eligibility = apply_criteria(derived, course.criteria, may_be_empty=True)
    analysis = stratify(
        eligibility.included,
        age_coding=course.age_coding,
        idc_with_dcis_is_idc=course.idc_with_dcis_is_idc,
    )
    return _Outcome(derived, eligibility.disposition["included"], _fit(analysis, course))


def _fit(analysis: pd.DataFrame, course: Course) -> dict[str, Any]:
    design = build_design(
        analysis, course.outcome, [course.exposure], course.references, analysis_levels()
    )
    estimates = tabulate_estimates(MODEL, fit_model(design), course.confidence_level)
    columns = ["variable", "level", "reference", "n", "events", *_ESTIMATES, "status"]
    return exposure_row(estimates, course.exposure)[columns].to_dict()


def exposure_row(estimates: pd.DataFrame, exposure: str) -> pd.Series:
    """Return the main row of the exposure: of its only level, or of all its levels together."""
    main = estimates["estimator"].eq("ml") & estimates["ci_method"].eq("wald")
    rows = estimates[main & estimates["variable"].eq(exposure)]
    overall = rows[rows["level"].eq(OVERALL)]
    return (rows if overall.empty else overall).iloc[0]


def _compare(
    reference: _Outcome, other: _Outcome, changed: Mapping[str, Any]
) -> tuple[pd.DataFrame, dict[str, Any]]:
    fact, findings = fact_changed(changed), findings_read(changed)
    either = reference.analysed | other.analysed
    before, after = reference.derived.loc[either, fact], other.derived.loc[either, fact]
    decided = ~before.isin(UNDECIDED) & ~after.isin(UNDECIDED)
    row = {
        "fact": fact,
        "decisions": decisions_in_text(changed),
        "findings": "; ".join(findings),
        "with_findings": have_any(other.derived[either], findings).sum() if findings else pd.NA,
        "women": either.sum(),
        "moved": before.ne(after).sum(),
        "entered": (other.analysed & ~reference.analysed).sum(),
        "left": (reference.analysed & ~other.analysed).sum(),
        "kappa": cohen_kappa(before[decided], after[decided]),
    }
    return _count(before, after, derived_levels()[fact]), row


def _count(before: pd.Series, after: pd.Series, levels: list[str]) -> pd.DataFrame:
    """Return the occupied cells, in the order of the levels."""
    pairs = pd.DataFrame({"primary_level": before, "alternative_level": after})
    counts = pairs.value_counts(sort=False).rename("n").reset_index()
    return counts.sort_values(
        ["primary_level", "alternative_level"],
        key=lambda column: column.map(levels.index),
        ignore_index=True,
    )


def describe_differences(models: pd.DataFrame, univariable: pd.DataFrame) -> str:
    """Return where the primary definition differs from the screen's model; empty if nowhere.

    Parameters
    ----------
    models : DataFrame
        `Reclassification.models`.
    univariable : DataFrame
        The univariable estimates of the primary analysis.
    """
    mine = models[models["definition"].eq(PRIMARY)].iloc[0]
    screen = exposure_row(univariable, mine["variable"])
    exact = ["level", "reference", "n", "events", "status"]
    differ = [name for name in exact if mine[name] != screen[name]]
    differ += [name for name in _ESTIMATES if not _same(mine[name], screen[name])]
    return "\n".join(f"  {name}: {mine[name]} is not {screen[name]}" for name in differ)


def _same(one: float, other: float) -> bool:
    return bool(np.isclose(one, other, rtol=SAME, atol=0, equal_nan=True))
