"""The results of a sensitivity analysis, put together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from study.sensitivity.decisions import universe_alone
from study.sensitivity.universes import PRIMARY, Dimensions, OnlyAlone


@dataclass(frozen=True)
class Sensitivity:
    """What a sensitivity analysis found.

    Attributes
    ----------
    followed : DataFrame
        One row per universe, as `follow_exposure` gives it.
    bound : Series of bool
        Per row of `followed`, whether it is a bound.
    terms : sequence of str
        Variables of the primary model.
    dimensions, only_alone : mapping
        What each option changes, and which options bound the result, as configured.
    origin : mapping
        ``file``, ``seed`` and ``imputations`` of the configuration.
    decisions, joint, influence, tipping, robustness : DataFrame
        As in schemas/sensitivity.py.
    """

    followed: pd.DataFrame
    bound: pd.Series
    terms: Sequence[str]
    dimensions: Dimensions
    only_alone: OnlyAlone
    origin: Mapping[str, object]
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
    def bounds(self) -> pd.DataFrame:
        """The universes that bound the result."""
        return self.followed[self.bound]

    @property
    def bound_options(self) -> dict[str, tuple[str, str]]:
        """By universe the dimension and the option that make it a bound."""
        return {
            str(row["universe"]): (dimension, str(row[dimension]))
            for _, row in self.bounds.iterrows()
            for dimension, options in self.only_alone.items()
            if dimension in row and row[dimension] in options
        }

    @property
    def analyses(self) -> pd.DataFrame:
        """The universes but for the bounds."""
        return self.followed[~self.bound]

    @property
    def comparable(self) -> pd.DataFrame:
        """The analyses whose odds ratio compares the women that the primary's compares."""
        own = self.analyses
        return own[own["log_odds"].notna() & own["same_contrast"]]

    @property
    def values(self) -> dict[str, float]:
        """The single numbers by name; a tipping point may have several and is not among them."""
        own = self.robustness[~self.robustness["measure"].str.startswith("tipping_")]
        return dict(zip(own["measure"], own["value"], strict=True))

    def alone(self, dimension: str, option: str) -> pd.Series:
        """Return the universe in which the option is changed alone."""
        options = {
            str(name): own["option"].tolist()
            for name, own in self.decisions.groupby("dimension", sort=False)
        }
        return universe_alone(self.followed, self.primary, options, dimension, option)
