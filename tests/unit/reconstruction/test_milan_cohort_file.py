from pathlib import Path

import pytest

from schemas.document import document_problems, read_document
from study.cohort.cohort_file import read_cohort
from study.reconstruction.sheets import COLUMNS, HISTOLOGY, NOT_AVAILABLE

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def text():
    return (PROJECT / "config/cohorts/milan/cohort.yaml").read_text(encoding="utf-8")


def test_cohort_file_satisfies_its_schema(text):
    schema = read_document((PROJECT / "schemas/cohort.schema.yaml").read_text(encoding="utf-8"))
    assert document_problems(read_document(text), schema, "cohort.yaml") == []


def test_every_column_of_the_sheet_is_mapped_and_no_other(text):
    mapped = [entry.column for entry in read_cohort(text).codebook.values()]
    assert sorted(mapped) == sorted(COLUMNS)


def test_words_of_the_sheet_are_those_of_the_codebook(text):
    codebook = read_cohort(text).codebook
    histology = codebook["histology_recorded"].values
    assert histology == {level: (words,) for level, words in HISTOLOGY.items()}
    for field in ("er_percent", "pr_percent", "her2_ihc", "ki67_percent"):
        assert codebook[field].missing == {"unknown": (NOT_AVAILABLE,)}


def test_the_two_printed_reasons_come_before_microcalcifications_not_reported(text):
    order = read_document(text)["analysis"]["exclusions"]["order"]
    assert order[-3:] == [
        "receptors_unknown",
        "subtype_unknown",
        "microcalcifications_not_reported",
    ]


def test_outputs_say_that_the_cohort_is_synthetic_and_rests_on_assumptions(text):
    settings = read_document(text)
    assert settings["synthetic"] is True
    assert "not patient data" in settings["assumed_note"]
    assert "assumed" in settings["assumed_note"]
