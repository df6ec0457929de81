"""What is said of one patient: the reasons of her facts, and why she differs or is excluded."""

import pandas as pd
import pytest

from schemas.analysis import DISCORDANT_PATIENTS, TRACE
from study.biomarkers.derivation import derive_facts
from study.presentation.discordance import list_discordant
from study.presentation.explanation import GRADES, explain
from study.presentation.fact_words import level_of, within
from tests.unit.biomarkers.conftest import validated_cohort
from tests.unit.biomarkers.test_derivation import RULES

INCLUDED = pd.Series({"included": True, "excluded_by": None, "all_reasons": None})
CRITERIA = {"bilateral": "Synchronous bilateral cancer", "receptors_unknown": "HER2 unknown"}


def told(patient, disposition=INCLUDED):
    """The lines about a cohort's only patient."""
    found = derive_facts(validated_cohort([patient]), RULES)
    return explain(found.cohort.iloc[0], found.trace, disposition, found.disagreements, CRITERIA)


def block(lines, headline):
    """A headline and what is indented under it."""
    start = lines.index(headline)
    end = next((i for i in range(start + 1, len(lines)) if lines[i][0] != " "), len(lines))
    return lines[start:end]


def reasons(*patients):
    found = derive_facts(validated_cohort(list(patients)), RULES)
    listed = list_discordant(found.disagreements, found.trace)
    return DISCORDANT_PATIENTS.validate(listed)["reason"].to_list()


def test_her2_by_ihc_and_ish_is_told_with_rule_edition_row_and_evidence():
    lines = told({"her2_ihc": "2+", "her2_ish": "positive"})
    assert block(lines, "HER2 status: positive.") == [
        "HER2 status: positive.",
        "  Seen: HER2 IHC 2+, HER2 ISH verdict positive.",
        "  Rule: IHC 2+ with ISH positive is positive "
        "(edition of the reference study, row 3 of schemas/her2_status.csv).",
        "  Evidence: ISH verdict without numbers.",
    ]


def test_her2_by_staining_and_numbers_is_told_step_by_step():
    lines = told(
        {
            "her2_staining_percent": 30,
            "her2_staining_intensity": "moderate",
            "her2_staining_completeness": "complete",
            "her2_ihc": "3+",
            "her2_ish": "negative",
            "her2_ratio": 2.3,
            "her2_copies": 5.1,
        }
    )
    score = block(lines, "HER2 IHC: 2+.")
    assert score[1:3] == [
        "  Seen: HER2 staining intensity moderate, HER2 staining completeness complete, "
        "HER2 staining percentage 30%.",
        "  Recorded: 3+.",
    ]
    assert score[-1] == "  Discordant: recorded 3+, derived 2+; the derived value is used."
    group = block(lines, "HER2 ISH: group 1.")
    assert group[1:3] == [
        "  Seen: HER2/CEP17 ratio 2.3, HER2 copy number 5.1 per cell.",
        "  Recorded: negative.",
    ]
    assert group[-1] == (
        "  Discordant: recorded negative, derived positive; the derived value is used."
    )
    assert "  Seen: HER2 IHC 2+, HER2 ISH group 1." in block(lines, "HER2 status: positive.")
    assert "HER2-low category: HER2 positive." in lines


def test_a_recorded_status_in_place_of_an_open_one_is_told_as_discordant():
    lines = told({"her2_ihc": "2+", "her2_ish": "not_done", "her2_recorded": "positive"})
    assert block(lines, "HER2 status: positive.") == [
        "HER2 status: positive.",
        "  Seen: HER2 IHC 2+.",
        "  Recorded: positive.",
        "  Rule: recorded value used; the findings alone: IHC 2+ without ISH leaves the status "
        "unknown (edition of the reference study, row 6 of schemas/her2_status.csv).",
        "  Evidence: the recorded value, not the findings.",
        "  Remark: A score of 2+ is equivocal and asks for ISH.",
        "  Discordant: recorded positive, derived not known; the recorded value is used.",
    ]


def test_age_is_told_in_years_and_completed_years_and_never_by_the_date_of_birth():
    patient = {
        "birth_date": pd.Timestamp("1970-03-10"),
        "diagnosis_date": pd.Timestamp("2021-03-10"),
        "age_recorded": 49.5,
    }
    lines = told(patient)
    assert "1970" not in " ".join(lines)
    assert block(lines, "Age at diagnosis: 51.0 years (completed: 51).") == [
        "Age at diagnosis: 51.0 years (completed: 51).",
        "  Seen: date of birth known (not shown), date of diagnosis 2021-03-10.",
        "  Recorded: 49.5 years.",
        "  Rule: days from birth to diagnosis over 365.25.",
        "  Evidence: the findings.",
        "  Discordant: recorded 49.5 years, derived 51.0007 years; the derived value is used.",
    ]
    assert "1970" not in " ".join(reasons(patient))


def test_of_a_patient_without_any_cell_nothing_is_known_and_all_is_told():
    lines = told({})
    for headline in (
        "Age at diagnosis: not known.",
        "HER2 status: not known.",
        "Molecular subtype: not known.",
        "Breast density: not known.",
        "Microcalcifications: not known.",
    ):
        assert headline in lines
    assert "  Seen: nothing." in block(lines, "HER2 status: not known.")


def test_a_silent_report_is_told_beside_its_reading():
    lines = told({"microcalcifications_recorded": "undescribed", "histology_recorded": "IDC+DCIS"})
    assert block(lines, "Microcalcifications: absent.")[1] == (
        "  Recorded: not mentioned in the report."
    )
    assert "Histological type: IDC with DCIS." in lines


def test_inclusion_and_every_reason_of_an_exclusion_close_the_account():
    assert told({})[-1] == "Included in the analysis."
    excluded = {"included": False, "excluded_by": "bilateral", "all_reasons": "bilateral"}
    assert told({}, pd.Series(excluded))[-1] == "Excluded: synchronous bilateral cancer."
    excluded["all_reasons"] = "bilateral; receptors_unknown"
    assert told({}, pd.Series(excluded))[-2:] == [
        "Excluded: synchronous bilateral cancer.",
        "  She also fails: HER2 unknown.",
    ]


@pytest.mark.parametrize(
    ("patient", "reason"),
    [
        (
            {"her2_ihc": "2+", "her2_ish": "not_done", "her2_recorded": "negative"},
            "HER2 IHC 2+: IHC 2+ without ISH leaves the status unknown; "
            "a score of 2+ is equivocal and asks for ISH; the recorded value is used",
        ),
        (
            {"her2_ihc": "0", "her2_recorded": "positive"},
            "HER2 IHC 0: IHC 0 or 1+ is negative; the derived value is used",
        ),
        (
            {"er_percent": 0.9, "er_recorded": "positive"},
            "ER percentage 0.9%: positive from 1% of stained nuclei on; the derived value is used",
        ),
        (
            {"density_percent": 30, "density_recorded": "C"},
            "breast density percentage 30%: A to 25%, B to 50%, C to 75%; an edge belongs to the "
            "lower class; the recorded value is used",
        ),
        (
            {"er_percent": 0, "pr_percent": 0, "subtype_recorded": "luminal_a"},
            "ER status negative, PR status negative, PR percentage 0%: HER2 status not known; "
            "the recorded value is not used, and the fact stays not known",
        ),
    ],
)
def test_the_reason_of_a_discordant_patient_says_findings_rule_and_what_is_used(patient, reason):
    assert reasons(patient) == [reason]


def test_nobody_discordant_is_an_empty_list_of_the_same_columns():
    assert reasons({"her2_ihc": "0"}, {}) == []


def test_every_grade_of_the_trace_has_words():
    (allowed,) = TRACE.columns["grade"].checks
    assert set(allowed.statistics["allowed_values"]) == set(GRADES)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ki67_percent", "19.95", "19.95%"),
        ("subtype_recorded", "luminal_b_her2_negative", "luminal B, HER2-negative"),
        ("her2_ish", "not_applicable", "not applicable"),
        ("birth_date", "1970-03-10", "known (not shown)"),
        ("birth_date", "unknown", "not known"),
    ],
)
def test_values_have_words_and_units_and_identifying_ones_are_not_shown(name, value, words):
    assert level_of(name, value) == words


def test_only_a_plain_word_loses_its_capital_within_a_sentence():
    labels = ["Date of birth", "HER2 IHC", "Ki-67", "Luminal A", "IDC", "A"]
    expected = ["date of birth", "HER2 IHC", "Ki-67", "luminal A", "IDC", "A"]
    assert [within(label) for label in labels] == expected
