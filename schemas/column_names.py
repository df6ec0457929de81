"""What columns are called in workbooks: the names by which a codebook is drafted."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "column_names.csv"


@dataclass(frozen=True)
class ColumnName:
    """A name of a field; without a field, a word that may stand beside any name.

    Attributes
    ----------
    language : str
        Empty where the name is used in all languages.
    sure : bool
        False where the name often means something else: it is a guess, to be checked.
    """

    field: str
    language: str
    sure: bool
    name: str


@cache
def column_names() -> tuple[ColumnName, ...]:
    """Return the known names of columns."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            ColumnName(row["field"], row["language"], row["sure"] == "yes", row["name"])
            for row in csv.DictReader(file)
        )
