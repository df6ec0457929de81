from study.presentation import quotes
from tests.unit.presentation import literal_estimates as given


def test_the_flow_names_only_the_criteria_that_excluded_somebody():
    said = quotes.quote_flow(given.MILAN_FLOW, given.MILAN_BASELINE, given.MILAN_READINGS)
    assert (said["assessed"], said["analysed"], said["events"]) == (283, 185, 36)
    assert [step["n"] for step in said["excluded"]] == [39, 59]


def test_a_test_is_quoted_by_name_with_its_own_number_of_women():
    said = quotes.quote_tests(
        given.contingency(given.DUKE), given.DUKE_BASELINE, given.DUKE_TESTS, 0.95
    )
    assert said["mc_by_density"]["n"] == 156
    assert said["mc_by_density"]["test"] == "Fisher’s exact test"
    assert said["mc_by_her2"]["n"] == 271
    assert said["mc_by_her2"]["by_level"] == "Negative 35/226 (15.5%); Positive 8/45 (17.8%)"


def test_thresholds_are_quoted_as_they_were_decided():
    assert quotes.quote_rules(0.9, 0.025, "wald", 5) == {
        "interval": "90% CI",
        "significance_level": "0.10",
        "screening_alpha": "0.025",
        "screening_test": "Wald",
        "fisher_expected_below": "5",
    }


def test_the_exposure_is_quoted_once_per_model_and_never_beyond_what_was_estimated():
    said = quotes.quote_exposure(
        given.MILAN_UNIVARIABLE, given.MILAN_MULTIVARIABLE, "her2_status", 0.95
    )
    assert said["univariable"]["odds_ratio"] == "1.95 (0.91–4.14)"
    assert said["univariable"]["n"] == 185


def test_an_exposure_without_an_estimate_is_quoted_by_its_status_never_by_a_number():
    separated = given.MILAN_UNIVARIABLE.copy()
    rows = separated["variable"].eq("her2_status")
    empty = ["log_odds", "std_error", "odds_ratio", "ci_low", "ci_high", "p_value", "lr_p_value"]
    separated.loc[rows, empty] = float("nan")
    separated.loc[rows, "status"] = "separated"
    said = quotes.quote_exposure(separated, given.MILAN_MULTIVARIABLE, "her2_status", 0.95)
    assert said["univariable"]["odds_ratio"] == "— separated"
    assert said["univariable"]["p"] == "p = —"


def test_every_model_is_quoted_with_its_own_women_and_terms():
    said = quotes.quote_models(
        given.MILAN_UNIVARIABLE, given.MILAN_MULTIVARIABLE, given.MILAN_FIT, 0.95
    )
    assert (said["adjusted"]["n"], said["adjusted"]["events"]) == (185, 36)
    assert said["adjusted"]["terms"].startswith("HER2 status, age")
    assert not said["adjusted"]["single"]


def test_a_remark_on_several_models_is_counted_once():
    assert quotes.quote_checks(given.MILAN_CHECKS) == {"serious": 1, "warning": 2, "note": 1}
