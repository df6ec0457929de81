"""HER2-low and ultralow beside the status, never instead of it."""

import pytest

from study.biomarkers.her2 import decide_her2_low
from study.biomarkers.her2_ihc import decide_her2_ihc
from study.biomarkers.her2_ish import decide_her2_ish
from tests.unit.biomarkers.test_her2 import decide

NAN = float("nan")


def low(cohort, edition="asco_cap_2018", **patient):
    women = cohort(patient)
    ihc = decide_her2_ihc(women, edition, "findings").fact
    ish = decide_her2_ish(women, edition)
    return decide_her2_low(women, ihc, ish.reading, decide(women, edition=edition))


@pytest.mark.parametrize(
    ("patient", "expected"),
    [
        ({"her2_ihc": "3+"}, "positive"),
        ({"her2_ihc": "1+", "her2_ish": "positive"}, "positive"),
        ({"her2_ihc": "1+"}, "low"),
        ({"her2_ihc": "1+", "her2_ish": "negative"}, "low"),
        ({"her2_ihc": "2+", "her2_ish": "negative"}, "low"),
        ({"her2_ihc": "2+", "her2_ratio": 1.2, "her2_copies": 2.5}, "low"),
        ({"her2_ihc": "2+"}, "unknown"),
        ({"her2_ihc": "2+", "her2_ish": "equivocal"}, "unknown"),
        ({"her2_ihc": "2+", "her2_recorded": "negative"}, "unknown"),
        ({"her2_ihc": "0"}, "zero_not_split"),
        ({"her2_ihc": "0", "her2_staining_percent": 0}, "null"),
        ({"her2_ihc": "0", "her2_staining_intensity": "none"}, "null"),
        ({"her2_ihc": "0", "her2_staining_percent": 0.5}, "ultralow"),
        ({"her2_ihc": "0", "her2_staining_intensity": "faint"}, "ultralow"),
        ({"her2_ihc": "0", "her2_staining_percent": 50}, "zero_not_split"),
        (
            {"her2_ihc": "0", "her2_staining_percent": 5, "her2_staining_intensity": "weak"},
            "zero_not_split",
        ),
        ({"her2_recorded": "negative"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_what_stands_beside_the_status(cohort, patient, expected):
    assert low(cohort, **patient).fact.item() == expected


def test_a_positive_ish_is_not_low_though_the_study_calls_it_negative(cohort):
    decision = low(cohort, "reference_study", her2_ihc="1+", her2_ish="positive")
    assert decision.fact.item() == "unknown"
    assert decision.trace["flags"].item() == "ish_discordant"


def test_its_evidence_is_no_stronger_than_that_of_the_status(cohort):
    assert low(cohort, her2_ihc="2+", her2_ish="negative").grade.item() == "ish_verdict"
    assert low(cohort, her2_ihc="1+").grade.item() == "findings"
