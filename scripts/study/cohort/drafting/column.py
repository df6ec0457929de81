"""A column of the workbook as a draft looks at it: its title and how often each text stands."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

_LISTED = 12


@dataclass(frozen=True)
class Column:
    """A column; ``counts`` has the trimmed texts, without the empty cells."""

    letter: str
    header: str
    counts: Mapping[str, int]
    blank: int

    @property
    def filled(self) -> int:
        """Number of cells that are not empty."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Evidence:
    """What the cells of a column say about a field.

    Attributes
    ----------
    agreement : float
        Share of the filled cells that are understood; 0 where the column cannot be the field.
    keys : mapping
        What the codebook has to say beside the column: unit, values, missing, …
    doubts : tuple of str
        What a person should check; empty where nothing is doubtful.
    to_fill : tuple of str
        Lines of the codebook that only a person can complete.
    """

    agreement: float
    keys: Mapping[str, Any] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    to_fill: tuple[str, ...] = ()


def sheet_columns(raw: pd.DataFrame, columns: pd.DataFrame) -> list[Column]:
    """Return the columns of a sheet; the arguments are those of `read_workbook`."""
    found = []
    for letter, header in zip(columns["letter"], columns["header"], strict=True):
        texts = raw[letter].fillna("").str.strip()
        counts = Counter(text for text in texts if text)
        found.append(Column(letter, header, counts, int(texts.eq("").sum())))
    return found


def listed(counts: Mapping[str, int]) -> str:
    """Return texts with their counts, the most frequent first.

    A text that stands only once is counted and not shown: it may be a name in the wrong cell.
    """
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"'{_short(text)}' ({count})" for text, count in ordered if count > 1]
    once = sum(count == 1 for count in counts.values())
    more = [f"{len(shown) - _LISTED} more"] if len(shown) > _LISTED else []
    single = [f"{once} text{'s' * (once > 1)} standing once"] if once else []
    return ", ".join(shown[:_LISTED] + more + single)


def repeated(counts: Mapping[str, int]) -> list[str]:
    """Return the texts that stand more than once, the most frequent first."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [text for text, count in ordered if count > 1]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"
