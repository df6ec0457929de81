"""The numbers under `assumed:` follow from the printed margins by the stated method."""

import pytest

from study.reconstruction.apportionment import largest_remainder

SIZES = {
    "her2_positive_mc": 15,
    "her2_positive_no_mc": 40,
    "her2_negative_mc": 21,
    "her2_negative_no_mc": 109,
}


def shared_by_method(with_mc, without_mc):
    """Share the 15 and 40 HER2-positive women; return the table as it stands in published.yaml."""
    positive_mc = largest_remainder(15, with_mc)
    positive_no_mc = largest_remainder(40, without_mc)
    return {
        level: {
            "her2_positive_mc": positive_mc[level],
            "her2_positive_no_mc": positive_no_mc[level],
            "her2_negative_mc": with_mc[level] - positive_mc[level],
            "her2_negative_no_mc": without_mc[level] - positive_no_mc[level],
        }
        for level in with_mc
    }


def without(totals, with_mc):
    return {level: totals[level] - with_mc[level] for level in totals}


@pytest.mark.parametrize(
    ("fact", "totals"),
    [
        ("age_group", {">50": 154, "<=50": 31}),
        ("histology", {"IDC": 68, "IDC+DCIS": 32, "ILC": 17, "ILC+LCIS": 5, "other": 63}),
        ("birads", {"4": 111, "5": 74}),
        ("side", {"left": 93, "right": 92}),
    ],
)
def test_facts_printed_as_totals_are_shared_over_mc_and_then_over_her2(published, fact, totals):
    with_mc = largest_remainder(36, totals)
    expected = shared_by_method(with_mc, without(totals, with_mc))
    assert published["assumed"]["tables"][fact]["counts"] == expected


def test_her2_within_densities_b_c_d_is_shared_between_printed_margins(published):
    positive_mc = largest_remainder(15 - 2, {"B": 16, "C": 13, "D": 3})
    positive_no_mc = largest_remainder(40 - 4, {"B": 70, "C": 45, "D": 15})
    counts = published["assumed"]["tables"]["density"]["counts"]
    assert {d: counts[d]["her2_positive_mc"] for d in "BCD"} == positive_mc
    assert {d: counts[d]["her2_positive_no_mc"] for d in "BCD"} == positive_no_mc
    assert list(counts["A"].values()) == [2, 4, 2, 15]


@pytest.mark.parametrize(
    ("fact", "her2", "mc", "totals"),
    [
        ("subtype", "positive", 15, {"luminal_b_her2_positive": 19, "her2_enriched": 36}),
        ("subtype", "negative", 21, {"luminal_a": 126, "triple_negative": 4}),
        ("her2_findings", "positive", 15, {"3+": 44, "2+ amplified": 11}),
        ("her2_findings", "negative", 21, {"0": 52, "1+": 52, "2+ not amplified": 26}),
    ],
)
def test_facts_bound_to_her2_are_shared_over_mc_within_her2(published, fact, her2, mc, totals):
    counts = published["assumed"]["tables"][fact]["counts"]
    with_mc = largest_remainder(mc, totals)
    found = {level: counts[level][f"her2_{her2}_mc"] for level in totals}
    left = {level: counts[level][f"her2_{her2}_no_mc"] for level in totals}
    assert found == with_mc
    assert left == without(totals, with_mc)


def test_every_table_adds_up_to_the_printed_groups(published):
    for fact, table in published["assumed"]["tables"].items():
        rows = table["counts"].values()
        assert {g: sum(row[g] for row in rows) for g in SIZES} == SIZES, fact


def test_every_density_adds_up_to_its_printed_margins(published):
    counts = published["assumed"]["tables"]["density"]["counts"]
    margins = {
        density: (row["her2_positive_mc"] + row["her2_negative_mc"], sum(row.values()))
        for density, row in counts.items()
    }
    assert margins == {"A": (4, 23), "B": (16, 86), "C": (13, 58), "D": (3, 18)}


def test_density_a_by_her2_is_the_only_split_that_gives_both_printed_shares():
    splits = [
        (k, n, 4 - k, 23 - n)
        for n in range(1, 23)
        for k in range(min(n, 4) + 1)
        if 4 - k <= 23 - n
        and round(100 * k / n, 1) == 33.3
        and round(100 * (4 - k) / (23 - n), 1) == 11.8
    ]
    assert splits == [(2, 6, 2, 17)]


def test_her2_enriched_36_is_the_only_count_that_rounds_to_19_5_percent():
    assert [k for k in range(186) if round(100 * k / 185, 1) == 19.5] == [36]


def test_four_splits_of_the_130_round_as_printed_and_the_assumed_one_leaves_nobody_over():
    splits = [
        (luminal_a, triple)
        for luminal_a in range(131)
        for triple in range(131 - luminal_a)
        if round(100 * luminal_a / 185) == 68 and round(100 * triple / 185) == 2
    ]
    assert splits == [(125, 3), (125, 4), (126, 3), (126, 4)]
    assert [split for split in splits if sum(split) == 130] == [(126, 4)]
