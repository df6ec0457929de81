"""The exact test of a table with two columns beside scipy's Monte Carlo, fisher-rxc and R.

scipy.stats.fisher_exact draws 9,999 random tables of anything larger than 2×2, where ours is
exact and has the mid-p-value as well. All are called on arrays that are ready.
"""

import subprocess
from collections.abc import Callable

import fisher
import numpy as np
import scipy.stats

from study.statistics.freeman_halton import two_column_test
from tests.benchmark import r_tools
from tests.benchmark.timing import Comparison, Measure, processor_seconds

# Patients with microcalcifications and without, by row; the first are the study's densities.
TABLES = {
    "4×2, n = 185": [[4, 19], [16, 70], [13, 45], [3, 15]],
    "4×2, n = 185, with a trend": [[1, 22], [12, 74], [16, 42], [7, 11]],
    "6×2, n = 185": [[9, 21], [4, 26], [12, 14], [6, 19], [3, 22], [8, 41]],
    "4×2, n = 1,850": [[40, 190], [160, 700], [130, 450], [30, 150]],
}
TARGETS = {"4×2, n = 185": 100.0}
REASONS = {
    "compiled": "",
    "numpy": "some fifty NumPy calls on small arrays, of one to two microseconds each",
}
R_PROGRAM = """
x <- matrix(c({numbers}), ncol = 2, byrow = TRUE)
invisible(fisher.test(x))
used <- function() sum(proc.time()[c("user.self", "sys.self")])
calls <- 0; start <- used(); passed <- 0
# The clock of R ticks in milliseconds.
while (passed < max(0.01, {seconds})) {{
  fisher.test(x); calls <- calls + 1; passed <- used() - start
}}
cat(passed / calls)
"""


def measures(at_least: float) -> list[Measure]:
    """Return all ways to test all tables, each called for `at_least` so many seconds."""
    found = []
    for name, cells in TABLES.items():
        counts = np.array(cells)
        calls: dict[str, Callable[[], object]] = {
            "ours, compiled": lambda counts=counts: two_column_test(counts, "compiled"),
            "ours, numpy": lambda counts=counts: two_column_test(counts),
            "scipy Monte Carlo": lambda counts=counts: scipy.stats.fisher_exact(counts),
            "fisher-rxc": lambda cells=cells: fisher.exact(cells),
        }
        found += [
            Measure(f"{name}: {way}", lambda call=call: repeated(call, at_least), "exact")
            for way, call in calls.items()
        ]
        found.append(
            Measure(
                f"{name}: R fisher.test",
                lambda counts=counts: seconds_in_r(counts, at_least),
                "exact",
                r_tools.why_absent("stats") or _why_r_fails(counts),
            )
        )
    return found


def comparisons(measured: list[Measure]) -> list[Comparison]:
    """Return every other tool against ours, on every table."""
    found = []
    for measure in measured:
        table, way = measure.name.split(": ")
        if way.startswith("ours"):
            continue
        target = TARGETS.get(table) if way == "scipy Monte Carlo" else None
        for backend, reason in REASONS.items():
            ours = f"{table}: ours, {backend}"
            found.append(Comparison("exact tests", measure.name, ours, target, reason=reason))
    return found


def repeated(call: Callable[[], object], at_least: float) -> float:
    """Return the time of one call, averaged over as many as fill the time."""
    call()
    once = processor_seconds(call)
    count = max(1, int(at_least / max(once, 1e-6)))
    return processor_seconds(lambda: [call() for _ in range(count)], count)


def seconds_in_r(counts: np.ndarray, at_least: float) -> float:
    """Return the time of one fisher.test() in R that is started."""
    program = R_PROGRAM.format(numbers=",".join(map(str, counts.ravel())), seconds=at_least)
    run = subprocess.run(["Rscript", "-e", program], capture_output=True, text=True, check=True)
    return float(run.stdout)


def _why_r_fails(counts: np.ndarray) -> str:
    program = (
        f"fisher.test(matrix(c({','.join(map(str, counts.ravel()))}), ncol = 2, byrow = TRUE))"
    )
    run = subprocess.run(["Rscript", "-e", program], capture_output=True, text=True)
    return "R's fisher.test fails with its default workspace" if run.returncode else ""
