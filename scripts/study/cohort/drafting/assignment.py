"""Which column is proposed for which field: the best fit of name and values, or none."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.dictionary import Field, fields
from study.cohort.drafting.categories import BY_NAME_ALONE, weigh_category, weigh_identifier
from study.cohort.drafting.column import Column, Evidence
from study.cohort.drafting.names import NameMatch, name_matches, own_titles
from study.cohort.drafting.quantities import weigh_date, weigh_number


@dataclass(frozen=True)
class Candidate:
    """A column that may hold a field, by its name and its values."""

    field: str
    column: Column
    name: NameMatch
    evidence: Evidence

    @property
    def rank(self) -> tuple[bool, float, bool, float]:
        """Order of candidates, the best last: whole names first, then values."""
        whole = self.name.share == 1
        return (whole, self.name.share, self.name.sure, round(self.evidence.agreement, 6))


@dataclass(frozen=True)
class Assignment:
    """One column at most for a field, and one field at most for a column.

    Attributes
    ----------
    chosen : dict
        Candidate by field.
    undecided : list of Candidate
        Equally good ones that exclude each other; none of them is chosen.
    rivals : dict
        For a chosen field, other columns whose name says the field as well.
    """

    chosen: dict[str, Candidate]
    undecided: list[Candidate]
    rivals: dict[str, list[Candidate]]


def candidates(columns: Sequence[Column], language: str) -> list[Candidate]:
    """Return every field that a column may hold: its name says so and its values allow it."""
    found = []
    for column, titles in zip(columns, own_titles([c.header for c in columns]), strict=True):
        for name in name_matches(titles):
            evidence = _weigh(fields()[name.field], column, language)
            if evidence.agreement > (0 if name.share == 1 else BY_NAME_ALONE):
                found.append(Candidate(name.field, column, name, evidence))
    return found


def assign(found: Sequence[Candidate]) -> Assignment:
    """Return the best candidates, whatever the order of the columns."""
    chosen: dict[str, Candidate] = {}
    undecided: list[Candidate] = []
    left = list(found)
    while left:
        best = max(candidate.rank for candidate in left)
        equal = [candidate for candidate in left if candidate.rank == best]
        clear = [c for c in equal if not any(_exclude(c, other) for other in equal)]
        chosen |= {candidate.field: candidate for candidate in clear}
        undecided += [candidate for candidate in equal if candidate not in clear]
        left = [c for c in left if c not in equal and not any(_exclude(c, e) for e in equal)]
    taken = {candidate.column.letter for candidate in chosen.values()}
    rivals = {
        field: [
            c for c in found if c.field == field and c.name.sure and c.column.letter not in taken
        ]
        for field in chosen
    }
    order = list(fields())
    undecided.sort(key=lambda c: (order.index(c.field), c.column.header, c.column.letter))
    return Assignment({f: chosen[f] for f in order if f in chosen}, undecided, rivals)


def _exclude(one: Candidate, other: Candidate) -> bool:
    if one is other:
        return False
    return one.field == other.field or one.column.letter == other.column.letter


def _weigh(field: Field, column: Column, language: str) -> Evidence:
    if field.kind == "text":
        return weigh_identifier(column)
    weigh = {"number": weigh_number, "date": weigh_date, "category": weigh_category}
    return weigh[field.kind](field, column, language)
