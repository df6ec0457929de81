"""The manual's steps from a strange workbook to the results, run as they are written."""

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from study.cohort.cohort_file import read_cohort
from tests.conftest import PROJECT
from tests.workflow.stranger import italian_csv

SECTION = (PROJECT / "config/README.md").read_text(encoding="utf-8")
SECTION = SECTION.split("## Your own workbook")[1].split("\n## ")[0]
COMMANDS = "".join(re.findall(r"```bash\n(.*?)```", SECTION, re.DOTALL)).splitlines()
SHOWN = re.search(r"```text\n(.*?)```", SECTION, re.DOTALL)[1]
CHANGES = re.search(r"```diff\n(.*?)```", SECTION, re.DOTALL)[1].splitlines(keepends=True)
PYTHON = Path(sys.executable).parent


def run(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    here = command.replace(".venv/bin/", f"{PYTHON}/").replace("--cores all", "--cores 2")
    return subprocess.run(here, shell=True, cwd=folder, capture_output=True, text=True)


def edited(draft: str) -> str:
    """The draft with the manual's changes made, each line where the manual shows it."""
    before = "".join(line[1:] for line in CHANGES if line[0] in " -")
    after = "".join(line[1:] for line in CHANGES if line[0] in " +")
    assert draft.count(before) == 1
    return draft.replace(before, after)


@pytest.fixture(scope="module")
def project(checkout) -> Path:
    return checkout("manual")


def test_the_steps_lead_from_the_workbook_to_a_validated_cohort(project):
    make_folder, copy, draft, validation, study = COMMANDS
    assert study == ".venv/bin/snakemake --cores all --config cohorts=mine"
    assert [run(project, step).returncode for step in (make_folder, copy)] == [0, 0]
    drafted = run(project, draft)
    assert drafted.returncode == 0, drafted.stderr
    assert SHOWN in drafted.stderr
    assert validation in drafted.stderr
    assert study in drafted.stderr

    refused = run(project, validation)
    assert refused.returncode != 0
    console = refused.stdout + refused.stderr
    assert re.search("mine!I13: .*'tubulare'.* is not in the codebook", console)

    file = project / "config/cohorts/mine/cohort.yaml"
    file.write_text(edited(file.read_text(encoding="utf-8")), encoding="utf-8")
    assert "CHECK:" not in file.read_text(encoding="utf-8")
    validated = run(project, validation)
    assert validated.returncode == 0, validated.stderr
    assert len(pd.read_parquet(project / "results/mine/cohort/validated.parquet")) == 78
    finished = read_cohort((project / "config/cohorts/example/cohort.yaml").read_text("utf-8"))
    assert read_cohort(file.read_text("utf-8")).codebook == finished.codebook


def test_the_example_is_the_invented_workbook_of_the_tests(tmp_path):
    italian_csv(tmp_path / "workbook.csv")
    committed = PROJECT / "config/cohorts/example/workbook.csv"
    assert committed.read_bytes() == (tmp_path / "workbook.csv").read_bytes()
