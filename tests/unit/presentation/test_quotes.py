from study.presentation import quotes
from tests.unit.presentation import literal_estimates as given


def test_the_flow_names_only_the_criteria_that_excluded_somebody():
    said = quotes.quote_flow(given.MILAN_FLOW, given.MILAN_BASELINE, given.MILAN_READINGS)
    assert (said["assessed"], said["analysed"], said["events"]) == (283, 185, 36)
    assert [step["n"] for step in said["excluded"]] == [39, 59]


def test_every_criterion_says_of_how_many_it_could_not_be_assessed_though_it_excluded_some():
    steps = [
        (0, "assessed", "Assessed", 0, 0, 900),
        (1, "bilateral", "Bilateral", 5, 700, 895),
        (2, "subtype_unknown", "Subtype unknown", 0, 0, 895),
        (3, "not_invasive", "In situ only", 0, 895, 895),
        (4, "analysed", "Analysed", 0, 0, 895),
    ]
    flow = given.frame("flow", steps)
    said = quotes.quote_flow(flow, given.MILAN_BASELINE, given.MILAN_READINGS)
    assert said["not_assessable"] == [
        "Bilateral (700 of 900 women)",
        "In situ only (895 of 895 women)",
    ]


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
        *(given.MILAN_UNIVARIABLE, given.MILAN_MULTIVARIABLE, given.MILAN_FIT),
        *(given.MILAN_CHECKS, 0.95),
    )
    assert (said["adjusted"]["n"], said["adjusted"]["events"]) == (185, 36)
    assert said["adjusted"]["terms"].startswith("HER2 status, age")
    assert not said["adjusted"]["single"]


def test_the_fit_of_a_model_of_few_patterns_is_quoted_without_its_p_value():
    few = given.frame("checks", [("adjusted", "hosmer_lemeshow", "warning", 6.0, "Few patterns.")])
    models = (given.MILAN_UNIVARIABLE, given.MILAN_MULTIVARIABLE, given.MILAN_FIT)
    alone = quotes.quote_models(*models, given.MILAN_CHECKS, 0.95)["adjusted"]
    assert "p = " in alone["hosmer_lemeshow"]
    doubted = quotes.quote_models(*models, few, 0.95)["adjusted"]
    assert doubted["hosmer_lemeshow"] == "not informative (few patterns)"


def test_a_remark_on_several_models_is_counted_once():
    assert quotes.quote_checks(given.MILAN_CHECKS) == {"serious": 1, "warning": 2, "note": 1}


def test_the_same_missingness_of_two_variables_is_quoted_once_with_its_p_value():
    said = "Whether {} is missing depends on the outcome (Fisher's exact test): {} of 115."
    rows = [
        (f"univariable_{name}", quotes.MISSINGNESS, "serious", p, said.format(name, n))
        for name, n, p in [
            ("density", 1, 1e-10),
            ("density_group", 1, 1e-10),
            ("ki67_percent", 9, 0.012),
        ]
    ]
    assert quotes.quote_missingness(given.frame("checks", rows)) == [
        "Whether density A–D or density is missing depends on the outcome "
        "(Fisher's exact test, p < 0.001): 1 of 115.",
        "Whether Ki-67 is missing depends on the outcome "
        "(Fisher's exact test, p = 0.012): 9 of 115.",
    ]
