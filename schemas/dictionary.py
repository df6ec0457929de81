"""The data dictionary: fields of a cohort and the words that name their levels."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MISSING = ("unknown", "not_done", "not_applicable")
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Field:
    """One canonical field of ``fields.csv``.

    Attributes
    ----------
    kind : str
        ``text``, ``date``, ``number`` or ``category``.
    minimum, maximum : str
        Legal range as it stands in the table (ISO for dates); empty where open.
    """

    name: str
    kind: str
    levels: tuple[str, ...]
    minimum: str
    maximum: str
    unit: str
    description: str

    @property
    def label(self) -> str:
        """What a clinician calls the field."""
        return self.description.split(";")[0]


@dataclass(frozen=True)
class Word:
    """A spelling known without a codebook; an empty field or language stands for every one."""

    field: str
    language: str
    level: str
    spelling: str


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def fields() -> dict[str, Field]:
    """Return the fields of a cohort by name, in the order of the dictionary."""
    return {
        row["field"]: Field(
            name=row["field"],
            kind=row["kind"],
            levels=tuple(row["levels"].split("|")) if row["levels"] else (),
            minimum=row["minimum"],
            maximum=row["maximum"],
            unit=row["unit"],
            description=row["description"],
        )
        for row in _rows("fields.csv")
    }


@cache
def words() -> tuple[Word, ...]:
    """Return the default vocabulary."""
    return tuple(Word(**row) for row in _rows("words.csv"))
