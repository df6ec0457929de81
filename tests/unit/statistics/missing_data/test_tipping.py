"""The delta-adjusted curve and where it tips."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from study.statistics.missing_data.fits import fit_completed
from study.statistics.missing_data.imputation import impute
from study.statistics.missing_data.pooling import pool
from study.statistics.missing_data.tipping import CURVE, find_tipping_points, tipping_curve
from tests.unit.statistics.missing_data.women import (
    EXPOSURE,
    LEVELS,
    OUTCOME,
    REFERENCES,
    imputed,
    women,
)

GROUPS = {"her2_positive": ["positive"], "all": ["positive", "negative"]}
TERMS = [EXPOSURE, "histology_group"]
FIT = partial(fit_completed, outcome=OUTCOME, terms=TERMS, references=REFERENCES)


def curve_of(frame, deltas, m=20):
    variables = [OUTCOME, EXPOSURE, "histology_group"]
    complete = partial(impute, frame, variables, LEVELS, m, 3, 7)
    return tipping_curve(
        lambda shift: complete(outcome_shift=shift),
        FIT,
        OUTCOME,
        EXPOSURE,
        "positive",
        GROUPS,
        deltas,
        0.95,
    )


@pytest.fixture(scope="module")
def curve():
    return curve_of(women(300, seed=2), np.arange(-2, 2.1, 0.5))


def test_every_delta_of_every_group_has_a_row(curve):
    assert list(curve.columns) == CURVE
    assert curve["status"].eq("ok").all()
    assert curve.groupby("shifted", sort=False).size().to_dict() == {"her2_positive": 9, "all": 9}


def test_delta_zero_is_multiple_imputation_without_a_shift(curve):
    frame = women(300, seed=2)
    fits = FIT(imputed(frame, [OUTCOME, EXPOSURE, "histology_group"], m=20))
    pooled = pool(fits.estimates, fits.covariances, fits.complete_df)
    zero = curve[curve["delta"].eq(0)]
    assert len(zero) == 2
    assert zero["log_odds"].tolist() == pytest.approx([pooled.estimate[0]] * 2, abs=1e-12)
    assert zero["p_value"].tolist() == pytest.approx([pooled.p_value[0]] * 2, abs=1e-12)
    low, high = pooled.interval(0.95)
    assert zero["ci_low"].iloc[0] == pytest.approx(np.exp(low[0]))
    assert zero["ci_high"].iloc[0] == pytest.approx(np.exp(high[0]))


def test_outcomes_of_the_positive_alone_raise_their_odds_ratio_steadily(curve):
    own = curve[curve["shifted"].eq("her2_positive")]
    assert (np.diff(own["odds_ratio"]) > 0).all()
    assert (np.diff(own["imputed_events"]) > 0).all()


def test_outcomes_of_all_change_it_less(curve):
    spread = curve.groupby("shifted")["log_odds"].agg(np.ptp)
    assert spread["all"] < spread["her2_positive"]


def test_imputed_women_are_counted(curve):
    frame = women(300, seed=2)
    gone = frame[OUTCOME].isna()
    assert curve["imputed"].eq(gone.sum()).all()
    assert curve["imputed_exposure"].eq((gone & frame[EXPOSURE].isna()).sum()).all()
    assert curve["imputed_exposed"].eq((gone & frame[EXPOSURE].eq("positive")).sum()).all()
    assert 0 < curve["imputed_exposure"].iloc[0] < curve["imputed"].iloc[0]
    assert curve["n"].eq(300).all()
    known = frame[OUTCOME].eq("yes").sum()
    assert (curve["events"] - curve["imputed_events"]).tolist() == pytest.approx([known] * 18)


def test_a_model_that_cannot_be_fitted_leaves_its_row_empty():
    frame = pd.DataFrame(
        {
            OUTCOME: ["yes"] * 9 + ["no"] * 20 + [None],
            EXPOSURE: ["positive"] * 9 + ["positive", *["negative"] * 19, "positive"],
            "histology_group": ["IDC", "other"] * 15,
        }
    )
    curve = curve_of(frame, [0.0, 1.0], m=3)
    assert curve["status"].eq("separated").all()
    assert curve[["log_odds", "odds_ratio", "ci_low", "ci_high", "p_value"]].isna().all(axis=None)
    assert find_tipping_points(curve, 0.05)["status"].tolist() == ["not_estimable"] * 2


def points(deltas, p_values):
    curve = pd.DataFrame({"delta": deltas, "p_value": p_values}).reindex(columns=CURVE)
    return find_tipping_points(curve.assign(shifted="all", log_odds=np.array(deltas) / 2), 0.05)


def test_the_tipping_point_lies_between_its_neighbours():
    # log p falls from log 0.1 to log 0.025: half of it is 0.05
    found = points([0, 1, 2], [0.4, 0.1, 0.025])
    assert found["delta"].tolist() == pytest.approx([1.5])
    assert found["odds_ratio"].tolist() == pytest.approx([np.exp(0.75)])
    assert found["significant_above"].tolist() == [True]
    assert found["status"].tolist() == ["ok"]


def test_the_simulation_error_is_that_of_z_over_the_slope_of_z():
    curve = pd.DataFrame({"delta": [0.0, 1.0, 2.0], "p_value": [0.4, 0.1, 0.025]})
    curve = curve.reindex(columns=CURVE).assign(
        shifted="all", log_odds=[0.4, 0.8, 1.2], std_error=0.5, monte_carlo_error=0.05
    )
    # z rises by 0.8 per delta and is uncertain by 0.05 / 0.5.
    found = find_tipping_points(curve, 0.05)
    assert found["simulation_error"].tolist() == pytest.approx([0.1 / 0.8])


def test_a_p_value_may_cross_on_the_way_down_and_on_the_way_up():
    found = points([-2, 0, 2], [0.01, 0.6, 0.01])
    assert found["significant_above"].tolist() == [False, True]
    assert found["delta"].tolist() == pytest.approx([-found["delta"][1], found["delta"][1]])


def test_without_a_crossing_the_delta_is_empty():
    found = points([0, 1], [0.2, 0.1])
    assert found[["delta", "simulation_error"]].isna().all(axis=None)
    assert found["status"].tolist() == ["not_crossed"]


def test_a_gap_in_the_curve_is_not_crossed():
    assert points([0, 1, 2, 3], [0.2, np.nan, 0.01, 0.01])["status"].tolist() == ["not_crossed"]


def test_a_p_value_of_zero_is_still_a_crossing():
    assert 0 < points([0, 1], [0.2, 0.0])["delta"][0] < 1


def test_the_order_of_the_grid_does_not_matter():
    assert points([2, 0, 1], [0.025, 0.4, 0.1])["delta"].tolist() == pytest.approx([1.5])
