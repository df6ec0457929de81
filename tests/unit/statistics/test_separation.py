"""The linear programme finds exactly the data without a maximum-likelihood estimate."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study.statistics.separation import (
    detect_separation,
    infinite_coefficients,
    separated_rows,
)


def grouped(*cells):
    """Matrix with intercept and one indicator per group after the first, from (events, others)."""
    rows, outcome = [], []
    for group, (events, others) in enumerate(cells):
        row = [1.0, *(float(group == g) for g in range(1, len(cells)))]
        rows += [row] * (events + others)
        outcome += [1.0] * events + [0.0] * others
    return np.array(rows), np.array(outcome)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([(15, 40), (21, 109)], "none"),
        ([(3, 0), (2, 5)], "quasi"),
        ([(0, 4), (2, 5)], "quasi"),
        ([(3, 0), (0, 5)], "complete"),
        ([(3, 2), (2, 2), (0, 1)], "quasi"),
    ],
)
def test_a_table_is_separated_by_its_empty_cells(cells, expected):
    assert detect_separation(*grouped(*cells)) == expected


def test_a_threshold_on_a_number_separates_completely_and_a_tie_quasi():
    ages = np.column_stack([np.ones(4), [150.0, 250.0, 350.0, 450.0]])
    assert detect_separation(ages, np.array([0.0, 0.0, 1.0, 1.0])) == "complete"
    assert detect_separation(ages, np.array([0.0, 1.0, 0.0, 1.0])) == "none"
    tied = np.column_stack([np.ones(4), [150.0, 250.0, 250.0, 450.0]])
    assert detect_separation(tied, np.array([0.0, 0.0, 1.0, 1.0])) == "quasi"


def test_only_the_group_without_events_has_an_infinite_coefficient():
    matrix, outcome = grouped((3, 2), (2, 2), (0, 4))
    assert infinite_coefficients(matrix, outcome).tolist() == [False, False, True]


def test_an_empty_cell_of_the_reference_makes_every_coefficient_infinite():
    matrix, outcome = grouped((0, 4), (3, 2), (2, 2))
    assert infinite_coefficients(matrix, outcome).tolist() == [True, True, True]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=4))
def test_a_one_factor_table_is_separated_exactly_when_a_cell_is_empty(cells):
    cells = [cell for cell in cells if sum(cell)]
    matrix, outcome = grouped(*cells)
    if len(cells) < 2 or len(set(outcome)) < 2:
        return
    empty = any(0 in cell for cell in cells)
    assert (detect_separation(matrix, outcome) != "none") == empty
    # The intercept is the first group; the others differ from it by something finite only if
    # neither has an empty cell.
    expected = [0 in cells[0], *(0 in cells[0] or 0 in cell for cell in cells[1:])]
    same_side = [
        0 in cells[0] and 0 in cell and cells[0].index(0) == cell.index(0) for cell in cells[1:]
    ]
    found = infinite_coefficients(matrix, outcome)
    for j, (infinite, both) in enumerate(zip(expected[1:], same_side, strict=True), start=1):
        assert found[j] == infinite or both
    assert found[0] == expected[0]


def test_the_certain_patients_are_those_of_every_group_with_one_outcome():
    matrix, outcome = grouped((3, 2), (2, 0), (0, 4))
    assert separated_rows(matrix, outcome).tolist() == [False] * 5 + [True] * 6


def test_beyond_a_tie_every_patient_is_certain():
    tied = np.column_stack([np.ones(4), [150.0, 250.0, 250.0, 450.0]])
    assert separated_rows(tied, np.array([0.0, 0.0, 1.0, 1.0])).tolist() == [
        True, False, False, True,
    ]  # fmt: skip
