"""A registry of millions of rows as groups of patients who are alike to every decision.

Identifiers, dates of birth and all columns that the codebook does not name stay in the file.
"""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from schemas.dictionary import Field, fields
from study.cohort import registry_keys as keys
from study.cohort import registry_source as source
from study.cohort.codebook import read_text
from study.cohort.cohort_file import Cohort, Entry
from study.cohort.columns import resolve_columns
from study.cohort.grid import cell_text
from study.cohort.registry_cuts import Cut, GroupingRules, cuts_of_fields
from study.cohort.registry_dates import stand_in_birth, stand_in_diagnosis
from study.cohort.vocabulary import Reading, vocabulary
from study.problems import ProblemsFound, StudyError

MOST_GROUPS = 100_000
_NUMBERS = (keys.BIRTH, keys.PERIOD, keys.AGE, keys.CLASSES, "patients", "key")


class Registry:
    """An open registry: which of its columns holds which field, and by what its rows are grouped.

    Raises
    ------
    ProblemsFound
        If a column of the codebook is not there.
    """

    def __init__(
        self, connection: Any, relation: str, cohort: Cohort, rules: GroupingRules, today: dt.date
    ) -> None:
        self.connection, self.relation = connection, relation
        self.rules, self.today = rules, today
        self.codebook = without_identifiers(cohort)
        self.columns, self.types = source.list_columns(connection, relation)
        listing = f"results/{cohort.name}/cohort/columns.csv"
        self.letters, problems = resolve_columns(self.columns, self.codebook, listing)
        if problems:
            raise ProblemsFound(problems, "The registry does not have what the codebook names:")
        self.headers = dict(zip(self.columns["letter"], self.columns["header"], strict=True))
        self.cuts = cuts_of_fields(self.codebook, rules)
        self.days: dict[str, keys.Day] = {}
        self.read: set[str] = set()
        self.query = self._query()

    def sql(self, letter: str) -> str:
        """Return the name of a column as SQL."""
        return keys.quoted(self.headers[letter])

    def _query(self) -> keys.Query:
        query = keys.Query()
        for letter in dict.fromkeys(self.letters.values()):
            names = [name for name, own in self.letters.items() if own == letter]
            kind = fields()[names[0]].kind
            if kind == "date" and len(names) == 1:
                self.days[names[0]] = self._day(names[0], letter)
            elif names[0] in self.cuts and len(names) == 1:
                self._add_number(query, names[0], letter, self.cuts[names[0]])
            else:
                keys.add_as_it_is(query, letter, self.sql(letter))
        birth, diagnosis = (self.days.get(name) for name in ("birth_date", "diagnosis_date"))
        if birth:
            keys.add_birth(query, birth, self.today)
        if diagnosis:
            keys.add_diagnosis(query, diagnosis, self.today, self.rules.study_period)
        if birth and diagnosis:
            keys.add_age(query, birth, diagnosis)
        return query

    def _day(self, name: str, letter: str) -> keys.Day:
        if self.types[letter] == "DATE":
            column = f"s.{self.sql(letter)}"
            return keys.Day(column, column)
        self._read_texts(name, letter)
        return keys.read_day(letter, self.sql(letter))

    def _add_number(self, query: keys.Query, name: str, letter: str, cuts: tuple[Cut, ...]) -> None:
        entry, meaning, column = self.codebook[name], fields()[name], self.sql(letter)
        own_unit = entry.unit in (None, meaning.unit)
        if not (source.is_number(self.types[letter]) and own_unit):
            self._read_texts(name, letter)
            keys.add_read_number(query, letter, column, cuts)
            return
        words = _numeric_words(entry)
        limits = f"SELECT min({column}), max({column}) FROM {self.relation}"
        ((low, high),) = self.connection.execute(limits).fetchall()
        fits = low is None or float(meaning.minimum) <= low <= high <= float(meaning.maximum)
        odd = "" if fits and not words else keys.odd_number(column, meaning, words)
        keys.add_number(query, letter, column, cuts, odd)

    def _read_texts(self, name: str, letter: str) -> None:
        """Read every text of a column once; what cannot be grouped by its number is odd."""
        meaning, entry = fields()[name], self.codebook[name]
        known = vocabulary(meaning, entry)
        readings = {}
        for raw in source.distinct_values(self.connection, self.relation, self.sql(letter)):
            text = cell_text(raw)
            found = read_text(text, meaning, entry, known)
            readings[raw] = (found.value, text if _is_odd(text, found, meaning, entry) else None)
        source.store_readings(self.connection, letter, self.types[letter], readings)


def _is_odd(text: str, found: Reading, meaning: Field, entry: Entry) -> bool:
    """Whether a text must be seen as it stands: it is wrong, illegal or was read with doubts."""
    if meaning.kind != "number" or found.value is None:
        return bool(found.rule)
    illegal = not float(meaning.minimum) <= found.value <= float(meaning.maximum)
    sure_fraction = text.endswith("%") or text in entry.numbers
    return bool(found.remark) or illegal or (0 < found.value < 1 and sure_fraction)


def without_identifiers(cohort: Cohort) -> dict[str, Entry]:
    """Return the codebook without the patient's identifier, which of a registry is never read."""
    return {name: entry for name, entry in cohort.codebook.items() if name != "patient_id"}


def _numeric_words(entry: Entry) -> list[float]:
    """Return the texts of a codebook with a meaning of their own that a number may be."""
    words = [*entry.numbers, *(text for texts in entry.missing.values() for text in texts)]
    numbers = []
    for word in words:
        try:
            numbers.append(float(word))
        except ValueError:
            continue
    return numbers


def group_rows(registry: Registry, name: str) -> pd.DataFrame:
    """Return the raw rows of a registry, one per group, with its `patients` and its `key`.

    Raises
    ------
    StudyError
        If there are no rows, or more groups than can be held: with what divides them.
    """
    grouped = registry.query.grouped(registry.relation)
    registry.connection.execute(f"CREATE TEMP TABLE groups AS {grouped}")
    counted = "SELECT count(*), count(DISTINCT key) FROM groups"
    ((n, distinct),) = registry.connection.execute(counted).fetchall()
    if not n:
        raise StudyError(f"{name}: there are no rows.")
    if n > MOST_GROUPS:
        raise StudyError(_too_many(registry, n))
    if n != distinct:
        raise ArithmeticError("two groups of the registry have the same key")
    frame = registry.connection.sql("SELECT * FROM groups").to_arrow_table()
    groups = pd.DataFrame({column: _read(frame, column) for column in frame.column_names})
    return _raw_rows(registry, groups, name)


def _read(frame: Any, name: str) -> pd.Series:
    """Return a column of the result: what was made here as numbers, all else as cells' texts."""
    if name in _NUMBERS:
        return frame[name].to_pandas()
    encoded = frame[name].combine_chunks().dictionary_encode()
    values = [cell_text(value) or None for value in encoded.dictionary.to_pylist()]
    codes = encoded.indices.to_pandas()
    return codes.map(dict(enumerate(values))).astype("str")


def _raw_rows(registry: Registry, groups: pd.DataFrame, name: str) -> pd.DataFrame:
    columns = {}
    for field_name, letter in sorted(registry.letters.items(), key=lambda item: item[1]):
        if field_name in registry.days:
            continue
        text = groups[letter]
        odd = f"{letter} odd"
        columns[letter] = groups[odd].where(groups[odd].notna(), text) if odd in groups else text
    days, today = registry.days, registry.today
    diagnosis = pd.Series(np.nan, groups.index, dtype="str")
    if "diagnosis_date" in days:
        diagnosis = stand_in_diagnosis(groups, today, registry.rules.study_period)
        columns[registry.letters["diagnosis_date"]] = diagnosis
    if "birth_date" in days:
        columns[registry.letters["birth_date"]] = stand_in_birth(groups, diagnosis, today)
    fixed = {
        "sheet": pd.Series(name, groups.index, dtype="str"),
        "row": np.arange(1, len(groups) + 1),
        "hidden": False,
    }
    counts = {
        "patients": groups["patients"].astype("int64"),
        "key": groups["key"],
    }
    return pd.DataFrame({**fixed, **counts, **columns})


def _too_many(registry: Registry, n: int) -> str:
    """Return the message for too many groups: which columns divide them, and what to do."""
    names = {letter: name for name, letter in registry.letters.items()}
    dividing = {
        letter: registry.connection.execute(
            f"SELECT count(DISTINCT {keys.quoted(key)}) FROM groups"
        ).fetchall()[0][0]
        for letter, key in ((key.split(" ")[0], key) for key in registry.query.keys)
        if letter in names
    }
    most = sorted(dividing, key=lambda letter: -dividing[letter])[:5]
    listed = "; ".join(
        f"{registry.headers[letter]} ({names[letter]}): {dividing[letter]}" for letter in most
    )
    return (
        f"The rows of the registry fall into {n} different groups; up to {MOST_GROUPS} can be "
        f"analysed. The columns with most different values are: {listed}. Leave out of the "
        "codebook what the analysis does not need, or round it in the registry."
    )
