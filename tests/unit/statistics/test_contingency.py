"""Two-way tables, exact tests and strata: the study's figures, laws, and what has no answer."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study.statistics import contingency, exact, stratified
from tests.unit.statistics.tabular import table

MILAN = table((15, 40), (21, 109))
DENSITY = table((4, 19), (16, 70), (13, 45), (3, 15))
DUKE = table((8, 37), (35, 191))
DUKE_DENSITY = table((2, 10), (11, 36), (24, 49), (5, 19))
TESTS = [
    contingency.pearson,
    contingency.yates,
    contingency.likelihood_ratio,
    contingency.linear_by_linear,
    exact.fisher_exact,
]
UNTESTABLE = {
    "no patient": table((0, 0), (0, 0)),
    "nobody has the finding": table((0, 6), (0, 17)),
    "everybody has the finding": table((6, 0), (17, 0)),
    "nobody is exposed": table((0, 0), (3, 9)),
}
counts = st.integers(min_value=1, max_value=30)
tables = st.lists(st.tuples(counts, counts), min_size=2, max_size=4).map(lambda rows: table(*rows))
quick = settings(max_examples=50, deadline=None)


@pytest.mark.parametrize(
    ("test", "of", "p_value"),
    [
        (contingency.pearson, MILAN, 0.080803),
        (contingency.yates, MILAN, 0.122858),
        (exact.fisher_exact, MILAN, 0.103613),
        (contingency.pearson, DENSITY, 0.915486),
        (exact.fisher_exact, DENSITY, 0.941610),
    ],
)
def test_the_studys_own_tables(test, of, p_value):
    assert test(of).p_value == pytest.approx(p_value, abs=5e-7)


@pytest.mark.parametrize(
    ("test", "of", "p_value"),
    [
        (contingency.pearson, DUKE, 0.700881957968),
        (contingency.yates, DUKE, 0.872297259657),
        (exact.fisher_exact, DUKE, 0.66024748087),
        (contingency.pearson, DUKE_DENSITY, 0.439386897352),
        (exact.fisher_exact, DUKE_DENSITY, 0.496872895686),
    ],
)
def test_the_tables_of_the_public_cohort(test, of, p_value):
    assert test(of).p_value == pytest.approx(p_value, abs=1e-11)


@pytest.mark.parametrize("why", UNTESTABLE)
@pytest.mark.parametrize("test", TESTS)
def test_a_table_without_a_comparison_has_no_p_value_and_says_why(test, why):
    result = test(UNTESTABLE[why])
    assert not result.computed
    assert math.isnan(result.statistic)
    assert result.note.startswith("not computed: ")


def test_a_single_group_is_named():
    result = contingency.pearson(UNTESTABLE["nobody has the finding"])
    assert "every patient is in the group 'no'" in result.note


def test_a_level_without_patients_changes_no_test_and_costs_no_degree_of_freedom():
    empty = table((4, 19), (16, 70), (0, 0), (3, 15))
    without = table((4, 19), (16, 70), (3, 15))
    assert contingency.pearson(empty) == contingency.pearson(without)
    assert contingency.pearson(empty).df == 2
    assert exact.fisher_exact(empty) == exact.fisher_exact(without)


def test_a_trend_keeps_the_distance_over_an_empty_level():
    empty = table((4, 19), (16, 70), (0, 0), (9, 15))
    without = table((4, 19), (16, 70), (9, 15))
    assert contingency.linear_by_linear(empty) != contingency.linear_by_linear(without)


def test_a_table_too_large_for_the_exact_test_says_so_at_once():
    result = exact.fisher_exact(table(*[(900 + i, 1100 - i, 1000, 950) for i in range(6)]))
    assert result.note == "not computed: the table is too large for the exact test"


def test_exact_test_of_a_published_table():
    """Job satisfaction by income (Agresti 2002, table 2.8): p 0.7827, as R's help prints it."""
    satisfaction = table((1, 2, 1, 0), (3, 3, 6, 1), (10, 10, 14, 9), (6, 7, 12, 11))
    assert exact.fisher_exact(satisfaction).p_value == pytest.approx(0.7827, abs=5e-5)


def test_exact_test_is_the_same_by_either_library_on_a_2x2_table():
    assert exact._network_algorithm(MILAN.to_numpy()).p_value == pytest.approx(
        exact.fisher_exact(MILAN).p_value, abs=1e-11
    )


def test_cross_tabulation_drops_unknown_findings_and_keeps_empty_levels():
    rows = pd.Series(["A", "A", "B", np.nan, "B"], dtype="str")
    columns = pd.Series(["yes", "no", "no", "yes", np.nan], dtype="str")
    found = contingency.cross_tabulate(rows, columns, ["A", "B", "C"], ["yes", "no"])
    assert found.to_numpy().tolist() == [[1, 1], [0, 1], [0, 0]]


def test_cross_tabulation_of_no_patients_is_all_zeros():
    nobody = pd.Series([], dtype="str")
    found = contingency.cross_tabulate(nobody, nobody, ["A", "B"], ["yes", "no"])
    assert found.to_numpy().tolist() == [[0, 0], [0, 0]]


def test_cross_tabulation_counts_weighted_patterns_as_it_counts_patients():
    rows, columns = pd.Series(["A", "A", "B"]), pd.Series(["yes", "yes", "no"])
    patients = contingency.cross_tabulate(
        rows.repeat([2, 3, 4]), columns.repeat([2, 3, 4]), ["A", "B"], ["yes", "no"]
    )
    weighted = contingency.cross_tabulate(
        rows, columns, ["A", "B"], ["yes", "no"], counts=pd.Series([2, 3, 4])
    )
    assert weighted.equals(patients)
    assert weighted.loc["A", "yes"] == 5


def test_a_finding_that_is_no_level_is_refused():
    with pytest.raises(ValueError, match="'E'"):
        contingency.cross_tabulate(pd.Series(["E"]), pd.Series(["yes"]), ["A"], ["yes", "no"])


@quick
@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_no_test_of_unordered_levels(of, random):
    order = list(of.index)
    random.shuffle(order)
    for test in (contingency.pearson, contingency.likelihood_ratio, exact.fisher_exact):
        assert test(of.loc[order]).p_value == pytest.approx(test(of).p_value, abs=1e-9)


@quick
@given(tables)
def test_reversing_the_order_of_the_levels_changes_no_trend(of):
    trend = contingency.linear_by_linear(of)
    assert contingency.linear_by_linear(of[::-1]).p_value == pytest.approx(trend.p_value, abs=1e-12)


@quick
@given(st.lists(st.tuples(counts, counts, counts, counts), min_size=2, max_size=4))
def test_the_order_of_the_strata_changes_nothing(cells):
    strata = {str(i): table((a, b), (c, d)) for i, (a, b, c, d) in enumerate(cells)}
    reverse = dict(reversed(strata.items()))
    for test in (stratified.cochran_mantel_haenszel, stratified.breslow_day_tarone):
        assert test(reverse).p_value == pytest.approx(test(strata).p_value, abs=1e-9)


def test_a_stratum_that_cannot_tell_is_left_out_of_the_stratified_tests():
    strata = {"A": table((2, 4), (2, 15)), "B": table((7, 19), (9, 51))}
    mute = {"C": table((0, 12), (0, 33)), "D": table((0, 0), (2, 10))}
    for test in (stratified.cochran_mantel_haenszel, stratified.breslow_day_tarone):
        assert test(strata | mute) == test(strata)
        assert "strata=A,B" in test(strata | mute).note
    assert stratified.breslow_day_tarone(strata | mute).df == 1


def test_strata_none_of_which_can_tell_have_no_stratified_test():
    mute = {"A": table((0, 6), (0, 17)), "B": table((0, 0), (0, 0))}
    assert not stratified.cochran_mantel_haenszel(mute).computed
    assert not stratified.breslow_day_tarone(mute).computed


def test_one_informative_stratum_has_nothing_to_be_compared_with():
    strata = {"A": table((2, 4), (2, 15)), "B": table((0, 0), (9, 51))}
    assert stratified.cochran_mantel_haenszel(strata).computed
    assert "fewer than two strata" in stratified.breslow_day_tarone(strata).note


def test_an_infinite_pooled_odds_ratio_leaves_homogeneity_untested():
    strata = {"A": table((3, 0), (2, 5)), "B": table((4, 0), (1, 6))}
    assert "zero or infinite" in stratified.breslow_day_tarone(strata).note


def test_homogeneity_of_sparse_strata_is_said_to_rest_on_few_women():
    """At an odds ratio of 1 the fitted counts are the expected ones: 10·10/40 = 2.5 in `few`."""
    few = table((2, 8), (8, 22))
    for strata, sparse in (({"A": few, "B": few}, True), ({"A": few * 8, "B": few * 8}, False)):
        note = stratified.breslow_day_tarone(strata).note
        assert "smallest_fitted=" in note
        assert ("sparse: a fitted count is below 5" in note) == sparse
