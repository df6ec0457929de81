"""Restricted cubic splines against R's rms (through Hmisc), and in a model."""

import shutil
import subprocess
from io import StringIO

import numpy as np
import pandas as pd
import pytest

from study.statistics.design import build_design
from study.statistics.spline import Spline, place_knots
from tests.conftest import PROJECT

REFERENCE = PROJECT / "tests/reference"
STORED = pd.read_csv(REFERENCE / "spline.csv")


@pytest.mark.parametrize("case", ["given", "placed"])
def test_the_basis_is_that_of_rms(case):
    own = STORED[STORED["case"].eq(case)]
    spline = Spline(tuple(map(float, own["knots"].iloc[0].split())))
    if case == "placed":
        assert place_knots(own["value"]).knots == pytest.approx(spline.knots, rel=1e-14)
    found = spline.basis(own["value"].to_numpy())
    assert found == pytest.approx(
        own[["value", "bend_1", "bend_2"]].to_numpy(), rel=1e-12, abs=1e-12
    )


def test_r_still_gives_the_stored_numbers():
    lacks = ["Rscript", "-e", "quit(status = !requireNamespace('Hmisc', quietly = TRUE))"]
    if not shutil.which("Rscript") or subprocess.run(lacks, capture_output=True).returncode:
        pytest.skip("needs R with Hmisc")
    again = subprocess.run(
        ["Rscript", str(REFERENCE / "spline.R")], capture_output=True, text=True, check=True
    )
    pd.testing.assert_frame_equal(pd.read_csv(StringIO(again.stdout)), STORED, rtol=1e-13)


def test_knots_that_would_coincide_are_no_spline_and_the_unknown_is_left_out():
    assert place_knots([50.0] * 20) is None
    assert place_knots([]) is None
    known = np.linspace(30, 80, 51)
    assert place_knots([*known, np.nan]) == place_knots(known)


def test_a_spline_enters_a_model_as_its_columns():
    frame = pd.DataFrame({"patient_id": [str(i) for i in range(40)], "age": np.arange(40.0)})
    frame["mc"] = np.where(frame["age"] % 3 == 0, "yes", "no")
    spline = Spline((2.0, 14.0, 25.0, 38.0))
    design = build_design(frame, "mc", ["age"], {}, {"age": spline})
    assert [c.level for c in design.coefficients] == ["(per unit)", "(bend 1)", "(bend 2)"]
    assert design.states == ("ok", "ok", "ok")
