"""Decisions and joint tests on literal tables; the null; its calibration by simulation."""

import numpy as np
import pandas as pd
import pytest

from schemas.sensitivity import SENSITIVITY as SCHEMAS
from study.sensitivity.decisions import follow_exposure, summarise_decisions
from study.sensitivity.fitting import fit_universe, replicate_null
from study.sensitivity.imputed import Imputation
from study.sensitivity.joint import joint_statistics, judge_jointly
from study.sensitivity.null_outcomes import (
    Records,
    draw_records,
    draw_under_null,
    null_probabilities,
)
from study.sensitivity.prepared import Universe, prepare_universes
from study.sensitivity.robustness import TIPPING, summarise_robustness
from study.sensitivity.specification import specify
from tests.unit.sensitivity.cohort import ANALYSIS, CRITERIA, SETTING, changed, made_up

UNIVERSES = pd.DataFrame(
    {
        "universe": ["primary", "u1", "u2", "u3"],
        "a": ["x", "y", "x", "y"],
        "b": ["p", "p", "q", "q"],
        "is_primary": [True, False, False, False],
        "is_drawn": [False, False, False, True],
        "keeps_exposure": True,
    }
)
OPTIONS = {"a": ["x", "y"], "b": ["p", "q"]}
CHANGES = {
    "a": {"x": {}, "y": {"criteria": {"bilateral": False}}},
    "b": {"p": {"derivation": {"age_coding": "unrounded"}}, "q": {"terms": {"age_group": None}}},
}
ESTIMATES = pd.DataFrame(
    {
        "universe": ["primary", "u1", "u2", "u3"],
        "variable": "her2_status",
        "level": "positive",
        "n": 100,
        "events": 20,
        "log_odds": np.log([2.0, 4.0, 1.0, np.nan]),
        "odds_ratio": [2.0, 4.0, 1.0, np.nan],
        "p_value": [0.06, 0.01, 0.9, np.nan],
        "status": ["ok", "ok", "ok", "not_selected"],
        "women_changed": [0, 7, 0, 7],
    }
)


def summarised(universes=UNIVERSES, estimates=ESTIMATES, bound=()):
    followed = follow_exposure(universes, estimates, "her2_status", "positive")
    bounds = followed["universe"].isin(bound)
    table = SCHEMAS["decisions"].validate(summarise_decisions(followed, OPTIONS, bounds, CHANGES))
    return table.set_index(["dimension", "option"])


def with_nested(universes, status="ok"):
    """Rows of the nested subtype in the models of these universes."""
    nested = ESTIMATES[ESTIMATES["universe"].isin(universes)]
    nested = nested.assign(variable="luminal_b_her2_positive", level="yes", status=status)
    return pd.concat([ESTIMATES, nested])


def drawn(rows):
    """Universes beside those above, each as often as said: a, b, odds ratio, kept, nested."""
    many = [row for *row, times in rows for _ in range(times)]
    frame = pd.DataFrame(many, columns=["a", "b", "odds_ratio", "keeps_exposure", "nested"])
    frame["universe"] = [f"d{i}" for i in range(len(frame))]
    estimates = ESTIMATES.iloc[[0] * len(frame)].assign(
        universe=frame["universe"].to_numpy(),
        odds_ratio=frame["odds_ratio"].to_numpy(),
        log_odds=np.log(frame["odds_ratio"].to_numpy()),
    )
    nested = estimates[frame["nested"].to_numpy()].assign(variable="luminal_b_her2_positive")
    universes = frame.assign(is_primary=False, is_drawn=True)
    return (
        pd.concat([UNIVERSES, universes[UNIVERSES.columns]], ignore_index=True),
        pd.concat([ESTIMATES, estimates, nested], ignore_index=True),
    )


def test_a_decision_has_its_shift_from_the_primary():
    table = summarised()
    y, q = table.loc[("a", "y")], table.loc[("b", "q")]
    assert (y["shift"], y["flips_significance"]) == (2.0, True)
    assert (q["shift"], q["flips_significance"]) == (0.5, False)
    assert (y["n_alone"], y["events_alone"]) == (100, 20)


def test_a_decision_says_whom_it_acts_on_and_how_many_women_it_changes_alone():
    table = summarised()
    assert table["acts_on"].to_dict() == {
        ("a", "x"): "model", ("a", "y"): "women", ("b", "p"): "women", ("b", "q"): "model",
    }  # fmt: skip
    assert table["women_changed_alone"].tolist() == [0, 7, 0, 0]


def test_an_option_that_holds_others_names_them():
    held = UNIVERSES.assign(b=["p", "q", "q", "q"])
    table = summarised(held)
    assert table["held_alone"].tolist() == ["", "b=q", "", ""]


def test_another_contrast_has_neither_shift_nor_flip():
    table = summarised(estimates=with_nested(["primary", "u2"]))
    y, q = table.loc[("a", "y")], table.loc[("b", "q")]
    assert (y["same_contrast_alone"], q["same_contrast_alone"]) == (False, True)
    assert pd.isna(y["shift"])
    assert pd.isna(y["flips_significance"])
    assert y["odds_ratio_alone"] == 4.0
    assert (q["shift"], q["flips_significance"]) == (0.5, False)


@pytest.mark.parametrize(
    ("universes", "status", "same"),
    [
        ([], "ok", [True, True, True, True]),
        (["u1"], "ok", [True, False, True, True]),
        (["primary", "u1"], "ok", [True, True, False, True]),  # u3 has no odds ratio
        (["u1"], "aliased", [True, True, True, True]),  # it could not be in the model
        (["u1"], "separated", [True, False, True, True]),
    ],
)
def test_a_contrast_is_the_primarys_if_both_models_have_the_nested_subtype_or_neither(
    universes, status, same
):
    estimates = with_nested(universes, status)
    followed = follow_exposure(UNIVERSES, estimates, "her2_status", "positive")
    assert followed["same_contrast"].tolist() == same


def test_an_exposure_in_which_nothing_is_nested_has_one_contrast():
    estimates = with_nested(["u1"]).replace({"her2_status": "density_group"})
    followed = follow_exposure(UNIVERSES, estimates, "density_group", "positive")
    assert followed["same_contrast"].all()


def test_medians_are_of_drawn_universes_whose_odds_ratios_can_be_compared():
    rows = [
        ("x", "p", 2.0, True, False, 11),
        ("x", "q", 8.0, True, False, 10),
        ("y", "p", 3.0, True, False, 9),
        ("y", "p", 50.0, False, False, 30),  # had to pass its screen
        ("y", "q", 70.0, True, True, 30),  # another contrast
    ]
    table = summarised(*drawn(rows))
    x, y = table.loc[("a", "x")], table.loc[("a", "y")]
    assert (x["universes"], x["estimated"], x["compared"]) == (21, 21, 21)
    assert x["median_odds_ratio"] == pytest.approx(2.0)
    # u3, without an odds ratio, was drawn too
    assert (y["universes"], y["estimated"], y["compared"], y["significant"]) == (70, 69, 9, 0)
    assert pd.isna(y["median_odds_ratio"])


def test_the_share_of_a_decision_is_that_of_the_variance_between_its_options():
    rows = [
        (a, b, ratio, True, False, 10)
        for a, b, ratio in [("x", "p", 1.0), ("x", "q", 2.0), ("y", "p", 4.0), ("y", "q", 8.0)]
    ]
    # In units of log 2 the four are 0, 1, 2, 3: variance 1.25, of which 1 and 0.25 between options.
    share = summarised(*drawn(rows))["variance_share"]
    assert share.tolist() == pytest.approx([0.8, 0.8, 0.2, 0.2])
    few = [(*row[:-1], 4) for row in rows]
    assert summarised(*drawn(few))["variance_share"].isna().all()


def test_a_bound_is_its_own_option_and_counts_in_no_other():
    bounds = UNIVERSES.assign(a=["x", "y", "x", "x"])
    table = summarised(bounds, bound=["u1"])
    y = table.loc[("a", "y")]
    assert (y["universes"], y["significant"]) == (1, 1)
    assert pd.isna(y["median_odds_ratio"])
    assert table.loc[("b", "p"), "universes"] == 0


def test_robustness_is_over_analyses_of_one_contrast():
    estimates = with_nested(["u1"]).assign(
        std_error=0.3, ci_low=lambda rows: rows["odds_ratio"] / 2, ci_high=9.0
    )
    followed = follow_exposure(UNIVERSES, estimates, "her2_status", "positive")
    nobody = pd.Series(False, followed.index)
    alone = pd.DataFrame({"odds_ratio": [2.1], "p_value": [0.04], "status": "ok", "women": [3]})
    table = summarise_robustness(followed, nobody, pd.DataFrame(columns=TIPPING), alone, 0.2)
    value = SCHEMAS["robustness"].validate(table).set_index("measure")["value"]
    assert value[["universes", "estimated", "other_contrast"]].tolist() == [4, 3, 1]
    assert value[["significant", "above_one"]].tolist() == [0, 1]
    assert value[["lowest_odds_ratio", "highest_odds_ratio"]].tolist() == [1.0, 2.0]
    assert value["median_odds_ratio"] == pytest.approx(np.sqrt(2))


def test_the_three_statistics_are_two_sided_and_a_universe_without_estimate_says_nothing():
    log_odds = np.array([[0.5, -0.5], [1.0, -1.0], [np.nan, np.nan]])
    p_value = np.array([[0.2, 0.2], [0.01, 0.01], [np.nan, np.nan]])
    statistics = joint_statistics(log_odds, p_value)
    assert statistics[:, 0] == pytest.approx(statistics[:, 1])
    assert statistics[:2, 0] == pytest.approx([0.75, 1 / 3])
    assert statistics[2, 0] == pytest.approx((1.2815515655 + 2.5758293035) / 3)


def test_a_p_value_counts_the_cohort_itself_among_the_replicates():
    followed = follow_exposure(UNIVERSES, ESTIMATES, "her2_status", "positive")
    drawn = {"primary": [0.1, 0.8, -0.9], "u1": [0.2, 0.7, -0.8]}
    null = pd.DataFrame(
        [
            {"universe": name, "log_odds": value, "p_value": 0.5, "status": "ok"}
            for name, values in drawn.items()
            for value in values
        ]
    )
    table = SCHEMAS["joint"].validate(judge_jointly(followed, null, 0.95)).set_index("statistic")
    assert table["contrast"].eq("any").all()
    assert table.loc["median_log_odds", "observed"] == pytest.approx(np.log(8) / 2)
    assert table.loc["median_log_odds", ["beyond", "p_value"]].tolist() == [0, 0.25]


def test_another_contrast_counts_in_the_first_tests_alone_in_cohort_and_replicates():
    followed = follow_exposure(UNIVERSES, with_nested(["u1"]), "her2_status", "positive")
    ratios = followed.set_index("universe")["log_odds"]
    rows = [
        ["primary", 0.1, 0.5, "ok"], ["primary", 2.0, 0.01, "nested"],
        ["u1", 0.3, 0.5, "nested"], ["u1", np.nan, np.nan, "not_estimable"],
    ]  # fmt: skip
    null = pd.DataFrame(rows, columns=["universe", "log_odds", "p_value", "status"])
    table = SCHEMAS["joint"].validate(judge_jointly(followed, null, 0.95))
    median = table[table["statistic"].eq("median_log_odds")].set_index("contrast")
    assert median.loc["any", "observed"] == pytest.approx(ratios[["primary", "u1"]].median())
    assert median.loc["primary", "observed"] == pytest.approx(ratios["primary"])
    assert median.loc["any", "null_median"] == pytest.approx((0.2 + 2.0) / 2)
    assert median.loc["primary", "null_median"] == pytest.approx((0.1 + 0.0) / 2)
    assert table["null_not_estimable"].eq(0.25).all()
    assert table["null_not_estimable_most"].eq(0.5).all()


def test_replicates_say_why_they_have_no_estimate_and_whether_it_is_of_another_contrast():
    named = [
        Universe("all", changed(screening_threshold="none")),
        Universe("without", changed(screening_threshold="none", nested_subtype="left_out")),
        Universe("screened", changed(exposure="screened")),
    ]
    cohort, primary = made_up(400), specify(ANALYSIS)
    records = draw_under_null(cohort, primary, ANALYSIS["models"]["multivariable"], SETTING, 60, 5)
    every = pd.concat(
        replicate_null(one, records)
        for one in prepare_universes(cohort, named, CRITERIA, SETTING, primary)
    )
    assert every["log_odds"].notna().eq(every["status"].isin(["ok", "nested"])).all()
    seen = every.groupby("universe")["status"].agg(set)
    assert seen["all"] <= {"nested", "not_estimable"}
    assert "nested" in seen["all"]
    assert seen["without"] <= {"ok", "not_estimable"}
    assert {"not_selected", "ok"} <= seen["screened"]


def test_reports_are_read_as_the_decision_says():
    found = np.array([[True], [False], [False], [False]])
    silent = np.array([[False], [True], [True], [False]])
    records = Records(found, silent, np.array([True, True, True, False]))
    missing = np.array([True, True, False, True])
    read = {
        name: [part[:, 0].tolist() for part in records.read(name, missing)]
        for name in ("absent", "unknown", "unknown_where_density_missing")
    }
    yes = [True, False, False, False]
    assert read["absent"] == [yes, [False, True, True, False]]
    assert read["unknown"] == [yes, [False, False, False, False]]
    assert read["unknown_where_density_missing"] == [yes, [False, False, True, False]]


def test_under_the_null_reports_follow_the_covariates_and_not_the_exposure():
    cohort = made_up(2000, effect=2.0)
    primary = specify(ANALYSIS)
    models = ANALYSIS["models"]["multivariable"]
    records = draw_under_null(cohort, primary, models, SETTING, 200, 5)
    recorded = cohort["microcalcifications_recorded"].reset_index(drop=True)
    positive = cohort["her2_ihc"].reset_index(drop=True).eq("3+").to_numpy()
    observed = recorded.eq("yes").groupby(positive).mean()
    assert observed[True] - observed[False] > 0.2
    drawn = records.found.mean(axis=1)
    known = recorded.ne("unknown").to_numpy()
    assert drawn[known & positive].mean() - drawn[known & ~positive].mean() == pytest.approx(
        0, abs=0.03
    )
    assert drawn[known].mean() == pytest.approx(recorded[known].eq("yes").mean(), abs=0.01)
    assert not (records.found & records.silent).any()
    assert not records.found[~known].any()


def test_a_report_that_lost_its_finding_is_as_silent_as_the_others():
    recorded = pd.Series(["yes"] * 500 + ["undescribed"] * 300 + ["no"] * 100)
    records = draw_records(np.full(900, 0.5), recorded, np.zeros(900, bool), 100, 3)
    lost = ~records.found[:500]
    assert records.silent[:500][lost].mean() == pytest.approx(0.75, abs=0.01)
    assert records.silent[500:800][~records.found[500:800]].all()


def test_probabilities_are_those_of_the_groups_of_a_saturated_model():
    coded = pd.DataFrame(
        {"patient_id": [str(i) for i in range(60)], "age": ["a"] * 40 + ["b"] * 20}
    )
    recorded = pd.Series(["yes"] * 10 + ["no"] * 30 + ["yes"] * 10 + ["undescribed"] * 10)
    found = null_probabilities(coded, recorded, ["age"])
    # Firth's estimate of a saturated model adds half a patient to each cell.
    assert found[0] == pytest.approx(10.5 / 41)
    assert found[-1] == pytest.approx(10.5 / 21)


def test_who_has_a_report_is_drawn_and_not_excluded_by_her_observed_one():
    cohort = made_up(400)
    reading = {"undescribed_finding": "unknown_where_density_missing"}
    named = [
        Universe("excluded", changed(**reading)),
        Universe("kept", changed(microcalcifications_not_reported="kept", **reading)),
    ]
    primary = specify(ANALYSIS)
    models = ANALYSIS["models"]["multivariable"]
    records = draw_under_null(cohort, primary, models, SETTING, 60, 5)
    null = [
        replicate_null(one, records).drop(columns="universe")
        for one in prepare_universes(cohort, named, CRITERIA, SETTING, primary)
    ]
    assert null[0]["log_odds"].notna().any()
    pd.testing.assert_frame_equal(*null)


GRID = [
    {}, {"screening_threshold": "none"}, {"density_coding": "four_classes"},
    {"nested_subtype": "left_out"}, {"estimator": "firth"}, {"subtype_unknown": "kept"},
]  # fmt: skip


def joint_p_values(cohort, replicates, seed):
    named = [
        Universe("primary" if not choices else f"u{i}", changed(**choices))
        for i, choices in enumerate(GRID)
    ]
    models = ANALYSIS["models"]["multivariable"]
    records = draw_under_null(cohort, specify(ANALYSIS), models, SETTING, replicates, seed)
    fits, null = [], []
    for prepared in prepare_universes(cohort, named, CRITERIA, SETTING, specify(ANALYSIS)):
        fits.append(fit_universe(prepared, Imputation(5, 1)))
        null.append(replicate_null(prepared, records))
    names = pd.DataFrame({"universe": [one.name for one in named]})
    followed = follow_exposure(names, pd.concat(fits), "her2_status", "positive")
    return (
        judge_jointly(followed, pd.concat(null), 0.95)
        .query("contrast == 'any'")
        .set_index("statistic")["p_value"]
    )


def test_the_joint_test_keeps_its_level_under_the_null_and_has_power():
    under_null = pd.DataFrame(
        [joint_p_values(made_up(200, 0.0, seed=100 + i), 39, i) for i in range(20)]
    )
    # Of 20 cohorts 1 is expected at or below 0.05, and 5 or more in one of 390 series.
    for statistic in ("median_log_odds", "mean_z"):
        assert (under_null[statistic] <= 0.05).sum() < 5
        assert 0.3 < under_null[statistic].mean() < 0.7
    assert (joint_p_values(made_up(400, 2.0), 99, 1)[["median_log_odds", "mean_z"]] <= 0.01).all()
