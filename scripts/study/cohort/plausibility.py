"""What is possible but odd: warnings that a person should look at once."""

from dataclasses import replace

import pandas as pd

from schemas.dictionary import fields
from schemas.words import words
from study.cohort.cohort_file import Cohort
from study.cohort.consistency import DAYS_PER_YEAR
from study.cohort.source import Finding, Source
from study.cohort.units import is_counted, patients
from study.cohort.vocabulary import look
from study.problems import Problem

# ASSUME: below 25 years breast cancer is rare enough to look at the cell (our choice, no source).
YOUNG_BELOW_YEARS = 25
# ASSUME: with some twenty fields looked at, 0.01 keeps chance findings rare (our choice).
OUTCOME_ALPHA = 0.01
# ASSUME: a woman of whom a tenth of the columns or less is filled may be none (our choice).
NEARLY_EMPTY = 0.1
_LOOK = "Check the cell; it is kept."


def oddities(cohort: pd.DataFrame, source: Source) -> list[Finding]:
    """Return what is possible but seldom, of one patient or of two."""
    age = (cohort["diagnosis_date"] - cohort["birth_date"]).dt.days / DAYS_PER_YEAR
    young = f"means an age below {YOUNG_BELOW_YEARS} years, which is rare."
    return [
        Finding(age.between(0, YOUNG_BELOW_YEARS, "left"), "birth_date", young, _LOOK, "warning"),
        Finding(
            cohort["age_recorded"].lt(YOUNG_BELOW_YEARS), "age_recorded", young, _LOOK, "warning"
        ),
        Finding(
            cohort["ki67_percent"].eq(0),
            "ki67_percent",
            "is 0%, which is rare: does it stand for a missing value?",
            _LOOK,
            "warning",
        ),
        *_no_patients(cohort, source),
        *_repetitions(cohort, source),
    ]


def _no_patients(cohort: pd.DataFrame, source: Source) -> list[Finding]:
    """Return rows that hold a total or next to nothing, which would be counted as women.

    Of a registry, whose identifiers are not read, those of next to nothing only.
    """
    if is_counted(cohort):
        return [_nearly_empty(source)]
    totals = {look(word.spelling) for word in words() if word.level == "total"}
    identifiers = cohort["patient_id"].fillna("").map(look)
    total = identifiers.str.strip(":.=").isin(totals)
    empty = _nearly_empty(source)
    return [
        Finding(
            total,
            "patient_id",
            "is a word for a total: the row would be counted as a woman.",
            "Delete the row, or give the patient another identifier.",
        ),
        replace(empty, rows=empty.rows & ~total & identifiers.ne("")),
    ]


def _nearly_empty(source: Source) -> Finding:
    others = sorted(set(source.letters.values()) - {source.letters.get("patient_id")})
    filled = source.raw[others].fillna("").apply(lambda column: column.str.strip().ne(""))
    # of so few columns, a woman may well have none
    empty = filled.sum(axis="columns").le(len(others) * NEARLY_EMPTY) & (len(others) >= 3)
    return Finding(
        empty,
        "patient_id",
        "belongs to a row in which nearly all columns of the codebook are empty.",
        "Delete the row if it is no patient: it is counted as a woman.",
        "warning",
    )


def _repetitions(cohort: pd.DataFrame, source: Source) -> list[Finding]:
    if is_counted(cohort):
        return []
    identifiers = cohort["patient_id"].fillna("").map(look)
    alike = identifiers.ne("") & identifiers.duplicated(keep=False)
    same = cohort["patient_id"].duplicated(keep=False)
    # Without a date or an exact age, two women may well have the same findings.
    age = cohort["age_recorded"]
    exact = cohort["birth_date"].notna() | (age.notna() & age.mod(1).ne(0))
    own = ["row", "hidden", source.letters.get("patient_id", "")]
    repeated = source.raw.drop(columns=own, errors="ignore").duplicated(keep=False)
    return [
        Finding(
            alike & ~same,
            "patient_id",
            "differs from another patient's only by case, spaces or look-alike letters.",
            "Check that these are two patients.",
            "warning",
        ),
        Finding(
            exact & repeated & ~same,
            "patient_id",
            "belongs to a row that equals another patient's in everything else.",
            "Check that the patient was not entered twice.",
            "warning",
        ),
    ]


def kept_as_fractions(cohort: pd.DataFrame, source: Source, settings: Cohort) -> list[Problem]:
    """Return columns of percentages that hold fractions of one, or cells that may."""
    problems = []
    for name, field in fields().items():
        if field.unit != "percent" or name not in source.letters:
            continue
        entry = settings.codebook[name]
        texts = source.raw[source.letters[name]].fillna("").str.strip()
        plain = cohort[name].where(~texts.str.endswith("%") & ~texts.isin(list(entry.numbers)))
        fractional = plain.gt(0) & plain.lt(1)
        if entry.unit == "fraction" or not fractional.any():
            continue
        if plain.max() <= 1:
            rule = "is a column of percentages, but no value is above 1: they look like fractions."
            remedy = f"Write {name}.unit: fraction in the codebook, or correct the column."
            problems.append(Problem(source.column(name), name, "", rule, remedy))
            continue
        rule = "lies between 0 and 1 in a column of percentages: is it a fraction?"
        problems += source.problems(Finding(fractional, name, rule, _LOOK, "warning"))
    return problems


def missing_by_outcome(cohort: pd.DataFrame, source: Source) -> list[Problem]:
    """Return a warning for each field whose missingness goes with the outcome.

    Fisher's exact test of missing against microcalcifications recorded (yes, against no or
    not described) among the women whose microcalcifications are known.
    """
    from scipy.stats import fisher_exact

    outcome = cohort["microcalcifications_recorded"]
    women = cohort[outcome.isin(["yes", "no", "undescribed"])]
    recorded, counts = outcome[women.index].eq("yes"), patients(women)
    problems = []
    for name in source.letters:
        if name in ("patient_id", "microcalcifications_recorded"):
            continue
        missing = women[name].isna() | women[name].astype("object").eq("unknown")
        table = [
            [int(counts[rows & recorded].sum()), int(counts[rows & ~recorded].sum())]
            for rows in (missing, ~missing)
        ]
        if fisher_exact(table).pvalue < OUTCOME_ALPHA:
            problems.append(_goes_with_outcome(name, source, table))
    return problems


def _goes_with_outcome(name: str, source: Source, table: list[list[int]]) -> Problem:
    (missing_yes, missing_no), (present_yes, present_no) = table
    rule = (
        "is missing more often with one outcome than with the other: microcalcifications are "
        f"recorded in {missing_yes} of the {missing_yes + missing_no} women without it and in "
        f"{present_yes} of the {present_yes + present_no} women with it."
    )
    remedy = "Leaving out women without it biases the comparison: find out why it is missing."
    return Problem(source.column(name), name, "", rule, remedy, "warning")
