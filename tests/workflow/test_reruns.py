"""What depends on a change, and only that, is rebuilt; times alone change nothing.

Every change below is given a time of long ago: what counts is the content.
"""

import os
import re
import runpy
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.conftest import PROJECT, snakemake

LONG_AGO = 946_684_800  # 2000-01-01
MILAN = "config/cohorts/milan/cohort.yaml"
CONFIG = "config/config.yaml"
EVERY = {"every rule"}
# the rules that print the title of the cohort
TITLED = {
    "plot_flow",
    "plot_prevalence",
    "plot_distributions",
    "plot_odds_ratios",
    "plot_discrimination",
    "plot_reclassification",
    "render_reclassification",
    "plot_stability",
    "render_stability",
    "quote_estimates",
    "render_agreement",
    "render_checks",
    "render_tables",
}


def rules_to_run(folder: Path, *arguments: str) -> set[str]:
    """The rules a dry run announces, targets aside."""
    arguments = arguments or ("--config", "cohorts=milan")
    run = snakemake(folder, "--dry-run", *arguments, "--quiet", "rules", "host")
    assert run.returncode == 0, run.stderr
    stats = re.search(r"Job stats:\n(.*?)\n\n", run.stdout + run.stderr, re.DOTALL)
    assert stats or "Nothing to be done" in run.stdout + run.stderr
    names = set(re.findall(r"^(\w+) +\d+$", stats.group(1), re.MULTILINE)) if stats else set()
    return names - {"total", "all"}


@pytest.fixture(scope="module")
def following(finished) -> Callable[[Iterable[str]], set[str]]:
    """A function that adds to rules all that are built from their outputs."""
    graph = snakemake(finished, "--rulegraph", "--config", "cohorts=milan").stdout
    names = dict(re.findall(r'(\d+)\[label = "(\w+)"', graph))
    after = defaultdict(set)
    for before, behind in re.findall(r"(\d+) -> (\d+)", graph):
        after[names[before]].add(names[behind])

    def close(rules: Iterable[str]) -> set[str]:
        found = set(names.values()) if rules == EVERY else set(rules)
        while more := set().union(*(after[rule] for rule in found)) - found:
            found |= more
        return found - {"all"}

    return close


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path} does not hold {old!r} once"
    path.write_text(text.replace(old, new), encoding="utf-8")
    os.utime(path, (LONG_AGO, LONG_AGO))


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
    os.utime(path, (LONG_AGO, LONG_AGO))


# a file, the line that is added to it -> the first rules to run
ADDED = {
    "scripts/describe_cohort.py": ("# a change", {"describe_cohort"}),
    "scripts/study/statistics/screening.py": ("# a change", {"screen_univariable"}),
    "scripts/study/statistics/design.py": ("# a change", {"screen_univariable"}),
    "scripts/study/statistics/stability/intervals.py": ("# a change", {"resample_chain"}),
    "scripts/study/statistics/resampling/compiled_draws.py": ("# a change", {"resample_chain"}),
    "scripts/study/reconstruction/__init__.py": ("# a change", {"reconstruct_workbook"}),
    "scripts/job_log.py": ("# a change", EVERY),
    "schemas/cohort.py": ("# a change", {"import_workbook"}),
    "schemas/analysis.py": ("# a change", {"derive_biomarkers"}),
    "schemas/fields.csv": ("", EVERY),
    "schemas/words.csv": ("", {"validate_cohort"}),
    "schemas/her2_status.csv": ("", {"derive_biomarkers"}),
    "schemas/subtype.csv": ("", {"derive_biomarkers"}),
    "schemas/flags.csv": ("", {"render_agreement"}),
    "scripts/study/statistics/agreement.py": (
        "# a change",
        {"tabulate_agreement", "reclassify_biomarkers"},
    ),
    "scripts/study/presentation/table.html.j2": (
        "",
        {
            "render_tables",
            "render_agreement",
            "render_reclassification",
            "render_stability",
            "render_checks",
            "list_assumptions",
        },
    ),
    "config/cohorts/milan/published.yaml": ("# a change", {"reconstruct_workbook"}),
    "envs/requirements.txt": ("# another package", EVERY),
    # the provenance quotes the checksums of both
    CONFIG: ("# a comment", {"record_provenance"}),
    MILAN: ("# a comment", {"record_provenance"}),
    "rules/models.smk": ("# a comment", set()),
    "rules/tracking.smk": ("# a comment", set()),
    "Snakefile": ("# a comment", set()),
    "schemas/config.schema.yaml": ("# a comment", set()),
    "profiles/default/config.yaml": ("# a comment", set()),
    "README.md": ("A word.", set()),
}


@pytest.mark.parametrize("file", ADDED)
def test_a_changed_file_reruns_what_depends_on_it(rerun, following, file):
    line, first = ADDED[file]
    append(rerun / file, f"\n{line}\n")
    assert rules_to_run(rerun) == following(first)


# a leaf of config.yaml -> the rules that read it
LEAVES = {
    ("er_positive_from_percent: 1\n", "er_positive_from_percent: 10\n"): {"derive_biomarkers"},
    # another definition concerns its own wing, and the record of the decisions
    (
        "ki67_14_percent: {ki67_high_from_percent: 14}",
        "ki67_14_percent: {ki67_high_from_percent: 15}",
    ): {
        "reclassify_biomarkers",
        "record_provenance",
    },
    ("ki67_30_percent: {ki67_high_from_percent: 30}", "ki67_30_percent: null"): {
        "reclassify_biomarkers",
        "record_provenance",
    },
    ('positive_birads: ["4", "5"]', 'positive_birads: ["3", "4", "5"]'): {"apply_exclusions"},
    ("age_coding: completed_years", "age_coding: unrounded"): {"stratify_cohort"},
    ("fisher_expected_below: 5", "fisher_expected_below: 1"): {"tabulate_associations"},
    ("screening_alpha: 0.10", "screening_alpha: 0.20"): {"screen_univariable"},
    ("keep_exposure: true", "keep_exposure: false"): {"fit_multivariable"},
    ("events_per_parameter: 10", "events_per_parameter: 5"): {"check_model"},
    ("seed: 20250719", "seed: 1"): {"resample_chain", "record_provenance"},
    ("bootstrap: 9999", "bootstrap: 99"): {"resample_chain", "record_provenance"},
    # the same chain's table and figure also say which model it is
    ("model: screened", "model: adjusted"): {"resample_chain", "record_provenance"},
    # one cohort has nothing to be summarised with
    ("model: univariable", "model: adjusted"): {"record_provenance"},
    # the same number written otherwise
    ("screening_alpha: 0.10", "screening_alpha: 1.0e-1"): {"record_provenance"},
}


@pytest.mark.parametrize(("old", "new"), LEAVES, ids=lambda text: text)
def test_a_changed_decision_reruns_what_depends_on_it(rerun, following, old, new):
    replace(rerun / CONFIG, old, new)
    assert rules_to_run(rerun) == following(LEAVES[old, new])


# a line of cohort.yaml -> the first rules to run
SETTINGS = {
    ("{no: [left, right], yes: [bilateral]}", "{no: [left, right], yes: [bilateral, both]}"): {
        "validate_cohort"
    },
    ("sheet: Patients", "sheet: Women"): {"import_workbook"},
    ("start: 2018-01-01", "start: 2019-01-01"): {"apply_exclusions"},
    ("nothing to download", "nothing to buy"): {"record_provenance"},
    ("\nanalysis:\n", "\nanalysis:\n  checks: {variance_inflation: 3}\n"): {"check_model"},
    # an override that decides the same
    ("\nanalysis:\n", "\nanalysis:\n  checks: {variance_inflation: 5}\n"): {"record_provenance"},
    ("assumed_findings: [er_percent, ", "assumed_findings: ["): {
        "render_reclassification",
        "plot_reclassification",
        "record_provenance",
    },
    ("\ntitle: Milan", "\ntitle: Milano"): {*TITLED, "record_provenance"},
}


@pytest.mark.parametrize(("old", "new"), SETTINGS, ids=lambda text: text.strip())
def test_a_changed_line_of_the_cohort_file_reruns_what_depends_on_it(rerun, following, old, new):
    replace(rerun / MILAN, old, new)
    assert rules_to_run(rerun) == following(SETTINGS[old, new])


def test_a_changed_intermediate_reruns_what_is_made_from_it(rerun, following):
    flow = rerun / "results/milan/estimates/flow.csv"
    flow.write_text(flow.read_text(encoding="utf-8").replace("283", "284"), encoding="utf-8")
    assert rules_to_run(rerun) == following({"reconcile_counts"})


def test_a_deleted_intermediate_is_not_missed(rerun):
    (rerun / "results/milan/cohort/derived.parquet").unlink()
    assert rules_to_run(rerun) == set()


def test_a_second_run_has_nothing_to_do(finished):
    assert rules_to_run(finished) == set()


def test_new_times_rerun_nothing(rerun):
    """A fresh checkout, or a copy, over cached results: all is new, nothing has changed."""
    kept = [path for path in rerun.rglob("*") if ".snakemake" not in path.parts]
    for path in sorted(kept, reverse=True):
        path.touch()
    assert rules_to_run(rerun) == set()


def test_one_cell_of_a_large_workbook_counts_and_its_time_does_not(rerun):
    """Snakemake by itself compares inputs above 1 MB by their time."""
    book = rerun / "data/own.csv"
    book.parent.mkdir(exist_ok=True)
    rows = [f"P{number},yes,{'x' * 600}" for number in range(2000)]
    book.write_text("\n".join(["code,MC,note", *rows]), encoding="utf-8")
    cohort = rerun / "config/cohorts/own/cohort.yaml"
    cohort.parent.mkdir()
    cohort.write_text(
        "name: own\ntitle: Own\nworkbook: {path: data/own.csv}\n"
        "codebook:\n  patient_id: {column: code}\n  microcalcifications_recorded: {column: MC}\n"
    )
    target = ("results/own/cohort/raw.parquet", "--config", "cohorts=own")
    run = snakemake(rerun, "--cores", "1", *target)
    assert run.returncode == 0, run.stderr
    book.touch()
    assert rules_to_run(rerun, *target) == set()
    replace(book, "P77,yes", "P77,no")
    assert rules_to_run(rerun, *target) == {"import_workbook"}


def opened_files(folder: Path) -> dict[str, set[str]]:
    """By rule, the files of the project that its jobs opened, results and data aside."""
    files = defaultdict(set)
    for listing in (folder / ".snakemake/opened").iterdir():
        rule = listing.name.split("-")[0]
        files[rule] |= {
            file
            for file in listing.read_text().splitlines()
            if not file.startswith((".snakemake/", "results/", "data/", ".git"))
        }
    return dict(files)


# Read as a whole, but tracked by what a rule takes from them.
TRACKED_BY_PART = re.compile(r"config/cohorts/\w+/(cohort|published)\.yaml")
# Loaded from a million replicates on.
COMPILED = re.compile(r"scripts/study/statistics/(resampling/)?compiled_\w+\.py")


def test_the_checksum_of_a_rule_covers_what_its_jobs_opened_and_no_other_module(
    finished, monkeypatch
):
    monkeypatch.chdir(finished)
    sources = runpy.run_path("rules/tracking.smk")["sources"]
    opened = opened_files(finished)
    assert len(opened) >= 15
    for rule, files in opened.items():
        script = f"scripts/{rule}.py"  # run as a copy
        tracked = sources(script) - {script}
        assert {file for file in files - tracked if not TRACKED_BY_PART.fullmatch(file)} == set()
        unused = {file for file in tracked - files if file.endswith(".py")}
        assert {file for file in unused if not COMPILED.fullmatch(file)} == set(), rule


@pytest.fixture
def sources_of(tmp_path, monkeypatch, finished) -> Callable[[str], set[str]]:
    """What a script of the given text depends on, in a project of a few modules."""
    for file in ("rooms/__init__.py", "rooms/lamp.py", "rooms/window.py", "rooms/bulbs.csv"):
        (tmp_path / "scripts" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "scripts" / file).touch()
    (tmp_path / "scripts/rooms/lamp.py").write_text("from rooms import window\nB = 'bulbs.csv'\n")
    (tmp_path / "scripts/rooms/window.py").write_text("import rooms.lamp as lamp\n")
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas/sizes.csv").touch()
    shutil.copytree(finished / "rules", tmp_path / "rules")
    monkeypatch.chdir(tmp_path)

    def find(text: str) -> set[str]:
        script = tmp_path / "scripts/light.py"
        script.write_text(text)
        sources = runpy.run_path("rules/tracking.smk")["sources"]
        return {file.removeprefix("scripts/") for file in sources("scripts/light.py")}

    return find


ROOMS = {"light.py", "rooms/__init__.py", "rooms/lamp.py", "rooms/window.py", "rooms/bulbs.csv"}


@pytest.mark.parametrize(
    "statement",
    [
        "import rooms.lamp",
        "import rooms.lamp as lamp",
        "from rooms import lamp",
        "from rooms.lamp import B",
        "def later():\n    from rooms.lamp import B",
    ],
)
def test_modules_are_found_through_every_form_of_import(sources_of, statement):
    """The two modules import each other, and one names a table beside it."""
    assert sources_of(statement) == ROOMS


def test_tables_are_found_by_name_and_other_packages_left_out(sources_of):
    assert sources_of("import pandas\nSIZES = 'sizes.csv'\n") == {"light.py", "schemas/sizes.csv"}


def test_the_project_has_no_relative_imports():
    """`sources` does not follow them."""
    for file in [*PROJECT.glob("scripts/**/*.py"), *PROJECT.glob("schemas/*.py")]:
        assert not re.search(r"^\s*from \.", file.read_text(encoding="utf-8"), re.MULTILINE), file
