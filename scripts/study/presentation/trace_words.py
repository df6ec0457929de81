"""A line of the trace in words: what was seen, what was recorded, and what is remarkable."""

import pandas as pd

from schemas.flags import flags
from study.biomarkers.decision import SEPARATOR
from study.presentation.fact_words import NOT_KNOWN, RECORDED, label_of, level_of, within

_BETWEEN_INPUTS = "; "


def findings_in_words(trace_row: pd.Series) -> str:
    """Return the known findings of a decision: ``HER2 IHC 2+, HER2 ISH not done``, or nothing."""
    told = _in_words(trace_row, recorded=False)
    return ", ".join(f"{within(label_of(name))} {words}" for name, words in told.items())


def recorded_in_words(trace_row: pd.Series) -> str:
    """Return what the workbook records beside the findings, or nothing."""
    return ", ".join(_in_words(trace_row, recorded=True).values())


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


def _in_words(trace_row: pd.Series, *, recorded: bool) -> dict[str, str]:
    """Return the known inputs by name: those that are the fact as the workbook has it, or the rest.

    The inputs are those that `study.biomarkers.decision` writes.
    """
    parts = [part.partition("=") for part in trace_row["inputs"].split(_BETWEEN_INPUTS)]
    words = {
        name: level_of(name, value)
        for name, _, value in parts
        if recorded == (name.endswith(RECORDED) or name == trace_row["biomarker"])
    }
    return {name: said for name, said in words.items() if said != NOT_KNOWN}
