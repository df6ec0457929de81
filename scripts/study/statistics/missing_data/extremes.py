"""Best and worst case: what the unknown could at most make of a crude odds ratio."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from study.statistics.missing_data.completed import EVENT

NO_EVENT = "no"
LARGEST, SMALLEST = "largest", "smallest"


@dataclass(frozen=True)
class Extreme:
    """A cohort whose unknown outcomes and exposures are set to an extreme.

    Attributes
    ----------
    frame : DataFrame
        The cohort, all patients in their order, nothing unknown in the two columns.
    assigned : DataFrame
        ``unknown`` (``outcome``, ``exposure``, ``both``), ``exposure``, ``outcome`` (what the
        patients then have), ``n``; a row also for what nobody was assigned.
    """

    frame: pd.DataFrame
    assigned: pd.DataFrame


def assign_extremes(
    frame: pd.DataFrame,
    outcome: str,
    exposure: str,
    positive: str,
    direction: str,
    negative: str = "negative",
) -> Extreme:
    """Return the cohort with unknown values set so that the crude odds ratio is extreme.

    For the ``largest``, the positive have the outcome and the negative have not, and the other
    way about; patients of whom neither is known are divided between these two cells so that
    their product is as large as can be. For the ``smallest`` the outcomes are exchanged. No
    other assignment gives a more extreme crude odds ratio; an adjusted one may be more extreme
    under another. Of whom neither is known, ``patient_id``, or position, decides.

    Parameters
    ----------
    frame : DataFrame
        `outcome` is ``yes`` or ``no``, `exposure` `positive` or `negative`, NaN unknown.

    Raises
    ------
    ValueError
        For other levels or another direction.
    """
    if direction not in (LARGEST, SMALLEST):
        raise ValueError(f"direction is '{LARGEST}' or '{SMALLEST}', not {direction!r}")
    _refuse_others(frame[outcome], (EVENT, NO_EVENT))
    _refuse_others(frame[exposure], (positive, negative))
    with_event, without = (positive, negative) if direction == LARGEST else (negative, positive)
    outcomes, exposures = _assign(frame, outcome, exposure, with_event, without)
    no_outcome, no_exposure = frame[outcome].isna(), frame[exposure].isna()
    kinds = np.select(
        [no_outcome & no_exposure, no_outcome, no_exposure], ["both", "outcome", "exposure"], ""
    )
    assigned = _tabulate(kinds, exposures, outcomes, (positive, negative))
    return Extreme(frame.assign(**{outcome: outcomes, exposure: exposures}), assigned)


def _assign(
    frame: pd.DataFrame, outcome: str, exposure: str, with_event: str, without: str
) -> tuple[pd.Series, pd.Series]:
    """Return completed outcomes and exposures: `with_event` is to go with the outcome."""
    event_of = {with_event: EVENT, without: NO_EVENT}
    level_of = {EVENT: with_event, NO_EVENT: without}
    outcomes = frame[outcome].where(frame[outcome].notna(), frame[exposure].map(event_of))
    exposures = frame[exposure].where(frame[exposure].notna(), frame[outcome].map(level_of))
    both = _in_order(frame, (outcomes.isna() & exposures.isna()).to_numpy())
    first, second = (_count(exposures, outcomes, *cell) for cell in event_of.items())
    share = _divide(first, second, len(both))
    exposures.iloc[both] = [with_event] * share + [without] * (len(both) - share)
    outcomes.iloc[both] = [EVENT] * share + [NO_EVENT] * (len(both) - share)
    return outcomes, exposures


def _divide(first: int, second: int, n: int) -> int:
    """Return how many of n to add to `first`, the rest to `second`, for the largest product."""
    return min(max((second + n - first) // 2, 0), n)


def _count(exposures: pd.Series, outcomes: pd.Series, level: str, event: str) -> int:
    return int((exposures.eq(level) & outcomes.eq(event)).sum())


def _in_order(frame: pd.DataFrame, chosen: np.ndarray) -> np.ndarray:
    positions = np.flatnonzero(chosen)
    if "patient_id" not in frame:
        return positions
    identities = frame["patient_id"].to_numpy(dtype=str)[positions]
    return np.asarray(positions[np.argsort(identities, kind="stable")])


def _refuse_others(values: pd.Series, levels: Sequence[str]) -> None:
    others = sorted(set(values.dropna().unique()) - set(levels))
    if others:
        raise ValueError(f"'{values.name}' is one of {list(levels)} or missing, not {others}")


def _tabulate(
    kinds: np.ndarray, exposures: pd.Series, outcomes: pd.Series, levels: Sequence[str]
) -> pd.DataFrame:
    rows = [
        {
            "unknown": kind,
            "exposure": level,
            "outcome": event,
            "n": _count(exposures[kinds == kind], outcomes[kinds == kind], level, event),
        }
        for kind, level, event in product(
            ("outcome", "exposure", "both"), levels, (EVENT, NO_EVENT)
        )
    ]
    return pd.DataFrame(rows)
