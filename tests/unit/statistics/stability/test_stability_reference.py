"""Stability, optimism and type I error are what R gives for the same drawn women."""

import io
import shutil
import subprocess

import pandas as pd
import pytest

from study.statistics.stability.replicates import observe
from study.statistics.stability.resampling import resample
from tests.conftest import PROJECT
from tests.unit.statistics.stability.cohort import DATA, REPLICATES, SEED, cells_and_draws, chain

REFERENCE = DATA.parent / "stability.csv"
METHODS = {
    "percentile": "bootstrap_percentile",
    "bca": "bootstrap_bca",
    "conditional": "bootstrap_conditional",
    "permuted": "permutation_percentile",
    "left_out": "jackknife_range",
}
# R's root of Firth's score and its exp() of sums leave less.
TOLERANCE = 1e-9


@pytest.fixture(scope="module")
def r():
    return pd.read_csv(REFERENCE, index_col="quantity", na_values="NA")["value"]


@pytest.fixture(scope="module")
def tables():
    own = chain()
    both = {"bootstrap": REPLICATES, "permutation": REPLICATES}
    return resample(own, "screened", observe(own), SEED, both, 0.95)


def bounds(tables, r):
    """Each bound beside R's: its name, its value, R's value, its row."""
    for _, row in tables["stability"].iterrows():
        if row["method"] == "null_bootstrap":  # R has not read its draws
            continue
        name = f"{row['variable']}:{row['level']}"
        short = next(key for key, method in METHODS.items() if method == row["method"])
        for end in ("low", "high"):
            yield f"{name}:{short}:{end}", row[f"odds_ratio_{end}"], r[f"{name}:{short}:{end}"], row


def test_the_draws_are_those_that_r_has_read():
    for name, table in zip(("cells", "draws"), cells_and_draws(), strict=True):
        stored = pd.read_csv(DATA / f"{name}.csv", keep_default_na=False)
        assert (stored.astype(str) == table.fillna("").astype(str)).all(axis=None)


def test_every_interval_is_rs_and_its_infinite_bounds_are_open(tables, r):
    compared = 0
    for quantity, mine, theirs, row in bounds(tables, r):
        if row["status"] == "undefined" and not row["is_kept"]:
            continue
        if row["status"] in ("undefined", "never_included"):
            assert pd.isna(theirs) or theirs == 1, quantity
        elif theirs in (0, float("inf")):
            assert pd.isna(mine), quantity
        else:
            assert mine == pytest.approx(theirs, rel=TOLERANCE), quantity
            compared += 1
    assert compared >= 43


def test_inclusion_and_infinite_estimates_are_rs(tables, r):
    frequency = tables["stability"].set_index(["method", "variable", "level"])
    for (method, variable, level), row in frequency.iterrows():
        if method == "null_bootstrap":
            continue
        name = {
            "permutation_percentile": "permuted_inclusion",
            "jackknife_range": "jackknife_inclusion",
        }.get(method, "inclusion")
        expected = r[f"{variable}:{level}:{name}"]
        assert row["inclusion_frequency"] == pytest.approx(expected, abs=1e-12)
        if method == "bootstrap_percentile":
            assert row["infinite"] == r[f"{variable}:{level}:infinite"]


def test_optimism_is_rs(tables, r):
    found = tables["optimism"].set_index("measure")
    assert found.loc["auc", "apparent"] == pytest.approx(r["auc:apparent"], abs=TOLERANCE)
    assert found.loc["auc", "optimism"] == pytest.approx(r["auc:optimism"], abs=TOLERANCE)
    slope = found.loc["calibration_slope"]
    assert slope["optimism"] == pytest.approx(r["slope:optimism"], abs=TOLERANCE)
    assert slope["median_optimism"] == pytest.approx(r["slope:median_optimism"], abs=TOLERANCE)
    assert slope["penalised"] == r["penalised"]


def test_type_i_errors_and_permutation_p_values_are_rs(tables, r):
    for rule, row in tables["type_i_error"].set_index("rule").iterrows():
        assert row["rejected"] == r[f"{rule}:rejected"]
        assert row["observed_p_value"] == pytest.approx(r[f"{rule}:observed"], rel=1e-8)
        assert row["permutation_p_value"] == pytest.approx(r[f"{rule}:permutation"], abs=1e-12)


def test_r_still_gives_the_stored_numbers():
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed; the stored numbers were compared all the same")
    command = ["Rscript", str(PROJECT / "tests/reference/stability.R")]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    pd.testing.assert_frame_equal(
        pd.read_csv(io.StringIO(lines)), pd.read_csv(REFERENCE), rtol=1e-10
    )
