"""What the table and the figure of the sensitivity analysis say, from literal small results."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from plot_specification_curve import plot_specification_curve
from render_sensitivity import render_sensitivity as render_script
from schemas.sensitivity import SENSITIVITY, write_sensitivity
from study.presentation import robustness_words as robust
from study.presentation import sensitivity_words as words
from study.presentation.sensitivity import quote_sensitivity, render_sensitivity
from study.presentation.sensitivity_results import Sensitivity
from study.presentation.specification_curve import (
    dimensions_that_move,
    level_followed,
    order_universes,
    share_options,
    untested,
)
from study.presentation.specification_plot import Curve, plot_curve
from study.presentation.universe_words import (
    dimension_label,
    held_words,
    option_label,
    other_contrast,
    without_estimate,
)
from study.sensitivity.decisions import follow_exposure, terms_of_primary
from study.sensitivity.robustness import TIPPING as TIPPING_COLUMNS
from study.sensitivity.universes import is_bound
from study.statistics.missing_data.tipping import find_tipping_points

NAN = float("nan")
ML, FIRTH, KEPT, DRAWN = "maximum_likelihood", "firth", "from_20_percent", "from_14_percent"
UNIVERSES = pd.DataFrame(
    [
        ["primary", ML, "forced", KEPT, "complete_case", True, False, True],
        ["u00001", FIRTH, "forced", KEPT, "complete_case", False, False, True],
        ["u00002", ML, "screened", KEPT, "complete_case", False, False, False],
        ["u00003", ML, "forced", DRAWN, "complete_case", False, False, True],
        ["u00004", FIRTH, "forced", DRAWN, "complete_case", False, True, True],
        ["u00005", ML, "forced", KEPT, "best_case", False, False, True],
        ["u00006", ML, "forced", KEPT, "multiple_imputation", False, False, True],
    ],
    columns=[
        "universe", "estimator", "exposure", "ki67_cutoff", "missing_data", "is_primary",
        "is_drawn", "keeps_exposure",
    ],
)  # fmt: skip
DIMENSIONS = {
    "estimator": {ML: {"methods": {"estimator": "ml"}}, FIRTH: {"methods": {"estimator": "firth"}}},
    "exposure": {"forced": {"models": {"keep_exposure": True}},
                 "screened": {"models": {"keep_exposure": False}}},
    "ki67_cutoff": {KEPT: {"derivation": {"ki67_high_from_percent": 20}},
                    DRAWN: {"derivation": {"ki67_high_from_percent": 14}}},
    "missing_data": {
        "complete_case": {"methods": {"missing_data": "complete_case"}},
        "best_case": {"methods": {"missing_data": "best_case"},
                      "terms": {"luminal_b_her2_positive": None},
                      "criteria": {"receptors_unknown": False, "subtype_unknown": False}},
        "multiple_imputation": {"methods": {"missing_data": "multiple_imputation"}},
    },
}  # fmt: skip


def estimate(odds_ratio, low, high, p, n=185, status="ok", filled=(0, 0), variable="her2_status"):
    log_odds, error = (NAN, NAN) if status != "ok" else (np.log(odds_ratio), 0.4)
    level = "positive" if variable == "her2_status" else "yes"
    return [
        variable, level, n, 36, log_odds, error, odds_ratio, low, high, p, True, status,
        *filled, 0,
    ]  # fmt: skip


PLAIN, PENALISED = [1.95, 0.91, 4.14, 0.084], [2.40, 1.05, 5.50, 0.038]
ROWS = {
    "primary": PLAIN,
    "u00001": PENALISED,
    "u00002": [NAN, NAN, NAN, NAN, 185, "not_selected"],
    "u00003": PLAIN,
    "u00004": PENALISED,
    "u00005": [6.00, 3.00, 12.0, 0.0001, 283, "ok", (98, 39)],
    "u00006": [1.95, 0.91, 4.16, 0.086],
}


def estimates(*more):
    rows = [[name, *estimate(*row)] for name, row in ROWS.items()]
    frame = pd.DataFrame([*rows, *more], columns=list(SENSITIVITY["estimates"].columns))
    return SENSITIVITY["estimates"].validate(frame)


ESTIMATES = estimates()
AS_PRIMARY = [1.95, 0.084, 185, 36, "ok", True, NAN]
DECISIONS = SENSITIVITY["decisions"].validate(
    pd.DataFrame(
        [
            ["estimator", ML, 1.95, 1.0, False, True, 30, 25, 0, 24, *AS_PRIMARY, "model", 0, 0.9],
            ["estimator", FIRTH, 2.4, 2.4 / 1.95, True, False, 40, 40, 40, 40, 2.4, 0.038, 185, 36,
             "ok", True, NAN, "model", 0, 0.9],
            ["exposure", "forced", 2.1, 1.0, False, True, 64, 64, 40, 64, *AS_PRIMARY, "model", 0,
             0.0],
            ["exposure", "screened", NAN, NAN, pd.NA, False, 6, 1, 0, 0, NAN, NAN, 185, 36,
             "not_selected", True, NAN, "model", 0, 0.0],
            ["ki67_cutoff", KEPT, 2.1, 1.0, False, True, 35, 30, 20, 30, *AS_PRIMARY, "women", 0,
             0.0],
            ["ki67_cutoff", DRAWN, 2.1, 1.0, False, False, 35, 34, 20, 34, *AS_PRIMARY, "women", 0,
             0.0],
            ["missing_data", "complete_case", 2.1, 1.0, False, True, 60, 55, 20, 54, *AS_PRIMARY,
             "model", 0, 0.0],
            ["missing_data", "best_case", NAN, 6 / 1.95, True, False, 1, 1, 1, 1, 6.0, 0.0001, 283,
             36, "ok", True, NAN, "women", 98, 0.0],
            ["missing_data", "multiple_imputation", NAN, 1.0, False, False, 10, 10, 0, 10, 1.95,
             0.086, 185, 36, "ok", True, "exposure=screened", "model", 0, 0.0],
        ],
        columns=list(SENSITIVITY["decisions"].columns),
    )
)  # fmt: skip
LOST = [0.012, 0.47]
JOINT = SENSITIVITY["joint"].validate(
    pd.DataFrame(
        [
            ["any", "median_log_odds", 5, 0.6659961915, 0.26, 500, 44, 0.0898, 0.066, 0.116, *LOST],
            ["any", "significant_share", 5, 0.4, 0.0, 500, 20, 0.0419, 0.026, 0.061, *LOST],
            ["any", "mean_z", 5, 1.4535, 0.39, 500, 34, 0.0699, 0.049, 0.093, *LOST],
            ["primary", "mean_z", 5, 1.2, 0.39, 500, 44, 0.0898, 0.066, 0.116, *LOST],
        ],
        columns=list(SENSITIVITY["joint"].columns),
    )
)
INFLUENCE = pd.DataFrame(
    [["her2_status=positive", "yes", 15, 184, 35, 1.82, 0.127, 0.93, "ok"],
     ["her2_status=negative", "no", 170, 184, 36, 2.04, 0.046, 1.05, "ok"]],
    columns=list(SENSITIVITY["influence"].columns),
)  # fmt: skip
ROBUSTNESS = pd.DataFrame(
    [
        ["universes", 6.0, "ok"], ["estimated", 5.0, "ok"], ["other_contrast", 0.0, "ok"],
        ["significant", 2.0, "ok"], ["above_one", 5.0, "ok"], ["distinct", 2.0, "ok"],
        ["median_odds_ratio", 1.95, "ok"],
        ["lowest_odds_ratio", 1.95, "ok"], ["highest_odds_ratio", 2.4, "ok"],
        ["lowest_without_one", 1.82, "ok"], ["highest_without_one", 2.04, "ok"],
        ["flips_without_one", 170.0, "ok"], ["e_value", 2.77, "ok"], ["e_value_bound", 1.0, "ok"],
        ["risk_unexposed", 0.1615, "ok"], ["risk_ratio", 1.688, "ok"],
        ["tipping_exposed", 0.634, "ok"],
    ],
    columns=["measure", "value", "status"],
)  # fmt: skip


def tipping(shifted, *points, status="ok", unknown=0, exposed=20, left_out=NAN):
    about = {
        "shifted": shifted, "imputed": 98, "imputed_exposure": unknown,
        "imputed_exposed": exposed, "imputed_events": 18.0, "n": 283, "events": 54.0,
        "ci_low": 0.9, "ci_high": 4.1, "status": status, "terms": "her2_status + age_group",
        "left_out": left_out, "std_error": 0.4, "monte_carlo_error": 0.02,
    }  # fmt: skip
    rows = []
    for delta, p in points:
        odds_ratio = NAN if status != "ok" else np.exp(0.66 + 0.1 * delta)
        own = {"delta": delta, "p_value": p, "log_odds": np.log(odds_ratio)}
        rows.append(about | own | {"odds_ratio": odds_ratio})
    return pd.DataFrame(rows, columns=TIPPING_COLUMNS)


TIPPING = tipping("exposed", (-1.0, 0.2), (0.0, 0.085), (1.0, 0.02))
ORIGIN = {"file": "config/sensitivity.yaml", "seed": 1, "imputations": 20}
ALONE = {"missing_data": ["best_case"]}


def found_in(fitted, **changed):
    return Sensitivity(
        followed=follow_exposure(UNIVERSES, fitted, "her2_status", "positive"),
        bound=is_bound(UNIVERSES, ALONE),
        terms=terms_of_primary(fitted),
        dimensions=DIMENSIONS,
        only_alone=ALONE,
        origin=ORIGIN,
        **{
            "decisions": DECISIONS, "joint": JOINT, "influence": INFLUENCE, "tipping": TIPPING,
            "robustness": ROBUSTNESS,
        } | changed,
    )  # fmt: skip


FOUND = found_in(ESTIMATES)
# Firth alone comes with luminal B HER2-positive in the model, so that HER2 compares others.
NESTED = [
    ["u00001", *estimate(1.2, 0.4, 3.5, 0.7, variable="luminal_b_her2_positive")],
]
firth = DECISIONS["option"].eq(FIRTH)
OTHERS = DECISIONS.assign(
    same_contrast_alone=~firth,
    shift=DECISIONS["shift"].mask(firth),
    flips_significance=DECISIONS["flips_significance"].mask(firth, pd.NA),
)
MIXED = found_in(
    estimates(*NESTED),
    decisions=OTHERS,
    robustness=ROBUSTNESS.assign(
        value=ROBUSTNESS["value"].mask(ROBUSTNESS["measure"].eq("other_contrast"), 1.0)
    ),
)
MULTIVARIABLE = {"screened": "selected", "adjusted": ["her2_status", "age_group"]}
ABOUT = {
    "exposure": "her2_status",
    "reference": "negative",
    "multivariable": MULTIVARIABLE,
    "alpha": 0.05,
    "confidence_level": 0.95,
    "synthetic": True,
}


def texts(found=FOUND, **changed):
    table = render_sensitivity(found, **(ABOUT | changed))
    return [[cell.text for cell in row.cells] for row in table.rows], " ".join(table.notes)


def sentences(curve):
    points = find_tipping_points(curve, 0.05)
    return robust.tipping_sentences(
        curve, points, "her2_status", "HER2-positive", ["her2_status", "density_group"]
    )


def figure(found=FOUND):
    shown = dimensions_that_move(DECISIONS, ["best_case"])
    curve = Curve(
        ordered=order_universes(found.comparable, 1),
        bounds=found.bounds,
        decisions=found.decisions,
        shown=shown,
        bound_options={"u00005": "best_case"},
    )
    return plot_curve(
        curve, ["A note."], [words.NOT_TO_CONCLUDE], title="A cohort", subject="A subject",
        synthetic=True, interval="95% CI",
    )  # fmt: skip


def drawn(of, name):
    return [a for axes in of.axes for a in axes.get_children() if a.get_gid() == name]


# the order of universes and decisions


def test_universes_stand_by_odds_ratio_and_those_without_one_in_none_of_it():
    ordered = order_universes(FOUND.comparable, 1)["universe"].tolist()
    assert sorted(ordered[:3]) == ["primary", "u00003", "u00006"]
    assert sorted(ordered[3:]) == ["u00001", "u00004"]


def test_universes_of_one_estimate_are_shuffled_and_rounding_does_not_part_them():
    """Two halves with an option each, but for rounding the same: neither must gather anywhere."""
    noise = np.where(np.arange(200) < 100, 0.0, 1e-14)
    same = pd.DataFrame({"universe": range(200), "log_odds": 0.5 + noise})
    ordered = order_universes(same, 5056)["universe"]
    assert sorted(ordered) == list(range(200))
    assert 35 < (ordered.iloc[:100] < 100).sum() < 65
    assert ordered.tolist() == order_universes(same, 5056)["universe"].tolist()
    assert ordered.tolist() != order_universes(same, 5057)["universe"].tolist()


def test_the_curve_leaves_out_what_compares_other_women():
    assert "u00001" not in order_universes(MIXED.comparable, 1)["universe"].tolist()
    assert len(MIXED.comparable) == len(FOUND.comparable) - 1


def test_decisions_stand_by_how_far_they_move_the_odds_ratio_bounds_aside():
    moved = dimensions_that_move(DECISIONS, ["best_case"])
    assert moved == ["estimator", "exposure", "missing_data"]
    assert dimensions_that_move(DECISIONS) == ["missing_data", "estimator", "exposure"]


def test_another_contrast_is_a_change_without_a_size():
    larger = OTHERS.assign(shift=OTHERS["shift"].mask(OTHERS["option"].eq(FIRTH), 5.0))
    alike = larger.assign(odds_ratio_alone=1.95, p_value_alone=0.084)
    assert dimensions_that_move(larger) == ["missing_data", "estimator", "exposure"]
    assert "estimator" in dimensions_that_move(alike, ["best_case"])
    first = DECISIONS.loc[DECISIONS["option"].eq("best_case"), "shift"].item()
    assert first < 5


def test_a_decision_is_untested_where_its_options_change_nobody():
    ki67 = DECISIONS[DECISIONS["dimension"].eq("ki67_cutoff")]
    assert untested(ki67)
    assert not untested(ki67.assign(women_changed_alone=[0, 3]))
    assert not untested(ki67.assign(acts_on="model"))


def test_the_terms_of_the_primary_model_are_those_with_a_column():
    nested = ["primary", *estimate(NAN, NAN, NAN, NAN, status="aliased", variable="age_group")]
    assert terms_of_primary(estimates(nested)) == ["her2_status"]
    inside = ["primary", *estimate(1.2, 0.4, 3.5, 0.7, variable="age_group")]
    assert terms_of_primary(estimates(inside)) == ["her2_status", "age_group"]


def test_shares_of_options_are_those_of_the_universes_of_a_column():
    options = pd.Series(["wald", "wald", "profile", "profile", "profile", "wald"])
    shares = share_options(options, ["wald", "profile"], columns=2)
    assert shares == pytest.approx(np.array([[2 / 3, 1 / 3], [1 / 3, 2 / 3]]))
    assert share_options(options, ["wald"], columns=240).tolist() == [[1, 1, 0, 0, 0, 1]]


def test_the_level_followed_is_that_of_the_primary_universe():
    assert level_followed(ESTIMATES, "her2_status") == "positive"


def test_what_has_no_label_keeps_its_own_words():
    assert (dimension_label("my_own_choice"), option_label("the_other_way")) == (
        "My own choice", "The other way",
    )  # fmt: skip
    assert held_words("estimator=firth; my_own_choice=the_other_way") == (
        "Estimator: Firth’s penalised; My own choice: The other way"
    )
    assert option_label("asco_cap_2018") == "ASCO/CAP 2018/2023"
    assert without_estimate(FOUND.analyses) == "not selected 1"


# the table


def test_an_option_says_its_odds_ratio_alone_its_shift_and_whether_it_flips():
    rows, _ = texts()
    assert ["Firth’s penalised", "2.40 (1.05–5.50)", "1.23", "0.038", "yes", "36/185", "2.40",
            "40/40"] in rows  # fmt: skip
    assert ["If it passes the screen", "— not selected", "—", "—", "—", "36/185", "—",
            "0/6"] in rows  # fmt: skip


def test_a_bound_has_no_p_and_no_flip_and_says_what_is_assigned():
    rows, _ = texts()
    assert ["Best case (bound)", "6.00 (3.00–12.00)", "—", "—", "—", "36/283", "—",
            "—"] in rows  # fmt: skip
    (said,) = [row[1] for row in rows if row[0] == "Unknown, bounded"]
    assert "MC of 98 of 283 women, HER2 status of 39. The model holds the exposure alone." in said
    assert "(criteria off: Receptors unknown, Subtype unknown; no candidate: luminal B" in said
    none, _ = texts(replace(FOUND, bound=FOUND.bound & False, only_alone={}))
    assert "Unknown, bounded" not in [row[0] for row in none]


def test_bounds_of_different_counts_are_told_apart():
    other = FOUND.followed.loc[FOUND.bound].assign(
        universe="u00009", missing_data="worst_case", filled_other=40
    )
    followed = pd.concat([FOUND.followed, other], ignore_index=True)
    only = {"missing_data": ["best_case", "worst_case"]}
    both = replace(
        FOUND, followed=followed, bound=is_bound(followed, only), only_alone=only,
        dimensions={"missing_data": {**DIMENSIONS["missing_data"], "worst_case": {}}},
    )  # fmt: skip
    (said,) = robust.bound_sentences(both, "her2_status")
    assert "Best case: MC of 98 of 283 women, HER2 status of 39; Worst case: MC of 98" in said
    assert "HER2 status of 40." in said
    assert "bounds nothing" not in said


def test_a_bound_without_anybody_whose_outcome_is_known_is_said_to_bound_nothing():
    unread = FOUND.followed["filled_outcome"].mask(FOUND.bound, FOUND.followed["n"])
    found = replace(FOUND, followed=FOUND.followed.assign(filled_outcome=unread))
    (said,) = robust.bound_sentences(found, "her2_status")
    assert "MC of 283 of 283 women, HER2 status of 39 (nobody whose MC is known is in" in said


def test_another_contrast_has_no_shift_and_no_flip_and_a_footnote():
    table = render_sensitivity(MIXED, **ABOUT)
    (row,) = [row for row in table.rows if row.cells[0].text == "Firth’s penalised"]
    assert [cell.text for cell in row.cells[1:6]] == [
        "2.40 (1.05–5.50)", "—", "0.038", "—", "36/185",
    ]  # fmt: skip
    assert row.cells[0].notes == (
        "Compares HER2-enriched with HER2-negative women, for luminal B HER2-positive is in the "
        "model: no shift, no flip, and in no median or range; in the joint tests of any contrast.",
    )
    assert other_contrast("her2_status", "positive", ["luminal_b_her2_positive"]) == (
        "all HER2-positive with HER2-negative women, for luminal B HER2-positive is not in the "
        "model, as it is in the primary one"
    )


def test_what_constraints_hold_with_an_option_is_a_footnote():
    table = render_sensitivity(FOUND, **ABOUT)
    (row,) = [row for row in table.rows if row.cells[0].text == "Imputed (MICE)"]
    assert row.cells[0].notes == (
        "Not alone: held with it is HER2 in the model: If it passes the screen.",
    )


def test_decisions_that_change_nobody_are_not_called_without_effect():
    rows, _ = texts()
    said = {row[0]: row[1] for row in rows if len(row) == 2}
    assert (
        said["Not tested, for alone they change neither women nor terms of the model"]
        == "Ki-67 cut-off"
    )
    assert "Ki-67 cut-off" not in [row[0] for row in rows]
    drawn = FOUND.followed["universe"].eq("u00004")
    together = FOUND.followed.assign(women_changed=FOUND.followed["women_changed"].mask(drawn, 98))
    rows, _ = texts(replace(FOUND, followed=together))
    assert any(row[0].endswith("(together, up to 98 women)") for row in rows)
    ki67 = DECISIONS["dimension"].eq("ki67_cutoff")
    changing = DECISIONS.assign(women_changed_alone=DECISIONS["women_changed_alone"].mask(ki67, 4))
    rows, _ = texts(replace(FOUND, decisions=changing))
    said = {row[0]: row[1] for row in rows if len(row) == 2}
    assert (
        said["Tested, without effect alone on odds ratio, p or number of women in the model"]
        == "Ki-67 cut-off"
    )


def test_options_without_effect_of_a_decision_that_moves_share_a_line_by_the_reason():
    ki67 = DECISIONS[DECISIONS["dimension"].eq("ki67_cutoff")]
    more = [
        ki67.tail(1).assign(option="from_30_percent", women_changed_alone=7),
        ki67.tail(1).assign(option="from_1_percent", odds_ratio_alone=2.0),
    ]
    listed = pd.concat([ki67, *more], ignore_index=True)
    followed = pd.concat([FOUND.followed] + [
        FOUND.followed.tail(1).assign(universe=option, ki67_cutoff=option)
        for option in ("from_30_percent", "from_1_percent")
    ], ignore_index=True)  # fmt: skip
    found = replace(
        FOUND,
        dimensions=DIMENSIONS | {"ki67_cutoff": {option: {} for option in listed["option"]}},
        decisions=listed,
        followed=followed,
        bound=is_bound(followed, ALONE),
    )
    rows, _ = texts(found)
    assert ["Changes nobody", "≥ 14%"] in rows
    assert ["No change alone", "≥ 30%"] in rows


def test_joint_tests_stand_with_replicates_and_monte_carlo_interval():
    rows, _ = texts()
    assert ["Distance of the median OR from 1, folded to 1 or more", "1.95", "1.30", "0.090",
            "0.066–0.116", "500", "5", ""] in rows  # fmt: skip
    assert ["40.0", "0.0", "0.042"] in [row[1:4] for row in rows]
    assert "Mean z over universes, absolute (Stouffer); primary contrast" in [r[0] for r in rows]


def test_notes_define_the_terms_and_refuse_conclusions_from_a_synthetic_cohort():
    _, notes = texts()
    for said in ("Universe: one", "all allowed combinations", "VanderWeele & Ding 2017",
                 words.NOT_TO_CONCLUDE,
                 "the model “Adjusted” without the exposure (age, as far as", "not selected 1",
                 "Universes coincide where", "so does one whose odds ratio compares other",
                 "their median from 20 on"):  # fmt: skip
        assert said in notes
    assert "at most 47.0% of those of one universe" in notes
    assert (
        "Decisions: config/sensitivity.yaml; seed 1, 20 imputations (200 for tipping points)."
        in notes
    )
    _, real = texts(synthetic=False)
    assert words.NOT_TO_CONCLUDE not in real
    single = FOUND.followed.assign(is_drawn=False)
    _, undrawn = texts(replace(FOUND, followed=single))
    assert "every option changed alone are all of them." in undrawn
    assert "drawn at random" not in undrawn


def test_a_caption_quotes_what_the_table_prints():
    quoted = quote_sensitivity(FOUND, **ABOUT, assumed_note="Invented.")
    assert quoted["primary"] == (
        "Primary analysis: odds ratio 1.95 (0.91–4.14), 95% CI, p = 0.084; 185 women, 36 with MC."
    )
    assert (
        quoted["counts"] == "7 universes (5 with an odds ratio; without: not selected 1; 1 bound)."
    )
    assert "between 1.95 and 2.40 (median 1.95)" in quoted["range"]
    assert (quoted["contrast"], "Invented." in quoted["notes"]) == ("", True)
    assert quoted["unmoved"] == [
        "Not tested, for alone they change neither women nor terms of the model: Ki-67 cut-off."
    ]
    assert quoted["joint"][0][3] == "0.090"


# the sentences


def test_universes_of_another_contrast_are_counted_and_left_out_of_the_range():
    assert words.counts_phrase(MIXED).startswith(
        "7 universes (4 with an odds ratio of the primary contrast; 1 of another; without: "
    )
    said = words.range_sentence(MIXED, "her2_status")
    assert said.startswith("Over the 4 universes with an odds ratio of the primary contrast")
    assert "With the 1 of the other contrast they are 2 distinct estimates" in said
    assert words.contrast_sentence(MIXED, "her2_status") == (
        "Universes left out of curve, ranges and medians, and marked ‡ alone: 1. Their odds ratio "
        "compares HER2-enriched with HER2-negative women, for luminal B HER2-positive is in the "
        "model."
    )
    assert words.contrast_sentence(FOUND, "her2_status") == ""


def test_it_is_said_what_the_primary_model_adjusts_for():
    alone = words.model_sentence(FOUND, "her2_status")
    assert alone.endswith("holds HER2 status alone: its odds ratio is not adjusted for anything.")
    more = replace(FOUND, terms=["her2_status", "age_group", "density_group"])
    assert words.model_sentence(more, "her2_status").endswith("for age, density.")


def test_an_odds_ratio_that_is_there_only_after_its_screen_is_counted():
    passed = FOUND.followed.assign(keeps_exposure=FOUND.followed["universe"].ne("u00004"))
    said = words.range_sentence(replace(FOUND, followed=passed), "her2_status")
    assert "Of them, 1 has one only because HER2 status passed the screen." in said
    assert "only because" not in words.range_sentence(FOUND, "her2_status")


def test_imputation_that_fills_nothing_in_is_called_the_complete_case_analysis():
    (said,) = robust.imputation_sentences(FOUND, "her2_status")
    assert "nobody has such a gap, so it is the complete-case analysis with t" in said
    assert said.endswith("only bounds and tipping points concern them.")
    filled = replace(FOUND, followed=FOUND.followed.assign(filled_other=12))
    (said,) = robust.imputation_sentences(filled, "her2_status")
    assert "12 of 185 women here." in said
    complete = DECISIONS[DECISIONS["option"].ne("multiple_imputation")]
    assert robust.imputation_sentences(replace(FOUND, decisions=complete), "her2_status") == []


def test_the_e_value_says_what_its_two_parameters_are_and_the_risk_ratio_it_rests_on():
    about = ("her2_status", "HER2-negative")
    said = robust.e_value_sentence(FOUND.values, *about, ["her2_status"])
    assert said.startswith("E-value 2.77: something unmeasured that goes with the exposure")
    assert "(HER2 status) and with MC by risk ratios of 2.77 each" in said
    assert "the weaker one of the two, the stronger the other would have to be" in said
    assert said.endswith(
        "As a risk ratio the odds ratio is 1.69, for 16.2% of the HER2-negative women have MC."
    )
    assert "it holds the odds ratio 1 without any confounder" in said
    values = FOUND.values | {"e_value_bound": 1.31}
    adjusted = robust.e_value_sentence(values, *about, ["her2_status", "age_group"])
    assert "2.77 each, beyond what the model holds, and in the" in adjusted
    assert "2.77 each (the model adjusts for nothing) and in the" in said
    assert adjusted.endswith("have MC (approximately: the model also holds age).")
    assert "1.31 each would be enough" in adjusted
    assert "not estimable" in robust.e_value_sentence({"e_value": NAN}, *about, [])


def test_a_tipping_point_is_a_factor_on_odds_and_says_where_p_goes():
    first, point = sentences(TIPPING)
    assert "unknown in 98 of 283 women" in first
    assert (
        "The model holds HER2 status, age, and is not the primary one. At 1 its odds ratio is"
        in first
    )
    assert "1.93 (0.90–4.10), p = 0.085." in first
    assert "among HER2-positive women whose MC is unknown would have to be 1.44 times" in point
    assert "or more, for p to fall below 0.05" in point
    assert point.endswith(
        "Its 95% simulation interval, which more imputations would narrow, is 0.98–2.14."
    )
    assert "is unknown too" not in first


def test_a_tipping_point_says_of_whom_the_exposure_is_imputed_too():
    curve = tipping(
        "exposed", (0.0, 0.085), (1.0, 0.02), unknown=39, exposed=0, left_out="histology"
    )
    first, point = sentences(curve)
    assert "HER2 status is unknown too in 39, and none is known to be HER2-positive." in first
    assert "histological type is left out, unknown in all women whose MC is known" in first
    assert "among women imputed as HER2-positive whose MC is unknown" in point
    first, point = sentences(tipping("exposed", (0.0, 0.085), (1.0, 0.02), unknown=39, exposed=1))
    assert "and 1 is known to be HER2-positive." in first
    assert "among women known or imputed as HER2-positive whose MC" in point


def test_a_tipping_point_of_the_primary_model_is_not_said_to_be_of_another():
    points = find_tipping_points(TIPPING, 0.05)
    said = robust.tipping_sentences(
        TIPPING, points, "her2_status", "HER2-positive", ["age_group", "her2_status"]
    )
    assert "The model holds HER2 status, age. At 1" in said[0]


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([(-1.0, 0.2), (0.0, 0.01)], "or less, for p to rise above 0.05"),
        ([(-1.0, 0.01), (0.0, 0.2)], "or less, for p to fall below 0.05"),
        ([(0.0, 0.01), (1.0, 0.2)], "or more, for p to rise above 0.05"),
    ],
)
def test_the_direction_is_that_away_from_missing_at_random(points, said):
    assert said in sentences(tipping("exposed", *points))[1]


def test_what_is_not_crossed_or_not_estimable_is_said():
    assert (
        "all women whose MC is unknown: not crossed. No factor from 0.37 to 2.72 moves"
        in (sentences(tipping("all", (-1.0, 0.3), (1.0, 0.2)))[1])
    )
    broken = sentences(tipping("exposed", (-1.0, NAN), (0.0, NAN), status="separated"))
    assert "At 1 there is no odds ratio (separated)." in broken[0]
    assert "not estimable" in broken[1]
    assert sentences(pd.DataFrame(columns=TIPPING_COLUMNS))[0].startswith("Tipping point: none")


def test_leaving_one_woman_out_says_range_and_flips():
    said = robust.left_out_sentence(FOUND.values, FOUND.primary, INFLUENCE)
    assert said.startswith("The primary model has 185 women. Leaving out each in turn")
    assert "from 1.82 to 2.04 in models of 184 women, 35–36 with MC." in said
    assert "Leaving out any of 170 women moves p across 0.05." in said
    fewer = FOUND.primary.replace(185, 180)
    said = robust.left_out_sentence(FOUND.values, fewer, INFLUENCE)
    assert "has 180 women. Leaving out each of the 185 women of the screen in turn" in said


# the figure


def test_the_curve_holds_the_odds_ratios_by_significance_and_the_primary():
    shown = figure()
    (significant,), (other,) = drawn(shown, "significant"), drawn(shown, "other")
    assert significant.get_offsets().tolist() == [[3, 2.4], [4, 2.4]]
    assert other.get_offsets().tolist() == [[0, 1.95], [1, 1.95], [2, 1.95]]
    (primary,) = drawn(shown, "primary")
    assert primary.get_ydata().tolist() == [1.95]


def test_an_odds_ratio_alone_of_another_contrast_is_marked():
    assert "‡" in [text.get_text() for text in figure(MIXED).axes[0].texts]
    assert "‡" not in [text.get_text() for text in figure().axes[0].texts]


def test_the_notes_of_the_figure_say_what_is_left_out_and_what_is_not_tested():
    said = words.figure_notes(MIXED, ["estimator"], "her2_status", "95% CI")
    assert any(note.startswith("Universes left out of") for note in said)
    assert any(note.startswith("Not tested, for alone they change neither") for note in said)
    assert words.BOUND_NOTE in said
    plain = words.figure_notes(
        replace(FOUND, bound=FOUND.bound & False), ["estimator"], "her2_status", "95% CI"
    )
    assert words.BOUND_NOTE not in plain


def test_bounds_stand_on_an_axis_of_their_own():
    (bound,) = drawn(figure(), "bound")
    assert bound.get_ydata() == [6.0]
    assert bound.axes is not drawn(figure(), "primary")[0].axes


def test_a_bound_off_the_axis_of_the_curve_is_an_arrow_with_its_odds_ratio():
    far = FOUND.followed.assign(
        odds_ratio=FOUND.followed["odds_ratio"].mask(FOUND.bound, 64.6),
        log_odds=FOUND.followed["log_odds"].mask(FOUND.bound, np.log(64.6)),
    )
    shown = figure(replace(FOUND, followed=far))
    (bound,) = drawn(shown, "bound")
    assert bound.get_ydata() == [bound.axes.get_ylim()[1]]
    assert bound.get_marker() == "^"
    assert "OR 64.60" in [text.get_text() for text in shown.axes[0].texts]
    assert bound.axes.get_ylim() == drawn(figure(), "bound")[0].axes.get_ylim()


def test_bounds_without_an_odds_ratio_say_why_and_do_not_run_into_one_another():
    followed = FOUND.bounds.assign(log_odds=NAN, odds_ratio=NAN, status="separated")
    two = pd.concat([followed, followed.assign(universe="u00009")], ignore_index=True)
    curve = Curve(
        ordered=order_universes(FOUND.comparable, 1), bounds=two, decisions=DECISIONS,
        shown=["estimator"], bound_options={"u00005": "best_case", "u00009": "worst_case"},
    )  # fmt: skip
    shown = plot_curve(curve, [], [], title="A", subject="B", synthetic=False, interval="95% CI")
    shown.draw_without_rendering()
    said = [text for text in shown.axes[0].texts if text.get_text() == "separated"]
    one, other = (text.get_window_extent() for text in said)
    assert one.x1 < other.x0


def test_the_matrix_has_a_row_per_option_and_a_column_per_universe():
    (matrix,) = drawn(figure(), "estimator")
    assert matrix.get_array().tolist() == [[1, 1, 1, 0, 0], [0, 0, 0, 1, 1]]
    said = [text.get_text() for text in figure().axes[0].texts]
    for text in ("Firth’s penalised", "Best case", "not selected", "A note."):
        assert text in said


def test_the_figure_is_two_columns_wide_and_words_stay_on_it():
    shown = figure()
    assert shown.get_size_inches()[0] * 25.4 == pytest.approx(174)
    shown.draw_without_rendering()
    paper = shown.axes[0]
    for text in paper.texts:
        box = text.get_window_extent().transformed(paper.transData.inverted())
        assert box.x0 > 1.5, text.get_text()
        assert box.x1 < 172.6, text.get_text()


def test_the_scripts_write_every_format_and_two_thousand_universes_stay_small(tmp_path):
    copies = [UNIVERSES.iloc[[i % 4 + 1]] for i in range(1993)]
    listed = pd.concat([UNIVERSES, *copies], ignore_index=True)
    listed["universe"] = ["primary", *(f"u{i:05d}" for i in range(1, len(listed)))]
    fitted = ESTIMATES.iloc[[*range(7), *(i % 4 + 1 for i in range(1993))]].reset_index(drop=True)
    frames = {
        "universes": listed, "estimates": fitted.assign(universe=listed["universe"]),
        "decisions": DECISIONS, "joint": JOINT, "influence": INFLUENCE, "tipping": TIPPING,
        "robustness": ROBUSTNESS,
    }  # fmt: skip
    paths = {name: tmp_path / f"{name}.csv" for name in frames}
    for name, frame in frames.items():
        write_sensitivity(name, frame, paths[name])
    models = {
        "exposure": "her2_status", "references": {"her2_status": "negative"},
        "multivariable": MULTIVARIABLE,
    }  # fmt: skip
    common = {
        "files": paths, "title": "Milan", "synthetic": True, "models": models,
        "dimensions": DIMENSIONS, "only_alone": ALONE, "confidence_level": 0.95,
        "assumed_note": "Invented.", "origin": ORIGIN,
    }  # fmt: skip
    files = {kind: tmp_path / f"figure.{kind}" for kind in ("svg", "pdf", "png")}
    plot_specification_curve(**common, **files)
    assert all(1000 < file.stat().st_size < 500_000 for file in files.values())
    html, csv, quotes = (tmp_path / f"table.{kind}" for kind in ("html", "csv", "json"))
    render_script(**common, html=html, csv=csv, quotes=quotes)
    for file in (html, csv, quotes):
        assert "Invented." in file.read_text(encoding="utf-8")
    assert "E-value 2.77" in quotes.read_text(encoding="utf-8")
