"""The cells that a cohort's fields come from, for messages that name them."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from schemas.dictionary import fields
from study.problems import Problem


@dataclass(frozen=True)
class Finding:
    """Rows of which one thing is to be said.

    Attributes
    ----------
    rows : pandas.Series
        Boolean, on the index of the cohort.
    absent : str
        Field that is missing in these rows, where that is part of what is said.
    """

    rows: pd.Series
    field: str
    rule: str
    remedy: str
    severity: str = "error"
    absent: str = ""


@dataclass(frozen=True)
class Source:
    """The raw rows and the letter of the column of each field that the workbook has."""

    raw: pd.DataFrame
    letters: Mapping[str, str]

    def address(self, name: str, row: int) -> str:
        """Return ``Sheet!Cell``; the row alone where the field has no column."""
        sheet, number = self.raw.loc[row, ["sheet", "row"]]
        return f"{sheet}!{self.letters.get(name, '')}{number}"

    def column(self, name: str) -> str:
        """Return ``Sheet!Column``."""
        return f"{self.raw['sheet'].iloc[0]}!{self.letters.get(name, '')}"

    def text(self, name: str, row: int) -> str:
        """Return the text of a cell, empty where it is empty or would identify a patient."""
        if name not in self.letters or fields()[name].identifying:
            return ""
        text = self.raw.loc[row, self.letters[name]]
        return "" if pd.isna(text) else str(text)

    def problems(self, finding: Finding) -> list[Problem]:
        """Return one problem for each row of a finding."""
        return [
            Problem(
                self.address(finding.field, row),
                finding.field,
                self.text(finding.field, row),
                finding.rule,
                finding.remedy,
                finding.severity,
            )
            for row in finding.rows.index[finding.rows]
        ]
