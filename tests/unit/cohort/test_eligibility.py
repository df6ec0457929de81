"""Every criterion by itself, then their order, the dispositions and the flow."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.analysis import DISPOSITION
from schemas.estimates import ESTIMATES
from study.cohort.eligibility import apply_criteria, flow_in_words, select_criteria
from study.problems import StudyError

ORDER = [
    "not_invasive",
    "bilateral",
    "local_recurrence",
    "outside_study_period",
    "no_positive_mammography",
    "microcalcifications_not_reported",
    "diagnostic_path_incomplete",
    "receptors_unknown",
    "subtype_unknown",
]
# A woman whom no criterion takes and of whom everything is known.
ELIGIBLE = {
    "invasive": "yes",
    "histology": "IDC",
    "bilateral": "no",
    "local_recurrence": "no",
    "diagnosis_date": pd.Timestamp("2020-06-15"),
    "birads": "4",
    "biopsy": "yes",
    "microcalcifications": "no",
    "diagnostic_path_complete": "yes",
    "her2_status": "negative",
    "hr_status": "positive",
    "subtype": "luminal_a",
    "age_years": 60.5,
    "density": "B",
}
PERIOD = {"start": "2018-01-01", "end": "2023-12-31"}


def derived_cohort(*women):
    frame = pd.DataFrame([{**ELIGIBLE, **woman} for woman in women])
    if "patient_id" not in frame:
        frame["patient_id"] = [f"P{number}" for number in range(1, len(frame) + 1)]
    return frame


def criteria(*order, luminal_unspecified_is_unknown=True, study_period=PERIOD):
    return select_criteria(
        order or ORDER,
        positive_birads=["4", "5"],
        luminal_unspecified_is_unknown=luminal_unspecified_is_unknown,
        study_period=study_period,
    )


def fails(name, woman, **options):
    """True, False, or None where it cannot be said."""
    (criterion,) = criteria(name, **options)
    verdict = criterion.fails(derived_cohort(woman))
    assert verdict.dtype == "boolean"
    return None if verdict.isna().item() else bool(verdict.item())


@pytest.mark.parametrize("name", [*ORDER, "missing_model_data"])
def test_no_criterion_takes_the_eligible_woman(name):
    assert fails(name, {}) is False


@pytest.mark.parametrize(
    ("invasive", "histology", "expected"),
    [
        ("no", "IDC", True),
        ("yes", "in_situ", False),
        ("unknown", "in_situ", True),
        ("not_done", "in_situ", True),
        ("unknown", "ILC", False),
        ("unknown", "unknown", None),
    ],
)
def test_in_situ_alone_is_not_invasive(invasive, histology, expected):
    assert fails("not_invasive", {"invasive": invasive, "histology": histology}) is expected


@pytest.mark.parametrize(
    ("name", "field", "failing", "passing"),
    [
        ("bilateral", "bilateral", "yes", "no"),
        ("local_recurrence", "local_recurrence", "yes", "no"),
        ("diagnostic_path_incomplete", "diagnostic_path_complete", "no", "yes"),
    ],
)
def test_a_recorded_answer_decides_and_a_missing_one_does_not(name, field, failing, passing):
    assert fails(name, {field: failing}) is True
    assert fails(name, {field: passing}) is False
    for missing in ("unknown", "not_done", "not_applicable"):
        assert fails(name, {field: missing}) is None


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2017-12-31", True),
        ("2018-01-01", False),
        ("2023-12-31", False),
        ("2023-12-31 18:30", False),
        ("2024-01-01", True),
        (None, None),
    ],
)
def test_both_ends_of_the_study_period_are_within_it(day, expected):
    assert fails("outside_study_period", {"diagnosis_date": pd.Timestamp(day)}) is expected


@pytest.mark.parametrize(
    ("period", "expected"), [({"start": "2018-01-01"}, True), ({"end": "2023-12-31"}, False)]
)
def test_a_study_period_may_have_one_end(period, expected):
    woman = {"diagnosis_date": pd.Timestamp("2017-12-31")}
    assert fails("outside_study_period", woman, study_period=period) is expected


def test_without_a_study_period_nobody_is_outside():
    woman = {"diagnosis_date": pd.NaT}
    assert fails("outside_study_period", woman, study_period=None) is False


@pytest.mark.parametrize(
    ("birads", "biopsy", "expected"),
    [
        ("4", "yes", False),
        ("5", "yes", False),
        ("3", "yes", True),
        ("6", "yes", True),
        ("4", "no", True),
        ("unknown", "no", True),
        ("3", "unknown", True),
        ("4", "unknown", None),
        ("unknown", "yes", None),
        ("unknown", "unknown", None),
    ],
)
def test_a_positive_mammography_needs_birads_4_or_5_and_a_biopsy(birads, biopsy, expected):
    woman = {"birads": birads, "biopsy": biopsy}
    assert fails("no_positive_mammography", woman) is expected


@pytest.mark.parametrize(("found", "expected"), [("yes", False), ("no", False), ("unknown", True)])
def test_unreported_microcalcifications_fail_because_they_are_missing(found, expected):
    woman = {"microcalcifications": found}
    assert fails("microcalcifications_not_reported", woman) is expected


@pytest.mark.parametrize(
    ("her2", "hr", "expected"),
    [
        ("unknown", "positive", True),
        ("unresolved", "positive", True),
        ("negative", "unknown", True),
        ("positive", "negative", False),
    ],
)
def test_receptors_are_unknown_if_her2_or_hormone_receptors_are(her2, hr, expected):
    assert fails("receptors_unknown", {"her2_status": her2, "hr_status": hr}) is expected


@pytest.mark.parametrize(
    ("subtype", "her2", "luminal_is_unknown", "expected"),
    [
        ("luminal_unspecified", "negative", True, True),
        ("luminal_unspecified", "negative", False, False),
        ("unknown", "negative", False, True),
        ("unknown", "unknown", True, False),  # the receptors are the reason then
        ("luminal_a", "negative", True, False),
    ],
)
def test_luminal_unspecified_is_an_unknown_subtype_only_if_so_configured(
    subtype, her2, luminal_is_unknown, expected
):
    woman = {"subtype": subtype, "her2_status": her2}
    option = {"luminal_unspecified_is_unknown": luminal_is_unknown}
    assert fails("subtype_unknown", woman, **option) is expected


@pytest.mark.parametrize(
    "woman",
    [{"age_years": float("nan")}, {"density": "unknown"}, {"histology": "unknown"}],
)
def test_missing_model_data_is_any_of_age_density_histology(woman):
    assert fails("missing_model_data", woman) is True


def test_the_first_failing_criterion_excludes_and_all_failing_are_listed():
    women = derived_cohort(
        {},
        {"bilateral": "yes", "her2_status": "unknown", "birads": "2"},
        {"her2_status": "unresolved", "subtype": "unknown"},
    )
    result = apply_criteria(women, criteria())
    assert result.disposition.fillna("-").to_numpy().tolist() == [
        ["P1", True, "-", "-"],
        ["P2", False, "bilateral", "bilateral; no_positive_mammography; receptors_unknown"],
        ["P3", False, "receptors_unknown", "receptors_unknown"],
    ]
    assert result.included["patient_id"].tolist() == ["P1"]


def test_the_order_of_the_configuration_decides_which_criterion_comes_first():
    women = derived_cohort({}, {"bilateral": "yes", "birads": "2"})
    result = apply_criteria(women, criteria("no_positive_mammography", "bilateral"))
    assert result.disposition["excluded_by"].tolist()[1] == "no_positive_mammography"


def test_a_criterion_left_out_takes_nobody_and_is_no_reason():
    women = derived_cohort({"bilateral": "yes"})
    result = apply_criteria(women, criteria("local_recurrence"))
    assert result.disposition["all_reasons"].isna().all()
    assert result.flow["criterion"].tolist() == ["assessed", "local_recurrence", "analysed"]


def test_without_criteria_everybody_is_analysed():
    no_criteria = select_criteria(
        [], positive_birads=["4"], luminal_unspecified_is_unknown=True, study_period=None
    )
    result = apply_criteria(derived_cohort({}, {"bilateral": "yes"}), no_criteria)
    assert result.flow["remaining"].tolist() == [2, 2]


def test_not_assessable_counts_only_those_who_reach_the_criterion():
    women = derived_cohort(
        {},
        {"local_recurrence": "unknown"},
        {"bilateral": "yes", "local_recurrence": "unknown"},
    )
    flow = apply_criteria(women, criteria("bilateral", "local_recurrence")).flow
    columns = ["step", "criterion", "excluded", "not_assessable", "remaining"]
    assert flow[columns].to_numpy().tolist() == [
        [0, "assessed", 0, 0, 3],
        [1, "bilateral", 1, 0, 2],
        [2, "local_recurrence", 0, 1, 2],
        [3, "analysed", 0, 0, 2],
    ]


def test_the_flow_in_words_tells_who_could_not_be_assessed():
    flow = apply_criteria(
        derived_cohort({"birads": "unknown"}, {"bilateral": "yes"}, {}),
        criteria("bilateral", "local_recurrence", "no_positive_mammography"),
    ).flow
    assert flow_in_words(flow) == [
        "Assessed for eligibility: 3",
        "Synchronous bilateral cancer: 1 excluded, 2 remain",
        "No positive mammography (BI-RADS 4, 5) with biopsy: 0 excluded, "
        "not assessable in 1 of 2, 2 remain",
        "Analysed: 2",
    ]


def test_labels_quote_the_values_of_the_configuration():
    labels = {criterion.name: criterion.label for criterion in criteria()}
    assert labels["outside_study_period"].endswith("(2018-01-01 to 2023-12-31)")
    assert "BI-RADS 4, 5" in labels["no_positive_mammography"]


def test_a_criterion_that_does_not_exist_is_refused_with_the_known_ones():
    with pytest.raises(StudyError, match=r"'bilaterl'.*Did you mean 'bilateral'.*not_invasive"):
        criteria("bilaterl")


def test_if_nobody_is_left_the_message_says_who_took_how_many():
    women = derived_cohort({"bilateral": "yes"}, {"bilateral": "yes"}, {"birads": "1"})
    with pytest.raises(StudyError) as error:
        apply_criteria(women, criteria())
    message = str(error.value)
    assert "3 were read" in message
    assert "(bilateral): 2" in message
    assert "(no_positive_mammography): 1" in message
    assert "local_recurrence" not in message
    assert "P1" not in message


def test_where_nobody_need_be_left_the_flow_ends_with_nobody():
    result = apply_criteria(derived_cohort({"bilateral": "yes"}), criteria(), may_be_empty=True)
    assert len(result.included) == 0
    assert result.flow["remaining"].iloc[-1] == 0


def test_the_study_excludes_39_and_59_of_283():
    women = (
        [{"her2_status": "unknown", "subtype": "unknown"}] * 39
        + [{"subtype": "luminal_unspecified"}] * 59
        + [{}] * 185
    )
    flow = apply_criteria(derived_cohort(*women), criteria()).flow.set_index("criterion")
    assert flow.loc["assessed", "remaining"] == 283
    assert flow.loc["receptors_unknown", "excluded"] == 39
    assert flow.loc["subtype_unknown", "excluded"] == 59
    assert flow.loc["analysed", "remaining"] == 185


answers = st.sampled_from(["yes", "no", "unknown", "not_done"])
woman = st.fixed_dictionaries(
    {
        "invasive": answers,
        "bilateral": answers,
        "local_recurrence": answers,
        "biopsy": answers,
        "birads": st.sampled_from(["3", "4", "unknown"]),
        "her2_status": st.sampled_from(["positive", "unresolved"]),
        "subtype": st.sampled_from(["luminal_a", "luminal_unspecified", "unknown"]),
    }
)


@settings(max_examples=30, deadline=None)
@given(st.lists(woman, max_size=12), st.permutations(ORDER), st.randoms(use_true_random=False))
def test_everybody_has_one_disposition_whatever_the_order_of_patients(women, order, random):
    cohort = derived_cohort({}, *women)  # one is eligible: somebody is left
    result = apply_criteria(cohort, criteria(*order))
    disposition, flow = result.disposition, result.flow
    assert disposition["patient_id"].tolist() == cohort["patient_id"].tolist()
    assert disposition["included"].eq(disposition["excluded_by"].isna()).all()
    assert flow["excluded"].sum() + len(result.included) == len(cohort)
    assert flow["remaining"].diff().iloc[1:].eq(-flow["excluded"].iloc[1:]).all()
    assert flow["remaining"].iloc[-1] == len(result.included)
    DISPOSITION.validate(disposition)
    ESTIMATES["flow"].validate(flow)

    shuffled = random.sample(range(len(cohort)), len(cohort))
    again = apply_criteria(cohort.iloc[shuffled], criteria(*order))
    pd.testing.assert_frame_equal(again.disposition.sort_index(), disposition)
    pd.testing.assert_frame_equal(again.flow, flow)
