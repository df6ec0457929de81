"""Which variables pass the screen, and by which test."""

import numpy as np
import pytest

from schemas.estimates import ESTIMATES
from study.problems import StudyError
from study.statistics.multivariable import (
    fit_models,
    resolve_terms,
    selected_variables,
)
from study.statistics.screening import screen_variables
from study.statistics.vocabulary import analysis_levels
from tests.unit.statistics.patients import cohort, two_by_two

REFERENCES = {"her2_status": "negative", "density": "A", "age_group": "<=50"}


def screen(frame, candidates, only=(), alpha=0.10, test="wald"):
    return screen_variables(
        frame, "microcalcifications", candidates, only, REFERENCES, None, alpha, test, 0.95
    )


def test_the_reference_study_selects_her2_at_ten_percent_and_not_at_eight():
    frame = two_by_two(15, 40, 21, 109)
    assert selected_variables(screen(frame, ["her2_status"])[0]) == ["her2_status"]
    # Wald p 0.0839, likelihood ratio p 0.0879
    assert selected_variables(screen(frame, ["her2_status"], alpha=0.083)[0]) == []
    assert selected_variables(screen(frame, ["her2_status"], alpha=0.086)[0]) == ["her2_status"]
    by_ratio = screen(frame, ["her2_status"], alpha=0.086, test="likelihood_ratio")[0]
    assert selected_variables(by_ratio) == []


def test_a_factor_is_judged_by_its_overall_test_and_all_its_rows_agree():
    # one level stands out (Wald p 0.07), the factor as a whole does not (p 0.2)
    cells = {"A": (5, 25), "B": (6, 25), "C": (12, 22), "D": (5, 24)}
    counts = {(d, mc): n for d, c in cells.items() for mc, n in zip(("yes", "no"), c, strict=True)}
    table, _ = screen(cohort(["density", "microcalcifications"], counts), ["density"], alpha=0.13)
    main = table.query("estimator == 'ml' and ci_method == 'wald'").set_index("level")["p_value"]
    assert main["C"] < 0.13 < main["(overall)"]
    assert not table["selected"].any()


def test_a_variable_for_the_univariable_table_only_is_never_selected():
    table, _ = screen(two_by_two(15, 40, 21, 109), [], only=["her2_status"])
    assert len(table) == 3
    assert not table["selected"].any()


def test_under_separation_firths_penalised_test_decides():
    frame = two_by_two(12, 0, 8, 25)
    table, _ = screen(frame, ["her2_status"], alpha=0.01)
    assert table.query("estimator == 'ml'")["status"].eq("separated").all()
    firth = table.query("estimator == 'firth'")["lr_p_value"].iloc[0]
    assert firth < 0.01
    assert table["selected"].all()
    assert not screen(frame, ["her2_status"], alpha=firth / 2)[0]["selected"].any()


def test_a_variable_the_cohort_lacks_keeps_its_rows_and_loses_everybody():
    frame = two_by_two(15, 40, 21, 109).assign(histology_group=np.nan)
    arguments = ({**REFERENCES, "histology_group": "other"}, analysis_levels(), 0.10, "wald", 0.95)
    table, lost = screen_variables(
        frame, "microcalcifications", ["her2_status", "histology_group"], [], *arguments
    )
    rows = table[table["variable"].eq("histology_group")]
    assert rows["level"].eq("IDC").all()
    assert rows["status"].eq("not_estimable").all()
    assert rows["n"].eq(0).all()
    assert not rows["selected"].any()
    assert lost["model"].unique().tolist() == ["univariable_histology_group"]
    assert len(lost) == 185
    ESTIMATES["univariable"].validate(table)


@pytest.mark.parametrize(
    ("selected", "keep", "terms"),
    [
        (["her2_status"], True, ["her2_status"]),
        ([], True, ["her2_status"]),
        ([], False, []),
        (["density_group", "age_group"], True, ["her2_status", "age_group", "density_group"]),
        (["density_group", "age_group"], False, ["age_group", "density_group"]),
    ],
)
def test_the_screened_model_is_the_exposure_and_what_passed(selected, keep, terms):
    models = {"screened": "selected", "adjusted": ["age_group", "her2_status"]}
    candidates = ["her2_status", "age_group", "density_group"]
    assert resolve_terms(models, "her2_status", keep, candidates, selected) == {
        "screened": terms,
        "adjusted": ["age_group", "her2_status"],
    }


def test_density_in_four_classes_beside_density_in_two_is_refused_however_it_comes_about():
    listed = {"adjusted": ["density", "density_group"]}
    with pytest.raises(StudyError, match="'adjusted' would have both density and density_group"):
        resolve_terms(listed, "her2_status", True, ["her2_status"], [])
    with pytest.raises(StudyError, match="'screened'"):
        resolve_terms(
            {"screened": "selected"}, "density", True, ["density_group"], ["density_group"]
        )


def test_n_and_lost_patients_add_up_in_every_model():
    frame = two_by_two(15, 40, 21, 109)
    frame["age_group"] = [None if i % 9 == 0 else "<=50" if i % 4 else ">50" for i in range(185)]
    frame["histology_group"] = np.nan
    models = {"adjusted": ["her2_status", "age_group", "histology_group"], "small": ["her2_status"]}
    table, lost = fit_models(frame, "microcalcifications", models, REFERENCES, None, 0.95)
    n = table.groupby("model")["n"].first()
    assert n["adjusted"] == 185 - 21
    assert n["small"] == 185
    assert lost["model"].value_counts().to_dict() == {"adjusted": 21}
    assert lost["missing"].eq("age_group").all()
    assert "histology_group" not in set(table["variable"])
    ESTIMATES["multivariable"].validate(table)


def test_a_model_without_terms_has_no_rows_but_a_valid_table():
    table, lost = fit_models(
        two_by_two(1, 2, 3, 4), "microcalcifications", {"screened": []}, REFERENCES, None, 0.95
    )
    assert table.empty
    assert lost.columns.tolist() == ["model", "patient_id", "missing"]
    ESTIMATES["multivariable"].validate(table)
