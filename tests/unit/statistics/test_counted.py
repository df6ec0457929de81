"""Counted values give the numbers of the same women one by one."""

import math
import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from study.statistics import continuous, counted
from study.statistics.association import count_tables, list_effects, list_tests
from study.statistics.comparison import list_comparisons
from study.statistics.counted import Counted
from study.statistics.descriptives import describe_baseline, describe_values, values_by_variable
from study.statistics.distributions import list_distributions
from study.statistics.multivariable import fit_models
from study.statistics.result import Result
from study.statistics.vocabulary import analysis_levels
from tests.unit.statistics.women import women

NUMBER = r"-?\d+(?:\.\d+)?(?:e[-+]\d+)?"
CLOSE = {"rel": 1e-12, "abs": 1e-12}
TESTS = ["levene", "student_t", "welch_t", "mann_whitney"]
SAMPLE = st.dictionaries(st.integers(0, 400).map(lambda n: n / 4), st.integers(1, 40), min_size=1)


def sample(counts: dict[float, int]) -> Counted:
    values = sorted(counts)
    women = np.array([counts[value] for value in values], dtype=np.int64)
    return Counted(np.array(values, dtype=float), women)


def assert_same(found: Result, expected: Result) -> None:
    words, said = (re.split(NUMBER, result.note) for result in (found, expected))
    assert words == said
    numbers, stated = (re.findall(NUMBER, result.note) for result in (found, expected))
    assert [float(n) for n in numbers] == pytest.approx([float(n) for n in stated], **CLOSE)
    for name in ("statistic", "df", "p_value"):
        one, other = getattr(found, name), getattr(expected, name)
        assert one == pytest.approx(other, rel=1e-9, abs=1e-12, nan_ok=True), name


@pytest.fixture
def without_rows(monkeypatch):
    """Have the formulas for counted values answer, however few women there are."""
    monkeypatch.setattr(Counted, "few", False)


@given(counts=SAMPLE)
def test_descriptives_of_counts_are_those_of_the_rows(counts):
    known = sample(counts)
    found = counted.describe_values(pd.Series(known.values), pd.Series(known.women))
    expected = describe_values(pd.Series(known.rows()))
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, **CLOSE, nan_ok=True), name


def test_women_whose_value_is_not_known_are_missing():
    row = counted.describe_values(pd.Series([50.0, math.nan]), pd.Series([3, 4]))
    assert (row["n"], row["total"], row["missing"]) == (3, 3, 4)
    assert counted.describe_values(pd.Series([math.nan]), pd.Series([4])) == {
        "n": 0,
        "total": 0,
        "missing": 4,
    }


@pytest.mark.parametrize("test", TESTS)
def test_tests_of_counts_are_those_of_the_rows(test, without_rows):
    chance = np.random.default_rng(5)
    first = np.round(chance.normal(60, 12, 700))
    second = np.round(chance.normal(58, 15, 900))
    groups = [Counted(*np.unique(values, return_counts=True)) for values in (first, second)]
    ours: Callable = getattr(counted, test)
    assert_same(ours(*groups), getattr(continuous, test)(first, second))


@pytest.mark.parametrize("test", TESTS)
@given(first=SAMPLE, second=SAMPLE)
def test_few_women_are_tested_one_by_one(test, first, second):
    groups = sample(first), sample(second)
    assume(all(group.few for group in groups))
    found = getattr(counted, test)(*groups)
    assert_same(found, getattr(continuous, test)(*(group.rows() for group in groups)))


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize(
    ("first", "second"),
    [({}, {1.0: 5}), ({1.0: 6000}, {1.0: 7000}), ({1.0: 1}, {1.0: 3000, 2.0: 4000})],
)
def test_groups_that_cannot_be_compared_say_why_as_their_rows_do(test, first, second):
    groups = sample(first), sample(second)
    found = getattr(counted, test)(*groups)
    assert_same(found, getattr(continuous, test)(*(group.rows() for group in groups)))


@pytest.mark.parametrize("women_each", [3, 30])
def test_normality_is_judged_as_of_the_rows(women_each):
    counts = {float(value): women_each * (1 + value % 7) for value in range(400)}
    known = sample(counts)
    assert_same(counted.shapiro_wilk(known), continuous.shapiro_wilk(known.rows()))
    judged = counted.looks_normal(known, 0.05)
    assert judged == continuous.looks_normal(known.rows(), 0.05)


def as_registry(cohort: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """The cohort counted by combination, and its ages and Ki-67 counted by value and group."""
    single = ["patient_id", "age_years", "ki67_percent"]
    others = [name for name in cohort.columns if name not in single]
    combined = cohort.groupby(others, dropna=False).size().rename("patients").reset_index()
    groups = ["microcalcifications", "her2_status"]
    long = cohort.melt(groups, ["age_years", "ki67_percent"])
    values = long.groupby(["variable", *groups, "value"], dropna=False).size()
    return combined, values_by_variable([values.rename("patients").reset_index()])


@pytest.fixture(params=[1, 60])
def cohorts(request):
    """A cohort in which every woman stands as many times, and the same as a registry."""
    once = women()
    rows = pd.concat([once] * request.param, ignore_index=True)
    rows["patient_id"] = [f"p{n}" for n in range(len(rows))]
    return rows, *as_registry(rows)


def assert_close(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(
        found.reset_index(drop=True), expected.reset_index(drop=True),
        check_dtype=False, rtol=1e-11, atol=1e-12,
    )  # fmt: skip


def test_a_cohort_counted_by_combination_gives_the_tables_of_its_rows(cohorts):
    rows, combined, values = cohorts
    assert_close(describe_baseline(combined, values), describe_baseline(rows))
    assert_close(list_distributions(combined, values), list_distributions(rows))
    tables, expected = count_tables(combined), count_tables(rows)
    assert_close(list_tests(tables, 5), list_tests(expected, 5))
    assert_close(list_effects(tables, 0.95), list_effects(expected, 0.95))
    columns = ["statistic", "df", "p_value", "chosen"]
    assert_close(
        list_comparisons(combined, 0.05, 0.05, values)[columns],
        list_comparisons(rows, 0.05, 0.05)[columns],
    )


def test_a_cohort_counted_by_combination_gives_the_models_of_its_rows(cohorts):
    rows, combined, _ = cohorts
    common = {
        "outcome": "microcalcifications",
        "models": {"adjusted": ["her2_status", "age_group", "density_group"]},
        "references": {"her2_status": "negative", "age_group": "<=50", "density_group": "A-B"},
        "levels": analysis_levels(),
        "confidence_level": 0.95,
    }
    (found, lost), (expected, listed) = fit_models(combined, **common), fit_models(rows, **common)
    assert_close(found, expected)
    assert lost["patients"].sum() == len(listed)
