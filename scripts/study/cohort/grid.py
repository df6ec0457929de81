"""A sheet as text: what every file format is brought to before anything is interpreted."""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

# What a number format quotes or escapes is decoration, not a percent sign.
_QUOTED = re.compile(r'"[^"]*"|\\.')


@dataclass(frozen=True)
class Note:
    """Something about a cell, row, column or the file that the reader of the data should know.

    ``row`` is 0 and ``letter`` empty where the note is not about one row or column.
    """

    row: int
    letter: str
    kind: str
    text: str


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet.

    Attributes
    ----------
    rows : list of list of str
        Text of each cell, empty for an empty one; the first is row 1 of the sheet.
    merged : list of tuple
        First row, first column, last row, last column, counted from 1.
    labels : list of str
        Longer names of the columns where the format keeps them apart (SPSS).
    """

    sheet: str
    rows: list[list[str]]
    notes: list[Note] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)


def cell_text(value: Any, number_format: str = "General") -> str:
    """Return a cell as text: 15 significant digits, ISO dates, ``20%``, TRUE and FALSE.

    Text stays as it stands, spaces and words such as ``NA`` included; an empty cell is "".
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number_text(value, "%" in _QUOTED.sub("", number_format))
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _number_text(value: float, percent: bool) -> str:
    if value != value:
        return ""
    # Excel itself keeps 15 digits: 0.1 + 0.2 is 0.3 to whoever typed it.
    return f"{value * 100:.15g}%" if percent else f"{value:.15g}"
