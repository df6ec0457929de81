"""Numbers and dates as clinicians write them."""

import datetime as dt
import re
from contextlib import suppress
from decimal import Decimal

from schemas.dictionary import Field
from study.cohort.cohort_file import UNITS, DateStyle, Entry
from study.cohort.vocabulary import Reading, look

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_RANGE = re.compile(r"[<>≤≥~].*|.*[0-9]%?\s*(-|–|to|a|à|bis)\s*[0-9].*")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ][0-9:.]+)?")
_TEXT_DATE = re.compile(r"([0-9]{1,2})[./ -]([0-9]{1,2})[./ -]([0-9]{4}|[0-9]{2})")
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
            f"Say which number it stands for under {name}.numbers in the codebook, list it under "
            f"{name}.missing if a cut-off lies within it, or correct the cell.",
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
    day = _day(trimmed, style)
    if day is None:
        return Reading(None, *_no_date(trimmed, field.name, style))
    return Reading(day, remark="surrounding spaces" if trimmed != text else "")


def _day(text: str, style: DateStyle) -> dt.date | None:
    if iso := _ISO.fullmatch(text):
        return _calendar_day(*map(int, iso.groups()))
    for form in style.format:
        with suppress(ValueError):
            return dt.datetime.strptime(text, form).date()
    written = _TEXT_DATE.fullmatch(text)
    # formats are exact: where they are given, a date that fits none is not read otherwise
    if written and len(written[3]) == 4 and style.day_first is not None and not style.format:
        day_first, month_first = _orders(written)
        return day_first if style.day_first else month_first
    if style.excel_serial and _NUMBER.fullmatch(text):
        with suppress(OverflowError):
            return _EXCEL_ZERO + dt.timedelta(days=int(float(text)))
    return None


def _calendar_day(year: int, month: int, day: int) -> dt.date | None:
    with suppress(ValueError):
        return dt.date(year, month, day)
    return None


def _orders(written: re.Match[str]) -> tuple[dt.date | None, dt.date | None]:
    """Return the day that a written date is as day/month/year, and as month/day/year."""
    first, second, year = map(int, written.groups())
    year += 2000 if len(written[3]) == 2 else 0
    return _calendar_day(year, second, first), _calendar_day(year, first, second)


def _no_date(text: str, name: str, style: DateStyle) -> tuple[str, str]:
    written = _TEXT_DATE.fullmatch(text)
    if _ISO.fullmatch(text) or (written and not any(_orders(written))):
        return "is not a day of the calendar.", "Correct the cell."
    if style.format:
        forms = " or ".join(style.format)
        return f"is not written as {forms}.", "Correct the cell, or add its form to dates.format."
    if written:
        return _not_said(written, style)
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


def _not_said(written: re.Match[str], style: DateStyle) -> tuple[str, str]:
    """Return what is to be said of a date of the calendar that the settings do not explain."""
    day_first, month_first = _orders(written)
    order = "day/month/year" if style.day_first else "month/day/year"
    if len(written[3]) == 2:
        mark = re.sub("[0-9]", "", written[0])[0]
        as_day_first = day_first if style.day_first is None else style.day_first
        form = mark.join(["%d", "%m", ""] if as_day_first else ["%m", "%d", ""])
        return (
            "has a year of two digits.",
            f'Write the year in full, or write dates: {{format: ["{form}%Y", "{form}%y"]}} '
            "(%d day, %m month) in cohort.yaml: 69 to 99 then mean 1969 to 1999, "
            "00 to 68 mean 2000 to 2068.",
        )
    if style.day_first is not None:
        return (
            f"is not a day of the calendar as {order}.",
            "Correct the cell, or dates.day_first in cohort.yaml.",
        )
    said = "Say which: write dates: {day_first: true} (or false) in cohort.yaml."
    if day_first and month_first:
        return "may be day/month/year or month/day/year.", said
    likely, flag = ("day/month", "true") if day_first else ("month/day", "false")
    return (
        f"can only be {likely}/year, but the codebook does not say so.",
        f"Write dates: {{day_first: {flag}}} in cohort.yaml.",
    )
