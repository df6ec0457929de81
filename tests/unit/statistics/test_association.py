"""The tables of microcalcifications: counts, chosen tests, effects, through the scripts."""

import math

import pandas as pd
import pytest

from describe_cohort import describe_cohort
from schemas.estimates import TESTS, read_estimates
from study.statistics.association import count_tables, list_tests
from tabulate_associations import tabulate_associations
from tests.unit.statistics.tabular import table
from tests.unit.statistics.women import women

WITHIN = "mc_by_her2_within_density"
NAMES = ("contingency", "tests", "effects", "prevalence")


def run(folder, analysis):
    analysis.to_parquet(folder / "analysis.parquet", index=False)
    tabulate_associations(
        analysis=folder / "analysis.parquet",
        **{name: folder / f"{name}.csv" for name in NAMES},
        confidence_level=0.95,
        normality_alpha=0.05,
        equal_variance_alpha=0.05,
        fisher_expected_below=5,
    )
    return {name: read_estimates(name, folder / f"{name}.csv") for name in NAMES}


def describe(folder):
    names = ("baseline", "distributions")
    paths = {name: folder / f"{name}.csv" for name in names}
    describe_cohort(analysis=folder / "analysis.parquet", **paths)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return run(tmp_path_factory.mktemp("study"), women())


def of(frame, table, stratum=None):
    rows = frame[frame["table"].eq(table)]
    return rows[rows["stratum"].isna() if stratum is None else rows["stratum"].eq(stratum)]


def test_the_counts_of_the_study(study):
    rows = of(study["contingency"], "mc_by_density")
    yes = rows[rows["column"].eq("yes")].set_index("row")
    assert yes["n"].to_dict() == {"A": 4, "B": 16, "C": 13, "D": 3}
    assert yes["row_total"].to_dict() == {"A": 23, "B": 86, "C": 58, "D": 18}
    assert yes["row_percent"].loc["A"] == pytest.approx(400 / 23)


@pytest.mark.parametrize(
    ("table", "test", "p_value", "chosen"),
    [
        ("mc_by_her2", "pearson", 0.080803, True),
        ("mc_by_her2", "yates", 0.122858, False),
        ("mc_by_her2", "fisher_exact", 0.103613, False),
        ("mc_by_density", "pearson", 0.915486, False),
        ("mc_by_density", "fisher_exact", 0.941610, True),
    ],
)
def test_the_p_values_of_the_study(study, table, test, p_value, chosen):
    row = of(study["tests"], table).set_index("test").loc[test]
    assert row["p_value"] == pytest.approx(p_value, abs=5e-7)
    assert row["chosen"] == chosen
    assert ("chosen: " in str(row["note"])) == chosen


def test_one_test_is_chosen_per_table_and_stratum(study):
    tests = study["tests"].query("test != 'shapiro_wilk'")
    chosen = tests.groupby(["table", "stratum"], dropna=False)["chosen"].sum()
    assert set(chosen) == {1}
    assert len(chosen) == 6 + 4 + 1 + 4


def test_every_test_of_the_contract_is_computed_somewhere(study):
    assert set(study["tests"]["test"]) == set(TESTS)


def test_only_two_rows_have_yates_and_only_ordered_levels_a_trend(study):
    tests = study["tests"]
    with_yates = set(tests[tests["test"].eq("yates")]["table"])
    assert with_yates == {"mc_by_her2", "mc_by_density_group", "mc_by_age_group", WITHIN}
    with_trend = set(tests[tests["test"].eq("linear_by_linear")]["table"])
    assert with_trend == {"mc_by_density", "mc_by_density_group", "mc_by_age_group"}


def test_every_density_has_its_exact_test_and_all_together_cmh(study):
    for density in "ABCD":
        assert "fisher_exact" in set(of(study["tests"], WITHIN, density)["test"])
    across = of(study["tests"], WITHIN).set_index("test")
    assert across["chosen"].to_dict() == {
        "cochran_mantel_haenszel": True,
        "breslow_day_tarone": False,
    }
    assert "corrected_p_value=" in across.loc["cochran_mantel_haenszel", "note"]


def test_effects_are_of_the_exposed_against_the_others(study):
    rows = study["effects"].query("measure == 'odds_ratio' and method == 'wald'")
    rows = rows.set_index(["table", rows["stratum"].fillna("")])["estimate"]
    assert rows["mc_by_her2", ""] == pytest.approx(15 * 109 / (40 * 21))
    assert rows["mc_by_density_group", ""] == pytest.approx(16 * 89 / (60 * 20))
    assert rows[WITHIN, "A"] == pytest.approx(3.75)
    pooled = of(study["effects"], WITHIN)
    assert list(pooled["method"]) == ["mantel_haenszel"]


def test_shapiro_wilk_stands_under_the_name_of_its_group(study):
    rows = study["tests"].query("test == 'shapiro_wilk' and table == 'age_by_her2'")
    assert list(rows["stratum"]) == ["her2_positive", "her2_negative"]


def test_an_unknown_variable_has_no_counts_but_says_why_it_has_no_tests(study):
    assert of(study["contingency"], "mc_by_histology").empty
    rows = of(study["tests"], "mc_by_histology")
    assert rows["p_value"].isna().all()
    assert rows["note"].str.contains("no patient has both findings recorded").all()


def test_a_cohort_without_microcalcifications_has_no_p_values_and_no_effects(tmp_path):
    analysis = women().assign(microcalcifications="no")
    estimates = run(tmp_path, analysis)
    assert estimates["tests"].query("table == 'mc_by_her2'")["p_value"].isna().all()
    assert estimates["tests"].query("table == 'age_by_mc'")["p_value"].notna().sum() == 1
    ratios = estimates["effects"].query("measure != 'risk_difference'")
    assert ratios["estimate"].isna().all()
    assert set(estimates["contingency"].query("column == 'yes'")["n"]) == {0}


def test_a_cohort_of_nobody_runs(tmp_path):
    estimates = run(tmp_path, women().head(0))
    assert estimates["contingency"].empty
    assert estimates["tests"]["p_value"].isna().all()
    assert estimates["effects"]["estimate"].isna().all()
    describe(tmp_path)
    assert read_estimates("baseline", tmp_path / "baseline.csv")["n"].sum() == 0


def test_a_density_without_patients_keeps_its_rows_of_zeros(tmp_path):
    estimates = run(tmp_path, women().query("density != 'D'"))
    rows = of(estimates["contingency"], WITHIN, "D")
    assert list(rows["n"]) == [0, 0, 0, 0]
    assert rows["row_percent"].isna().all()
    assert of(estimates["tests"], WITHIN, "D")["p_value"].isna().all()
    assert "strata=A,B,C" in of(estimates["tests"], WITHIN)["note"].iloc[0]


def test_women_without_a_finding_are_missing_from_its_tables_only():
    analysis = women()
    analysis.loc[analysis.index[:10], "density"] = math.nan
    tables = count_tables(analysis)
    assert tables["mc_by_density", ""].to_numpy().sum() == 175
    assert tables["mc_by_her2", ""].to_numpy().sum() == 185


def test_the_order_of_the_women_changes_nothing():
    shuffled = women().sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        list_tests(count_tables(shuffled), 5), list_tests(count_tables(women()), 5), rtol=1e-12
    )


def test_the_threshold_of_the_rule_is_the_expected_count_not_the_observed(study):
    """MC by HER2: the smallest expected count is 55·36/185 = 10.7."""
    tables = {("mc_by_her2", ""): count_tables(women())["mc_by_her2", ""]}
    chosen = {
        below: list_tests(tables, below).query("chosen and table == 'mc_by_her2'")["test"].item()
        for below in (10, 11)
    }
    assert chosen == {10: "pearson", 11: "fisher_exact"}


def test_where_the_exact_test_is_out_of_reach_pearson_stands_in_and_says_so():
    rows = [(2, 3), *[(90_000 + 500 * i, 210_000) for i in range(6)]]
    tests = list_tests({("mc_by_subtype", ""): table(*rows)}, 5).set_index("test")
    assert pd.isna(tests.loc["fisher_exact", "p_value"])
    assert tests.loc["pearson", "chosen"]
    assert "too large for the exact test" in tests.loc["pearson", "note"]


def test_baseline_is_written_by_its_schema(tmp_path):
    women().to_parquet(tmp_path / "analysis.parquet", index=False)
    describe(tmp_path)
    rows = read_estimates("baseline", tmp_path / "baseline.csv")
    assert set(rows["group"]) == {"overall", "mc_yes", "mc_no", "her2_positive", "her2_negative"}
