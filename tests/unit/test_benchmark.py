"""The benchmark runs, at sizes too small to say anything about time."""

import shutil

import numpy as np
import pandas as pd
import pytest

from tests.benchmark import correctness, figures, kernels, report
from tests.benchmark.__main__ import TINY, measure
from tests.benchmark.plink import Permutations
from tests.benchmark.replicates import draw_replicates, study_chain
from tests.benchmark.timing import (
    AT_MOST,
    RATIO_COLUMNS,
    Comparison,
    Measure,
    interleave,
    tabulate_ratios,
)

SEEN = ["statsmodels Logit arrays", "scikit-learn lbfgs + SE", "firthmodels"]
ABSENT = ["R glm formula", "R boot::boot", "R glm.fit", "brglm2", "plink2"]


def silent(words):
    pass


@pytest.fixture(scope="module")
def cohort():
    """Women with the variables of the configured chain, all known, two levels each."""
    rng = np.random.default_rng(7)
    n = 150
    her2, older, dense, ductal = rng.random((4, n)) < [[0.3], [0.6], [0.4], [0.7]]
    found = rng.random(n) < 0.25 + 0.2 * her2 + 0.1 * dense
    return pd.DataFrame(
        {
            "microcalcifications": np.where(found, "yes", "no"),
            "her2_status": np.where(her2, "positive", "negative"),
            "age_group": np.where(older, ">50", "<=50"),
            "density_group": np.where(dense, "C-D", "A-B"),
            "histology_group": np.where(ductal, "IDC", "other"),
            "luminal_b_her2_positive": np.where(her2 & (rng.random(n) < 0.5), "yes", "no"),
        }
    )


@pytest.fixture(scope="module")
def tables(cohort):
    """A run without R and plink2, which are then skipped with a reason."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shutil, "which", lambda name: None)
        return measure(cohort, TINY, silent)


def test_the_tables_have_the_promised_columns(tables):
    assert list(tables["ratios"]) == RATIO_COLUMNS
    assert list(tables["correctness"]) == correctness.COLUMNS
    assert list(tables["scaling_n"]) == ["tool", "n", "microseconds"]
    assert list(tables["scaling_replicates"]) == ["tool", "replicates", "seconds", "microseconds"]


def test_what_is_installed_is_measured_and_what_is_not_says_why(tables):
    ratios = tables["ratios"].set_index("tool")
    assert ratios.loc[SEEN, "ratio"].gt(0).all()
    assert ratios.loc[ABSENT, "ratio"].isna().all()
    assert ratios.loc[ABSENT, "note"].str.contains("not installed").all()


def test_every_section_and_every_target_is_in_the_table(tables):
    ratios = tables["ratios"]
    assert set(ratios["section"]) == {"replicates", "floor", "exact tests", "growth"}
    own = ratios[ratios["target"].notna()]
    wanted = {(*pair, target) for pair, target in kernels.TARGETS.items()}
    assert wanted <= set(own[["tool", "ours", "target"]].itertuples(index=False, name=None))
    assert {100.0, 1.5} <= set(own["target"])


def test_every_check_of_correctness_passes(tables):
    own = tables["correctness"]
    assert own["passed"].eq("yes").all(), own.to_string()
    assert {"selected set", "separation flag", "coefficients, ml"} <= set(own["check"])
    assert own["compared"].gt(0).all()


def test_the_page_and_the_figures_are_written(tables, tmp_path):
    machine = {"processor": "a <test>", "date": "2026-11-25"}
    figures.save_all(tmp_path, tables, machine)
    report.write_report(tmp_path, tables, machine, {"Registry input": "one line"})
    for name in ("ratios", "scaling_n", "scaling_replicates"):
        assert (tmp_path / f"{name}.csv").stat().st_size
        assert (tmp_path / f"{name}.svg").stat().st_size
    html = (tmp_path / "benchmark.html").read_text(encoding="utf-8")
    assert "a &lt;test&gt;" in html
    assert "one line" in html
    assert "| statsmodels Logit arrays | compiled ml |" in (tmp_path / "benchmark.md").read_text()


@pytest.mark.skipif(not shutil.which("Rscript"), reason="needs R")
def test_the_kernels_agree_with_r_in_the_models_that_are_timed(cohort):
    replicates = draw_replicates(study_chain(cohort), 5)
    assert [row["passed"] for row in correctness.against_r(replicates, 5)] == ["yes", "yes"]


@pytest.mark.skipif(not shutil.which("plink2"), reason="needs plink2")
@pytest.mark.parametrize("tool", kernels.PLINK)
def test_plink_lets_the_same_variables_pass(cohort, tool):
    estimator = kernels.estimator_of(tool)
    permutations = Permutations(study_chain(cohort), 100)
    row = permutations.verdicts(tool, permutations.run(estimator), estimator)
    assert (row["compared"], row["differing"]) == (100, 0)


def test_a_difference_is_a_failed_check(cohort):
    replicates = draw_replicates(study_chain(cohort), 5)
    other = kernels.Outcome(1.0, ~replicates.ml.selected[:3], np.empty((3, 2)))
    row = correctness.selection("x", other, replicates, "ml")
    assert (row["compared"], row["differing"], row["passed"]) == (3, 3, "no")


def test_a_ratio_is_the_median_of_the_ratios_within_a_round():
    seconds = {"slow": iter([10.0, 40.0, 30.0]), "fast": iter([1.0, 2.0, 5.0])}
    measures = [Measure(n, lambda n=n: next(seconds[n])) for n in seconds]
    times = interleave([*measures, Measure("none", lambda: 0.0, absent="why")], 3, silent)
    compared = [
        Comparison("a", "slow", "fast", 11.0, reason="too slow"),
        Comparison("a", "fast", "slow", 11.0, AT_MOST),
        Comparison("a", "none", "fast", 2.0),
    ]
    absent = Measure("none", lambda: 0.0, absent="why")
    table = tabulate_ratios(times, [*measures, absent], compared)
    assert table["ratio"].tolist()[:2] == [10.0, 10.0]
    assert table["reached"].tolist()[:2] == ["no", "yes"]
    assert table["note"].tolist() == ["too slow", "", "why"]
    assert np.isnan(table["ratio"][2])
