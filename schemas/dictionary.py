"""The data dictionary: the fields of a cohort, their levels and legal ranges."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MISSING = ("unknown", "not_done", "not_applicable")
_TABLE = Path(__file__).parent / "fields.csv"


@dataclass(frozen=True)
class Field:
    """One canonical field of ``fields.csv``.

    Attributes
    ----------
    kind : str
        ``text``, ``date``, ``number`` or ``category``.
    minimum, maximum : str
        Legal range as it stands in the table (ISO for dates); empty where open.
    identifying : bool
        Whether a value would tell who the patient is: no message or log quotes it.
    """

    name: str
    kind: str
    levels: tuple[str, ...]
    minimum: str
    maximum: str
    unit: str
    identifying: bool
    description: str

    @property
    def label(self) -> str:
        """What a clinician calls the field: the description up to its first semicolon."""
        return self.description.split(";")[0]


@cache
def fields() -> dict[str, Field]:
    """Return the fields of a cohort by name, in the order of the dictionary."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["field"]: Field(
            name=row["field"],
            kind=row["kind"],
            levels=tuple(row["levels"].split("|")) if row["levels"] else (),
            minimum=row["minimum"],
            maximum=row["maximum"],
            unit=row["unit"],
            identifying=row["identifying"] == "yes",
            description=row["description"],
        )
        for row in rows
    }
