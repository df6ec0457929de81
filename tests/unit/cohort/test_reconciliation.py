"""The gate holds where the counts agree, and names what does not."""

import pandas as pd
import pytest

from study.cohort.reconciliation import (
    describe_disagreements,
    name_univariable,
    reconcile_flow,
    reconcile_models,
    reconcile_tables,
)

NAN = float("nan")
DISPOSITION = pd.DataFrame(
    {
        "patient_id": ["P1", "P2", "P3", "P4", "P5"],
        "included": [True, True, True, False, False],
        "excluded_by": [None, None, None, "bilateral", "receptors_unknown"],
    }
)
FLOW = pd.DataFrame(
    {
        "criterion": ["assessed", "bilateral", "receptors_unknown", "analysed"],
        "excluded": [0, 1, 1, 0],
        "remaining": [5, 4, 3, 3],
    }
)
# P3 has no density: the tables and models of density lose her.
ANALYSIS = pd.DataFrame(
    {
        "patient_id": ["P1", "P2", "P3"],
        "microcalcifications": ["yes", "no", "no"],
        "her2_status": ["positive", "negative", "negative"],
        "density": ["A", "C", None],
        "density_group": ["A-B", "C-D", None],
        "subtype": [None] * 3,
        "histology": [None] * 3,
        "age_group": [None] * 3,
    }
)
BASELINE = pd.DataFrame(
    {
        "variable": ["her2_status", "her2_status", "density_group", "density_group", "age_years"],
        "level": ["positive", "negative", "A-B", "C-D", None],
        "group": "overall",
        "n": [1, 2, 1, 1, 3],
        "total": [3, 3, 2, 2, 3],
        "missing": [0, 0, 1, 1, 0],
    }
)
CONTINGENCY = pd.DataFrame(
    {
        "table": ["mc_by_her2"] * 2
        + ["mc_by_density"] * 2
        + ["mc_by_density_group"] * 2
        + ["mc_by_her2_within_density"] * 2,
        "stratum": [None] * 6 + ["A", "C"],
        "n": [1, 2, 1, 1, 1, 1, 1, 1],
    }
)
ESTIMATES = pd.DataFrame({"model": ["univariable_density", "adjusted"], "n": [2, 2]})
FIT = ESTIMATES.assign(missing=1)
LOST = pd.DataFrame({"model": ["univariable_density", "adjusted"], "patient_id": ["P3", "P3"]})


def changed(frame, row, **cells):
    frame = frame.copy()
    for column, value in cells.items():
        frame.loc[row, column] = value
    return frame


def broken(identities):
    return identities.loc[~identities["agree"], "identity"].tolist()


def test_counts_that_agree_pass():
    for identities in (
        reconcile_flow(FLOW, DISPOSITION, ANALYSIS),
        reconcile_tables(3, ANALYSIS, BASELINE, CONTINGENCY),
        reconcile_models(3, ANALYSIS, ESTIMATES, FIT, LOST),
    ):
        assert list(identities.columns) == ["identity", "left", "right", "agree"]
        assert broken(identities) == []
        assert describe_disagreements(identities) == ""


def test_a_flow_that_does_not_add_up_is_named():
    identities = reconcile_flow(changed(FLOW, 1, remaining=5), DISPOSITION, ANALYSIS)
    assert broken(identities) == [
        "flow: remaining after bilateral",
        "flow: remaining after receptors_unknown",
    ]


def test_a_last_criterion_that_loses_a_patient_is_named():
    flow = changed(FLOW, 3, remaining=2)
    assert "flow: remaining after analysed" in broken(reconcile_flow(flow, DISPOSITION, ANALYSIS))
    assert "flow: assessed - excluded = analysed" in broken(
        reconcile_flow(flow, DISPOSITION, ANALYSIS)
    )


def test_a_patient_excluded_by_another_criterion_than_the_flow_says_is_named():
    disposition = changed(DISPOSITION, 3, excluded_by="receptors_unknown")
    assert broken(reconcile_flow(FLOW, disposition, ANALYSIS)) == [
        "flow: excluded by bilateral = dispositions",
        "flow: excluded by receptors_unknown = dispositions",
    ]


def test_a_patient_without_a_disposition_is_named():
    assert broken(reconcile_flow(FLOW, DISPOSITION.iloc[1:], ANALYSIS)) == [
        "flow: assessed = patients with a disposition",
        "flow: analysed = dispositions included",
        "flow: analysed = included patients found in the analysis cohort",
    ]


def test_an_analysis_of_the_right_size_but_other_patients_is_named():
    analysis = changed(ANALYSIS, 0, patient_id="P4")
    assert broken(reconcile_flow(FLOW, DISPOSITION, analysis)) == [
        "flow: analysed = included patients found in the analysis cohort"
    ]


def test_a_baseline_that_forgets_its_missing_is_named():
    baseline = changed(changed(BASELINE, 2, missing=0), 3, missing=0)
    assert broken(reconcile_tables(3, ANALYSIS, baseline, CONTINGENCY)) == [
        "baseline: density_group: total + missing = analysed"
    ]


def test_a_baseline_whose_levels_do_not_sum_is_named():
    baseline = changed(BASELINE, 0, n=2)
    assert broken(reconcile_tables(3, ANALYSIS, baseline, CONTINGENCY)) == [
        "baseline: her2_status: levels sum to total"
    ]


@pytest.mark.parametrize(
    ("row", "table"),
    [(0, "mc_by_her2"), (2, "mc_by_density"), (7, "mc_by_her2_within_density")],
)
def test_a_table_that_loses_a_patient_is_named(row, table):
    contingency = CONTINGENCY.drop(index=row)
    assert broken(reconcile_tables(3, ANALYSIS, BASELINE, contingency)) == [
        f"contingency: {table}: n + missing = analysed"
    ]


def test_a_missing_table_is_named_unless_its_variable_is_missing_too():
    contingency = CONTINGENCY[CONTINGENCY["table"] != "mc_by_her2"]
    assert broken(reconcile_tables(3, ANALYSIS, BASELINE, contingency)) == [
        "contingency: mc_by_her2: n + missing = analysed"
    ]


def test_a_model_that_loses_patients_silently_is_named():
    assert broken(reconcile_models(3, ANALYSIS, ESTIMATES, FIT, LOST.iloc[:1])) == [
        "model adjusted: n + lost = analysed"
    ]


def test_losing_somebody_twice_or_somebody_excluded_does_not_make_up_for_it():
    lost = changed(pd.concat([LOST, LOST], ignore_index=True), 1, patient_id="P4")
    lost = changed(lost, 3, patient_id="P5")
    assert broken(reconcile_models(3, ANALYSIS, ESTIMATES, FIT, lost)) == [
        "model adjusted: n + lost = analysed"
    ]


def test_a_fit_of_other_patients_than_the_estimates_is_named():
    assert broken(reconcile_models(3, ANALYSIS, ESTIMATES, changed(FIT, 1, n=3), LOST)) == [
        "model adjusted: n = n of its fit",
        "fit of adjusted: n + missing = analysed",
    ]


def test_a_model_with_two_different_n_is_named():
    estimates = pd.concat([ESTIMATES, pd.DataFrame({"model": ["adjusted"], "n": [3]})])
    assert "model adjusted: n + lost = analysed" in broken(
        reconcile_models(3, ANALYSIS, estimates, FIT, LOST)
    )


def test_the_message_gives_both_sides():
    identities = reconcile_flow(changed(FLOW, 1, remaining=5), DISPOSITION, ANALYSIS)
    assert "flow: remaining after bilateral: 4 is not 5" in describe_disagreements(identities)


def test_univariable_models_are_named_as_in_the_other_tables():
    named = name_univariable(pd.DataFrame({"model": ["univariable"], "variable": ["density"]}))
    assert named["model"].tolist() == ["univariable_density"]
