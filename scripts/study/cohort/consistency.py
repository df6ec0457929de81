"""Findings of one patient that contradict each other."""

import pandas as pd

from schemas.decision_tables import THRESHOLDS
from schemas.dictionary import MISSING, fields
from study.cohort.source import Finding

DAYS_PER_YEAR = 365.25
# ASSUME: completed against rounded years explain a year's difference between a recorded age
# and the dates; half a year more is a wrong date or a wrong age (our choice, no source).
AGE_DIFFERENCE_WARNED, AGE_DIFFERENCE_REFUSED = 1.0, 1.5
# ASSUME: a receptor called negative at 10% or more is a slip whatever the threshold in use;
# between 1% and 10% it may be an older threshold (10% before ASCO/CAP 2010).
NEGATIVE_BELOW_PERCENT, POSITIVE_FROM_PERCENT = 10.0, 1.0
# ASSUME: ratio, HER2 copies and CEP17 copies are rounded or cut off at their last decimal, a whole
# number at its first; what that cannot explain is a wrong cell. Source: registries ask for one
# decimal, cut off (NAACCR items 3851 to 3853).
_CELLS_ASKED_FOR = THRESHOLDS.query("quantity == 'her2_recount_cells' and bin == 'enough'")
RECOUNT_CELLS = int(_CELLS_ASKED_FOR["lower"].item())
_AMPLIFIED = THRESHOLDS.query(
    "quantity == 'her2_ratio' and edition == 'asco_cap_2018' and bin == 'from_2'"
)
AMPLIFIED_FROM_RATIO = float(_AMPLIFIED["lower"].item())
_CELLS = "Correct whichever of the cells is wrong."
_CHECK = "Check the cells; both are kept."


def contradictions(cohort: pd.DataFrame) -> list[Finding]:
    """Return what cannot be true of one patient (errors) or hardly is (warnings)."""
    return [
        *_dates_and_ages(cohort),
        *_receptor_percentages(cohort, "er"),
        *_receptor_percentages(cohort, "pr"),
        *_her2(cohort),
        *_her2_numbers(cohort),
        *_her2_staining(cohort),
        *_subtype(cohort),
        Finding(
            cohort["histology_recorded"].eq("in_situ") & cohort["invasive"].eq("yes"),
            "histology_recorded",
            "means in situ carcinoma, but the tumour is recorded as invasive.",
            _CELLS,
        ),
    ]


def _dates_and_ages(cohort: pd.DataFrame) -> list[Finding]:
    age = (cohort["diagnosis_date"] - cohort["birth_date"]).dt.days / DAYS_PER_YEAR
    apart = (age - cohort["age_recorded"]).abs()
    legal = fields()["age_recorded"]
    outside = age.ge(0) & ~age.between(float(legal.minimum), float(legal.maximum))
    refused = apart > AGE_DIFFERENCE_REFUSED
    return [
        Finding(age < 0, "diagnosis_date", "is before the date of birth.", _CELLS),
        Finding(
            outside,
            "birth_date",
            f"makes the age at diagnosis lie outside {legal.minimum} to {legal.maximum} years.",
            _CELLS,
        ),
        Finding(
            refused,
            "age_recorded",
            f"differs by more than {AGE_DIFFERENCE_REFUSED} years from the dates.",
            _CELLS,
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
            _CELLS,
        ),
        Finding(
            negative & percent.ge(NEGATIVE_BELOW_PERCENT),
            name,
            f"means negative, but {receptor.upper()} stains {NEGATIVE_BELOW_PERCENT:g}% or more.",
            _CELLS,
        ),
        Finding(
            positive & percent.gt(0) & percent.lt(POSITIVE_FROM_PERCENT),
            name,
            low,
            _CHECK,
            "warning",
        ),
        Finding(
            negative & percent.ge(POSITIVE_FROM_PERCENT) & percent.lt(NEGATIVE_BELOW_PERCENT),
            name,
            f"means negative, but {receptor.upper()} stains 1% or more: positive by ASCO/CAP 2020.",
            _CHECK,
            "warning",
        ),
    ]


def _her2(cohort: pd.DataFrame) -> list[Finding]:
    ihc, ish, recorded = cohort["her2_ihc"], cohort["her2_ish"], cohort["her2_recorded"]
    low, verdict = ihc.isin(["0", "1+"]), recorded.isin(["positive", "negative"])
    hybridised = _known(ish) | cohort[["her2_ratio", "her2_copies"]].notna().any(axis="columns")
    stained = _known(ihc) | _known(cohort["her2_staining_intensity"])
    alone = "is not what the findings say: {} leaves the status unknown{}."
    cases = [
        (
            ihc.eq("3+") & recorded.isin(["negative", "equivocal"]),
            "her2_recorded",
            "does not mean positive, but IHC is 3+.",
        ),
        (
            low & recorded.isin(["positive", "equivocal"]),
            "her2_recorded",
            "does not mean negative, but IHC is 0 or 1+.",
        ),
        (
            ihc.eq("2+") & _known(ish) & _known(recorded) & recorded.ne(ish),
            "her2_recorded",
            "does not agree with ISH.",
        ),
        (ihc.eq("3+") & ish.eq("negative"), "her2_ish", "means negative, but IHC is 3+."),
        (low & ish.eq("positive"), "her2_ish", "means positive, but IHC is 0 or 1+."),
    ]
    absences = [
        (
            ihc.eq("2+") & ~hybridised & verdict,
            "her2_recorded",
            alone.format("IHC 2+ without ISH", ""),
            "her2_ish",
        ),
        (
            ~stained & _known(ish) & verdict & recorded.ne(ish),
            "her2_recorded",
            alone.format("ISH without IHC", " by the study's rule"),
            "her2_ihc",
        ),
        (
            _known(ish) & ~stained,
            "her2_ish",
            "is recorded, but the IHC score is missing.",
            "her2_ihc",
        ),
    ]
    return [
        Finding(rows, name, rule, _CHECK, "warning", *absent)
        for rows, name, rule, *absent in [*cases, *absences]
    ]


def _her2_numbers(cohort: pd.DataFrame) -> list[Finding]:
    ratio, copies, cep17 = cohort["her2_ratio"], cohort["her2_copies"], cohort["cep17_copies"]
    d_ratio, d_copies, d_cep17 = _last_decimal(ratio), _last_decimal(copies), _last_decimal(cep17)
    # The quotient's limits where each number is what is written, or up to a last decimal away.
    lowest = (copies - d_copies).clip(lower=0) / (cep17 + d_cep17) - d_ratio
    highest = (copies + d_copies) / (cep17 - d_cep17).where(cep17 > d_cep17) + d_ratio
    wrong = (ratio < lowest) | (ratio > highest)
    quotient = (copies / cep17).round(10)
    recounted = cohort[["her2_recount_ratio", "her2_recount_copies"]].notna().any(axis="columns")
    return [
        Finding(
            wrong,
            "her2_ratio",
            "is not the quotient of the HER2 and CEP17 copy numbers, even if all are rounded.",
            f"{_CELLS} If none can be, leave the CEP17 column out of the codebook.",
        ),
        Finding(
            (ratio.ge(AMPLIFIED_FROM_RATIO) != quotient.ge(AMPLIFIED_FROM_RATIO))
            & ratio.notna()
            & quotient.notna()
            & ~wrong,
            "her2_ratio",
            f"lies on the other side of {AMPLIFIED_FROM_RATIO:g} than the quotient of the copies.",
            "Check the cells; the ratio as written is used.",
            "warning",
        ),
        Finding(
            recounted & cohort["her2_recount_cells"].lt(RECOUNT_CELLS),
            "her2_recount_cells",
            f"is less than {RECOUNT_CELLS}: the recount does not count.",
            _CHECK,
            "warning",
        ),
        Finding(
            recounted & ratio.isna() & copies.isna(),
            "her2_recount_ratio",
            "is a recount, but the first count is missing.",
            "Write the first count too: without it the recount has nothing to confirm.",
            "warning",
            "her2_ratio",
        ),
    ]


def _last_decimal(numbers: pd.Series) -> pd.Series:
    """Return one unit of the last decimal that a number is written with, 0.1 at most."""
    decimals = numbers.map(lambda number: len(f"{number:.6f}".rstrip("0").split(".")[1]))
    return 0.1 ** decimals.clip(lower=1)


def _her2_staining(cohort: pd.DataFrame) -> list[Finding]:
    absent = cohort["her2_staining_percent"].eq(0) | cohort["her2_staining_intensity"].eq("none")
    return [
        Finding(
            cohort["her2_ihc"].isin(["1+", "2+", "3+"]) & absent,
            "her2_ihc",
            "is not 0, but the staining is described as absent or in 0% of the cells.",
            "Check the cells; the score is used. A 0 that stands for nothing recorded belongs "
            "under missing.",
            "warning",
        )
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
    return [Finding(rows, "subtype_recorded", rule, _CHECK, "warning") for rows, rule in cases]


def _receptor(cohort: pd.DataFrame, receptor: str, status: str) -> pd.Series:
    percent = cohort[f"{receptor}_percent"]
    stained = percent >= POSITIVE_FROM_PERCENT
    by_percent = stained if status == "positive" else percent.notna() & ~stained
    return by_percent | (percent.isna() & cohort[f"{receptor}_recorded"].eq(status))


def _known(column: pd.Series) -> pd.Series:
    return ~column.isin(MISSING)
