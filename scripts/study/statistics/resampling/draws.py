"""Replicates of a cohort: bootstrap, permutation of the outcome, and leaving one patient out.

What replicate r is depends on the seed and on r alone, not on how many are drawn at once, in
which order, on how many cores, or with which backend.
"""

import numpy as np

from study.statistics.resampling.backend import is_compiled
from study.statistics.resampling.chain import Chain
from study.statistics.resampling.variates import binomial, hypergeometric
from study.statistics.resampling.words import stream_key, words

BOOTSTRAP, PERMUTATION, NULL_BOOTSTRAP = 1, 2, 3
# Up to this many patients per cell it is cheaper to draw patients than counts of cells.
PATIENTS_PER_CELL = 16
# Replicates whose words fit into a processor's cache.
ROWS = 256


def draw_bootstrap(
    chain: Chain, seed: int, first: int, size: int, backend: str | None = None
) -> np.ndarray:
    """Return replicates ``first … first + size - 1``, each n patients drawn with replacement.

    Returns
    -------
    ndarray, (size, 2 K)
        Multinomial counts of the chain's cells.
    """
    key = stream_key(seed, BOOTSTRAP)
    live = np.flatnonzero(chain.counts)
    numbers = np.round(chain.counts[live]).astype(np.int64)
    width = len(chain.counts)
    if chain.n <= PATIENTS_PER_CELL * len(live):
        owner = np.repeat(live, numbers)
        if is_compiled(backend):
            from study.statistics.resampling import compiled_draws

            return compiled_draws.draw_patients(key, first, size, owner, width)
        return _draw_patients(key, first, size, owner, width)
    # Share of each cell among those not yet drawn.
    shares = numbers / numbers[::-1].cumsum()[::-1]
    if is_compiled(backend):
        from study.statistics.resampling import compiled_draws

        return compiled_draws.draw_cells(key, first, size, live, shares, chain.n, width)
    return _draw_cells(key, first, size, live, shares, chain.n, width)


def draw_permutation(
    chain: Chain, seed: int, first: int, size: int, backend: str | None = None
) -> np.ndarray:
    """Return replicates in which the outcomes are dealt to the patients anew.

    Every pattern keeps its patients and the study its number of events (a multivariate
    hypergeometric draw).

    Returns
    -------
    ndarray, (size, 2 K)
    """
    key = stream_key(seed, PERMUTATION)
    patterns = len(chain.patterns)
    totals = np.round(chain.counts[:patterns] + chain.counts[patterns:])
    events = float(round(chain.counts[:patterns].sum()))
    if is_compiled(backend):
        from study.statistics.resampling import compiled_draws

        return compiled_draws.draw_outcomes(key, first, size, totals, events)
    replicates = np.arange(first, first + size)
    left, population = np.full(size, events), totals.sum()
    counts = np.empty((size, 2 * patterns))
    for k, total in enumerate(totals):
        found = hypergeometric(key, replicates, k, total, population, left)
        counts[:, k], counts[:, patterns + k] = found, total - found
        left, population = left - found, population - total
    return counts


def draw_null_bootstrap(chain: Chain, seed: int, first: int, size: int) -> np.ndarray:
    """Return a bootstrap replicate of each permutation replicate ``first … first + size - 1``.

    What a bootstrap finds by chance alone: it samples a second time, so that a variable without
    any association passes a screen more often than in a permuted cohort.

    Returns
    -------
    ndarray, (size, 2 K)
    """
    dealt = draw_permutation(chain, seed, first, size, "numpy")
    return np.array(
        [
            np.random.default_rng([seed, NULL_BOOTSTRAP, first + r]).multinomial(chain.n, shares)
            for r, shares in enumerate(dealt / chain.n)
        ],
        dtype=float,
    ).reshape(dealt.shape)


def leave_one_out(chain: Chain) -> tuple[np.ndarray, np.ndarray]:
    """Return the replicates of the jackknife, and how many patients each stands for.

    Returns
    -------
    counts : ndarray, (live cells, 2 K)
        The cohort without one patient of a cell.
    patients : ndarray
        Patients in that cell.
    """
    live = np.flatnonzero(chain.counts)
    counts = np.tile(chain.counts, (len(live), 1))
    counts[np.arange(len(live)), live] -= 1.0
    return counts, chain.counts[live]


def _draw_patients(
    key: np.uint64, first: int, size: int, owner: np.ndarray, width: int
) -> np.ndarray:
    """Draw patients by number, two per word; each half word times n, its upper 32 bits."""
    n = np.uint64(len(owner))
    pairs = np.arange((len(owner) + 1) // 2)
    counts = np.empty((size, width))
    owner = owner.astype(np.int64)
    for start in range(0, size, ROWS):
        replicates = np.arange(first + start, first + min(start + ROWS, size))
        bits = words(key, replicates[:, None], pairs)
        row = (np.arange(len(replicates)) * width)[:, None]
        total = np.zeros(len(replicates) * width, dtype=np.int64)
        halves = (bits >> np.uint64(32), bits & np.uint64(0xFFFFFFFF))
        for half, columns in zip(halves, (len(pairs), len(owner) // 2), strict=True):
            number = (half[:, :columns] * n) >> np.uint64(32)
            cells = owner[number.view(np.int64)] + row
            total += np.bincount(cells.ravel(), minlength=len(total))
        counts[start : start + len(replicates)] = total.reshape(len(replicates), width)
    return counts


def _draw_cells(
    key: np.uint64,
    first: int,
    size: int,
    live: np.ndarray,
    shares: np.ndarray,
    n: int,
    width: int,
) -> np.ndarray:
    """Draw one cell after the other: binomial among the patients not yet drawn."""
    replicates = np.arange(first, first + size)
    left = np.full(size, float(n))
    counts = np.zeros((size, width))
    for variate, (cell, share) in enumerate(zip(live[:-1], shares[:-1], strict=True)):
        found = binomial(key, replicates, variate, left, float(share))
        counts[:, cell] = found
        left = left - found
    counts[:, live[-1]] = left
    return counts
