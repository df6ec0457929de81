"""A wrong configuration is refused in words, all of it at once."""

import copy

import pytest
import yaml

from schemas.document import document_problems, read_document
from tests.conftest import PROJECT


@pytest.fixture
def schema():
    return yaml.safe_load((PROJECT / "schemas/config.schema.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def document():
    return yaml.safe_load((PROJECT / "config/config.yaml").read_text(encoding="utf-8"))


def problems(document, schema):
    return document_problems(document, schema, "config/config.yaml")


def test_the_shipped_configuration_is_valid(document, schema):
    assert problems(document, schema) == []


def test_an_unknown_key_is_refused_with_the_nearest_known_one(document, schema):
    document["analysis"]["derivation"]["ki67_hihg_from_percent"] = 14
    assert problems(document, schema) == [
        "config/config.yaml: unknown key 'analysis.derivation.ki67_hihg_from_percent'."
        " Did you mean 'ki67_high_from_percent'?"
    ]


def test_a_missing_key_is_named(document, schema):
    del document["analysis"]["models"]["screening_alpha"]
    assert problems(document, schema) == [
        "config/config.yaml: key 'analysis.models.screening_alpha' is missing."
        " Add it; see config/README.md."
    ]


def test_a_misspelt_choice_is_refused_with_the_nearest_one(document, schema):
    document["analysis"]["models"]["screening_test"] = "walt"
    assert problems(document, schema) == [
        "config/config.yaml: 'analysis.models.screening_test' is 'walt'. Did you mean 'wald'?"
    ]


def test_all_problems_are_listed_at_once(document, schema):
    broken = copy.deepcopy(document)
    broken["analysis"]["statistics"]["confidence_level"] = 95
    broken["analysis"]["models"]["candidates"][0] = "her2"
    broken["cohorts"] = []
    assert len(problems(broken, schema)) == 3


def test_yes_and_no_and_dates_stay_text_in_a_codebook():
    text = "values: {yes: [sì, on], no: [n, 0]}\nstart: 2018-01-01\nsynthetic: true\nmissing: ~"
    assert read_document(text) == {
        "values": {"yes": ["sì", "on"], "no": ["n", 0]},
        "start": "2018-01-01",
        "synthetic": True,
        "missing": None,
    }
