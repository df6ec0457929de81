"""What is told to a person when the data or the configuration does not allow the analysis."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One finding about the input.

    Attributes
    ----------
    address : str
        Cell (``Sheet1!H57``), column (``Sheet1!H``), sheet or configuration key.
    field : str
        Canonical field of ``schemas/fields.csv``; empty where none applies.
    value : str
        The text as it stands in the cell; empty where it would identify a patient.
    rule : str
        What is wrong, in words a clinician reads.
    remedy : str
        What to do about it.
    severity : str
        ``error`` stops the run, ``warning`` does not.
    """

    address: str
    field: str
    value: str
    rule: str
    remedy: str
    severity: str = "error"

    def sentence(self) -> str:
        """Return the finding as one line: address, value, rule, remedy."""
        value = f" '{self.value}'" if self.value else ""
        field = f"{self.field}{value}: " if self.field else ""
        return f"{self.address}: {field}{self.rule} {self.remedy}".strip()


class StudyError(Exception):
    """A failure that the user can mend; shown as its message, without a traceback."""


class ProblemsFound(StudyError):
    """Raised with every problem found, so that all are seen at once."""

    def __init__(self, problems: Sequence[Problem], headline: str) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join([headline, *(f"  {p.sentence()}" for p in self.problems)]))


def missing_workbook(path: object, source: str) -> str:
    """Return the message for a workbook that is not there: where to get it, where to put it."""
    where = f"Get it: {source.strip()}" if source else "See workbook.source in cohort.yaml."
    return f"The workbook {path} is not there. {where} Put it at {path}."
