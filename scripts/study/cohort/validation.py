"""From the raw rows to the validated cohort, and everything that is wrong with them."""

import datetime as dt

import pandas as pd
import pandera.errors

from schemas.cohort import validated_cohort
from study.cohort.codebook import apply_codebook
from study.cohort.cohort_file import Cohort
from study.cohort.columns import resolve_columns
from study.cohort.consistency import contradictions
from study.cohort.plausibility import kept_as_fractions, missing_by_outcome, oddities
from study.cohort.source import Finding, Source
from study.problems import Problem

_NOTE_REMEDIES = {
    "formula_without_value": "Open the workbook in Excel, let it calculate, and save it.",
    "excel_error": "Correct the formula or the cell.",
    "merged_cell": "Unmerge the cells and write the value into each: only the first has it.",
}


def validate(
    raw: pd.DataFrame, columns: pd.DataFrame, notes: pd.DataFrame, cohort: Cohort, today: dt.date
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the validated cohort and every problem, errors first.

    The cohort is fit for use only where no problem has the severity ``error``.

    Parameters
    ----------
    raw, columns, notes : pandas.DataFrame
        What `study.cohort.workbook.read_workbook` returns.
    """
    letters, problems = resolve_columns(columns, cohort.codebook)
    problems += _note_problems(notes, Source(raw, letters), cohort)
    broken = notes[notes["kind"].eq("excel_error")]
    source = Source(_without_cells(raw, broken), letters)
    frame, unreadable = apply_codebook(source, cohort)
    problems += unreadable + _schema_problems(frame, source, today)
    problems += kept_as_fractions(frame, source, cohort)
    for finding in contradictions(frame) + oddities(frame, source):
        problems += source.problems(finding)
    if "microcalcifications_recorded" in letters:
        problems += missing_by_outcome(frame, source)
    return frame, sorted(problems, key=lambda problem: problem.severity)


def _without_cells(raw: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with these cells empty, so that they are not complained of twice."""
    emptied = raw.copy()
    for row, letter in zip(cells["row"], cells["letter"], strict=True):
        emptied.loc[emptied["row"].eq(row), letter] = None
    return emptied


def _note_problems(notes: pd.DataFrame, source: Source, cohort: Cohort) -> list[Problem]:
    fields_of: dict[str, list[str]] = {}
    for name, letter in source.letters.items():
        fields_of.setdefault(letter, []).append(name)
    problems = []
    for note in notes.itertuples():
        place = f"{note.sheet}!{note.letter}{note.row or ''}".removesuffix("!")
        for name in fields_of.get(note.letter, []) if note.kind in _NOTE_REMEDIES else []:
            problems.append(Problem(place, name, "", note.text, _NOTE_REMEDIES[note.kind]))
        if note.kind == "ragged_row":
            problems.append(Problem(place, "", "", note.text, "Correct the row."))
        elif note.kind == "file" or (note.kind == "hidden_column" and note.letter in fields_of):
            problems.append(Problem(place, "", "", note.text, "", "warning"))
    hidden = notes.loc[notes["kind"].eq("hidden_row"), "row"].tolist()
    if hidden:
        listed = ", ".join(map(str, hidden[:20])) + (" …" if len(hidden) > 20 else "")
        rule = f"{len(hidden)} hidden rows are read like the others: {listed}."
        remedy = "Delete them from the workbook if they do not belong to the study."
        problems.append(Problem(str(notes["sheet"].iloc[0]), "", "", rule, remedy, "warning"))
    return problems


def _schema_problems(frame: pd.DataFrame, source: Source, today: dt.date) -> list[Problem]:
    """Return the failures of the pandera schema in words, by cell."""
    try:
        validated_cohort(today).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        failures = error.failure_cases
    else:
        return []
    problems = []
    words = {
        "field_uniqueness": ("stands in several rows.", "Keep one row for each patient."),
        "not_nullable": ("is missing.", "Write the patient's identifier, or delete the row."),
    }
    for (name, check), failing in failures.groupby(["column", "check"], sort=False):
        if name not in source.letters:
            continue
        rule, remedy = words.get(
            str(check), (str(check), f"Correct the cell, or the codebook's entry {name}.")
        )
        rows = pd.Series(frame.index.isin(failing["index"]), index=frame.index)
        problems += source.problems(Finding(rows, str(name), rule, remedy))
    return problems
