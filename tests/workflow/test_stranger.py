"""A stranger brings an Italian workbook: every mistake is told at once; corrected, it is as good
as its clean English twin."""

import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import snakemake
from tests.workflow.stranger import PLANTED, SHEET, english_twin, italian_workbook

HERE = Path(__file__).parent
COHORTS = ("stranger_it", "stranger_en")


def explained(folder: Path, cohort: str) -> str:
    """What is said of the first woman of a cohort."""
    patient = pd.read_parquet(folder / "results" / cohort / "cohort/trace.parquet")["patient_id"][0]
    command = [sys.executable, "scripts/explain_patient.py", cohort, patient]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def project(checkout) -> Path:
    """A project with the codebooks of both; the workbooks are still to come."""
    folder = checkout("stranger")
    (folder / "data").mkdir(exist_ok=True)
    for name in COHORTS:
        (folder / "config/cohorts" / name).mkdir()
        shutil.copy(HERE / f"{name}.yaml", folder / "config/cohorts" / name / "cohort.yaml")
    return folder


@pytest.fixture(scope="module")
def refused(project) -> tuple[str, pd.DataFrame]:
    """What the console and the list of problems say of the spoiled workbook."""
    italian_workbook(project / "data/stranger_it.xlsx", mistakes=True)
    run = snakemake(project, "--cores", "2", "--config", "cohorts=stranger_it")
    assert run.returncode != 0
    listed = pd.read_csv(project / "results/stranger_it/logs/validation_problems.csv")
    return run.stdout + run.stderr, listed.fillna("")


@pytest.mark.parametrize("mistake", PLANTED, ids=lambda mistake: mistake.cell)
def test_every_planted_mistake_is_told_with_its_cell(refused, mistake):
    console, listed = refused
    address = f"{SHEET}!{mistake.cell}"
    assert f"{address}:" in console
    found = listed[(listed["address"] == address) & (listed["severity"] == "error")]
    assert any(mistake.what in f"{row.rule} {row.remedy}" for row in found.itertuples())


def test_no_other_cell_is_refused_and_nothing_is_half_done(project, refused):
    console, listed = refused
    cells = set(listed.loc[listed["severity"] == "error", "address"].str.split("!").str[1])
    # A13 is right, and named because A12 repeats it
    assert cells - {"A13"} == {mistake.cell for mistake in PLANTED}
    assert len(PLANTED) == 20
    assert "Traceback" not in console
    assert not (project / "results/stranger_it/cohort/validated.parquet").exists()
    assert not (project / "results/stranger_it/tables").exists()


def test_the_corrected_workbook_gives_the_estimates_of_its_english_twin(project, refused):
    italian_workbook(project / "data/stranger_it.xlsx")
    english_twin(project / "data/stranger_en.xlsx")
    targets = [f"results/{name}/cohort/reconciliation.csv" for name in COHORTS]
    cohorts = f"cohorts=[{', '.join(COHORTS)}]"
    run = snakemake(project, *targets, "--cores", "2", "--config", cohorts)
    assert run.returncode == 0, run.stderr[-4000:]
    italian, english = [
        {file.name: file.read_text() for file in project.glob(f"results/{name}/estimates/*.csv")}
        for name in COHORTS
    ]
    assert {"flow.csv", "tests.csv", "univariable.csv", "multivariable.csv"} <= set(italian)
    assert italian == english
    told = [explained(project, name) for name in COHORTS]
    assert "HER2 status: " in told[0]
    assert told[0].replace("stranger_it", "stranger_en") == told[1]
