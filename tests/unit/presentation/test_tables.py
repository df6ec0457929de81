import pandas as pd
import pytest

from schemas.columns import TESTS
from study.presentation import labels
from study.presentation.associations import render_density, render_tumour
from study.presentation.characteristics import render_characteristics
from study.presentation.general_notes import unmentioned
from study.presentation.multivariable import render_multivariable
from study.presentation.table import footnotes
from study.presentation.univariable import render_univariable
from tests.unit.presentation import literal_estimates as given

RULE = (0.95, 5)
SCREEN = (0.95, 0.1)
MILAN = (given.contingency(given.MILAN, given.STRATA), given.MILAN_TESTS, given.MILAN_EFFECTS)
DUKE = (given.contingency(given.DUKE), given.DUKE_TESTS, given.DUKE_EFFECTS)


def lines(table):
    """Return the texts of every row; the row of a level is named under its section."""
    found, section = {}, ""
    for row in table.rows:
        name, *texts = (cell.text for cell in row.cells)
        section = name if row.kind == "section" else section
        found[name if row.kind != "level" else f"{section} / {name}"] = texts
    return found


def named_beside(table, row_name):
    """Return the footnotes of a section's cells."""
    rows = [row for row in table.rows if row.cells[0].text == row_name]
    return [note for cell in rows[0].cells for note in cell.notes]


def test_characteristics_are_given_overall_and_by_microcalcifications():
    table = render_characteristics(given.MILAN_FLOW, given.MILAN_BASELINE, given.MILAN_TESTS, *RULE)
    assert [column.detail for column in table.columns] == ["", "n = 185", "n = 36", "n = 149", ""]
    rows = lines(table)
    assert rows["HER2 status / Positive"] == ["55 (29.7)", "15 (41.7)", "40 (26.8)", ""]
    assert rows["Breast density / B"] == ["86 (46.5)", "16 (44.4)", "70 (47.0)", ""]
    assert rows["HER2 status"] == ["", "", "", "0.081"]
    assert "Of 283 women assessed, 185 were analysed. Data are" in table.notes[0]


def test_the_footnote_of_characteristics_names_criteria_that_could_not_be_assessed():
    flow = given.MILAN_FLOW.assign(not_assessable=[0, 0, 244, 0])
    table = render_characteristics(flow, given.MILAN_BASELINE, given.MILAN_TESTS, *RULE)
    assert (
        "185 were analysed. Not assessable, and so no reason to exclude: "
        "Subtype unknown (244 of 244 women). Data are"
    ) in table.notes[0]


def test_the_chosen_test_decides_between_mean_and_median():
    table = render_characteristics(given.MILAN_FLOW, given.MILAN_BASELINE, given.MILAN_TESTS, *RULE)
    rows = lines(table)
    assert rows["Age, years / Median [IQR]"][0] == "61.3 [54.1–69.0]"
    assert rows["Ki-67 index, % / Mean ± SD"][0] == "18.2 ± 11.9"
    assert named_beside(table, "Age, years")[0].startswith("Mann–Whitney U test")
    assert named_beside(table, "Ki-67 index, %") == ["Welch’s t test."]


def test_missing_values_are_counted_and_denominators_shown():
    table = render_characteristics(given.DUKE_FLOW, given.DUKE_BASELINE, given.DUKE_TESTS, *RULE)
    rows = lines(table)
    assert rows["Breast density / A"] == ["12/156 (7.7)", "2/42 (4.8)", "10/114 (8.8)", ""]
    assert rows["Breast density / Missing"] == ["115", "1", "114", ""]


def test_variables_that_the_cohort_does_not_have_are_named_not_shown():
    table = render_characteristics(given.DUKE_FLOW, given.DUKE_BASELINE, given.DUKE_TESTS, *RULE)
    assert "Histological type" not in lines(table)
    assert table.notes[-1] == (
        "Not recorded in any woman analysed: Histological type; Hormone receptors; Molecular "
        "subtype; Ki-67 index."
    )


def test_levels_that_no_woman_has_are_not_printed():
    rows = given.MILAN_BASELINE[given.MILAN_BASELINE["level"].eq("luminal_a")]
    nobody = rows.assign(level="luminal_unspecified", n=0, percent=0.0)
    baseline = pd.concat([given.MILAN_BASELINE, nobody])
    table = render_characteristics(given.MILAN_FLOW, baseline, given.MILAN_TESTS, *RULE)
    assert "Molecular subtype / Luminal A" in lines(table)
    assert "Molecular subtype / Luminal, Ki-67 not known" not in lines(table)


def test_density_is_printed_by_class_by_group_and_with_her2_within_it():
    rows = lines(render_density(*MILAN, *RULE))
    assert rows["Breast density (n = 185) / A"][0] == "4/23 (17.4)"
    assert rows["Breast density, two groups (n = 185) / C–D"] == [
        "16/76 (21.1)",
        "",
        "2.7 (−8.6 to 14.7)",
        "1.15 (0.64–2.07)",
        "1.19 (0.57–2.47)",
    ]
    assert rows["Breast density, two groups (n = 185) / A–B"][2:] == ["Reference"] * 3
    assert rows["Within density A (n = 23) / HER2 positive"][0] == "2/6 (33.3)"
    assert rows["Within density A (n = 23)"][1] == "0.273"


def test_pooled_rows_name_their_strata_with_n_and_the_other_tests():
    """Density D is not among the strata that the test used: 23 + 86 + 58 women."""
    table = render_density(*MILAN, *RULE)
    pooled = "Over densities A, B, C (n = 167)"
    rows = lines(table)
    assert rows[f"{pooled} / HER2 positive vs negative"] == [
        "", "0.077", "", "", "1.97 (0.92–4.23)",
    ]  # fmt: skip
    assert rows[f"{pooled} / Homogeneity of odds ratios"][1] == "0.934"
    assert named_beside(table, "HER2 positive vs negative")[0] == (
        "Cochran–Mantel–Haenszel test, without continuity correction. By other tests: with "
        "continuity correction, p = 0.117; exact conditional test, p = 0.095."
    )
    assert named_beside(table, "Homogeneity of odds ratios") == [
        "Breslow–Day test with Tarone’s adjustment; unreliable here: the smallest count fitted "
        "is 0.7."
    ]


def test_a_zero_cell_is_said_to_be_one_with_the_exact_bound_that_is_left():
    tables = {"mc_by_her2": {"negative": (21, 130), "positive": (0, 6)}}
    effects = given.frame(
        "effects",
        [
            ("mc_by_her2", None, "odds_ratio", *[given.NAN] * 3, "wald"),
            ("mc_by_her2", None, "odds_ratio", given.NAN, 0.0, 5.43, "conditional_exact"),
        ],
    )
    table = render_tumour(given.contingency(tables), given.DUKE_TESTS, effects, *RULE)
    assert lines(table)["HER2 status (n = 136) / Positive"][-1] == "—"
    assert named_beside(table, "Positive")[-1] == (
        "A cell is zero; exact conditional interval: below 5.43."
    )
    assert any("— = not estimable: a cell is zero." in note for note in table.notes)


def test_the_effects_of_tables_2_and_3_name_what_they_compare():
    for table in (render_density(*MILAN, *RULE), render_tumour(*MILAN, *RULE)):
        assert "HER2 positive with negative, density C–D with A–B" in table.notes[1]


def test_strata_show_the_exact_test_whatever_was_chosen():
    tests = given.MILAN_TESTS.copy()
    pearson = tests[tests["stratum"].eq("B")].assign(test="pearson", p_value=0.2)
    tests.loc[tests["stratum"].eq("B"), "chosen"] = False
    table = render_density(MILAN[0], pd.concat([tests, pearson]), MILAN[2], *RULE)
    assert lines(table)["Within density B (n = 86)"][1] == "0.233"


def test_her2_is_told_with_every_p_value_that_readers_of_other_software_find():
    table = render_tumour(*MILAN, *RULE)
    assert lines(table)["HER2 status (n = 185)"][1] == "0.081"
    assert named_beside(table, "HER2 status (n = 185)") == [
        "Pearson’s χ² test, without continuity correction. By other tests: χ² test with Yates’ "
        "correction, p = 0.123; Fisher’s exact test, p = 0.104."
    ]
    assert lines(table)["HER2 status (n = 185) / Positive"] == [
        "15/55 (27.3)",
        "",
        "11.1 (−1.3 to 25.1)",
        "1.69 (0.94–3.03)",
        "1.95 (0.91–4.14)",
    ]


def test_the_conditional_odds_ratio_does_not_replace_the_printed_one():
    exact = given.MILAN_EFFECTS.iloc[:1].assign(
        measure="odds_ratio", method="conditional_exact", estimate=9.0, ci_low=8.0, ci_high=10.0
    )
    effects = pd.concat([exact, given.MILAN_EFFECTS])
    rows = lines(render_tumour(MILAN[0], MILAN[1], effects, *RULE))
    assert rows["HER2 status (n = 185) / Positive"][-1] == "1.95 (0.91–4.14)"


def test_every_p_value_of_counts_names_its_test():
    tables = [
        render_characteristics(given.MILAN_FLOW, given.MILAN_BASELINE, given.MILAN_TESTS, *RULE),
        render_density(*MILAN, *RULE),
        render_tumour(*DUKE, *RULE),
    ]
    for table in tables:
        place = [column.title for column in table.columns].index("p value")
        cells = [row.cells[place] for row in table.rows]
        tested = [cell for cell in cells if cell.text not in ("", "—")]
        assert tested
        assert all(cell.notes for cell in tested)


def test_univariable_rows_hold_reference_counts_and_the_selection():
    table = render_univariable(given.MILAN_UNIVARIABLE, given.MILAN_CHECKS, *SCREEN, "wald")
    rows = lines(table)
    assert rows["HER2 status"] == ["185", "", "", "", "0.088", "Yes"]
    assert rows["HER2 status / Positive"] == ["", "15/55", "1.95 (0.91–4.14)", "0.084", "", ""]
    assert rows["HER2 status / Negative"] == ["", "21/130", "Reference", "", "", ""]
    assert rows["Breast density"] == ["185", "", "", "0.916", "0.917", "No"]
    assert rows["Breast density / A"][1] == "4/23"
    assert named_beside(table, "Breast density") == ["Overall Wald test of the factor, 3 df."]
    assert "Profile-likelihood 95% CI: HER2 positive 0.90–4.13." in table.notes


def test_a_separated_term_is_said_in_words_with_firths_estimate():
    table = render_univariable(given.DUKE_UNIVARIABLE, given.DUKE_CHECKS, *SCREEN, "wald")
    assert lines(table)["Age at diagnosis / > 50 years"][1:4] == ["0/141", "— separated", "—"]
    assert any("Firth’s penalised estimate" in note for note in footnotes(table))


def test_the_p_value_of_firth_is_that_of_its_profile_interval_and_of_the_screen():
    """Literal Firth rows have Wald p 0.003 and penalised likelihood-ratio p 0.022."""
    table = render_univariable(given.DUKE_UNIVARIABLE, given.DUKE_CHECKS, *SCREEN, "wald")
    assert lines(table)["Age at diagnosis"][4] == "0.022"
    assert named_beside(table, "Age at diagnosis") == ["Firth’s penalised likelihood-ratio test."]
    assert any(
        note.endswith("Firth’s penalised likelihood-ratio test, p = 0.022.")
        for note in footnotes(table)
    )
    assert not any("0.003" in note for note in footnotes(table))


def test_the_overall_test_of_a_separated_factor_is_firths():
    """The overall row of a factor decides the screen; the p-values of its levels do not."""
    women, factor = (271, 43, 271, 43), ("univariable", "density", "(overall)", "A")
    estimates = given.frame(
        "univariable",
        [
            given.estimate("univariable", "density", "D", "A", (271, 43, 24, 0),
                           status="separated", selected=True),
            given.estimate(*factor, women, df=3, status="separated", selected=True),
            given.estimate("univariable", "density", "D", "A", (271, 43, 24, 0), -2.5, 1.4, 0.08,
                           estimator="firth", ci_method="profile", lr_p_value=0.05,
                           selected=True),
            given.estimate(*factor, women, df=3, p=0.4, lr_p_value=0.012, wald=2.9, status="ok",
                           estimator="firth", ci_method="profile", selected=True),
        ],
    )  # fmt: skip
    table = render_univariable(estimates, given.DUKE_CHECKS, *SCREEN, "wald")
    assert lines(table)["Breast density"][3:] == ["—", "0.012", "Yes"]
    assert "penalised likelihood-ratio test, p = 0.012" in named_beside(table, "Breast density")[0]


def test_a_model_without_women_is_named_not_shown():
    absent = given.estimate(
        "univariable", "histology_group", "IDC", "other", (0, 0, 0, 0), selected=False
    )
    estimates = pd.concat([given.DUKE_UNIVARIABLE, given.frame("univariable", [absent])])
    table = render_univariable(estimates, given.DUKE_CHECKS, *SCREEN, "wald")
    assert "Histological type, two groups" not in lines(table)
    assert "Histological type" in table.notes[-1]


def test_multivariable_models_stand_side_by_side_with_their_n_and_fit():
    table = render_multivariable(
        given.MILAN_MULTIVARIABLE, given.MILAN_FIT, given.MILAN_CHECKS, *SCREEN
    )
    assert [column.spanner for column in table.columns[1::2]] == [
        "Screened\nn = 185, 36 with MC",
        "Adjusted\nn = 185, 36 with MC",
        "All candidates\nn = 185, 36 with MC",
    ]
    rows = lines(table)
    assert rows["HER2 positive vs negative"] == [
        "1.95 (0.91–4.14)", "0.084", "1.97 (0.92–4.21)", "0.080", "2.04 (0.84–4.93)", "0.115",
    ]  # fmt: skip
    assert rows["Age > 50 years vs ≤ 50"][:2] == ["··", ""]
    assert rows["Model fit / Hosmer–Lemeshow χ²"][:2] == [
        "not estimable, g = 2",
        "1.91 (3 df), p = 0.591, g = 5",
    ]
    assert rows["Model fit / Events per parameter"] == ["36.0", "9.0", "7.2"]


def test_warnings_are_footnotes_in_words_and_notes_are_not():
    table = render_multivariable(
        given.MILAN_MULTIVARIABLE, given.MILAN_FIT, given.MILAN_CHECKS, *SCREEN
    )
    assert "Adjusted, All candidates: Age is kept against the entry rule." in table.notes
    assert not any("36 events per parameter" in note for note in table.notes)
    serious = next(place for place, note in enumerate(table.notes) if "nested" in note)
    assert serious < table.notes.index("Adjusted: 9 events per parameter, below 10.")


def test_missing_values_that_depend_on_the_outcome_are_said_under_both_tables_of_models():
    alone = render_univariable(given.DUKE_UNIVARIABLE, given.DUKE_CHECKS, *SCREEN, "wald")
    together = render_multivariable(
        given.DUKE_MULTIVARIABLE, given.DUKE_FIT, given.DUKE_CHECKS, *SCREEN
    )
    for table in (alone, together):
        assert any("density is missing depends on the outcome" in note for note in table.notes)
    assert not any("Complete separation" in note for note in together.notes)


def test_absences_that_no_report_states_are_said_and_none_is_said_where_all_do():
    assert unmentioned(given.DUKE_READINGS) == (
        "MC absent (228 women) includes 220 whose report does not mention microcalcifications, "
        "read as absent (undescribed_microcalcifications).",
    )
    assert unmentioned(given.MILAN_READINGS) == ()
    assert unmentioned(given.DUKE_READINGS.query("recorded != 'no'")) == (
        "MC absent (220 women): no report states absence; all 220 do not mention "
        "microcalcifications and were read as absent (undescribed_microcalcifications).",
    )


def test_measures_of_fit_say_that_they_are_of_the_same_patients():
    table = render_multivariable(
        given.MILAN_MULTIVARIABLE, given.MILAN_FIT, given.MILAN_CHECKS, *SCREEN
    )
    names = set(lines(table))
    assert "Model fit / AUC, apparent, DeLong interval" in names
    assert "Model fit / Nagelkerke R², apparent" in names
    assert any("Variance inflation is that of the design matrix." in note for note in table.notes)


def test_every_test_of_the_contract_has_a_printed_name():
    assert set(labels.TESTS) == set(TESTS)


def test_a_characteristic_without_a_test_has_an_empty_p_value_and_says_so():
    rows = given.MILAN_BASELINE[given.MILAN_BASELINE["variable"].eq("her2_status")]
    baseline = pd.concat([given.MILAN_BASELINE, rows.assign(variable="hr_status")])
    table = render_characteristics(given.MILAN_FLOW, baseline, given.MILAN_TESTS, *RULE)
    assert lines(table)["Hormone receptors"][-1] == ""
    assert named_beside(table, "Hormone receptors") == ["Not tested."]


def test_the_rule_for_continuous_variables_is_told_whole():
    table = render_characteristics(given.MILAN_FLOW, given.MILAN_BASELINE, given.MILAN_TESTS, *RULE)
    assert "Welch’s where their variances differ too (Levene" in table.notes[1]


def test_an_exact_mann_whitney_test_says_so_with_the_approximation_beside_it():
    tests = given.MILAN_TESTS.copy()
    tests.loc[tests["test"].eq("mann_whitney"), "note"] = (
        "chosen: not both groups look normal; exact: few patients and no ties; "
        "asymptotic_p_value=0.512691"
    )
    table = render_characteristics(given.MILAN_FLOW, given.MILAN_BASELINE, tests, *RULE)
    assert named_beside(table, "Age, years") == [
        "Mann–Whitney U test, exact. By other tests: normal approximation corrected for ties, "
        "p = 0.513."
    ]


def test_canonical_names_in_a_warning_are_replaced_by_words():
    checks = given.MILAN_CHECKS.iloc[1:2].assign(
        message="luminal_b_her2_positive = yes occurs only with her2_status = positive: age_group"
    )
    table = render_multivariable(given.MILAN_MULTIVARIABLE, given.MILAN_FIT, checks, *SCREEN)
    assert "Adjusted: Luminal B HER2-positive occurs only with HER2 positive: age." in table.notes


def test_a_term_that_did_not_converge_is_said_in_words():
    table = render_multivariable(
        given.DUKE_MULTIVARIABLE, given.DUKE_FIT, given.DUKE_CHECKS, *SCREEN
    )
    assert lines(table)["Density C–D vs A–B"] == ["··", "", "— not converged", "—"]


@pytest.mark.parametrize(("level", "name"), [(0.95, "95% CI"), (0.9, "90% CI")])
def test_the_confidence_level_of_the_header_is_the_one_given(level, name):
    table = render_univariable(given.MILAN_UNIVARIABLE, given.MILAN_CHECKS, level, 0.2, "wald")
    assert table.columns[3].detail == f"({name})"
    assert table.columns[-1].detail == "Wald p < 0.20"


@pytest.mark.parametrize(("test", "name"), [("wald", "Wald"), ("likelihood_ratio", "likelihood-")])
def test_the_test_of_the_screen_is_named(test, name):
    table = render_univariable(given.MILAN_UNIVARIABLE, given.MILAN_CHECKS, *SCREEN, test)
    assert table.columns[-1].detail.startswith(name)
    assert f"Selected: {name}" in table.notes[0]


def test_a_variable_that_may_not_enter_is_no_candidate_rather_than_not_selected():
    table = render_univariable(
        given.MILAN_UNIVARIABLE, given.MILAN_CHECKS, *SCREEN, "wald", ["density"]
    )
    assert lines(table)["Breast density"][-1] == "Not a candidate"
    assert lines(table)["HER2 status"][-1] == "Yes"


def test_table_5_claims_no_screened_model_and_no_kept_exposure():
    """Models have any names, and the exposure may have to pass the screen as well."""
    terms, fit = (
        table[table["model"].eq("adjusted")].assign(model="crude")
        for table in (given.MILAN_MULTIVARIABLE, given.MILAN_FIT)
    )
    note = render_multivariable(terms, fit, given.MILAN_CHECKS.head(0), *SCREEN).notes[0]
    assert note.startswith("The screen of Table 4 selected candidates at p < 0.10; the rows show")
    assert "Screened" not in note
    assert "exposure" not in note
