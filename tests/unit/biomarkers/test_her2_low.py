"""HER2-low and ultralow beside the status, never instead of it."""

import pandas as pd
import pytest

from study.biomarkers.her2 import decide_her2_low

NAN = float("nan")


@pytest.mark.parametrize(
    ("ihc", "status", "intensity", "percent", "expected"),
    [
        ("3+", "positive", "unknown", NAN, "positive"),
        ("1+", "positive", "unknown", NAN, "positive"),
        ("1+", "negative", "unknown", NAN, "low"),
        ("2+", "negative", "unknown", NAN, "low"),
        ("0", "negative", "faint", 5, "ultralow"),
        ("0", "negative", "unknown", 0.5, "ultralow"),
        ("0", "negative", "none", NAN, "null"),
        ("0", "negative", "unknown", 0, "null"),
        ("0", "negative", "unknown", NAN, "zero_not_split"),
        ("2+", "unknown", "unknown", NAN, "unknown"),
        ("2+", "unresolved", "unknown", NAN, "unknown"),
        ("unknown", "negative", "unknown", NAN, "unknown"),
        ("3+", "negative", "unknown", NAN, "unknown"),
    ],
)
def test_what_stands_beside_the_status(cohort, ihc, status, intensity, percent, expected):
    patient = cohort({"her2_staining_intensity": intensity, "her2_staining_percent": percent})
    decision = decide_her2_low(
        patient, pd.Series([ihc], patient.index), pd.Series([status], patient.index)
    )
    assert decision.fact.item() == expected
    assert decision.trace["biomarker"].item() == "her2_low"
