"""Age in years and in completed years, from dates or as recorded."""

import pandas as pd
import pytest

from study.biomarkers.age import decide_age, derive_completed_years

NAN = float("nan")


def dated(birth, diagnosis, recorded=NAN):
    return {
        "birth_date": pd.Timestamp(birth),
        "diagnosis_date": pd.Timestamp(diagnosis),
        "age_recorded": recorded,
    }


@pytest.mark.parametrize(
    ("birth", "diagnosis", "completed"),
    [
        ("1970-03-10", "2021-03-10", 51),  # her 51st birthday: 50.998 by 365.25
        ("1970-03-10", "2021-03-09", 50),
        ("1970-03-10", "2021-03-11", 51),
        ("1970-12-31", "2021-01-01", 50),
        ("1968-02-29", "2019-02-28", 50),
        ("1968-02-29", "2019-03-01", 51),
        ("1968-02-29", "2020-02-29", 52),
    ],
)
def test_a_year_is_completed_on_the_birthday(cohort, birth, diagnosis, completed):
    patient = cohort(dated(birth, diagnosis))
    assert derive_completed_years(patient, "findings").item() == completed


def test_the_unrounded_age_is_days_over_365_25(cohort):
    age = decide_age(cohort(dated("1970-03-10", "2021-03-10")), "findings").fact
    assert age.item() == pytest.approx(18628 / 365.25, abs=1e-12)


@pytest.mark.parametrize(
    ("recorded", "completed"),
    [(50, 50), (50.4, 50), (50.999, 50), (51, 51), (18993 / 365.25, 52), (18992 / 365.25, 51)],
)
def test_a_recorded_age_loses_its_fraction(cohort, recorded, completed):
    patient = cohort({"age_recorded": recorded})
    assert derive_completed_years(patient, "findings").item() == completed
    assert decide_age(patient, "findings").fact.item() == recorded


@pytest.mark.parametrize("missing", ["birth_date", "diagnosis_date"])
def test_without_both_dates_the_recorded_age_counts(cohort, missing):
    patient = cohort({**dated("1970-03-10", "2021-03-10", 62), missing: pd.NaT})
    assert decide_age(patient, "findings").fact.item() == 62
    assert derive_completed_years(patient, "findings").item() == 62


def test_without_any_source_the_age_is_empty(cohort):
    patient = cohort({"her2_ihc": "0"})
    assert decide_age(patient, "findings").fact.isna().item()
    assert derive_completed_years(patient, "recorded").isna().item()
    assert decide_age(patient, "findings").trace["grade"].item() == "none"


def test_precedence_rules_age_and_completed_years_alike(cohort):
    patient = cohort(dated("1970-03-10", "2021-03-10", 62.5))
    assert decide_age(patient, "recorded").fact.item() == 62.5
    assert derive_completed_years(patient, "recorded").item() == 62
    assert derive_completed_years(patient, "findings").item() == 51


def test_only_a_year_or_more_of_difference_is_a_disagreement(cohort):
    patients = cohort(
        dated("1970-01-01", "2020-07-01", 50),  # 50.5 by dates, rounded down
        dated("1970-01-01", "2020-07-01", 51),  # rounded up
        dated("1970-01-01", "2020-07-01", 52),
        dated("1970-01-01", "2020-07-01", 49),
    )
    assert decide_age(patients, "findings").disagreements["patient_id"].tolist() == ["P3", "P4"]


def test_the_trace_gives_the_dates(cohort):
    row = decide_age(cohort(dated("1970-03-10", "2021-03-10")), "findings").trace.iloc[0]
    assert row["inputs"] == (
        "birth_date=1970-03-10; diagnosis_date=2021-03-10; age_recorded=unknown"
    )
