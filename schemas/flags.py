"""What the flags of a trace mean, in words."""

import csv
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "flags.csv"


@cache
def flags() -> dict[str, str]:
    """Return the meaning of every flag that a decision table or the code sets, by flag."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {row["flag"]: row["meaning"] for row in csv.DictReader(file)}
