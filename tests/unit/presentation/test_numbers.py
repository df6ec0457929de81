import math

import pytest

from study.presentation import numbers


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.080803, "0.081"),
        (0.122858, "0.123"),
        (0.00049, "<0.001"),
        (0.001, "0.001"),
        (0.9996, ">0.999"),
        (1.0, ">0.999"),
        (0.05, "0.050"),
        (0.0504, "0.0504"),
        (0.0496, "0.0496"),
        (0.04999, "0.04999"),
        (0.0506, "0.051"),
        (math.nan, "—"),
    ],
)
def test_a_p_value_is_exact_and_never_rounded_onto_the_threshold(value, said):
    assert numbers.p_value(value) == said


def test_a_screening_threshold_is_not_rounded_onto_either():
    assert numbers.p_value(0.0998, (0.05, 0.1)) == "0.0998"
    assert numbers.p_value(0.0998, (0.05,)) == "0.100"


def test_a_p_value_in_a_sentence_has_its_sign():
    assert numbers.p_phrase(0.0001) == "p < 0.001"
    assert numbers.p_phrase(0.5) == "p = 0.500"


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (16.25, 1, "16.3"),
        (0.285, 2, "0.29"),
        (-1.25, 1, "−1.3"),
        (-0.04, 1, "0.0"),
        (math.inf, 2, "∞"),
        (math.nan, 2, "—"),
    ],
)
def test_rounding_is_half_up_with_a_true_minus_sign(value, digits, said):
    assert numbers.rounded(value, digits) == said


def test_an_odds_ratio_stands_with_its_interval():
    assert numbers.ratio_with_interval(1.946429, 0.914663, 4.142049) == "1.95 (0.91–4.14)"
    assert numbers.ratio_with_interval(0.001, 0, 123.4) == "<0.01 (0–123)"
    assert numbers.ratio_with_interval(math.nan, math.nan, math.nan) == "—"
    assert numbers.ratio_with_interval(2173.0, 104.2, 681093.0) == ">1000 (104–>1000)"


def test_a_negative_bound_of_a_difference_is_set_apart_by_to():
    assert numbers.points_with_interval(0.111189, -0.014, 0.250817) == "11.1 (−1.4 to 25.1)"


def test_a_count_stands_with_its_percentage():
    assert numbers.count_with_percent(15, 100 * 15 / 55) == "15 (27.3)"
    assert numbers.count_of_total(21, 130, 100 * 21 / 130) == "21/130 (16.2)"
    assert numbers.count_of_total(0, 0, math.nan) == "0/0"
