"""Logistic models agree with R (glm, brglm2, MASS, pROC) and with PSPP."""

import csv
import math
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest

from study.statistics.design import OVERALL, build_design
from study.statistics.estimates import tabulate_estimates
from study.statistics.goodness_of_fit import variance_inflation
from study.statistics.logistic import fit_model
from study.statistics.model_fit import tabulate_fit
from tests.conftest import PROJECT

FOLDER = PROJECT / "tests/reference"
REFERENCE = pd.read_csv(FOLDER / "models.csv").set_index(["set", "quantity", "term"])["value"]
SETS = ["birthwt", "infert", "esoph", "ucb", "endometrial", "milan_her2", "milan_density"]
SEPARATED = {"endometrial"}
SOLVABLE = [name for name in SETS if name not in SEPARATED]
FIT = [
    "log_likelihood", "null_log_likelihood", "lr_chi2", "lr_p_value", "cox_snell",
    "nagelkerke", "hl_groups", "auc", "auc_low", "auc_high",
]  # fmt: skip


def fitted(name):
    data = pd.read_csv(FOLDER / f"models_data/{name}.csv").assign(patient_id="P")
    terms = [c for c in data.columns if c not in ("outcome", "weight", "patient_id")]
    return fit_model(build_design(data, "outcome", terms, {}, weights=data["weight"].to_numpy()))


@pytest.fixture(scope="module")
def models():
    return {name: fitted(name) for name in SETS}


@pytest.fixture(scope="module")
def tables(models):
    return {name: tabulate_estimates(name, model, 0.95) for name, model in models.items()}


def agrees(name, quantity, rows, values, **tolerance):
    """Compare one column with R, term by term, and every term R has."""
    expected = REFERENCE[name][quantity]
    own = pd.Series(list(values), index=rows["variable"] + "|" + rows["level"])
    assert set(own.index) == set(expected.index)
    assert own[expected.index].to_numpy() == pytest.approx(expected.to_numpy(), **tolerance)


def levels(table, estimator, ci_method):
    chosen = table["estimator"].eq(estimator) & table["ci_method"].eq(ci_method)
    return table[chosen & table["level"].ne(OVERALL)]


def whole(table, estimator, ci_method):
    """One row per variable: the factor's overall row, or its only level."""
    chosen = table[table["estimator"].eq(estimator) & table["ci_method"].eq(ci_method)]
    return chosen.groupby("variable", sort=False).tail(1).set_index("variable")


@pytest.mark.parametrize("name", SOLVABLE)
def test_maximum_likelihood_agrees_with_glm(name, tables):
    rows = levels(tables[name], "ml", "wald")
    agrees(name, "log_odds", rows, rows["log_odds"], abs=1e-9)
    agrees(name, "std_error", rows, rows["std_error"], abs=1e-6)
    agrees(name, "lr_level_p_value", rows, rows["lr_p_value"], abs=1e-9)


@pytest.mark.parametrize("name", SOLVABLE)
def test_profile_intervals_agree_with_a_search_in_r_and_with_mass(name, tables):
    rows = levels(tables[name], "ml", "profile")
    agrees(name, "low", rows, np.log(rows["ci_low"]), abs=1e-9)
    agrees(name, "high", rows, np.log(rows["ci_high"]), abs=1e-9)
    agrees(name, "confint_low", rows, np.log(rows["ci_low"]), abs=1e-6)
    agrees(name, "confint_high", rows, np.log(rows["ci_high"]), abs=1e-6)


@pytest.mark.parametrize("name", SOLVABLE)
def test_joint_tests_of_a_variable_agree_with_r(name, tables):
    rows = whole(tables[name], "ml", "wald")
    for quantity, column in [("lr_p_value", "lr_p_value"), ("wald_p_value", "p_value")]:
        expected = REFERENCE[name][quantity].drop("(model)", errors="ignore")
        assert set(rows.index) == set(expected.index)
        assert rows[column][expected.index].to_numpy() == pytest.approx(
            expected.to_numpy(), abs=1e-9 if column == "lr_p_value" else 2e-8
        )
    expected = REFERENCE[name]["wald"]
    assert rows["wald"][expected.index].to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-6)


@pytest.mark.parametrize("name", SETS)
def test_firth_agrees_with_brglm2_and_a_penalised_profile_search_in_r(name, tables):
    rows = levels(tables[name], "firth", "profile")
    assert rows["status"].eq("ok").all()
    agrees(name, "firth_log_odds", rows, rows["log_odds"], abs=1e-8)
    agrees(name, "firth_std_error", rows, rows["std_error"], abs=1e-8)
    agrees(name, "firth_low", rows, np.log(rows["ci_low"]), abs=1e-8)
    agrees(name, "firth_high", rows, np.log(rows["ci_high"]), abs=1e-8)
    joint = whole(tables[name], "firth", "profile")["lr_p_value"]
    expected = REFERENCE[name]["firth_lr_p_value"]
    assert set(joint.index) == set(expected.index)
    assert joint[expected.index].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-9)


@pytest.mark.parametrize("name", SOLVABLE)
def test_fit_and_discrimination_agree_with_r(name, models):
    row, _, _ = tabulate_fit(name, models[name], 0.95, 0.5, 10)
    for quantity in FIT:
        assert row[quantity] == pytest.approx(REFERENCE[name, quantity, "(model)"], rel=1e-9)
    if row["hl_groups"] > row["parameters"] + 1:
        for quantity in ["hl_chi2", "hl_p_value"]:
            assert row[quantity] == pytest.approx(REFERENCE[name, quantity, "(model)"], abs=1e-9)
    else:
        assert math.isnan(row["hl_chi2"])
        assert math.isnan(row["hl_p_value"])
    inflation = variance_inflation(models[name].design)
    assert inflation == pytest.approx(REFERENCE[name]["vif"].to_dict(), abs=1e-9)


def test_endometrial_is_quasi_separated_and_firth_stands_beside_it(models, tables):
    model = models["endometrial"]
    assert (model.status, model.separation) == ("separated", "quasi")
    ml = tables["endometrial"].query("estimator == 'ml' and variable == 'NV'")
    assert ml["status"].eq("separated").all()
    assert ml[["log_odds", "std_error", "odds_ratio", "ci_low", "ci_high"]].isna().all(axis=None)


def test_what_stays_finite_beside_a_separated_term_agrees_with_the_limit_that_glm_reaches(tables):
    finite = tables["endometrial"].query("variable != 'NV'")
    rows = levels(finite, "ml", "wald")
    assert rows["status"].eq("ok").all()
    agrees("endometrial", "log_odds", rows, rows["log_odds"], abs=1e-9)
    agrees("endometrial", "std_error", rows, rows["std_error"], abs=1e-6)
    agrees("endometrial", "lr_level_p_value", rows, rows["lr_p_value"], abs=1e-9)
    profile = levels(finite, "ml", "profile")
    agrees("endometrial", "low", profile, np.log(profile["ci_low"]), abs=1e-9)
    agrees("endometrial", "high", profile, np.log(profile["ci_high"]), abs=1e-9)


def printed_equations():
    """The rows of every 'Variables in the Equation' that PSPP printed."""
    tables: list[dict[str, list[str]]] = []
    inside = False
    with (FOLDER / "logistic_pspp.csv").open(encoding="utf-8") as file:
        for row in csv.reader(file):
            if row and row[0].startswith("Table:"):
                inside = row[0] == "Table: Variables in the Equation"
                tables += [{}] if inside else []
            elif inside and len(row) > 3 and row[3] not in ("", "S.E."):
                tables[-1][row[1]] = row[2:]
    return tables


PSPP_NAMES = [
    ("milan_her2", {"her2(1)": "positive"}),
    ("milan_density", {"density(1)": "B", "density(2)": "C", "density(3)": "D"}),
    (
        "birthwt",
        {
            "age": "age", "lwt": "lwt", "smoker": "smoke", "hyper": "ht", "irritable": "ui",
            "racecode(1)": "other", "racecode(2)": "white",
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("position", "name", "names"), [(i, *x) for i, x in enumerate(PSPP_NAMES)])
def test_every_digit_that_pspp_prints_is_reproduced(position, name, names, tables):
    printed = printed_equations()[position]
    rows = levels(tables[name], "ml", "wald")
    for label, own in names.items():
        row = rows[rows["level"].eq(own) | rows["variable"].eq(own)].iloc[0]
        columns = ["log_odds", "std_error", "wald", "df", "p_value", "odds_ratio", "ci_low"]
        for cell, column in zip(printed[label], [*columns, "ci_high"], strict=True):
            digits = len(cell.partition(".")[2])
            assert abs(row[column] - float(cell)) <= 0.5000001 * 10.0**-digits, (label, column)
    assert len(names) == len(rows)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_the_r_script_still_gives_the_stored_numbers(tmp_path):
    packages = "for (p in c('MASS', 'brglm2', 'pROC')) if (!requireNamespace(p)) quit(status = 1)"
    if subprocess.run(["Rscript", "-e", packages], capture_output=True).returncode:
        pytest.skip("R lacks MASS, brglm2 or pROC")
    subprocess.run(["Rscript", FOLDER / "models.R", tmp_path], check=True, capture_output=True)
    again = pd.read_csv(tmp_path / "models.csv").set_index(["set", "quantity", "term"])["value"]
    assert again.index.equals(REFERENCE.index)
    assert again.to_numpy() == pytest.approx(REFERENCE.to_numpy(), rel=1e-7, abs=1e-8)
    for name in SETS:
        stored, made = (f / "models_data" / f"{name}.csv" for f in (FOLDER, tmp_path))
        assert stored.read_text() == made.read_text()


@pytest.mark.skipif(shutil.which("pspp") is None, reason="PSPP is not installed")
def test_pspp_still_prints_the_stored_numbers():
    command = ["pspp", "-O", "format=csv", "tests/reference/logistic.sps"]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert run.stdout == (FOLDER / "logistic_pspp.csv").read_text(encoding="utf-8")
