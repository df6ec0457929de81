"""Whether a column may be a number or a date, and in which unit and style it is written."""

import re
from collections.abc import Mapping

from schemas.dictionary import MISSING, Field
from study.cohort.cohort_file import UNITS, DateStyle, Entry
from study.cohort.drafting.column import Column, Evidence, listed, repeated
from study.cohort.values import read_date, read_number
from study.cohort.vocabulary import vocabulary

_LEAST_AGREEMENT = 0.5
# ASSUME: percentages none of which is above 8 may be Allred scores, 0 to 8 (Harvey 1999).
_ALLRED_MAXIMUM = 8
_SERIALS = range(10_000, 80_000)  # as Excel counts the days from 1927 to 2119
_DATE = re.compile(r"([0-9]{1,2})[./ -]([0-9]{1,2})[./ -]([0-9]{4})")


def weigh_number(field: Field, column: Column, language: str) -> Evidence:
    """Return what the cells say for a number: decimal mark, unit, what may mean missing."""
    known = vocabulary(field, Entry(language=language))
    counts = {
        text: count
        for text, count in column.counts.items()
        if known.read(text, field.name).value not in MISSING
    }
    plain, comma = _numbers(counts, field, "."), _numbers(counts, field, ",")
    keys = {"decimal": ","} if len(comma) > len(plain) else {}
    numbers = comma if keys else plain
    others = {text: count for text, count in counts.items() if text not in numbers}
    agreement = 1 - sum(others.values()) / max(sum(counts.values()), 1)
    if not numbers or agreement < _LEAST_AGREEMENT:
        return Evidence(0)
    unit, doubts = _unit(field, sorted(numbers.values()), "%" in column.header)
    if unit is None:
        return Evidence(0)
    if unit != field.unit:
        keys["unit"] = unit
    legal = _legal(numbers, field, unit)
    outside = {text: counts[text] for text in numbers.keys() - legal.keys()}
    if outside:
        doubts.append(f"Numbers outside the legal range: {sum(outside.values())}.")
    agreement *= sum(counts[text] for text in legal) / sum(counts[text] for text in numbers)
    missing, asked = _missing(field, others)
    return Evidence(agreement, {**keys, **missing}, (*doubts, *asked))


def _numbers(counts: Mapping[str, int], field: Field, decimal: str) -> dict[str, float]:
    """Return the texts that are numbers, in the unit they are written in."""
    entry = Entry(decimal=decimal)
    readings = {text: read_number(text, field, entry) for text in counts}
    return {text: found.value for text, found in readings.items() if found.value is not None}


def _unit(field: Field, numbers: list[float], percent_sign: bool) -> tuple[str | None, list[str]]:
    """Return the unit that the numbers fit, None where they fit none, and what is doubtful."""
    if field.unit == "years":
        return _unit_of_age(numbers)
    if field.unit != "percent":
        return field.unit, []
    if numbers[-1] <= 1:
        if all(number in (0, 1) for number in numbers):
            return None, []  # a code
        return "fraction", ["No number is above 1: read as fractions, 0.2 being 20%."]
    whole = all(number == int(number) for number in numbers)
    if numbers[-1] <= _ALLRED_MAXIMUM and whole and not percent_sign:
        return "percent", [
            f"No number is above {_ALLRED_MAXIMUM}: are these scores instead of percentages?"
        ]
    return "percent", []


def _unit_of_age(numbers: list[float]) -> tuple[str | None, list[str]]:
    middle = numbers[len(numbers) // 2]
    years = {
        "years": middle,
        "months": middle / 12,
        "days": middle / 365.25,
        "days_until_diagnosis_negative": -middle / 365.25,
    }
    for unit in UNITS["years"]:
        if 15 <= years[unit] <= 110:
            asked = f"The middle number is {middle:g}: read as {unit.replace('_', ' ')}."
            return unit, [] if unit == "years" else [asked]
    return None, []


def _legal(numbers: Mapping[str, float], field: Field, unit: str) -> dict[str, float]:
    factor, divisor = UNITS[field.unit][unit]
    scale = float(factor) / float(divisor)
    return {
        text: number
        for text, number in numbers.items()
        if float(field.minimum) <= number * (1 if "%" in text else scale) <= float(field.maximum)
    }


def weigh_date(field: Field, column: Column, language: str) -> Evidence:
    """Return what the cells say for a date: the order of day and month, Excel's numbers."""
    known = vocabulary(field, Entry(language=language))
    counts = {
        text: count
        for text, count in column.counts.items()
        if known.read(text, field.name).value not in MISSING
    }
    serial = all(text.isdigit() and int(text) in _SERIALS for text in counts)
    day_first = day_comes_first(counts)
    style = DateStyle(day_first=day_first is not False, excel_serial=serial)
    others = {t: n for t, n in counts.items() if read_date(t, field, style).value is None}
    agreement = 1 - sum(others.values()) / max(sum(counts.values()), 1)
    if not counts or agreement < _LEAST_AGREEMENT:
        return Evidence(0)
    dates: dict[str, bool] = {}
    doubts = []
    if serial:
        dates["excel_serial"] = True
        doubts.append("The cells are numbers: read as Excel's numbers for days.")
    elif any(_DATE.fullmatch(text) for text in counts):
        dates["day_first"] = style.day_first is True
        if day_first is None:
            doubts.append("No date shows whether day or month comes first: read as day first.")
    missing, asked = _missing(field, others)
    keys = {"dates": dates} if dates else {}
    return Evidence(agreement, {**keys, **missing}, (*doubts, *asked))


def day_comes_first(texts: Mapping[str, int]) -> bool | None:
    """Return whether the dates can only be day/month/year; None where they do not tell."""
    written = [match for text in texts if (match := _DATE.fullmatch(text))]
    first = sum(int(match[1]) > 12 for match in written)
    second = sum(int(match[2]) > 12 for match in written)
    return None if first == second else first > second


def _missing(field: Field, others: Mapping[str, int]) -> tuple[dict, list[str]]:
    """Return texts that seem to mean missing, because they stand there again and again."""
    words = [text for text in repeated(others) if not any(c.isdigit() for c in text)]
    doubts = []
    if words:
        said = listed({text: others[text] for text in words})
        doubts.append(f"Taken as missing: {said}.")
    rest = {text: count for text, count in others.items() if text not in words}
    if rest:
        kind = "numbers" if field.kind == "number" else "dates"
        doubts.append(f"No {kind}: {listed(rest)}.")
    return ({"missing": {"unknown": words}} if words else {}), doubts
