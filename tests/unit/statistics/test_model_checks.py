"""What the model check tells a clinician."""

import numpy as np
import pandas as pd
import pytest

from schemas.estimates import ESTIMATES
from study.statistics.model_checks import Limits, check_models, fit_all, measure_fit
from study.statistics.multivariable import fit_models
from tests.unit.statistics.patients import cohort, two_by_two

OUTCOME = "microcalcifications"
LIMITS = Limits(0.95, 10, 5, 0.5, 10)
REFERENCES = {
    "her2_status": "negative",
    "luminal_b_her2_positive": "no",
    "age_group": "<=50",
    "density": "A",
}


def milan():
    """The 2x2 table of the study with the assumed split of the HER2-positive women."""
    counts = {
        ("positive", "yes", "yes"): 5,
        ("positive", "yes", "no"): 14,
        ("positive", "no", "yes"): 10,
        ("positive", "no", "no"): 26,
        ("negative", "no", "yes"): 21,
        ("negative", "no", "no"): 109,
    }
    frame = cohort(["her2_status", "luminal_b_her2_positive", OUTCOME], counts)
    return frame.assign(age_group=["<=50" if i % 6 == 0 else ">50" for i in range(len(frame))])


def check(frame, models, selected=("her2_status",), references=REFERENCES):
    estimates, _ = fit_models(frame, OUTCOME, models, references, None, 0.95)
    variables = list(dict.fromkeys(term for terms in models.values() for term in terms))
    fitted = fit_all(frame, OUTCOME, variables, estimates, references, None)
    fit, groups, classified = measure_fit(fitted, LIMITS)
    for name, table in [
        ("model_fit", fit), ("hosmer_lemeshow", groups), ("classification", classified),
    ]:  # fmt: skip
        ESTIMATES[name].validate(table)
    found = check_models(
        fitted, fit, frame, OUTCOME, models, selected, "her2_status", references, LIMITS
    )
    return ESTIMATES["checks"].validate(found)


def only(found, model, name):
    (finding,) = found[found["model"].eq(model) & found["check"].eq(name)].to_dict("records")
    return finding


def names(found, model):
    return sorted(found.loc[found["model"].eq(model), "check"])


def test_her2_beside_its_nested_subtype_is_read_as_her2_enriched_against_negative():
    found = check(milan(), {"all": ["her2_status", "luminal_b_her2_positive"]})
    finding = only(found, "all", "nested_terms")
    assert finding["severity"] == "warning"
    assert finding["value"] == 19
    assert finding["message"] == (
        "luminal_b_her2_positive = yes (19 patients) occurs only with her2_status = positive:"
        " the her2_status coefficient compares HER2-enriched with HER2-negative."
    )


def test_terms_that_cross_are_not_nested():
    assert "nested_terms" not in names(check(milan(), {"m": ["her2_status", "age_group"]}), "m")


def test_nesting_is_found_under_any_name_and_a_chance_one_is_a_note():
    frame = milan().rename(columns={"luminal_b_her2_positive": "x"})
    finding = only(check(frame, {"m": ["her2_status", "x"]}), "m", "nested_terms")
    assert "compares positive without x = yes with negative" in finding["message"]
    frame["x"] = np.where(frame.index < 2, "yes", "no")  # two women, both HER2 positive
    finding = only(check(frame, {"m": ["her2_status", "x"]}), "m", "nested_terms")
    assert finding["severity"] == "note"
    assert "perhaps by chance" in finding["message"]


def test_few_events_per_parameter_are_a_warning_and_very_few_are_serious():
    frame = milan()
    found = check(frame, {"two": ["her2_status", "age_group"]})
    assert "events_per_parameter" not in names(found, "two")
    fewer = frame[frame[OUTCOME].eq("no") | (frame.index % 3 == 0)].reset_index(drop=True)
    events = fewer[OUTCOME].eq("yes").sum()
    finding = only(
        check(fewer, {"two": ["her2_status", "age_group"]}), "two", "events_per_parameter"
    )
    assert finding["value"] == events / 2
    assert finding["severity"] == ("serious" if events / 2 < 5 else "warning")


def test_separation_names_the_level_and_points_to_firth():
    found = check(two_by_two(3, 0, 20, 50), {"m": ["her2_status"]})
    for model in ("m", "univariable_her2_status"):
        finding = only(found, model, "separation")
        assert finding["severity"] == "serious"
        assert "Quasi separation" in finding["message"]
        assert "her2_status = positive" in finding["message"]
        assert "Firth" in finding["message"]


def test_an_aliased_term_is_named():
    frame = milan().assign(copy=lambda f: f["her2_status"].map({"positive": "b", "negative": "a"}))
    finding = only(check(frame, {"m": ["her2_status", "copy"]}), "m", "aliased")
    assert finding["message"].startswith("copy = b says nothing")


def test_a_term_the_cohort_lacks_is_left_out_by_name_and_costs_nobody():
    frame = milan().assign(histology_group=np.nan)
    found = check(frame, {"m": ["her2_status", "histology_group"]})
    message = only(found, "m", "left_out")["message"]
    assert message == "histology_group is not recorded in this cohort; the model runs without it."
    assert only(found, "univariable_histology_group", "not_estimable")["value"] == 0


def test_a_term_that_does_not_vary_is_left_out_by_name():
    found = check(milan().assign(site="left"), {"m": ["her2_status", "site"]})
    assert "site does not vary" in only(found, "m", "left_out")["message"]


def test_terms_kept_against_the_entry_rule_are_named():
    terms = ["her2_status", "age_group"]
    found = check(milan(), {"adjusted": terms}, selected=["her2_status"])
    finding = only(found, "adjusted", "entry_rule")
    assert (finding["value"], finding["severity"]) == (1, "warning")
    assert finding["message"].startswith("age_group did not pass the screen")
    assert "entry_rule" not in names(
        check(milan(), {"adjusted": terms}, selected=terms), "adjusted"
    )


def test_an_exposure_kept_in_spite_of_the_screen_is_noted():
    found = check(milan(), {"screened": ["her2_status"]}, selected=[])
    assert only(found, "screened", "exposure_kept")["severity"] == "note"
    assert "entry_rule" not in names(found, "screened")


def test_a_model_that_nothing_entered_is_reported():
    found = check(milan(), {"screened": [], "m": ["her2_status"]}, selected=[])
    assert names(found, "screened") == ["empty_model"]


def test_patients_that_only_the_larger_model_loses_are_counted():
    frame = milan()
    frame["age_group"] = frame["age_group"].where(frame.index % 5 != 0)
    found = check(frame, {"m": ["her2_status", "age_group"], "crude": ["her2_status"]})
    finding = only(found, "m", "missing_values")
    assert finding["value"] == 37
    assert "148 patients have all terms recorded" in finding["message"]
    assert "her2_status 185" in finding["message"]
    assert "missing_values" not in names(found, "crude")


def test_missingness_that_depends_on_the_outcome_is_noted():
    frame = milan()
    frame["age_group"] = frame["age_group"].where(frame[OUTCOME].eq("yes") | (frame.index % 2 == 0))
    finding = only(
        check(frame, {"m": ["her2_status", "age_group"]}),
        "univariable_age_group",
        "missing_depends_on_outcome",
    )
    assert finding["severity"] == "note"
    assert finding["value"] < 1e-4
    assert "0 of" in finding["message"]


def test_collinear_terms_are_named():
    frame = milan()
    frame["ki67_percent"] = np.arange(185) % 37.0
    frame["mitoses"] = frame["ki67_percent"] + np.arange(185) % 2
    found = check(frame, {"m": ["her2_status", "ki67_percent", "mitoses"]})
    rows = found.query("check == 'variance_inflation'")
    assert sorted(m.partition(" ")[0] for m in rows["message"]) == ["ki67_percent", "mitoses"]


def test_hosmer_lemeshow_of_one_binary_term_is_said_not_to_be_estimable():
    finding = only(check(milan(), {"m": ["her2_status"]}), "m", "hosmer_lemeshow")
    assert (finding["severity"], finding["value"]) == ("note", 2)


def test_a_replaced_reference_is_reported():
    counts = {(d, mc): 5 for d in "BCD" for mc in ("yes", "no")}
    frame = cohort(["density", OUTCOME], counts)
    finding = only(check(frame, {"m": ["density"]}, selected=["density"]), "m", "reference")
    assert finding["message"] == "No patient has density = A; B is the reference instead."


@pytest.mark.parametrize("outcome", ["yes", "no"])
def test_one_outcome_only_is_said_in_words(outcome):
    frame = pd.DataFrame(two_by_two(2, 3, 4, 5)).assign(**{OUTCOME: outcome})
    finding = only(check(frame, {"m": ["her2_status"]}), "m", "not_estimable")
    assert finding["message"] == "No estimate: all 14 patients have the same outcome."


def test_a_model_that_reproduces_its_risk_groups_is_said_to_test_nothing():
    counts = {(d, mc): n for d, pair in zip("ABC", [(3, 9), (5, 7), (8, 4)], strict=True)
              for mc, n in zip(("yes", "no"), pair, strict=True)}  # fmt: skip
    frame = cohort(["density", OUTCOME], counts)
    finding = only(check(frame, {"m": ["density"]}, selected=["density"]), "m", "hosmer_lemeshow")
    assert "says nothing" in finding["message"]
    assert finding["value"] == 3


def test_a_term_that_was_left_out_is_not_said_to_be_kept():
    frame = milan().assign(histology_group=np.nan)
    found = check(frame, {"m": ["her2_status", "histology_group"]})
    assert "entry_rule" not in names(found, "m")
