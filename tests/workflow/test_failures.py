"""What goes wrong is told in words, with a hint; earlier results stay, nothing is half written."""

import csv
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from schemas.estimates import read_estimates
from tests.conftest import snakemake

FIELDS = {
    "patient_id": "code",
    "age_recorded": "age",
    "microcalcifications_recorded": "MC",
    "density_recorded": "density",
    "her2_recorded": "HER2",
    "er_recorded": "ER",
    "pr_recorded": "PgR",
    "ki67_percent": "Ki67",
    "histology_recorded": "histology",
}


def women() -> list[dict[str, str]]:
    """Invented women in whom every level occurs with and without microcalcifications."""
    return [
        {
            "code": f"P{n}",
            "age": str(40 + n * 3 % 40),
            "MC": "yes" if n * 7 % 10 < 3 else "no",
            "density": "ABCD"[n // 2 % 4],
            "HER2": "positive" if n % 3 == 0 else "negative",
            "ER": "positive" if n % 5 else "negative",
            "PgR": "positive" if n % 5 else "negative",
            "Ki67": "30" if n // 3 % 2 else "10",
            "histology": "IDC" if n % 7 else "ILC",
        }
        for n in range(120)
    ]


def write_cohort(folder: Path, name: str, workbook: str, **change: Callable[[dict], str]) -> Path:
    """A cohort of these women, one column changed; any workbook but a CSV is left to the test."""
    book = folder / "data" / workbook
    book.parent.mkdir(exist_ok=True)
    if book.suffix == ".csv":
        with book.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(FIELDS.values()))
            writer.writeheader()
            for woman in women():
                changed = {column: new(woman) for column, new in change.items()}
                writer.writerow({**woman, **changed})
    settings = folder / "config/cohorts" / name / "cohort.yaml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    columns = [f"  {field}: {{column: {column}}}" for field, column in FIELDS.items()]
    head = [f"name: {name}", f"title: {name}", f"workbook: {{path: data/{workbook}}}", "codebook:"]
    settings.write_text("\n".join([*head, *columns, ""]), encoding="utf-8")
    return book


def refusal(folder: Path, *arguments: str) -> str:
    """What the console says of a run that must fail."""
    run = snakemake(folder, "--cores", "1", *arguments)
    console = run.stdout + run.stderr
    assert run.returncode != 0
    assert "Traceback" not in console, console
    return console


@pytest.fixture(scope="module")
def project(checkout) -> Path:
    """A project without results; every test works on a cohort of its own."""
    return checkout("failures")


@pytest.fixture
def edited(project) -> Callable[[str, str, str], None]:
    """A function that replaces a text in a file for the time of a test."""
    before: dict[Path, str] = {}

    def edit(file: str, old: str, new: str) -> None:
        path = project / file
        before[path] = path.read_text(encoding="utf-8")
        assert old in before[path]
        path.write_text(before[path].replace(old, new, 1), encoding="utf-8")

    yield edit
    for path, text in before.items():
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("age_coding:", "age_codign:", "Did you mean 'age_coding'"),
        ("age_coding: completed_years", "age_coding: whole_years", "completed_years"),
        ("screening_alpha: 0.10", "screening_alpha: 10", "models.screening_alpha"),
        ("cohorts: [milan]", "cohorts: [milano]", "There is no cohort 'milano'"),
        ("cohorts: [milan]", "cohorts: [milan", "config/config.yaml"),
    ],
    ids=["unknown key", "unknown word", "out of range", "unknown cohort", "no YAML"],
)
def test_a_mistake_in_the_configuration_is_named_before_anything_runs(
    project, edited, old, new, said
):
    edited("config/config.yaml", old, new)
    assert said in refusal(project)
    assert not (project / "results/milan").exists()


def test_a_missing_workbook_is_named_with_the_place_to_put_it(project):
    write_cohort(project, "absent", "absent.xlsx")
    console = refusal(project, "--config", "cohorts=absent")
    assert "data/absent.xlsx is not there" in console
    assert "Put it at data/absent.xlsx" in console


def locked(book: Path) -> None:
    """As Windows refuses to open a file that Excel holds; root may read whatever is forbidden."""
    book.write_bytes(b"")
    book.chmod(0)
    if os.access(book, os.R_OK):
        pytest.skip("this user may read every file")


def empty_sheet(book: Path) -> None:
    openpyxl.Workbook().save(book)


def header_only(book: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(list(FIELDS.values()))
    workbook.save(book)


def not_a_workbook(book: Path) -> None:
    book.write_bytes(b"This was a download page, not a workbook.")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (locked, "cannot be opened"),
        (empty_sheet, "workbook.header_rows"),
        (header_only, "there are no rows of data"),
        (not_a_workbook, "book.xlsx"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_workbook_that_cannot_be_used_is_told_with_the_remedy(project, spoil, said):
    spoil(write_cohort(project, "book", "book.xlsx"))
    assert said in refusal(project, "--config", "cohorts=book")
    assert not (project / "results/book/cohort/raw.parquet").exists()
    (project / "data/book.xlsx").unlink()


def test_a_wrong_sheet_is_named_and_earlier_results_stay(rerun):
    results = rerun / "results/milan"
    kept = [*results.glob("estimates/*"), *results.glob("tables/*"), *results.glob("figures/*")]
    before = {file: file.read_bytes() for file in kept}
    settings = rerun / "config/cohorts/milan/cohort.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("Patients", "Women"))
    console = refusal(rerun, "--config", "cohorts=milan")
    assert "Women" in console
    assert "Patients" in console
    assert {file: file.read_bytes() for file in kept} == before
    # what the failed step would have made anew is gone, not half there
    assert not (results / "cohort/raw.parquet").exists()


def test_all_patients_excluded_is_told_with_the_criteria(project):
    write_cohort(project, "nobody", "nobody.csv", MC=lambda woman: "")
    console = refusal(project, "--config", "cohorts=nobody")
    assert "No patient is left to analyse: 120 were read" in console
    assert "microcalcifications_not_reported" in console
    assert not (project / "results/nobody/estimates/flow.csv").exists()


DEGENERATE = {
    "constant_outcome": {"MC": lambda woman: "no"},
    "level_without_patients": {"HER2": lambda woman: "negative"},
    "perfect_separation": {"MC": lambda woman: {"positive": "yes"}.get(woman["HER2"], "no")},
    "quasi_separation": {"MC": lambda woman: {"positive": "no"}.get(woman["HER2"], woman["MC"])},
    "empty_stratum": {"density": lambda woman: woman["density"].replace("D", "C")},
    "no_ages": {"age": lambda woman: ""},
}


@pytest.fixture(scope="module")
def degenerate(project) -> tuple[Path, str]:
    """The project after a run of all cohorts that models cannot be fitted to, and its console."""
    for name, change in DEGENERATE.items():
        write_cohort(project, name, f"{name}.csv", **change)
    targets = [f"results/{name}/tables/table5.html" for name in DEGENERATE]
    cohorts = f"cohorts=[{', '.join(DEGENERATE)}]"
    run = snakemake(project, *targets, "--cores", "2", "--keep-going", "--config", cohorts)
    return project, run.stdout + run.stderr


def rows(folder: Path, cohort: str, name: str) -> pd.DataFrame:
    return read_estimates(name, folder / "results" / cohort / "estimates" / f"{name}.csv")


@pytest.mark.parametrize("cohort", DEGENERATE)
def test_what_cannot_be_estimated_is_a_row_with_its_status(degenerate, cohort):
    folder, console = degenerate
    assert "Traceback" not in console
    assert (folder / "results" / cohort / "tables/table5.html").exists(), console[-3000:]
    for name in ("univariable", "multivariable"):
        frame = rows(folder, cohort, name)
        failed = frame[frame["status"] != "ok"]
        assert failed[["log_odds", "std_error", "odds_ratio", "p_value"]].isna().all(axis=None)
        numbers = frame.select_dtypes(float)
        assert not np.isinf(numbers).any(axis=None)
        # Firth's interval is finite under separation, and may be wide
        assert not (numbers[frame["estimator"] == "ml"].abs() > 1000).any(axis=None)


@pytest.mark.parametrize(
    ("cohort", "status"),
    [
        ("constant_outcome", "not_estimable"),
        ("level_without_patients", "not_estimable"),
        ("perfect_separation", "separated"),
        ("quasi_separation", "separated"),
    ],
)
def test_the_status_of_her2_says_why_there_is_no_odds_ratio(degenerate, cohort, status):
    frame = rows(degenerate[0], cohort, "univariable")
    main = frame[(frame["estimator"] == "ml") & (frame["ci_method"] == "wald")]
    assert set(main.loc[main["variable"] == "her2_status", "status"]) == {status}


def test_a_killed_run_is_taken_up_again(project):
    """Neither a job's half-written file nor Snakemake's own marks stand in the way."""
    write_cohort(project, "killed", "killed.csv")
    target = "results/killed/estimates/flow.csv"
    arguments = [target, "--cores", "1", "--config", "cohorts=killed"]
    command = [sys.executable, "-m", "snakemake", *arguments]
    run = subprocess.Popen(
        command,
        cwd=project,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    half = project / "results/killed/cohort/raw.parquet"
    waited = time.monotonic()
    while not list((project / "results").glob("killed/logs/*.log")):
        assert time.monotonic() - waited < 60
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    half.write_bytes(b"PAR1 half a file")
    again = snakemake(project, *arguments)
    if again.returncode != 0:
        assert re.search(r"--unlock", again.stdout + again.stderr)
        assert snakemake(project, "--unlock", "--config", "cohorts=killed").returncode == 0
        again = snakemake(project, *arguments)
    assert again.returncode == 0, again.stderr[-3000:]
    assert len(rows(project, "killed", "flow")) > 1
