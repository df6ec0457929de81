"""On a real Slurm of three nodes: the bytes of a local run, whatever happens to jobs and nodes.

Everything in results/ is compared, logs included, but the times in benchmarks/ and the time and
the command in provenance.json.
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

import pytest
import yaml

from tests.conftest import PROJECT, snakemake

CLUSTER = PROJECT / "tests/slurm/cluster"
PROFILE = ("--workflow-profile", "profiles/slurm", "--config", "cohorts=milan")
# Jobs of this cohort end within seconds: look for that earlier than the profile does.
SOON = ("--slurm-init-seconds-before-status-checks", "7")
# Run anew what is submitted, up to the gate that waits for all of it.
FIRST = ("describe_cohort", "tabulate_associations", "screen_univariable")
MODELS_AGAIN = ("results/milan/cohort/reconciliation.csv", "--forcerun", *FIRST)
LONG_ENOUGH = 600  # seconds; a run that hangs must not hang the tests


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
        str(file.relative_to(folder)): file.read_bytes()
        for file in files
        if file.is_file() and file.parent.name != "benchmarks"
    }
    provenance = json.loads(written["results/milan/provenance.json"])
    del provenance["time"], provenance["command"]
    return {**written, "results/milan/provenance.json": json.dumps(provenance).encode()}


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(file for file in one.keys() | other.keys() if one.get(file) != other.get(file))


def squeue(shell: dict[str, str]) -> list[tuple[str, str, str, int]]:
    """Of every running job: its number, what it runs, its node and for how many seconds."""
    listing = subprocess.run(
        ["squeue", "--noheader", "--states=RUNNING", "--format=%i|%k|%N|%M"],
        capture_output=True,
        text=True,
        env={**os.environ, **shell},
        check=True,
    )
    jobs = [line.split("|") for line in listing.stdout.splitlines()]
    return [
        (number, re.sub("^rule_|_wildcards_.*", "", comment), node, seconds(elapsed))
        for number, comment, node, elapsed in jobs
    ]


def seconds(elapsed: str) -> int:
    """Slurm's minutes:seconds as seconds."""
    minutes, rest = elapsed.split(":")
    return 60 * int(minutes) + int(rest)


def run_while(folder: Path, shell: dict[str, str], harm: Callable[[], None]) -> str:
    """What a run says that ends well although `harm` is done again and again meanwhile."""
    command = [sys.executable, "-m", "snakemake", *PROFILE, *SOON, *MODELS_AGAIN]
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


def test_a_run_from_the_workbook_on_writes_the_bytes_of_a_local_run(checkout, finished, slurm):
    folder = checkout("slurm")
    run = snakemake(folder, *PROFILE, *SOON, **slurm)
    assert run.returncode == 0, run.stderr[-8000:]
    on_nodes = re.findall(r"slurm_logs/rule_(\w+)/", run.stderr)
    assert sorted(on_nodes) == sorted([*FIRST, "fit_multivariable", "check_model"])
    assert differing(results(folder), results(finished)) == []


def test_jobs_hit_by_scancel_are_run_again_and_write_the_same_bytes(rerun, finished, slurm):
    hit: dict[str, str] = {}

    def cancel() -> None:
        """Cancel the first job of each of these rules when it has run for two seconds."""
        for number, step, _, elapsed in squeue(slurm):
            if step in FIRST and step not in hit and elapsed >= 2:
                subprocess.run(["scancel", number], env={**os.environ, **slurm}, check=True)
                hit[step] = number

    console = run_while(rerun, slurm, cancel)
    assert set(hit) == set(FIRST)
    for number in hit.values():
        assert f"SLURM-job '{number}' failed, SLURM status is: 'CANCELLED'" in console
    assert differing(results(rerun), results(finished)) == []


def test_a_run_that_loses_a_node_writes_the_same_bytes(rerun, finished, slurm):
    lost: dict[str, str] = {}

    def lose() -> None:
        """Let the first node die on which a job has run for two seconds."""
        for number, _, node, elapsed in squeue(slurm):
            if not lost and elapsed >= 2:
                cluster(slurm, "lose", node)
                lost[node] = number

    try:
        console = run_while(rerun, slurm, lose)
    finally:
        cluster(slurm, "start")
    (number,) = lost.values()
    assert f"SLURM-job '{number}' failed due to a node failure" in console
    assert differing(results(rerun), results(finished)) == []


def test_a_doubtful_cell_is_told_once_although_lost_jobs_are_run_again(rerun):
    cohort = rerun / "config/cohorts/milan/cohort.yaml"
    text = cohort.read_text(encoding="utf-8")
    assert "no: [left, right]" in text
    cohort.write_text(text.replace("no: [left, right]", "no: [left]"), encoding="utf-8")
    run = snakemake(rerun, *PROFILE)
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


def test_only_rules_that_exist_are_placed_on_nodes(finished):
    """A slip would quietly keep a rule on the login node."""
    listed = snakemake(finished, "--list-rules").stdout
    placed = re.findall(
        r'^    "(\w+)",', (PROJECT / "rules/placement.smk").read_text(), re.MULTILINE
    )
    assert len(placed) >= 5
    assert {rule for rule in placed if not re.search(rf"^{rule}\b", listed, re.MULTILINE)} == set()
