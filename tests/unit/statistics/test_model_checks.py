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


def check(
    frame, models, selected=("her2_status",), references=REFERENCES, screened=(), readings=None
):
    estimates, _ = fit_models(frame, OUTCOME, models, references, None, 0.95)
    variables = list(dict.fromkeys(term for terms in models.values() for term in terms))
    fitted = fit_all(frame, OUTCOME, variables, estimates, references, None)
    fit, groups, classified = measure_fit(fitted, LIMITS)
    for name, table in [
        ("model_fit", fit), ("hosmer_lemeshow", groups), ("classification", classified),
    ]:  # fmt: skip
        ESTIMATES[name].validate(table)
    found = check_models(
        *(fitted, fit, frame, OUTCOME, models, selected, "her2_status", references, LIMITS),
        screened, readings,
    )  # fmt: skip
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


@pytest.mark.parametrize("her2", ["negative", "positive"])
@pytest.mark.parametrize("luminal", ["no", "yes"])
def test_nesting_is_found_whatever_the_references(her2, luminal):
    references = {**REFERENCES, "her2_status": her2, "luminal_b_her2_positive": luminal}
    terms = ["luminal_b_her2_positive", "her2_status"]
    finding = only(check(milan(), {"m": terms}, references=references), "m", "nested_terms")
    sides = ["HER2-enriched", "HER2-negative"]
    left, right = sides if her2 == "negative" else reversed(sides)
    assert finding["message"] == (
        "luminal_b_her2_positive = yes (19 patients) occurs only with her2_status = positive:"
        f" the her2_status coefficient compares {left} with {right}."
    )


def test_a_level_within_one_of_several_is_read_from_the_actual_levels():
    counts = {(d, x, mc): 6 for d in "ABC" for x in "pq" for mc in ("yes", "no")
              if x == "p" or d == "A"}  # fmt: skip
    frame = cohort(["density", "x", OUTCOME], counts)
    found = check(frame, {"m": ["density", "x"]}, references={"density": "A", "x": "p"})
    messages = found.query("model == 'm' and check == 'nested_terms'")["message"].tolist()
    assert (
        "x = q (12 patients) occurs only with density = A: the density coefficient compares B and"
        " C with A without x = q." in messages
    )
    assert (
        "density = B (12 patients) occurs only with x = p, perhaps by chance: the x coefficient"
        " compares q with p without density = B." in messages
    )


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
        assert finding["message"] == (
            "Quasi-complete separation: the data hold no finite odds ratio for her2_status ="
            " positive, because the outcome of 3 of 73 patients is predicted with certainty."
            " All 3 patients with her2_status = positive have the outcome."
            " Firth's penalised estimates stand beside, and a screen uses their test."
        )


def test_only_the_group_that_has_one_outcome_is_blamed_and_the_others_are_given():
    frame = milan()
    frame.loc[frame["luminal_b_her2_positive"].eq("yes"), OUTCOME] = "no"
    terms = ["her2_status", "luminal_b_her2_positive", "age_group"]
    message = only(check(frame, {"all": terms}), "all", "separation")["message"]
    assert "no finite odds ratio for luminal_b_her2_positive = yes, because" in message
    assert "None of the 19 patients with luminal_b_her2_positive = yes has the outcome." in message
    assert message.count("has the outcome") + message.count("have the outcome") == 1
    assert "The other odds ratios rest on the remaining 166 patients." in message


def test_a_reference_with_one_outcome_is_blamed_for_the_levels_compared_with_it():
    counts = {("A", "no"): 1, ("B", "yes"): 3, ("B", "no"): 4, ("C", "yes"): 2, ("C", "no"): 6}
    found = check(cohort(["density", OUTCOME], counts), {"m": ["density"]})
    message = only(found, "m", "separation")["message"]
    assert "for density = B and density = C, because" in message
    assert "The only patient with density = A does not have the outcome." in message


def test_complete_separation_is_said_of_the_terms_together():
    frame = milan().assign(x=lambda f: f[OUTCOME])
    found = check(frame, {"m": ["her2_status", "x", "age_group"]})
    message = only(found, "m", "separation")["message"]
    assert message.startswith(
        "Complete separation: her2_status, x and age_group together predict the outcome of every"
        " patient, so that no odds ratio is finite. All 36 patients with x = yes have the outcome."
        " None of the 149 patients with x = no has the outcome. Firth"
    )


def test_a_number_that_separates_is_not_called_a_group():
    frame = two_by_two(3, 3, 3, 3).assign(age_years=lambda f: np.where(f[OUTCOME].eq("yes"), 60, 40)
                                          + np.arange(12) % 5)  # fmt: skip
    message = only(check(frame, {"m": ["age_years"]}), "m", "separation")["message"]
    assert message == (
        "Complete separation: age_years predicts the outcome of every patient, so that no odds"
        " ratio is finite. Firth's penalised estimates stand beside, and a screen uses their test."
    )


def test_a_combination_that_separates_names_no_group():
    """Neither term has an empty cell alone; the exclusive combination of both has."""
    counts = {("a", "c", "yes"): 4, ("a", "d", "yes"): 2, ("a", "d", "no"): 3,
              ("b", "c", "yes"): 2, ("b", "c", "no"): 3, ("b", "d", "no"): 4}  # fmt: skip
    found = check(cohort(["x", "y", OUTCOME], counts), {"m": ["x", "y"]})
    message = only(found, "m", "separation")["message"]
    assert "no finite odds ratio for x = b and y = d" in message
    assert "the outcome of 8 of 18 patients is predicted with certainty" in message
    assert "patients with" not in message


def test_an_aliased_term_is_named():
    frame = milan().assign(copy=lambda f: f["her2_status"].map({"positive": "b", "negative": "a"}))
    finding = only(check(frame, {"m": ["her2_status", "copy"]}), "m", "aliased")
    assert finding["message"].startswith("copy = b says nothing")


def test_a_term_the_cohort_lacks_is_left_out_by_name_and_costs_nobody():
    frame = milan().assign(histology_group=np.nan)
    found = check(frame, {"m": ["her2_status", "histology_group"]})
    message = only(found, "m", "left_out")["message"]
    assert message == (
        "histology_group is not recorded in any patient analysed (n = 185); the model runs"
        " without it."
    )
    assert only(found, "univariable_histology_group", "not_estimable")["value"] == 0


def test_a_term_that_does_not_vary_is_left_out_by_name():
    found = check(milan().assign(site="left"), {"m": ["her2_status", "site"]})
    assert only(found, "m", "left_out")["message"] == (
        "site is recorded in 185 of 185 patients and does not vary among them; the model runs"
        " without it."
    )


def test_a_scarcely_recorded_term_is_left_out_with_how_few_have_it():
    """Histology known in 3 of 185, none with microcalcifications, must not empty the model."""
    frame = milan()
    known = frame.index[frame[OUTCOME].eq("no")][:3]
    frame["histology_group"] = pd.Series(["IDC", "other", "IDC"], index=known).reindex(frame.index)
    terms = ["her2_status", "age_group", "histology_group"]
    found = check(frame, {"adjusted": terms})
    finding = only(found, "adjusted", "left_out")
    assert finding["value"] == 3
    assert finding["message"].startswith("histology_group is recorded in only 3 of 185 patients;")
    assert finding["message"].endswith("the model runs without it.")
    assert "missing_values" not in names(found, "adjusted")


def test_one_patient_is_said_to_be_one_and_no_model_is_said_to_run():
    found = check(two_by_two(1, 0, 0, 0), {"m": ["her2_status", "histology_group"]})
    assert sorted(found.query("model == 'm'")["message"]) == [
        "her2_status is recorded in 1 of 1 patient and does not vary among them; it is left out.",
        "histology_group is not recorded in any patient analysed (n = 1); it is left out.",
    ]
    message = only(found, "univariable_her2_status", "not_estimable")["message"]
    assert message == "No estimate: there is only one patient."


@pytest.mark.parametrize("outcome", ["yes", "no"])
def test_of_a_model_without_estimates_nothing_is_said_but_why(outcome):
    frame = milan().assign(**{OUTCOME: outcome})
    found = check(frame, {"m": ["her2_status", "luminal_b_her2_positive"]}, selected=[])
    assert names(found, "m") == ["entry_rule", "not_estimable"]
    assert names(found, "univariable_her2_status") == ["not_estimable"]


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
    found = check(milan(), {"screened": ["her2_status"]}, selected=[], screened=["screened"])
    assert only(found, "screened", "exposure_kept")["severity"] == "note"
    assert "entry_rule" not in names(found, "screened")


def test_an_exposure_in_a_named_list_is_there_by_decision_like_the_others():
    found = check(milan(), {"adjusted": ["her2_status", "age_group"]}, selected=[])
    assert "exposure_kept" not in names(found, "adjusted")
    assert only(found, "adjusted", "entry_rule")["message"] == (
        "her2_status and age_group did not pass the screen; the model has them by decision."
    )


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


def test_missingness_that_depends_on_the_outcome_is_told_of_every_model_that_has_the_term():
    frame = milan()
    frame["age_group"] = frame["age_group"].where(frame[OUTCOME].eq("yes") | (frame.index % 2 == 0))
    found = check(frame, {"m": ["her2_status", "age_group"], "crude": ["her2_status"]})
    for model in ("univariable_age_group", "m"):
        finding = only(found, model, "missing_depends_on_outcome")
        assert finding["severity"] == "serious"
        assert finding["value"] < 1e-4
        assert "0 of" in finding["message"]
        assert "odds ratios of complete cases are unbiased, but prevalence" in finding["message"]
        assert "unknown_where_density_missing" not in finding["message"]
    assert "missing_depends_on_outcome" not in names(found, "crude")


def test_a_density_missing_beside_silent_reports_points_to_how_they_may_be_read():
    frame = milan()
    known = frame[OUTCOME].eq("yes") | (frame.index % 2 == 0)
    frame["density"] = pd.Series(["A", "B"] * 93, dtype="str").head(185).where(known)
    rows = [(OUTCOME, "undescribed", "no", 149), (OUTCOME, "yes", "yes", 36)]
    readings = pd.DataFrame(rows, columns=["fact", "recorded", "read_as", "n"])
    for silent in (readings, readings.tail(1)):
        found = check(frame, {"m": ["density"]}, readings=silent)
        message = only(found, "m", "missing_depends_on_outcome")["message"]
        assert ("unknown_where_density_missing" in message) == (len(silent) == 2)


def test_missingness_less_clearly_related_to_the_outcome_is_a_warning():
    frame = two_by_two(20, 20, 20, 20)
    missing = frame[OUTCOME].eq("no") & (frame.index % 20 < 4) | frame.index.isin([0])
    frame["age_group"] = pd.Series(["a", "b"] * 40, dtype="str").where(~missing)
    finding = only(check(frame, {"m": ["age_group"]}), "m", "missing_depends_on_outcome")
    assert 0.001 < finding["value"] < 0.05  # 1 of 9 missing had the outcome, 39 of 71 others
    assert finding["severity"] == "warning"


@pytest.mark.parametrize(
    ("stated", "severity", "words"),
    [(0, "serious", "in all 120: no report states absence."),
     (80, "serious", "in 120 of 200: their reports do not mention microcalcifications."),
     (200, "warning", "in 120 of 320: their reports do not mention microcalcifications.")],
)  # fmt: skip
def test_absences_that_no_report_states_are_a_doubt_about_all_models(stated, severity, words):
    rows = [(OUTCOME, "undescribed", "no", 120), (OUTCOME, "no", "no", stated),
            (OUTCOME, "yes", "yes", 36)]  # fmt: skip
    readings = pd.DataFrame(rows, columns=["fact", "recorded", "read_as", "n"])
    finding = only(
        check(milan(), {"m": ["her2_status"]}, readings=readings), "(all)", "silent_reports"
    )
    assert (finding["severity"], finding["value"]) == (severity, 120)
    assert words in finding["message"]
    told = check(milan(), {"m": ["her2_status"]}, readings=readings.tail(2))
    assert "silent_reports" not in names(told, "(all)")


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


def test_few_covariate_patterns_are_said_to_make_the_fit_look_better_than_it_is():
    frame = milan()
    rng = np.random.default_rng(3)
    for name, share in [("a", 0.5), ("b", 0.4), ("c", 0.3)]:
        frame[name] = np.where(rng.random(len(frame)) < share, "x", "y")
    finding = only(check(frame, {"m": ["a", "b", "c"]}), "m", "hosmer_lemeshow")
    assert finding["severity"] == "warning"
    assert "only 8 different combinations" in finding["message"]
    frame["age_years"] = np.round(rng.normal(55, 10, len(frame)), 1)
    assert "hosmer_lemeshow" not in names(check(frame, {"m": ["a", "b", "age_years"]}), "m")


def test_more_parameters_than_groups_are_not_called_an_exact_fit():
    frame = milan()
    for i in range(9):
        frame[f"x{i}"] = np.random.default_rng(i).normal(size=len(frame))
    finding = only(check(frame, {"m": [f"x{i}" for i in range(9)]}), "m", "hosmer_lemeshow")
    assert "too few to test a model of 9 parameters" in finding["message"]


def test_a_term_that_was_left_out_is_not_said_to_be_kept():
    frame = milan().assign(histology_group=np.nan)
    found = check(frame, {"m": ["her2_status", "histology_group"]})
    assert "entry_rule" not in names(found, "m")
