"""Discrimination, classification, Hosmer–Lemeshow groups and collinearity on small tables."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study.statistics.design import build_design
from study.statistics.discrimination import area_under_curve, classify
from study.statistics.goodness_of_fit import hosmer_lemeshow, variance_inflation
from study.statistics.logistic import fit_model
from study.statistics.model_fit import events_per_parameter, tabulate_fit
from tests.unit.statistics.patients import cohort, two_by_two

REFERENCES = {"her2_status": "negative", "density": "A"}


def ones(n):
    return np.ones(n)


def model_of(frame, *terms, levels=None):
    return fit_model(build_design(frame, "microcalcifications", terms, REFERENCES, levels))


def test_the_area_counts_a_tie_as_half():
    fitted, outcome = np.array([0.2, 0.5, 0.5, 0.9]), np.array([0, 0, 1, 1])
    area, low, high = area_under_curve(fitted, outcome, ones(4), 0.95)
    assert area == pytest.approx((1 + 0.5 + 1 + 1) / 4)
    assert 0 <= low < area < high <= 1


def test_probabilities_that_differ_by_rounding_are_tied():
    fitted, outcome = np.array([0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2]), np.array([1, 0, 1, 0])
    assert area_under_curve(fitted, outcome, ones(4), 0.95)[0] == 0.5


def test_the_area_has_no_interval_with_a_single_event():
    _, low, high = area_under_curve(np.array([0.2, 0.5, 0.4]), np.array([0, 1, 0]), ones(3), 0.95)
    assert math.isnan(low)
    assert math.isnan(high)


def test_a_probability_at_the_threshold_is_predicted_yes():
    fitted, outcome = np.array([0.5, 0.49, 0.5, 0.7]), np.array([1, 1, 0, 0])
    assert classify(fitted, outcome, np.array([1.0, 2, 3, 4]), 0.5) == {
        ("yes", "yes"): 1,
        ("yes", "no"): 2,
        ("no", "yes"): 7,
        ("no", "no"): 0,
    }


@pytest.mark.parametrize(
    ("sizes", "groups"),
    [
        # N = 100, M = 10: a block joins while c < 10 and c + half the block stays within 10
        ([10] * 10, [10] * 10),
        ([55, 45], [55, 45]),
        ([6, 8, 86], [14, 86]),
        ([6, 9, 85], [15, 85]),
        ([6, 10, 84], [6, 10, 84]),
        # a last group of at most 5 joins the one before
        ([50, 45, 5], [50, 50]),
        ([50, 44, 6], [50, 44, 6]),
    ],
)
def test_patients_of_one_pattern_stay_in_one_group_by_the_rule_of_sas(sizes, groups):
    fitted = np.linspace(0.1, 0.9, len(sizes))
    # half the patients of a block have the event: only the sizes of the groups matter here
    twice = np.repeat(fitted, 2)
    weights = np.repeat(np.array(sizes) / 2, 2)
    test = hosmer_lemeshow(twice, np.tile([0.0, 1.0], len(sizes)), weights, 10)
    assert test.n.tolist() == groups


def test_hosmer_lemeshow_of_two_groups_is_not_estimable():
    row, groups, _ = tabulate_fit(
        "m", model_of(two_by_two(15, 40, 21, 109), "her2_status"), 0.95, 0.5, 10
    )
    assert row["hl_groups"] == 2
    assert math.isnan(row["hl_chi2"])
    assert math.isnan(row["hl_p_value"])
    assert groups[["n", "observed"]].to_numpy().tolist() == [[130, 21], [55, 15]]
    assert groups["expected"].tolist() == pytest.approx([21, 15])


def test_a_model_that_reproduces_its_groups_has_no_hosmer_lemeshow_test():
    cells = dict(zip("ABC", [(3, 9), (5, 7), (8, 4)], strict=True))
    counts = {(d, mc): n for d, c in cells.items() for mc, n in zip(("yes", "no"), c, strict=True)}
    frame = cohort(["density", "microcalcifications"], counts)
    row, groups, _ = tabulate_fit("m", model_of(frame, "density"), 0.95, 0.5, 10)
    assert (row["hl_groups"], len(groups)) == (3, 3)
    assert all(math.isnan(row[column]) for column in ("hl_chi2", "hl_df", "hl_p_value"))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=60), st.integers(3, 12))
def test_there_are_never_more_groups_than_asked_and_nobody_is_lost(sizes, wanted):
    fitted = np.linspace(0.01, 0.99, len(sizes))
    test = hosmer_lemeshow(fitted, np.zeros(len(sizes)), np.array(sizes, dtype=float), wanted)
    assert len(test.n) <= wanted
    assert test.n.sum() == sum(sizes)
    assert test.expected.sum() == pytest.approx(fitted @ np.array(sizes))


def test_events_per_parameter_counts_the_rarer_outcome_and_no_intercept():
    cells = {"A": (9, 1), "B": (8, 2), "C": (9, 1)}
    counts = {(d, mc): n for d, c in cells.items() for mc, n in zip(("yes", "no"), c, strict=True)}
    model = model_of(cohort(["density", "microcalcifications"], counts), "density")
    assert events_per_parameter(model) == 4 / 2


def test_variance_inflation_of_two_indicators_follows_from_their_correlation():
    frame = two_by_two(15, 40, 21, 109)
    frame["age_group"] = [">50" if i % 3 or s == "positive" else "<=50"
                          for i, s in enumerate(frame["her2_status"])]  # fmt: skip
    indicators = frame["her2_status"].eq("positive"), frame["age_group"].eq(">50")
    r = np.corrcoef(*indicators)[0, 1]
    design = model_of(frame, "her2_status", "age_group").design
    assert variance_inflation(design) == pytest.approx(
        {"her2_status": 1 / (1 - r**2), "age_group": 1 / (1 - r**2)}
    )


def test_a_single_term_is_not_inflated_even_with_several_levels():
    counts = {(d, mc): 5 for d in "ABC" for mc in ("yes", "no")}
    model = model_of(cohort(["density", "microcalcifications"], counts), "density")
    assert variance_inflation(model.design) == pytest.approx({"density": 1})


@pytest.mark.parametrize(
    ("cells", "status"), [((3, 0, 2, 5), "separated"), ((3, 0, 2, 0), "not_estimable")]
)
def test_a_model_without_estimates_has_its_counts_only(cells, status):
    row, groups, classified = tabulate_fit(
        "m", model_of(two_by_two(*cells), "her2_status"), 0.95, 0.5, 10
    )
    assert (row["status"], row["n"], row["events"]) == (status, sum(cells), cells[0] + cells[2])
    assert "auc" not in row
    assert groups.empty
    assert classified.empty
