"""Two-way tables and two-group tests against R and PSPP, on the study's tables and public data."""

import csv
import io
import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from study.statistics import contingency, continuous, effects, exact, stratified
from study.statistics.descriptives import describe_values
from tests.conftest import PROJECT
from tests.unit.statistics.tabular import (
    REFERENCE,
    counts_of,
    groups_of,
    reference,
    sets_with,
    strata_of,
)

CLOSE = {"rel": 1e-9, "abs": 1e-9}
ASYMPTOTIC = ["pearson", "yates", "likelihood_ratio", "linear_by_linear"]
TWO_GROUPS = ["student_t", "welch_t", "levene", "mann_whitney"]
INTERVALS = {
    "odds_ratio_wald": effects.odds_ratio,
    "odds_ratio_conditional": effects.conditional_odds_ratio,
    "risk_ratio": effects.risk_ratio,
    "risk_difference": effects.risk_difference,
}


def agrees(result, expected):
    names = {"statistic": "statistic", "df": "df", "p": "p_value"}
    for name, value in expected.items():
        assert getattr(result, names[name]) == pytest.approx(value, **CLOSE), name


def noted(result, name):
    return float(re.search(rf"\b{name}=([^;]+)", result.note).group(1))


def asymptotic_p_value(result):
    """The p-value of a normal approximation that an exact one has taken the place of."""
    exact = result.note.startswith("exact")
    return noted(result, "asymptotic_p_value") if exact else result.p_value


@pytest.mark.parametrize("test", ASYMPTOTIC)
def test_chi_square_tests_agree_with_r(test):
    for name in sets_with(test):
        agrees(getattr(contingency, test)(counts_of(name)), reference()[name][test])


@pytest.mark.parametrize("name", sets_with("fisher_exact"))
def test_fishers_exact_test_agrees_with_r(name):
    agrees(exact.fisher_exact(counts_of(name)), reference()[name]["fisher_exact"])


@pytest.mark.parametrize("name", sets_with("cmh"))
def test_stratified_tests_agree_with_r(name):
    tables, expected = strata_of(name), reference()[name]
    result = stratified.cochran_mantel_haenszel(tables)
    agrees(result, expected["cmh"])
    for figure in ("statistic", "p"):
        ours = noted(result, f"corrected_{figure.replace('p', 'p_value', figure == 'p')}")
        assert ours == pytest.approx(expected["cmh_corrected"][figure], **CLOSE)
    assert noted(result, "exact_p_value") == pytest.approx(expected["cmh_exact"]["p"], **CLOSE)
    agrees(stratified.breslow_day_tarone(tables), expected["breslow_day_tarone"])


@pytest.mark.parametrize("name", sets_with("cmh"))
def test_pooled_odds_ratio_agrees_with_r(name):
    pooled = effects.mantel_haenszel_odds_ratio(strata_of(name), 0.95)
    expected = reference()[name]["odds_ratio_pooled"]
    assert [pooled.estimate, pooled.ci_low, pooled.ci_high] == pytest.approx(
        [expected["estimate"], expected["low"], expected["high"]], **CLOSE
    )


@pytest.mark.parametrize("kind", INTERVALS)
def test_effects_agree_with_r(kind):
    for name in sets_with(kind):
        effect, expected = INTERVALS[kind](counts_of(name), 0.95), reference()[name][kind]
        assert [effect.estimate, effect.ci_low, effect.ci_high] == pytest.approx(
            [expected["estimate"], expected["low"], expected["high"]], **CLOSE
        ), name


@pytest.mark.parametrize("test", TWO_GROUPS)
def test_tests_of_two_groups_agree_with_r(test):
    for name in sets_with(test):
        result, expected = getattr(continuous, test)(*groups_of(name)), reference()[name][test]
        agrees(replace(result, p_value=asymptotic_p_value(result)), expected)


def test_exact_mann_whitney_of_a_small_sample_without_ties_agrees_with_r():
    for name in sets_with("mann_whitney_exact"):
        result = continuous.mann_whitney(*groups_of(name))
        expected = reference()[name]["mann_whitney_exact"]["p"]
        assert result.p_value == pytest.approx(expected, **CLOSE), name
        assert result.note.startswith("exact: few patients and no ties")


@pytest.mark.parametrize("name", sets_with("shapiro_wilk"))
def test_normality_and_descriptives_agree_with_r(name):
    for group, values in zip(("first", "second"), groups_of(name), strict=True):
        result = continuous.shapiro_wilk(values)
        expected = reference()[name]["shapiro_wilk"]
        assert result.statistic == pytest.approx(expected[f"{group}.statistic"], **CLOSE)
        # Both follow Royston's approximation (AS R94) with other normal quantiles inside.
        assert result.p_value == pytest.approx(expected[f"{group}.p"], abs=5e-9)
        row = describe_values(pd.Series(values))
        for figure in ("mean", "sd", "q1", "median", "q3"):
            assert row[figure] == pytest.approx(reference()[name]["describe"][f"{group}.{figure}"])


def test_r_still_gives_the_stored_numbers():
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed; the stored numbers were compared all the same")
    command = ["Rscript", str(REFERENCE / "tabular.R")]
    lines = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT).stdout
    rerun = pd.read_csv(io.StringIO(lines), dtype={"index": str})
    stored = pd.read_csv(REFERENCE / "tabular.csv", dtype={"index": str})
    key = ["set", "kind", "index"]
    pd.testing.assert_frame_equal(rerun[key], stored[key])
    np.testing.assert_allclose(rerun["value"], stored["value"], rtol=1e-11, atol=1e-12)


def pspp_rows():
    """Rows of every PSPP table that holds a result, by the set it belongs to."""
    text = (REFERENCE / "tabular_pspp.csv").read_text(encoding="utf-8")
    rows, name, title = {}, "", ""
    for row in filter(None, csv.reader(io.StringIO(text))):
        first = row[0]
        if first.startswith("Table: "):
            title = first.removeprefix("Table: ")
            name = title.removesuffix(" × found") if " × " in title else name
        elif first in reference():
            name = first
        if title in ("Chi-Square Tests", "Independent Samples Test", "Test Statistics"):
            rows.setdefault((name, title), []).append(row)
        if title == "Percentiles" and "Weighted Average" in row:
            rows.setdefault((name, title), []).append(row)
    return rows


PSPP = pspp_rows()


def printed(value, text):
    """Whether a value is what PSPP printed, to its last digit."""
    decimals = len(text.partition(".")[2])
    return abs(value - float(text)) <= 0.5 * 10**-decimals + 1e-9


def pspp_sets(title):
    names = [name for name, of in PSPP if of == title]
    assert len(names) >= 4
    return names


@pytest.mark.parametrize("name", pspp_sets("Chi-Square Tests"))
def test_chi_square_block_is_what_pspp_prints(name):
    lines = {row[0]: row[1:] for row in PSPP[name, "Chi-Square Tests"]}
    tests = {
        "Pearson Chi-Square": contingency.pearson,
        "Likelihood Ratio": contingency.likelihood_ratio,
        "Linear-by-Linear Association": contingency.linear_by_linear,
        "Continuity Correction": contingency.yates,
    }
    for label in [label for label in tests if label in lines]:
        result, (statistic, df, p_value, *_) = tests[label](counts_of(name)), lines[label]
        assert printed(result.statistic, statistic), label
        assert printed(result.df, df), label
        assert printed(result.p_value, p_value), label
    assert {"Pearson Chi-Square", "Likelihood Ratio", "Linear-by-Linear Association"} <= set(lines)
    if "Fisher's Exact Test" in lines:
        assert printed(exact.fisher_exact(counts_of(name)).p_value, lines["Fisher's Exact Test"][3])


@pytest.mark.parametrize("name", pspp_sets("Independent Samples Test"))
def test_t_tests_and_levene_are_what_pspp_prints(name):
    groups = groups_of(name)
    rows = PSPP[name, "Independent Samples Test"]
    equal, unequal = (
        next(r for r in rows if f"Equal variances {w}" in r) for w in ("assumed", "not assumed")
    )
    levene = continuous.levene(*groups)
    assert printed(levene.statistic, equal[2])
    assert printed(levene.p_value, equal[3])
    for result, row in (
        (continuous.student_t(*groups), equal),
        (continuous.welch_t(*groups), unequal),
    ):
        assert printed(result.statistic, row[4])
        assert printed(result.df, row[5])
        assert printed(result.p_value, row[6])


@pytest.mark.parametrize("name", pspp_sets("Test Statistics"))
def test_mann_whitney_is_what_pspp_prints(name):
    result = continuous.mann_whitney(*groups_of(name))
    row = next(r for r in PSPP[name, "Test Statistics"] if r[0] == name)
    assert printed(result.statistic, row[1])
    assert printed(asymptotic_p_value(result), row[4])


@pytest.mark.parametrize("name", pspp_sets("Percentiles"))
def test_quartiles_are_what_pspp_prints(name):
    rows = PSPP[name, "Percentiles"]
    for values, row in zip(groups_of(name), rows, strict=True):
        described = describe_values(pd.Series(values))
        for figure, text in zip(("q1", "median", "q3"), row[-3:], strict=True):
            assert printed(described[figure], text), figure


def test_pspp_still_prints_the_stored_output():
    if not shutil.which("pspp"):
        pytest.skip("PSPP is not installed; the stored output was compared all the same")
    command = ["pspp", "-O", "format=csv", str(REFERENCE / "tabular.sps")]
    rerun = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT).stdout
    assert rerun == (REFERENCE / "tabular_pspp.csv").read_text(encoding="utf-8")
