"""Measure everything in one run: `make benchmark`, or python -m tests.benchmark --help."""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from tests.benchmark import (
    PROJECT,
    correctness,
    exact_tests,
    figures,
    kernels,
    r_tools,
    report,
    scaling,
)
from tests.benchmark.machine import describe_machine
from tests.benchmark.plink import Permutations
from tests.benchmark.python_tools import Outcome
from tests.benchmark.replicates import (
    Replicates,
    analysis_cohort,
    draw_replicates,
    rows_of,
    study_chain,
)
from tests.benchmark.timing import AT_MOST, Comparison, interleave, tabulate_ratios


@dataclass(frozen=True)
class Sizes:
    """How much is measured.

    Attributes
    ----------
    scale : float
        Share of the replicates that the other tools run in a round.
    count, most_replicates : int
        Replicates of a round of the kernels, and of their longest run.
    permutations : int
        Replicates of a round of plink2.
    most_patients : int
    timed : int
        Replicates that are there for the other tools.
    seconds : float
        How long an exact test is repeated.
    judged, checked, digits : int
        Replicates judged by a linear programme, screened by the rules' functions, and computed
        with 40 digits.
    """

    rounds: int
    scale: float
    count: int
    most_replicates: int
    permutations: int
    most_patients: int
    timed: int
    seconds: float
    judged: int
    checked: int
    digits: int


FULL = Sizes(5, 1.0, 50_000, 100_000, 4000, 1_000_000, 200, 0.2, 60, 3000, 5)
TINY = Sizes(1, 0.02, 200, 1000, 100, 2000, 5, 0.002, 5, 20, 1)
GROWTH_TARGET = 1.5


def measure(
    frame: pd.DataFrame, sizes: Sizes, say: Callable[[str], None]
) -> dict[str, pd.DataFrame]:
    """Return ``ratios``, ``correctness``, ``scaling_n`` and ``scaling_replicates``."""
    replicates = draw_replicates(study_chain(frame), sizes.timed)
    say(f"Replicates of {replicates.chain.n} women beside other tools")
    outcomes: dict[str, Outcome] = {}
    permutations = cache(lambda: Permutations(replicates.chain, sizes.permutations))
    own = kernels.measures(replicates, sizes.scale, outcomes)
    own += kernels.plink_measures(permutations, outcomes)
    own += kernels.own_measures(replicates, sizes.count)
    times = interleave(own, sizes.rounds, say)
    ratios = [tabulate_ratios(times, own, kernels.comparisons())]
    say("Exact tests")
    exact = exact_tests.measures(sizes.seconds)
    compared = exact_tests.comparisons(exact)
    ratios.append(tabulate_ratios(interleave(exact, sizes.rounds, say), exact, compared))
    say("Cost against the number of women")
    by_n, growth = _by_n(frame, sizes, say)
    say("Cost against the number of replicates")
    by_replicates = _by_replicates(replicates, sizes, say)
    say("Correctness")
    return {
        "ratios": pd.concat([*ratios, growth], ignore_index=True),
        "scaling_n": by_n,
        "scaling_replicates": by_replicates,
        "correctness": pd.DataFrame(
            [
                *_selections(replicates, outcomes, permutations),
                *_estimates(replicates, sizes),
                correctness.separation(frame, sizes.judged),
                correctness.against_the_rules(replicates.chain, sizes.checked, say),
            ],
            columns=correctness.COLUMNS,
        ),
    }


def _by_n(
    frame: pd.DataFrame, sizes: Sizes, say: Callable[[str], None]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return medians by tool and number of women, and how far ours grow from first to last."""
    own = scaling.measures_by_n(frame, sizes.most_patients, sizes.count)
    times = interleave(list(own.values()), min(sizes.rounds, 3), say)
    medians = 1e6 * times.groupby("name")["seconds"].median()
    table = pd.DataFrame(
        [(tool, n, medians[m.name]) for (tool, n), m in own.items()],
        columns=["tool", "n", "microseconds"],
    )
    ends = table["n"].min(), table["n"].max()
    compared = [
        Comparison("growth", *(own[b, n].name for n in ends), GROWTH_TARGET, AT_MOST)
        for b in scaling.BACKENDS
    ]
    return table, tabulate_ratios(times, list(own.values()), compared)


def _by_replicates(
    replicates: Replicates, sizes: Sizes, say: Callable[[str], None]
) -> pd.DataFrame:
    chain = replicates.chain
    rows = rows_of(chain, chain.counts)
    own = scaling.measures_by_replicates(chain, rows, sizes.most_replicates)
    times = interleave([m for m, _ in own.values()], min(sizes.rounds, 3), say)
    seconds = times.groupby("name")["seconds"].median()
    return pd.DataFrame(
        [
            (tool, count, seconds[m.name], 1e6 * seconds[m.name] / count)
            for (tool, count), (m, _) in own.items()
        ],
        columns=["tool", "replicates", "seconds", "microseconds"],
    )


def _selections(
    replicates: Replicates,
    outcomes: dict[str, Outcome],
    permutations: Callable[[], Permutations],
) -> Iterator[dict]:
    """Yield how often each tool selected something else than ours in what it was timed on."""
    for tool, outcome in outcomes.items():
        estimator = kernels.estimator_of(tool)
        if tool in kernels.PLINK:
            yield permutations().verdicts(tool, outcome, estimator)
        elif len(outcome.selected):
            yield correctness.selection(tool, outcome, replicates, estimator)


def _estimates(replicates: Replicates, sizes: Sizes) -> list[dict]:
    """Return how far coefficients and standard errors are off, at most."""
    found = correctness.against_forty_digits(replicates, sizes.digits)
    if not r_tools.why_absent("stats"):
        found = correctness.against_r(replicates, sizes.timed) + found
    return found


def registry_section(say: Callable[[str], None]) -> dict[str, str]:
    """Return what the benchmark of registries prints, where the project has it."""
    script = Path(__file__).with_name("registry.py")
    if not script.is_file():
        return {}
    say("Registry input")
    run = subprocess.run([sys.executable, str(script)], cwd=PROJECT, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"{script.name} failed:\n{run.stderr}")
    return {"Registry input": run.stdout.strip()}


def main() -> None:
    """Measure, write to results/benchmark/, and say on the console what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=FULL.rounds)
    parser.add_argument("--no-registry", action="store_true", help="leave out registry input")
    arguments = parser.parse_args()
    folder = PROJECT / "results/benchmark"
    folder.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()

    def say(words: str) -> None:
        print(f"{time.perf_counter() - start:6.0f} s  {words}", flush=True)

    machine = describe_machine()
    sizes = Sizes(**{**vars(FULL), "rounds": arguments.rounds})
    tables = measure(analysis_cohort(), sizes, say)
    sections = {} if arguments.no_registry else registry_section(say)
    figures.save_all(folder, tables, machine)
    report.write_report(folder, tables, machine, sections)
    print((folder / "benchmark.md").read_text(encoding="utf-8"))
    failed = tables["correctness"]["passed"].ne("yes")
    if failed.any():
        raise SystemExit(f"{failed.sum()} checks of correctness failed; see {folder}")


if __name__ == "__main__":
    main()
