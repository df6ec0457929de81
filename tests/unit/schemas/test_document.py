"""A wrong configuration is refused in words, all of it at once."""

import copy

import pytest
import yaml

from schemas.document import document_problems, explain_syntax, read_document
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


def test_density_in_four_classes_beside_density_in_two_is_refused_in_words(document, schema):
    document["analysis"]["models"]["multivariable"]["adjusted"] = ["density", "density_group"]
    assert problems(document, schema) == [
        "config/config.yaml: 'analysis.models.multivariable.adjusted': density and density_group"
        " are one finding in four classes and in two; keep one of them."
    ]


@pytest.mark.parametrize(
    ("name", "definition", "told"),
    [
        ("primary", {"ki67_high_from_percent": 14}, "primary is the analysis itself"),
        ("Ki-67", {"ki67_high_from_percent": 14}, "Name a definition in lower-case letters"),
        (
            "mine",
            {"density_edge_belongs_to": "upper"},
            "unknown key 'analysis.reclassification.mine",
        ),
        ("mine", {"her2_edition": "asco_cap_2108"}, "Did you mean 'asco_cap_2018'?"),
        ("mine", {"precedence": {"density": "findings"}}, "mine.precedence.density'"),
        ("mine", {}, "at least one; null leaves the definition out"),
    ],
)
def test_a_definition_that_changes_nothing_here_is_refused(
    document, schema, name, definition, told
):
    document["analysis"]["reclassification"][name] = definition
    (problem,) = problems(document, schema)
    assert told in problem


@pytest.mark.parametrize("definition", [None, {"precedence": {"her2_ihc": "recorded"}}])
def test_a_definition_may_be_left_out_or_change_a_precedence(document, schema, definition):
    document["analysis"]["reclassification"]["ki67_14_percent"] = definition
    assert problems(document, schema) == []


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


@pytest.mark.parametrize(
    ("text", "explained"),
    [
        (
            "a: 1\ntitle: Lodi: senologia",
            "line 2: a text that holds a colon needs quotation marks.",
        ),
        ("a:\n\tb: 1", "line 2: indent with spaces, not with tabs."),
    ],
)
def test_a_slip_of_syntax_is_explained_without_the_language_of_yaml(text, explained):
    with pytest.raises(yaml.YAMLError) as caught:
        read_document(text)
    assert explain_syntax(caught.value) == explained


def test_a_value_of_the_wrong_kind_is_answered_by_an_example():
    schema = {
        "type": "object",
        "properties": {
            "header_rows": {"type": "array"},
            "day": {"type": "string", "pattern": "^2", "remedy": "Write 2019-01-31."},
        },
    }
    assert document_problems({"header_rows": 3, "day": "01.01.2019"}, schema, "cohort.yaml") == [
        "cohort.yaml: 'day' is '01.01.2019'. Write 2019-01-31.",
        "cohort.yaml: 'header_rows' is '3'. Write a list, such as [3].",
    ]
