"""Every decision table answers every combination of its inputs, once."""

from itertools import product

import pandas as pd
import pytest

from schemas.analysis import SUBTYPES
from schemas.decision_tables import (
    HER2_STATUS,
    HORMONE_RECEPTORS,
    SUBTYPE,
    SUBTYPE_RECEPTORS,
    read_decision_table,
)
from schemas.dictionary import fields

STATUS = ["positive", "negative", "unknown"]
IHC = [*fields()["her2_ihc"].levels, "missing"]
ISH = [*fields()["her2_ish"].levels, "missing"]
RECORDED_SUBTYPES = [*fields()["subtype_recorded"].levels, "missing"]
KI67 = ["low", "high", "missing"]

TABLES = {
    "HER2 by the reference study": (
        HER2_STATUS[HER2_STATUS["edition"] == "reference_study"],
        {"her2_ihc": IHC, "her2_ish": ISH},
        "her2_status",
        [*STATUS, "unresolved"],
    ),
    "hormone receptors": (
        HORMONE_RECEPTORS,
        {"er_status": STATUS, "pr_status": STATUS},
        "hr_status",
        STATUS,
    ),
    "subtype by the reference study": (
        SUBTYPE[SUBTYPE["scheme"] == "reference_study"],
        {"hr_status": STATUS, "her2_status": [*STATUS, "unresolved"], "ki67": KI67},
        "subtype",
        [*SUBTYPES, "unknown"],
    ),
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


def test_every_edition_and_scheme_has_a_test_of_its_own():
    assert set(HER2_STATUS["edition"]) == {"reference_study"}
    assert set(SUBTYPE["scheme"]) == {"reference_study"}


def test_an_undecided_her2_status_has_no_grade_and_a_decided_one_has():
    decided = HER2_STATUS["her2_status"].isin(["positive", "negative"])
    assert decided.eq(HER2_STATUS["grade"] != "none").all()


def test_rows_are_numbered_once_within_an_edition():
    for table, edition in [(HER2_STATUS, "edition"), (SUBTYPE, "scheme")]:
        rules = table.groupby([edition, "row"])["rule"].nunique()
        assert rules.eq(1).all()


def test_the_receptors_of_a_subtype_are_those_that_lead_to_it():
    implied = SUBTYPE_RECEPTORS.rename(columns={"subtype_recorded": "subtype"})
    columns = ["subtype", "hr_status", "her2_status"]
    leading = SUBTYPE.loc[SUBTYPE["subtype"] != "unknown", columns].drop_duplicates()
    pd.testing.assert_frame_equal(
        leading.sort_values("subtype", ignore_index=True),
        implied[implied["subtype"] != "missing"].sort_values("subtype", ignore_index=True),
    )


def test_a_cell_may_list_alternatives_and_an_empty_cell_is_no_missing_value(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("row,ihc,ish,status,flags\n1,0|1+,NA|missing,negative,\n")
    table = read_decision_table(path, ["ihc", "ish"])
    assert table.to_numpy().tolist() == [
        ["1", "0", "NA", "negative", ""],
        ["1", "0", "missing", "negative", ""],
        ["1", "1+", "NA", "negative", ""],
        ["1", "1+", "missing", "negative", ""],
    ]
