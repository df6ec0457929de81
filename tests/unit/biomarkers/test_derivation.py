"""All derived facts of a cohort at once."""

import pandas as pd
import pytest

from schemas.analysis import DERIVED, DISAGREEMENTS, RECORDED_AND_DERIVED, TRACE
from study.biomarkers.derivation import DerivationRules, derive_facts
from study.biomarkers.histology import derive_histology

RULES = DerivationRules(
    her2_edition="reference_study",
    er_positive_from_percent=1,
    pr_positive_from_percent=1,
    ki67_high_from_percent=20,
    subtype_scheme="reference_study",
    density_upper_edges_percent={"A": 25, "B": 50, "C": 75},
    density_edge_belongs_to="lower",
    undescribed_microcalcifications="absent",
    precedence={
        "her2_ihc": "findings",
        "her2_status": "findings",
        "er_status": "findings",
        "pr_status": "findings",
        "subtype": "findings",
        "density": "recorded",
        "age_years": "findings",
    },
)
WOMAN = {
    "birth_date": pd.Timestamp("1970-03-10"),
    "diagnosis_date": pd.Timestamp("2021-03-10"),
    "microcalcifications_recorded": "undescribed",
    "density_recorded": "B",
    "er_percent": 80,
    "pr_percent": 0,
    "her2_ihc": "2+",
    "her2_ish": "positive",
    "histology_recorded": "IDC+DCIS",
}
FACTS = [
    "age_completed_years",
    "microcalcifications",
    "er_status",
    "pr_status",
    "hr_status",
    "her2_status",
    "subtype",
    "density",
    "histology",
]


@pytest.fixture
def derivation(cohort):
    return derive_facts(cohort(WOMAN, {"her2_recorded": "negative"}, {}), RULES)


def test_every_fact_of_a_complete_woman(derivation):
    assert derivation.cohort[FACTS].iloc[0].tolist() == [
        51,
        "no",
        "positive",
        "negative",
        "positive",
        "positive",
        "luminal_b_her2_positive",
        "B",
        "IDC+DCIS",
    ]


def test_of_a_woman_without_any_cell_nothing_is_known(derivation):
    facts = derivation.cohort[FACTS].iloc[2]
    assert pd.isna(facts["age_completed_years"])
    assert facts.drop("age_completed_years").eq("unknown").all()


def test_the_cohort_keeps_its_own_columns_and_is_not_changed(cohort):
    validated = cohort(WOMAN)
    before = validated.copy()
    derived = derive_facts(validated, RULES).cohort
    pd.testing.assert_frame_equal(validated, before)
    pd.testing.assert_frame_equal(derived[before.columns], before)


def test_the_tables_keep_their_contract(derivation):
    DERIVED.validate(derivation.cohort)
    TRACE.validate(derivation.trace)
    DISAGREEMENTS.validate(derivation.disagreements)
    RECORDED_AND_DERIVED.validate(derivation.recorded_and_derived)
    assert len(derivation.trace) == 3 * 10


def test_both_sources_are_told_of_every_patient_and_the_discordant_are_the_disagreements(cohort):
    found = derive_facts(
        cohort({"her2_ihc": "0", "her2_recorded": "positive"}, {"her2_ihc": "3+"}, {}), RULES
    )
    her2 = found.recorded_and_derived[found.recorded_and_derived["fact"].eq("her2_status")]
    assert her2.drop(columns=["patient_id", "fact"]).to_numpy().tolist() == [
        ["positive", "negative", "derived", True],
        ["unknown", "positive", "derived", False],
        ["unknown", "unknown", "derived", False],
    ]
    discordant = found.recorded_and_derived[found.recorded_and_derived["discordant"]].drop(
        columns="discordant"
    )
    assert discordant.to_numpy().tolist() == found.disagreements.to_numpy().tolist()


def test_in_situ_cancer_stays_in_the_derived_cohort():
    recorded = pd.Series(["in_situ", "ILC", "not_done"])
    assert derive_histology(recorded).tolist() == ["in_situ", "ILC", "unknown"]
