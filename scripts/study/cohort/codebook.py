"""The codebook applied: text columns of the workbook become typed canonical fields."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from schemas.dictionary import MISSING, Field, fields
from study.cohort.cohort_file import Cohort, Entry
from study.cohort.source import Finding, Source
from study.cohort.units import PATIENTS, count_patients, is_counted
from study.cohort.values import read_date, read_number
from study.cohort.vocabulary import Reading, Vocabulary, vocabulary
from study.problems import Problem


def apply_codebook(source: Source, cohort: Cohort) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the typed cohort and a problem for every cell that could not be read.

    Returns
    -------
    pandas.DataFrame
        `sheet`, `row` and every field of the dictionary on the index of the raw rows;
        a field that the workbook lacks, or a cell that could not be read, is missing. Of a
        registry, `patients` in the place of `patient_id`.
    list of Problem
    """
    place = ["sheet", "row", *([PATIENTS] if is_counted(source.raw) else [])]
    columns: dict[str, pd.Series] = {name: source.raw[name] for name in place}
    problems: list[Problem] = []
    for name, field in fields().items():
        if name == "patient_id" and is_counted(source.raw):
            continue
        if name in source.letters:
            columns[name], found = _read_column(source, field, cohort.codebook[name])
            problems += found
        else:
            columns[name] = _typed([None] * len(source.raw), field, source.raw.index)
    return pd.DataFrame(columns), problems


def _read_column(source: Source, field: Field, entry: Entry) -> tuple[pd.Series, list[Problem]]:
    texts = source.raw[source.letters[field.name]].fillna("")
    known = vocabulary(field, entry)
    readings = {text: read_text(text, field, entry, known) for text in texts.unique()}
    column = _typed([readings[text].value for text in texts], field, texts.index)
    problems = []
    for text, reading in readings.items():
        if reading.rule:
            finding = Finding(texts == text, field.name, reading.rule, reading.remedy)
            problems += source.problems(finding)
    return column, problems + _remarks(source, field, texts, readings)


def read_text(text: str, field: Field, entry: Entry, known: Vocabulary) -> Reading:
    """Return what the text of a cell means; `known` is the field's `vocabulary`."""
    if not text.strip():
        return Reading(entry.blank if field.kind == "category" else None)
    if field.kind == "text":
        trimmed = text.strip()
        return Reading(trimmed, remark="surrounding spaces" if trimmed != text else "")
    if field.kind == "category":
        return known.read(text, field.name)
    if text.strip() not in entry.numbers and known.read(text, field.name).value in MISSING:
        return Reading(None)
    if field.kind == "number":
        return read_number(text, field, entry)
    return read_date(text, field, entry.dates)


def _typed(values: list, field: Field, index: pd.Index) -> pd.Series:
    if field.kind == "number":
        numbers = [np.nan if value is None else value for value in values]
        return pd.Series(numbers, index=index, dtype="float64")
    if field.kind == "date":
        return pd.Series(values, index=index, dtype="object").astype("datetime64[ns]")
    empty = "unknown" if field.kind == "category" else None
    return pd.Series([v or empty for v in values], index=index, dtype="str")


def _remarks(
    source: Source, field: Field, texts: pd.Series, readings: Mapping[str, Reading]
) -> list[Problem]:
    """Return one warning for the column and each kind of generosity, with the cells."""
    problems = []
    for remark in sorted({reading.remark for reading in readings.values()} - {""}):
        generous = [text for text, reading in readings.items() if reading.remark == remark]
        rows = texts.index[texts.isin(generous)]
        rule = f"was read in spite of {remark} in: {_places(source, field, rows)}."
        remedy = "Correct the cells, or check that the reading is right."
        place = source.column(field.name)
        problems.append(Problem(place, field.name, "", rule, remedy, "warning"))
    return problems


def _places(source: Source, field: Field, rows: pd.Index) -> str:
    if is_counted(source.raw):
        return f"{count_patients(source.raw.loc[rows])} rows"
    cells = ", ".join(source.address(field.name, row) for row in rows[:10])
    return f"{cells} and {len(rows) - 10} more" if len(rows) > 10 else cells
