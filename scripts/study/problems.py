"""What is told to a person when the data or the configuration does not allow the analysis."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.dictionary import fields

_CELLS_SHOWN = 20


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
        What is wrong, in words a clinician reads: a predicate ("is missing.") of which the
        field is the subject, or a sentence of its own that begins with a capital letter.
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
        """Return the finding as one line: address, the field's label, value, rule, remedy."""
        known = fields().get(self.field)
        label = known.label if known else self.field
        value = f" '{self.value}'" if self.value else ""
        colon = ":" if label and self.rule[:1].isupper() else ""
        subject = f"{label}{value}{colon} " if label else ""
        return f"{self.address}: {subject}{self.rule} {self.remedy}".strip()


class StudyError(Exception):
    """A failure that the user can mend; shown as its message, without a traceback."""


class ProblemsFound(StudyError):
    """Raised with every problem found, so that all are seen at once."""

    def __init__(self, problems: Sequence[Problem], headline: str) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join([headline, *(f"  {line}" for line in in_lines(problems))]))


def in_lines(problems: Sequence[Problem]) -> list[str]:
    """Return the sentences of problems; cells of which the same is to be said share one."""
    alike: dict[tuple[str, ...], list[Problem]] = {}
    for problem in problems:
        sheet, is_cell, _ = problem.address.rpartition("!")
        place = sheet if is_cell else problem.address
        said = (problem.field, problem.value, problem.rule, problem.remedy, problem.severity)
        alike.setdefault((place, *said), []).append(problem)
    return [_line(group) for group in alike.values()]


def _line(group: Sequence[Problem]) -> str:
    said = group[0].sentence()
    others = [problem.address.rpartition("!")[2] for problem in group[1:]]
    if not others:
        return said
    shown = ", ".join(others[: _CELLS_SHOWN - 1])
    end = " …" if len(group) > _CELLS_SHOWN else "."
    return f"{said} The same in {len(others)} more cell{'s' * (len(others) > 1)}: {shown}{end}"


def missing_workbook(path: object, source: str) -> str:
    """Return the message for a workbook that is not there: where to get it, where to put it."""
    where = f"Get it: {source.strip()}" if source else "See workbook.source in cohort.yaml."
    return f"The workbook {path} is not there. {where} Put it at {path}."
