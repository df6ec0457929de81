"""On a real Slurm of three nodes: the bytes of a local run, whatever happens to jobs and nodes.

Everything in results/ is compared, logs included, but the times in benchmarks/, the lines that
say how far a long step is, and the time and the command in provenance.json.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from tests.conftest import PROJECT, snakemake

CLUSTER = PROJECT / "tests/slurm/cluster"
PROFILE = ("--workflow-profile", "profiles/slurm", "--config", "cohorts=milan")
# Jobs of this cohort end within seconds: look for that earlier than the profile does.
SOON = ("--slurm-init-seconds-before-status-checks", "2")
# How far a job was after how many seconds.
PROGRESS = re.compile(rb"^.+: [0-9,]+ of [0-9,]+ [a-z]+, [0-9.]+ s.*\n", re.MULTILINE)
LONG_ENOUGH = 600  # seconds; a run that hangs must not hang the tests


def on_nodes() -> set[str]:
    """The rules whose jobs are submitted: all that do not say that they are local."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in PROJECT.glob("rules/*.smk"))
    name, *rest = re.split(r"^rule (\w+):$", text, flags=re.MULTILINE)[1:]
    bodies = dict(zip([name, *rest[1::2]], rest[::2], strict=True))
    return {rule for rule, body in bodies.items() if "\n    localrule: True\n" not in body}


@pytest.fixture(scope="module")
def slurm(tmp_path_factory) -> Iterator[dict[str, str]]:
    """The environment of a shell in which three nodes take jobs."""
    if not all(shutil.which(f"/usr/sbin/{name}") for name in ("munged", "slurmctld", "slurmd")):
        pytest.skip("needs Slurm and munge: tests/slurm/cluster install, as root")
    folder = tmp_path_factory.mktemp("slurm") / "cluster"
    shell = {
        "CLUSTER": str(folder),
        "SLURM_CONF": str(folder / "slurm.conf"),
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
    }
    try:
        cluster(shell, "start")
        yield shell
    finally:
        cluster(shell, "stop")


def cluster(shell: dict[str, str], *command: str) -> None:
    run = subprocess.run(
        [CLUSTER, *command], capture_output=True, text=True, env={**os.environ, **shell}
    )
    assert run.returncode == 0, run.stderr


def results(folder: Path) -> dict[str, bytes]:
    """What a run of milan has written, by file."""
    files = [*(folder / "results/milan").rglob("*"), folder / "results/summary/assumptions.html"]
    written = {
        str(file.relative_to(folder)): PROGRESS.sub(b"", file.read_bytes())
        for file in files
        if file.is_file() and file.parent.name != "benchmarks"
    }
    provenance = json.loads(written["results/milan/provenance.json"])
    del provenance["time"], provenance["command"]
    return {**written, "results/milan/provenance.json": json.dumps(provenance).encode()}


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(file for file in one.keys() | other.keys() if one.get(file) != other.get(file))


class Job(NamedTuple):
    number: str
    rule: str
    node: str
    seconds: int
    memory: str


def squeue(shell: dict[str, str]) -> list[Job]:
    """The running jobs: what each runs, where, for how many seconds and with what memory."""
    listing = subprocess.run(
        ["squeue", "--noheader", "--states=RUNNING", "--format=%i|%k|%N|%M|%m"],
        capture_output=True,
        text=True,
        env={**os.environ, **shell},
        check=True,
    )
    jobs = [line.split("|") for line in listing.stdout.splitlines()]
    return [
        Job(number, re.sub("^rule_|_wildcards_.*", "", comment), node, seconds(elapsed), memory)
        for number, comment, node, elapsed, memory in jobs
    ]


def seconds(elapsed: str) -> int:
    """Slurm's minutes:seconds as seconds."""
    minutes, rest = elapsed.split(":")
    return 60 * int(minutes) + int(rest)


def run_while(
    folder: Path, shell: dict[str, str], harm: Callable[[], None], *arguments: str
) -> str:
    """What a run says that ends well although `harm` is done again and again meanwhile."""
    command = [sys.executable, "-m", "snakemake", *PROFILE, *SOON, *arguments]
    with (folder / "console").open("w") as console:
        run = subprocess.Popen(
            command, cwd=folder, stdout=console, stderr=console, env={**os.environ, **shell}
        )
        try:
            deadline = time.monotonic() + LONG_ENOUGH
            while run.poll() is None and time.monotonic() < deadline:
                harm()
                time.sleep(0.3)
        finally:
            if run.poll() is None:
                run.kill()
    text = (folder / "console").read_text()
    assert run.returncode == 0, text[-8000:]
    return text


def test_a_run_whose_jobs_are_hit_by_scancel_writes_the_bytes_of_a_local_run(
    checkout, finished, slurm
):
    """From the workbook on; of every rule on nodes one job is cancelled while it works."""
    folder = checkout("slurm")
    hit: dict[str, Job] = {}
    asked: dict[str, set[str]] = {}

    def cancel() -> None:
        for job in squeue(slurm):
            asked.setdefault(job.rule, set()).add(job.memory)
            if job.rule not in hit and job.seconds >= 1:
                subprocess.run(["scancel", job.number], env={**os.environ, **slurm}, check=True)
                hit[job.rule] = job

    console = run_while(folder, slurm, cancel)
    ran = set(re.findall(r"^(?:local)?rule (\w+):$", console, re.MULTILINE))
    assert set(hit) == set(re.findall(r"slurm_logs/rule_(\w+)/", console)) == ran & on_nodes()
    assert hit
    for job in hit.values():
        assert f"SLURM-job '{job.number}' failed, SLURM status is: 'CANCELLED'" in console
        assert asked[job.rule] == {"1000M", "2000M"}
    assert differing(results(folder), results(finished)) == []


def test_a_run_that_loses_a_node_writes_the_same_bytes(rerun, finished, slurm):
    lost: dict[str, str] = {}

    def lose() -> None:
        """Let the first node die on which a job has begun to work."""
        for job in squeue(slurm):
            if not lost and job.seconds >= 1:
                cluster(slurm, "lose", job.node)
                lost[job.node] = job.number

    again = ("--forcerun", *on_nodes(), "--until", *on_nodes())
    try:
        console = run_while(rerun, slurm, lose, *again)
    finally:
        cluster(slurm, "start")
    (number,) = lost.values()
    assert f"SLURM-job '{number}' failed due to a node failure" in console
    assert differing(results(rerun), results(finished)) == []


def test_universes_fitted_on_nodes_are_those_fitted_here(rerun, slurm, tmp_path):
    """A grid in which every option occurs; one of its batches is cancelled while it works."""
    grid = yaml.safe_load((rerun / "config/sensitivity.yaml").read_text(encoding="utf-8"))
    grid |= {"universes": 1, "null_replicates": 39, "imputations": 5, "batches": 2}
    (rerun / "grid.yaml").write_text(yaml.safe_dump(grid, sort_keys=False))
    here = shutil.copytree(rerun, tmp_path / "here")
    asked = ("sensitivity", "--config", "cohorts=milan", "sensitivity=grid.yaml")
    run = snakemake(here, *asked, "--cores", "2")
    assert run.returncode == 0, run.stderr[-8000:]
    hit: list[str] = []

    def cancel() -> None:
        for job in squeue(slurm):
            if not hit and job.rule == "fit_universes" and job.seconds >= 1:
                subprocess.run(["scancel", job.number], env={**os.environ, **slurm}, check=True)
                hit.append(job.number)

    console = run_while(rerun, slurm, cancel, *asked)
    assert f"SLURM-job '{hit[0]}' failed, SLURM status is: 'CANCELLED'" in console
    written = results(rerun)
    assert differing(written, results(here)) == []
    assert "results/milan/sensitivity/batches/0001_null.parquet" in written


def test_a_doubtful_cell_is_told_once_although_lost_jobs_are_run_again(rerun, slurm):
    cohort = rerun / "config/cohorts/milan/cohort.yaml"
    text = cohort.read_text(encoding="utf-8")
    assert "no: [left, right]" in text
    cohort.write_text(text.replace("no: [left, right]", "no: [left]"), encoding="utf-8")
    run = snakemake(rerun, *PROFILE, **slurm)
    console = run.stdout + run.stderr
    assert run.returncode != 0
    assert "'right' is not in the codebook" in console
    assert "Trying to restart" not in console


@pytest.mark.parametrize(
    "key", yaml.safe_load((PROJECT / "profiles/default/config.yaml").read_text())
)
def test_the_profile_of_the_cluster_repeats_that_of_one_machine(key):
    """Snakemake reads profiles/default only if no other workflow profile is given."""
    default, cluster = (
        yaml.safe_load((PROJECT / "profiles" / name / "config.yaml").read_text(encoding="utf-8"))
        for name in ("default", "slurm")
    )
    if key == "quiet":  # a cluster's failures must be seen
        assert "rules" not in cluster[key]
    else:
        assert cluster[key] == default[key]


def test_what_prints_and_draws_is_not_submitted():
    """It takes seconds; a rule goes to a node where `localrule: True` is forgotten."""
    assert {rule for rule in on_nodes() if rule.startswith(("render_", "plot_"))} == set()
