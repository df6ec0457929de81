"""Where the project and the shared material are, and one finished run for all workflow tests."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
SHARED = PROJECT.parent / "shared"
RECORDER = PROJECT / "tests" / "workflow" / "recorder"
DUKE = SHARED / "data" / "duke_clinical_and_other_features.xlsx"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a module on one core where tests run on several: its tests share what they build."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(item.nodeid.split("::")[0]))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the project with the study's text and the public workbook."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared, which is not part of the project")
    return SHARED


@pytest.fixture(scope="session")
def duke_workbook() -> Path:
    """The public workbook, which is downloaded by users and never committed."""
    if not DUKE.is_file():
        pytest.skip("needs the Duke workbook in ../shared/data")
    return DUKE


def snakemake(folder: Path, *arguments: str, **environment) -> subprocess.CompletedProcess[str]:
    """Run Snakemake in a copy of the project, as a user would."""
    command = [sys.executable, "-m", "snakemake", *arguments]
    variables = {**os.environ, **environment}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=variables)


@pytest.fixture(scope="session")
def checkout(tmp_path_factory) -> Callable[[str], Path]:
    """Copies of the project as git would check it out, changed files included."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listing, cwd=PROJECT, capture_output=True, text=True, check=True)

    def copy(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        for file in files.stdout.splitlines():
            if (PROJECT / file).is_file():
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(PROJECT / file, folder / file)
        if DUKE.is_file():
            (folder / "data").mkdir()
            shutil.copy2(DUKE, folder / "data")
        return folder

    return copy


@pytest.fixture(scope="session")
def finished(checkout, tmp_path_factory) -> Path:
    """A copy of the project in which both cohorts have run; not to be changed.

    What each job opened is listed in .snakemake/opened, for test_reruns.py. Where tests run on
    several cores the first to need it builds it, and the others wait.
    """
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    link = folder / "finished"
    with (folder / "finished.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not link.exists():
            link.symlink_to(_run_both_cohorts(checkout("finished")))
    return link.resolve()


def _run_both_cohorts(folder: Path) -> Path:
    cohorts = "[milan, duke]" if DUKE.is_file() else "[milan]"
    arguments = ["--cores", "2", "--config", f"cohorts={cohorts}"]
    run = snakemake(folder, *arguments, PYTHONPATH=str(RECORDER))
    assert run.returncode == 0, run.stderr[-8000:]
    return folder


@pytest.fixture
def rerun(finished, tmp_path) -> Path:
    """A copy of the finished project, results and all, to change one thing in."""
    folder = tmp_path / "project"
    shutil.copytree(finished, folder)
    return folder
