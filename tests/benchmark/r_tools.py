"""A replicate with R, as replicate.R has it."""

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmark.python_tools import Outcome
from tests.benchmark.replicates import Replicates

SCRIPT = Path(__file__).with_name("replicate.R")
PACKAGES = {"glm": "stats", "glm.fit": "stats", "boot": "boot", "brglm2": "brglm2"}


@cache
def why_absent(package: str) -> str:
    """Return why a package of R cannot be measured; empty if it can."""
    if not shutil.which("Rscript"):
        return "R is not installed"
    question = f"quit(status = !requireNamespace('{package}', quietly = TRUE))"
    run = subprocess.run(["Rscript", "-e", question], capture_output=True)
    return f"the R package {package} is not installed" if run.returncode else ""


def answers(way: str, replicates: Replicates, count: int) -> list[list[float]]:
    """Return the numbers that replicate.R prints, line by line."""
    parts = [
        rows.frame.assign(replicate=r).astype(int) for r, rows in enumerate(replicates.rows[:count])
    ]
    alpha = str(replicates.chain.screening_alpha)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        pd.concat(parts).to_csv(path, index=False)
        command = ["Rscript", str(SCRIPT), way, str(path), alpha]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
    return [[float(n) for n in line.split()] for line in run.stdout.splitlines()]


def run_r(way: str, replicates: Replicates, count: int) -> Outcome:
    """Return the first `count` replicates with R; boot::boot draws its own, and selects unseen."""
    (seconds,), *lines = answers(way, replicates, count)
    width = len(replicates.chain.names)
    numbers = np.array(lines).reshape(len(lines), width + 2)
    return Outcome(seconds, numbers[:, :width] == 1, numbers[:, width:])
