"""Odds ratio, risk ratio and risk difference of a 2×2 table, and where there is none."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study.statistics import effects
from tests.unit.statistics.tabular import table

MILAN = table((15, 40), (21, 109))
counts = st.integers(min_value=1, max_value=40)


def numbers(effect):
    return [effect.estimate, effect.ci_low, effect.ci_high]


def test_the_odds_ratio_that_follows_from_the_studys_counts():
    assert numbers(effects.odds_ratio(MILAN, 0.95)) == pytest.approx(
        [1.9464, 0.9147, 4.1420], abs=5e-5
    )


def test_every_effect_of_a_table_in_order_the_wald_odds_ratio_first():
    found = [(e.measure, e.method) for e in effects.two_by_two_effects(MILAN, 0.95)]
    assert found == [
        ("odds_ratio", "wald"),
        ("odds_ratio", "conditional_exact"),
        ("odds_ratio", "conditional_mid_p"),
        ("risk_ratio", "wald"),
        ("risk_difference", "newcombe"),
    ]


@pytest.mark.parametrize(
    ("of", "low", "high"),
    [
        (table((56, 14), (48, 32)), 0.0524, 0.3339),
        (table((9, 1), (3, 7)), 0.1705, 0.8090),
        (table((6, 1), (2, 5)), 0.0582, 0.8062),
        (table((5, 51), (0, 29)), -0.0381, 0.1926),
        (table((10, 0), (0, 20)), 0.6791, 1.0),
    ],
)
def test_newcombes_interval_of_his_own_examples(of, low, high):
    """Newcombe 1998, Statistics in Medicine 17:873, table II, method 10, to its 4 decimals."""
    effect = effects.risk_difference(of, 0.95)
    assert [effect.ci_low, effect.ci_high] == pytest.approx([low, high], abs=5.1e-5)


@pytest.mark.parametrize("cells", [(0, 6, 2, 15), (2, 4, 0, 17), (6, 0, 2, 15), (2, 4, 17, 0)])
def test_a_zero_cell_leaves_the_odds_ratio_empty_and_adds_nothing(cells):
    a, b, c, d = cells
    of = table((a, b), (c, d))
    assert all(math.isnan(number) for number in numbers(effects.odds_ratio(of, 0.95)))
    assert math.isnan(effects.conditional_odds_ratio(of, 0.95).estimate)


@pytest.mark.parametrize(
    ("of", "low", "high"),
    [
        (table((0, 1), (2, 9)), 0.0, 195.0),
        (table((0, 6), (2, 15)), 0.0, 15.7096649),
        (table((6, 0), (2, 15)), 4.21710212, math.nan),
        (table((0, 0), (2, 15)), math.nan, math.nan),
    ],
)
def test_a_zero_cell_leaves_the_exact_odds_ratio_the_bound_that_is_finite(of, low, high):
    """R's fisher.test, which stops within 0.5%; the first by hand: 1/(1 + OR/5) = 0.025."""
    effect = effects.conditional_odds_ratio(of, 0.95)
    assert [effect.ci_low, effect.ci_high] == pytest.approx([low, high], rel=5e-3, nan_ok=True)


def test_the_mid_p_interval_by_hand():
    """Three of eleven have the finding, so that the one exposed has it with odds OR·3/8."""
    effect = effects.mid_p_odds_ratio(table((0, 1), (3, 7)), 0.9)
    assert effect.ci_low == 0
    # 0.5 / (1 + OR·3/8) = 0.05
    assert effect.ci_high == pytest.approx(9 * 8 / 3, rel=1e-12)


@pytest.mark.parametrize("cells", [(0, 6, 2, 15), (6, 0, 2, 15), (0, 0, 2, 15), (2, 4, 17, 0)])
def test_of_the_mid_p_interval_a_zero_cell_leaves_what_it_leaves_of_the_exact_one(cells):
    a, b, c, d = cells
    of = table((a, b), (c, d))
    exact, mid_p = (f(of, 0.95) for f in (effects.conditional_odds_ratio, effects.mid_p_odds_ratio))
    assert [math.isnan(n) for n in numbers(mid_p)] == [math.isnan(n) for n in numbers(exact)]


@settings(max_examples=50, deadline=None)
@given(counts, counts, counts, counts)
def test_the_mid_p_interval_lies_within_the_exact_one_around_the_same_estimate(a, b, c, d):
    of = table((a, b), (c, d))
    exact, mid_p = (f(of, 0.95) for f in (effects.conditional_odds_ratio, effects.mid_p_odds_ratio))
    assert mid_p.estimate == exact.estimate
    assert exact.ci_low < mid_p.ci_low < mid_p.estimate < mid_p.ci_high < exact.ci_high


def test_nobody_with_the_finding_leaves_the_risk_ratio_empty_but_not_the_difference():
    of = table((0, 6), (2, 15))
    assert math.isnan(effects.risk_ratio(of, 0.95).estimate)
    assert effects.risk_difference(of, 0.95).estimate == pytest.approx(-2 / 17)


def test_everybody_with_the_finding_still_has_a_risk_ratio():
    assert effects.risk_ratio(table((6, 0), (5, 10)), 0.95).estimate == pytest.approx(3)


def test_an_empty_group_has_no_effect_at_all():
    for effect in effects.two_by_two_effects(table((0, 0), (2, 15)), 0.95):
        assert all(math.isnan(number) for number in numbers(effect)), effect.measure


def test_pooled_odds_ratio_of_strata_with_a_zero_cell_is_estimated():
    """By hand: Σad/n = 0·5/12 + 4·6/16 = 1.5; Σbc/n = 3·4/12 + 2·4/16 = 1.5."""
    strata = {"A": table((0, 3), (4, 5)), "B": table((4, 2), (4, 6))}
    assert effects.mantel_haenszel_odds_ratio(strata, 0.95).estimate == pytest.approx(1.0)


def test_an_infinite_pooled_odds_ratio_is_empty():
    strata = {"A": table((3, 0), (2, 5)), "B": table((4, 0), (1, 6))}
    assert all(
        math.isnan(number) for number in numbers(effects.mantel_haenszel_odds_ratio(strata, 0.95))
    )


@settings(max_examples=50, deadline=None)
@given(counts, counts, counts, counts)
def test_swapping_the_groups_inverts_the_ratios_and_negates_the_difference(a, b, c, d):
    of, swapped = table((a, b), (c, d)), table((c, d), (a, b))
    ratios = (
        effects.odds_ratio,
        effects.conditional_odds_ratio,
        effects.mid_p_odds_ratio,
        effects.risk_ratio,
    )
    for estimate in ratios:
        there, back = estimate(of, 0.95), estimate(swapped, 0.95)
        expected = [1 / there.estimate, 1 / there.ci_high, 1 / there.ci_low]
        assert numbers(back) == pytest.approx(expected, rel=1e-6), there.method
    there, back = effects.risk_difference(of, 0.95), effects.risk_difference(swapped, 0.95)
    assert numbers(back) == pytest.approx(
        [-there.estimate, -there.ci_high, -there.ci_low], abs=1e-12
    )
