"""The resampled chain in a finished run: its files, the gate, and what does not change results."""

import pytest
import yaml

from resample_chain import resample_chain, told
from schemas.document import read_document
from schemas.estimates import read_estimates, write_estimates
from schemas.resampling import RESAMPLING, read_resampling
from study.problems import StudyError
from tests.conftest import snakemake


def results(finished, cohort, name="stability"):
    path = finished / "results" / cohort / "resampling" / f"{name}.csv"
    if not path.exists():
        pytest.skip("needs the Duke workbook in ../shared/data")
    return read_resampling(name, path)


@pytest.fixture
def arguments(finished, tmp_path):
    """What the rule passes for milan, with fewer replicates and a place for what it writes."""
    milan = finished / "results/milan"
    decided = read_document((finished / "config/config.yaml").read_text("utf-8"))["analysis"]
    names = ["outcome", "exposure", "candidates", "references", "screening_alpha"]
    names += ["screening_test", "keep_exposure"]
    return {
        "analysis": milan / "cohort/analysis.parquet",
        "multivariable": milan / "estimates/multivariable.csv",
        "model_fit": milan / "estimates/model_fit.csv",
        "outputs": {name: tmp_path / f"{name}.csv" for name in RESAMPLING},
        "decisions": {name: decided["models"][name] for name in names},
        "terms": decided["models"]["multivariable"],
        "model": "screened",
        "seed": decided["resampling"]["seed"],
        "replicates": {"bootstrap": 199, "permutation": 99},
        "confidence_level": 0.95,
    }


def test_the_columns_of_the_contract_come_first(finished):
    text = (finished / "results/milan/resampling/stability.csv").read_text("utf-8")
    assert text.startswith(
        "variable,inclusion_frequency,odds_ratio_low,odds_ratio_high,replicates,method,"
    )


@pytest.mark.parametrize("cohort", ["milan", "duke"])
@pytest.mark.parametrize("name", RESAMPLING)
def test_every_file_keeps_its_schema_and_has_rows(finished, cohort, name):
    assert len(results(finished, cohort, name))


def test_milan_her2_is_always_included_and_its_own_odds_ratio_is_the_cohorts(finished):
    rows = results(finished, "milan").query("variable == 'her2_status'")
    assert rows["inclusion_frequency"].eq(1).all()
    assert rows["odds_ratio"].to_numpy() == pytest.approx((15 * 109) / (21 * 40))
    assert rows["status"].eq("ok").all()


def test_milan_apparent_auc_is_that_of_the_model_check(finished):
    fit = read_estimates("model_fit", finished / "results/milan/estimates/model_fit.csv")
    apparent = results(finished, "milan", "optimism").set_index("measure")["apparent"]
    assert apparent["auc"] == pytest.approx(fit.set_index("model").loc["screened", "auc"])
    assert apparent["calibration_slope"] == pytest.approx(1, abs=1e-9)


def test_milan_the_rule_finds_something_in_a_third_of_cohorts_without_any_association(finished):
    errors = results(finished, "milan", "type_i_error").set_index("rule")["type_i_error"]
    assert 0.30 < errors["any_candidate_screened"] < 0.40
    assert errors["exposure_refitted"] < 0.05


def test_duke_has_an_open_bound_and_counts_the_separated_replicates(finished, duke_workbook):
    rows = results(finished, "duke").set_index(["variable", "method"])
    her2 = rows.loc[("her2_status", "bootstrap_percentile")]
    assert her2["status"] == "open_low"
    assert her2["infinite"] > 0.025 * her2["replicates"]
    assert rows.loc["histology_group", "status"].eq("never_included").all()


def test_every_other_model_can_be_resampled_and_then_includes_all_its_terms(arguments):
    resample_chain(**{**arguments, "model": "adjusted"})
    found = read_resampling("stability", arguments["outputs"]["stability"])
    assert list(found["variable"].unique()) == arguments["terms"]["adjusted"]
    assert found["inclusion_frequency"].eq(1).all()
    assert found["is_kept"].all()


def test_the_gate_stops_on_another_primary_estimate_and_names_it(arguments, tmp_path):
    table = read_estimates("multivariable", arguments["multivariable"])
    table.loc[table["model"].eq("screened"), "log_odds"] += 1e-6
    write_estimates("multivariable", table, tmp_path / "changed.csv")
    with pytest.raises(
        StudyError, match=r"(?s)'screened'.*log odds of her2_status positive: 0\.66"
    ):
        resample_chain(**{**arguments, "multivariable": tmp_path / "changed.csv"})
    assert not arguments["outputs"]["stability"].exists()


def test_a_model_that_is_not_configured_is_named_with_those_that_are(arguments):
    with pytest.raises(StudyError, match=r"'mine'.*Write one of: screened, adjusted"):
        resample_chain(**{**arguments, "model": "mine"})


def test_progress_is_told_on_the_console(capsys):
    assert list(told("bootstrap", 1500, iter(["one", "two"]))) == ["one", "two"]
    assert capsys.readouterr().out.startswith("bootstrap: 1,500 of 1,500 replicates")


def test_another_number_of_cores_and_threads_gives_the_same_bytes(rerun):
    """The finished run had two cores."""
    files = [rerun / "results/milan/resampling" / f"{name}.csv" for name in RESAMPLING]
    before = [file.read_bytes() for file in files]
    target = str(files[0].relative_to(rerun))
    options = ["--cores", "1", "--forcerun", "resample_chain", "--config", "cohorts=milan"]
    run = snakemake(rerun, *options, "--", target, OMP_NUM_THREADS="2")
    assert run.returncode == 0, run.stderr
    assert "bootstrap: 9,999 of 9,999 replicates" in run.stdout
    assert [file.read_bytes() for file in files] == before


def test_fewer_replicates_than_an_interval_needs_are_refused(rerun):
    config = rerun / "config/config.yaml"
    text = config.read_text("utf-8")
    assert yaml.safe_load(text)["analysis"]["resampling"]["replicates"]["bootstrap"] == 9999
    config.write_text(text.replace("bootstrap: 9999", "bootstrap: 38"), "utf-8")
    run = snakemake(rerun, "--dry-run", "--config", "cohorts=milan")
    assert run.returncode != 0
    assert "bootstrap" in run.stdout + run.stderr
