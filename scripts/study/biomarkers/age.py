"""Age at diagnosis, from dates or as recorded."""

import numpy as np
import pandas as pd

from study.biomarkers.decision import Decision, decide, recorded_counts, say_rule
from study.cohort.units import unit

DAYS_PER_YEAR = 365.25
TOLERATED_DIFFERENCE_YEARS = 1.0


def decide_age(cohort: pd.DataFrame, precedence: str) -> Decision:
    """Return the age at diagnosis in years, unrounded; NaN where it is not known."""
    from_dates = (cohort["diagnosis_date"] - cohort["birth_date"]).dt.days / DAYS_PER_YEAR
    recorded = cohort["age_recorded"]
    rule = "days from birth to diagnosis over 365.25"
    findings = pd.DataFrame(
        {
            "age_years": from_dates,
            "rule": say_rule(rule, from_dates.notna(), "not both dates known"),
        }
    )
    # ASSUME: a recorded age may be rounded up or down to a whole year, so that only a difference
    # of a year or more contradicts the dates. Source: none; a convention of this project.
    disagree = (from_dates - recorded).abs() >= TOLERATED_DIFFERENCE_YEARS
    return decide(
        unit(cohort),
        cohort[["birth_date", "diagnosis_date", "age_recorded"]],
        findings,
        recorded,
        use_recorded=recorded_counts(from_dates, recorded, precedence),
        disagree=disagree,
    )


def derive_completed_years(cohort: pd.DataFrame, precedence: str) -> pd.Series:
    """Return the age in completed years; by the calendar where the age comes from dates.

    On her 51st birthday a woman is 51, whatever 365.25 makes of it. A recorded age loses
    its fraction.
    """
    # ASSUME: who is born on 29 February completes a year on 1 March where there is no 29th.
    birth, diagnosis = cohort["birth_date"], cohort["diagnosis_date"]
    before_birthday = _month_and_day(diagnosis) < _month_and_day(birth)
    by_calendar = diagnosis.dt.year - birth.dt.year - before_birthday
    recorded = cohort["age_recorded"]
    use_recorded = recorded_counts(by_calendar, recorded, precedence)
    completed = by_calendar.mask(use_recorded, np.floor(recorded))
    return completed.astype(float).rename("age_completed_years")


def _month_and_day(date: pd.Series) -> pd.Series:
    return date.dt.month * 100 + date.dt.day
