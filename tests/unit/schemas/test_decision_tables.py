"""Every decision table answers every combination of its inputs, once."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from schemas.analysis import HER2_LOW as HER2_LOW_LEVELS
from schemas.analysis import SUBTYPES
from schemas.decision_tables import (
    HER2_IHC,
    HER2_ISH,
    HER2_LOW,
    HER2_STATUS,
    HORMONE_RECEPTORS,
    SUBTYPE,
    SUBTYPE_RECEPTORS,
    read_decision_table,
)
from schemas.dictionary import fields
from schemas.thresholds import THRESHOLDS
from tests.conftest import PROJECT

STATUS = ["positive", "negative", "unknown"]
SCORES = ["0", "1+", "2+", "3+", "undefined", "contradictory", "missing"]
GROUPS = [f"group_{number}" for number in range(1, 6)]
SINGLE = ["single_high", "single_middle", "single_low"]
VERDICTS = ["verdict_positive", "verdict_negative", "verdict_equivocal", "missing"]
DUAL_PROBE = [*GROUPS, "ratio_high", "ratio_low", *SINGLE, *VERDICTS]
ISH = {
    "reference_study": DUAL_PROBE,
    "asco_cap_2007": ["fish_positive", "fish_equivocal", "fish_negative", *VERDICTS],
    "asco_cap_2013": DUAL_PROBE,
    "asco_cap_2018": DUAL_PROBE,
}
PERCENT = {
    "reference_study": ["none", "below_10", "exactly_10", "over_10", "missing"],
    "asco_cap_2007": ["none", "below_10", "10_to_30", "over_30", "missing"],
    "asco_cap_2013": ["none", "up_to_10", "over_10", "missing"],
    "asco_cap_2018": ["none", "up_to_10", "over_10", "missing"],
}
RATIO = {edition: ["below_2", "from_2", "missing"] for edition in ISH}
RATIO["asco_cap_2007"] = ["below_1.8", "1.8_to_2.2", "above_2.2", "missing"]
COPIES = {edition: ["below_4", "4_to_below_6", "from_6", "missing"] for edition in ISH}
COPIES["asco_cap_2007"] = ["below_4", "4_to_6", "above_6", "missing"]
RECORDED_SUBTYPES = [*fields()["subtype_recorded"].levels, "missing"]


def of_edition(edition):
    """The tables of one edition: rows, levels of every input, the answer and its levels."""
    return {
        f"IHC by {edition}": (
            HER2_IHC[HER2_IHC["edition"] == edition],
            {
                "intensity": ["none", "faint", "weak", "moderate", "intense", "missing"],
                "completeness": ["complete", "incomplete", "missing"],
                "pattern": ["uniform", "non_uniform", "basolateral", "missing"],
                "percent": PERCENT[edition],
                "score": ["0", "1+", "2+", "3+", "missing"],
            },
            "her2_ihc",
            SCORES,
        ),
        f"ISH by {edition}": (
            HER2_ISH[HER2_ISH["edition"] == edition],
            {
                "ratio": RATIO[edition],
                "copies": COPIES[edition],
                "verdict": ["positive", "negative", "equivocal", "missing"],
            },
            "ish",
            ISH[edition],
        ),
        f"HER2 by {edition}": (
            HER2_STATUS[HER2_STATUS["edition"] == edition],
            {
                "her2_ihc": SCORES,
                "ish": ISH[edition],
                "recount": ["unchanged", "changed", "missing"],
            },
            "her2_status",
            [*STATUS, "unresolved"],
        ),
    }


def of_scheme(scheme):
    return {
        f"subtype by {scheme}": (
            SUBTYPE[SUBTYPE["scheme"] == scheme],
            {
                "er_status": STATUS,
                "pr_level": ["negative", "low", "high", "positive", "unknown"],
                "her2_status": [*STATUS, "unresolved"],
                "ki67": ["low", "intermediate", "high", "missing"],
            },
            "subtype",
            [*SUBTYPES, "unknown"],
        )
    }


TABLES = {
    **{name: table for edition in ISH for name, table in of_edition(edition).items()},
    "HER2-low": (
        HER2_LOW,
        {
            "her2_status": [*STATUS, "unresolved"],
            "her2_ihc": SCORES,
            "ish": ["positive", "negative", "equivocal", "unknown"],
            "membrane_staining": ["faint", "absent", "other", "missing"],
        },
        "her2_low",
        HER2_LOW_LEVELS,
    ),
    "hormone receptors": (
        HORMONE_RECEPTORS,
        {"er_status": STATUS, "pr_status": STATUS},
        "hr_status",
        STATUS,
    ),
    **of_scheme("reference_study"),
    **of_scheme("st_gallen_2013"),
    **of_scheme("maisonneuve_2014"),
    "receptors that a subtype implies": (
        SUBTYPE_RECEPTORS,
        {"subtype_recorded": RECORDED_SUBTYPES},
        "hr_status",
        STATUS,
    ),
}
every_table = pytest.mark.parametrize(
    ("table", "inputs", "answer", "answers"), TABLES.values(), ids=TABLES.keys()
)


@every_table
def test_the_table_is_total_and_disjoint(table, inputs, answer, answers):
    answered = sorted(table[list(inputs)].itertuples(index=False, name=None))
    assert answered == sorted(product(*inputs.values()))


@every_table
def test_the_table_gives_every_answer_and_no_other(table, inputs, answer, answers):
    assert set(table[answer]) == set(answers)


def test_every_edition_and_scheme_has_a_test_of_its_own_and_can_be_chosen():
    schema = (PROJECT / "schemas/config.schema.yaml").read_text(encoding="utf-8")
    for table in (HER2_IHC, HER2_ISH, HER2_STATUS):
        assert set(table["edition"]) == set(ISH)
    schemes = {"reference_study", "st_gallen_2013", "maisonneuve_2014"}
    assert set(SUBTYPE["scheme"]) == schemes
    for name in set(ISH) | schemes:
        assert name in schema


@pytest.mark.parametrize(
    ("quantity", "edition"),
    sorted(set(THRESHOLDS[["quantity", "edition"]].itertuples(index=False, name=None))),
)
def test_the_bins_of_a_quantity_cover_its_legal_range_without_overlap(quantity, edition):
    rows = THRESHOLDS[(THRESHOLDS["quantity"] == quantity) & (THRESHOLDS["edition"] == edition)]
    ends = {*rows["lower"], *rows["upper"]} - {np.inf}
    legal = fields()[quantity]
    near = [end + step for end in ends for step in (-1e-9, 0, 1e-9)]
    for value in [float(legal.minimum), *near, float(legal.maximum)]:
        if not float(legal.minimum) <= value <= float(legal.maximum):
            continue
        above = np.where(
            rows["lower_included"] == "yes", value >= rows["lower"], value > rows["lower"]
        )
        below = np.where(
            rows["upper_included"] == "yes", value <= rows["upper"], value < rows["upper"]
        )
        assert (above & below).sum() == 1, value


def test_every_row_of_a_table_that_decides_names_a_source_that_is_listed():
    sources = set(pd.read_csv(PROJECT / "schemas/sources.csv")["key"])
    verdicts = {"verdict_positive", "verdict_negative", "verdict_equivocal"}
    undecided = {"missing", "unknown", "zero_not_split"} | verdicts
    for table, _, answer, _ in TABLES.values():
        if "source" not in table:
            continue
        assert set(table["source"]) <= sources | {""}
        silent = table[table["source"].eq("")]
        assert set(silent[answer]) <= undecided
    assert set(THRESHOLDS["source"]) <= sources


def test_an_undecided_her2_status_has_no_grade_and_a_decided_one_has():
    decided = HER2_STATUS["her2_status"].isin(["positive", "negative"])
    assert decided.eq(HER2_STATUS["grade"] != "none").all()


def test_rows_are_numbered_once_within_an_edition():
    tables = [(HER2_IHC, "edition"), (HER2_ISH, "edition"), (HER2_STATUS, "edition")]
    for table, edition in [*tables, (SUBTYPE, "scheme")]:
        rules = table.groupby([edition, "row"])["rule"].nunique()
        assert rules.eq(1).all(), rules[rules.ne(1)]


def test_the_receptors_of_a_subtype_are_those_that_lead_to_it():
    study = SUBTYPE[(SUBTYPE["scheme"] == "reference_study") & (SUBTYPE["subtype"] != "unknown")]
    pr_status = study["pr_level"].replace(["low", "high"], "positive")
    leading = study.assign(pr_status=pr_status).merge(
        HORMONE_RECEPTORS, on=["er_status", "pr_status"], validate="many_to_one"
    )
    columns = ["subtype", "hr_status", "her2_status"]
    implied = SUBTYPE_RECEPTORS.rename(columns={"subtype_recorded": "subtype"})
    pd.testing.assert_frame_equal(
        leading[columns].drop_duplicates().sort_values("subtype", ignore_index=True),
        implied[implied["subtype"] != "missing"].sort_values("subtype", ignore_index=True),
    )


def test_a_cell_may_list_alternatives_and_an_empty_cell_is_no_missing_value(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("row,ihc,ish,status,flags\n1,0|1+,any,negative,\n")
    table = read_decision_table(path, {"ihc": ["0", "1+"], "ish": ["NA", "missing"]})
    assert table.to_numpy().tolist() == [
        ["1", "0", "NA", "negative", ""],
        ["1", "0", "missing", "negative", ""],
        ["1", "1+", "NA", "negative", ""],
        ["1", "1+", "missing", "negative", ""],
    ]


def test_any_stands_for_the_levels_of_each_edition_that_shares_the_row(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("edition,row,copies,status\na|b,1,any,x\n")
    table = read_decision_table(path, {"copies": {"a": ["1", "2"], "b": ["3"]}}, "edition")
    assert table.to_numpy().tolist() == [
        ["a", "1", "1", "x"],
        ["a", "1", "2", "x"],
        ["b", "1", "3", "x"],
    ]
