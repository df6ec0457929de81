"""How long the exact test of a table with two columns takes, against scipy's Monte Carlo and R.

Run it from the project: .venv/bin/python tests/benchmark/exact.py

scipy.stats.fisher_exact draws 9,999 random tables of anything larger than 2×2, where ours is
exact and has the mid-p-value as well. All are called on arrays that are ready, in turn in every
round, on one thread; the ratios are medians of the rounds.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT), str(PROJECT / "scripts")]

import fisher  # noqa: E402
import numpy as np  # noqa: E402
import scipy.stats  # noqa: E402

from study.statistics.freeman_halton import two_column_test  # noqa: E402

# Patients with microcalcifications and without, by row; the first are the study's densities.
TABLES = {
    "4×2, n = 185 (the study's densities)": [[4, 19], [16, 70], [13, 45], [3, 15]],
    "4×2, n = 185 (with a trend)": [[1, 22], [12, 74], [16, 42], [7, 11]],
    "6×2, n = 185": [[9, 21], [4, 26], [12, 14], [6, 19], [3, 22], [8, 41]],
    "4×2, n = 1,850": [[40, 190], [160, 700], [130, 450], [30, 150]],
    "8×2, n = 1,000": [
        [40, 90],
        [33, 87],
        [41, 84],
        [36, 89],
        [28, 97],
        [40, 85],
        [30, 95],
        [36, 89],
    ],
    "4×2, n = 185,000": [[4000, 19000], [15200, 70800], [10300, 47700], [3300, 14700]],
}
# With more patients only ours is measured: scipy 1.17 ends in an error on the last table.
SMALL = 10_000
ROUNDS = 5


def seconds(call: Callable[[], object], at_least: float = 0.2) -> float:
    """Return the time of one call, averaged over calls that take `at_least` so many seconds."""
    calls, start = 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < at_least:
        call()
        calls += 1
    return passed / calls


def seconds_in_r(counts: np.ndarray) -> float:
    """Return the time of one fisher.test() in R that is started; NaN if its workspace fails."""
    numbers = ",".join(map(str, counts.ravel()))
    script = (
        f"x <- matrix(c({numbers}), ncol = 2, byrow = TRUE);"
        "one <- function() fisher.test(x); invisible(one());"
        "calls <- 0; start <- proc.time()[[3]];"
        "while ((passed <- proc.time()[[3]] - start) < 0.2) { one(); calls <- calls + 1 };"
        "cat(passed / calls)"
    )
    run = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True)
    return float(run.stdout) if run.returncode == 0 else float("nan")


def main() -> None:
    """Print the times of one round in the middle and the median ratios."""
    for name, cells in TABLES.items():
        counts = np.array(cells)
        ways: dict[str, Callable[[], float]] = {
            "ours": lambda counts=counts: seconds(lambda: two_column_test(counts))
        }
        if counts.sum() < SMALL:
            ways["scipy"] = lambda counts=counts: seconds(lambda: scipy.stats.fisher_exact(counts))
            ways["fisher-rxc"] = lambda cells=cells: seconds(lambda: fisher.exact(cells))
            if shutil.which("Rscript"):
                ways["R"] = lambda counts=counts: seconds_in_r(counts)
        rounds = [{way: measure() for way, measure in ways.items()} for _ in range(ROUNDS)]
        print(f"{name}: p = {two_column_test(counts).p_value:.6g}")
        for way in ways:
            took = statistics.median(measured[way] for measured in rounds)
            ratio = statistics.median(measured[way] / measured["ours"] for measured in rounds)
            print(f"  {way:<12}{took * 1e3:>12.4f} ms   {ratio:>10.1f} × ours")


if __name__ == "__main__":
    main()
