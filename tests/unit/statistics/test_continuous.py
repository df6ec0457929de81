"""Two groups of a continuous variable: limits of the tests, and which one is chosen."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import lognorm, norm

from study.statistics import continuous
from study.statistics.comparison import list_comparisons

ages = st.lists(st.integers(min_value=20, max_value=90), min_size=3, max_size=20)


def normal(n, mean, sd):
    """Values that look as normal as n values can."""
    return norm.ppf((np.arange(n) + 0.5) / n) * sd + mean


def skewed(n):
    return lognorm.ppf((np.arange(n) + 0.5) / n, 1.0)


def chosen(with_mc, without):
    values = np.concatenate([with_mc, without])
    frame = pd.DataFrame(
        {
            "age_years": values,
            "ki67_percent": np.nan,
            "microcalcifications": ["yes"] * len(with_mc) + ["no"] * len(without),
            "her2_status": "negative",
        }
    )
    tests = list_comparisons(frame, normality_alpha=0.05, equal_variance_alpha=0.05)
    rows = tests[tests["table"].eq("age_by_mc") & tests["chosen"]]
    assert len(rows) == 1
    return rows["test"].item()


def test_normal_groups_of_equal_spread_are_compared_by_students_t():
    assert chosen(normal(30, 60, 10), normal(50, 58, 10)) == "student_t"


def test_normal_groups_of_unequal_spread_are_compared_by_welchs_t():
    assert chosen(normal(30, 60, 3), normal(50, 58, 15)) == "welch_t"


@pytest.mark.parametrize("other", [normal(50, 60, 10), skewed(50)])
def test_one_skewed_group_is_enough_for_mann_whitney(other):
    assert chosen(skewed(40), other) == "mann_whitney"


def test_groups_too_small_to_judge_are_compared_by_mann_whitney():
    assert chosen(np.array([50.0, 60.0]), normal(50, 60, 10)) == "mann_whitney"


def test_beyond_five_thousand_patients_skewness_decides():
    assert chosen(normal(5001, 60, 10), normal(50, 60, 10)) == "student_t"
    assert chosen(skewed(5001), normal(50, 60, 10)) == "mann_whitney"
    result = continuous.shapiro_wilk(skewed(5001))
    assert not result.computed
    assert "skewness=" in result.note


@pytest.mark.parametrize(
    "test",
    [continuous.levene, continuous.student_t, continuous.welch_t, continuous.mann_whitney],
)
@pytest.mark.parametrize(
    ("first", "second"),
    [([], []), ([], [60.0, 61.0]), ([60.0, 60.0], [60.0, 60.0])],
    ids=["nobody", "one group empty", "all alike"],
)
def test_groups_that_cannot_be_compared_have_no_p_value_and_say_why(test, first, second):
    result = test(np.array(first), np.array(second))
    assert not result.computed
    assert result.note.startswith("not computed: ")


@pytest.mark.parametrize("values", [[], [60.0, 61.0], [60.0] * 10])
def test_normality_of_too_few_or_constant_values_is_not_claimed(values):
    assert not continuous.shapiro_wilk(np.array(values)).computed
    assert not continuous.looks_normal(np.array(values), 0.05)


def test_mann_whitney_of_few_patients_is_exact_unless_values_tie():
    """R: wilcox.test(c(1, 3, 5), c(2, 4, 0), exact = TRUE) gives 0.7."""
    untied, tied = np.array([1.0, 3.0, 5.0]), np.array([1.0, 2.0, 4.0])
    exact = continuous.mann_whitney(untied, np.array([2.0, 4.0, 0.0]))
    assert exact.p_value == pytest.approx(0.7, abs=1e-12)
    assert "asymptotic_p_value=0.5126" in exact.note
    asymptotic = continuous.mann_whitney(untied, tied)
    assert asymptotic.note.startswith("asymptotic, tie-corrected")


def test_mann_whitney_of_many_patients_is_asymptotic():
    """SPSS: exact up to 400 pairs of patients, and 220 of half the pairs and the smaller group."""
    for n, way in ((20, "exact"), (21, "asymptotic")):
        note = continuous.mann_whitney(normal(n, 60, 10), normal(20, 58, 11)).note
        assert note.startswith(way)


@settings(max_examples=50, deadline=None)
@given(ages, ages, st.randoms(use_true_random=False))
def test_the_order_of_the_patients_changes_no_test(first, second, random):
    one, two = np.array(first, dtype=float), np.array(second, dtype=float)
    shuffled = first.copy()
    random.shuffle(shuffled)
    for name in ("levene", "student_t", "welch_t", "mann_whitney"):
        test = getattr(continuous, name)
        again = test(np.array(shuffled, dtype=float), two)
        assert again.p_value == pytest.approx(test(one, two).p_value, abs=1e-9, nan_ok=True), name


@settings(max_examples=50, deadline=None)
@given(ages, ages)
def test_exchanging_the_groups_turns_the_sign_of_t_and_leaves_u(first, second):
    one, two = np.array(first, dtype=float), np.array(second, dtype=float)
    there, back = continuous.student_t(one, two), continuous.student_t(two, one)
    assert back.statistic == pytest.approx(-there.statistic, abs=1e-9, nan_ok=True)
    assert continuous.mann_whitney(one, two).statistic == pytest.approx(
        continuous.mann_whitney(two, one).statistic, nan_ok=True
    )
