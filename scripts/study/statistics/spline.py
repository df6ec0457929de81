"""Restricted cubic splines: a number whose effect may bend between the knots."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# Source: Harrell FE (2015). Regression modeling strategies, 2nd ed., table 2.3: where four knots
# stand, as shares of the patients.
SHARES = (0.05, 0.35, 0.65, 0.95)


@dataclass(frozen=True)
class Spline:
    """A restricted cubic spline, linear beyond its outer knots."""

    knots: tuple[float, ...]

    def basis(self, values: np.ndarray) -> np.ndarray:
        """Return the columns of the spline: the number itself, then one per inner knot.

        With k knots of shape (n, k - 1), in the units of `rms::rcs` of R: the bent columns are
        divided by the squared distance of the outer knots. NaN stays NaN.

        Source: Harrell FE (2015). Regression modeling strategies, 2nd ed., section 2.4.5.
        """
        *inner, before, last = self.knots
        cubes = {knot: np.maximum(values - knot, 0.0) ** 3 for knot in self.knots}
        bent = [
            cubes[knot]
            - cubes[before] * (last - knot) / (last - before)
            + cubes[last] * (before - knot) / (last - before)
            for knot in inner
        ]
        unit = (last - self.knots[0]) ** 2
        return np.column_stack([values, *(column / unit for column in bent)])


def place_knots(values: Sequence[float] | np.ndarray) -> Spline | None:
    """Return the spline of a variable with its knots at `SHARES`; None where two would coincide.

    NaN is left out.
    """
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    if not len(known):
        return None
    knots = np.quantile(known, SHARES)
    return Spline(tuple(map(float, knots))) if np.all(np.diff(knots) > 0) else None
