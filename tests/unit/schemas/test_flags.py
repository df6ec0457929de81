"""Every flag that a decision table or the code can set has words, and every row a table."""

import csv
from itertools import product

import pytest

from schemas.flags import SEPARATOR, flags
from study.biomarkers.derivation import derive_facts
from study.presentation.explanation import table_of
from tests.conftest import PROJECT
from tests.unit.biomarkers.conftest import validated_cohort
from tests.unit.biomarkers.test_derivation import RULES

NAN = float("nan")
FINDINGS = {
    "er_percent": [NAN, 0, 1, 10, 90],
    "pr_percent": [NAN, 0, 5],
    "her2_ihc": ["0", "1+", "2+", "3+", "unknown"],
    "her2_ish": ["positive", "negative", "equivocal", "not_done"],
    "ki67_percent": [NAN, 10, 40],
}


def flags_in(cells):
    return {flag for cell in cells if cell for flag in cell.split(SEPARATOR)}


@pytest.fixture(scope="module")
def trace():
    """The trace of a cohort in which every combination of findings occurs."""
    patients = [dict(zip(FINDINGS, cells, strict=True)) for cells in product(*FINDINGS.values())]
    return derive_facts(validated_cohort(patients), RULES).trace


@pytest.mark.parametrize("table", sorted(PROJECT.glob("schemas/*.csv")), ids=lambda path: path.name)
def test_every_flag_of_a_decision_table_has_words(table):
    with table.open(encoding="utf-8", newline="") as file:
        told = flags_in(row.get("flags") for row in csv.DictReader(file))
    assert told <= set(flags())


def test_every_flag_that_derivation_sets_has_words(trace):
    told = flags_in(trace["flags"].dropna())
    assert {"er_low_positive", "ihc_2_plus_without_ish", "ki67_missing"} <= told
    assert told <= set(flags())


def test_every_row_of_the_trace_stands_in_a_table_of_that_name(trace):
    for fact in trace.loc[trace["row"].notna(), "biomarker"].unique():
        assert (PROJECT / "schemas" / table_of(fact)).is_file()


def test_meanings_are_clauses_that_follow_a_semicolon():
    for meaning in flags().values():
        assert meaning
        assert not meaning.endswith(".")
