"""The HER2 score from the staining by four sets of definitions, and a recorded score."""

import pytest

from study.biomarkers.her2_ihc import decide_her2_ihc

EDITIONS = ["reference_study", "asco_cap_2007", "asco_cap_2013", "asco_cap_2018"]


def staining(intensity, completeness, percent, pattern="unknown", score="unknown"):
    return {
        "her2_staining_intensity": intensity,
        "her2_staining_completeness": completeness,
        "her2_staining_pattern": pattern,
        "her2_staining_percent": percent,
        "her2_ihc": score,
    }


def scores(cohort, patient):
    return [decide_her2_ihc(cohort(patient), name, "findings").fact.item() for name in EDITIONS]


@pytest.mark.parametrize(
    ("intensity", "completeness", "percent", "study", "by_2007", "by_2013", "by_2018"),
    [
        ("intense", "complete", 31, "3+", "3+", "3+", "3+"),
        ("intense", "complete", 30, "3+", "2+", "3+", "3+"),
        ("intense", "complete", 10.1, "3+", "2+", "3+", "3+"),
        ("intense", "complete", 10, "undefined", "2+", "2+", "2+"),
        ("intense", "complete", 1, "undefined", "2+", "2+", "2+"),
        ("moderate", "complete", 10.1, "2+", "2+", "2+", "2+"),
        ("weak", "complete", 10, "2+", "2+", "undefined", "undefined"),
        ("weak", "complete", 9.9, "undefined", "undefined", "undefined", "undefined"),
        ("intense", "incomplete", 40, "undefined", "undefined", "2+", "2+"),
        ("moderate", "incomplete", 40, "undefined", "undefined", "2+", "2+"),
        ("weak", "incomplete", 40, "1+", "1+", "2+", "undefined"),
        ("faint", "incomplete", 10.1, "1+", "1+", "1+", "1+"),
        ("faint", "incomplete", 10, "undefined", "1+", "0", "0"),
        ("faint", "incomplete", 9.9, "0", "1+", "0", "0"),
        ("none", "unknown", 0, "0", "0", "0", "0"),
        ("none", "unknown", float("nan"), "0", "0", "0", "0"),
        ("unknown", "unknown", 0, "0", "0", "0", "0"),
        ("moderate", "incomplete", 8, "undefined", "undefined", "undefined", "2+"),
        ("intense", "complete", 0, *["contradictory"] * 4),
        ("none", "unknown", 5, *["contradictory"] * 4),
        ("intense", "complete", float("nan"), "unknown", "unknown", "unknown", "unknown"),
        ("intense", "unknown", 40, "unknown", "unknown", "unknown", "unknown"),
        ("unknown", "complete", 40, "unknown", "unknown", "unknown", "unknown"),
    ],
)
def test_the_same_staining_by_four_definitions(
    cohort, intensity, completeness, percent, study, by_2007, by_2013, by_2018
):
    found = scores(cohort, staining(intensity, completeness, percent))
    assert found == [study, by_2007, by_2013, by_2018]


def test_an_intense_staining_that_is_not_uniform_is_3_plus_but_for_2007(cohort):
    patient = staining("intense", "complete", 60, "non_uniform")
    assert scores(cohort, patient) == ["3+", "2+", "3+", "3+"]


def test_a_basolateral_staining_is_an_unusual_pattern(cohort):
    decision = decide_her2_ihc(
        cohort(staining("intense", "unknown", 60, "basolateral")), "asco_cap_2018", "findings"
    )
    assert decision.fact.item() == "2+"
    assert decision.trace["flags"].item() == "unusual_staining"


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        (5, ["3+", "2+", "2+", "2+"]),  # the study's definitions are silent: the score stands in
        (20, ["3+", "2+", "3+", "3+"]),
        (40, ["3+", "3+", "3+", "3+"]),
    ],
)
def test_a_recorded_3_plus_is_read_anew_by_its_percentage(cohort, percent, expected):
    assert scores(cohort, staining("unknown", "unknown", percent, score="3+")) == expected


@pytest.mark.parametrize("score", ["1+", "2+", "3+"])
@pytest.mark.parametrize("absent", [("none", float("nan")), ("unknown", 0), ("none", 0)])
def test_a_score_with_absent_staining_is_kept_and_flagged(cohort, score, absent):
    intensity, percent = absent
    patient = staining(intensity, "unknown", percent, score=score)
    assert scores(cohort, patient) == [score] * 4
    decision = decide_her2_ihc(cohort(patient), "asco_cap_2018", "findings")
    assert decision.trace["flags"].item() == "staining_contradictory"
    assert decision.disagreements["used"].tolist() == ["recorded"]


def test_half_a_description_beside_3_plus_changes_nothing_of_that(cohort):
    for intensity, completeness in [("intense", "unknown"), ("unknown", "complete")]:
        patient = staining(intensity, completeness, 20, score="3+")
        assert scores(cohort, patient) == ["3+", "2+", "3+", "3+"]


def test_a_percentage_beside_a_lower_score_changes_nothing(cohort):
    for score in ("0", "1+", "2+"):
        patient = staining("unknown", "unknown", 20, score=score)
        assert scores(cohort, patient) == [score] * 4


def test_a_recorded_score_stands_in_for_a_staining_without_a_score(cohort):
    not_covered = staining("weak", "incomplete", 40, score="1+")
    decision = decide_her2_ihc(cohort(not_covered), "asco_cap_2018", "findings")
    assert decision.fact.item() == "1+"
    assert decision.trace["grade"].item() == "recorded"
    assert decision.trace["flags"].item() == "staining_not_covered"
    assert decision.disagreements["used"].tolist() == ["recorded"]


def test_a_score_against_the_staining_is_listed_and_settled_by_precedence(cohort):
    patient = cohort(staining("intense", "complete", 80, score="2+"))
    findings = decide_her2_ihc(patient, "asco_cap_2018", "findings")
    recorded = decide_her2_ihc(patient, "asco_cap_2018", "recorded")
    assert (findings.fact.item(), recorded.fact.item()) == ("3+", "2+")
    assert findings.disagreements.to_numpy().tolist() == [["P1", "her2_ihc", "2+", "3+", "derived"]]
    assert recorded.disagreements["used"].tolist() == ["recorded"]


def test_the_trace_names_the_row_of_the_edition(cohort):
    patient = cohort(staining("faint", "incomplete", 5))
    row = decide_her2_ihc(patient, "asco_cap_2013", "findings").trace.iloc[0]
    assert row[["biomarker", "edition", "row", "grade"]].tolist() == [
        "her2_ihc",
        "asco_cap_2013",
        "19",
        "findings",
    ]
    assert row["rule"] == "faint, incomplete, in ≤10% of cells: 0"
