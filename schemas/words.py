"""The words that name levels in a workbook: the vocabulary known without a codebook."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "words.csv"


@dataclass(frozen=True)
class Word:
    """A spelling known without a codebook; an empty field or language stands for every one."""

    field: str
    language: str
    level: str
    spelling: str


@cache
def words() -> tuple[Word, ...]:
    """Return the default vocabulary."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(Word(**row) for row in csv.DictReader(file))
