"""The three entry points write tables that satisfy the contract and agree with each other."""

import pandas as pd
import pytest

from check_model import check_model
from fit_multivariable import fit_multivariable
from schemas.estimates import read_estimates, write_estimates
from screen_univariable import screen_univariable
from study.statistics.model_checks import Limits
from tests.unit.statistics.patients import cohort

CANDIDATES = ["her2_status", "age_group", "density_group", "histology_group"]
MODELS = {"screened": "selected", "adjusted": CANDIDATES}
COMMON = {
    "outcome": "microcalcifications",
    "exposure": "her2_status",
    "candidates": CANDIDATES,
    "references": {"her2_status": "negative", "age_group": "<=50", "density_group": "A-B",
                   "density": "A", "histology_group": "other"},
}  # fmt: skip
TABLES = ["model_fit", "hosmer_lemeshow", "classification", "roc", "calibration", "checks"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """All tables of a cohort whose histology nobody recorded."""
    folder = tmp_path_factory.mktemp("models")
    counts = {("positive", "yes"): 15, ("positive", "no"): 40,
              ("negative", "yes"): 21, ("negative", "no"): 109}  # fmt: skip
    frame = cohort(["her2_status", "microcalcifications"], counts)
    frame["age_group"] = ["<=50" if i % 6 == 0 else ">50" for i in range(185)]
    density = ["ABCD"[i % 4] if i % 7 else None for i in range(185)]
    frame["density"] = pd.Series(density, dtype="str")
    frame["density_group"] = frame["density"].map(
        dict(zip("ABCD", ["A-B", "A-B", "C-D", "C-D"], strict=True))
    )
    frame["histology_group"] = pd.Series([None] * 185, dtype="str")
    frame.to_parquet(folder / "analysis.parquet", index=False)
    rows = [("microcalcifications", "undescribed", "no", 149),
            ("microcalcifications", "yes", "yes", 36)]  # fmt: skip
    readings = pd.DataFrame(rows, columns=["fact", "recorded", "read_as", "n"])
    write_estimates("readings", readings, folder / "readings.csv")
    paths = {name: folder / f"{name}.csv" for name in ["univariable", "multivariable", *TABLES]}
    analysis = folder / "analysis.parquet"
    screen_univariable(
        analysis=analysis, univariable=paths["univariable"],
        lost_to_missing=folder / "lost_univariable.parquet", univariable_only=["density"],
        screening_alpha=0.10, screening_test="wald", confidence_level=0.95, **COMMON,
    )  # fmt: skip
    fit_multivariable(
        analysis=analysis, univariable=paths["univariable"], multivariable=paths["multivariable"],
        lost_to_missing=folder / "lost_multivariable.parquet", keep_exposure=True, models=MODELS,
        confidence_level=0.95, **COMMON,
    )  # fmt: skip
    check_model(
        analysis=analysis, readings=folder / "readings.csv", **paths,
        univariable_only=["density"], keep_exposure=True, models=MODELS,
        limits=Limits(0.95, 10, 5, 0.5, 10), **COMMON,
    )  # fmt: skip
    return folder


def test_every_file_satisfies_its_schema(folder):
    for name in ["univariable", "multivariable", *TABLES]:
        assert len(read_estimates(name, folder / f"{name}.csv"))


def test_the_model_check_reads_how_the_reports_were_read(folder):
    found = read_estimates("checks", folder / "checks.csv").query("model == '(all)'")
    assert found["severity"].tolist() == ["serious"]


def test_the_screened_model_is_read_from_the_screen(folder):
    selected = read_estimates("univariable", folder / "univariable.csv").query("selected")
    fitted = read_estimates("multivariable", folder / "multivariable.csv")
    assert set(selected["variable"]) == set(fitted.query("model == 'screened'")["variable"])


def test_n_of_every_model_plus_whom_it_lost_is_the_cohort(folder):
    fit = read_estimates("model_fit", folder / "model_fit.csv").set_index("model")
    lost = pd.concat(
        [pd.read_parquet(folder / f"lost_{w}.parquet") for w in ("univariable", "multivariable")]
    )
    assert set(fit.index) == {
        *(f"univariable_{v}" for v in [*CANDIDATES, "density"]), "screened", "adjusted",
    }  # fmt: skip
    counted = lost["model"].value_counts()
    for model, row in fit.iterrows():
        assert row["n"] + counted.get(model, 0) == 185
        assert row["missing"] == counted.get(model, 0)


def test_fit_and_estimates_agree_on_n_and_on_the_omnibus_test_of_a_single_term(folder):
    fit = read_estimates("model_fit", folder / "model_fit.csv").set_index("model")
    estimates = read_estimates("multivariable", folder / "multivariable.csv")
    assert estimates.groupby("model")["n"].first().to_dict() == {"screened": 185, "adjusted": 158}
    (single,) = estimates.query("model == 'screened' and ci_method == 'wald'")["lr_p_value"]
    assert fit.loc["screened", "lr_p_value"] == pytest.approx(single, abs=1e-12)
    assert fit.loc["screened", "auc"] == pytest.approx(0.5 + (15 / 36 - 40 / 149) / 2)
    classified = read_estimates("classification", folder / "classification.csv")
    assert classified.groupby("model")["n"].sum()["adjusted"] == 158


def test_only_the_screened_model_keeps_the_exposure_for_being_the_exposure(folder, tmp_path):
    screen = read_estimates("univariable", folder / "univariable.csv").assign(selected=False)
    screen.to_csv(tmp_path / "univariable.csv", index=False)
    out = {name: tmp_path / f"{name}.csv" for name in TABLES}
    check_model(
        analysis=folder / "analysis.parquet", readings=folder / "readings.csv",
        univariable=tmp_path / "univariable.csv",
        multivariable=folder / "multivariable.csv", **out, univariable_only=["density"],
        keep_exposure=True, models=MODELS, limits=Limits(0.95, 10, 5, 0.5, 10), **COMMON,
    )  # fmt: skip
    found = read_estimates("checks", out["checks"])
    assert found.query("check == 'exposure_kept'")["model"].tolist() == ["screened"]
    (listed,) = found.query("check == 'entry_rule'")["message"]
    assert listed.startswith("her2_status, age_group and density_group did not pass the screen")
