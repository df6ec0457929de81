"""The whole workflow on both cohorts: the numbers that a reader will look up."""

import json

import pandas as pd
import pytest

from schemas.estimates import ESTIMATES, read_estimates

COHORT_FILES = {
    "analysis": [
        "patient_id",
        "age_years",
        "microcalcifications",
        "her2_status",
        "hr_status",
        "subtype",
        "density",
        "density_group",
        "histology",
        "histology_group",
        "age_group",
        "luminal_b_her2_positive",
        "ki67_percent",
        "her2_ihc",
        "her2_ish",
    ],
    "disposition": ["patient_id", "included", "excluded_by", "all_reasons"],
    "disagreements": ["patient_id", "fact", "recorded", "derived", "used"],
    "recorded_and_derived": ["patient_id", "fact", "recorded", "derived", "used", "discordant"],
    "trace": ["patient_id", "biomarker", "inputs", "rule", "edition", "row", "grade", "flags"],
}


def estimates(finished, cohort, name):
    return read_estimates(name, finished / "results" / cohort / "estimates" / f"{name}.csv")


def p_value(tests, table, test, stratum=None):
    rows = tests[(tests["table"] == table) & (tests["test"] == test)]
    rows = rows[rows["stratum"].isna() if stratum is None else rows["stratum"] == stratum]
    return rows["p_value"].item()


def main_rows(frame):
    return frame[(frame["estimator"] == "ml") & (frame["ci_method"] == "wald")]


@pytest.mark.parametrize("name", ESTIMATES)
@pytest.mark.parametrize("cohort", ["milan", "duke"])
def test_every_estimates_file_keeps_the_contract(finished, cohort, name):
    if not (finished / "results" / cohort).is_dir():
        pytest.skip("needs the Duke workbook in ../shared/data")
    frame = estimates(finished, cohort, name)
    assert len(frame) > 0


@pytest.mark.parametrize("name", COHORT_FILES)
def test_every_patient_level_file_has_the_columns_of_the_contract(finished, name):
    frame = pd.read_parquet(finished / "results" / "milan" / "cohort" / f"{name}.parquet")
    assert list(frame.columns) == COHORT_FILES[name]


def test_milan_flow_is_283_minus_39_minus_59(finished):
    flow = estimates(finished, "milan", "flow").set_index("criterion")
    assert flow["remaining"].iloc[0] == 283
    assert flow.loc["receptors_unknown", "excluded"] == 39
    assert flow.loc["subtype_unknown", "excluded"] == 59
    assert flow["remaining"].iloc[-1] == 185
    assert list(flow.index[[0, -1]]) == ["assessed", "analysed"]


def test_milan_her2_has_the_p_values_that_follow_from_the_counts(finished):
    tests = estimates(finished, "milan", "tests")
    assert p_value(tests, "mc_by_her2", "pearson") == pytest.approx(0.080803, abs=5e-7)
    assert p_value(tests, "mc_by_her2", "yates") == pytest.approx(0.122858, abs=5e-7)
    assert p_value(tests, "mc_by_her2", "fisher_exact") == pytest.approx(0.103613, abs=5e-7)
    assert p_value(tests, "mc_by_density", "pearson") == pytest.approx(0.915486, abs=5e-7)


def test_milan_univariable_odds_ratio_of_her2(finished):
    rows = main_rows(estimates(finished, "milan", "univariable"))
    her2 = rows[rows["variable"] == "her2_status"].iloc[0]
    assert her2["odds_ratio"] == pytest.approx(1.9464, abs=5e-5)
    assert her2["ci_low"] == pytest.approx(0.9147, abs=5e-5)
    assert her2["ci_high"] == pytest.approx(4.1420, abs=5e-5)
    assert her2["p_value"] == pytest.approx(0.0839, abs=5e-5)
    assert (her2["n"], her2["events"], her2["level_n"], her2["level_events"]) == (185, 36, 55, 15)


def test_outputs_of_milan_are_marked_synthetic(finished):
    results = finished / "results" / "milan"
    for number in range(1, 6):
        assert "ynthetic" in (results / "tables" / f"table{number}.html").read_text()
        assert "ynthetic" in (results / "tables" / f"table{number}.csv").read_text()
    assert json.loads((results / "provenance.json").read_text())["synthetic"] is True


def test_duke_counts_and_p_values(finished, duke_workbook):
    flow = estimates(finished, "duke", "flow").set_index("criterion")
    assert flow["remaining"].iloc[0] == 922
    assert flow.loc["microcalcifications_not_reported", "excluded"] == 651
    assert flow["remaining"].iloc[-1] == 271
    tests = estimates(finished, "duke", "tests")
    assert p_value(tests, "mc_by_her2", "pearson") == pytest.approx(0.700881957968, abs=1e-11)
    assert p_value(tests, "mc_by_her2", "yates") == pytest.approx(0.872297259657, abs=1e-11)
    assert p_value(tests, "mc_by_her2", "fisher_exact") == pytest.approx(0.66024748087, abs=1e-10)
    assert p_value(tests, "mc_by_density", "pearson") == pytest.approx(0.439386897352, abs=1e-11)
    assert p_value(tests, "mc_by_density", "fisher_exact") == pytest.approx(
        0.496872895686, abs=1e-11
    )
    counts = estimates(finished, "duke", "contingency")
    density = counts[(counts["table"] == "mc_by_density") & (counts["column"] == "yes")]
    assert list(density["n"]) == [2, 11, 24, 5]
    assert list(density["row_total"]) == [12, 47, 73, 24]


def test_duke_density_as_a_factor_has_an_overall_test(finished, duke_workbook):
    rows = main_rows(estimates(finished, "duke", "univariable"))
    overall = rows[(rows["variable"] == "density") & (rows["level"] == "(overall)")].iloc[0]
    assert overall["wald"] == pytest.approx(2.656919, abs=5e-7)
    assert overall["p_value"] == pytest.approx(0.4475981, abs=5e-8)
    assert overall["lr_p_value"] == pytest.approx(0.4315183, abs=5e-8)


def compare_with_reference(folder, shared, age_level):
    """Every number of the R reference that holds for this coding of age."""
    reference = pd.read_csv(shared / "data" / "duke_reference.csv")
    coded = reference["level"].str.startswith(">50")
    groups = (coded & (reference["level"] == age_level)).groupby(
        # a model's rows stand together and begin with her2_status, except in the univariable part
        [reference["model"], (reference["variable"] == "her2_status").cumsum()]
    )
    keep = groups.transform("any") | (reference["model"] == "univariable")
    keep &= ~coded | (reference["level"] == age_level)
    expected = reference[keep].assign(
        level=lambda f: f["level"].str.replace(r" \(.*", "", regex=True)
    )
    produced = pd.concat(
        [
            main_rows(estimates(folder, "duke", "univariable")),
            main_rows(estimates(folder, "duke", "multivariable")),
        ]
    )
    both = expected.merge(
        produced, on=["model", "variable", "level"], suffixes=("_r", ""), validate="one_to_one"
    )
    assert len(both) == len(expected)
    for column, tolerance in [
        ("n", 0),
        ("events", 0),
        ("log_odds", 1e-9),
        ("std_error", 1e-6),
        ("odds_ratio", 1e-8),
        ("ci_low", 1e-5),
        ("ci_high", 1e-5),
        ("p_value", 1e-6),
    ]:
        difference = (both[f"{column}_r"] - both[column].astype(float)).abs().max()
        assert difference <= tolerance, column
    return len(both)


def test_duke_models_equal_those_of_r_with_age_in_completed_years(finished, duke_workbook, shared):
    assert compare_with_reference(finished, shared, ">50 (completed years)") == 14


def test_duke_leaves_out_what_it_does_not_have_and_says_so(finished, duke_workbook):
    checks = estimates(finished, "duke", "checks")
    messages = " ".join(checks["message"])
    assert "istolog" in messages
    fit = estimates(finished, "duke", "model_fit").set_index("model")
    assert fit.loc["adjusted", "n"] == 156
    assert fit.loc["adjusted", "missing"] == 115


def test_provenance_names_versions_inputs_and_decisions(finished):
    record = json.loads((finished / "results" / "milan" / "provenance.json").read_text())
    assert {"versions", "inputs", "configuration", "seeds", "command", "time"} <= set(record)
    assert "results/milan/cohort/workbook.xlsx" in record["inputs"]
    assert "snakemake" in record["command"]
