"""Variables of an imputation as codes, and as predictors of one another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

# Half-distance of pseudo-patients from the mean, in standard deviations, as in mice.
PSEUDO_DISTANCE = 0.5


@dataclass(frozen=True)
class Variable:
    """A variable in the order of patients.

    Attributes
    ----------
    levels : tuple of str or None
        Those that patients have; None for a number.
    own : ndarray, (n,)
        Codes of the levels, -1 where missing; or numbers, NaN where missing.
    missing : ndarray of bool, (n,)
    """

    name: str
    levels: tuple[str, ...] | None
    own: np.ndarray
    missing: np.ndarray

    def columns(self, values: np.ndarray) -> np.ndarray:
        """Return values (m, k) as predictors (m, columns, k): indicators, or a standard score.

        A number that is the same in all patients is no predictor.
        """
        if self.levels is not None:
            return (values[:, None] == np.arange(1, len(self.levels))[:, None]).astype(float)
        spread = np.nanstd(self.own)
        if spread == 0:
            return np.empty((len(values), 0, values.shape[1]))
        return np.asarray((values[:, None] - np.nanmean(self.own)) / spread)


@dataclass(frozen=True)
class Predictors:
    """Predictors of n patients in m data sets, by the cells that patients share.

    Attributes
    ----------
    matrix : ndarray, (1, p, cells) or (m, p, n)
        The intercept first. The same for all data sets if every predictor has levels, and there
        are no more combinations of them than patients; else every patient is a cell.
    position : ndarray, (m, n)
        Cell of every patient.
    """

    matrix: np.ndarray
    position: np.ndarray

    def of(self, chosen: np.ndarray) -> "Predictors":
        """Return those of some patients (a mask)."""
        if len(self.matrix) == 1:
            return Predictors(self.matrix, self.position[:, chosen])
        rows = np.broadcast_to(np.arange(int(chosen.sum())), (len(self.matrix), int(chosen.sum())))
        return Predictors(self.matrix[:, :, chosen], rows)


def lay_out(others: Sequence[Variable], values: Mapping[str, np.ndarray], m: int) -> Predictors:
    """Return the predictors that other variables' `values`, (m, n) each, amount to."""
    n = len(next(iter(values.values()))[0])
    sizes = [0 if other.levels is None else len(other.levels) for other in others]
    if 0 < prod(sizes) <= n:
        position = np.zeros((m, n), dtype=np.int64)
        for other, size in zip(others, sizes, strict=True):
            position = position * size + values[other.name]
        grid = np.indices(sizes).reshape(len(sizes), 1, prod(sizes))
        parts = [other.columns(codes) for other, codes in zip(others, grid, strict=True)]
        return Predictors(np.concatenate([np.ones((1, 1, prod(sizes))), *parts], axis=1), position)
    parts = [other.columns(values[other.name]) for other in others]
    matrix = np.concatenate([np.ones((m, 1, n)), *parts], axis=1)
    return Predictors(matrix, np.broadcast_to(np.arange(n), (m, n)))


def pseudo_patients(others: Sequence[Variable]) -> np.ndarray:
    """Return the predictors (p, 2 (p - 1)) of pseudo-patients, two per predictor.

    They lie at the mean of every predictor, as observed, but for one of which they lie half a
    standard deviation on either side. Source: White, Daniel and Royston 2010, Computational
    Statistics and Data Analysis 54:2267, as in mice, which takes the mean over imputed values
    too, and keeps them within the range of the predictor.
    """
    observed = [other.columns(other.own[None, ~other.missing])[0] for other in others]
    mean = np.array([1.0, *(column.mean() for part in observed for column in part)])
    spread = np.array([column.std(ddof=1) for part in observed for column in part])
    rows = np.repeat(mean[:, None], 2 * len(spread), axis=1)
    for j, distance in enumerate(PSEUDO_DISTANCE * spread):
        rows[j + 1, 2 * j : 2 * j + 2] += (distance, -distance)
    return rows
