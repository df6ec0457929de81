"""What the table and the figure of the sensitivity analysis say, from literal small results."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from plot_specification_curve import plot_specification_curve
from render_sensitivity import render_sensitivity as render_script
from schemas.sensitivity import SENSITIVITY, write_sensitivity
from study.presentation import sensitivity_words as words
from study.presentation.sensitivity import quote_sensitivity, render_sensitivity
from study.presentation.sensitivity_results import Sensitivity
from study.presentation.specification_curve import (
    dimensions_that_move,
    level_followed,
    order_universes,
    share_options,
)
from study.presentation.specification_plot import Curve, plot_curve
from study.presentation.universe_words import (
    dimension_label,
    option_label,
    without_estimate,
)
from study.sensitivity.decisions import follow_exposure
from study.sensitivity.universes import is_bound
from study.statistics.missing_data.tipping import CURVE, find_tipping_points

NAN = float("nan")
UNIVERSES = pd.DataFrame(
    [
        ["primary", "maximum_likelihood", "forced", "from_20_percent", "complete_case", True],
        ["u00001", "firth", "forced", "from_20_percent", "complete_case", False],
        ["u00002", "maximum_likelihood", "screened", "from_20_percent", "complete_case", False],
        ["u00003", "maximum_likelihood", "forced", "from_14_percent", "complete_case", False],
        ["u00004", "firth", "forced", "from_14_percent", "complete_case", False],
        ["u00005", "maximum_likelihood", "forced", "from_20_percent", "best_case", False],
    ],
    columns=[
        "universe", "estimator", "exposure", "ki67_cutoff", "missing_data", "is_primary",
    ],
)  # fmt: skip


def estimate(universe, odds_ratio, low, high, p, n=185, status="ok", level="positive"):
    log_odds, error = (NAN, NAN) if status != "ok" else (np.log(odds_ratio), 0.4)
    return ["her2_status", level, n, 36, log_odds, error, odds_ratio, low, high, p, True, status]


ROWS = {
    "primary": [1.95, 0.91, 4.14, 0.084],
    "u00001": [2.40, 1.05, 5.50, 0.038],
    "u00002": [NAN, NAN, NAN, NAN, 185, "not_selected"],
    "u00003": [1.95, 0.91, 4.14, 0.084],
    "u00004": [2.40, 1.05, 5.50, 0.038],
    "u00005": [6.00, 3.00, 12.0, 0.0001, 283],
}
ESTIMATES = SENSITIVITY["estimates"].validate(
    pd.DataFrame(
        [[name, *estimate(name, *row)] for name, row in ROWS.items()],
        columns=list(SENSITIVITY["estimates"].columns),
    )
)
DECISIONS = SENSITIVITY["decisions"].validate(
    pd.DataFrame(
        [
            ["estimator", "maximum_likelihood", 1.95, 1.0, False, True, 3, 2, 0, 1.95, 0.084, 185,
             "ok", 0.9],
            ["estimator", "firth", 2.4, 2.4 / 1.95, True, False, 2, 2, 2, 2.4, 0.038, 185, "ok",
             0.9],
            ["exposure", "forced", 2.1, 1.0, False, True, 4, 4, 2, 1.95, 0.084, 185, "ok", 0.0],
            ["exposure", "screened", NAN, NAN, pd.NA, False, 1, 0, 0, NAN, NAN, 185,
             "not_selected", 0.0],
            ["ki67_cutoff", "from_20_percent", 2.1, 1.0, False, True, 3, 2, 1, 1.95, 0.084, 185,
             "ok", 0.0],
            ["ki67_cutoff", "from_14_percent", 2.1, 1.0, False, False, 2, 2, 1, 1.95, 0.084, 185,
             "ok", 0.0],
            ["missing_data", "complete_case", 2.1, 1.0, False, True, 5, 4, 2, 1.95, 0.084, 185,
             "ok", 0.0],
            ["missing_data", "best_case", 6.0, 6 / 1.95, True, False, 1, 1, 1, 6.0, 0.0001, 283,
             "ok", 0.0],
        ],
        columns=list(SENSITIVITY["decisions"].columns),
    )
)  # fmt: skip
JOINT = SENSITIVITY["joint"].validate(
    pd.DataFrame(
        [
            ["median_log_odds", 5, 0.6659961915, 0.26, 500, 44, 0.0898, 0.066, 0.116],
            ["significant_share", 5, 0.4, 0.0, 500, 20, 0.0419, 0.026, 0.061],
            ["mean_z", 5, 1.4535, 0.39, 500, 34, 0.0699, 0.049, 0.093],
        ],
        columns=list(SENSITIVITY["joint"].columns),
    )
)
INFLUENCE = pd.DataFrame(
    [["her2_status=positive", "yes", 15, 1.82, 0.127, 0.93, "ok"],
     ["her2_status=negative", "no", 170, 2.04, 0.046, 1.05, "ok"]],
    columns=list(SENSITIVITY["influence"].columns),
)  # fmt: skip
ROBUSTNESS = pd.DataFrame(
    [
        ["universes", 5.0, "ok"], ["estimated", 4.0, "ok"], ["significant", 2.0, "ok"],
        ["above_one", 4.0, "ok"], ["distinct", 2.0, "ok"], ["median_odds_ratio", 2.16, "ok"],
        ["lowest_odds_ratio", 1.95, "ok"], ["highest_odds_ratio", 2.4, "ok"],
        ["lowest_without_one", 1.82, "ok"], ["highest_without_one", 2.04, "ok"],
        ["flips_without_one", 170.0, "ok"], ["e_value", 2.14, "ok"], ["e_value_bound", 1.0, "ok"],
        ["tipping_exposed", 0.634, "ok"],
    ],
    columns=["measure", "value", "status"],
)  # fmt: skip


def tipping(shifted, *points, status="ok"):
    about = {
        "shifted": shifted, "imputed": 98, "imputed_events": 18.0, "n": 283, "events": 54.0,
        "ci_low": 0.9, "ci_high": 4.1, "status": status,
    }  # fmt: skip
    rows = []
    for delta, p in points:
        odds_ratio = NAN if status != "ok" else np.exp(0.66 + 0.1 * delta)
        own = {"delta": delta, "p_value": p, "log_odds": np.log(odds_ratio)}
        rows.append(about | own | {"odds_ratio": odds_ratio})
    return pd.DataFrame(rows, columns=CURVE)


TIPPING = tipping("exposed", (-1.0, 0.2), (0.0, 0.085), (1.0, 0.02))
FOLLOWED = follow_exposure(UNIVERSES, ESTIMATES, "her2_status", "positive")
ALONE = {"missing_data": ["best_case"]}
FOUND = Sensitivity(
    followed=FOLLOWED,
    bound=is_bound(UNIVERSES, ALONE),
    decisions=DECISIONS,
    joint=JOINT,
    influence=INFLUENCE,
    tipping=TIPPING,
    robustness=ROBUSTNESS,
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
    return words.tipping_sentences(curve, find_tipping_points(curve, 0.05), "HER2-positive")


def figure(found=FOUND):
    shown = dimensions_that_move(DECISIONS, ["best_case"])
    curve = Curve(
        ordered=order_universes(found.analyses, shown),
        bounds=found.followed[found.bound],
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
    ordered = order_universes(FOUND.analyses, ["estimator", "ki67_cutoff"])
    assert ordered["universe"].tolist() == ["primary", "u00003", "u00001", "u00004"]


def test_rounding_does_not_break_ties_of_the_same_estimate():
    noisy = FOUND.analyses.assign(
        log_odds=FOUND.analyses["log_odds"] + np.where(FOUND.analyses["is_primary"], 1e-14, 0.0)
    )
    ordered = order_universes(noisy, ["ki67_cutoff"])
    assert ordered["universe"].tolist()[:2] == ["primary", "u00003"]


def test_decisions_stand_by_how_far_they_move_the_odds_ratio_bounds_aside():
    assert dimensions_that_move(DECISIONS, ["best_case"]) == ["estimator", "exposure"]
    assert dimensions_that_move(DECISIONS) == ["missing_data", "estimator", "exposure"]


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
    assert option_label("asco_cap_2018") == "ASCO/CAP 2018/2023"
    assert without_estimate(FOUND.analyses) == "not selected 1"


# the table


def test_an_option_says_its_odds_ratio_alone_its_shift_and_whether_it_flips():
    rows, _ = texts()
    assert ["Firth’s penalised", "2.40 (1.05–5.50)", "1.23", "0.038", "yes", "185", "2.40",
            "2/2"] in rows  # fmt: skip
    assert ["If it passes the screen", "— not selected", "—", "—", "—", "185", "—", "0/1"] in rows
    assert ["Best case (bound)", "6.00 (3.00–12.00)", "3.08", "<0.001", "yes", "283", "—",
            "—"] in rows  # fmt: skip


def test_decisions_that_change_nothing_alone_share_one_line():
    rows, _ = texts()
    (said,) = [row[1] for row in rows if row[0] == "" and "Changed alone" in row[1]]
    assert said.endswith("nor p nor the women: Ki-67 cut-off.")
    assert "Ki-67 cut-off" not in [row[0] for row in rows]


def test_joint_tests_stand_with_replicates_and_monte_carlo_interval():
    rows, _ = texts()
    assert ["Median odds ratio, as far from 1 in either direction", "1.95", "1.30", "0.090",
            "0.066–0.116", "500", "5", ""] in rows  # fmt: skip
    assert ["40.0", "0.0", "0.042"] in [row[1:4] for row in rows]


def test_notes_define_the_terms_and_refuse_conclusions_from_a_synthetic_cohort():
    _, notes = texts()
    for said in ("Universe: one", "Bounds:", "VanderWeele & Ding 2017", words.NOT_TO_CONCLUDE,
                 "the model “Adjusted” without the exposure (age)", "not selected 1",
                 "Universes coincide where"):  # fmt: skip
        assert said in notes
    _, real = texts(synthetic=False)
    assert words.NOT_TO_CONCLUDE not in real
    _, without = texts(replace(FOUND, bound=FOUND.bound & False))
    assert "Bounds:" not in without


def test_a_caption_quotes_what_the_table_prints():
    quoted = quote_sensitivity(FOUND, **ABOUT)
    assert quoted["primary"] == (
        "Primary analysis: odds ratio 1.95 (0.91–4.14), 95% CI, p = 0.084; 185 women, 36 with MC."
    )
    assert quoted["counts"] == "5 universes, 4 with an odds ratio; without: not selected 1."
    assert "between 1.95 and 2.40 (median 2.16)" in quoted["range"]
    assert quoted["joint"][0][3] == "0.090"


# the sentences


def test_the_e_value_says_on_which_scale_and_that_the_interval_needs_none():
    said = words.e_value_sentence(FOUND.values, FOUND.primary, "her2_status")
    assert said.startswith("E-value 2.14: something unmeasured")
    assert "the square root of the odds ratio stands for the risk ratio" in said
    assert "it holds the odds ratio 1 without any confounder" in said
    rare = words.e_value_sentence(
        FOUND.values | {"e_value_bound": 1.31}, pd.Series({"events": 36, "n": 1850}), "her2_status"
    )
    assert "the odds ratio itself stands" in rare
    assert "1.31 each would be enough" in rare
    none = words.e_value_sentence({"e_value": NAN}, FOUND.primary, "her2_status")
    assert "not estimable" in none


def test_a_tipping_point_is_a_factor_on_odds_and_says_where_p_goes():
    first, point = sentences(TIPPING)
    assert "unknown in 98 of 283 women" in first
    assert "At 1 the adjusted odds ratio is 1.93 (0.90–4.10), p = 0.085." in first
    assert "among HER2-positive women whose MC is unknown would have to be 1.44 times" in point
    assert "or more, for p to fall below 0.05" in point


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
    assert sentences(pd.DataFrame(columns=CURVE))[0].startswith("Tipping point: none")


def test_leaving_one_woman_out_says_range_and_flips():
    said = words.left_out_sentence(FOUND.values, INFLUENCE)
    assert "the 185 women" in said
    assert "from 1.82 to 2.04" in said
    assert "Leaving out 170 of the 185 women moves p across 0.05." in said


# the figure


def test_the_curve_holds_the_odds_ratios_by_significance_and_the_primary():
    shown = figure()
    (significant,), (other,) = drawn(shown, "significant"), drawn(shown, "other")
    assert significant.get_offsets().tolist() == [[2, 2.4], [3, 2.4]]
    assert other.get_offsets().tolist() == [[0, 1.95], [1, 1.95]]
    (primary,) = drawn(shown, "primary")
    assert primary.get_ydata().tolist() == [1.95]


def test_bounds_stand_on_an_axis_of_their_own():
    (bound,) = drawn(figure(), "bound")
    assert bound.get_ydata() == [6.0]
    assert bound.axes is not drawn(figure(), "primary")[0].axes


def test_the_matrix_has_a_row_per_option_and_a_column_per_universe():
    (matrix,) = drawn(figure(), "estimator")
    assert matrix.get_array().tolist() == [[1, 1, 0, 0], [0, 0, 1, 1]]
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
    copies = [UNIVERSES.iloc[[i % 4 + 1]] for i in range(1994)]
    listed = pd.concat([UNIVERSES, *copies], ignore_index=True)
    listed["universe"] = ["primary", *(f"u{i:05d}" for i in range(1, len(listed)))]
    fitted = ESTIMATES.iloc[[*range(6), *(i % 4 + 1 for i in range(1994))]].reset_index(drop=True)
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
        "only_alone": ALONE, "confidence_level": 0.95,
    }  # fmt: skip
    files = {kind: tmp_path / f"figure.{kind}" for kind in ("svg", "pdf", "png")}
    plot_specification_curve(**common, **files)
    assert all(1000 < file.stat().st_size < 500_000 for file in files.values())
    html, csv, quotes = (tmp_path / f"table.{kind}" for kind in ("html", "csv", "json"))
    render_script(**common, html=html, csv=csv, quotes=quotes, assumed_note="Invented.")
    for file in (html, csv):
        assert "Invented." in file.read_text(encoding="utf-8")
    assert "E-value 2.14" in quotes.read_text(encoding="utf-8")
