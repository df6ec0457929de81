"""How the cost of a replicate grows with the patients, and that of a run with the replicates."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from study.statistics.resampling.chain import Chain
from study.statistics.resampling.draws import draw_bootstrap
from study.statistics.resampling.run import run_chain
from tests.benchmark import python_tools
from tests.benchmark.replicates import SEED, Rows, rows_of, study_chain
from tests.benchmark.timing import Measure, processor_seconds

BACKENDS = ("compiled", "numpy")
OTHERS = {
    "statsmodels Logit arrays": python_tools.statsmodels_logit,
    "plain NumPy IRLS loop": python_tools.numpy_loop,
}
# At so many rows one replicate of the slowest takes about ten seconds.
MOST_ROWS = 200_000


def sizes_of(frame: pd.DataFrame, most: int) -> list[int]:
    """Return how many women each woman of the cohort stands for, about tenfold up to `most`."""
    whole = [10**power for power in range(10) if len(frame) * 10**power < most]
    return [*whole, round(most / len(frame))]


def scaled_chain(frame: pd.DataFrame, times: int) -> Chain:
    """Return the chain of a cohort of so many times as many women.

    The same four terms are refitted at every size: with more women everything would pass.
    """
    weights = np.full(len(frame), float(times))
    names = study_chain(frame).candidates[:4]
    return study_chain(frame, terms=names, weights=weights)


def kernel(chain: Chain, count: int, estimator: str, backend: str) -> Callable[[], float]:
    """Return the time per replicate of the draw and the chain, warmed up."""

    def work() -> object:
        counts = draw_bootstrap(chain, SEED, 0, count, backend)
        return run_chain(chain, counts, estimator, backend=backend)

    work()
    return lambda: processor_seconds(work, count)


def other(name: str, rows: Rows, terms: Sequence[int], count: int = 1) -> Callable[[], float]:
    """Return the time per replicate of another tool: each candidate, and the model of `terms`."""
    fit = OTHERS[name]
    candidates = range(1, rows.x.shape[1])

    def work() -> None:
        for _ in range(count):
            for j in candidates:
                fit(rows, [j])
            fit(rows, terms)

    fit(rows, terms)
    return lambda: processor_seconds(work, count)


def measures_by_n(frame: pd.DataFrame, most: int, count: int) -> dict[tuple[str, int], Measure]:
    """Return the measures by tool and number of women."""
    found = {}
    for times in sizes_of(frame, most):
        chain = scaled_chain(frame, times)
        for backend in BACKENDS:
            name = f"{backend} ml, four terms, n = {chain.n:,}"
            found[backend, chain.n] = Measure(name, kernel(chain, count, "ml", backend))
        if chain.n <= MOST_ROWS:
            rows = rows_of(chain, chain.counts)
            for tool in OTHERS:
                found[tool, chain.n] = Measure(
                    f"{tool}, n = {chain.n:,}", other(tool, rows, [1, 2, 3, 4])
                )
    return found


def measures_by_replicates(
    chain: Chain, rows: Rows, most: int
) -> dict[tuple[str, int], tuple[Measure, int]]:
    """Return the measures, in seconds of the whole run, and how many replicates they ran.

    The other tools, which fit each replicate anew, are run for ten and for a hundred.
    """
    found = {}
    for power in range(2, 10):
        count = 10**power
        if count > most:
            break
        for backend in BACKENDS:
            each = kernel(chain, count, "ml", backend)
            name = f"{backend} ml, {count:,} replicates"
            found[backend, count] = (Measure(name, lambda e=each, c=count: e() * c), count)
    for tool in OTHERS:
        for count in (10, 100):
            each = other(tool, rows, [1, 2], count)
            measure = Measure(f"{tool}, {count} replicates", lambda e=each, c=count: e() * c)
            found[tool, count] = (measure, count)
    return found
