"""The groups of the analysis, and the analysis cohort made of them."""

import pandas as pd
import pytest

from schemas.analysis import ANALYSIS
from stratify_cohort import stratify_cohort
from study.cohort.strata import (
    derive_age_group,
    derive_histology_group,
    derive_luminal_b_her2_positive,
    describe_in_situ,
    stratify,
)
from study.problems import StudyError

NAN = float("nan")
COLUMNS = [
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
]
KNOWN = {
    "patient_id": "P1",
    "age_years": 50.4,
    "age_completed_years": 50.0,
    "microcalcifications": "yes",
    "her2_status": "positive",
    "hr_status": "positive",
    "subtype": "luminal_b_her2_positive",
    "density": "C",
    "histology": "IDC",
    "ki67_percent": 30.0,
    "her2_ihc": "3+",
    "her2_ihc_used": "3+",
    "her2_ish": "not_done",
    "her2_ish_reading": "unknown",
    "bilateral": "no",
}
NOTHING_KNOWN = {
    "patient_id": "P2",
    "age_years": NAN,
    "age_completed_years": NAN,
    "microcalcifications": "unknown",
    "her2_status": "unresolved",
    "hr_status": "unknown",
    "subtype": "unknown",
    "density": "unknown",
    "histology": "unknown",
    "ki67_percent": NAN,
    "her2_ihc": "unknown",
    "her2_ihc_used": "unknown",
    "her2_ish": "not_applicable",
    "her2_ish_reading": "unknown",
    "bilateral": "unknown",
}


def analysis(*women, idc_with_dcis_is_idc=False, age_coding="completed_years"):
    return stratify(
        pd.DataFrame([{**KNOWN, **woman} for woman in women]),
        age_coding=age_coding,
        idc_with_dcis_is_idc=idc_with_dcis_is_idc,
    )


def test_the_analysis_cohort_of_a_known_woman():
    assert analysis({}).iloc[0].to_dict() == {
        "patient_id": "P1",
        "age_years": 50.4,
        "microcalcifications": "yes",
        "her2_status": "positive",
        "hr_status": "positive",
        "subtype": "luminal_b_her2_positive",
        "density": "C",
        "density_group": "C-D",
        "histology": "IDC",
        "histology_group": "IDC",
        "age_group": "<=50",
        "luminal_b_her2_positive": "yes",
        "ki67_percent": 30.0,
        "her2_ihc": "3+",
        "her2_ish": "not_done",
    }


def test_what_is_not_known_is_empty_except_the_names_of_missing_stainings():
    row = analysis(NOTHING_KNOWN).iloc[0]
    kept = ["patient_id", "her2_ihc", "her2_ish"]
    assert row[kept].tolist() == ["P2", "unknown", "not_applicable"]
    assert row.drop(kept).isna().all()


def test_score_and_ish_are_those_the_status_rests_on():
    """Not those recorded: the staining may give another score, and numbers a reading."""
    used = {"her2_ihc_used": "2+", "her2_ish_reading": "equivocal"}
    undefined = {"her2_ihc_used": "undefined", "her2_ihc": "not_done"}
    women = pd.DataFrame([{**KNOWN, **used}, {**KNOWN, **undefined}])
    analysis = stratify(women, age_coding="completed_years", idc_with_dcis_is_idc=False)
    assert analysis[["her2_ihc", "her2_ish"]].to_numpy().tolist() == [
        ["2+", "equivocal"],
        ["not_done", "not_done"],
    ]


def test_the_columns_are_those_of_the_contract_in_its_order():
    frame = analysis({}, NOTHING_KNOWN)
    assert list(frame.columns) == COLUMNS
    ANALYSIS.validate(frame)
    ANALYSIS.validate(analysis(NOTHING_KNOWN))


@pytest.mark.parametrize(
    ("completed", "unrounded", "by_completed", "by_unrounded"),
    [
        (50.0, 50.0, "<=50", "<=50"),
        (50.0, 50.4, "<=50", ">50"),
        (51.0, 50.998, ">50", ">50"),  # on her 51st birthday
        (49.0, 49.9, "<=50", "<=50"),
        (51.0, 51.0, ">50", ">50"),
    ],
)
def test_a_woman_of_50_4_is_50_in_completed_years_and_over_50_unrounded(
    completed, unrounded, by_completed, by_unrounded
):
    woman = pd.DataFrame({"age_completed_years": [completed], "age_years": [unrounded]})
    assert derive_age_group(woman, "completed_years").item() == by_completed
    assert derive_age_group(woman, "unrounded").item() == by_unrounded


def test_an_age_coding_that_does_not_exist_is_refused():
    with pytest.raises(StudyError, match=r"'rounded'.*completed_years"):
        analysis({}, age_coding="rounded")


@pytest.mark.parametrize(
    ("density", "group"), [("A", "A-B"), ("B", "A-B"), ("C", "C-D"), ("D", "C-D")]
)
def test_densities_a_and_b_stand_against_c_and_d(density, group):
    assert analysis({"density": density})["density_group"].item() == group


@pytest.mark.parametrize(
    ("histology", "primary", "alternative"),
    [
        ("IDC", "IDC", "IDC"),
        ("IDC+DCIS", "other", "IDC"),
        ("ILC", "other", "other"),
        ("ILC+LCIS", "other", "other"),
        ("other", "other", "other"),
    ],
)
def test_whether_idc_with_dcis_is_idc_is_a_decision(histology, primary, alternative):
    types = pd.Series([histology])
    assert derive_histology_group(types, False).item() == primary
    assert derive_histology_group(types, True).item() == alternative


def test_in_situ_cancer_is_no_type_of_the_analysis():
    row = analysis({"histology": "in_situ"}).iloc[0]
    assert row[["histology", "histology_group"]].isna().all()


def test_in_situ_cancer_that_is_not_excluded_is_spoken_of(tmp_path, capsys):
    women = pd.DataFrame([KNOWN, {**KNOWN, "patient_id": "P2", "histology": "in_situ"}])
    assert describe_in_situ(women).startswith("In situ cancers analysed: 1. ")
    assert describe_in_situ(women[:1]) == ""
    women.to_parquet(tmp_path / "included.parquet")
    stratify_cohort(
        included=tmp_path / "included.parquet",
        analysis=tmp_path / "analysis.parquet",
        age_coding="completed_years",
        idc_with_dcis_is_idc=False,
    )
    assert "Warning: In situ cancers analysed: 1." in capsys.readouterr().out


def test_luminal_b_her2_positive_is_no_for_every_other_known_subtype():
    subtypes = pd.Series(["luminal_b_her2_positive", "luminal_unspecified", "luminal_a", None])
    answers = derive_luminal_b_her2_positive(subtypes.astype("str"))
    assert answers.fillna("-").tolist() == ["yes", "no", "no", "-"]
