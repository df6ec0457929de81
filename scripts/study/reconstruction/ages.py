"""Ages and dates of women of whom only a few printed quantiles are known."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
import pandas as pd

from study.reconstruction.apportionment import scatter

DAYS_PER_YEAR = 365.25


def ages_by_rank(years_at_rank: Sequence[Mapping[str, float]]) -> np.ndarray:
    """Return the ages of all women, youngest first, evenly spaced between the given ranks."""
    ranks = [point["rank"] for point in years_at_rank]
    years = [point["years"] for point in years_at_rank]
    return np.interp(np.arange(1, ranks[-1] + 1), ranks, years)


def deal_ages(groups: Sequence[str], age_groups: Sequence[str], ages: np.ndarray) -> np.ndarray:
    """Give each woman an age of her age group, so that every group receives old and young alike.

    Parameters
    ----------
    groups : sequence of str
        Group of each woman, between which ages shall not differ.
    age_groups : sequence of str
        ``<=50`` or ``>50`` for each woman.
    ages : numpy.ndarray
        Ages in ascending order, one per woman.
    """
    strata: dict[tuple[str, str], list[int]] = {}
    for woman, stratum in enumerate(zip(age_groups, groups, strict=True)):
        strata.setdefault(stratum, []).append(woman)
    places = [
        (age_group == ">50", Fraction(2 * place + 1, 2 * len(women)), woman)
        for (age_group, _), women in strata.items()
        for woman, place in zip(women, scatter(len(women)), strict=True)
    ]
    dealt = np.empty(len(ages))
    dealt[[woman for *_, woman in sorted(places)]] = ages
    return dealt


def diagnosis_dates(n: int, start: str, end: str) -> pd.DatetimeIndex:
    """Return `n` dates in ascending order, evenly spaced from `start` to `end`."""
    first = pd.Timestamp(start)
    days = (pd.Timestamp(end) - first).days + 1
    after = [(2 * k + 1) * days // (2 * n) for k in range(n)]
    return first + pd.to_timedelta(after, unit="D")


def birth_dates(diagnoses: pd.Series, age_years: pd.Series) -> pd.Series:
    """Return the birth date of each woman; NaT where her age is missing."""
    return diagnoses - pd.to_timedelta((age_years * DAYS_PER_YEAR).round(), unit="D")
