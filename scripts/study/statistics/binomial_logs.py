"""Logarithms of binomial probabilities, and which of them matter, for millions of patients.

The log factorial of a million is 1e7, so that in doubles the logarithm of a binomial probability
would be off by 1e-9. They are computed in extended precision where the machine has it.
"""

import math
from collections.abc import Sequence
from functools import cache

import numpy as np

EXTENDED = np.longdouble
# From here on, Stirling's series to its fourth term is exact to 1e-19.
STIRLING_FROM = 128
# Numbers in extended precision at once, which bounds the memory.
AT_ONCE = 50_000
# What the tails left out of all rows may weigh, as a share of the observed table.
NEGLIGIBLE = 1e-14
# Numbers tried where a row may have millions.
GRID = 4000


@cache
def log_factorials_or_inf(bits: int) -> tuple[int, np.ndarray]:
    """Return the place of 0! and the log factorials below 2 ** `bits`; infinity below 0!."""
    size = 1 << bits
    logs = np.full(2 * size, np.inf)
    logs[size:] = _log_factorials(np.arange(size))
    logs.flags.writeable = False
    return size, logs


def log_binomial(n: int, x: np.ndarray, share: float) -> np.ndarray:
    """Return the log probabilities of `x` of `n` patients, each with probability `share`."""
    # The logarithms of the shares are multiplied by n as well, hence as precise.
    odds, rest = np.log(EXTENDED(share)), np.log1p(-EXTENDED(share))
    logs = np.empty(x.size)
    for start in range(0, x.size, AT_ONCE):
        part = x[start : start + AT_ONCE]
        choices = _log_factorials(np.array([n])) - _log_factorials(part) - _log_factorials(n - part)
        logs[start : start + AT_ONCE] = choices + part * odds + (n - part) * rest
    return logs


def log_weight(sizes: Sequence[int], found: Sequence[int], share: float) -> float:
    """Return the log probability of the counts of all rows, not raised."""
    return sum(
        float(log_binomial(size, np.array([x]), share)[0])
        for size, x in zip(sizes, found, strict=True)
    )


def relevant_numbers(size: int, m: int, share: float, log_floor: float) -> np.ndarray:
    """Return the numbers of patients of a row that are more probable than the floor, in order.

    Of millions they are found on a grid, with a step of it to either side.
    """
    most = min(size, m)
    step = 1 + most // GRID
    mode = min(int((size + 1) * share), most)
    grid = np.unique(np.append(np.arange(0, most, step), (mode, most)))
    above = grid[log_binomial(size, grid, share) > log_floor]
    return np.arange(max(0, above[0] - step + 1), min(most, above[-1] + step - 1) + 1)


def log_floor_of(log_observed: float, m: int, of_rows: int) -> float:
    """Return the log probability below which a number of a row does not matter.

    With a number in a row's tail, all the tables weigh at most what the tail does: no more than
    m + 1 times its highest probability.
    """
    return log_observed + math.log(NEGLIGIBLE / (2 * of_rows * (m + 1)))


@cache
def _first_log_factorials() -> np.ndarray:
    factors = np.arange(STIRLING_FROM, dtype=EXTENDED)
    factors[0] = 1
    return np.cumsum(np.log(factors))


def _log_factorials(n: np.ndarray) -> np.ndarray:
    large = np.maximum(n, STIRLING_FROM).astype(EXTENDED)
    inverse = 1 / large
    square = inverse * inverse
    series = inverse / 12 * (1 - square / 30 * (1 - square * 2 / 7 * (1 - square * 3 / 4)))
    tail = (large + EXTENDED(0.5)) * np.log(large) - large + np.log(2 * EXTENDED(np.pi)) / 2
    first = _first_log_factorials()[np.minimum(n, STIRLING_FROM - 1)]
    return np.where(n < STIRLING_FROM, first, tail + series)
