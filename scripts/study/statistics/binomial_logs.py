"""Logarithms of factorials and of binomial probabilities, for millions of patients.

The log factorial of a million is 1e7, so that in doubles the logarithm of a binomial probability
would be off by 1e-9. They are computed in extended precision where the machine has it.
"""

from functools import cache

import numpy as np

EXTENDED = np.longdouble
# From here on, Stirling's series to its fourth term is exact to 1e-19.
STIRLING_FROM = 128


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
    logs = _log_factorials(np.array([n])) - _log_factorials(x) - _log_factorials(n - x)
    return (logs + x * odds + (n - x) * rest).astype(float)


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
