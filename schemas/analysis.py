"""Schemas of the patient-level tables from derivation to the analysis cohort.

The columns of `ANALYSIS`, `DISPOSITION`, `TRACE`, `DISAGREEMENTS`, `DISCORDANT_PATIENTS` and
`RECORDED_AND_DERIVED` are a promise to other people's scripts (README, "Outputs"); a table that
breaks it stops the run.
"""

from typing import Any

import pandas as pd
import pandera.pandas as pa

HER2_IHC = ["0", "1+", "2+", "3+", "unknown", "not_done", "not_applicable"]
HER2_ISH = ["positive", "negative", "equivocal", "unknown", "not_done", "not_applicable"]
SUBTYPES = [
    "luminal_a",
    "luminal_b_her2_negative",
    "luminal_b_her2_positive",
    "her2_enriched",
    "triple_negative",
    "luminal_unspecified",
]
DENSITIES = ["A", "B", "C", "D"]
HISTOLOGIES = ["IDC", "IDC+DCIS", "ILC", "ILC+LCIS", "other"]
# In the order in which they are decided, each from those before it.
FACTS = [
    "age_years",
    "er_status",
    "pr_status",
    "hr_status",
    "her2_ihc",
    "her2_ish",
    "her2_status",
    "her2_low",
    "subtype",
    "density",
]
# Those with levels that a workbook may also record as such.
COMPARED_FACTS = [
    "er_status",
    "pr_status",
    "her2_ihc",
    "her2_ish",
    "her2_status",
    "subtype",
    "density",
]
HER2_LOW = ["low", "ultralow", "null", "zero_not_split", "positive", "unknown"]


def _text(*levels: str, empty: bool = False) -> pa.Column:
    return pa.Column(str, pa.Check.isin(list(levels)) if levels else None, nullable=empty)


def _number(lowest: float, highest: float) -> pa.Column:
    return pa.Column(float, pa.Check.in_range(lowest, highest), nullable=True)


def _table(columns: dict[str, pa.Column], *checks: pa.Check, **options: Any) -> pa.DataFrameSchema:
    contract = {"strict": True, "ordered": True, "coerce": True, **options}
    return pa.DataFrameSchema(columns, checks=list(checks), **contract)


def _excluded_for_its_first_reason(frame: pd.DataFrame) -> pd.Series:
    first = frame["all_reasons"].str.replace(";.*", "", regex=True)
    # An included patient has neither; comparing two missing texts is not equality.
    neither = frame["excluded_by"].isna() & first.isna()
    return (frame["excluded_by"].eq(first) | neither) & frame["included"].eq(neither)


_STATUS = ("positive", "negative", "unknown")

# What derivation adds; the columns before it were validated at entry and are carried along.
DERIVED = _table(
    {
        "patient_id": _text(),
        "age_years": _number(0, 120),
        "age_completed_years": _number(0, 120),
        "microcalcifications": _text("yes", "no", "unknown"),
        "er_status": _text(*_STATUS),
        "pr_status": _text(*_STATUS),
        "hr_status": _text(*_STATUS),
        "her2_ihc_used": _text("0", "1+", "2+", "3+", "undefined", "contradictory", "unknown"),
        "her2_ish_group": _text(),
        "her2_ish_reading": _text("positive", "negative", "equivocal", "unknown"),
        "her2_status": _text(*_STATUS, "unresolved"),
        "her2_low": _text(*HER2_LOW),
        "subtype": _text(*SUBTYPES, "unknown"),
        "density": _text(*DENSITIES, "unknown"),
        "histology": _text(*HISTOLOGIES, "in_situ", "unknown"),
    },
    strict=False,
    ordered=False,
    unique=["patient_id"],
)

TRACE = _table(
    {
        "patient_id": _text(),
        "biomarker": _text(*FACTS),
        "inputs": _text(),
        "rule": _text(),
        "edition": _text(empty=True),
        "row": _text(empty=True),
        "grade": _text("findings", "partial", "ish_verdict", "recorded", "none"),
        "flags": _text(empty=True),
    },
    unique=["patient_id", "biomarker"],
)

_BOTH_SOURCES = {
    "patient_id": _text(),
    "fact": _text(*FACTS),
    "recorded": _text(),
    "derived": _text(),
    "used": _text("recorded", "derived"),
}
_ONE_FACT_OF_A_PATIENT = ["patient_id", "fact"]
DISAGREEMENTS = _table(_BOTH_SOURCES, unique=_ONE_FACT_OF_A_PATIENT)
DISCORDANT_PATIENTS = _table({**_BOTH_SOURCES, "reason": _text()}, unique=_ONE_FACT_OF_A_PATIENT)
RECORDED_AND_DERIVED = _table(
    {**_BOTH_SOURCES, "discordant": pa.Column(bool)}, unique=_ONE_FACT_OF_A_PATIENT
)

DISPOSITION = _table(
    {
        "patient_id": _text(),
        "included": pa.Column(bool),
        "excluded_by": _text(empty=True),
        "all_reasons": _text(empty=True),
    },
    pa.Check(
        _excluded_for_its_first_reason,
        error="an excluded patient is excluded by the first of her reasons, nobody else has one",
    ),
    unique=["patient_id"],
)

ANALYSIS = _table(
    {
        "patient_id": _text(),
        "age_years": _number(0, 120),
        "microcalcifications": _text("yes", "no", empty=True),
        "her2_status": _text("positive", "negative", empty=True),
        "hr_status": _text("positive", "negative", empty=True),
        "subtype": _text(*SUBTYPES, empty=True),
        "density": _text(*DENSITIES, empty=True),
        "density_group": _text("A-B", "C-D", empty=True),
        "histology": _text(*HISTOLOGIES, empty=True),
        "histology_group": _text("IDC", "other", empty=True),
        "age_group": _text("<=50", ">50", empty=True),
        "luminal_b_her2_positive": _text("yes", "no", empty=True),
        "ki67_percent": _number(0, 100),
        "her2_ihc": _text(*HER2_IHC),
        "her2_ish": _text(*HER2_ISH),
    },
    unique=["patient_id"],
)
