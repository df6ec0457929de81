"""What was read as an absence is counted apart from what a report says."""

import pandas as pd

from schemas.estimates import ESTIMATES
from study.cohort.readings import count_readings


def women(*pairs):
    names = ["microcalcifications_recorded", "microcalcifications"]
    return pd.DataFrame(list(pairs), columns=names, dtype="str")


def test_silent_reports_read_as_absent_are_counted_apart_from_stated_absences():
    included = women(("yes", "yes"), ("no", "no"), ("undescribed", "no"), ("undescribed", "no"))
    rows = ESTIMATES["readings"].validate(count_readings(included))
    assert rows.to_numpy().tolist() == [
        ["microcalcifications", "no", "no", 1],
        ["microcalcifications", "undescribed", "no", 2],
        ["microcalcifications", "yes", "yes", 1],
    ]


def test_a_cohort_of_nobody_has_no_readings():
    assert ESTIMATES["readings"].validate(count_readings(women())).empty
