"""The patients in whom the recorded and the derived fact differ, each with the reason."""

import pandas as pd

from study.biomarkers.decision import RECORDED_RULE, UNDECIDED
from study.presentation.fact_words import level_of
from study.presentation.trace_words import findings_in_words, remarks


def list_discordant(disagreements: pd.DataFrame, trace: pd.DataFrame) -> pd.DataFrame:
    """Return the disagreements with a column `reason`, in words.

    Parameters
    ----------
    disagreements, trace : pandas.DataFrame
        As in `schemas/analysis.py`; the trace covers every disagreement.
    """
    reasons = disagreements.merge(
        trace,
        how="left",
        left_on=["patient_id", "fact"],
        right_on=["patient_id", "biomarker"],
        validate="one_to_one",
    ).apply(reason, axis="columns")
    words = reasons.to_list() if len(disagreements) else []
    return disagreements.assign(reason=pd.Series(words, disagreements.index, dtype="str"))


def reason(row: pd.Series) -> str:
    """Return what the findings say and why, and which source is used."""
    rule = row["rule"].removeprefix(RECORDED_RULE)
    said = "; ".join([rule, *remarks(row), which_is_used(row)])
    seen = findings_in_words(row)
    return f"{seen}: {said}" if seen else said


def which_is_used(row: pd.Series) -> str:
    """Return which source counts, or that a recorded value is not put in place of an open one."""
    if row["used"] == "derived" and row["derived"] in UNDECIDED:
        return f"the recorded value is not used, and the fact stays {level_of('', row['derived'])}"
    return f"the {row['used']} value is used"
