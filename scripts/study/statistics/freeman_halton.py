"""Exact test of a table with two columns: Fisher's, as Freeman and Halton extended it.

Given its margins, a table whose rows hold n₁ … n_r patients has the probability
ΠC(nᵢ, xᵢ) / C(n, m), where xᵢ of row i are in the column of m patients. The p-value is the
probability of all tables no more probable than the observed one; the mid-p-value takes half of
those as probable as it. Two probabilities are the same within R's relative tolerance of 1e-7.

A table is a way to fill some rows with s patients and a way to fill the others with m - s. Its
weight a·b is at most the observed weight T if b is at most T/a. So the ways of one half are
sorted and summed up once, and each way of the other half is answered by a look-up: the work
grows with the square root of the number of tables. Where there are few, and compiled code, they
are listed.

Sources: Freeman and Halton 1951, Biometrika 38:141; mid-p: Lancaster 1961, JASA 56:223, and for
these tables Fagerland, Lydersen and Laake 2017, Statistical Analysis of Contingency Tables.
"""

import math
import sys
from typing import Any, Literal, NamedTuple

import numpy as np

from study.statistics.binomial_logs import log_binomial, log_factorials_or_inf
from study.statistics.completions import TIE
from study.statistics.halves import (
    RAISED,
    Sums,
    log_floor_of,
    log_weight,
    relevant_numbers,
    sums_by_halves,
    sums_of,
)
from study.statistics.resampling.backend import is_compiled

# Tables of fewer patients have their log factorials looked up; up to so many array cells
# of both halves, it is faster to fill them all than to find what can be left out.
LOOKED_UP, CELLS = 4096, 100_000
# Compiled, up to so many tables are listed sooner than halves are sorted.
LISTED = 200_000
# The key of a weight: the 43 highest bits of the double, which are in the order of the (positive)
# values, under the number of its group. What is left out of the 63 is a relative 2e-10.
KEY_BITS, LEFT_OUT = 43, 20
# Keys nearer than this may be of weights within the tolerance: 2e-7 is at most 1,718 of 2 ** 33.
NEAR = 2000


class ExactPValues(NamedTuple):
    """Two-sided p-value of the exact test and its mid-p companion."""

    p_value: float
    mid_p_value: float


def two_column_test(counts: np.ndarray, backend: str = "numpy") -> ExactPValues:
    """Return the exact p-values of counts with two columns, no row or column of them empty.

    What is below the smallest double, 2e-308, is given as that.

    Parameters
    ----------
    backend : str
        ``numpy`` or ``compiled``, the same numbers. To start compiled code takes as long as some
        thousand tables do without it, more than a cohort has.

    Raises
    ------
    TooManyWaysError
        If the halves of the table can be filled in too many ways to list them.
    """
    cells = counts.tolist()
    first, second = sum(row[0] for row in cells), sum(row[1] for row in cells)
    n, (column, m) = first + second, (0, first) if first <= second else (1, second)
    rows = sorted((row[0] + row[1], row[column]) for row in cells)
    sizes, found = [size for size, _ in rows], [x for _, x in rows]
    ways = math.prod(min(size, m) + 1 for size in sizes[:-1])
    listed = is_compiled(backend) and n < LOOKED_UP and ways <= LISTED
    sums = (_sums_by_listing if listed else _sums_by_sorting)(sizes, found, n)
    of_all = math.exp(RAISED + _log_weight_of_all(m, n))
    p_value = min(sums.up_to / of_all, 1.0)
    mid_p_value = min((sums.up_to + sums.below) / of_all / 2, p_value)
    return ExactPValues(*(max(p, sys.float_info.min) for p in (p_value, mid_p_value)))


def _sums_by_sorting(sizes: list[int], found: list[int], n: int) -> Sums:
    """Return the sums of the weights from sorted halves, in the way that suits the size."""
    m = sum(found)
    keyed, needed = _keyed_row([min(size, m) + 1 for size in sizes], m)
    if n < LOOKED_UP and needed <= CELLS:
        return _sums_by_keys(sizes, found, n, keyed)
    return (_sums_of_two_rows if len(sizes) == 2 else sums_by_halves)(sizes, found, n)


def _keyed_row(widths: list[int], m: int) -> tuple[int, int]:
    """Return the row to combine with the last one, and how many array cells that needs.

    To look a way up takes twice as long as to sort one.
    """
    ways = math.prod(widths[:-1])
    needed = [(m + 1) * width + 2 * ways // width for width in widths[:-1]]
    return needed.index(min(needed)), min(needed)


def _sums_by_listing(sizes: list[int], found: list[int], n: int) -> Sums:
    """Return the sums of the weights of all tables, by compiled code."""
    from study.statistics.compiled_tables import list_tables

    m = sum(found)
    weights = _weights(sizes, m, n)
    observed = math.prod([float(weights[row, x]) for row, x in enumerate(found)])
    limits = observed * (1 + TIE), observed * (1 - TIE)
    return Sums(*list_tables(weights, np.array(sizes), m, *limits))


def _sums_by_keys(sizes: list[int], found: list[int], n: int, keyed: int) -> Sums:
    """Return the sums of the weights from arrays of all the ways to fill either half."""
    m, last = sum(found), len(sizes) - 1
    weights = _weights(sizes, m, n)
    observed = math.prod([float(weights[row, x]) for row, x in enumerate(found)])
    if not observed:  # all the tables up to it are beyond the range of a double
        return Sums(0.0, 0.0)
    keys, summed = _sorted_half(weights[last], weights[keyed, : min(sizes[keyed], m) + 1])
    numbers = np.arange(m + 1)
    others, left = np.ones(1), numbers[m:]
    for row in range(last):
        if row != keyed:
            within = min(sizes[row], m) + 1
            others = (others[:, None] * weights[row, :within]).ravel()
            left = (left[:, None] - numbers[:within]).ravel()

    def look_up(
        limit: float, others: np.ndarray, left: np.ndarray, side: Literal["left", "right"]
    ) -> Any:
        sought = (limit / others).view(np.int64) >> LEFT_OUT
        sought += left << KEY_BITS
        return sought, keys.searchsorted(sought, side) - 1

    # A way of weight 0, by underflow, has everything below the limit, and adds nothing.
    with np.errstate(divide="ignore", over="ignore"):
        sought, before = look_up(observed * (1 + TIE), others, left, "right")
        up_to = others @ summed.take(before + left, mode="clip")
        # Only where a weight stands just below the limit can there be any as probable.
        near = np.flatnonzero(keys.take(before) >= sought - NEAR)
        others, left, before = others[near], left[near], before[near]
        _, lower = look_up(observed * (1 - TIE), others, left, "left")
    ties = summed.take(before + left, mode="clip") - summed.take(lower + left, mode="clip")
    return Sums(float(up_to), float(up_to - others @ ties))


def _sorted_half(last: np.ndarray, keyed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ways to fill two rows: their keys in ascending order, and the sums so far.

    Group s of the ways has s patients: x in the keyed row and s - x in the last. Of a group's
    sums the first is 0. A key below all others stands first.
    """
    groups, width = last.size, keyed.size
    padded = np.zeros(2 * groups - 1)
    padded[groups - 1 :] = last
    shifted = np.ndarray((groups, width), float, padded, 8 * (groups - 1), (8, -8))
    ways = shifted * keyed
    ways.sort(axis=1)
    summed = np.zeros((groups, width + 1))
    np.add.accumulate(ways, axis=1, out=summed[:, 1:])
    keys = np.empty(groups * width + 1, np.int64)
    keys[0] = np.iinfo(np.int64).min
    by_group = keys[1:].reshape(groups, width)
    np.right_shift(ways.view(np.int64), LEFT_OUT, out=by_group)
    by_group += (np.arange(groups) << KEY_BITS)[:, None]
    return keys, summed


def _weights(sizes: list[int], m: int, n: int) -> np.ndarray:
    """Return the raised binomial probabilities, rows of the table by 0 … m patients."""
    zero, logs = log_factorials_or_inf(n.bit_length())
    odds, rest, raised = math.log(m / (n - m)), math.log1p(-m / n), RAISED / len(sizes)
    own = np.array([[math.lgamma(size + 1) + size * rest + raised] for size in sizes])
    x, size = np.arange(m + 1), np.array(sizes)[:, None]
    return np.exp(own + (x * odds - logs[zero : zero + m + 1]) - logs[size + (zero - x)])


def _log_weight_of_all(m: int, n: int) -> float:
    if n >= LOOKED_UP:
        return float(log_binomial(n, np.array([m]), m / n)[0])
    choices = math.lgamma(n + 1) - math.lgamma(m + 1) - math.lgamma(n - m + 1)
    return choices + m * math.log(m / n) + (n - m) * math.log1p(-m / n)


def _sums_of_two_rows(sizes: list[int], found: list[int], n: int) -> Sums:
    """Return the sums of the weights of tables that the count of one row determines."""
    m, share = sum(found), sum(found) / n
    floor = log_floor_of(log_weight(sizes, found, share), m, 2)
    numbers = relevant_numbers(sizes[0], m, share, floor)
    numbers = numbers[numbers >= m - sizes[1]]
    logs = log_binomial(sizes[0], numbers, share) + log_binomial(sizes[1], m - numbers, share)
    weights = np.exp(logs + RAISED)
    return sums_of(weights, float(weights[found[0] - numbers[0]]))
