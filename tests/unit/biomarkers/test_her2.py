"""HER2 status by the reference study's rule, and what a recorded status may do."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study.biomarkers.her2 import decide_her2_status
from study.biomarkers.her2_ihc import decide_her2_ihc
from study.biomarkers.her2_ish import decide_her2_ish
from study.problems import StudyError
from tests.unit.biomarkers.conftest import validated_cohort


def decide(cohort, precedence="findings", edition="reference_study"):
    ihc = decide_her2_ihc(cohort, edition, "findings").fact
    ish = decide_her2_ish(cohort, edition)
    return decide_her2_status(cohort, ihc, ish, edition, precedence)


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
    assert row["inputs"] == (
        "her2_ihc=2+; her2_ish=verdict_positive; her2_recount=unknown; her2_recorded=unknown"
    )
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
        decide(cohort({"her2_ihc": "0"}), edition="2031")


def test_a_level_the_table_does_not_know_is_a_defect_not_an_unknown(cohort):
    with pytest.raises(ValueError, match="4\\+"):
        decide(cohort({"her2_ihc": "4+"}))


# By ASCO/CAP 2018, affirmed 2023: one row per ISH group, IHC 0/1+, 2+ and 3+ beside it; 2+ of
# groups 2 to 4 without a recount, with one that gives the same group, with one that gives another.
BY_2018 = {
    "group_1": (2.0, 4.0, "positive", "positive", "positive", "positive", "positive"),
    "group_2": (2.0, 3.99, "negative", "unresolved", "negative", "unresolved", "positive"),
    "group_3": (1.99, 6.0, "negative", "unresolved", "positive", "unresolved", "positive"),
    "group_4": (1.99, 5.99, "negative", "unresolved", "negative", "unresolved", "positive"),
    "group_5": (1.99, 3.99, "negative", "negative", "negative", "negative", "positive"),
}


@pytest.mark.parametrize(
    ("ratio", "copies", "low", "equivocal", "confirmed", "changed", "strong"),
    BY_2018.values(),
    ids=BY_2018.keys(),
)
def test_the_five_groups_of_2018_with_every_ihc_score(
    cohort, ratio, copies, low, equivocal, confirmed, changed, strong
):
    numbers = {"her2_ratio": ratio, "her2_copies": copies}
    same = {"her2_recount_ratio": ratio, "her2_recount_copies": copies}
    other = {"her2_recount_ratio": 3.0, "her2_recount_copies": 5.0}
    if (ratio, copies) == (2.0, 4.0):
        other = {"her2_recount_ratio": 1.0, "her2_recount_copies": 2.0}
    patients = cohort(
        {"her2_ihc": "0", **numbers},
        {"her2_ihc": "1+", **numbers},
        {"her2_ihc": "2+", **numbers},
        {"her2_ihc": "2+", **numbers, **same, "her2_recount_cells": 20},
        {"her2_ihc": "2+", **numbers, **other, "her2_recount_cells": 20},
        {"her2_ihc": "3+", **numbers},
    )
    found = decide(patients, edition="asco_cap_2018").fact.tolist()
    assert found == [low, low, equivocal, confirmed, changed, strong]


def test_after_a_recount_that_changes_the_group_the_recorded_status_is_the_adjudicated_one(cohort):
    changed = {"her2_ihc": "2+", "her2_ratio": 1.8, "her2_copies": 6.2, "her2_recount_cells": 20}
    recount = {"her2_recount_ratio": 2.4, "her2_recount_copies": 6.1}
    patients = cohort(
        {**changed, **recount},
        {**changed, **recount, "her2_recorded": "positive"},
        {**changed, "her2_recorded": "positive"},
    )
    decision = decide(patients, edition="asco_cap_2018")
    assert decision.fact.tolist() == ["unresolved", "positive", "unresolved"]
    assert decision.disagreements["used"].tolist() == ["recorded", "derived"]


def test_a_recorded_status_does_not_stand_in_where_the_edition_reads_the_score_anew(cohort):
    patient = cohort({"her2_ihc": "3+", "her2_staining_percent": 20, "her2_recorded": "positive"})
    found = {edition: decide(patient, edition=edition).fact.item() for edition in EDITIONS}
    assert found == {
        "reference_study": "positive",
        "asco_cap_2007": "unknown",
        "asco_cap_2013": "positive",
        "asco_cap_2018": "positive",
    }


@pytest.mark.parametrize("edition", ["asco_cap_2007", "asco_cap_2013", "asco_cap_2018"])
def test_a_description_that_contradicts_itself_may_be_3_plus_and_is_never_negative(cohort, edition):
    staining = {
        "her2_staining_intensity": "intense",
        "her2_staining_completeness": "complete",
        "her2_staining_pattern": "basolateral",
        "her2_staining_percent": 80,
    }
    patients = cohort(
        {**staining, "her2_ratio": 1.0, "her2_copies": 2.0},
        {**staining, "her2_ish": "negative"},
        {**staining, "her2_ish": "positive"},
        {**staining, "her2_ihc": "3+"},
    )
    decision = decide(patients, edition=edition)
    assert decision.fact.tolist() == ["unresolved", "unresolved", "positive", "positive"]
    assert decision.trace["flags"].iloc[:3].eq("staining_contradictory").all()


@pytest.mark.parametrize(
    ("patient", "expected"),
    [
        ({"her2_ihc": "1+", "her2_ratio": 1.2, "her2_ish": "positive"}, "negative"),
        ({"her2_ihc": "2+", "her2_ratio": 2.6, "her2_ish": "negative"}, "unresolved"),
        ({"her2_ihc": "2+", "her2_ratio": 1.1}, "unknown"),
        ({"her2_ihc": "1+", "her2_copies": 4.5, "her2_ish": "positive"}, "negative"),
        ({"her2_copies": 6.5}, "unknown"),
        ({"her2_copies": 2.0}, "unknown"),
        ({"her2_ratio": 2.5, "her2_copies": 6.5}, "positive"),
        ({"her2_ratio": 1.1, "her2_copies": 2.0}, "negative"),
        ({"her2_ish": "equivocal"}, "unknown"),
    ],
)
def test_incomplete_findings_by_2018(cohort, patient, expected):
    assert decide(cohort(patient), edition="asco_cap_2018").fact.item() == expected


def test_what_is_to_be_said_of_the_recount_stands_with_the_status_it_decides(cohort):
    patient = {"her2_ratio": 1.8, "her2_copies": 6.2, "her2_recount_ratio": 1.7}
    recount = {**patient, "her2_recount_copies": 6.1}
    patients = cohort(
        {"her2_ihc": "2+", **recount},
        {"her2_ihc": "2+", **recount, "her2_recount_cells": 19},
        {"her2_ihc": "3+", **recount},
    )
    assert decide(patients, edition="asco_cap_2018").trace["flags"].fillna("-").tolist() == [
        "recount_cells_not_recorded",
        "recount_missing; recount_of_too_few_cells",
        "-",
    ]


def test_a_recount_of_too_few_cells_does_not_count(cohort):
    group_3 = {"her2_ihc": "2+", "her2_ratio": 1.8, "her2_copies": 6.2}
    recount = {"her2_recount_ratio": 1.7, "her2_recount_copies": 6.1}
    patients = cohort(
        {**group_3, **recount, "her2_recount_cells": 19},
        {**group_3, **recount, "her2_recount_cells": 20},
        {**group_3, **recount},
    )
    assert decide(patients, edition="asco_cap_2018").fact.tolist() == [
        "unresolved",
        "positive",
        "positive",
    ]


@pytest.mark.parametrize(
    ("ihc", "copies", "expected"),
    [
        ("3+", 3.99, "positive"),
        ("3+", 4.0, "positive"),
        ("2+", 3.99, "negative"),
        ("2+", 4.0, "unresolved"),
        ("2+", 5.99, "unresolved"),
        ("2+", 6.0, "positive"),
        ("1+", 3.99, "negative"),
        ("1+", 5.99, "negative"),
        ("1+", 6.0, "positive"),
    ],
)
def test_copies_alone_are_a_single_probe(cohort, ihc, copies, expected):
    patient = cohort({"her2_ihc": ihc, "her2_copies": copies})
    assert decide(patient, edition="asco_cap_2018").fact.item() == expected


@pytest.mark.parametrize("ihc", ["0", "1+", "2+", "unknown"])
def test_a_ratio_of_2_without_copies_is_unresolved_by_2018_and_positive_by_2013(cohort, ihc):
    patient = cohort({"her2_ihc": ihc, "her2_ratio": 2.4})
    assert decide(patient, edition="asco_cap_2018").fact.item() == "unresolved"
    assert decide(patient, edition="asco_cap_2013").fact.item() == "positive"


def test_ihc_3_plus_is_positive_whatever_the_numbers_lack(cohort):
    patient = cohort({"her2_ihc": "3+", "her2_ratio": 2.4})
    assert decide(patient, edition="asco_cap_2018").fact.item() == "positive"


@pytest.mark.parametrize(
    ("edition", "expected", "flagged"),
    [
        ("reference_study", "negative", True),
        ("asco_cap_2007", "positive", True),
        ("asco_cap_2013", "positive", True),
        ("asco_cap_2018", "positive", True),
    ],
)
def test_ish_positive_with_ihc_1_plus_is_discordant(cohort, edition, expected, flagged):
    by_verdict = decide(cohort({"her2_ihc": "1+", "her2_ish": "positive"}), edition=edition)
    by_numbers = decide(
        cohort({"her2_ihc": "1+", "her2_ratio": 3.1, "her2_copies": 8.0}), edition=edition
    )
    for decision in (by_verdict, by_numbers):
        assert decision.fact.item() == expected
        assert (decision.trace["flags"].item() == "ish_discordant") is flagged


def test_a_verdict_is_weaker_evidence_than_numbers(cohort):
    patients = cohort(
        {"her2_ihc": "2+", "her2_ish": "positive"},
        {"her2_ihc": "2+", "her2_ratio": 3.1, "her2_copies": 8.0},
    )
    for edition in ("reference_study", "asco_cap_2007", "asco_cap_2013", "asco_cap_2018"):
        assert decide(patients, edition=edition).trace["grade"].tolist() == [
            "ish_verdict",
            "findings",
        ]


@pytest.mark.parametrize(
    ("ratio", "copies", "by_2007", "by_2013", "by_2018"),
    [
        (1.79, 3.0, "negative", "negative", "negative"),
        (1.8, 3.0, "unresolved", "negative", "negative"),
        (2.0, 3.9, "unresolved", "positive", "unresolved"),
        (2.2, 3.9, "unresolved", "positive", "unresolved"),
        (2.21, 3.9, "positive", "positive", "unresolved"),
        (1.5, 6.0, "negative", "positive", "unresolved"),
        (1.5, 5.0, "negative", "unresolved", "unresolved"),
        (2.5, 8.0, "positive", "positive", "positive"),
    ],
)
def test_the_same_numbers_with_ihc_2_plus_by_three_editions(
    cohort, ratio, copies, by_2007, by_2013, by_2018
):
    patient = cohort({"her2_ihc": "2+", "her2_ratio": ratio, "her2_copies": copies})
    found = [decide(patient, edition=f"asco_cap_{year}").fact.item() for year in (2007, 2013, 2018)]
    assert found == [by_2007, by_2013, by_2018]


EDITIONS = ["reference_study", "asco_cap_2007", "asco_cap_2013", "asco_cap_2018"]
SCORES = ["0", "1+", "2+", "3+", "unknown"]
VERDICTS = ["positive", "negative", "equivocal", "unknown"]
NAN = float("nan")
NUMBERS = ["her2_ratio", "her2_copies", "her2_recount_ratio", "her2_recount_copies"]


def statuses(patients, edition):
    return decide(validated_cohort(patients), edition=edition).fact.tolist()


@pytest.mark.parametrize("edition", EDITIONS)
def test_over_all_bins_raising_ratio_or_copies_leaves_positive_positive(edition):
    """Without exception, in every edition: schemas/README.md says so too."""
    ratios = [NAN, 1.0, 1.79, 1.8, 1.99, 2.0, 2.2, 2.21, 3.0]
    copies = [NAN, 3.0, 3.99, 4.0, 5.99, 6.0, 6.01, 9.0]
    recounts = [(NAN, NAN), (1.0, 3.0), (1.0, 5.0), (1.0, 7.0), (3.0, 3.0), (3.0, 7.0)]
    grid = list(product(SCORES, VERDICTS, ratios, copies, recounts))
    patients = [
        {"her2_ihc": ihc, "her2_ish": ish, **dict(zip(NUMBERS, (*first, *again), strict=True))}
        for ihc, ish, *first, again in grid
    ]
    found = dict(zip(grid, statuses(patients, edition), strict=True))
    for (ihc, ish, ratio, copy, again), status in found.items():
        raised = [(r, copy) for r in ratios if r > ratio] + [(ratio, c) for c in copies if c > copy]
        if status == "positive":
            after = {found[ihc, ish, *pair, again] for pair in raised}
            assert after <= {"positive"}, (ihc, ish, ratio, copy, again)


number = st.one_of(st.just(NAN), st.floats(0, 20))


@pytest.mark.parametrize("edition", EDITIONS)
@settings(max_examples=6, deadline=None)
@given(
    pairs=st.lists(
        st.tuples(
            st.sampled_from(SCORES),
            st.sampled_from(VERDICTS),
            st.tuples(number, number, number, number),
            st.sampled_from(["her2_ratio", "her2_copies"]),
            st.floats(0, 10),
        ),
        min_size=50,
        max_size=50,
    )
)
def test_raising_ratio_or_copies_leaves_positive_positive(edition, pairs):
    before, after = [], []
    for ihc, ish, numbers, raised, by in pairs:
        patient = {"her2_ihc": ihc, "her2_ish": ish, **dict(zip(NUMBERS, numbers, strict=True))}
        before.append(patient)
        after.append({**patient, raised: patient[raised] + by})
    moves = zip(statuses(before, edition), statuses(after, edition), strict=True)
    assert {second for first, second in moves if first == "positive"} <= {"positive"}
