"""What multiple imputation gives: the cohort, completed m times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

EVENT = "yes"
MISSING = -1


@dataclass(frozen=True)
class Completed:
    """A cohort of n patients whose missing values have been imputed m times.

    Attributes
    ----------
    frame : DataFrame
        The cohort as it was, in its own order.
    levels : dict of str to tuple of str, or None
        Per imputed or completely known variable of the imputation its levels in the order of the
        codes; None for a number.
    values : dict of str to ndarray, (m, n)
        Codes of the levels, -1 where missing; numbers as they are, NaN where missing.
    """

    frame: pd.DataFrame
    levels: Mapping[str, tuple[str, ...] | None]
    values: Mapping[str, np.ndarray]

    @property
    def imputations(self) -> int:
        """How many completed data sets there are."""
        return len(next(iter(self.values.values())))

    def was_missing(self, name: str) -> np.ndarray:
        """Return which patients have an imputed value of a variable, (n,)."""
        return self.frame[name].isna().to_numpy()

    def variable(
        self, name: str, vocabulary: Sequence[str] = ()
    ) -> tuple[np.ndarray, tuple[str, ...] | None]:
        """Return values as `values` has them, and levels, of any column of the cohort.

        A column that the imputation did not have is the same in every data set.
        """
        if name in self.values:
            return self.values[name], self.levels[name]
        own, levels = encode(self.frame[name], vocabulary)
        return np.broadcast_to(own, (self.imputations, len(own))), levels

    def long(self) -> pd.DataFrame:
        """Return all data sets below each other: column ``imputation`` (0 … m - 1), the cohort."""
        m, n = self.imputations, len(self.frame)
        stacked = self.frame.iloc[np.tile(np.arange(n), m)].reset_index(drop=True)
        decoded = {name: self._decode(name) for name in self.values}
        stacked = stacked.assign(**decoded)
        stacked.insert(0, "imputation", np.repeat(np.arange(m), n))
        return stacked

    def _decode(self, name: str) -> pd.Series:
        flat, levels = self.values[name].ravel(), self.levels[name]
        if levels is None:
            return pd.Series(flat)
        return pd.Series(pd.array(list(levels), dtype="str").take(flat, allow_fill=True))


def encode(
    values: pd.Series, vocabulary: Sequence[str] = ()
) -> tuple[np.ndarray, tuple[str, ...] | None]:
    """Return codes and the levels that patients have, in the vocabulary's order; or numbers.

    What the vocabulary lacks follows, sorted. A column without any value is a category.
    """
    if pd.api.types.is_numeric_dtype(values) and values.notna().any():
        return values.to_numpy(dtype=float, na_value=np.nan), None
    appearance, uniques = pd.factorize(values)
    present = list(uniques)
    ordered = [level for level in vocabulary if level in present]
    levels = (*ordered, *sorted(set(present) - set(ordered)))
    # The last place serves those without a value, whose code is -1.
    codes = np.array([*(levels.index(level) for level in present), MISSING], dtype=np.int64)
    return codes[appearance], levels


def delete_imputed(completed: Completed, name: str) -> Completed:
    """Return the data sets in which the imputed values of a variable are missing again.

    For the outcome this is multiple imputation, then deletion (von Hippel 2007, Sociological
    Methodology 37:83): imputed outcomes help to impute the other variables, but say nothing on
    the regression that the imputation model has not put there, and add noise.
    """
    # ASSUME: the imputation has no variable, beside those of the regression, that tells both the
    # outcome and whether it is missing. With one, deletion is biased and imputed outcomes have to
    # stay (Sullivan et al. 2015, Am J Epidemiol 182:528).
    empty = np.nan if completed.levels[name] is None else MISSING
    kept = np.where(completed.was_missing(name), empty, completed.values[name])
    return replace(completed, values={**completed.values, name: kept})
