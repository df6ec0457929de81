"""Intervals of replicates: order statistics, infinite values at the ends, BCa where it exists."""

import numpy as np
import pytest
from scipy.stats import bootstrap as scipy_bootstrap
from scipy.stats import norm

from study.statistics.stability.intervals import (
    acceleration_of,
    bca_interval,
    bias_correction,
    median,
    percentile_interval,
    spread,
)

INF, NAN = float("inf"), float("nan")
UNTIL_39 = np.arange(1.0, 40.0)


def test_of_39_values_the_95_percent_interval_is_the_whole_range():
    interval = percentile_interval(UNTIL_39, 0.95)
    assert (interval.low, interval.high, interval.status) == (1, 39, "ok")


def test_of_199_values_it_leaves_four_out_at_either_end():
    interval = percentile_interval(np.arange(199.0)[::-1], 0.95)
    assert (interval.low, interval.high) == (4, 194)  # the 5th from either end


def test_fewer_than_39_values_have_no_95_percent_interval():
    assert percentile_interval(UNTIL_39[:38], 0.95).status == "too_few_replicates"


def test_infinite_values_rank_at_their_end_and_open_the_bound_that_falls_on_them():
    values = np.where(UNTIL_39 > 38, INF, UNTIL_39)
    interval = percentile_interval(values, 0.95)
    assert (interval.low, interval.status) == (1, "open_high")
    assert np.isnan(interval.high)
    assert percentile_interval(-values, 0.95).status == "open_low"
    assert percentile_interval(np.where(UNTIL_39 < 2, -INF, values), 0.95).status == "open_both"


def test_a_replicate_without_a_value_counts_against_both_ends():
    values = np.where(UNTIL_39 == 20, NAN, UNTIL_39)
    assert percentile_interval(values, 0.95).status == "open_both"
    wider = percentile_interval(values, 0.90)  # the 2nd of 39 from either end
    assert (wider.low, wider.high) == (1, 39)


def test_infinite_values_beyond_the_bound_do_not_open_it():
    values = np.r_[np.arange(195.0), [INF] * 4]
    assert percentile_interval(values, 0.95).high == 194


def test_ties_count_half_for_the_bias_correction():
    values = np.array([0.0, 0.0, 0.0, 0.0, -1.0, 1.0, 2.0, 3.0])
    assert bias_correction(values, 0.0) == pytest.approx(norm.ppf((1 + 2) / 8))


def test_bca_of_a_mean_is_scipys():
    sample = np.array([0.1, 0.4, 0.2, 3.5, 1.7, 0.9, 0.3, 2.2, 5.8, 0.6])
    expected = scipy_bootstrap(
        (sample,), np.mean, n_resamples=1999, method="BCa", random_state=np.random.default_rng(4)
    )
    left = np.array([np.delete(sample, i).mean() for i in range(10)])
    found = bca_interval(expected.bootstrap_distribution, sample.mean(), left, np.ones(10), 0.95)
    # scipy interpolates between neighbours of 1,999
    assert found.low == pytest.approx(expected.confidence_interval.low, abs=0.01)
    assert found.high == pytest.approx(expected.confidence_interval.high, abs=0.05)


def test_the_acceleration_counts_every_patient_of_a_cell():
    one_by_one = acceleration_of(np.array([1.0, 1.0, 1.0, 4.0, 2.0]), np.ones(5))
    by_cell = acceleration_of(np.array([1.0, 4.0, 2.0]), np.array([3.0, 1.0, 1.0]))
    assert by_cell == pytest.approx(one_by_one)
    # by hand: mean 1.8; deviations .8 .8 .8 -2.2 -.2
    cubes, squares = 3 * 0.8**3 - 2.2**3 - 0.2**3, 3 * 0.8**2 + 2.2**2 + 0.2**2
    assert by_cell == pytest.approx(cubes / (6 * squares**1.5))


@pytest.mark.parametrize(
    ("observed", "jackknife"),
    [
        (0.0, [0.0, 0.0, 0.0]),  # leaving one out changes nothing
        (20.0, [19.0, 20.0, INF]),
        (INF, [19.0, 20.0, 21.0]),
        (NAN, [19.0, 20.0, 21.0]),
        (99.0, [19.0, 20.0, 21.0]),  # all replicates on one side
    ],
)
def test_bca_is_undefined_rather_than_huge(observed, jackknife):
    found = bca_interval(UNTIL_39, observed, np.array(jackknife), np.ones(3), 0.95)
    assert found.status == "undefined"
    assert np.isnan([found.low, found.high]).all()


def test_the_median_is_a_value_and_never_infinite():
    assert median(np.array([3.0, 1.0, 2.0])) == 2
    assert median(np.array([INF, 1.0, 2.0, NAN, -INF])) != median(np.array([1.0]))
    assert np.isnan(median(np.array([INF, INF, 1.0])))


def test_the_range_of_the_jackknife_is_open_where_a_value_is_infinite():
    assert spread(np.array([0.5, 0.1, 0.9])).low == 0.1
    assert spread(np.array([0.5, INF])).status == "open_high"
