"""A line of the trace in words: what was seen, what was recorded, and what is remarkable."""

import pandas as pd

from schemas.flags import SEPARATOR, flags
from study.presentation.fact_words import NOT_KNOWN, RECORDED, label_of, level_of, within

_BETWEEN_INPUTS = "; "


def findings_in_words(trace_row: pd.Series) -> str:
    """Return the findings of a decision: ``HER2 IHC 2+, HER2 ISH not done``; empty without any."""
    inputs = _inputs_of(trace_row)
    return ", ".join(
        f"{within(label_of(name))} {level_of(name, value)}"
        for name, value in inputs.items()
        if not name.endswith(RECORDED)
    )


def recorded_in_words(trace_row: pd.Series) -> str:
    """Return what the workbook records beside the findings; empty where that is nothing."""
    inputs = _inputs_of(trace_row)
    told = [level_of(name, value) for name, value in inputs.items() if name.endswith(RECORDED)]
    return ", ".join(text for text in told if text != NOT_KNOWN)


def remarks(trace_row: pd.Series) -> list[str]:
    """Return the meaning of every flag.

    Raises
    ------
    KeyError
        If a flag has no words in ``schemas/flags.csv``: a defect of the software.
    """
    if pd.isna(trace_row["flags"]):
        return []
    return [flags()[flag] for flag in trace_row["flags"].split(SEPARATOR)]


def _inputs_of(trace_row: pd.Series) -> dict[str, str]:
    """Return what the decision saw, by name, as `study.biomarkers.decision` writes it."""
    parts = [part.partition("=") for part in trace_row["inputs"].split(_BETWEEN_INPUTS)]
    return {name: value for name, _, value in parts}
