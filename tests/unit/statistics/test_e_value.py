"""E-values are those of the paper and of R's EValue."""

from math import isnan, nan, sqrt

import pytest

from study.statistics.e_value import e_value


@pytest.mark.parametrize(
    ("ratio", "low", "high", "estimate", "bound"),
    [
        # Vignette "unmeasured-confounding" of EValue 4.1.3: smoking and lung cancer
        (10.73, 8.02, 14.36, 20.94777, 15.52336),
        # The same and Annals of Internal Medicine 2017;167:268: breastfeeding
        (3.9, 1.8, 8.7, 7.263034, 3.0),
        # Reference page of tipr's e_value
        (0.9, nan, nan, 1.462475, nan),
        (1.3, nan, nan, 1.9245, nan),
    ],
)
def test_published_values_are_met(ratio, low, high, estimate, bound):
    value = e_value(ratio, low, high, 0.05)
    assert value.conversion == "rare_outcome"
    assert value.estimate == pytest.approx(estimate, abs=5e-6)
    assert value.bound == pytest.approx(bound, abs=5e-6, nan_ok=True)


def test_a_common_outcome_takes_the_square_root_of_the_odds_ratio():
    value = e_value(4.0, 2.25, 9.0, 0.195)
    assert value.conversion == "square_root"
    assert (value.risk_ratio, value.risk_ratio_low, value.risk_ratio_high) == (2, 1.5, 3)
    assert value.estimate == pytest.approx(2 + sqrt(2))
    assert value.bound == pytest.approx(1.5 + sqrt(0.75))


def test_fifteen_percent_is_still_rare():
    assert e_value(2, 1, 4, 0.15).conversion == "rare_outcome"
    assert e_value(2, 1, 4, 0.1501).conversion == "square_root"


def test_a_protective_ratio_has_the_value_of_its_inverse():
    harmful, protective = e_value(3.9, 1.8, 8.7, 0.05), e_value(1 / 3.9, 1 / 8.7, 1 / 1.8, 0.05)
    assert protective.estimate == pytest.approx(harmful.estimate)
    assert protective.bound == pytest.approx(harmful.bound)


def test_an_interval_that_holds_1_needs_no_confounder():
    # The reference study's own table: 1.946 (0.915 to 4.142), 19.5% with the outcome
    value = e_value(1.946, 0.915, 4.142, 36 / 185)
    assert value.bound == 1
    assert value.estimate == pytest.approx(sqrt(1.946) + sqrt(1.946 - sqrt(1.946)))


def test_no_association_needs_no_confounder():
    assert e_value(1, 0.5, 2, 0.1).estimate == 1


def test_what_is_not_known_has_no_value():
    value = e_value(nan, nan, nan, 0.2)
    assert isnan(value.estimate)
    assert isnan(value.bound)


@pytest.mark.parametrize(
    "numbers", [(2, 3, 4, 0.1), (2, -1, 4, 0.1), (2, 1, float("inf"), 0.1), (2, 1, 4, 19.5)]
)
def test_impossible_numbers_are_refused(numbers):
    with pytest.raises(ValueError, match=r"odds ratio is|prevalence is"):
        e_value(*numbers)
