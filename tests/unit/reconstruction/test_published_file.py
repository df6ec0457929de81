import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from .conftest import PUBLISHED

SCHEMA = Path(__file__).resolve().parents[3] / "schemas/published.schema.yaml"
STUDY = "000_212588157d8a19b1.txt"


@pytest.fixture(scope="module")
def schema():
    return yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))


def one_line(text):
    """Undo the line breaks of the text file, which also stand behind opening brackets."""
    return re.sub(r"\( ", "(", re.sub(r"\s+", " ", text))


def test_published_file_satisfies_its_schema(published, schema):
    Draft202012Validator.check_schema(schema)
    assert not list(Draft202012Validator(schema).iter_errors(published))


def test_schema_refuses_an_unknown_key_a_missing_value_and_a_misspelt_level(published, schema):
    claim = published["claims"][0]
    spoilt = [
        {**claim, "remark": "x"},
        {key: value for key, value in claim.items() if key != "value"},
        {**claim, "quantity": {"kind": "count", "subject": {"density": "E"}}},
    ]
    for wrong in spoilt:
        content = {**published, "claims": [wrong]}
        assert list(Draft202012Validator(schema).iter_errors(content)), wrong


def undescribed(node, place, definitions):
    for name, inner in node.get("properties", {}).items():
        target = definitions.get(inner.get("$ref", "").rpartition("/")[2], {})
        if "description" not in inner and "description" not in target:
            yield f"{place}.{name}"
        yield from undescribed(inner, f"{place}.{name}", definitions)
    if "items" in node:
        yield from undescribed(node["items"], f"{place}[]", definitions)


def test_every_key_of_the_schema_is_described(schema):
    nodes = {"published": schema, **schema["$defs"]}
    found = [
        key for name, node in nodes.items() for key in undescribed(node, name, schema["$defs"])
    ]
    assert found == []


def test_ids_are_unique_and_inferred_counts_name_claims_that_exist(published):
    ids = [claim["id"] for claim in published["claims"]]
    assert len(ids) == len(set(ids))
    for count in published["inferred"]:
        assert set(count["from"]) <= set(ids), count["id"]


def test_every_quotation_stands_in_the_study_word_by_word(published, shared):
    text = one_line((shared / STUDY).read_text(encoding="utf-8"))
    missing = [c["id"] for c in published["claims"] if one_line(c["quotation"]) not in text]
    assert missing == []


def test_the_study_period_is_a_claim_that_assumptions_and_settings_follow(published):
    (period,) = [c["quantity"] for c in published["claims"] if c["quantity"]["kind"] == "period"]
    assert (period["start"], period["end"]) == ("2018-01", "2023-12")
    dates = published["assumed"]["diagnosis_dates"]
    assert (dates["start"], dates["end"]) == ("2018-01-01", "2023-12-31")
    cohort = yaml.safe_load((PUBLISHED.parent / "cohort.yaml").read_text(encoding="utf-8"))
    limits = {key: str(day) for key, day in cohort["study_period"].items()}
    assert limits == {"start": "2018-01-01", "end": "2023-12-31"}


def test_every_statement_of_no_significance_is_a_claim(published):
    keys = ("model", "table", "variable", "level")
    stated = {
        tuple(quantity.get(key, "") for key in keys)
        for quantity in (claim["quantity"] for claim in published["claims"])
        if quantity["kind"] == "not_significant"
    }
    assert stated == {
        ("univariable", "", "age_group", ">50"),
        ("univariable", "", "density", "B"),
        ("univariable", "", "density", "C"),
        ("univariable", "", "density", "D"),
        ("univariable", "", "histology_group", "IDC"),
        ("adjusted", "", "age_group", ">50"),
        ("adjusted", "", "density_group", "C-D"),
        ("adjusted", "", "histology_group", "IDC"),
        ("", "mc_by_density", "", ""),
        ("", "mc_by_density_group", "", ""),
        ("", "mc_by_her2_within_density", "", ""),
    }


def test_every_value_stands_in_its_quotation_with_the_printed_digits(published):
    in_words = {"phenotypes": "five"}
    for claim in published["claims"]:
        if "value" in claim:
            printed = in_words.get(claim["id"], f"{claim['value']:.{claim['decimals']}f}")
            pattern = rf"(?<![\d.]){re.escape(printed)}(?!\.?\d)"
            assert re.search(pattern, claim["quotation"]), claim["id"]


def test_every_percentage_of_the_results_is_a_claim(published, shared):
    text = one_line((shared / STUDY).read_text(encoding="utf-8"))
    results = text[text.index("3. Results") : text.index("4. Discussion")]
    results = results.replace("95% CI", "")
    printed = {float(number) for number in re.findall(r"(\d+(?:\.\d+)?)%", results)}
    claimed = {c["value"] for c in published["claims"] if c["quantity"]["kind"] == "percent"}
    assert printed == claimed


@pytest.mark.parametrize(
    ("claim_id", "value"),
    [
        ("her2_mc_p", 0.001),
        ("univariable_her2_odds_ratio", 3.08),
        ("univariable_her2_ci_low", 1.38),
        ("univariable_her2_ci_high", 6.87),
        ("univariable_her2_p_value", 0.006),
        ("univariable_luminal_b_her2_odds_ratio", 2.91),
        ("univariable_luminal_b_her2_ci_low", 1.02),
        ("univariable_luminal_b_her2_ci_high", 8.31),
        ("univariable_luminal_b_her2_p_value", 0.046),
        ("adjusted_her2_odds_ratio", 5.89),
        ("adjusted_her2_ci_low", 2.42),
        ("adjusted_her2_ci_high", 14.30),
        ("adjusted_her2_p_value", 0.001),
        ("over_50_percent", 82.3),
        ("density_b_percent", 45.9),
        ("screening_alpha", 0.10),
        ("phenotypes", 5),
        ("ihc_0_stained_cells", 10),
        ("ihc_1_stained_cells", 10),
        ("ihc_2_stained_cells", 10),
    ],
)
def test_claims_that_do_not_follow_are_kept_as_printed(published, claim_id, value):
    (claim,) = (claim for claim in published["claims"] if claim["id"] == claim_id)
    assert claim["value"] == value
