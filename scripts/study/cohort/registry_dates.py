"""Dates that stand for a group of women: they say what the group's dates say, and are nobody's."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from schemas.dictionary import fields
from study.cohort.consistency import DAYS_PER_YEAR
from study.cohort.registry_keys import AGE, BIRTH, ODD_DIAGNOSIS, PERIOD, STAND_INS

_DAY = dt.timedelta(days=1)
_UNREADABLE = "unreadable"


def stand_in_diagnosis(
    groups: pd.DataFrame, today: dt.date, study_period: Mapping[str, str] | None
) -> pd.Series:
    """Return a date of diagnosis per group, as text: before, within or after the study period."""
    limits = {key: dt.date.fromisoformat(day) for key, day in (study_period or {}).items()}
    start, end = limits.get("start"), limits.get("end")
    within = start or end or today
    days = {0: start and start - _DAY, 1: within, 2: end and end + _DAY}
    text = groups[PERIOD].map({code: str(day) for code, day in days.items() if day})
    return groups[ODD_DIAGNOSIS].where(groups[ODD_DIAGNOSIS].notna(), text).astype("str")


def stand_in_birth(groups: pd.DataFrame, diagnosis: pd.Series, today: dt.date) -> pd.Series:
    """Return a date of birth per group, as text, that makes the group's age at `diagnosis`."""
    first = dt.date.fromisoformat(fields()["birth_date"].minimum)
    illegal = {1: _UNREADABLE, 2: str(first - _DAY), 3: str(today + _DAY)}
    ages = groups[AGE] if AGE in groups else pd.Series(np.nan, groups.index)
    if ODD_DIAGNOSIS in groups:
        ages = ages.mask(groups[ODD_DIAGNOSIS].notna())
    rows = zip(groups[BIRTH], ages, diagnosis, strict=True)
    texts = [
        None if pd.isna(state) else illegal.get(int(state)) or _born(age, date, first)
        for state, age, date in rows
    ]
    return pd.Series(texts, groups.index, dtype="str")


def _born(age: float, diagnosis: str, first: dt.date) -> str:
    if pd.isna(age) or pd.isna(diagnosis):
        return str(first)
    days = round(STAND_INS[int(age)] * DAYS_PER_YEAR)
    return str(dt.date.fromisoformat(diagnosis[:10]) - dt.timedelta(days=days))
