"""From the raw rows to the validated cohort, and everything that is wrong with them."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pandera.errors

from schemas.cohort import validated_cohort
from study.cohort.codebook import apply_codebook
from study.cohort.cohort_file import Cohort
from study.cohort.columns import name_title_row, resolve_columns
from study.cohort.consistency import contradictions
from study.cohort.plausibility import kept_as_fractions, missing_by_outcome, oddities
from study.cohort.source import Finding, Source
from study.cohort.units import is_counted
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
        What `study.cohort.workbook.read_workbook` returns, or of a registry
        `study.cohort.registry.group_rows`: problems are then told by column and text.
    """
    listing = f"results/{cohort.name}/cohort/columns.csv"
    codebook = {
        n: e for n, e in cohort.codebook.items() if n != "patient_id" or not is_counted(raw)
    }
    letters, problems = resolve_columns(columns, codebook, listing)
    if not is_counted(raw):
        problems = name_title_row(problems, raw, codebook, cohort.workbook.header_rows)
    headers = dict(zip(columns["letter"], columns["header"], strict=True))
    problems += _note_problems(notes, Source(raw, letters), cohort)
    broken = notes[notes["kind"].eq("excel_error")]
    source = Source(_without_cells(raw, broken), letters, headers)
    frame, unreadable = apply_codebook(source, cohort)
    problems += unreadable + _schema_problems(frame, source, today)
    # From here on numbers are looked at that, in a registry, stand for a group of them.
    source = replace(source, exact=not is_counted(raw))
    problems += kept_as_fractions(frame, source, cohort)
    refused = {problem.address for problem in problems if problem.severity == "error"}
    for finding in contradictions(frame) + oddities(frame, source):
        problems += source.problems(_without_refused(finding, source, refused))
    unsure = {problem.field for problem in problems if problem.severity == "error"}
    readable = {name: letter for name, letter in letters.items() if name not in unsure}
    if "microcalcifications_recorded" in readable:
        problems += missing_by_outcome(frame, replace(source, letters=readable))
    return frame, sorted(problems, key=lambda problem: problem.severity)


def _without_refused(finding: Finding, source: Source, refused: set[str]) -> Finding:
    """Return a finding without the rows whose absent cell is there, but could not be read."""
    if not finding.absent:
        return finding
    return replace(finding, rows=finding.rows & ~source.addresses(finding.absent).isin(refused))


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
        rule = f"Rows that are hidden are read like the others: {listed}."
        remedy = "Delete them from the workbook if they do not belong to the study."
        problems.append(Problem(str(notes["sheet"].iloc[0]), "", "", rule, remedy, "warning"))
    return problems


def _schema_problems(frame: pd.DataFrame, source: Source, today: dt.date) -> list[Problem]:
    """Return the failures of the pandera schema in words, by cell."""
    try:
        validated_cohort(today, is_counted(frame)).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        failures = error.failure_cases
    else:
        return []
    problems = [] if is_counted(frame) else _repeated_patients(frame, source)
    words = {"not_nullable": ("is missing.", "Write the identifier, or delete the row.")}
    for (name, check), failing in failures.groupby(["column", "check"], sort=False):
        if name not in source.letters or check == "field_uniqueness":
            continue
        rule, remedy = words.get(
            str(check), (str(check), f"Correct the cell, or the codebook's entry {name}.")
        )
        rows = pd.Series(frame.index.isin(failing["index"]), index=frame.index)
        problems += source.problems(Finding(rows, str(name), rule, remedy))
    return problems


def _repeated_patients(frame: pd.DataFrame, source: Source) -> list[Problem]:
    """Return a problem for each cell of an identifier that stands in several rows.

    The message names the rows, never the identifier.
    """
    problems = []
    for rows in frame.groupby("patient_id", sort=False).groups.values():
        if len(rows) > 1:
            listed = ", ".join(map(str, frame.loc[rows, "row"]))
            rule = f"stands in several rows: {listed}."
            mask = pd.Series(frame.index.isin(rows), index=frame.index)
            remedy = "Keep one row for each patient."
            problems += source.problems(Finding(mask, "patient_id", rule, remedy))
    return problems
