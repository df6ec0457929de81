"""The five phenotypes of the study, luminal_unspecified, and what a recorded subtype may do."""

import pandas as pd
import pytest

from schemas.decision_tables import HORMONE_RECEPTORS
from study.biomarkers.lookup import look_up
from study.biomarkers.subtype import decide_subtype, derive_ki67_level, derive_pr_level
from study.problems import StudyError

NAN = float("nan")


def decide(cohort, hr, her2, ki67, recorded="unknown", precedence="findings", scheme=None):
    """Decide by a hormone-receptor status: that of ER, PR being negative or as unknown as ER."""
    pr = "unknown" if hr == "unknown" else "negative"
    return decide_by(cohort, hr, pr, her2, ki67, recorded, precedence, scheme=scheme)


def decide_by(
    cohort,
    er,
    pr,
    her2,
    ki67,
    recorded="unknown",
    precedence="findings",
    scheme=None,
    percent=NAN,
    evidence="findings",
):
    patient = cohort({"ki67_percent": ki67, "subtype_recorded": recorded, "pr_percent": percent})
    receptors = pd.DataFrame(
        {"er_status": [er], "pr_status": [pr], "her2_status": [her2]}, index=patient.index
    )
    hr = look_up(receptors[["er_status", "pr_status"]], HORMONE_RECEPTORS)["hr_status"]
    return decide_subtype(
        patient,
        receptors.assign(hr_status=hr),
        pd.Series(evidence, patient.index),
        scheme=scheme or "reference_study",
        ki67_high_from_percent=20,
        precedence=precedence,
    )


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        (0, "low"),
        (13.9, "low"),
        (14, "intermediate"),
        (19.9, "intermediate"),
        (20, "high"),
        (100, "high"),
        (NAN, "missing"),
    ],
)
def test_ki67_is_high_from_the_cut_off_on(percent, expected):
    assert derive_ki67_level(pd.Series([percent]), 20).item() == expected


@pytest.mark.parametrize(
    ("hr", "her2", "ki67", "expected"),
    [
        ("positive", "negative", 19.9, "luminal_a"),
        ("positive", "negative", 20, "luminal_b_her2_negative"),
        ("positive", "negative", NAN, "luminal_unspecified"),
        ("positive", "positive", 5, "luminal_b_her2_positive"),
        ("positive", "positive", 50, "luminal_b_her2_positive"),
        ("positive", "positive", NAN, "luminal_b_her2_positive"),
        ("negative", "positive", NAN, "her2_enriched"),
        ("negative", "negative", 90, "triple_negative"),
        ("unknown", "negative", 5, "unknown"),
        ("unknown", "positive", 5, "unknown"),
        ("positive", "unknown", 5, "unknown"),
        ("negative", "unresolved", 5, "unknown"),
    ],
)
def test_the_study_tells_five_phenotypes_apart(cohort, hr, her2, ki67, expected):
    assert decide(cohort, hr, her2, ki67).fact.item() == expected


@pytest.mark.parametrize("recorded", ["luminal_a", "luminal_b_her2_negative"])
def test_a_recorded_subtype_resolves_luminal_unspecified(cohort, recorded):
    decision = decide(cohort, "positive", "negative", NAN, recorded)
    assert decision.fact.item() == recorded
    assert decision.trace["grade"].item() == "recorded"
    assert decision.disagreements.empty


@pytest.mark.parametrize(
    "recorded", ["luminal_b_her2_positive", "her2_enriched", "triple_negative"]
)
@pytest.mark.parametrize("precedence", ["findings", "recorded"])
def test_a_recorded_subtype_against_the_receptors_is_listed_and_never_used(
    cohort, recorded, precedence
):
    decision = decide(cohort, "positive", "negative", NAN, recorded, precedence)
    assert decision.fact.item() == "luminal_unspecified"
    assert decision.disagreements.to_numpy().tolist() == [
        ["P1", "subtype", recorded, "luminal_unspecified", "derived"]
    ]


def test_one_known_receptor_is_enough_to_contradict(cohort):
    decision = decide(cohort, "negative", "unknown", NAN, "luminal_a")
    assert decision.fact.item() == "unknown"
    assert decision.disagreements["used"].tolist() == ["derived"]


@pytest.mark.parametrize("recorded", ["luminal_unspecified", "luminal_a", "triple_negative"])
def test_a_recorded_subtype_stands_in_where_the_receptors_are_unknown(cohort, recorded):
    assert decide(cohort, "unknown", "unknown", NAN, recorded).fact.item() == recorded


def test_a_recorded_subtype_does_not_settle_an_unresolved_her2(cohort):
    decision = decide(cohort, "negative", "unresolved", NAN, "triple_negative")
    assert decision.fact.item() == "unknown"


def test_the_evidence_is_no_stronger_than_that_of_the_receptors(cohort):
    for evidence in ("findings", "ish_verdict", "recorded"):
        decision = decide_by(cohort, "positive", "negative", "negative", 10, evidence=evidence)
        assert decision.trace["grade"].item() == evidence


def test_a_recorded_luminal_unspecified_never_hides_a_finer_subtype(cohort):
    decision = decide(cohort, "positive", "negative", 5, "luminal_unspecified", "recorded")
    assert decision.fact.item() == "luminal_a"
    assert decision.disagreements.empty


@pytest.mark.parametrize(
    ("precedence", "expected", "used"),
    [("findings", "luminal_a", "derived"), ("recorded", "luminal_b_her2_negative", "recorded")],
)
def test_luminal_a_against_luminal_b_is_listed_and_settled_by_precedence(
    cohort, precedence, expected, used
):
    decision = decide(cohort, "positive", "negative", 5, "luminal_b_her2_negative", precedence)
    assert decision.fact.item() == expected
    assert decision.disagreements["used"].tolist() == [used]


def test_a_missing_ki67_is_flagged_only_where_it_matters(cohort):
    assert decide(cohort, "positive", "negative", NAN).trace["flags"].item() == "ki67_missing"
    assert decide(cohort, "positive", "positive", NAN).trace["flags"].isna().item()


def test_the_trace_gives_receptors_ki67_and_the_recorded_subtype(cohort):
    row = decide(cohort, "positive", "negative", 19.9, "luminal_a").trace.iloc[0]
    assert row["inputs"] == (
        "er_status=positive; pr_status=negative; pr_percent=unknown; her2_status=negative; "
        "ki67_percent=19.9; subtype_recorded=luminal_a"
    )
    assert row[["edition", "row", "grade"]].tolist() == ["reference_study", "1", "findings"]


def test_a_scheme_that_does_not_exist_is_refused_by_name(cohort):
    with pytest.raises(StudyError, match=r"no scheme 'st_gallen'.*reference_study"):
        decide(cohort, "positive", "negative", 5, scheme="st_gallen")


@pytest.mark.parametrize("cut_off", [14, 30])
def test_another_cut_off_of_ki67_moves_the_high_level_only(cut_off):
    percents = pd.Series([13.9, 14, 29.9, 30])
    levels = {14: ["low", "high", "high", "high"], 30: ["low", *["intermediate"] * 2, "high"]}
    assert derive_ki67_level(percents, cut_off).tolist() == levels[cut_off]


@pytest.mark.parametrize(
    ("status", "percent", "expected"),
    [
        ("positive", 19.9, "low"),
        ("positive", 20, "high"),
        ("positive", NAN, "positive"),
        ("negative", 0.5, "negative"),
        ("negative", 30, "negative"),  # as recorded, against its percentage
        ("unknown", NAN, "unknown"),
    ],
)
def test_pr_is_substantial_from_20_percent_on(status, percent, expected):
    assert derive_pr_level(pd.Series([status]), pd.Series([percent])).item() == expected


ST_GALLEN = "st_gallen_2013"
MAISONNEUVE = "maisonneuve_2014"


@pytest.mark.parametrize(
    ("er", "pr", "percent", "her2", "ki67", "st_gallen", "maisonneuve"),
    [
        ("positive", "positive", 20, "negative", 13.9, "luminal_a", "luminal_a"),
        ("positive", "positive", 20, "negative", 19.9, "luminal_a", "luminal_a"),
        ("positive", "positive", 19.9, "negative", 13.9, "luminal_b_her2_negative", "luminal_a"),
        (
            "positive",
            "positive",
            19.9,
            "negative",
            14,
            "luminal_b_her2_negative",
            "luminal_b_her2_negative",
        ),
        ("positive", "negative", 0, "negative", 10, "luminal_b_her2_negative", "luminal_a"),
        (
            "positive",
            "positive",
            80,
            "negative",
            20,
            "luminal_b_her2_negative",
            "luminal_b_her2_negative",
        ),
        ("positive", "positive", 80, "negative", NAN, "luminal_unspecified", "luminal_unspecified"),
        (
            "positive",
            "negative",
            0,
            "negative",
            NAN,
            "luminal_b_her2_negative",
            "luminal_unspecified",
        ),
        ("positive", "positive", NAN, "negative", 10, "luminal_unspecified", "luminal_a"),
        ("positive", "positive", NAN, "negative", 15, "luminal_unspecified", "luminal_unspecified"),
        (
            "positive",
            "unknown",
            NAN,
            "negative",
            25,
            "luminal_b_her2_negative",
            "luminal_b_her2_negative",
        ),
        (
            "positive",
            "negative",
            0,
            "positive",
            NAN,
            "luminal_b_her2_positive",
            "luminal_b_her2_positive",
        ),
        ("negative", "positive", 50, "negative", 10, "unknown", "unknown"),
        ("negative", "positive", 50, "positive", 10, "unknown", "unknown"),
        ("negative", "negative", 0, "positive", 10, "her2_enriched", "her2_enriched"),
        ("negative", "negative", 0, "negative", NAN, "triple_negative", "triple_negative"),
        ("unknown", "positive", 50, "negative", 10, "unknown", "unknown"),
        ("positive", "positive", 50, "unresolved", 10, "unknown", "unknown"),
    ],
)
def test_the_schemes_that_look_at_pr(cohort, er, pr, percent, her2, ki67, st_gallen, maisonneuve):
    found = [
        decide_by(cohort, er, pr, her2, ki67, scheme=scheme, percent=percent).fact.item()
        for scheme in (ST_GALLEN, MAISONNEUVE)
    ]
    assert found == [st_gallen, maisonneuve]


def test_er_negative_with_pr_positive_has_no_class_and_a_recorded_one_does_not_stand_in(cohort):
    decision = decide_by(
        cohort, "negative", "positive", "negative", 10, "luminal_a", scheme=ST_GALLEN, percent=40
    )
    assert decision.fact.item() == "unknown"
    assert decision.trace["flags"].item() == "er_negative_pr_positive"
    without_her2 = decide_by(
        cohort, "negative", "positive", "unknown", 10, "luminal_a", scheme=ST_GALLEN, percent=40
    )
    assert without_her2.fact.item() == "unknown"
    study = decide_by(cohort, "negative", "positive", "negative", 10, percent=40)
    assert study.fact.item() == "luminal_a"


def test_a_recorded_luminal_a_does_not_stand_in_for_an_unknown_percentage_of_pr(cohort):
    decision = decide_by(
        cohort, "positive", "positive", "negative", 10, "luminal_a", scheme=ST_GALLEN
    )
    assert decision.fact.item() == "luminal_unspecified"
    assert decision.trace["flags"].item() == "pr_percent_missing"
