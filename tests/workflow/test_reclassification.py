"""Other definitions in a finished run: their numbers, the gate, and what a cohort may change."""

import pandas as pd
import pytest
import yaml

from reclassify_biomarkers import reclassify_biomarkers
from schemas.document import read_document
from schemas.estimates import read_estimates, write_estimates
from study.problems import StudyError
from tests.conftest import snakemake


def estimates(finished, cohort, name="reclassification"):
    return read_estimates(name, finished / "results" / cohort / "estimates" / f"{name}.csv")


def models(finished, cohort):
    return estimates(finished, cohort, "reclassification_models").set_index("definition")


@pytest.fixture
def arguments(finished, tmp_path):
    """What the rule passes for milan, with a place for what it writes."""
    milan = finished / "results/milan"
    decided = read_document((finished / "config/config.yaml").read_text("utf-8"))["analysis"]
    cohort = read_document((finished / "config/cohorts/milan/cohort.yaml").read_text("utf-8"))
    return {
        "validated": milan / "cohort/validated.parquet",
        "univariable": milan / "estimates/univariable.csv",
        "reclassification": tmp_path / "reclassification.csv",
        "models": tmp_path / "models.csv",
        "derivation": decided["derivation"],
        "definitions": {"ki67_14_percent": {"ki67_high_from_percent": 14}, "left_out": None},
        **decided["exclusions"],
        **cohort["analysis"]["exclusions"],
        "study_period": cohort["study_period"],
        "outcome": "microcalcifications",
        "exposure": "her2_status",
        "references": decided["models"]["references"],
        "confidence_level": 0.95,
    }


def test_the_columns_are_those_of_the_contract(finished):
    text = (finished / "results/milan/estimates/reclassification.csv").read_text("utf-8")
    assert text.splitlines()[0] == (
        "definition,primary_level,alternative_level,n,kappa,odds_ratio,ci_low,ci_high,p_value"
    )


def test_every_configured_definition_is_there_the_primary_first(finished):
    config = yaml.safe_load((finished / "config/config.yaml").read_text("utf-8"))
    names = list(config["analysis"]["reclassification"])
    names.remove("her2_reference_study")  # the primary one, which would be compared with itself
    assert list(models(finished, "milan").index) == ["primary", *names]
    assert list(estimates(finished, "milan")["definition"].unique()) == ["primary", *names]


def test_milan_53_women_are_luminal_b_with_ki67_from_14_percent(finished):
    """(185 - 53) / 185 agree; by chance (126*73 + 0*53 + 19*19 + 36*36 + 4*4) / 185**2 would."""
    rows = estimates(finished, "milan").query("definition == 'ki67_14_percent'")
    moved = rows[rows["primary_level"].ne(rows["alternative_level"])]
    assert moved[["primary_level", "alternative_level", "n"]].to_numpy().tolist() == [
        ["luminal_a", "luminal_b_her2_negative", 53]
    ]
    assert rows["n"].sum() == 185
    observed, chance = 132 / 185, (126 * 73 + 19 * 19 + 36 * 36 + 4 * 4) / 185**2
    assert rows["kappa"].to_numpy() == pytest.approx((observed - chance) / (1 - chance))


def test_milan_no_edition_changes_the_odds_ratio_that_follows_from_the_printed_counts(finished):
    found = models(finished, "milan")
    assert found["odds_ratio"].to_numpy() == pytest.approx((15 * 109) / (21 * 40))
    assert (
        found["moved"].drop(["ki67_14_percent", "st_gallen_2013", "maisonneuve_2014"]).eq(0).all()
    )


def test_milan_refuses_conclusions_in_table_and_figure_and_duke_does_not(finished):
    refusal = "assumed: nothing follows from this table about cut-offs or editions."
    for kind in ("html", "csv"):
        file = finished / "results/milan/tables" / f"reclassification.{kind}"
        assert refusal in file.read_text("utf-8")
    duke = finished / "results/duke/tables/reclassification.html"
    if duke.exists():
        assert "nothing follows" not in duke.read_text("utf-8")


def test_duke_has_no_findings_that_an_edition_could_read(finished, duke_workbook):
    found = models(finished, "duke")
    by_cut_off = found.drop(["primary", "st_gallen_2013", "maisonneuve_2014"])
    assert by_cut_off[["with_findings", "moved"]].eq(0).all(axis=None)
    said = (finished / "results/duke/tables/reclassification.html").read_text("utf-8")
    assert "Changes nobody: no HER2 IHC or ISH is recorded" in said


def test_duke_women_with_pr_alone_leave_under_st_gallen(finished, duke_workbook):
    """11 analysed women are ER negative and PR positive, which the scheme calls no subtype."""
    derived = pd.read_parquet(finished / "results/duke/cohort/included.parquet")
    assert (derived["er_status"].eq("negative") & derived["pr_status"].eq("positive")).sum() == 11
    row = models(finished, "duke").loc["st_gallen_2013"]
    assert row[["women", "left", "entered", "n"]].tolist() == [271, 11, 0, 260]


def test_the_gate_passes_what_a_run_made(arguments, finished):
    reclassify_biomarkers(**arguments)
    written = read_estimates("reclassification_models", arguments["models"])
    assert written["definition"].tolist() == ["primary", "ki67_14_percent"]


def test_the_gate_stops_on_another_primary_estimate_and_names_it(arguments, tmp_path):
    table = read_estimates("univariable", arguments["univariable"])
    table.loc[table["variable"].eq("her2_status"), "odds_ratio"] *= 1 + 1e-9
    write_estimates("univariable", table, tmp_path / "univariable.csv")
    with pytest.raises(StudyError, match=r"(?s)does not give the odds ratio .*odds_ratio: 1\.946"):
        reclassify_biomarkers(**{**arguments, "univariable": tmp_path / "univariable.csv"})
    assert not arguments["reclassification"].exists()


def test_a_cohort_adds_changes_and_leaves_out_definitions(rerun):
    cohort = rerun / "config/cohorts/milan/cohort.yaml"
    text = cohort.read_text("utf-8")
    block = (
        "\nanalysis:\n  reclassification:\n    mine: {precedence: {her2_status: recorded}}\n"
        "    ki67_14_percent: {ki67_high_from_percent: 15}\n    her2_asco_cap_2007: null\n"
    )
    cohort.write_text(text.replace("\nanalysis:\n", block), "utf-8")
    target = "results/milan/tables/reclassification.html"
    run = snakemake(rerun, "--cores", "1", target, "--config", "cohorts=milan")
    assert run.returncode == 0, run.stderr
    found = models(rerun, "milan")
    assert "her2_asco_cap_2007" not in found.index
    assert found.loc["ki67_14_percent", "decisions"] == "ki67_high_from_percent: 15"
    assert "HER2: recorded verdict before findings" in (rerun / target).read_text("utf-8")
