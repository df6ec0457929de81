"""Every number of both cohorts' estimates is what R computes from the same patients."""

import re
import shutil
import subprocess

import pandas as pd
import pytest

from schemas.estimates import read_estimates
from tests.conftest import PROJECT

PACKAGES = "quit(status = !all(sapply(c('brglm2', 'pROC'), requireNamespace, quietly = TRUE)))"
# Differences allowed, relative beyond 1. R's root searches and numerical climbs stop short of
# more, and its standard errors are of the last but one iterate.
EXACT = 1e-9
OF_MODELS = dict.fromkeys(["std_error", "ci_low", "ci_high", "wald", "p_value", "lr_p_value"], 1e-6)
WIDER = {"univariable": OF_MODELS, "multivariable": OF_MODELS}
# Royston's approximation (AS R94) has other normal quantiles inside in R.
SHAPIRO_WILK = 1e-6
# The key of every file, and how many numbers are compared at the least.
NAMES = {
    "baseline": (["variable", "level", "group"], 500),
    "contingency": (["table", "stratum", "row", "column"], 120),
    "tests": (["table", "stratum", "test"], 100),
    "effects": (["table", "stratum", "measure", "method"], 70),
    "univariable": (["variable", "level", "estimator", "ci_method"], 200),
    "multivariable": (["model", "variable", "level", "estimator", "ci_method"], 200),
    "model_fit": (["model"], 100),
}


@pytest.fixture(scope="module", params=["milan", "duke"])
def both(request, finished, tmp_path_factory):
    """The folder of a cohort's estimates, and that of R's."""
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed")
    if subprocess.run(["Rscript", "-e", PACKAGES], capture_output=True).returncode:
        pytest.skip("R lacks brglm2 or pROC")
    results = finished / "results" / request.param
    if not results.is_dir():
        pytest.skip("needs the Duke workbook in ../shared/data")
    folder = tmp_path_factory.mktemp(request.param)
    analysis = pd.read_parquet(results / "cohort" / "analysis.parquet")
    analysis.to_csv(folder / "analysis.csv", index=False, float_format="%.17g")
    script = PROJECT / "tests" / "reference" / "cohorts.R"
    command = ["Rscript", script, folder / "analysis.csv", results / "estimates", folder]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return results / "estimates", folder


def noted(tests):
    """Return the tests with what their notes hold as ``name=value`` in columns."""
    found = [dict(re.findall(r"(\w+)=([0-9.e+-]+)(?:;|$)", str(note))) for note in tests["note"]]
    notes = pd.DataFrame(found, index=tests.index).astype(float)
    return pd.concat([tests, notes], axis="columns")


def tolerance(name, column, rows):
    limit = pd.Series(WIDER.get(name, {}).get(column, EXACT), index=rows.index)
    return limit.mask(rows["test"].eq("shapiro_wilk"), SHAPIRO_WILK) if name == "tests" else limit


@pytest.mark.parametrize("name", NAMES)
def test_every_number_is_what_r_computes(both, name):
    ours = read_estimates(name, both[0] / f"{name}.csv")
    theirs = pd.read_csv(both[1] / f"{name}.csv", keep_default_na=False, na_values=["", "NA"])
    key, at_least = NAMES[name]
    rows = [frame[key].astype(object).fillna("").to_numpy().tolist() for frame in (ours, theirs)]
    assert rows[0] == rows[1]
    if name == "tests":
        assert ours["chosen"].tolist() == theirs["chosen"].tolist()
        ours = noted(ours)
    compared = 0
    for column in theirs.drop(columns=key).select_dtypes("number"):
        if column not in ours:
            assert theirs[column].isna().all(), column
            continue
        mine, r = ours[column].astype(float), theirs[column].astype(float)
        assert mine.isna().equals(r.isna()), f"{column}: only one of the two has a number"
        far = (mine - r).abs() > tolerance(name, column, ours) * r.abs().clip(lower=1)
        assert not far.any(), ours.loc[far, key].assign(ours=mine, r=r).to_string()
        compared += int(r.notna().sum())
    assert compared > at_least, compared
