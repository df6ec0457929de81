"""Facts, fields and their levels as they stand within a sentence."""

from schemas.dictionary import fields
from study.presentation import labels

NOT_KNOWN = "not known"
RECORDED = "_recorded"
# Levels that no printed table has.
_LEVELS = {
    "microcalcifications": {
        "yes": "present",
        "no": "absent",
        "undescribed": "not mentioned in the report",
    },
    "her2_ihc": {
        "undefined": "not defined by the edition",
        "contradictory": "description contradicts itself",
    },
    "her2_low": {
        "null": "no staining",
        "low": "HER2-low",
        "ultralow": "HER2-ultralow",
        "zero_not_split": "IHC 0, faint staining not recorded",
        "positive": "HER2 positive",
    },
}
# The field whose unit a derived number has.
_FIELDS = {"age_years": "age_recorded"}
_UNITS = {"percent": "%", "ratio": "", "copies per cell": " per cell", "cells": ""}


def label_of(name: str) -> str:
    """Return what a clinician calls a fact or a field."""
    return fields()[name].label if name in fields() else labels.variable_label(name)


def level_of(name: str, value: str) -> str:
    """Return the words for a value of a fact or field, a number with its unit.

    What identifies a patient, such as her date of birth, is said to be known and not shown.
    """
    if value in ("unknown", "missing"):
        return NOT_KNOWN
    field = fields().get(_FIELDS.get(name, name))
    if field and field.identifying:
        return "known (not shown)"
    if field and field.kind == "number":
        return f"{float(value):g}{_UNITS.get(field.unit, f' {field.unit}')}"
    fact = name.removesuffix(RECORDED)
    known = {**labels.LEVELS.get(fact, {}), **_LEVELS.get(fact, {})}
    return within(known.get(value, value.replace("_", " ")))


def within(text: str) -> str:
    """Return a label as it stands within a sentence: ``HER2``, ``Ki-67``, but ``date of birth``."""
    first = text.split(" ")[0].rstrip(",;:")
    return text[0].lower() + text[1:] if first.isalpha() and first[1:].islower() else text


def sentence(text: str) -> str:
    """Return a text with a capital letter and a full stop."""
    return f"{capital(text).removesuffix('.')}."


def capital(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return text[0].upper() + text[1:]
