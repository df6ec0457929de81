from collections import Counter

import pytest

from study.problems import StudyError
from study.reconstruction.dealing import deal, group_sizes

GROUPS = ["x"] * 8 + ["y"] * 4
TABLES = {
    "density": {"A": {"x": 4, "y": 2}, "B": {"x": 4, "y": 2}},
    "side": {"left": {"x": 4, "y": 2}, "right": {"x": 4, "y": 2}},
    "birads": {"4": {"x": 4, "y": 2}, "5": {"x": 4, "y": 2}},
}


def test_two_facts_that_can_be_independent_within_groups_are_dealt_so():
    dealt = deal(GROUPS, {fact: TABLES[fact] for fact in ("density", "side")})
    together = Counter(zip(GROUPS, dealt["density"], dealt["side"], strict=True))
    assert {n for (group, *_), n in together.items() if group == "x"} == {2}
    assert {n for (group, *_), n in together.items() if group == "y"} == {1}


def test_a_third_fact_is_within_one_woman_of_independence_of_both_dealt_before():
    dealt = deal(GROUPS, TABLES)
    for other in ("density", "side"):
        together = Counter(zip(dealt[other], dealt["birads"], strict=True))
        assert set(together.values()) <= {2, 3, 4}


def test_every_group_receives_exactly_the_counts_of_its_column():
    table = {"A": {"x": 1, "y": 0}, "B": {"x": 7, "y": 3}, "C": {"x": 0, "y": 1}}
    dealt = deal(GROUPS, {**TABLES, "other": table})["other"]
    assert Counter(zip(dealt, GROUPS, strict=True)) == {
        ("A", "x"): 1,
        ("B", "x"): 7,
        ("B", "y"): 3,
        ("C", "y"): 1,
    }


def test_tables_that_disagree_on_the_women_of_a_group_are_named():
    wrong = {"A": {"x": 4, "y": 2}, "B": {"x": 5, "y": 2}}
    with pytest.raises(StudyError, match=r"assumed\.tables\.other.*'x': 9"):
        group_sizes({**TABLES, "other": wrong})
