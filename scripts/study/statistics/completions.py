"""The most and the least probable way to complete a table of which some rows are filled.

These are the longest and the shortest path in the network of Mehta and Patel 1983, JASA 78:427.
A row is given by the log weights of its 0, 1, … patients, no more than are left; they are concave.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# R's relative tolerance for "no more probable than the observed table".
TIE = 1e-7
# The least probable completion is at one of 2 ** rows corners; not sought for more rows.
ROWS_WITH_CORNERS = 12


@dataclass(frozen=True)
class Completions:
    """What the rows still to fill can make of a table, by the 0 … m patients left for them.

    Attributes
    ----------
    below, above : float
        Weights that a table is surely less, or more, probable than the observed one beyond.
    most, least : np.ndarray
        Weights of the most and of the least probable completion.
    """

    below: float
    above: float
    most: np.ndarray
    least: np.ndarray

    def surely_below(self, weights: np.ndarray, left: np.ndarray | int) -> np.ndarray:
        """Return which ways are in no table as probable as the observed one."""
        return np.asarray(weights * self.most[left] < self.below)

    def surely_above(self, weights: np.ndarray, left: np.ndarray | int) -> np.ndarray:
        """Return which ways are in no table as improbable as the observed one."""
        return np.asarray(weights * self.least[left] > self.above)


def completions_by(rows: Sequence[np.ndarray], m: int, observed: float) -> Completions:
    """Return what `rows` can make of a table that is compared with the observed weight."""
    below, above = observed * (1 - TIE), observed * (1 + TIE)
    most, least = np.exp(most_probable(rows, m)), np.exp(least_probable(rows, m))
    return Completions(below, above, most, least)


def most_probable(rows: Sequence[np.ndarray], m: int) -> np.ndarray:
    """Return the highest log weight of rows that 0 … m patients are left for.

    The log weights of a row are concave, so that every patient goes where most is gained.
    """
    gains = -np.sort(-np.concatenate([np.diff(logs) for logs in rows]))[:m]
    highest = np.full(m + 1, -np.inf)
    highest[: gains.size + 1] = np.cumsum(np.append(sum(logs[0] for logs in rows), gains))
    return highest


def least_probable(rows: Sequence[np.ndarray], m: int) -> np.ndarray:
    """Return the lowest log weight of rows that 0 … m patients are left for.

    It is at a corner: all rows but one are empty or full. Infinite where nothing fits.
    """
    if len(rows) > ROWS_WITH_CORNERS:
        return np.full(m + 1, -np.inf)
    lowest, corners = np.full(m + 1, np.inf), {0: 0.0}
    for logs in rows:
        full = logs.size - 1
        extended = lowest + logs[0]
        extended[full:] = np.minimum(extended[full:], lowest[: m + 1 - full] + logs[full])
        for taken, log in corners.items():
            part = extended[taken : taken + full + 1]
            np.minimum(part, log + logs[: part.size], out=part)
        both = [(taken + x, log + logs[x]) for taken, log in corners.items() for x in (0, full)]
        corners = {}
        for taken, log in both:
            if taken <= m:
                corners[taken] = min(log, corners.get(taken, np.inf))
        lowest = extended
    return lowest
