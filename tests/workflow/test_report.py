"""The report of a finished run: everything is in it, and its captions say what was estimated."""

import html
import json
import re
import shutil

import pytest

from schemas.estimates import read_estimates
from tests.conftest import snakemake

FIGURES = [
    "flow", "prevalence", "distributions", "odds_ratios", "discrimination", "reclassification",
    "stability",
]  # fmt: skip
TABLES = [*(f"table{number}" for number in range(1, 6)), "reclassification", "stability"]


@pytest.fixture(scope="module")
def cohorts(finished):
    return [name for name in ("milan", "duke") if (finished / "results" / name).is_dir()]


@pytest.fixture(scope="module")
def report(finished, cohorts, tmp_path_factory):
    """What the report's page holds: its workflow description, categories and results."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    run = snakemake(finished, "--report", str(file), "--config", f"cohorts=[{', '.join(cohorts)}]")
    assert run.returncode == 0, run.stderr
    page = file.read_text(encoding="utf-8")
    held = r'<script id="{}">\s*var \w+ = (.*);\n'
    return {
        name: json.loads(re.search(held.format(name), page)[1])
        for name in ("workflow-desc", "categories", "results")
    }


def caption(report, path):
    """A caption as it is read: without markup, on one line."""
    text = re.sub(r"<[^>]+>", " ", report["results"][path]["caption"])
    return " ".join(html.unescape(text).split())


def estimates(finished, cohort, name):
    return read_estimates(name, finished / "results" / cohort / "estimates" / f"{name}.csv")


def test_tables_figures_and_checks_stand_under_their_category_for_every_cohort(report, cohorts):
    shown = {name: set(sub["Other"]) for name, sub in report["categories"].items()}
    per_cohort = {
        "Tables": [f"tables/{name}.html" for name in TABLES],
        "Figures": [f"figures/{name}.svg" for name in FIGURES],
        "Checks": [
            "tables/checks.html",
            "tables/agreement.html",
            "estimates/flow.csv",
            "provenance.json",
        ],
    }
    for category, files in per_cohort.items():
        expected = {f"results/{cohort}/{file}" for cohort in cohorts for file in files}
        assert shown[category] - {"results/summary/assumptions.html"} == expected
    assert "results/summary/assumptions.html" in shown["Checks"]
    if len(cohorts) > 1:
        assert shown["Comparisons"] == {
            "results/summary/cohorts.html",
            "results/summary/odds_ratios.svg",
        }


def test_every_result_has_a_caption_and_says_whether_its_cohort_is_synthetic(report):
    for path, result in report["results"].items():
        assert result["caption"], path
        assert "system-message" not in result["caption"], path
        if path.startswith("results/milan/"):
            assert result["labels"]["Cohort"] == "milan (synthetic)"
        elif path.startswith("results/duke/"):
            assert result["labels"]["Cohort"] == "duke"
    for name in [*(f"tables/{n}.html" for n in TABLES), *(f"figures/{n}.svg" for n in FIGURES)]:
        assert caption(report, f"results/milan/{name}").startswith("Synthetic cohort.")


def test_captions_quote_the_women_of_the_estimates(report, finished, cohorts):
    for cohort in cohorts:
        results = f"results/{cohort}"
        flow = estimates(finished, cohort, "flow")["remaining"]
        said = caption(report, f"{results}/tables/table1.html")
        assert f"The {flow.iloc[-1]} women analysed of {flow.iloc[0]} assessed" in said
        counts = estimates(finished, cohort, "contingency")
        density = counts.loc[counts["table"].eq("mc_by_density"), "n"].sum()
        assert f"Density A–D (n = {density})" in caption(report, f"{results}/tables/table2.html")
        fit = estimates(finished, cohort, "model_fit").set_index("model")
        for place in ("tables/table5.html", "figures/discrimination.svg"):
            said = caption(report, f"{results}/{place}")
            assert f"Adjusted (n = {fit.loc['adjusted', 'n']}, " in said
        for model, row in fit.iterrows():
            if model.startswith("univariable_"):
                expected = f"n = {row['n']}, {row['events']} with microcalcifications"
                assert expected in caption(report, f"{results}/tables/table4.html")


def test_captions_quote_test_and_threshold(report):
    assert (
        "HER2 status (n = 185): Pearson’s χ² test, without continuity correction, p = 0.081"
        in caption(report, "results/milan/tables/table3.html")
    )
    assert "p < 0.10" in caption(report, "results/milan/tables/table4.html")
    assert "expected count is below 5" in caption(report, "results/milan/tables/table1.html")


def test_the_caption_of_other_definitions_quotes_them_and_refuses_conclusions(report, cohorts):
    for file in ("tables/reclassification.html", "figures/reclassification.svg"):
        said = caption(report, f"results/milan/{file}")
        assert "Ki-67 high from 14%: 53/185 women move, κ 0.58; odds ratio 1.95" in said
        assert "of this cohort are assumed: nothing follows from this result about cut-offs" in said
        assert "Wald test" in said
    if "duke" in cohorts:
        said = caption(report, "results/duke/tables/reclassification.html")
        assert "(changes nobody: no HER2 IHC or ISH is recorded)" in said
        assert "assumed" not in said


def test_the_caption_of_stability_quotes_the_screen_and_what_was_drawn(report):
    for file in ("tables/stability.html", "figures/stability.svg"):
        said = caption(report, f"results/milan/{file}")
        passes = r"HER2 positive vs negative: passes the screen in 5\d\.\d% \(by chance 2\d\."
        assert re.search(passes, said)
        assert "9,999 bootstrap and 9,999 permutation replicates" in said
        assert "corrected for optimism (median over replicates)" in said


def test_the_first_page_says_which_cohort_is_synthetic_and_what_came_out(report):
    page = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", report["workflow-desc"])).split())
    assert "milan (synthetic)" in page
    assert "odds ratio 1.95 (0.91–4.14), p = 0.084 (Wald test), n = 185" in page
    assert "duke (synthetic)" not in page


def test_a_threshold_that_was_changed_but_not_run_is_not_quoted(rerun):
    config = rerun / "config/config.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("screening_alpha: 0.10", "screening_alpha: 0.37"), "utf-8")
    run = snakemake(rerun, "--report", "report.html", "--config", "cohorts=milan")
    assert run.returncode == 0, run.stderr
    said = (rerun / "report.html").read_text(encoding="utf-8")
    assert "p &lt; 0.10" in said
    assert "p &lt; 0.37" not in said


def test_a_run_ends_with_its_summary_and_a_dry_run_does_not(rerun):
    shutil.rmtree(rerun / "results" / "milan" / "tables")
    (rerun / "results" / "milan" / "quotes.json").unlink()
    dry = snakemake(rerun, "--dry-run", "--config", "cohorts=milan")
    assert "women assessed" not in dry.stdout + dry.stderr
    run = snakemake(rerun, "--cores", "2", "--config", "cohorts=milan")
    assert run.returncode == 0, run.stderr
    assert "283 women assessed, 185 analysed, 36 with microcalcifications" in run.stdout
    assert "univariable  1.95 (0.91–4.14)  p = 0.084 (Wald test), n = 185" in run.stdout
    assert "duke" not in run.stdout
