"""The least that a replicate costs on this machine, whatever the program."""

import time
from dataclasses import dataclass
from unittest.mock import patch

import numpy as np
from numba import njit, uint64

from study.statistics.resampling import newton
from study.statistics.resampling.chain import Chain
from study.statistics.resampling.draws import draw_bootstrap
from study.statistics.resampling.result import ChainResult
from study.statistics.resampling.run import run_chain
from study.statistics.resampling.words import FIRST, GAMMA, SECOND
from tests.benchmark.replicates import SEED

DEFINITION = (
    "The floor is the sum of four parts, each measured alone in a compiled loop of vector"
    " instructions on arrays that stay in the cache: the random words of a draw (two women per"
    " word), the exponentials and logarithms of its fits, their multiplications with additions,"
    " and writing its results. How many of each a replicate needs is counted on the cohort, by"
    " watching the NumPy path. Adding up counts, factorising, branching and looking up are free."
)
SIZE = 4096
REPLICATES = 2000


@dataclass(frozen=True)
class Work:
    """What a replicate needs, on average.

    Attributes
    ----------
    words : float
        Random numbers of 64 bits.
    exponentials : float
        Logarithms among them.
    products : float
        Multiplications with an addition.
    doubles : float
        Numbers of eight bytes written: the counts and the results.
    """

    words: float
    exponentials: float
    products: float
    doubles: float


def work_of(chain: Chain, estimator: str) -> Work:
    """Count the work of a replicate."""
    counts = draw_bootstrap(chain, SEED, 0, REPLICATES, "numpy")
    exponentials = products = 0.0
    derivatives = newton._derivatives

    def watched(matrix, beta, events, patients, penalised):  # type: ignore[no-untyped-def]
        nonlocal exponentials, products
        (patterns, columns), replicates = matrix.shape, beta.shape[1]
        exponentials += patterns * replicates
        # The linear predictor, the score, and the squares; with Firth's hat values squares twice.
        squares = columns * (columns + 1) / 2
        products += patterns * replicates * (2 * columns + squares * (3 if penalised else 1))
        return derivatives(matrix, beta, events, patients, penalised)

    with patch.object(newton, "_derivatives", watched):
        result = run_chain(chain, counts, estimator, backend="numpy")
    levels = sum(1 + len(variable.coefficients) for variable in chain.variables)
    return Work(
        words=(chain.n + 1) // 2,
        exponentials=exponentials / REPLICATES + levels,  # one logarithm per level's odds
        # Levels but one per variable have their table added up; the last is what remains.
        products=products / REPLICATES + counts.shape[1] * (levels - len(chain.variables)),
        doubles=counts.shape[1] + _bytes(result) / 8 / REPLICATES,
    )


def _bytes(result: ChainResult) -> int:
    estimates = [*vars(result.univariable).values(), *vars(result.refit).values()]
    return sum(
        array.nbytes for array in [*estimates, *vars(result).values()] if hasattr(array, "nbytes")
    )


def seconds_of(work: Work) -> dict[str, float]:
    """Return the seconds of each part of a replicate, measured now."""
    values, out = np.linspace(-4.0, 4.0, SIZE), np.empty(SIZE)
    counters, words = np.arange(SIZE, dtype=np.uint64), np.empty(SIZE, np.uint64)
    return {
        "random words": work.words * _each(_words, counters, words),
        "exponentials": work.exponentials * _each(_exponentials, values, out),
        "products": work.products * _each(_products, values, out) / TERMS,
        "output": work.doubles * _each(_output, values, out),
    }


def _each(loop, source: np.ndarray, out: np.ndarray, times: int = 200) -> float:  # type: ignore[no-untyped-def]
    """Return the time per element."""
    loop(source, out, 1)
    start = time.process_time()
    loop(source, out, times)
    return (time.process_time() - start) / (times * len(source))


TERMS = 16
POWERS = 1.0 / np.cumprod(np.array([1.0, *np.arange(1.0, 14.0)]))[::-1]


@njit(cache=True)
def _words(counters, out, times):  # type: ignore[no-untyped-def]
    for t in range(times):
        for i in range(len(out)):
            value = (counters[i] + uint64(t)) * GAMMA
            value = (value ^ (value >> uint64(30))) * FIRST
            value = (value ^ (value >> uint64(27))) * SECOND
            out[i] = value ^ (value >> uint64(31))


@njit(cache=True, fastmath={"contract"})
def _exponentials(values, out, times):  # type: ignore[no-untyped-def]
    whole = np.empty(len(out))
    bits = whole.view(np.int64)
    for t in range(times):
        for i in range(len(out)):
            whole[i] = values[i] * 1.4426950408889634 + 1.5 * 2.0**52
            x = values[i] - (whole[i] - 1.5 * 2.0**52) * 0.6931471805599453 + t * 1e-9
            p = POWERS[0]
            for term in range(1, 14):
                p = p * x + POWERS[term]
            out[i] = p
        for i in range(len(out)):
            bits[i] = (bits[i] << 52) + (1023 << 52)
        for i in range(len(out)):
            out[i] *= whole[i]


@njit(cache=True, fastmath={"contract"})
def _products(values, out, times):  # type: ignore[no-untyped-def]
    for _ in range(times):
        for i in range(len(out)):
            a, b, c, d = values[i], values[i] + 1.0, values[i] + 2.0, values[i] + 3.0
            for _ in range(TERMS // 4):
                a, b, c, d = a * 0.5 + 0.1, b * 0.5 + 0.2, c * 0.5 + 0.3, d * 0.5 + 0.4
            out[i] = a + b + c + d


@njit(cache=True)
def _output(values, out, times):  # type: ignore[no-untyped-def]
    for t in range(times):
        for i in range(len(out)):
            out[i] = values[i] + t
