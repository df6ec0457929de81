"""What a row stands for: one patient, or in a registry all patients who are alike.

A frame of a registry has a column `patients`, which counts them, in the place of `patient_id`.
"""

import pandas as pd

from study.problems import StudyError

PATIENTS = "patients"


def is_counted(frame: pd.DataFrame) -> bool:
    """Return whether the rows count patients instead of naming one each."""
    return PATIENTS in frame.columns


def require_listed(frame: pd.DataFrame, step: str) -> None:
    """Raise a StudyError for a registry: the step takes a row for one patient."""
    if is_counted(frame):
        raise StudyError(
            f"This cohort is a registry: its patients are counted and not listed, and {step} needs "
            "a row for each. Draw a sample of some thousand women from it and give that as a "
            "cohort of its own, without `registry: true`."
        )


def unit(frame: pd.DataFrame) -> pd.Series:
    """Return the column that says who a row is: `patient_id`, or `patients`."""
    return frame[PATIENTS if is_counted(frame) else "patient_id"]


def patients(frame: pd.DataFrame) -> pd.Series:
    """Return how many patients each row stands for."""
    if is_counted(frame):
        return frame[PATIENTS]
    return pd.Series(1, frame.index, name=PATIENTS)


def count_patients(frame: pd.DataFrame, where: pd.Series | None = None) -> int:
    """Return how many patients the rows stand for, or those for which `where` is True."""
    counts = patients(frame)
    return int(counts.sum() if where is None else counts[where].sum())


def tally(frame: pd.DataFrame, sort: bool = True) -> pd.DataFrame:
    """Return one row per combination with its patients; a frame of patients as it is.

    Combinations are sorted, or stand in the order of their first row.
    """
    if not is_counted(frame):
        return frame
    others = [name for name in frame.columns if name != PATIENTS]
    groups = frame.groupby(others, dropna=False, sort=sort, observed=True)
    counted = groups[PATIENTS].sum().reset_index()
    return counted[[PATIENTS, *others]].astype(frame.dtypes[[PATIENTS, *others]].to_dict())
