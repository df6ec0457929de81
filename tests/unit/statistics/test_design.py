"""Complete cases, treatment coding and what is left out of a model."""

import numpy as np
import pandas as pd
import pytest

from study.statistics.design import Coefficient, build_design, usable_terms
from tests.unit.statistics.patients import cohort, two_by_two

REFERENCES = {"her2_status": "negative", "density": "A"}


def density(**counts):
    """Patients by density: (with microcalcifications, without)."""
    cells = {
        (d, mc): n for d, pair in counts.items() for mc, n in zip(("yes", "no"), pair, strict=True)
    }
    return cohort(["density", "microcalcifications"], cells)


def test_a_level_is_an_indicator_against_the_reference():
    design = build_design(
        density(A=(1, 1), B=(1, 1), C=(2, 1)), "microcalcifications", ["density"], REFERENCES
    )
    assert design.coefficients == (
        Coefficient("density", "B", "A"),
        Coefficient("density", "C", "A"),
    )
    assert np.column_stack([design.matrix, design.outcome, design.weights]).tolist() == [
        [1, 0, 0, 0, 1],
        [1, 0, 0, 1, 1],
        [1, 0, 1, 0, 1],
        [1, 0, 1, 1, 2],
        [1, 1, 0, 0, 1],
        [1, 1, 0, 1, 1],
    ]
    assert (design.n, design.events) == (7, 4)


def test_a_number_enters_as_it_is():
    frame = two_by_two(1, 1, 1, 1).assign(age_years=[50.5, 60.0, 70.0, 40.0])
    design = build_design(frame, "microcalcifications", ["age_years"], {})
    assert design.coefficients == (Coefficient("age_years", "(per unit)", "(continuous)"),)
    assert design.matrix[:, 1].tolist() == [40.0, 50.5, 60.0, 70.0]
    assert design.fitted_matrix[:, 1] * design.scale[1] + 55.125 == pytest.approx(
        [40.0, 50.5, 60.0, 70.0]
    )


def test_lost_patients_are_listed_with_all_that_is_missing():
    frame = two_by_two(1, 1, 1, 1).assign(
        age_group=["<=50", None, None, ">50"],
        her2_status=["positive", None, "negative", "negative"],
    )
    design = build_design(frame, "microcalcifications", ["her2_status", "age_group"], REFERENCES)
    assert design.n == 2
    assert design.lost.to_numpy().tolist() == [
        ["P001", "her2_status; age_group"],
        ["P002", "age_group"],
    ]


def test_an_unreported_outcome_is_lost_too():
    frame = two_by_two(1, 1, 1, 1)
    frame["microcalcifications"] = ["yes", None, "no", "no"]
    design = build_design(frame, "microcalcifications", ["her2_status"], REFERENCES)
    assert (design.n, design.lost["missing"].tolist()) == (3, ["microcalcifications"])


def test_a_legal_level_without_patients_keeps_its_place():
    design = build_design(
        density(A=(1, 2), B=(2, 1)),
        "microcalcifications",
        ["density"],
        REFERENCES,
        {"density": "ABCD"},
    )
    assert [c.level for c in design.coefficients] == ["B", "C", "D"]
    assert design.states == ("ok", "not_estimable", "not_estimable")


def test_a_reference_without_patients_gives_way_and_says_so():
    design = build_design(
        density(B=(1, 2), C=(2, 1), D=(1, 1)), "microcalcifications", ["density"], REFERENCES,
        {"density": "ABCD"},
    )  # fmt: skip
    assert {c.reference for c in design.coefficients} == {"B"}
    states = {c.level: state for c, state in zip(design.coefficients, design.states, strict=True)}
    assert states == {"A": "not_estimable", "C": "ok", "D": "ok"}


def test_of_two_columns_that_say_the_same_the_later_is_aliased():
    frame = two_by_two(3, 2, 2, 3)
    frame["receptor"] = frame["her2_status"].map({"positive": "r", "negative": "s"})
    for terms in (["her2_status", "receptor"], ["receptor", "her2_status"]):
        assert build_design(frame, "microcalcifications", terms, REFERENCES).states == (
            "ok",
            "aliased",
        )


def test_a_variable_never_known_goes_before_patients_do():
    frame = two_by_two(3, 2, 2, 3).assign(
        histology_group=pd.Series(pd.NA, index=range(10), dtype="str")
    )
    terms = ["her2_status", "histology_group", "not_a_column"]
    assert usable_terms(frame, "microcalcifications", terms) == (
        ["her2_status"],
        {"histology_group": "absent", "not_a_column": "absent"},
    )


def test_of_variables_constant_among_the_complete_cases_the_least_known_goes_first():
    # grade is known in two patients, both HER2 positive: with it nothing varies
    frame = two_by_two(3, 2, 2, 3).assign(grade=["g1", "g1", *[None] * 8])
    assert usable_terms(frame, "microcalcifications", ["her2_status", "grade"]) == (
        ["her2_status"],
        {"grade": "constant"},
    )


def test_a_scarcely_recorded_variable_goes_and_not_the_one_that_it_leaves_constant():
    # the three women whose histology is known are all of one age: age is not to blame
    frame = two_by_two(30, 30, 30, 30)
    frame["age_group"] = ["<=50" if i % 3 else ">50" for i in range(120)]
    frame["histology_group"] = [["IDC", "other", "IDC"][i // 30] if i in (1, 31, 61) else None
                                for i in range(120)]  # fmt: skip
    terms = ["her2_status", "age_group", "histology_group"]
    assert usable_terms(frame, "microcalcifications", terms) == (
        ["her2_status", "age_group"],
        {"histology_group": "scarce"},
    )


def test_a_variable_known_only_where_the_outcome_is_one_and_the_same_goes_too():
    frame = two_by_two(3, 3, 3, 3)  # rows 3-5 and 9-11 are without microcalcifications
    frame["grade"] = [{3: "g1", 4: "g2", 9: "g1", 10: "g2"}.get(i) for i in range(12)]
    assert usable_terms(frame, "microcalcifications", ["her2_status", "grade"]) == (
        ["her2_status"],
        {"grade": "scarce"},
    )


def test_one_outcome_in_the_whole_cohort_costs_no_term():
    frame = two_by_two(3, 0, 3, 0).assign(age_group=["a", "b"] * 3)
    terms = ["her2_status", "age_group"]
    assert usable_terms(frame, "microcalcifications", terms) == (terms, {})


def test_no_patient_at_all_is_a_design_of_size_zero():
    design = build_design(
        two_by_two(0, 0, 0, 0), "microcalcifications", ["her2_status"], REFERENCES
    )
    assert (design.n, design.events, design.states) == (0, 0, ())
