"""Numbers and dates as clinicians write them."""

import datetime as dt
import re
from decimal import Decimal

from schemas.dictionary import Field
from study.cohort.cohort_file import UNITS, DateStyle, Entry
from study.cohort.vocabulary import Reading, look

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_RANGE = re.compile(r"[<>≤≥~].*|.*[0-9]%?\s*(-|–|to|a|à|bis)\s*[0-9].*")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ][0-9:.]+)?")
_TEXT_DATE = re.compile(r"([0-9]{1,2})[./ -]([0-9]{1,2})[./ -]([0-9]{4})")
_EXCEL_ZERO = dt.date(1899, 12, 30)


def read_number(text: str, field: Field, entry: Entry) -> Reading:
    """Return the number in the canonical unit, or why the text is none.

    A cell that is a number in Excel has a decimal point whatever `entry.decimal` says.
    """
    trimmed = text.strip()
    spaces = "surrounding spaces" if trimmed != text else ""
    if trimmed in entry.numbers:
        return Reading(entry.numbers[trimmed], remark=spaces)
    percent = trimmed.endswith("%") and field.unit == "percent"
    digits = trimmed.removesuffix("%").rstrip() if percent else trimmed
    if entry.decimal == "," and digits.count(",") == 1 and "." not in digits:
        digits = digits.replace(",", ".")
    if not _NUMBER.fullmatch(digits):
        return Reading(None, *_no_number(trimmed, field.name))
    # Decimal, so that 0.28 as a fraction is 28 percent and not 28.000000000000004
    unit = "percent" if percent else entry.unit or field.unit
    factor, divisor = UNITS[field.unit][unit]
    return Reading(float(Decimal(digits) * Decimal(factor)) / float(divisor), remark=spaces)


def _no_number(text: str, name: str) -> tuple[str, str]:
    if _ISO.fullmatch(text):
        return (
            "is a date, not a number.",
            "Excel makes dates of texts such as 10-12: format the cell as text and correct it.",
        )
    if _RANGE.fullmatch(text):
        return (
            "is a range, not a number.",
            f"Say which number it stands for under {name}.numbers in the codebook, "
            "or correct the cell.",
        )
    if _NUMBER.fullmatch(text.replace(",", ".", 1).removesuffix("%")):
        return (
            "is not a number.",
            "If the comma is a decimal comma, write decimal: ',' in cohort.yaml.",
        )
    alike = look(text)
    hint = f"It looks like {alike}. " if alike != text and _NUMBER.fullmatch(alike) else ""
    return (
        "is not a number.",
        f"{hint}Correct the cell, or add it under {name}.missing or {name}.numbers.",
    )


def read_date(text: str, field: Field, style: DateStyle) -> Reading:
    """Return the day of an ISO, formatted or written date, or why the text is none."""
    trimmed = text.strip()
    spaces = "surrounding spaces" if trimmed != text else ""
    iso = _ISO.fullmatch(trimmed)
    written = _TEXT_DATE.fullmatch(trimmed)
    try:
        if iso:
            return Reading(dt.date(*map(int, iso.groups())), remark=spaces)
        if style.format:
            return Reading(dt.datetime.strptime(trimmed, style.format).date(), remark=spaces)
        if written and style.day_first is not None:
            first, second, year = map(int, written.groups())
            day, month = (first, second) if style.day_first else (second, first)
            return Reading(dt.date(year, month, day), remark=spaces)
        if style.excel_serial and _NUMBER.fullmatch(trimmed):
            return Reading(_EXCEL_ZERO + dt.timedelta(days=int(float(trimmed))), remark=spaces)
    except (ValueError, OverflowError):
        return Reading(None, *_impossible(style))
    return Reading(None, *_no_date(trimmed, field.name, bool(written)))


def _impossible(style: DateStyle) -> tuple[str, str]:
    expected = f" written as {style.format}" if style.format else ""
    return f"is not a day of the calendar{expected}.", "Correct the cell, or dates in cohort.yaml."


def _no_date(text: str, name: str, written: bool) -> tuple[str, str]:
    if written:
        return (
            "may be day/month/year or month/day/year.",
            "Say which: write dates: {day_first: true} (or false) in cohort.yaml.",
        )
    if text.isdigit() and 10_000 < int(text) < 80_000:
        day = _EXCEL_ZERO + dt.timedelta(days=int(text))
        return (
            "is a number, not a date.",
            f"If it is Excel's number for {day.isoformat()}, write dates: {{excel_serial: true}}.",
        )
    return (
        "is not a date.",
        f"Correct the cell, add it under {name}.missing, or say how dates are written in "
        f"{name}.dates.",
    )
