"""Microcalcifications as the mammography report gives them."""

import pandas as pd

from study.biomarkers.lookup import name_missing
from study.problems import StudyError


def derive_microcalcifications(
    recorded: pd.Series, density: pd.Series, undescribed: str
) -> pd.Series:
    """Return microcalcifications as yes, no or unknown.

    Parameters
    ----------
    density : pandas.Series
        Derived density.
    undescribed : str
        How a report that does not mention them is read: ``absent``, ``unknown``, or
        ``unknown_where_density_missing`` (else absent).

    Raises
    ------
    StudyError
        If `undescribed` is none of these.
    """
    # ASSUME: a report that does not mention microcalcifications saw none (`absent`). On the Duke
    # cohort MC is 1 of 115 where density is missing too, against 42 of 156: a missing report there.
    every = pd.Series(True, recorded.index)
    silent_report_is_unknown = {
        "absent": ~every,
        "unknown": every,
        "unknown_where_density_missing": density.eq("unknown"),
    }
    if undescribed not in silent_report_is_unknown:
        known = ", ".join(silent_report_is_unknown)
        raise StudyError(
            f"undescribed_microcalcifications is '{undescribed}'. Allowed: {known}. "
            "Correct it in the configuration."
        )
    is_undescribed = recorded.eq("undescribed")
    is_unknown = silent_report_is_unknown[undescribed]
    found = name_missing(recorded, "unknown")
    found = found.mask(is_undescribed & is_unknown, "unknown")
    return found.mask(is_undescribed & ~is_unknown, "no")
