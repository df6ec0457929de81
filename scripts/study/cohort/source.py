"""The cells that a cohort's fields come from, for messages that name them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from schemas.dictionary import fields
from study.cohort.units import count_patients, is_counted
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
    """The raw rows and the letter of the column of each field that the workbook has.

    Attributes
    ----------
    headers : mapping
        Header by letter; by it a registry's column is named, whose rows have no address.
    exact : bool
        Whether numbers and dates are those of the cells; in a registry one may stand for many.
    """

    raw: pd.DataFrame
    letters: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)
    exact: bool = True

    def address(self, name: str, row: int) -> str:
        """Return ``Sheet!Cell``; the row alone where the field has no column."""
        sheet, number = self.raw.loc[row, ["sheet", "row"]]
        return f"{sheet}!{self.letters.get(name, '')}{number}"

    def addresses(self, name: str) -> pd.Series:
        """Return what the problems of a field name per row: cells, of a registry the column."""
        if is_counted(self.raw):
            return pd.Series(self.column(name), self.raw.index)
        numbers = self.raw["row"].astype(str)
        return self.raw["sheet"] + f"!{self.letters.get(name, '')}" + numbers

    def column(self, name: str) -> str:
        """Return ``Sheet!Column``; of a registry, the file and the column's header."""
        if is_counted(self.raw):
            header = self.headers.get(self.letters.get(name, ""), "")
            return f"{self.raw['sheet'].iloc[0]}{f', column {header}' if header else ''}"
        return f"{self.raw['sheet'].iloc[0]}!{self.letters.get(name, '')}"

    def text(self, name: str, row: int) -> str:
        """Return the text of a cell, empty where it is empty or would identify a patient."""
        if not self._quotes(name):
            return ""
        text = self.raw.loc[row, self.letters[name]]
        return "" if pd.isna(text) else str(text)

    def problems(self, finding: Finding) -> list[Problem]:
        """Return one problem for each row of a finding; of a registry, for each text."""
        if is_counted(self.raw):
            return self._counted(finding)
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

    def _counted(self, finding: Finding) -> list[Problem]:
        texts = pd.Series("", self.raw.index)
        if self._quotes(finding.field):
            texts = self.raw[self.letters[finding.field]].fillna("")
        texts = texts[finding.rows]
        place = self.column(finding.field)
        return [
            Problem(
                place,
                finding.field,
                text,
                f"{finding.rule} Rows: {count_patients(self.raw.loc[alike])}.",
                finding.remedy,
                finding.severity,
            )
            for text, alike in texts.groupby(texts, sort=False).groups.items()
        ]

    def _quotes(self, name: str) -> bool:
        """Whether a cell of the field may be quoted, and says what stands in the workbook."""
        if name not in self.letters or fields()[name].identifying:
            return False
        return self.exact or fields()[name].kind not in ("number", "date")
