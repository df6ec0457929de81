"""ER and PR from percentages with a cut-off, and the two as one status."""

import pytest

from study.biomarkers.hormone_receptors import decide_hr_status, decide_receptor_status

NAN = float("nan")


@pytest.mark.parametrize(
    ("percent", "cut_off", "expected"),
    [
        (0, 1, "negative"),
        (0.9, 1, "negative"),
        (1.0, 1, "positive"),
        (9.9, 10, "negative"),
        (10, 10, "positive"),
        (100, 1, "positive"),
        (NAN, 1, "unknown"),
    ],
)
@pytest.mark.parametrize("receptor", ["er", "pr"])
def test_a_receptor_is_positive_from_its_cut_off_on(cohort, receptor, percent, cut_off, expected):
    patient = cohort({f"{receptor}_percent": percent})
    decision = decide_receptor_status(patient, receptor, cut_off, "findings")
    assert decision.fact.item() == expected
    assert decision.fact.name == f"{receptor}_status"


@pytest.mark.parametrize(
    ("percent", "flagged"), [(0.9, False), (1, True), (10, True), (10.1, False), (NAN, False)]
)
def test_er_of_1_to_10_percent_is_flagged_low_positive(cohort, percent, flagged):
    trace = decide_receptor_status(cohort({"er_percent": percent}), "er", 1, "findings").trace
    assert trace["flags"].eq("er_low_positive").item() is flagged


def test_there_is_no_low_positive_class_of_pr(cohort):
    trace = decide_receptor_status(cohort({"pr_percent": 5}), "pr", 1, "findings").trace
    assert trace["flags"].isna().item()


@pytest.mark.parametrize(
    ("percent", "recorded", "precedence", "expected"),
    [
        (NAN, "positive", "findings", "positive"),
        (NAN, "not_done", "findings", "unknown"),
        (50, "negative", "findings", "positive"),
        (50, "negative", "recorded", "negative"),
        (50, "unknown", "recorded", "positive"),
    ],
)
def test_a_recorded_status_stands_in_by_precedence(cohort, percent, recorded, precedence, expected):
    patient = cohort({"er_percent": percent, "er_recorded": recorded})
    assert decide_receptor_status(patient, "er", 1, precedence).fact.item() == expected


def test_a_recorded_status_against_the_percentage_is_listed(cohort):
    patients = cohort(
        {"pr_percent": 50, "pr_recorded": "negative"},
        {"pr_percent": 50, "pr_recorded": "positive"},
        {"pr_recorded": "positive"},
    )
    listed = decide_receptor_status(patients, "pr", 1, "findings").disagreements
    assert listed.to_numpy().tolist() == [["P1", "pr_status", "negative", "positive", "derived"]]


def test_the_trace_gives_percentage_and_cut_off(cohort):
    decision = decide_receptor_status(cohort({"er_percent": 12.5}), "er", 10, "findings")
    row = decision.trace.iloc[0]
    assert row["inputs"] == "er_percent=12.5; er_recorded=unknown"
    assert row["rule"] == "positive from 10% of stained nuclei on"
    assert row["grade"] == "findings"


def test_the_trace_of_a_recorded_status_says_that_there_is_no_percentage(cohort):
    row = decide_receptor_status(cohort({"er_recorded": "positive"}), "er", 1, "findings").trace
    assert row["rule"].item() == "recorded value used; the findings alone: percentage not known"
    assert row["grade"].item() == "recorded"


@pytest.mark.parametrize(
    ("er", "pr", "expected"),
    [
        ("positive", "negative", "positive"),
        ("negative", "positive", "positive"),
        ("positive", "unknown", "positive"),
        ("unknown", "positive", "positive"),
        ("negative", "negative", "negative"),
        ("negative", "unknown", "unknown"),
        ("unknown", "negative", "unknown"),
        ("unknown", "unknown", "unknown"),
    ],
)
def test_one_positive_receptor_is_enough_and_only_two_negatives_are_negative(
    cohort, er, pr, expected
):
    patient = cohort({"er_recorded": er, "pr_recorded": pr})
    decision = hr_of(patient)
    assert decision.fact.to_dict() == {100: expected}
    assert decision.trace["inputs"].tolist() == [f"er_status={er}; pr_status={pr}"]


def hr_of(patient):
    receptors = [decide_receptor_status(patient, name, 1, "findings") for name in ("er", "pr")]
    return decide_hr_status(patient["patient_id"], *receptors)


def test_the_evidence_is_that_of_the_receptor_that_makes_it_positive(cohort):
    patients = cohort(
        {"er_percent": 90, "pr_recorded": "negative"},
        {"er_recorded": "positive", "pr_percent": 0},
        {"er_percent": 0, "pr_recorded": "negative"},
        {"er_percent": 0, "pr_percent": 0},
        {"er_percent": 0},
    )
    grades = ["findings", "recorded", "recorded", "findings", "none"]
    assert hr_of(patients).trace["grade"].tolist() == grades
