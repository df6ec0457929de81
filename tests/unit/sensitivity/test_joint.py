"""Decisions and joint tests on literal tables; the null; its calibration by simulation."""

import numpy as np
import pandas as pd
import pytest

from schemas.sensitivity import SENSITIVITY as SCHEMAS
from study.sensitivity.decisions import follow_exposure, summarise_decisions
from study.sensitivity.fitting import Universe, fit_universe, prepare_universes, replicate_null
from study.sensitivity.imputed import Imputation
from study.sensitivity.joint import joint_statistics, judge_jointly
from study.sensitivity.null_outcomes import (
    Records,
    draw_records,
    draw_under_null,
    null_probabilities,
)
from study.sensitivity.specification import specify
from tests.unit.sensitivity.cohort import ANALYSIS, CRITERIA, SETTING, changed, made_up

UNIVERSES = pd.DataFrame(
    {
        "universe": ["primary", "u1", "u2", "u3"],
        "a": ["x", "y", "x", "y"],
        "b": ["p", "p", "q", "q"],
        "is_primary": [True, False, False, False],
    }
)
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
    }
)


def test_a_decision_has_its_shift_from_the_primary_and_its_median_over_universes():
    followed = follow_exposure(UNIVERSES, ESTIMATES, "her2_status", "positive")
    nobody = pd.Series(False, followed.index)
    table = summarise_decisions(followed, {"a": ["x", "y"], "b": ["p", "q"]}, nobody)
    table = SCHEMAS["decisions"].validate(table).set_index(["dimension", "option"])
    y, q = table.loc[("a", "y")], table.loc[("b", "q")]
    assert (y["shift"], y["flips_significance"], y["median_odds_ratio"]) == (2.0, True, 4.0)
    assert (y["universes"], y["estimated"], y["significant"]) == (2, 1, 1)
    assert (q["shift"], q["flips_significance"]) == (0.5, False)
    assert table.loc[("a", "x"), "median_odds_ratio"] == pytest.approx(np.sqrt(2))


def test_a_bound_counts_in_its_own_option_only():
    followed = follow_exposure(UNIVERSES, ESTIMATES, "her2_status", "positive")
    bound = followed["universe"].eq("u1")
    table = summarise_decisions(followed, {"a": ["x", "y"], "b": ["p", "q"]}, bound)
    table = table.set_index(["dimension", "option"])
    assert table.loc[("b", "p"), "universes"] == 1
    assert table.loc[("a", "y"), "universes"] == 1  # u3; the bound is not alone in its option


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
            {"universe": name, "replicate": i, "log_odds": value, "p_value": 0.5}
            for name, values in drawn.items()
            for i, value in enumerate(values)
        ]
    )
    table = SCHEMAS["joint"].validate(judge_jointly(followed, null, 0.95)).set_index("statistic")
    assert table.loc["median_log_odds", "observed"] == pytest.approx(np.log(8) / 2)
    assert table.loc["median_log_odds", ["beyond", "p_value"]].tolist() == [0, 0.25]


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
    for prepared in prepare_universes(cohort, named, CRITERIA, SETTING):
        fits.append(fit_universe(prepared, Imputation(5, 1)))
        null.append(replicate_null(prepared, records))
    names = pd.DataFrame({"universe": [one.name for one in named]})
    followed = follow_exposure(names, pd.concat(fits), "her2_status", "positive")
    return judge_jointly(followed, pd.concat(null), 0.95).set_index("statistic")["p_value"]


def test_the_joint_test_keeps_its_level_under_the_null_and_has_power():
    under_null = pd.DataFrame(
        [joint_p_values(made_up(200, 0.0, seed=100 + i), 39, i) for i in range(20)]
    )
    # Of 20 cohorts 1 is expected at or below 0.05, and 5 or more in one of 390 series.
    for statistic in ("median_log_odds", "mean_z"):
        assert (under_null[statistic] <= 0.05).sum() < 5
        assert 0.3 < under_null[statistic].mean() < 0.7
    assert (joint_p_values(made_up(400, 2.0), 99, 1)[["median_log_odds", "mean_z"]] <= 0.01).all()
