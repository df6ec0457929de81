import pytest

from study.reconstruction.apportionment import largest_remainder, scatter, scatter_within, spread


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (10, {"a": 1, "b": 1}, {"a": 5, "b": 5}),
        (10, {"a": 2, "b": 1}, {"a": 7, "b": 3}),
        (3, {"a": 1, "b": 1, "c": 2}, {"a": 1, "b": 1, "c": 1}),
        (15, {"IDC": 13, "IDC+DCIS": 6, "ILC": 4}, {"IDC": 8, "IDC+DCIS": 4, "ILC": 3}),
        (5, {"a": 0, "b": 7}, {"a": 0, "b": 5}),
    ],
)
def test_shares_are_the_whole_numbers_nearest_to_proportion(total, weights, shares):
    assert largest_remainder(total, weights) == shares


def test_a_tie_goes_to_the_level_listed_first():
    assert largest_remainder(1, {"x": 1, "y": 1}) == {"x": 1, "y": 0}
    assert largest_remainder(1, {"y": 1, "x": 1}) == {"y": 1, "x": 0}


def test_levels_are_spread_evenly_over_the_sequence():
    assert spread({"a": 4, "b": 2}) == ["a", "b", "a", "a", "b", "a"]
    assert spread({"a": 2}) == ["a", "a"]


def test_of_283_women_every_sixth_of_the_sequence_holds_a_sixth_of_each_group():
    sequence = spread({"analysed": 185, "39": 39, "59": 59})
    for start in range(0, 282, 47):
        part = sequence[start : start + 47]
        assert part.count("analysed") in (30, 31, 32)
        assert part.count("39") in (6, 7)
        assert part.count("59") in (9, 10)


@pytest.mark.parametrize("n", [1, 2, 3, 10, 15, 21, 40, 109])
def test_scatter_reaches_every_number_once(n):
    assert sorted(scatter(n)) == list(range(n))


def test_scattered_members_stay_in_the_places_of_their_group():
    groups = list("aababbbaab")
    order = scatter_within(groups)
    assert sorted(order) == list(range(10))
    assert [groups[member] for member in order] == groups
    assert order != list(range(10))
