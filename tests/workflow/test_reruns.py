"""What changes, and only that, is rebuilt."""

import re
from pathlib import Path

from tests.conftest import snakemake

AFTER_SCREEN = {
    "screen_univariable",
    "fit_multivariable",
    "check_model",
    "reconcile_counts",
    "render_tables",
    "plot_odds_ratios",
    "record_provenance",
}


def rules_to_run(folder: Path) -> set[str]:
    """The rules a dry run announces, targets aside."""
    run = snakemake(folder, "--dry-run", "--config", "cohorts=milan")
    assert run.returncode == 0, run.stderr
    stats = re.search(r"Job stats:\n(.*?)\n\n", run.stdout + run.stderr, re.DOTALL)
    names = set(re.findall(r"^(\w+) +\d+$", stats.group(1), re.MULTILINE)) if stats else set()
    return names - {"total", "all"}


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path} does not hold {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_second_run_has_nothing_to_do(rerun):
    assert rules_to_run(rerun) == set()


def test_a_changed_screening_threshold_reruns_the_screen_and_what_follows(rerun):
    replace(rerun / "config/config.yaml", "screening_alpha: 0.10", "screening_alpha: 0.20")
    assert rules_to_run(rerun) == AFTER_SCREEN


def test_the_same_number_written_otherwise_reruns_nothing(rerun):
    replace(rerun / "config/config.yaml", "screening_alpha: 0.10", "screening_alpha: 1.0e-1")
    assert rules_to_run(rerun) <= {"record_provenance"}


def test_a_changed_module_reruns_the_rules_that_import_it(rerun):
    module = rerun / "scripts/study/statistics/screening.py"
    module.write_text(module.read_text(encoding="utf-8") + "\n# a change\n", encoding="utf-8")
    assert "screen_univariable" in rules_to_run(rerun)
    assert "describe_cohort" not in rules_to_run(rerun)


def test_a_changed_decision_table_reruns_the_derivation_and_what_follows(rerun):
    table = rerun / "schemas/her2_status.csv"
    table.write_text(table.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    rules = rules_to_run(rerun)
    assert "derive_biomarkers" in rules
    assert not rules & {"reconstruct_workbook", "import_workbook", "validate_cohort"}
