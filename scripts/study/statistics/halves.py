"""The weights of all tables with two columns that are at most the observed one, by two halves.

The rows of a half are filled one by one. Where even the most probable way to complete the table
leaves it less probable than the observed one, its weight with all completions is known at once
and the way needs no more rows; where even the least probable way leaves it more probable, it is
dropped. The last row of a half is filled when the halves are joined, for one number of patients
at a time, so that the longest lists are never held as a whole.

Weights are binomial probabilities of the common share, raised by a power of e so that a table of
probability 1e-300 and its parts are within the range of a double.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from study.statistics.binomial_logs import (
    log_binomial,
    log_floor_of,
    log_weight,
    relevant_numbers,
)
from study.statistics.completions import (
    TIE,
    Completions,
    completions_by,
    least_probable,
    most_probable,
)

# All rows of a table together are raised by this power of e.
RAISED = 690.0
# Ways that are held, looked at, and joined: they bound the memory to some 200 MB and the time to
# about half a minute of a busy core.
HELD, LOOKED_AT, JOINED, AT_ONCE = 3_000_000, 1_000_000_000, 60_000_000, 2_000_000


class Sums(NamedTuple):
    """Weights of the tables up to the observed weight, ties included, and of those below it."""

    up_to: float
    below: float


class TooManyWaysError(Exception):
    """The halves of a table can be filled in more ways than can be listed."""


@dataclass(frozen=True)
class _Row:
    """Log weights of `lowest`, `lowest` + 1, … of the `size` patients of a row in the column."""

    size: int
    lowest: int
    logs: np.ndarray


@dataclass(frozen=True)
class _Half:
    """Ways to fill a half but for its last row, and what is known with that row.

    Attributes
    ----------
    taken, weights : np.ndarray
        Patients and weight of the ways that are listed, those that take fewest first.
    known : np.ndarray
        Weight of the ways that are in no table as probable as the observed one, by the patients
        they take with the last row.
    """

    last: _Row
    bounds: Completions
    taken: np.ndarray
    weights: np.ndarray
    known: np.ndarray

    def filled(self, taken: int) -> tuple[np.ndarray, float]:
        """Return the ways that take so many patients with the last row, and what is known."""
        start, stop = np.searchsorted(self.taken, (taken - self.last.logs.size + 1, taken + 1))
        own = self.last.logs[taken - self.taken[start:stop]]
        weights = self.weights[start:stop] * np.exp(own)
        left = self.known.size - 1 - taken
        below = self.bounds.surely_below(weights, left)
        known = self.known[taken] + weights[below].sum()
        return weights[~below & ~self.bounds.surely_above(weights, left)], float(known)


def sums_of(weights: np.ndarray, observed: float) -> Sums:
    """Return the sums of the weights of tables that are listed one by one."""
    up_to, below = (weights[weights <= observed * limit].sum() for limit in (1 + TIE, 1 - TIE))
    return Sums(float(up_to), float(below))


def sums_by_halves(sizes: Sequence[int], found: Sequence[int], n: int) -> Sums:
    """Return the sums of the raised weights of a table with rows of `sizes` patients.

    Raises
    ------
    TooManyWaysError
        If a half can be filled in too many ways.
    """
    m, of_rows, share = sum(found), len(sizes), sum(found) / n
    log_observed = log_weight(sizes, found, share)
    observed = math.exp(RAISED + log_observed)
    if not observed:  # all the tables up to it are beyond the range of a double
        return Sums(0.0, 0.0)
    log_floor, rows = log_floor_of(log_observed, m, of_rows), []
    for size in sizes:
        numbers = relevant_numbers(size, m, share, log_floor)
        logs = log_binomial(size, numbers, share) + RAISED / of_rows
        rows.append(_Row(size, int(numbers[0]), logs))
    left = m - sum(row.lowest for row in rows)
    rows = [replace(row, logs=row.logs[: left + 1]) for row in rows]
    one, other = _split(rows)
    first, second = _half(one, other, left, observed), _half(other, one, left, observed)
    whole = (
        _all_ways(one, left, share, of_rows),
        _all_ways(other, left, share, of_rows)[::-1],
    )
    ones, others = ([row.logs for row in half] for half in (one, other))
    most, least = (
        np.exp(bound(ones, left) + bound(others, left)[::-1])
        for bound in (most_probable, least_probable)
    )
    surely_below = most < observed * (1 - TIE)
    known = float(whole[0][surely_below] @ whole[1][surely_below])
    still_open = np.flatnonzero(~surely_below & (least <= observed * (1 + TIE)))
    joined = _joined(first, second, whole[1], still_open, observed)
    return Sums(known + joined.up_to, known + joined.below)


def _joined(
    first: _Half, second: _Half, rest: np.ndarray, still_open: np.ndarray, observed: float
) -> Sums:
    """Return the sums over the tables whose first half takes one of the numbers of patients.

    `rest` is the weight of all the ways of the second half, by what the first takes.
    """
    m, joined, known = rest.size - 1, 0, 0.0
    up_to = below = 0.0
    for taken in still_open.tolist():
        ways, surely_below = first.filled(taken)
        known += surely_below * float(rest[taken])
        others, surely_below = second.filled(m - taken)
        known += surely_below * float(ways.sum())
        joined += ways.size + others.size
        if joined > JOINED:
            raise TooManyWaysError
        pairs = _paired(ways, others, observed)
        up_to, below = up_to + pairs.up_to, below + pairs.below
    return Sums(known + up_to, known + below)


def _all_ways(rows: Sequence[_Row], m: int, share: float, of_rows: int) -> np.ndarray:
    """Return the weight of all the ways to fill rows, by the 0 … m patients above the lowest."""
    size, lowest = sum(row.size for row in rows), sum(row.lowest for row in rows)
    logs = log_binomial(size, np.arange(lowest, min(size, lowest + m) + 1), share)
    weights = np.zeros(m + 1)
    weights[: logs.size] = np.exp(logs + RAISED * len(rows) / of_rows)
    return weights


def _split(rows: Sequence[_Row]) -> tuple[list[_Row], list[_Row]]:
    """Return the rows in two halves that can be filled in about as many ways."""
    halves: tuple[list[_Row], list[_Row]] = ([], [])
    ways = [1, 1]
    for row in sorted(rows, key=lambda row: row.logs.size, reverse=True):
        fewer = ways.index(min(ways))
        halves[fewer].append(row)
        ways[fewer] *= row.logs.size
    return halves


def _half(own: Sequence[_Row], others: Sequence[_Row], m: int, observed: float) -> _Half:
    """Return the ways to fill the own rows, with regard to how the others can complete them."""
    taken, weights, known, looked_at = np.zeros(1, int), np.ones(1), np.zeros(m + 1), 0
    for place, row in enumerate(own, start=1):
        looked_at += taken.size * row.logs.size
        if looked_at > LOOKED_AT:
            raise TooManyWaysError
        rest = [other.logs for other in (*own[place:], *others)]
        bounds = completions_by(rest, m, observed)
        known = _with_row(known, row)
        if place < len(own):
            taken, weights, below = _extended(taken, weights, row, bounds)
            known += below
    order = np.argsort(taken, kind="stable")
    return _Half(row, bounds, taken[order], weights[order], known)


def _extended(
    taken: np.ndarray, weights: np.ndarray, row: _Row, bounds: Completions
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the ways with one row more that are still open, and the weight of those below."""
    m = bounds.most.size - 1
    known, parts, held = np.zeros(m + 1), [], 0
    numbers = np.arange(row.logs.size)
    step = max(1, AT_ONCE // numbers.size)
    # One part at least, so that no ways at all are arrays as well.
    for start in range(0, max(taken.size, 1), step):
        part = slice(start, start + step)
        sums = np.add.outer(taken[part], numbers).ravel()
        ways = np.multiply.outer(weights[part], np.exp(row.logs)).ravel()
        fitting = sums <= m
        sums, ways = sums[fitting], ways[fitting]
        below = bounds.surely_below(ways, m - sums)
        known += np.bincount(sums[below], ways[below], minlength=m + 1)
        still_open = ~below & ~bounds.surely_above(ways, m - sums)
        parts.append((sums[still_open], ways[still_open]))
        held += parts[-1][0].size
        if held > HELD:
            raise TooManyWaysError
    return np.concatenate([s for s, _ in parts]), np.concatenate([w for _, w in parts]), known


def _with_row(known: np.ndarray, row: _Row) -> np.ndarray:
    """Return the weights of all ways, by the patients taken, after one row more."""
    somewhere = np.flatnonzero(known)
    extended = np.zeros_like(known)
    if somewhere.size:
        first, last = somewhere[0], somewhere[-1]
        fitting = np.convolve(known[first : last + 1], np.exp(row.logs))[: known.size - first]
        extended[first : first + fitting.size] = fitting
    return extended


def _paired(ways: np.ndarray, others: np.ndarray, observed: float) -> Sums:
    """Return the sums over the tables that are one of the ways and one of the others."""
    ways, others = np.sort(ways), np.sort(others)
    limits = observed / ways
    sums = np.concatenate(([0.0], np.cumsum(others)))
    up_to = sums[np.searchsorted(others, limits * (1 + TIE), "right")]
    below = sums[np.searchsorted(others, limits * (1 - TIE), "left")]
    return Sums(float(ways @ up_to), float(ways @ below))
