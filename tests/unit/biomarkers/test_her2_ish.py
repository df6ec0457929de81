"""ISH groups from ratio, copies and CEP17, the recount, and a verdict beside the numbers."""

import pytest

from study.biomarkers.her2_ish import decide_her2_ish
from tests.unit.biomarkers.conftest import validated_cohort

NAN = float("nan")


def group(cohort, edition="asco_cap_2018", **patient):
    return decide_her2_ish(cohort(patient), edition).group.fact.item()


@pytest.mark.parametrize(
    ("ratio", "copies", "by_2018", "by_2007"),
    [
        (2.0, 4.0, "group_1", "fish_equivocal"),
        (2.0, 3.99, "group_2", "fish_equivocal"),
        (1.99, 6.0, "group_3", "fish_equivocal"),
        (1.99, 5.99, "group_4", "fish_equivocal"),
        (1.99, 4.0, "group_4", "fish_equivocal"),
        (1.99, 3.99, "group_5", "fish_equivocal"),
        (2.2, 3.99, "group_2", "fish_equivocal"),
        (2.21, 3.99, "group_2", "fish_positive"),
        (1.8, 6.0, "group_3", "fish_equivocal"),
        (1.79, 6.0, "group_3", "fish_negative"),
        (2.0, NAN, "ratio_high", "fish_equivocal"),
        (1.99, NAN, "ratio_low", "fish_equivocal"),
        (NAN, 6.0, "single_high", "fish_equivocal"),
        (NAN, 6.01, "single_high", "fish_positive"),
        (NAN, 5.99, "single_middle", "fish_equivocal"),
        (NAN, 4.0, "single_middle", "fish_equivocal"),
        (NAN, 3.99, "single_low", "fish_negative"),
        (NAN, NAN, "missing", "missing"),
    ],
)
def test_numbers_fall_into_groups_unrounded(cohort, ratio, copies, by_2018, by_2007):
    assert group(cohort, her2_ratio=ratio, her2_copies=copies) == by_2018
    assert group(cohort, "asco_cap_2007", her2_ratio=ratio, her2_copies=copies) == by_2007


def test_a_number_that_is_missing_is_made_of_the_other_two(cohort):
    assert group(cohort, her2_copies=4.6, cep17_copies=2.3) == "group_1"
    assert group(cohort, her2_ratio=2.4, cep17_copies=2.5) == "group_1"
    assert group(cohort, her2_ratio=1.2, cep17_copies=5.0) == "group_3"
    assert group(cohort, her2_copies=3.3, cep17_copies=1.1) == "group_2"
    made = cohort({"her2_copies": 4.6, "cep17_copies": 2.3}, {"her2_ratio": 2, "cep17_copies": 2})
    flags = decide_her2_ish(made, "asco_cap_2018").group.trace["flags"]
    assert flags.tolist() == ["ratio_from_copies", "copies_from_ratio"]


def test_a_quotient_or_product_that_is_on_a_threshold_on_paper_is_not_below_it():
    """In binary, 1.4 times 4.29 or 5.8 over 2.9 must not fall on the wrong side."""
    quotients = [{"her2_copies": 2 * n / 100, "cep17_copies": n / 100} for n in range(100, 1000)]
    products = [
        {"her2_ratio": ratio / 100, "cep17_copies": 600 / ratio}
        for ratio in range(100, 200)
        if 60000 % ratio == 0
    ]
    found = decide_her2_ish(validated_cohort([*quotients, *products]), "asco_cap_2018").group.fact
    assert set(found[: len(quotients)]) == {"group_1", "group_2"}
    assert set(found[len(quotients) :]) == {"group_3"}


def test_a_verdict_counts_where_the_numbers_are_incomplete(cohort):
    assert group(cohort, her2_ish="negative") == "verdict_negative"
    assert group(cohort, her2_ratio=2.3, her2_ish="positive") == "verdict_positive"
    assert group(cohort, her2_ratio=1.4, her2_ish="negative") == "verdict_negative"


@pytest.mark.parametrize(
    ("numbers", "verdict", "expected"),
    [
        ({"her2_ratio": 2.6}, "negative", "ratio_high"),
        ({"her2_ratio": 1.2}, "positive", "ratio_low"),
        ({"her2_copies": 4.5}, "negative", "single_middle"),
    ],
)
def test_by_2018_a_verdict_against_the_number_beside_it_settles_nothing(
    cohort, numbers, verdict, expected
):
    found = decide_her2_ish(cohort({**numbers, "her2_ish": verdict}), "asco_cap_2018").group
    assert found.fact.item() == expected
    assert "ish_verdict_differs" in found.trace["flags"].item()
    # to the study's rule a verdict is what counts
    assert group(cohort, "reference_study", **numbers, her2_ish=verdict) == f"verdict_{verdict}"


def test_complete_numbers_come_before_a_verdict_that_differs_and_the_patient_is_listed(cohort):
    patients = cohort(
        {"her2_ratio": 3.0, "her2_copies": 7.0, "her2_ish": "negative"},
        {"her2_ratio": 3.0, "her2_copies": 7.0, "her2_ish": "positive"},
        {"her2_ratio": 1.2, "her2_copies": 2.0, "her2_ish": "positive"},
    )
    found = decide_her2_ish(patients, "asco_cap_2018")
    assert found.group.fact.tolist() == ["group_1", "group_1", "group_5"]
    assert found.reading.tolist() == ["positive", "positive", "negative"]
    assert found.group.trace["flags"].fillna("-").tolist() == [
        "ish_verdict_differs",
        "-",
        "ish_verdict_differs",
    ]
    assert found.group.disagreements.to_numpy().tolist() == [
        ["P1", "her2_ish", "negative", "positive", "derived"],
        ["P3", "her2_ish", "positive", "negative", "derived"],
    ]


def test_to_the_study_a_verdict_settles_what_its_groups_leave_open(cohort):
    patient = {"her2_ratio": 2.1, "her2_copies": 3.5, "her2_ish": "positive"}
    assert group(cohort, "reference_study", **patient) == "verdict_positive"
    assert group(cohort, "asco_cap_2018", **patient) == "group_2"
    listed = decide_her2_ish(cohort(patient), "reference_study").group.disagreements
    assert listed["used"].tolist() == ["recorded"]


@pytest.mark.parametrize(
    ("recount", "cells", "expected", "flag"),
    [
        ((1.8, 6.5), 20, "unchanged", "-"),
        ((2.4, 6.5), 20, "changed", "-"),
        ((1.8, 6.5), 19.9, "missing", "recount_of_too_few_cells"),
        ((1.8, 6.5), NAN, "unchanged", "recount_cells_not_recorded"),
        ((1.8, NAN), 40, "missing", "-"),
        ((NAN, NAN), NAN, "missing", "-"),
    ],
)
def test_a_recount_confirms_a_group_or_changes_it(cohort, recount, cells, expected, flag):
    patient = cohort(
        {
            "her2_ratio": 1.7,
            "her2_copies": 6.2,
            "her2_recount_ratio": recount[0],
            "her2_recount_copies": recount[1],
            "her2_recount_cells": cells,
        }
    )
    found = decide_her2_ish(patient, "asco_cap_2018")
    assert found.recount.item() == expected
    assert found.group.trace["flags"].fillna("-").item() == flag


def test_the_trace_gives_all_numbers_and_the_grade_of_the_evidence(cohort):
    patients = cohort({"her2_ratio": 2.5}, {"her2_ish": "positive"}, {"her2_copies": 7}, {})
    trace = decide_her2_ish(patients, "asco_cap_2018").group.trace
    assert trace["grade"].tolist() == ["partial", "ish_verdict", "findings", "none"]
    assert trace["inputs"].iloc[0] == (
        "her2_ratio=2.5; her2_copies=unknown; cep17_copies=unknown; her2_ish=unknown; "
        "her2_recount_ratio=unknown; her2_recount_copies=unknown; her2_recount_cells=unknown"
    )
