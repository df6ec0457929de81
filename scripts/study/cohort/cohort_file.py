"""What a cohort's ``cohort.yaml`` says: its workbook, its period and its codebook."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from schemas.dictionary import MISSING, Field, fields
from schemas.document import explain_syntax, read_document
from study.problems import Problem, ProblemsFound, StudyError

# Units in which a workbook may keep a quantity -> factor to the canonical unit (numerator,
# denominator). A birth in days before diagnosis is a negative number of days.
UNITS: dict[str, dict[str, tuple[str, str]]] = {
    "percent": {"percent": ("1", "1"), "fraction": ("100", "1")},
    "years": {
        "years": ("1", "1"),
        "months": ("1", "12"),
        "days": ("1", "365.25"),
        "days_until_diagnosis_negative": ("-1", "365.25"),
    },
    **{unit: {unit: ("1", "1")} for unit in ("ratio", "copies per cell", "cells")},
}


@dataclass(frozen=True)
class Workbook:
    """Where the workbook is and how it is laid out; ``header_rows`` counted from 1.

    Of a `registry` patients are counted and never listed; `table` is one of a DuckDB file.
    """

    path: str
    sheet: str | int | None = None
    header_rows: tuple[int, ...] = (1,)
    sha256: str | None = None
    source: str = ""
    citation: str = ""
    licence: str = ""
    encoding: str | None = None
    delimiter: str | None = None
    registry: bool = False
    table: str | None = None


@dataclass(frozen=True)
class DateStyle:
    """How text dates are written; ISO dates are always understood."""

    day_first: bool | None = None
    format: tuple[str, ...] = ()
    excel_serial: bool = False


@dataclass(frozen=True)
class Entry:
    """How one field is read from the workbook."""

    column: str | None = None
    letter: str | None = None
    position: int | None = None
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    patterns: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    blank: str = "unknown"
    unit: str | None = None
    decimal: str = "."
    dates: DateStyle = DateStyle()
    numbers: Mapping[str, float] = field(default_factory=dict)
    defaults: bool = True
    language: str = "en"


@dataclass(frozen=True)
class Cohort:
    """A cohort's settings, complete with their defaults."""

    name: str
    title: str
    workbook: Workbook
    codebook: Mapping[str, Entry]
    synthetic: bool = False


def read_cohort(text: str) -> Cohort:
    """Return the settings of a cohort.

    Raises
    ------
    StudyError
        With every mistake of the codebook; the form of the file as a whole is the
        business of ``schemas/cohort.schema.yaml``.
    """
    settings = _settings(text)
    for key in ("name", "title", "workbook", "codebook"):
        if key not in settings:
            raise StudyError(f"cohort.yaml lacks the key '{key}'. See config/README.md.")
    codebook = settings["codebook"]
    workbook = dict(settings["workbook"])
    problems = _codebook_problems(codebook, registry=workbook.get("registry", False))
    if problems:
        raise ProblemsFound(problems, "The codebook in cohort.yaml cannot be used:")
    workbook["header_rows"] = tuple(workbook.get("header_rows", (1,)))
    return Cohort(
        name=settings["name"],
        title=settings["title"],
        synthetic=settings.get("synthetic", False),
        workbook=Workbook(**workbook),
        codebook={name: _entry(keys, settings) for name, keys in codebook.items()},
    )


def _settings(text: str) -> dict[str, Any]:
    try:
        settings = read_document(text)
    except yaml.YAMLError as error:
        raise StudyError(f"cohort.yaml cannot be read, {explain_syntax(error)}") from None
    if not isinstance(settings, dict):
        raise StudyError("cohort.yaml is empty. See config/README.md for what belongs into it.")
    return settings


def _entry(keys: Mapping[str, Any], settings: Mapping[str, Any]) -> Entry:
    spelled = {key: _spellings(keys.get(key)) for key in ("values", "missing")}
    general = {key: settings[key] for key in ("decimal", "language") if settings.get(key)}
    dates = {**(settings.get("dates") or {}), **(keys.get("dates") or {})}
    dates["format"] = tuple(_listed(dates.get("format", [])))
    numbers = {_cell_text(text): float(value) for text, value in keys.get("numbers", {}).items()}
    return Entry(**{**general, **keys, **spelled, "dates": DateStyle(**dates), "numbers": numbers})


def _spellings(levels: Mapping[str, Any] | None) -> dict[str, tuple[str, ...]]:
    return {
        str(level): tuple(_cell_text(text) for text in _listed(spellings))
        for level, spellings in (levels or {}).items()
    }


def _listed(spellings: Any) -> list:
    return spellings if isinstance(spellings, list) else [spellings]


def _cell_text(value: Any) -> str:
    """Return a spelling as the import writes such a cell."""
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.15g}" if isinstance(value, float) else str(value).strip()


def _codebook_problems(codebook: Mapping[str, Any], registry: bool) -> list[Problem]:
    problems = [
        _mistake(name, f"'{name}' is no field of schemas/fields.csv.{_nearest(name, fields())}")
        for name in codebook
        if name not in fields()
    ]
    if "patient_id" not in codebook and not registry:
        problems.append(_mistake("patient_id", "is missing. Say which column identifies patients."))
    if registry and codebook.keys() >= {"birth_date", "diagnosis_date", "age_recorded"}:
        both = (
            "stands beside the dates. Of a registry only one source of age can be read: keep one."
        )
        problems.append(_mistake("age_recorded", both))
    for name in codebook.keys() & fields().keys():
        problems += [
            _mistake(name, rule) for rule in _entry_mistakes(fields()[name], codebook[name])
        ]
    return sorted(problems, key=lambda problem: problem.address)


def _entry_mistakes(meaning: Field, keys: Mapping[str, Any]) -> list[str]:
    if len(keys.keys() & {"column", "letter", "position"}) != 1:
        return ["needs exactly one of: column, letter, position."]
    mistakes = []
    units = UNITS.get(meaning.unit, {})
    if "unit" in keys and keys["unit"] not in units:
        mistakes.append(f"unit '{keys['unit']}' is none of {', '.join(units)}.")
    return mistakes + _level_mistakes(meaning, keys)


def _level_mistakes(meaning: Field, keys: Mapping[str, Any]) -> list[str]:
    mistakes = []
    allowed = {"values": meaning.levels, "patterns": meaning.levels, "missing": MISSING}
    levels_of: dict[str, set[str]] = {}
    for key, levels in allowed.items():
        for level, spellings in (keys.get(key) or {}).items():
            if key == "values" and str(level) in MISSING:
                mistakes.append(_missing_among_values(str(level), spellings))
            elif str(level) not in levels:
                mistakes.append(f"{key}: '{level}' is none of {', '.join(levels)}.")
            for text in _listed(spellings):
                if key == "patterns":
                    mistakes += _pattern_mistakes(level, text)
                else:
                    levels_of.setdefault(_cell_text(text), set()).add(str(level))
    if keys.get("blank", "unknown") not in (*meaning.levels, *MISSING):
        mistakes.append(f"blank: '{keys['blank']}' is none of its levels.")
    mistakes += [
        f"'{text}' stands under {' and '.join(sorted(levels))}: keep one."
        for text, levels in levels_of.items()
        if len(levels) > 1
    ]
    return mistakes


def _missing_among_values(level: str, spellings: Any) -> str:
    texts = [_cell_text(text) for text in _listed(spellings)]
    written = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    return f"values: {level} is not a level; write missing: {{{level}: {written}}}."


def _pattern_mistakes(level: str, pattern: Any) -> list[str]:
    try:
        re.compile(pattern)
    except (re.error, TypeError):
        return [f"patterns: '{pattern}' under {level} is not a regular expression."]
    return []


def _mistake(name: str, rule: str) -> Problem:
    return Problem(f"cohort.yaml, codebook.{name}", "", "", rule, "")


def _nearest(name: str, known: Any) -> str:
    close = difflib.get_close_matches(str(name), list(known), n=1)
    return f" Did you mean '{close[0]}'?" if close else ""
