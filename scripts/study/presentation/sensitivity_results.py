"""The results of a sensitivity analysis, put together."""

from dataclasses import dataclass

import pandas as pd

from study.sensitivity.universes import PRIMARY


@dataclass(frozen=True)
class Sensitivity:
    """What a sensitivity analysis found.

    Attributes
    ----------
    followed : DataFrame
        One row per universe, as `follow_exposure` gives it.
    bound : Series of bool
        Per row of `followed`, whether it is a bound.
    decisions, joint, influence, tipping, robustness : DataFrame
        As in schemas/sensitivity.py.
    """

    followed: pd.DataFrame
    bound: pd.Series
    decisions: pd.DataFrame
    joint: pd.DataFrame
    influence: pd.DataFrame
    tipping: pd.DataFrame
    robustness: pd.DataFrame

    @property
    def primary(self) -> pd.Series:
        """The universe of the primary analysis."""
        return self.followed[self.followed["universe"].eq(PRIMARY)].iloc[0]

    @property
    def analyses(self) -> pd.DataFrame:
        """The universes but for the bounds."""
        return self.followed[~self.bound]

    @property
    def values(self) -> dict[str, float]:
        """The single numbers by name; a tipping point may have several and is not among them."""
        own = self.robustness[~self.robustness["measure"].str.startswith("tipping_")]
        return dict(zip(own["measure"], own["value"], strict=True))
