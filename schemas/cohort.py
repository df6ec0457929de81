"""Schemas of the cohort as imported (text) and as validated (typed fields)."""

import datetime as dt

import pandas as pd
import pandera.pandas as pa

from schemas.dictionary import MISSING, Field, fields

RAW = pa.DataFrameSchema(
    {
        "sheet": pa.Column(str),
        "row": pa.Column("int64", pa.Check.ge(1), unique=True),
        "hidden": pa.Column(bool),
        "^[A-Z]{1,3}$": pa.Column(str, nullable=True, regex=True, required=False),
    },
    strict=True,
)

# The rows of a registry: groups of patients, `patients` of each, and the `key` of their rows.
GROUPED = RAW.add_columns(
    {"patients": pa.Column("int64", pa.Check.ge(1)), "key": pa.Column("uint64", unique=True)}
)


def _checks(field: Field, today: dt.date | None) -> list[pa.Check]:
    """Return the checks of a field; their messages are what a clinician reads."""
    if field.kind == "category":
        return [pa.Check.isin([*field.levels, *MISSING], error="is none of its levels.")]
    if field.kind == "number":
        low, high = float(field.minimum), float(field.maximum)
        legal = f"is outside {field.minimum} to {field.maximum} {field.unit}."
        return [pa.Check.in_range(low, high, error=legal)]
    if field.kind == "date":
        checks = [pa.Check.ge(pd.Timestamp(field.minimum), error=f"is before {field.minimum}.")]
        if today is not None:
            checks.append(pa.Check.le(pd.Timestamp(today), error="lies in the future."))
        return checks
    return []


def _column(field: Field, today: dt.date | None) -> pa.Column:
    types = {"text": str, "category": str, "number": float, "date": "datetime64[ns]"}
    identifies = field.name == "patient_id"
    return pa.Column(
        types[field.kind],
        _checks(field, today),
        nullable=field.kind != "category" and not identifies,
        unique=identifies,
    )


def validated_cohort(today: dt.date | None = None, registry: bool = False) -> pa.DataFrameSchema:
    """Return the schema of ``validated.parquet``: every field of the dictionary, typed.

    Parameters
    ----------
    today : datetime.date or None
        Day after which a date is impossible; None leaves that unchecked.
    registry : bool
        Whether rows count `patients` instead of having a `patient_id`.
    """
    columns = {name: _column(field, today) for name, field in fields().items()}
    if registry:
        del columns["patient_id"]
        columns = {"patients": pa.Column("int64", pa.Check.ge(1)), **columns}
    place = {"sheet": pa.Column(str), "row": pa.Column("int64", pa.Check.ge(1))}
    return pa.DataFrameSchema({**place, **columns}, strict=True, ordered=True)


VALIDATED = validated_cohort()
VALIDATED_REGISTRY = validated_cohort(registry=True)
