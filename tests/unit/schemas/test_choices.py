"""What the file of the sensitivity analysis may say; the workflow's own words are tested there."""

import yaml

from schemas.choices import choice_problems, with_definitions
from schemas.document import document_problems, read_document
from tests.conftest import PROJECT

DOCUMENT = read_document((PROJECT / "config/sensitivity.yaml").read_text("utf-8"))
SCHEMA = with_definitions(
    *(
        yaml.safe_load((PROJECT / "schemas" / name).read_text("utf-8"))
        for name in ("sensitivity.schema.yaml", "config.schema.yaml")
    )
)


def problems(option):
    dimensions = {"mine": {"as_it_is": {}, "other": option}}
    document = DOCUMENT | {"dimensions": dimensions, "constraints": [], "only_alone": {}}
    return document_problems(document, SCHEMA, "mine.yaml")


def test_the_file_of_the_project_has_no_problems():
    assert document_problems(DOCUMENT, SCHEMA, "sensitivity.yaml") == []
    assert choice_problems(DOCUMENT, "sensitivity.yaml") == []


def test_a_misspelt_key_of_any_part_is_refused_with_the_nearest():
    assert problems({"derivation": {"ki67_hihg_from_percent": 25}}) == [
        "mine.yaml: unknown key 'dimensions.mine.other.derivation.ki67_hihg_from_percent'. "
        "Did you mean 'ki67_high_from_percent'?"
    ]
    (criterion,) = problems({"criteria": {"bilaterl": False}})
    assert criterion.endswith("'bilaterl'. Did you mean 'bilateral'?")
    (term,) = problems({"terms": {"density_grup": "density_trend"}})
    assert term.endswith("'density_grup'. Did you mean 'density_group'?")


def test_a_value_is_held_against_what_the_primary_analysis_may_decide():
    (text,) = problems({"derivation": {"ki67_high_from_percent": "25"}})
    assert "derivation.ki67_high_from_percent' is '25'. Write a number" in text
    (edition,) = problems({"derivation": {"her2_edition": "asco_cap_2019"}})
    assert "'asco_cap_2019'. Did you mean 'asco_cap_20" in edition
    (large,) = problems({"derivation": {"ki67_high_from_percent": 250}})
    assert "250" in large
    assert problems({"derivation": {"ki67_high_from_percent": 25}}) == []


def test_every_choice_of_what_does_not_exist_is_listed_at_once_with_the_nearest():
    dimensions = {"edition": {"old": {}, "new": {}}, "test": {"wald": {}, "lr": {}}}
    constraints = [{"when": {"editoin": "old"}, "hold": {"test": "wals"}}]
    document = {
        "dimensions": dimensions,
        "constraints": constraints,
        "only_alone": {"edition": ["x"]},
    }
    assert choice_problems(document, "mine.yaml") == [
        "mine.yaml: constraint 1, `when`: there is no dimension 'editoin'. Did you mean 'edition'?",
        "mine.yaml: constraint 1, `hold`: test has no option 'wals'. Did you mean 'wald'?",
        "mine.yaml: only_alone: edition has no option 'x'. Known: old, new.",
    ]
