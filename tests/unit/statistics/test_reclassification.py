"""Who changes class under another definition, and what becomes of the model: small cohorts."""

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.dictionary import fields
from schemas.estimates import ESTIMATES
from study.biomarkers.derivation import DerivationRules
from study.cohort.eligibility import select_criteria
from study.statistics.reclassification import (
    PRIMARY,
    Course,
    describe_differences,
    exposure_row,
    reclassify,
)
from study.statistics.redefinition import (
    FINDINGS,
    decisions_in_text,
    fact_changed,
    findings_read,
    flattened,
    redefine,
)
from study.statistics.screening import screen_variables
from tests.conftest import PROJECT
from tests.unit.biomarkers.conftest import validated_cohort
from tests.unit.statistics.women import women

CONFIG = yaml.safe_load((PROJECT / "config/config.yaml").read_text(encoding="utf-8"))["analysis"]
SCHEMA = yaml.safe_load((PROJECT / "schemas/config.schema.yaml").read_text(encoding="utf-8"))
STUDY = DerivationRules(
    **{
        key: value
        for key, value in CONFIG["derivation"].items()
        if key not in ("age_coding", "idc_with_dcis_is_idc")
    }
)
CRITERIA = select_criteria(
    ["receptors_unknown", "subtype_unknown"],
    positive_birads=["4", "5"],
    luminal_unspecified_is_unknown=True,
    study_period=None,
)
HER2 = Course(
    CRITERIA, "completed_years", False, "microcalcifications", "her2_status",
    {"her2_status": "negative", "density": "A"}, 0.95,
)  # fmt: skip
LUMINAL_A = {
    "er_percent": 80, "pr_percent": 80, "her2_ihc": "0", "ki67_percent": 10,
    "microcalcifications_recorded": "no",
}  # fmt: skip
WITH_MC = {"microcalcifications_recorded": "yes"}
NEGATIVE, POSITIVE = LUMINAL_A, {**LUMINAL_A, "her2_ihc": "3+"}
# Group 2: positive by the ratio in 2013; with IHC 2+ and no recount not decided in 2018.
GROUP_2 = {**LUMINAL_A, "her2_ihc": "2+", "her2_ratio": 2.5, "her2_copies": 3.5}
BY_2013 = redefine(STUDY, {"her2_edition": "asco_cap_2013"})
BY_2018 = {"edition_2018": {"her2_edition": "asco_cap_2018"}}
TEN_PERCENT = {"ten": {"er_positive_from_percent": 10, "pr_positive_from_percent": 10}}
# 2 of 4 HER2-positive and 1 of 4 negative women have microcalcifications.
EIGHT = [
    *[{**POSITIVE, **WITH_MC}] * 2, *[POSITIVE] * 2, {**NEGATIVE, **WITH_MC}, *[NEGATIVE] * 3,
]  # fmt: skip


def found(rows, alternatives, primary=STUDY, course=HER2):
    """The cells and the model of each definition, after both files' schemas."""
    result = reclassify(validated_cohort(rows), primary, alternatives, course)
    crossed = ESTIMATES["reclassification"].validate(result.crossed)
    models = ESTIMATES["reclassification_models"].validate(result.models)
    return crossed, models.set_index("definition")


def cells(crossed, definition):
    rows = crossed[crossed["definition"].eq(definition)]
    return rows[["primary_level", "alternative_level", "n"]].to_numpy().tolist()


def test_a_woman_of_er_5_percent_is_triple_negative_at_10_percent():
    five = {**LUMINAL_A, "er_percent": 5, "pr_percent": 0}
    crossed, models = found([*EIGHT, five], TEN_PERCENT)
    assert cells(crossed, "ten") == [
        ["luminal_a", "luminal_a", 4],
        ["luminal_a", "triple_negative", 1],
        ["luminal_b_her2_positive", "luminal_b_her2_positive", 4],
    ]
    row = models.loc["ten"]
    assert row["fact"] == "subtype"
    assert row[["women", "moved", "entered", "left", "n"]].tolist() == [9, 1, 0, 0, 9]
    # 8 of 9 agree; by chance (5 * 4 + 0 * 1 + 4 * 4) / 9 = 4 would.
    assert row["kappa"] == pytest.approx((8 - 4) / (9 - 4))


def test_the_primary_definition_is_a_diagonal_of_the_exposure_s_status():
    crossed, models = found(EIGHT, TEN_PERCENT)
    assert cells(crossed, PRIMARY) == [["positive", "positive", 4], ["negative", "negative", 4]]
    row = models.loc[PRIMARY]
    assert row[["fact", "women", "moved", "kappa"]].tolist() == ["her2_status", 8, 0, 1.0]
    assert row["decisions"] == "er_positive_from_percent: 1; pr_positive_from_percent: 1"
    assert list(models.index) == [PRIMARY, "ten"]


def test_a_woman_who_becomes_unresolved_is_seen_to_move_and_to_leave():
    crossed, models = found([*EIGHT, {**GROUP_2, **WITH_MC}], BY_2018, primary=BY_2013)
    assert cells(crossed, "edition_2018") == [
        ["positive", "positive", 4],
        ["positive", "unresolved", 1],
        ["negative", "negative", 4],
    ]
    row = models.loc["edition_2018"]
    assert row[["women", "moved", "entered", "left"]].tolist() == [9, 1, 0, 1]
    # Undecided women are no part of kappa: the other eight agree.
    assert row["kappa"] == 1
    # 2 of 4 against 1 of 4 without her; with her, 3 of 5.
    assert row[["n", "events"]].tolist() == [8, 3]
    assert row["odds_ratio"] == pytest.approx((2 / 2) / (1 / 3))
    assert models.loc[PRIMARY, "odds_ratio"] == pytest.approx((3 / 2) / (1 / 3))


def test_a_woman_who_was_unresolved_is_seen_to_enter():
    primary = redefine(STUDY, {"her2_edition": "asco_cap_2018"})
    crossed, models = found([*EIGHT, GROUP_2], {"e": {"her2_edition": "asco_cap_2013"}}, primary)
    assert ["unresolved", "positive", 1] in cells(crossed, "e")
    assert models.loc["e", ["women", "moved", "entered", "left", "n"]].tolist() == [9, 1, 1, 0, 9]
    assert models.loc[PRIMARY, ["women", "n"]].tolist() == [8, 8]


def test_a_woman_analysed_under_neither_is_not_counted():
    crossed, models = found([*EIGHT, {**LUMINAL_A, "her2_ihc": "unknown"}], BY_2018)
    assert crossed.query("definition == 'edition_2018'")["n"].sum() == 8
    assert models["women"].tolist() == [8, 8]


def test_every_row_repeats_kappa_and_odds_ratio_of_its_definition():
    crossed, models = found([*EIGHT, {**GROUP_2, **WITH_MC}], BY_2018, primary=BY_2013)
    columns = ["kappa", "odds_ratio", "ci_low", "ci_high", "p_value"]
    for _, row in crossed.iterrows():
        pd.testing.assert_series_equal(
            row[columns].astype(float),
            models.loc[row["definition"], columns].astype(float),
            check_names=False,
        )


def test_a_separated_model_is_empty_and_says_so():
    """Under 2018 no woman with MC is left among the HER2-positive."""
    rows = [
        *[{**GROUP_2, **WITH_MC}] * 2,
        *[POSITIVE] * 3,
        {**NEGATIVE, **WITH_MC},
        *[NEGATIVE] * 3,
    ]
    crossed, models = found(rows, BY_2018, primary=BY_2013)
    assert models["status"].tolist() == ["ok", "separated"]
    assert models.loc["edition_2018", ["odds_ratio", "ci_low", "p_value"]].isna().all()
    assert crossed.query("definition == 'edition_2018'")["odds_ratio"].isna().all()


def test_where_one_level_is_left_nothing_can_be_estimated_and_kappa_is_undefined():
    """All HER2-positive women are so by their ratio, and unresolved under 2018."""
    rows = [{**GROUP_2, **WITH_MC}, GROUP_2, {**NEGATIVE, **WITH_MC}, NEGATIVE, NEGATIVE]
    _, models = found(rows, BY_2018, primary=BY_2013)
    row = models.loc["edition_2018"]
    assert row[["status", "n", "left"]].tolist() == ["not_estimable", 3, 2]
    assert pd.isna(row["kappa"])


def test_a_definition_that_leaves_nobody_is_a_result_and_no_error():
    crossed, models = found([{**GROUP_2, **WITH_MC}, GROUP_2], BY_2018, primary=BY_2013)
    assert cells(crossed, "edition_2018") == [["positive", "unresolved", 2]]
    row = models.loc["edition_2018"]
    assert row[["status", "n", "women", "left"]].tolist() == ["not_estimable", 0, 2, 2]
    assert pd.isna(row["kappa"])


def test_without_alternatives_the_primary_definition_stands_alone():
    _, models = found(EIGHT, {})
    assert list(models.index) == [PRIMARY]
    assert pd.isna(models.loc[PRIMARY, "decisions"])


def test_women_with_a_finding_that_the_definition_reads_are_counted():
    rows = [*EIGHT, {"er_recorded": "positive", "her2_ihc": "0", "ki67_percent": 5}]
    _, models = found(rows, {**TEN_PERCENT, "k": {"ki67_high_from_percent": 14}})
    assert models.loc["ten", ["findings", "with_findings", "women"]].tolist() == [
        "er_percent; pr_percent", 8, 9,
    ]  # fmt: skip
    assert models.loc["k", "with_findings"] == 9
    assert models.loc[PRIMARY, ["findings", "with_findings"]].isna().all()


def test_an_exposure_of_four_levels_has_a_joint_test_and_no_single_odds_ratio():
    course = Course(CRITERIA, "completed_years", False, "microcalcifications", "density",
                    {"density": "A"}, 0.95)  # fmt: skip
    rows = [
        {**LUMINAL_A, "density_recorded": density, "microcalcifications_recorded": mc}
        for density in "ABCD"
        for mc in ("yes", "no", "no")
    ]
    _, models = found(rows, TEN_PERCENT, course=course)
    row = models.loc["ten"]
    assert row[["level", "status"]].tolist() == ["(overall)", "ok"]
    assert pd.isna(row["odds_ratio"])
    assert row["p_value"] == pytest.approx(1)


# the gate


def screen():
    """What the screen says of the study's women."""
    frame = women()
    outcome, references, levels = "microcalcifications", {"her2_status": "negative"}, None
    return screen_variables(
        frame, outcome, ["her2_status"], [], references, levels, 0.1, "wald", 0.95
    )[0]


def primary_of(univariable):
    row = exposure_row(univariable, "her2_status")
    return pd.DataFrame([{"definition": PRIMARY, **row.to_dict()}])


def test_the_gate_is_silent_where_the_primary_model_is_the_screen_s():
    univariable = screen()
    assert describe_differences(primary_of(univariable), univariable) == ""


@pytest.mark.parametrize("column", ["log_odds", "ci_high", "p_value"])
def test_the_gate_names_what_differs_by_more_than_rounding(column):
    univariable = screen()
    noise, slip = primary_of(univariable), primary_of(univariable)
    noise[column] *= 1 + 1e-14
    slip[column] *= 1 + 1e-11
    assert describe_differences(noise, univariable) == ""
    assert describe_differences(slip, univariable).startswith(f"  {column}: ")


def test_the_gate_names_another_n_and_another_status():
    univariable = screen()
    other = primary_of(univariable).assign(n=184, status="separated", odds_ratio=float("nan"))
    told = describe_differences(other, univariable)
    assert [line.split(":")[0].strip() for line in told.splitlines()] == [
        "n",
        "status",
        "odds_ratio",
    ]


# what a definition changes


def test_nested_rules_are_merged_and_the_others_stay():
    other = redefine(
        STUDY, {"precedence": {"her2_status": "recorded"}, "subtype_scheme": "st_gallen_2013"}
    )
    assert other.precedence == {**STUDY.precedence, "her2_status": "recorded"}
    assert other.subtype_scheme == "st_gallen_2013"
    assert other.her2_edition == STUDY.her2_edition
    assert STUDY.precedence["her2_status"] == "findings"


def test_a_rule_of_density_is_refused():
    with pytest.raises(ValueError, match="density_edge_belongs_to"):
        redefine(STUDY, {"density_edge_belongs_to": "upper"})


@pytest.mark.parametrize(
    ("changed", "fact"),
    [
        ({"her2_edition": "asco_cap_2018"}, "her2_status"),
        ({"her2_edition": "asco_cap_2018", "er_positive_from_percent": 10}, "her2_status"),
        ({"precedence": {"her2_ihc": "recorded"}}, "her2_status"),
        ({"precedence": {"er_status": "recorded"}}, "subtype"),
        ({"ki67_high_from_percent": 14}, "subtype"),
        ({}, "her2_status"),
    ],
)
def test_her2_status_is_compared_where_its_rules_change_else_the_subtype(changed, fact):
    assert fact_changed(changed) == fact


def test_decisions_are_written_as_in_the_configuration():
    changed = {"er_positive_from_percent": 10.0, "precedence": {"subtype": "recorded"}}
    assert (
        decisions_in_text(changed) == "er_positive_from_percent: 10; precedence.subtype: recorded"
    )


def test_every_key_that_a_definition_may_hold_is_known():
    definition = SCHEMA["$defs"]["definition"]["properties"]
    precedence = definition.pop("precedence")["properties"]
    allowed = {*definition, *(f"precedence.{fact}" for fact in precedence)}
    assert allowed == set(FINDINGS)


def test_every_finding_of_her2_receptors_and_ki67_is_read_by_some_rule():
    stems = ("her2_", "cep17_", "er_", "pr_", "ki67_")
    findings = {name for name in fields() if name.startswith(stems) and "recorded" not in name}
    assert {name for names in FINDINGS.values() for name in names} == findings
    assert findings_read({"er_positive_from_percent": 1, "subtype_scheme": "x"}) == [
        "er_percent", "pr_percent", "ki67_percent",
    ]  # fmt: skip


def test_the_configured_definitions_can_be_applied():
    for changed in CONFIG["reclassification"].values():
        assert flattened(changed).items() <= flattened(vars(redefine(STUDY, changed))).items()


# laws

woman = st.fixed_dictionaries(
    {
        "er_percent": st.sampled_from([0.0, 5, 80, None]),
        "pr_percent": st.sampled_from([0.0, 15, 80]),
        "her2_ihc": st.sampled_from(["0", "2+", "3+", "unknown"]),
        "her2_ratio": st.sampled_from([1.2, 2.5, None]),
        "her2_copies": st.sampled_from([3.0, 5, 7, None]),
        "ki67_percent": st.sampled_from([5.0, 17, 40, None]),
        "microcalcifications_recorded": st.sampled_from(["yes", "no"]),
    }
)
SOME = {
    name: CONFIG["reclassification"][name]
    for name in ("her2_asco_cap_2018", "er_pr_10_percent", "st_gallen_2013")
}


@settings(max_examples=12, deadline=None)
@given(st.lists(woman, min_size=2, max_size=12))
def test_the_counts_of_a_definition_add_up(rows):
    crossed, models = found(rows, SOME)
    n = models.loc[PRIMARY, "n"]
    for name, row in models.iterrows():
        own = crossed[crossed["definition"].eq(name)]
        assert own["n"].sum() == row["women"]
        assert own.loc[own["primary_level"].ne(own["alternative_level"]), "n"].sum() == row["moved"]
        assert row["women"] == n + row["entered"]
        assert row["n"] == n + row["entered"] - row["left"]


def test_a_definition_that_is_left_out_or_is_the_primary_one_is_passed_over():
    from reclassify_biomarkers import those_that_differ
    from tests.unit.biomarkers.test_derivation import RULES

    definitions = {
        "her2_reference_study": {"her2_edition": "reference_study"},
        "her2_asco_cap_2018": {"her2_edition": "asco_cap_2018"},
        "ki67_20_percent": {"ki67_high_from_percent": 20},
        "ki67_14_percent": None,
    }
    assert list(those_that_differ(RULES, definitions)) == ["her2_asco_cap_2018"]
