"""Which universes there are: options, constraints, bounds, the draw."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.sensitivity import SENSITIVITY as SCHEMAS
from study.problems import StudyError
from study.sensitivity.batches import batch_of, dimensions_of, mark_kept, specify_universes
from study.sensitivity.specification import specify
from study.sensitivity.universes import (
    check_conflicts,
    held,
    is_bound,
    list_universes,
    options_of_cohort,
)
from tests.unit.sensitivity.cohort import ANALYSIS, DIMENSIONS, SENSITIVITY, changed, made_up

OPTIONS = {"edition": ["old", "new"], "screen": ["p", "none"], "test": ["wald", "lr"]}
HOLD = [{"when": {"screen": "none"}, "hold": {"test": "wald"}}]
COHORT = made_up(20)
SHIPPED = options_of_cohort(ANALYSIS, DIMENSIONS)


def shipped(universes, seed=1):
    constraints, only_alone = SENSITIVITY["constraints"], SENSITIVITY["only_alone"]
    return list_universes(SHIPPED, constraints, only_alone, universes, seed)


def test_the_primary_specification_is_what_the_configuration_decides():
    primary = specify(ANALYSIS)
    assert primary.criteria == tuple(ANALYSIS["exclusions"]["order"])
    assert primary.candidates == tuple(ANALYSIS["models"]["candidates"])
    assert (primary.estimator, primary.interval, primary.missing_data) == (
        "ml", "wald", "complete_case",
    )  # fmt: skip


def test_options_change_what_they_say_and_nothing_else():
    assert changed(age_coding="decades").candidates[1] == "age_decade"
    assert "luminal_b_her2_positive" not in changed(nested_subtype="left_out").candidates
    assert "bilateral" not in changed(bilateral="kept").criteria
    assert changed(missing_model_data="excluded").criteria[-1] == "missing_model_data"
    assert changed(screening_threshold="none").screening_alpha is None
    assert changed(er_pr_cutoff="from_10_percent").derivation.er_positive_from_percent == 10


def test_every_dimension_of_the_issue_is_there_with_the_primary_option_first():
    named = {
        "her2_edition": 4, "er_pr_cutoff": 2, "ki67_cutoff": 3, "subtype_scheme": 3,
        "undescribed_finding": 2, "age_coding": 5, "density_coding": 3, "histology_coding": 3,
        "nested_subtype": 2, "exposure": 2, "screening_threshold": 4, "screening_test": 2,
        "estimator": 2, "interval": 2, "missing_data": 4,
    }  # fmt: skip
    criteria = [*ANALYSIS["exclusions"]["order"], "missing_model_data"]
    assert {name: len(options) for name, options in SHIPPED.items()} == {
        **named, **dict.fromkeys(criteria, 2),
    }  # fmt: skip
    for dimension, (first, *_) in SHIPPED.items():
        assert specify(ANALYSIS, [DIMENSIONS[dimension][first]]) == specify(ANALYSIS)


def test_an_option_that_is_the_primary_under_another_name_is_passed_over():
    dimensions = {"alpha": {"a": {}, "b": {"models": {"screening_alpha": 0.1}}}}
    assert options_of_cohort(ANALYSIS, dimensions) == {}


def test_a_dimension_without_the_primary_option_is_named_with_the_remedy():
    dimensions = {"alpha": {"b": {"models": {"screening_alpha": 0.2}}}}
    with pytest.raises(StudyError, match=r"no option of alpha is what the primary.*Add an option"):
        options_of_cohort(ANALYSIS, dimensions)


CONFLICTS = {
    "cutoff": {
        "low": {},
        "high": {"derivation": {"ki67_high_from_percent": 30}, "terms": {"age_group": None}},
    },
    "guideline": {
        "local": {},
        "other": {"derivation": {"ki67_high_from_percent": 14}, "terms": {"age_group": None}},
    },
}
CONFLICTING = {name: list(options) for name, options in CONFLICTS.items()}


def test_a_key_that_two_dimensions_set_to_different_values_is_refused_with_both_names():
    with pytest.raises(StudyError) as error:
        check_conflicts(CONFLICTING, CONFLICTS, {})
    lines = str(error.value).splitlines()
    assert lines[1:-1] == ["  derivation, ki67_high_from_percent: cutoff and guideline"]
    assert "options of one dimension" in lines[-1]


def test_bounds_primary_options_and_dimensions_passed_over_conflict_with_nothing():
    check_conflicts(CONFLICTING, CONFLICTS, {"guideline": ["other"]})
    check_conflicts({"cutoff": ["high", "low"], "guideline": ["local", "other"]}, CONFLICTS, {})
    check_conflicts({"cutoff": ["low", "high"]}, CONFLICTS, {})
    check_conflicts(SHIPPED, DIMENSIONS, SENSITIVITY["only_alone"])


@given(st.permutations(list(SHIPPED)), st.randoms(use_true_random=False))
def test_the_order_of_the_dimensions_decides_nothing(order, random):
    combined = {
        name: [one for one in names if one not in SENSITIVITY["only_alone"].get(name, ())]
        for name, names in SHIPPED.items()
    }
    choices = {name: random.choice(combined[name][1:] or combined[name]) for name in SHIPPED}
    one = changed(**choices)
    other = changed(**{name: choices[name] for name in order})
    assert replace(other, criteria=one.criteria) == one
    assert set(other.criteria) == set(one.criteria)


def test_terms_are_exchanged_once_whatever_takes_their_place():
    swapped = [{"terms": {"age_group": "age_years"}}, {"terms": {"age_years": None}}]
    assert specify(ANALYSIS, swapped) == specify(ANALYSIS, swapped[::-1])
    assert "age_years" in specify(ANALYSIS, swapped).candidates


def test_where_there_are_few_all_are_listed_once_each_and_constraints_merge_some():
    listed = list_universes(OPTIONS, HOLD, {}, 100, 1)
    assert listed[["edition", "screen", "test"]].to_numpy().tolist() == [
        ["old", "p", "wald"],
        ["old", "p", "lr"],
        ["old", "none", "wald"],
        ["new", "p", "wald"],
        ["new", "p", "lr"],
        ["new", "none", "wald"],
    ]
    assert listed["universe"].tolist()[:2] == ["primary", "u00001"]
    assert listed["is_primary"].tolist() == [True] + [False] * 5
    assert listed["is_drawn"].all()


def test_of_all_combinations_the_bounds_alone_are_not_drawn():
    listed = list_universes(OPTIONS, HOLD, {"edition": ["new"]}, 100, 1)
    bound = is_bound(listed, {"edition": ["new"]})
    assert bound.sum() == 1
    assert listed["is_drawn"].tolist() == (~bound).tolist()


def test_neither_the_primary_nor_an_option_alone_nor_a_bound_is_drawn():
    alone = 1 + sum(len(names) - 1 for names in SHIPPED.values())
    listed = shipped(100)
    assert (~listed["is_drawn"]).sum() == alone
    own = listed.loc[~listed["is_drawn"], dimensions_of(listed)]
    held_apart = shipped(1)[dimensions_of(listed)]
    assert set(map(tuple, own.to_numpy())) == set(map(tuple, held_apart.to_numpy()))
    assert not shipped(1)["is_drawn"].any()


def test_the_exposure_is_kept_where_no_screen_can_leave_it_out():
    assert specify(ANALYSIS).keeps("her2_status") is True
    assert changed(exposure="screened").keeps("her2_status") is False
    assert changed(exposure="screened", screening_threshold="none").keeps("her2_status") is True
    listed = mark_kept(shipped(400), ANALYSIS, DIMENSIONS)
    assert listed["keeps_exposure"].tolist() == listed["exposure"].eq("forced").tolist()


def test_a_small_grid_holds_every_option():
    listed = SCHEMAS["universes"].validate(mark_kept(shipped(1), ANALYSIS, DIMENSIONS))
    for dimension, names in SHIPPED.items():
        assert set(listed[dimension]) == set(names)
    assert len(listed) == 1 + sum(len(names) - 1 for names in SHIPPED.values())


@pytest.mark.parametrize("number", [100, 2000])
def test_as_many_as_asked_none_twice_all_as_the_constraints_have_them(number):
    listed = shipped(number)
    own = listed[dimensions_of(listed)]
    assert len(own.drop_duplicates()) == number
    for row in own.to_dict("records"):
        assert held(row, SENSITIVITY["constraints"]) == row


def test_the_seed_decides_and_a_bound_is_only_alone():
    assert shipped(200).equals(shipped(200))
    assert not shipped(200).equals(shipped(200, seed=2))
    bound = is_bound(shipped(2000), SENSITIVITY["only_alone"])
    assert bound.sum() == 2


@given(st.integers(1, 40), st.integers(1, 60))
def test_batches_are_all_universes_in_order_whatever_their_number(batches, number):
    listed = list_universes({"a": [str(i) for i in range(number)]}, [], {}, number, 1)
    parts = [batch_of(listed, i, batches) for i in range(batches)]
    assert [name for part in parts for name in part["universe"]] == listed["universe"].tolist()


def test_an_option_that_changes_nothing_takes_back_nothing():
    dimensions = {
        "bound": {"none": {}, "kept": {"criteria": {"bilateral": False}}},
        "bilateral": {"excluded": {"criteria": {"bilateral": True}}, "kept": {}},
    }
    listed = list_universes({"bound": ["none", "kept"], "bilateral": ["excluded"]}, [], {}, 2, 1)
    named = specify_universes(listed, ANALYSIS, dimensions, COHORT)
    assert "bilateral" in named[0].specification.criteria
    assert "bilateral" not in named[1].specification.criteria
