"""The exact test of tables with two columns: laws it obeys, and the edges of its range."""

import math
import sys
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from study.statistics import binomial_logs, freeman_halton
from study.statistics.exact import fisher_exact
from study.statistics.freeman_halton import two_column_test
from study.statistics.halves import TooManyWaysError
from tests.unit.statistics.tabular import table

CLOSE = {"rel": 1e-12, "abs": 0}
PATHS = {"keys": 10**9, "halves": 0, "listed": 0}


def tables(rows, highest):
    row = st.tuples(st.integers(0, highest), st.integers(0, highest)).filter(any)
    return st.lists(row, min_size=2, max_size=rows).map(np.array).filter(lambda t: t.any(0).all())


def by(path, counts):
    """Both p-values of one of the ways to compute them, whatever the size of the table."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(freeman_halton, "CELLS", PATHS[path])
        patch.setattr(freeman_halton, "LISTED", 10**9)
        return two_column_test(counts, "compiled" if path == "listed" else "numpy")


def every_table(sizes, left):
    """Yield the number of ways to choose the patients of every table, as an exact integer."""
    if len(sizes) == 1:
        if left <= sizes[0]:
            yield math.comb(sizes[0], left)
        return
    for x in range(min(sizes[0], left) + 1):
        for rest in every_table(sizes[1:], left - x):
            yield math.comb(sizes[0], x) * rest


def enumerated(counts):
    """Both p-values from integers, without any rounding before the last division."""
    sizes, found = counts.sum(axis=1).tolist(), counts[:, 0].tolist()
    ways = list(every_table(sizes, sum(found)))
    observed = math.prod(map(math.comb, sizes, found))
    up_to = sum(w for w in ways if w * 10**7 <= observed * (10**7 + 1))
    below = sum(w for w in ways if w * 10**7 < observed * (10**7 - 1))
    return float(Fraction(up_to, sum(ways))), float(Fraction(up_to + below, 2 * sum(ways)))


@pytest.mark.parametrize("path", PATHS)
@settings(max_examples=150, deadline=None)
@given(counts=tables(rows=5, highest=7))
def test_every_way_to_compute_it_equals_the_list_of_all_tables(path, counts):
    assert by(path, counts) == pytest.approx(enumerated(counts), **CLOSE)


@settings(max_examples=60, deadline=None)
@given(counts=tables(rows=3, highest=25), points=st.integers(1, 9))
def test_a_coarse_grid_of_numbers_leaves_out_none_that_matters(counts, points):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(binomial_logs, "GRID", points)
        assert by("halves", counts) == pytest.approx(enumerated(counts), **CLOSE)


@settings(max_examples=40, deadline=None)
@given(counts=tables(rows=4, highest=40))
def test_moderate_tables_equal_the_network_algorithm_of_fisher_rxc(counts):
    fisher = pytest.importorskip("fisher")
    assume(len(counts) > 2)
    expected = min(fisher.exact(counts.tolist()), 1.0)
    assert two_column_test(counts).p_value == pytest.approx(expected, rel=1e-9, abs=0)


@settings(max_examples=100, deadline=None)
@given(counts=tables(rows=2, highest=500))
def test_two_by_two_tables_equal_scipy(counts):
    expected = min(float(scipy.stats.fisher_exact(counts).pvalue), 1.0)
    for path in PATHS:
        assert by(path, counts).p_value == pytest.approx(expected, rel=1e-9, abs=0)


@settings(max_examples=40, deadline=None)
@given(counts=tables(rows=5, highest=30), order=st.randoms(use_true_random=False))
def test_neither_the_order_of_the_groups_nor_of_the_outcomes_matters(counts, order):
    rows = list(range(len(counts)))
    order.shuffle(rows)
    both = two_column_test(counts)
    for path in PATHS:
        assert by(path, counts[rows]) == pytest.approx(both, **CLOSE)
        assert by(path, counts[:, ::-1]) == pytest.approx(both, **CLOSE)


@settings(max_examples=30, deadline=None)
@given(counts=tables(rows=5, highest=30))
def test_a_table_on_its_side_and_one_with_empty_groups_are_the_same_test(counts):
    of = fisher_exact(pd.DataFrame(counts))
    padded = np.insert(np.insert(counts, 1, 0, axis=0), 1, 0, axis=1)
    for same in (pd.DataFrame(counts.T), pd.DataFrame(padded), pd.DataFrame(padded.T)):
        assert fisher_exact(same).p_value == pytest.approx(of.p_value, **CLOSE)


@settings(max_examples=60, deadline=None)
@given(counts=tables(rows=6, highest=60))
def test_the_mid_p_value_takes_off_at_most_half(counts):
    both = two_column_test(counts)
    assert both.p_value / 2 <= both.mid_p_value * (1 + 1e-12)
    assert both.mid_p_value < both.p_value <= 1


def test_the_note_holds_the_mid_p_value_of_the_lady_tasting_tea():
    """By hand: of 70 ways 1 + 16 + 36 + 16 + 1; p = 34/70, mid-p = (2 + 16)/70."""
    result = fisher_exact(table((3, 1), (1, 3)))
    assert result.p_value == pytest.approx(34 / 70)
    name, value = result.note.split("=")
    assert name == "mid_p_value"
    assert float(value) == pytest.approx(18 / 70)


@pytest.mark.parametrize("path", PATHS)
def test_all_tables_as_probable_as_the_observed_one_count_as_such(path):
    """Three equal groups of one patient each: 3 tables of probability 1/3."""
    assert by(path, np.array([[1, 0], [0, 1], [0, 1]])) == pytest.approx((1.0, 0.5))
    assert by(path, np.array([[5, 5], [5, 5], [5, 5]])).p_value == pytest.approx(1.0, **CLOSE)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("n", [100, 400, 510])
def test_a_probability_near_the_smallest_double_is_still_that_of_the_two_tables(path, n):
    """Complete separation of two groups of n: 2 of C(2n, n) tables; 2e-305 at n = 510."""
    expected = float(Fraction(2, math.comb(2 * n, n)))
    found = by(path, np.array([[n, 0], [0, n]]))
    assert found == pytest.approx((expected, expected / 2), rel=1e-10, abs=0)


@pytest.mark.parametrize("path", PATHS)
def test_three_groups_apart_keep_their_tiny_probability(path):
    """Of C(1000, 500) choices one for each of two tables: (500, 0, 0) and its mirror image."""
    expected = float(Fraction(math.comb(500, 500), math.comb(1000, 500)))
    found = by(path, np.array([[500, 0], [0, 250], [0, 250]]))
    assert found.p_value == pytest.approx(2 * expected, rel=1e-10, abs=0)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("n", [600, 1100, 3000])
def test_what_is_below_the_smallest_double_is_given_as_that(n):
    for counts in ([[n, 0], [0, n]], [[n, 0], [0, n // 2], [0, n]]):
        found = two_column_test(np.array(counts))
        assert found == (sys.float_info.min, sys.float_info.min)


@pytest.mark.parametrize(
    "counts",
    [
        [[130, 1120], [120, 1130], [141, 1109], [118, 1132], [125, 1125], [99, 1151]],
        [[1, 2], [4, 9991], [0, 2]],
        [[5, 1], [2, 3], [300, 9000], [280, 9100]],
    ],
)
def test_ten_thousand_patients_and_unbalanced_margins_agree_with_a_sampled_share(counts):
    """A sanity check of size only: 200,000 random tables with these margins."""
    counts = np.array(counts)
    tables = scipy.stats.random_table(counts.sum(axis=1), counts.sum(axis=0), seed=1).rvs(200_000)
    logs = -scipy.special.gammaln(tables + 1.0).sum(axis=(1, 2))
    observed = -scipy.special.gammaln(counts + 1.0).sum()
    share = float((logs <= observed + 1e-7).mean())
    p_value = two_column_test(counts).p_value
    assert share == pytest.approx(p_value, abs=5 * math.sqrt(p_value * (1 - p_value) / 2e5) + 1e-9)


def test_a_million_patients_in_two_groups_equal_scipy():
    counts = np.array([[21_300, 478_700], [21_900, 478_100]])
    expected = float(scipy.stats.fisher_exact(counts).pvalue)
    assert two_column_test(counts).p_value == pytest.approx(expected, rel=1e-8)


def test_a_table_with_too_many_ways_is_said_to_be_too_large():
    counts = np.array([[3000 + 40 * i, 9000 - 30 * i] for i in range(12)])
    with pytest.raises(TooManyWaysError):
        two_column_test(counts)
    result = fisher_exact(pd.DataFrame(counts))
    assert not result.computed
    assert result.note == "not computed: the table is too large for the exact test"
