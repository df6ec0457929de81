"""Which column of the sheet holds which field."""

import difflib
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from study.cohort.cohort_file import Entry
from study.problems import Problem

# Titles stand at the top of a sheet; what stands further down is data.
_ROWS_SEARCHED = 20


def resolve_columns(
    columns: pd.DataFrame, codebook: Mapping[str, Entry], listing: str = "columns.csv"
) -> tuple[dict[str, str], list[Problem]]:
    """Return the column letter of each field that was found, and a problem for each other.

    Parameters
    ----------
    columns : pandas.DataFrame
        `letter`, `position` and `header` (header rows joined by " | ") of each column.
    listing : str
        Where a user finds this list.
    """
    letters, problems = {}, []
    for name, entry in codebook.items():
        found = _candidates(columns, entry)
        if len(found) == 1:
            letters[name] = found[0]
        else:
            problems.append(_unresolved(name, entry, columns, found, listing))
    return letters, problems


def name_title_row(
    problems: Sequence[Problem],
    raw: pd.DataFrame,
    codebook: Mapping[str, Entry],
    header_rows: Sequence[int],
) -> list[Problem]:
    """Return the problems with one in place of those that a wrong row of titles explains."""
    titles = {str(entry.column) for entry in codebook.values() if entry.column is not None}
    lost = {p.value for p in problems if p.field == "column"} & titles
    cells = raw.head(_ROWS_SEARCHED).drop(columns=["sheet", "hidden"]).set_index("row")
    held = {row: _held(lost, texts.dropna()) for row, texts in cells.iterrows()}
    row = max(held, key=lambda number: len(held[number]))
    if 2 * len(held[row]) <= len(titles):
        return list(problems)
    depth = max(title.count(" | ") for title in titles)
    proposed = list(range(max(1, row - depth), row + 1))
    found = len(titles) - len(lost)
    rule = (
        f"{found or 'None'} of your {len(titles)} columns {'are' if found > 1 else 'is'} in row "
        f"{', '.join(map(str, header_rows))}. Row {row} holds {len(held[row])} of them:"
    )
    problem = Problem("cohort.yaml, workbook", "", "", rule, f"set header_rows: {proposed}.")
    return [problem, *(p for p in problems if p.value not in held[row])]


def _held(titles: set[str], cells: pd.Series) -> set[str]:
    texts = {_folded(text) for text in cells}
    return {title for title in titles if _folded(title.rpartition(" | ")[2]) in texts}


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


def _unresolved(
    name: str, entry: Entry, columns: pd.DataFrame, found: list[str], listing: str
) -> Problem:
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
    hint = f"The nearest are: {'; '.join(nearest)}; all" if nearest else "All"
    rule = "is not a header of the sheet."
    remedy = f"{hint} are listed in {listing}. Correct it, or use letter."
    return Problem(place, "column", entry.column, rule, remedy)


def _nearest_headers(wanted: str, headers: list[str], fold: Callable[[str], str]) -> list[str]:
    parts = {fold(row): row for header in headers for row in header.split(" | ") if row.strip()}
    close = difflib.get_close_matches(fold(wanted), list(parts), n=3, cutoff=0.5)
    return [f"'{_short(parts[part])}'" for part in close]


def _short(header: str) -> str:
    text = " ".join(header.split())
    return text if len(text) <= 60 else f"{text[:59]}…"
