"""Which column of the sheet holds which field."""

import difflib
from collections.abc import Callable, Mapping

import pandas as pd

from study.cohort.cohort_file import Entry
from study.problems import Problem


def resolve_columns(
    columns: pd.DataFrame, codebook: Mapping[str, Entry]
) -> tuple[dict[str, str], list[Problem]]:
    """Return the column letter of each field that was found, and a problem for each other.

    Parameters
    ----------
    columns : pandas.DataFrame
        `letter`, `position` and `header` (header rows joined by " | ") of each column.
    """
    letters, problems = {}, []
    for name, entry in codebook.items():
        found = _candidates(columns, entry)
        if len(found) == 1:
            letters[name] = found[0]
        else:
            problems.append(_unresolved(name, entry, columns, found))
    return letters, problems


def _candidates(columns: pd.DataFrame, entry: Entry) -> list[str]:
    if entry.letter is not None:
        return columns.loc[columns["letter"] == entry.letter.upper(), "letter"].tolist()
    if entry.position is not None:
        return columns.loc[columns["position"] == entry.position, "letter"].tolist()
    wanted = str(entry.column)
    # The strictest reading that fits any column decides; within it there must be one only.
    for fold in (_as_it_stands, _folded):
        for parts in (_whole, _runs):
            fits = [
                letter
                for letter, header in zip(columns["letter"], columns["header"], strict=True)
                if fold(wanted) in {fold(part) for part in parts(header)}
            ]
            if fits:
                return fits
    return []


def _as_it_stands(text: str) -> str:
    return text


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def _whole(header: str) -> list[str]:
    return [header]


def _runs(header: str) -> list[str]:
    """Return every run of neighbouring header rows: a single one, or some joined by " | "."""
    rows = header.split(" | ")
    stops = range(1, len(rows) + 1)
    return [" | ".join(rows[start:stop]) for stop in stops for start in range(stop)]


def _unresolved(name: str, entry: Entry, columns: pd.DataFrame, found: list[str]) -> Problem:
    headers = dict(zip(columns["letter"], columns["header"], strict=True))
    place = f"cohort.yaml, codebook.{name}"
    if found:
        named = "; ".join(f"{letter} ({_short(headers[letter])})" for letter in found)
        rule = f"fits {len(found)} columns of the sheet: {named}."
        return Problem(place, "column", str(entry.column), rule, "Name one by its letter.")
    if entry.column is None:
        key, value = ("letter", entry.letter) if entry.letter else ("position", entry.position)
        rule = f"is beyond the sheet, whose last column is {columns['letter'].iloc[-1]}."
        return Problem(place, key, str(value), rule, "Correct it in the codebook.")
    nearest = _nearest_headers(entry.column, list(headers.values()), _folded)
    hint = f"The nearest are: {'; '.join(nearest)}." if nearest else "See columns.csv for all."
    rule = "is not a header of the sheet."
    return Problem(place, "column", entry.column, rule, f"{hint} Correct it, or use letter.")


def _nearest_headers(wanted: str, headers: list[str], fold: Callable[[str], str]) -> list[str]:
    parts = {fold(row): row for header in headers for row in header.split(" | ") if row.strip()}
    close = difflib.get_close_matches(fold(wanted), list(parts), n=3, cutoff=0.5)
    return [f"'{_short(parts[part])}'" for part in close]


def _short(header: str) -> str:
    text = " ".join(header.split())
    return text if len(text) <= 60 else f"{text[:59]}…"
