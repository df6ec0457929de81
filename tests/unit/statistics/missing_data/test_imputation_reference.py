"""Multiple imputation of a fixed set agrees with mice within Monte Carlo error."""

import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest

from study.statistics.missing_data.fits import fit_completed
from study.statistics.missing_data.imputation import impute
from study.statistics.missing_data.pooling import pool
from tests.conftest import PROJECT

FOLDER = PROJECT / "tests/reference"
OURS, THEIRS = 200, 50
TERMS = ["her2_status", "age_years", "density"]
NAMES = ["her2_statuspositive", "age_years", "densityB", "densityC", "densityD"]


def mice_of(table, kind):
    rows = table[table["set"].eq("many") & table["kind"].eq(kind)]
    return rows.set_index("index")["value"].loc[NAMES].to_numpy()


@pytest.fixture(scope="module")
def reference():
    return pd.read_csv(FOLDER / "imputation.csv")


@pytest.fixture(scope="module")
def pooled():
    frame = pd.read_csv(FOLDER / "imputation_data.csv", dtype={"patient_id": str})
    completed = impute(frame, ["microcalcifications", *TERMS], {}, OURS, 5, 1)
    references = {"her2_status": "negative", "density": "A"}
    fits = fit_completed(completed, "microcalcifications", TERMS, references)
    assert (fits.status, fits.n) == ("ok", 400)
    return pool(fits.estimates, fits.covariances, fits.complete_df)


def test_estimates_are_those_of_mice(reference, pooled):
    # The mean over data sets varies by their variance divided by their number, in both.
    error = np.sqrt(np.diag(pooled.between) / OURS + mice_of(reference, "b") / THEIRS)
    difference = pooled.estimate - mice_of(reference, "estimate")
    assert (np.abs(difference) < 3 * error).all()
    assert (3 * error < 0.6 * pooled.std_error).all()


def test_variances_are_those_of_mice(reference, pooled):
    # A variance of 50 data sets varies by a fifth of itself.
    assert np.diag(pooled.within) == pytest.approx(mice_of(reference, "ubar"), rel=0.03)
    between = np.diag(pooled.between) / mice_of(reference, "b")
    assert ((between > 0.55) & (between < 1.8)).all()


def test_the_bias_of_complete_cases_is_gone(reference, pooled):
    whole, cases = mice_of(reference, "complete")[0], mice_of(reference, "cases")[0]
    assert whole - cases > 1
    assert abs(pooled.estimate[0] - whole) < pooled.std_error[0]


def test_r_still_gives_the_stored_numbers(tmp_path, reference):
    packages = "quit(status = !all(sapply(c('mice', 'mitml'), requireNamespace, quietly = TRUE)))"
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed; the stored numbers were compared all the same")
    if subprocess.run(["Rscript", "-e", packages], capture_output=True).returncode:
        pytest.skip("R lacks mice or mitml; the stored numbers were compared all the same")
    command = ["Rscript", str(FOLDER / "imputation.R"), str(tmp_path)]
    subprocess.run(command, capture_output=True, check=True)
    data = (FOLDER / "imputation_data.csv").read_text()
    assert (tmp_path / "imputation_data.csv").read_text() == data
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "imputation.csv"), reference)
