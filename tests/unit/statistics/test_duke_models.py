"""The models of the Duke cohort reproduce R's numbers, from the workbook as it is published."""

import numpy as np
import pandas as pd
import pytest

from study.statistics.multivariable import fit_models
from study.statistics.screening import screen_variables

REFERENCES = {
    "her2_status": "negative",
    "age_group": "<=50",
    "density_group": "A-B",
    "density": "A",
    "histology_group": "other",
    "luminal_b_her2_positive": "no",
}
TERMS = ["her2_status", "age_group", "density_group", "histology_group", "luminal_b_her2_positive"]
CODINGS = {"completed years": np.floor, "unrounded": lambda age: age}


def analysis(workbook, coding):
    """Read the columns that data/README.md names; independent of the project's own import."""
    sheet = pd.read_excel(
        workbook, sheet_name="Data", header=None, skiprows=3, dtype=str,
        keep_default_na=False, na_values=[""], engine="openpyxl",
    )  # fmt: skip
    mammogram = sheet[sheet[68].ne("NC")]
    age = CODINGS[coding](-mammogram[19].astype(float) / 365.25)
    density = mammogram[69].map({"5": "A", "1": "B", "0": "C", "4": "D"})
    columns = {
        "patient_id": mammogram[0],
        "microcalcifications": np.where(mammogram[74].eq("NA"), "no", "yes"),
        "her2_status": mammogram[25].map({"1": "positive", "0": "negative"}),
        "age_group": np.where(age > 50, ">50", "<=50"),
        "density": density,
        "density_group": density.map({"A": "A-B", "B": "A-B", "C": "C-D", "D": "C-D"}),
        "histology_group": np.nan,
        "luminal_b_her2_positive": np.where(mammogram[26].eq("1"), "yes", "no"),
    }
    return pd.DataFrame(columns)


@pytest.fixture(scope="module")
def estimates(duke_workbook):
    """Main rows of all models, per coding of age."""
    found = {}
    for coding in CODINGS:
        frame = analysis(duke_workbook, coding)
        arguments = ("microcalcifications", TERMS, ["density"], REFERENCES, None)
        alone, _ = screen_variables(frame, *arguments, 0.10, "wald", 0.95)
        models = {"adjusted": TERMS[:4], "all_candidates": TERMS}
        together, _ = fit_models(frame, "microcalcifications", models, REFERENCES, None, 0.95)
        rows = pd.concat([alone, together]).query("estimator == 'ml' and ci_method == 'wald'")
        found[coding] = rows.set_index(["model", "variable", "level"])
    return found


def expected_rows(shared):
    """Every reference row with the coding of age of its model."""
    rows = pd.read_csv(shared / "data/duke_reference.csv")
    coding = rows["level"].str.extract(r"\((.*)\)")[0]
    # A model is printed once per coding, its other terms next to its row of age.
    model = (rows["model"] + rows["variable"].eq("her2_status").cumsum().astype(str)).where(
        rows["model"].ne("univariable"), rows.index.astype(str)
    )
    coding = coding.groupby(model).transform("first").fillna("completed years")
    return rows.assign(level=rows["level"].str.partition(" (")[0], coding=coding)


def test_every_row_of_the_duke_reference_is_reproduced(shared, estimates):
    rows = expected_rows(shared)
    assert len(rows) == 18
    assert rows["coding"].eq("unrounded").sum() == 4
    for row in rows.itertuples():
        own = estimates[row.coding].loc[(row.model, row.variable, row.level)]
        assert (own["n"], own["events"]) == (row.n, row.events)
        assert own["log_odds"] == pytest.approx(row.log_odds, abs=1e-9)
        assert own["std_error"] == pytest.approx(row.std_error, abs=1e-6)
        assert own["wald"] == pytest.approx(row.wald_chi2, rel=1e-6)
        for column in ["odds_ratio", "ci_low", "ci_high", "p_value"]:
            assert own[column] == pytest.approx(getattr(row, column), rel=1e-6)


def test_density_of_four_levels_has_the_overall_tests_of_the_data_readme(estimates):
    overall = estimates["completed years"].loc[("univariable", "density", "(overall)")]
    assert overall["df"] == 3
    assert overall["wald"] == pytest.approx(2.656919, abs=5e-7)
    assert overall["p_value"] == pytest.approx(0.4475981, abs=5e-8)
    assert overall["lr_p_value"] == pytest.approx(0.4315183, abs=5e-8)


def test_histology_that_the_cohort_does_not_have_costs_no_patient(estimates):
    rows = estimates["completed years"]
    assert rows.loc["adjusted"].index.get_level_values("variable").unique().tolist() == TERMS[:3]
    assert rows.loc["adjusted"]["n"].eq(156).all()
    absent = rows.loc["univariable"].loc["histology_group"]
    assert absent["status"].eq("not_estimable").all()
    assert absent["n"].eq(0).all()
