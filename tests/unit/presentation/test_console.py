from study.presentation.console import closing_words

MILAN = {
    "title": "Milan",
    "synthetic": True,
    "interval": "95% CI",
    "assessed": 283,
    "analysed": 185,
    "events": 36,
    "unmentioned": [],
    "missingness": [],
    "excluded": [{"n": 9, "why": "In situ only"}, {"n": 89, "why": "Subtype unknown"}],
    "exposure": {
        model: {
            "term": "HER2 positive",
            "reference": "negative",
            "odds_ratio": odds_ratio,
            "p": "p = 0.084",
            "test": "Wald test",
            "n": 185,
            "events": 36,
        }
        for model, odds_ratio in {
            "univariable": "1.95 (0.91–4.14)",
            "screened": "7.00 (6.00–8.00)",
            "adjusted": "— separated",
        }.items()
    },
    "models": {"adjusted": {"terms": "HER2 status, age"}},
    "checks": {"serious": 1, "warning": 0, "note": 8},
}


def test_a_run_ends_with_who_was_analysed_the_headline_and_where_to_look():
    assert closing_words({"milan": MILAN}).splitlines() == [
        "",
        "milan: Milan",
        "  Synthetic cohort: it shows the method and is no evidence about women.",
        "  283 women assessed, 185 analysed, 36 with microcalcifications",
        "     9 excluded: In situ only",
        "    89 excluded: Subtype unknown",
        "  HER2 positive vs negative, odds ratio (95% CI)",
        "    univariable  1.95 (0.91–4.14)  p = 0.084 (Wald test), n = 185, 36 events",
        "    adjusted     — separated       p = 0.084 (Wald test), n = 185, 36 events",
        "    adjusted model: HER2 status, age",
        "  Tables    results/milan/tables/table1.html to table5.html",
        "  Doubts    results/milan/tables/checks.html (1 serious, no warnings)",
    ]


def test_a_real_cohort_is_not_called_synthetic():
    assert "ynthetic" not in closing_words({"duke": {**MILAN, "synthetic": False}})


def test_a_cohort_without_any_estimate_of_the_exposure_says_so():
    words = closing_words({"milan": {**MILAN, "exposure": {}}})
    assert "No odds ratio of the exposure could be estimated." in words


def test_serious_remarks_are_counted_apart_from_warnings():
    counts = {"serious": 2, "warning": 9, "note": 8}
    assert "(2 serious, 9 warnings)" in closing_words({"duke": {**MILAN, "checks": counts}})
    assert "(1 warning)" in closing_words(
        {"duke": {**MILAN, "checks": {**counts, "serious": 0, "warning": 1}}}
    )


def test_a_run_that_made_no_estimates_says_nothing():
    assert closing_words({}) == ""
