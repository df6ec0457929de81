"""The weights of all tables with two columns, compiled: every table is looked at."""

import numpy as np
from numba import njit


# A sum may be taken in any order, and so by vector instructions: the terms are positive.
@njit(cache=True, error_model="numpy", fastmath={"reassoc"})
def list_tables(
    weights: np.ndarray, sizes: np.ndarray, m: int, highest: float, lower: float
) -> tuple[float, float]:
    """Return the sums of the weights up to `highest` and up to `lower`.

    Parameters
    ----------
    weights : ndarray, (rows, m + 1)
        Of 0 … m patients of a row in the column.
    sizes : ndarray
        Patients per row. All rows but two are counted through; the last but one runs through what
        is left, and the last takes the rest.
    """
    inner, last = len(sizes) - 2, len(sizes) - 1
    taken = np.zeros(inner + 1, np.int64)
    turned = weights[last, ::-1].copy()  # the last row by what it does not take
    up_to, below = 0.0, 0.0
    while taken[inner] == 0:
        left, head = m, 1.0
        for row in range(inner):
            left -= taken[row]
            head *= weights[row, taken[row]]
        first = max(0, left - sizes[last])
        own = weights[inner, first : min(sizes[inner], left) + 1]
        rest = turned[m - left + first : m - left + first + len(own)]
        for x in range(len(own)):
            weight = head * own[x] * rest[x]
            up_to += weight if weight <= highest else 0.0
            below += weight if weight <= lower else 0.0
        row = 0
        while row < inner and (taken[row] == sizes[row] or left == 0):
            left += taken[row]
            taken[row] = 0
            row += 1
        taken[row] += 1
    return up_to, below
