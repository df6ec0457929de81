"""E-values are those of the paper and of R's EValue."""

from math import isnan, nan, sqrt

import pytest

from study.statistics.e_value import e_value, risk_ratio_of


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
    value = e_value(ratio, low, high, 0.0)  # of nobody unexposed: the ratio is a risk ratio
    assert value.risk_ratio == ratio
    assert value.estimate == pytest.approx(estimate, abs=5e-6)
    assert value.bound == pytest.approx(bound, abs=5e-6, nan_ok=True)


@pytest.mark.parametrize("table", [(15, 40, 21, 109), (8, 37, 35, 191), (30, 5, 10, 40)])
def test_the_risk_ratio_of_a_fourfold_table_is_exact(table):
    a, b, c, d = table
    odds_ratio, unexposed = a * d / (b * c), c / (c + d)
    assert risk_ratio_of(odds_ratio, unexposed) == pytest.approx((a / (a + b)) / unexposed)


def test_where_a_half_have_the_outcome_the_square_root_stands_for_the_risk_ratio():
    value = e_value(4.0, 2.25, 9.0, 1 / 3)  # risks of 1/3 and 2/3
    assert value.risk_ratio == pytest.approx(2)
    assert value.estimate == pytest.approx(2 + sqrt(2))
    assert value.bound == pytest.approx(_value(risk_ratio_of(2.25, 1 / 3)))


def _value(ratio):
    return ratio + sqrt(ratio * (ratio - 1))


def test_a_protective_ratio_has_the_value_of_its_inverse():
    harmful, protective = e_value(3.9, 1.8, 8.7, 0.0), e_value(1 / 3.9, 1 / 8.7, 1 / 1.8, 0.0)
    assert protective.estimate == pytest.approx(harmful.estimate)
    assert protective.bound == pytest.approx(harmful.bound)


def test_an_interval_that_holds_1_needs_no_confounder():
    # The reference study's own table: 15 of 55 and 21 of 130
    value = e_value(1.946429, 0.915, 4.142, 21 / 130)
    assert value.bound == 1
    assert value.estimate == pytest.approx(_value((15 / 55) / (21 / 130)), abs=1e-6)


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
    with pytest.raises(ValueError, match=r"odds ratio is|risk is"):
        e_value(*numbers)
