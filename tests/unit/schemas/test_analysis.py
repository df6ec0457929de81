"""What the schemas of the patient-level tables refuse."""

import pandas as pd
import pytest
from pandera.errors import SchemaError

from schemas.analysis import ANALYSIS, DISPOSITION

DISPOSITIONS = pd.DataFrame(
    {
        "patient_id": ["P1", "P2"],
        "included": [True, False],
        "excluded_by": [None, "bilateral"],
        "all_reasons": [None, "bilateral; receptors_unknown"],
    }
)


def test_one_disposition_per_patient_passes():
    DISPOSITION.validate(DISPOSITIONS)


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (0, {"included": False}),
        (1, {"included": True}),
        (1, {"excluded_by": "receptors_unknown"}),
        (1, {"excluded_by": None}),
        (0, {"all_reasons": "bilateral"}),
        (1, {"patient_id": "P1"}),
    ],
)
def test_a_disposition_that_contradicts_itself_is_refused(row, cells):
    frame = DISPOSITIONS.copy()
    for column, value in cells.items():
        frame.loc[row, column] = value
    with pytest.raises(SchemaError):
        DISPOSITION.validate(frame)


@pytest.mark.parametrize("her2_status", ["unknown", "unresolved"])
def test_an_undecided_her2_status_never_reaches_the_analysis(her2_status):
    row = dict.fromkeys(ANALYSIS.columns)
    row |= {"patient_id": "P1", "her2_ihc": "2+", "her2_ish": "not_done"}
    ANALYSIS.validate(pd.DataFrame([row]))
    with pytest.raises(SchemaError, match="her2_status"):
        ANALYSIS.validate(pd.DataFrame([row | {"her2_status": her2_status}]))
