"""Density class from a percentage, at both sides of each edge, or as recorded."""

import pandas as pd
import pytest

from study.biomarkers.density import decide_density, derive_density_class
from study.problems import StudyError

EDGES = {"A": 25, "B": 50, "C": 75}
NAN = float("nan")


@pytest.mark.parametrize(
    ("percent", "lower", "upper"),
    [
        (0, "A", "A"),
        (24.9, "A", "A"),
        (25, "A", "B"),
        (25.1, "B", "B"),
        (50, "B", "C"),
        (50.1, "C", "C"),
        (75, "C", "D"),
        (75.1, "D", "D"),
        (100, "D", "D"),
        (NAN, "unknown", "unknown"),
    ],
)
def test_an_edge_belongs_to_the_class_that_the_configuration_says(percent, lower, upper):
    percents = pd.Series([percent], dtype=float)
    assert derive_density_class(percents, EDGES, "lower").item() == lower
    assert derive_density_class(percents, EDGES, "upper").item() == upper


def test_edges_that_do_not_increase_are_refused():
    with pytest.raises(StudyError, match="must increase"):
        derive_density_class(pd.Series([10.0]), {"A": 50, "B": 25, "C": 75}, "lower")


@pytest.mark.parametrize(
    ("percent", "letter", "precedence", "expected"),
    [
        (60, "unknown", "recorded", "C"),
        (NAN, "B", "findings", "B"),
        (60, "B", "recorded", "B"),
        (60, "B", "findings", "C"),
        (NAN, "not_done", "recorded", "unknown"),
    ],
)
def test_letter_and_percentage_stand_in_for_each_other(
    cohort, percent, letter, precedence, expected
):
    patient = cohort({"density_percent": percent, "density_recorded": letter})
    assert decide_density(patient, EDGES, "lower", precedence).fact.item() == expected


def test_a_letter_against_the_percentage_is_listed(cohort):
    patients = cohort(
        {"density_percent": 60, "density_recorded": "B"},
        {"density_percent": 60, "density_recorded": "C"},
        {"density_percent": 60},
    )
    listed = decide_density(patients, EDGES, "lower", "recorded").disagreements
    assert listed.to_numpy().tolist() == [["P1", "density", "B", "C", "recorded"]]
