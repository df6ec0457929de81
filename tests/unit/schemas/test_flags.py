"""Every flag that a decision table or the code can set has words, and every row a table."""

import csv
from dataclasses import replace
from itertools import product

import pandas as pd
import pytest

from schemas.decision_tables import HER2_STATUS, SUBTYPE
from schemas.flags import flags
from study.biomarkers.decision import SEPARATOR
from study.biomarkers.derivation import derive_facts
from study.presentation.explanation import table_of
from study.presentation.labels import EDITIONS
from tests.conftest import PROJECT
from tests.unit.biomarkers.conftest import validated_cohort
from tests.unit.biomarkers.test_derivation import RULES

NAN = float("nan")
# Within each, every combination occurs; what it does not name is not known.
FINDINGS = [
    {
        "er_percent": [NAN, 0, 1, 10, 90],
        "pr_percent": [NAN, 0, 5, 30],
        "her2_ihc": ["0", "3+", "unknown"],
        "ki67_percent": [NAN, 10, 15, 40],
    },
    {
        "her2_ihc": ["0", "2+", "3+", "unknown"],
        "her2_ish": ["positive", "negative", "equivocal", "not_done"],
        "her2_recorded": ["negative", "unknown"],
        "her2_ratio": [NAN, 1.5, 2.0],
        "her2_copies": [NAN, 3.0, 4.5, 6.5],
    },
    {"her2_ratio": [NAN, 2.0], "her2_copies": [NAN, 4.0], "cep17_copies": [2.0]},
    {
        "her2_ihc": ["2+"],
        "her2_ratio": [2.0],
        "her2_copies": [3.0],
        "her2_recount_ratio": [NAN, 1.5, 2.0],
        "her2_recount_copies": [NAN, 3.0],
        "her2_recount_cells": [NAN, 10, 20],
    },
    {
        "her2_staining_percent": [NAN, 0, 5, 10, 50],
        "her2_staining_intensity": ["none", "faint", "weak", "intense", "unknown"],
        "her2_staining_completeness": ["complete", "incomplete", "unknown"],
        "her2_staining_pattern": ["uniform", "basolateral", "unknown"],
    },
]


def flags_in(cells):
    return {flag for cell in cells if cell for flag in cell.split(SEPARATOR)}


def flags_in_tables():
    cells = []
    for table in PROJECT.glob("schemas/*.csv"):
        with table.open(encoding="utf-8", newline="") as file:
            cells += [row.get("flags") for row in csv.DictReader(file)]
    return flags_in(cells)


@pytest.fixture(scope="module")
def trace():
    """The trace of a cohort in which those combinations occur, by every edition and scheme."""
    patients = validated_cohort(
        [
            dict(zip(values, cells, strict=True))
            for values in FINDINGS
            for cells in product(*values.values())
        ]
    )
    choices = product(HER2_STATUS["edition"].unique(), SUBTYPE["scheme"].unique())
    return pd.concat(
        derive_facts(patients, replace(RULES, her2_edition=edition, subtype_scheme=scheme)).trace
        for edition, scheme in choices
    )


def test_every_flag_of_a_decision_table_has_words():
    assert flags_in_tables() <= set(flags())


def test_every_flag_that_derivation_sets_has_words(trace):
    told = flags_in(trace["flags"].dropna())
    assert {"er_low_positive", "ihc_2_plus_without_ish", "recount_of_too_few_cells"} <= told
    assert told <= set(flags())


def test_words_are_of_flags_that_a_table_or_derivation_sets(trace):
    assert set(flags()) == flags_in_tables() | flags_in(trace["flags"].dropna())


def test_every_edition_of_the_trace_has_a_name(trace):
    assert set(trace["edition"].dropna()) <= set(EDITIONS)


def test_every_row_of_the_trace_stands_in_a_table_of_that_name(trace):
    for fact in trace.loc[trace["row"].notna(), "biomarker"].unique():
        assert (PROJECT / "schemas" / table_of(fact)).is_file()


def test_meanings_are_clauses_that_follow_a_semicolon():
    for meaning in flags().values():
        assert meaning
        assert not meaning.endswith(".")
