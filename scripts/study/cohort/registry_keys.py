"""By which expressions the rows of a registry are grouped: SQL text, nothing is read here."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from schemas.dictionary import Field, fields
from study.cohort.consistency import DAYS_PER_YEAR
from study.cohort.plausibility import YOUNG_BELOW_YEARS
from study.cohort.registry_cuts import Cut, classes_in_sql
from study.cohort.strata import AGE_CUTOFF

# Ages, in years, that stand for a class of women whose age comes from dates: born after their
# diagnosis, too young, young, up to the cut-off, over it but not in completed years, over it in
# these too, too old. Each lies well within its class.
STAND_INS = (-0.5, 10.5, 20.5, 40.5, 50.5, 60.5, 111.5)
# Names of what the dates are grouped by.
BIRTH, PERIOD, ODD_DIAGNOSIS, AGE = "birth", "period", "odd diagnosis", "age"
CLASSES = "classes"


@dataclass
class Query:
    """The parts of a query over the rows `s` of a registry.

    Attributes
    ----------
    keys, values : dict of str
        SQL by the name of the result: what is grouped by, and what is taken of each group.
    numbers : dict
        Numbers in SQL with their cuts, by whose classes the rows are grouped too.
    joins : list of str
        Joins of tables that say what a text means.
    """

    keys: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, tuple[Cut, ...]] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)

    def all_keys(self) -> dict[str, str]:
        """Return the keys, with the classes of all numbers as one of them."""
        classes = {CLASSES: classes_in_sql(self.numbers)} if self.numbers else {}
        return {**self.keys, **classes}

    def grouped(self, source: str) -> str:
        """Return the SQL of the groups, each with its `patients` and the `key` of its rows."""
        keys = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in self.all_keys().items())
        values = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in self.values.items())
        names = ", ".join(quoted(name) for name in self.all_keys())
        inner = ", ".join(filter(None, [keys, values, "count(*) AS patients"]))
        rows = f"SELECT {inner} FROM {self.rows(source)} GROUP BY ALL"
        return f"SELECT *, hash({names}) AS key FROM ({rows}) ORDER BY {names}"

    def rows(self, source: str) -> str:
        """Return the SQL of the rows with what their texts mean."""
        return " ".join([f"{source} AS s", *self.joins])

    def key(self) -> str:
        """Return the SQL of a row's key, which is that of its group."""
        return f"hash({', '.join(self.all_keys().values())})"


def quoted(name: str) -> str:
    """Return a name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def add_as_it_is(query: Query, letter: str, column: str) -> None:
    """Group by a column as it stands."""
    query.keys[letter] = f"s.{column}"


def add_number(
    query: Query, letter: str, column: str, cuts: tuple[Cut, ...], odd: str | None
) -> None:
    """Group by the class of a number column; of each class the greatest number is shown.

    `odd` is a condition under which a number stays as it is.
    """
    number = f"s.{column}"
    query.numbers[number] = cuts
    if odd:
        query.keys[f"{letter} odd"] = f"CASE WHEN {odd} THEN {number} END"
    query.values[letter] = f"max({number})"


def odd_number(column: str, meaning: Field, words: Sequence[float]) -> str:
    """Return the condition that a number is outside its legal range, or a word of the codebook."""
    number = f"s.{column}"
    outside = f"{number} NOT BETWEEN {meaning.minimum} AND {meaning.maximum}"
    return " OR ".join([outside, *(f"{number} = {word!r}" for word in words)])


def add_read_number(query: Query, letter: str, column: str, cuts: tuple[Cut, ...]) -> None:
    """Group by the class of what a text means, by the table ``read_<letter>``."""
    read = quoted(f"read_{letter}")
    query.joins.append(f"LEFT JOIN {read} ON s.{column} = {read}.raw")
    query.numbers[f"{read}.value"] = cuts
    query.keys[f"{letter} odd"] = f"{read}.odd"
    query.values[letter] = f"arg_max({read}.raw, {read}.value)"


@dataclass(frozen=True)
class Day:
    """A column of dates in SQL: the `day`, and the text of a date that cannot be read.

    `join` brings in what its texts mean, and is empty where the registry keeps dates as such.
    """

    day: str
    text: str
    unreadable: str = "NULL"
    join: str = ""


def read_day(letter: str, column: str) -> Day:
    """Return a column of dates kept as text, read by the table ``read_<letter>``."""
    read = quoted(f"read_{letter}")
    join = f"LEFT JOIN {read} ON s.{column} = {read}.raw"
    return Day(f"{read}.value", f"s.{column}", f"{read}.odd", join)


def add_birth(query: Query, birth: Day, today: dt.date) -> None:
    """Group by whether there is a legal date of birth: 0, or 1 unreadable, 2 too early, 3 to come.

    The date itself, which would tell who the patient is, goes no further.
    """
    query.joins += filter(None, [birth.join])
    query.keys[BIRTH] = (
        f"CASE WHEN {birth.unreadable} IS NOT NULL THEN 1 "
        f"WHEN {birth.day} < DATE '{fields()['birth_date'].minimum}' THEN 2 "
        f"WHEN {birth.day} > DATE '{today}' THEN 3 WHEN {birth.day} IS NOT NULL THEN 0 END"
    )


def add_diagnosis(
    query: Query, diagnosis: Day, today: dt.date, study_period: Mapping[str, str] | None
) -> None:
    """Group by 0 before, 1 within and 2 after the study period; an illegal date stays as it is."""
    query.joins += filter(None, [diagnosis.join])
    limits, day = study_period or {}, diagnosis.day
    illegal = f"{day} NOT BETWEEN DATE '{fields()['diagnosis_date'].minimum}' AND DATE '{today}'"
    query.keys[ODD_DIAGNOSIS] = (
        f"CASE WHEN {diagnosis.unreadable} IS NOT NULL OR {illegal} THEN {diagnosis.text} END"
    )
    before = f"WHEN {day} < DATE '{limits['start']}' THEN 0" if "start" in limits else ""
    after = f"WHEN {day} > DATE '{limits['end']}' THEN 2" if "end" in limits else ""
    query.keys[PERIOD] = f"CASE {before} {after} WHEN {day} IS NOT NULL THEN 1 END"


def add_age(query: Query, birth: Day, diagnosis: Day) -> None:
    """Group by the position in `STAND_INS` of the age that the dates say."""
    days, legal = days_in_sql(birth, diagnosis), fields()["age_recorded"]
    query.keys[AGE] = (
        f"CASE WHEN {days} < 0 THEN 0 "
        f"WHEN {days} < {float(legal.minimum) * DAYS_PER_YEAR!r} THEN 1 "
        f"WHEN {days} < {YOUNG_BELOW_YEARS * DAYS_PER_YEAR!r} THEN 2 "
        f"WHEN {days} > {float(legal.maximum) * DAYS_PER_YEAR!r} THEN 6 "
        f"WHEN {completed_years_in_sql(birth, diagnosis)} > {AGE_CUTOFF} THEN 5 "
        f"WHEN {days} > {AGE_CUTOFF * DAYS_PER_YEAR!r} THEN 4 WHEN {days} IS NOT NULL THEN 3 END"
    )


def completed_years_in_sql(birth: Day, diagnosis: Day) -> str:
    """Return the SQL of the age in completed years, by the calendar."""
    months = " < ".join(f"100 * month({x.day}) + day({x.day})" for x in (diagnosis, birth))
    return f"(year({diagnosis.day}) - year({birth.day}) - ({months})::INTEGER)"


def days_in_sql(birth: Day, diagnosis: Day) -> str:
    """Return the SQL of the days from birth to diagnosis."""
    return f"({diagnosis.day} - {birth.day})"
