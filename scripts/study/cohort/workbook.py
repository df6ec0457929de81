"""The one place of the study that opens a file: a workbook becomes a frame of text."""

import hashlib
from pathlib import Path

import pandas as pd
from openpyxl.utils import get_column_letter

from study.cohort.cohort_file import Workbook
from study.cohort.flat_files import read_delimited, read_parquet, read_sav
from study.cohort.grid import Grid, Note
from study.cohort.spreadsheets import list_sheets, read_calamine, read_xlsx
from study.problems import StudyError, missing_workbook

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".parquet", ".sav")
NOTE_COLUMNS = ["sheet", "row", "letter", "kind", "text"]


def read_workbook(path: Path, layout: Workbook) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the raw rows of a sheet, its columns and the notes on it.

    Raw rows have `sheet`, `row` (as in Excel), `hidden`, and one text column per column of
    the sheet, named by its letter; an empty cell is missing, a wholly empty row left out.

    Raises
    ------
    StudyError
        If the file is missing, locked, damaged, not the expected one, or has no rows.
    """
    grid = _read_grid(path, _content(path, layout), layout)
    header_rows = layout.header_rows
    if path.suffix.lower() in (".parquet", ".sav"):
        header_rows = (1,)
    first = max(header_rows, default=0) + 1
    if first - 1 > len(grid.rows):
        raise StudyError(
            f"{path.name}, sheet {grid.sheet}: the header is expected in row {first - 1}, but the "
            f"sheet ends at row {len(grid.rows)}. Correct workbook.header_rows in cohort.yaml."
        )
    width = max((n + 1 for row in grid.rows for n, cell in enumerate(row) if cell), default=0)
    raw = _raw_rows(grid, first, width)
    if raw.empty:
        raise StudyError(
            f"{path.name}, sheet {grid.sheet}: there are no rows of data below row {first - 1}. "
            "Correct workbook.sheet or workbook.header_rows in cohort.yaml."
        )
    return raw, _columns(grid, header_rows, width), _notes(grid, raw, first)


def sheet_names(path: Path) -> list[str]:
    """Return the names of a workbook's sheets, none for files of one table.

    Raises
    ------
    StudyError
        If the file is missing, locked or damaged.
    """
    if path.suffix.lower() not in (".xlsx", ".xlsm", ".xls", ".ods"):
        return []
    return list_sheets(_content(path, Workbook(str(path))), path.name)


def _content(path: Path, layout: Workbook) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise StudyError(missing_workbook(path, layout.source)) from None
    except (PermissionError, IsADirectoryError):
        raise StudyError(
            f"{path} cannot be opened. Close it in Excel, and see that you may read it."
        ) from None
    _check_sum(path, layout, hashlib.sha256(content).hexdigest())
    return content


def check_file(path: Path, layout: Workbook) -> None:
    """Raise a StudyError if a file is missing, or not the expected one; however large it is."""
    if not path.is_file():
        raise StudyError(missing_workbook(path, layout.source))
    if layout.sha256:
        with path.open("rb") as file:
            _check_sum(path, layout, hashlib.file_digest(file, "sha256").hexdigest())


def _check_sum(path: Path, layout: Workbook, found: str) -> None:
    if layout.sha256 and found != layout.sha256.lower():
        raise StudyError(
            f"{path} is not the workbook that cohort.yaml describes: its sha256 is {found}, "
            f"expected is {layout.sha256}. Get the right file, or, if this one is meant, write "
            f"its sum under workbook.sha256. {layout.source}".strip()
        )


def _read_grid(path: Path, content: bytes, layout: Workbook) -> Grid:
    suffix = path.suffix.lower()
    if suffix in (".xlsx", ".xlsm"):
        return read_xlsx(content, layout.sheet, path.name)
    if suffix in (".xls", ".ods"):
        return read_calamine(content, layout.sheet, path.name)
    if suffix in (".csv", ".tsv"):
        delimiter = layout.delimiter or ("\t" if suffix == ".tsv" else None)
        return read_delimited(content, path.name, layout.encoding, delimiter)
    if suffix == ".parquet":
        return read_parquet(content, path.name)
    if suffix == ".sav":
        return read_sav(content, path.name)
    known = ", ".join(SUFFIXES)
    raise StudyError(f"{path.name}: files ending in '{suffix}' cannot be read, only {known}.")


def _raw_rows(grid: Grid, first: int, width: int) -> pd.DataFrame:
    numbers = [n for n in range(first, len(grid.rows) + 1) if any(map(str.strip, grid.rows[n - 1]))]
    cells = [grid.rows[n - 1] for n in numbers]
    columns = {
        get_column_letter(position + 1): pd.Series(
            [row[position] or None if position < len(row) else None for row in cells], dtype="str"
        )
        for position in range(width)
    }
    hidden = [n in grid.hidden_rows for n in numbers]
    sheet = pd.Series([grid.sheet] * len(numbers), dtype="str")
    return pd.DataFrame(
        {"sheet": sheet, "row": numbers, "hidden": pd.Series(hidden, dtype=bool), **columns}
    )


def _columns(grid: Grid, header_rows: tuple[int, ...], width: int) -> pd.DataFrame:
    titles = [_header_row(grid, number, width) for number in header_rows]
    if grid.labels:
        titles.append(grid.labels)
    headers = []
    for position in range(width):
        texts = [row[position] for row in titles if row[position].strip()]
        # a title merged downwards stands in several rows and is one title
        headers.append(" | ".join(t for n, t in enumerate(texts) if n == 0 or t != texts[n - 1]))
    letters = [get_column_letter(position + 1) for position in range(width)]
    return pd.DataFrame({"letter": letters, "position": range(width), "header": headers})


def _header_row(grid: Grid, number: int, width: int) -> list[str]:
    cells = grid.rows[number - 1]
    titles = [*cells, *[""] * width][:width]
    for top, left, bottom, right in grid.merged:
        if top <= number <= bottom:
            for position in range(left - 1, min(right, width)):
                titles[position] = grid.rows[top - 1][left - 1]
    return titles


def _notes(grid: Grid, raw: pd.DataFrame, first: int) -> pd.DataFrame:
    notes = [note for note in grid.notes if note.row == 0 or note.row >= first]
    notes += [
        Note(int(row), "", "hidden_row", "The row is hidden, and is read.")
        for row in raw.loc[raw["hidden"], "row"]
    ]
    for top, left, bottom, right in grid.merged:
        notes += [
            Note(row, get_column_letter(column), "merged_cell", "The cell is merged with others.")
            for row in range(max(top, first), bottom + 1)
            for column in range(left, right + 1)
            if (row, column) != (top, left)
        ]
    records = [(grid.sheet, n.row, n.letter, n.kind, n.text) for n in notes]
    return pd.DataFrame(records, columns=NOTE_COLUMNS)
