"""The sensitivity analysis through Snakemake: a small grid in which every option occurs."""

import numpy as np
import pandas as pd
import pytest
import yaml

from fit_universes import fit_universes
from schemas.document import read_document
from schemas.estimates import read_estimates
from schemas.sensitivity import SENSITIVITY, read_sensitivity
from study.sensitivity.universes import PRIMARY
from tests.conftest import snakemake

CHANGES = {"universes": 1, "null_replicates": 39, "imputations": 5, "batches": 2}


@pytest.fixture(scope="module")
def fitted(finished, tmp_path_factory):
    """A copy of the finished project in which milan's grid was fitted."""
    import shutil

    folder = tmp_path_factory.mktemp("sensitivity") / "project"
    shutil.copytree(finished, folder)
    document = read_document((folder / "config/sensitivity.yaml").read_text("utf-8"))
    (folder / "grid.yaml").write_text(yaml.safe_dump(document | CHANGES, sort_keys=False))
    arguments = (
        "sensitivity",
        "--cores",
        "2",
        "--config",
        "cohorts=milan",
        "sensitivity=grid.yaml",
    )
    run = snakemake(folder, *arguments)
    assert run.returncode == 0, run.stderr[-8000:]
    return folder, document | CHANGES, arguments


def table(fitted, name):
    return read_sensitivity(name, fitted[0] / f"results/milan/sensitivity/{name}.csv")


@pytest.mark.parametrize("name", SENSITIVITY)
def test_every_table_keeps_its_schema_and_has_rows(fitted, name):
    assert len(table(fitted, name))


def test_every_option_has_its_universe_and_every_universe_a_row_of_the_exposure(fitted):
    universes, estimates = table(fitted, "universes"), table(fitted, "estimates")
    for dimension, options in fitted[1]["dimensions"].items():
        if dimension in universes:
            assert len(universes[dimension].unique()) == len(
                {str(options[name]) for name in universes[dimension].unique()}
            )
    exposure = estimates[estimates["variable"].eq("her2_status")]
    assert set(exposure["universe"]) == set(universes["universe"])
    assert not exposure["status"].eq("failed").any()


def test_the_primary_universe_is_the_primary_analysis(fitted):
    own = table(fitted, "estimates").query(f"universe == '{PRIMARY}'").set_index("variable")
    rows = read_estimates(
        "multivariable", fitted[0] / "results/milan/estimates/multivariable.csv"
    ).query("model == 'screened' and estimator == 'ml' and ci_method == 'wald'")
    theirs = rows.set_index("variable")
    assert own.index.tolist() == theirs.index.tolist()
    assert own["log_odds"].to_numpy() == pytest.approx(theirs["log_odds"].to_numpy(), rel=1e-9)


def test_the_bounds_are_those_of_the_counts(fitted):
    """55 + 15 positive and 130 + 44 negative women whose HER2 is known; 39 of whom it is not."""
    followed = table(fitted, "estimates").query("variable == 'her2_status'").set_index("universe")
    universes = table(fitted, "universes")
    best, worst = (
        universes.loc[universes["missing_data"].eq(name), "universe"].item()
        for name in ("best_case", "worst_case")
    )
    for name in (best, worst):
        filled = followed.loc[name, ["n", "filled_outcome", "filled_other"]]
        assert filled.tolist() == [283, 98, 39]
    assert followed.loc[best, "n"] == 283
    assert followed.loc[best, "odds_ratio"] == followed["odds_ratio"].max()


def test_imputation_fills_in_nothing_of_women_who_have_everything(fitted):
    """Whose MC is known has HER2, age, density and histology in milan."""
    universes, estimates = table(fitted, "universes"), table(fitted, "estimates")
    imputed = universes.loc[universes["missing_data"].eq("multiple_imputation"), "universe"]
    own = estimates[estimates["universe"].isin(imputed)]
    assert own[["filled_outcome", "filled_other"]].eq(0).all(axis=None)
    curve = table(fitted, "tipping")
    assert curve["terms"].unique().tolist() == [
        "her2_status + age_group + density_group + histology_group"
    ]
    assert curve["left_out"].isna().all()


def test_options_alone_say_what_is_held_and_whom_they_change(fitted):
    decisions = table(fitted, "decisions").set_index(["dimension", "option"])
    imputed = decisions.loc[("missing_data", "multiple_imputation")]
    assert imputed["held_alone"] == "nested_subtype=left_out"
    assert decisions.loc[("screening_test", "likelihood_ratio"), "women_changed_alone"] == 0
    primary = decisions[decisions["is_primary"]]
    assert primary["women_changed_alone"].eq(0).all()
    assert primary["same_contrast_alone"].all()
    # A grid of options alone has nobody to compare.
    assert decisions["compared"].le(1).all()
    assert decisions["median_odds_ratio"].isna().all()


def test_the_number_of_batches_changes_no_byte(fitted, tmp_path):
    folder, grid, _ = fitted
    config = read_document((folder / "config/config.yaml").read_text("utf-8"))["analysis"]
    listed = folder / "results/milan/sensitivity/universes.csv"
    few = tmp_path / "universes.csv"
    pd.read_csv(listed, dtype=str).iloc[[0, 1, 12, 20, 30]].to_csv(few, index=False)

    def fit(batch, batches):
        out = tmp_path / f"{batch}of{batches}"
        fit_universes(
            validated=folder / "results/milan/cohort/validated.parquet",
            universes=few,
            estimates=out.with_suffix(".parquet"),
            null=out.with_suffix(".null"),
            batch=batch,
            batches=batches,
            analysis=config,
            dimensions=grid["dimensions"],
            study_period=None,
            null_replicates=39,
            imputations=5,
            seed=grid["seed"],
        )
        return pd.read_parquet(out.with_suffix(".parquet")), pd.read_parquet(
            out.with_suffix(".null")
        )

    whole, parts = fit(0, 1), [fit(0, 2), fit(1, 2)]
    for i in range(2):
        pd.testing.assert_frame_equal(
            whole[i], pd.concat([p[i] for p in parts], ignore_index=True), check_exact=True
        )
    stored = pd.read_parquet(folder / "results/milan/sensitivity/batches/0000.parquet")
    first = stored[stored["universe"].eq(PRIMARY)].reset_index(drop=True)
    own = whole[0][whole[0]["universe"].eq(PRIMARY)].reset_index(drop=True)
    pd.testing.assert_frame_equal(first, own, check_exact=True)


def test_nothing_reruns_and_another_seed_reruns_the_universes_alone(fitted):
    folder, _, arguments = fitted
    assert "Nothing to be done" in (run := snakemake(folder, *arguments)).stderr + run.stdout
    text = (folder / "grid.yaml").read_text("utf-8")
    (folder / "other.yaml").write_text(text.replace("seed: 5056", "seed: 5057"), "utf-8")
    dry = snakemake(folder, *arguments[:-1], "sensitivity=other.yaml", "--dry-run")
    said = dry.stdout + dry.stderr
    assert dry.returncode == 0, said[-3000:]
    assert "enumerate_universes" in said
    assert "validate_cohort" not in said


def test_a_wrong_primary_stops_the_run_and_earlier_files_stay_named(fitted):
    from collect_universes import collect_universes
    from study.problems import StudyError

    folder = fitted[0]
    results = folder / "results/milan"
    changed = pd.read_csv(results / "estimates/multivariable.csv")
    changed["log_odds"] = np.where(changed["variable"].eq("her2_status"), 0.7, changed["log_odds"])
    tampered = folder / "tampered.csv"
    changed.to_csv(tampered, index=False)
    batches = sorted(map(str, (results / "sensitivity/batches").glob("????.parquet")))
    with pytest.raises(StudyError, match=r"her2_status positive, log_odds: 0\.66"):
        collect_universes(
            universes=results / "sensitivity/universes.csv",
            batches=batches,
            null_batches=[],
            multivariable=tampered,
            estimates=folder / "none.csv",
            null=folder / "none.parquet",
            models={"screened": "selected"},
        )
