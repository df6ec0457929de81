"""The baseline table: who is counted, who is missing, and which levels are listed."""

import pandas as pd
import pytest

from study.statistics.descriptives import (
    describe_baseline,
    describe_levels,
    describe_values,
)
from tests.unit.statistics.women import women


def rows_of(variable, group="overall", of=None):
    frame = describe_baseline(women() if of is None else of)
    return frame[frame["variable"].eq(variable) & frame["group"].eq(group)]


def test_quartiles_are_those_of_spss():
    """1..10: HAVERAGE puts the quartiles at positions 2.75, 5.5 and 8.25."""
    row = describe_values(pd.Series([*range(1, 11), None], dtype=float))
    assert [row["q1"], row["median"], row["q3"]] == [2.75, 5.5, 8.25]
    assert row["sd"] == pytest.approx(3.0276503540974917)
    assert (row["n"], row["total"], row["missing"]) == (10, 10, 1)
    assert (row["minimum"], row["maximum"]) == (1, 10)


def test_a_single_value_has_no_standard_deviation():
    row = describe_values(pd.Series([61.0]))
    assert row["median"] == 61
    assert pd.isna(row["sd"])


def test_percentages_are_of_the_women_whose_finding_is_known():
    values = pd.Series(["A", "B", "B", "unknown", None], dtype="str")
    rows = describe_levels(values, ["A", "B", "C"])
    assert [row["n"] for row in rows] == [1, 2, 0]
    assert [row["percent"] for row in rows] == pytest.approx([100 / 3, 200 / 3, 0])
    assert {row["total"] for row in rows} == {3}
    assert {row["missing"] for row in rows} == {2}


def test_a_value_that_is_no_level_is_refused():
    with pytest.raises(ValueError, match="'E'"):
        describe_levels(pd.Series(["E"]), ["A", "B"])


def test_levels_stand_in_clinical_order_with_zero_where_nobody_has_them():
    rows = rows_of("subtype")
    assert rows.set_index("level")["n"].to_dict() == {
        "luminal_a": 130,
        "luminal_b_her2_negative": 0,
        "luminal_b_her2_positive": 19,
        "her2_enriched": 36,
        "triple_negative": 0,
        "luminal_unspecified": 0,
    }
    assert list(rows["level"])[:2] == ["luminal_a", "luminal_b_her2_negative"]


def test_the_studys_counts_by_group():
    overall = rows_of("microcalcifications").set_index("level")
    assert overall["n"].to_dict() == {"yes": 36, "no": 149}
    assert overall.loc["yes", "percent"] == pytest.approx(36 / 185 * 100)
    assert rows_of("her2_status", "mc_yes").set_index("level")["n"].to_dict() == {
        "positive": 15,
        "negative": 21,
    }
    assert set(rows_of("age_years", "her2_positive")["n"]) == {55}


def test_a_variable_known_for_no_woman_has_one_row_and_no_invented_levels():
    rows = rows_of("histology")
    assert rows[["n", "total", "missing"]].to_numpy().tolist() == [[0, 0, 185]]
    assert rows["level"].isna().all()
    assert rows["percent"].isna().all()


def test_named_missing_values_of_ihc_are_missing_and_no_levels():
    rows = rows_of("her2_ihc").set_index("level")
    assert rows["n"].to_dict() == {"0": 37, "1+": 37, "2+": 37, "3+": 0}
    assert set(rows["missing"]) == {74}


def test_a_group_without_women_has_its_rows_and_no_percentages():
    nobody = women().query("microcalcifications == 'no'")
    rows = rows_of("density", "mc_yes", of=nobody)
    assert list(rows["n"]) == [0, 0, 0, 0]
    assert rows["percent"].isna().all()


def test_the_order_of_the_women_changes_nothing():
    shuffled = women().sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        describe_baseline(shuffled), describe_baseline(women()), rtol=1e-12
    )
