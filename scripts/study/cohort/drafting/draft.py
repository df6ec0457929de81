"""A first codebook of a workbook, in which every doubt is marked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from study.cohort.cohort_file import Entry
from study.cohort.columns import resolve_columns
from study.cohort.drafting.assignment import Assignment, Candidate, assign, candidates
from study.cohort.drafting.column import Column, sheet_columns
from study.cohort.drafting.layout import likely_language
from study.cohort.drafting.names import name_matches


@dataclass(frozen=True)
class DraftEntry:
    """The proposed entry of one field.

    Attributes
    ----------
    keys : mapping
        Keys of the codebook, the column first.
    doubts : tuple of str
        Why a person has to look at it; an entry without any is not marked.
    """

    field: str
    letter: str
    keys: Mapping[str, Any]
    doubts: tuple[str, ...]
    to_fill: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """What was guessed of a workbook.

    Attributes
    ----------
    general : mapping
        Keys of the file that hold for all columns: decimal, dates.
    undecided : list of Candidate
        Fields for which several columns come into question equally, or the reverse.
    unused : list of Column
        Columns of which nothing was made.
    """

    language: str
    language_doubt: str
    general: Mapping[str, Any]
    entries: list[DraftEntry]
    undecided: list[Candidate]
    unused: list[Column]


def propose_codebook(
    raw: pd.DataFrame, columns: pd.DataFrame, language: str | None = None
) -> Draft:
    """Return a draft of the codebook.

    Parameters
    ----------
    raw, columns : pandas.DataFrame
        What `study.cohort.workbook.read_workbook` returns.
    language : str, optional
        Guessed from titles and words where it is not given.
    """
    sheet = sheet_columns(raw, columns)
    likely, votes = likely_language(sheet)
    chosen = language or likely
    assignment = assign(candidates(sheet, chosen))
    entries = [_entry(c, assignment, columns) for c in assignment.chosen.values()]
    general = _general(entries)
    used = {entry.letter for entry in entries} | {c.column.letter for c in assignment.undecided}
    return Draft(
        language=chosen,
        language_doubt="" if language else _language_doubt(chosen, votes),
        general=general,
        entries=[_without(entry, general) for entry in entries],
        undecided=assignment.undecided,
        unused=[column for column in sheet if column.letter not in used],
    )


def column_key(field: str, column: Column, columns: pd.DataFrame) -> dict[str, str]:
    """Return a title that finds this column and no other, the field's name first; or its letter."""

    def unlike(title: str) -> float:
        return -max((m.share for m in name_matches([title]) if m.field == field), default=0)

    titles = [title for title in column.header.split(" | ")[::-1] if title.strip()]
    for title in [*sorted(titles, key=unlike), column.header]:
        if "\n" not in title:
            found, _ = resolve_columns(columns, {field: Entry(column=title)})
            if found.get(field) == column.letter:
                return {"column": title}
    return {"letter": column.letter}


def _entry(candidate: Candidate, assignment: Assignment, columns: pd.DataFrame) -> DraftEntry:
    doubts = list(candidate.evidence.doubts)
    if not candidate.name.sure:
        only = (
            "only resembles" if candidate.name.share < 1 else "may also mean something other than"
        )
        doubts.insert(0, f"The title '{_line(candidate.column.header)}' {only} this field.")
    for rival in assignment.rivals[candidate.field]:
        where = f"'{_line(rival.column.header)}' ({rival.column.letter})"
        doubts.append(f"The column {where} has such a title, too.")
    return DraftEntry(
        candidate.field,
        candidate.column.letter,
        {**column_key(candidate.field, candidate.column, columns), **candidate.evidence.keys},
        tuple(doubts),
        candidate.evidence.to_fill,
    )


def _general(entries: list[DraftEntry]) -> dict[str, Any]:
    """Return what can be said once for all columns."""
    general: dict[str, Any] = {}
    if any("decimal" in entry.keys for entry in entries):
        general["decimal"] = ","
    dates = [entry.keys["dates"] for entry in entries if "dates" in entry.keys]
    if dates and all(style == dates[0] for style in dates):
        general["dates"] = dates[0]
    return general


def _without(entry: DraftEntry, general: Mapping[str, Any]) -> DraftEntry:
    keys = {key: value for key, value in entry.keys.items() if general.get(key) != value}
    return DraftEntry(entry.field, entry.letter, keys, entry.doubts, entry.to_fill)


def _language_doubt(chosen: str, votes: Mapping[str, int]) -> str:
    if not votes:
        return "No title and no word shows the language."
    others = [f"{name} {n}" for name, n in sorted(votes.items()) if n == votes[chosen]]
    if len(others) > 1:
        return f"As many titles and words speak for: {', '.join(others)}."
    return ""


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
