"""HER2 status by the reference study's rule, and what a recorded status may do."""

import pytest

from study.biomarkers.her2 import decide_her2_status
from study.problems import StudyError


def decide(cohort, precedence="findings"):
    return decide_her2_status(cohort, "reference_study", precedence)


def status(cohort, ihc, ish, recorded="unknown", precedence="findings"):
    patient = {"her2_ihc": ihc, "her2_ish": ish, "her2_recorded": recorded}
    return decide(cohort(patient), precedence).fact.item()


def trace(cohort, ihc, ish, recorded="unknown"):
    patient = {"her2_ihc": ihc, "her2_ish": ish, "her2_recorded": recorded}
    return decide(cohort(patient)).trace.iloc[0]


@pytest.mark.parametrize(
    ("ihc", "ish", "expected"),
    [
        ("3+", "not_done", "positive"),
        ("3+", "positive", "positive"),
        ("2+", "positive", "positive"),
        ("2+", "negative", "negative"),
        ("1+", "not_done", "negative"),
        ("0", "not_applicable", "negative"),
        ("1+", "negative", "negative"),
    ],
)
def test_the_study_calls_3_plus_and_amplified_2_plus_positive(cohort, ihc, ish, expected):
    assert status(cohort, ihc, ish) == expected


@pytest.mark.parametrize("ish", ["unknown", "not_done", "not_applicable"])
def test_ihc_2_plus_without_ish_is_unknown(cohort, ish):
    assert status(cohort, "2+", ish) == "unknown"
    assert trace(cohort, "2+", ish)["flags"] == "ihc_2_plus_without_ish"


def test_ihc_2_plus_with_equivocal_ish_is_unresolved(cohort):
    assert status(cohort, "2+", "equivocal") == "unresolved"


def test_ihc_3_plus_with_negative_ish_is_positive_and_discordant(cohort):
    assert status(cohort, "3+", "negative") == "positive"
    assert trace(cohort, "3+", "negative")["flags"] == "ish_discordant"


@pytest.mark.parametrize("ihc", ["0", "1+"])
def test_ihc_0_or_1_plus_with_positive_ish_is_negative_and_discordant(cohort, ihc):
    assert status(cohort, ihc, "positive") == "negative"
    assert trace(cohort, ihc, "positive")["flags"] == "ish_discordant"


@pytest.mark.parametrize("ish", ["positive", "negative", "equivocal"])
def test_ish_without_ihc_is_unknown_and_flagged(cohort, ish):
    assert status(cohort, "not_done", ish) == "unknown"
    assert trace(cohort, "not_done", ish)["flags"] == "ish_without_ihc"


def test_a_recorded_status_stands_in_where_the_findings_say_nothing(cohort):
    assert status(cohort, "2+", "not_done", "negative") == "negative"
    assert status(cohort, "unknown", "unknown", "positive") == "positive"


def test_a_recorded_status_does_not_stand_in_for_unresolved(cohort):
    assert status(cohort, "2+", "equivocal", "negative") == "unresolved"


def test_a_recorded_equivocal_is_unresolved(cohort):
    assert status(cohort, "unknown", "unknown", "equivocal") == "unresolved"


def test_precedence_says_which_source_counts(cohort):
    assert status(cohort, "3+", "not_done", "negative", "findings") == "positive"
    assert status(cohort, "3+", "not_done", "negative", "recorded") == "negative"
    assert status(cohort, "3+", "not_done", "unknown", "recorded") == "positive"


def test_disagreeing_sources_are_listed_with_the_one_used(cohort):
    patients = cohort(
        {"her2_ihc": "3+", "her2_recorded": "negative"},
        {"her2_ihc": "3+", "her2_recorded": "positive"},
        {"her2_ihc": "2+", "her2_recorded": "negative"},
        {"her2_ihc": "2+", "her2_ish": "equivocal", "her2_recorded": "positive"},
    )
    assert decide(patients).disagreements.to_numpy().tolist() == [
        ["P1", "her2_status", "negative", "positive", "derived"],
        ["P3", "her2_status", "negative", "unknown", "recorded"],
        ["P4", "her2_status", "positive", "unresolved", "derived"],
    ]
    assert decide(patients, "recorded").disagreements["used"].tolist() == ["recorded"] * 3


@pytest.mark.parametrize("precedence", ["findings", "recorded"])
def test_a_recorded_status_that_findings_do_not_support_is_listed(cohort, precedence):
    patients = cohort(
        {"her2_ihc": "2+", "her2_ish": "not_done", "her2_recorded": "negative"},
        {"her2_ihc": "2+", "her2_recorded": "positive"},
        {"her2_ish": "positive", "her2_recorded": "negative"},
        {"her2_ish": "equivocal", "her2_recorded": "negative"},
        {"her2_recorded": "negative"},  # nothing was found that it could stand against
        {"her2_ihc": "2+", "her2_recorded": "equivocal"},  # undecided, as the findings are
        {"her2_ihc": "2+"},
    )
    decision = decide(patients, precedence)
    assert decision.disagreements.to_numpy().tolist() == [
        ["P1", "her2_status", "negative", "unknown", "recorded"],
        ["P2", "her2_status", "positive", "unknown", "recorded"],
        ["P3", "her2_status", "negative", "unknown", "recorded"],
        ["P4", "her2_status", "negative", "unknown", "recorded"],
    ]
    assert decision.trace["flags"].fillna("-").tolist() == [
        "ihc_2_plus_without_ish",
        "ihc_2_plus_without_ish",
        "ish_without_ihc",
        "ish_without_ihc",
        "-",
        "ihc_2_plus_without_ish",
        "ihc_2_plus_without_ish",
    ]


@pytest.mark.parametrize(
    ("ihc", "ish", "expected"),
    [
        ("3+", "not_done", "positive"),
        ("1+", "not_done", "negative"),
        ("2+", "negative", "negative"),
    ],
)
def test_a_recorded_equivocal_overturns_no_findings_that_decide(cohort, ihc, ish, expected):
    patient = cohort({"her2_ihc": ihc, "her2_ish": ish, "her2_recorded": "equivocal"})
    for precedence in ("findings", "recorded"):
        decision = decide(patient, precedence)
        assert decision.fact.item() == expected
        assert decision.disagreements.to_numpy().tolist() == [
            ["P1", "her2_status", "unresolved", expected, "derived"]
        ]
        assert decision.trace["grade"].item() != "recorded"


def test_the_trace_says_what_was_seen_and_by_which_row(cohort):
    row = trace(cohort, "2+", "positive", "unknown")
    assert row["inputs"] == "her2_ihc=2+; her2_ish=positive; her2_recorded=unknown"
    assert row[["biomarker", "edition", "row", "grade"]].tolist() == [
        "her2_status",
        "reference_study",
        "3",
        "ish_verdict",
    ]
    assert row["rule"] == "IHC 2+ with ISH positive is positive"
    assert row.isna()["flags"]


def test_the_trace_of_a_recorded_status_keeps_why_the_findings_did_not_do(cohort):
    row = trace(cohort, "2+", "not_done", "negative")
    assert row["grade"] == "recorded"
    assert row["rule"] == (
        "recorded value used; the findings alone: IHC 2+ without ISH leaves the status unknown"
    )
    assert row["flags"] == "ihc_2_plus_without_ish"
    row = trace(cohort, "unknown", "positive", "negative")
    assert row["rule"] == (
        "recorded value used; the findings alone: ISH without IHC leaves the status unknown"
    )
    assert row["flags"] == "ish_without_ihc"


def test_the_status_stands_on_the_index_of_the_cohort(cohort):
    patients = cohort({"her2_ihc": "3+"}, {"her2_ihc": "0"}).iloc[::-1]
    assert decide(patients).fact.to_dict() == {101: "negative", 100: "positive"}


def test_an_edition_that_does_not_exist_is_refused_by_name(cohort):
    with pytest.raises(StudyError, match=r"no edition '2031'.*Known:.*reference_study"):
        decide_her2_status(cohort({"her2_ihc": "0"}), "2031", "findings")


def test_a_level_the_table_does_not_know_is_a_defect_not_an_unknown(cohort):
    with pytest.raises(ValueError, match="4\\+"):
        decide(cohort({"her2_ihc": "4+"}))
