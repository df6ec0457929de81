"""How a report that does not mention microcalcifications is read."""

import pandas as pd
import pytest

from study.biomarkers.microcalcifications import derive_microcalcifications
from study.problems import StudyError

RECORDED = ["yes", "no", "undescribed", "undescribed", "unknown", "not_done", "yes"]
DENSITY = ["A", "A", "A", "unknown", "A", "unknown", "unknown"]


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ("absent", ["yes", "no", "no", "no", "unknown", "unknown", "yes"]),
        ("unknown", ["yes", "no", "unknown", "unknown", "unknown", "unknown", "yes"]),
        (
            "unknown_where_density_missing",
            ["yes", "no", "no", "unknown", "unknown", "unknown", "yes"],
        ),
    ],
)
def test_a_silent_report_is_read_as_configured(reading, expected):
    found = derive_microcalcifications(pd.Series(RECORDED), pd.Series(DENSITY), reading)
    assert found.tolist() == expected


def test_a_reading_that_does_not_exist_is_refused():
    with pytest.raises(StudyError, match=r"'present'.*absent"):
        derive_microcalcifications(pd.Series(RECORDED), pd.Series(DENSITY), "present")
