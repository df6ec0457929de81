"""Findings of one patient that contradict each other."""

import pandas as pd

from schemas.dictionary import fields
from study.cohort.her2_consistency import CHECK, CORRECT, her2_contradictions
from study.cohort.source import Finding

DAYS_PER_YEAR = 365.25
# ASSUME: completed against rounded years explain a year's difference between a recorded age
# and the dates; half a year more is a wrong date or a wrong age (our choice, no source).
AGE_DIFFERENCE_WARNED, AGE_DIFFERENCE_REFUSED = 1.0, 1.5
# ASSUME: a receptor called negative at 10% or more is a slip whatever the threshold in use;
# between 1% and 10% it may be an older threshold (10% before ASCO/CAP 2010).
NEGATIVE_BELOW_PERCENT, POSITIVE_FROM_PERCENT = 10.0, 1.0


def contradictions(cohort: pd.DataFrame) -> list[Finding]:
    """Return what cannot be true of one patient (errors) or hardly is (warnings)."""
    return [
        *_dates_and_ages(cohort),
        *_receptor_percentages(cohort, "er"),
        *_receptor_percentages(cohort, "pr"),
        *her2_contradictions(cohort),
        *_subtype(cohort),
        Finding(
            cohort["histology_recorded"].eq("in_situ") & cohort["invasive"].eq("yes"),
            "histology_recorded",
            "means in situ carcinoma, but the tumour is recorded as invasive.",
            CORRECT,
        ),
    ]


def _dates_and_ages(cohort: pd.DataFrame) -> list[Finding]:
    age = (cohort["diagnosis_date"] - cohort["birth_date"]).dt.days / DAYS_PER_YEAR
    apart = (age - cohort["age_recorded"]).abs()
    legal = fields()["age_recorded"]
    outside = age.ge(0) & ~age.between(float(legal.minimum), float(legal.maximum))
    refused = apart > AGE_DIFFERENCE_REFUSED
    return [
        Finding(age < 0, "diagnosis_date", "is before the date of birth.", CORRECT),
        Finding(
            outside,
            "birth_date",
            f"makes the age at diagnosis lie outside {legal.minimum} to {legal.maximum} years.",
            CORRECT,
        ),
        Finding(
            refused,
            "age_recorded",
            f"differs by more than {AGE_DIFFERENCE_REFUSED} years from the dates.",
            CORRECT,
        ),
        Finding(
            (apart > AGE_DIFFERENCE_WARNED) & ~refused,
            "age_recorded",
            f"differs by more than {AGE_DIFFERENCE_WARNED:g} year from the dates.",
            "Check the cells; the dates are used.",
            "warning",
        ),
    ]


def _receptor_percentages(cohort: pd.DataFrame, receptor: str) -> list[Finding]:
    name = f"{receptor}_recorded"
    status, percent = cohort[name], cohort[f"{receptor}_percent"]
    positive, negative = status.eq("positive"), status.eq("negative")
    low = f"means positive, but {receptor.upper()} stains less than {POSITIVE_FROM_PERCENT:g}%."
    return [
        Finding(
            positive & percent.eq(0),
            name,
            f"means positive, but {receptor.upper()} stains 0% of the nuclei.",
            CORRECT,
        ),
        Finding(
            negative & percent.ge(NEGATIVE_BELOW_PERCENT),
            name,
            f"means negative, but {receptor.upper()} stains {NEGATIVE_BELOW_PERCENT:g}% or more.",
            CORRECT,
        ),
        Finding(
            positive & percent.gt(0) & percent.lt(POSITIVE_FROM_PERCENT),
            name,
            low,
            CHECK,
            "warning",
        ),
        Finding(
            negative & percent.ge(POSITIVE_FROM_PERCENT) & percent.lt(NEGATIVE_BELOW_PERCENT),
            name,
            f"means negative, but {receptor.upper()} stains 1% or more: positive by ASCO/CAP 2020.",
            CHECK,
            "warning",
        ),
    ]


def _subtype(cohort: pd.DataFrame) -> list[Finding]:
    subtype = cohort["subtype_recorded"]
    positive = _receptor(cohort, "er", "positive") | _receptor(cohort, "pr", "positive")
    negative = _receptor(cohort, "er", "negative") & _receptor(cohort, "pr", "negative")
    her2 = cohort["her2_recorded"]
    luminal = subtype.str.startswith("luminal")
    not_luminal = subtype.isin(["her2_enriched", "triple_negative"])
    needs_her2 = subtype.isin(["luminal_b_her2_positive", "her2_enriched"])
    excludes_her2 = subtype.isin(["luminal_a", "luminal_b_her2_negative", "triple_negative"])
    cases = [
        (luminal & negative, "means luminal, but ER and PR are negative."),
        (not_luminal & positive, "does not mean luminal, but ER or PR is positive."),
        (
            needs_her2 & her2.eq("negative"),
            "means HER2 positive, but HER2 is recorded as negative.",
        ),
        (
            excludes_her2 & her2.eq("positive"),
            "means HER2 negative, but HER2 is recorded as positive.",
        ),
    ]
    return [Finding(rows, "subtype_recorded", rule, CHECK, "warning") for rows, rule in cases]


def _receptor(cohort: pd.DataFrame, receptor: str, status: str) -> pd.Series:
    percent = cohort[f"{receptor}_percent"]
    stained = percent >= POSITIVE_FROM_PERCENT
    by_percent = stained if status == "positive" else percent.notna() & ~stained
    return by_percent | (percent.isna() & cohort[f"{receptor}_recorded"].eq(status))
