"""A validated cohort from the few cells a test is about."""

from collections.abc import Callable

import pandas as pd
import pytest

from schemas.dictionary import fields


def validated_cohort(rows: list[dict]) -> pd.DataFrame:
    """One patient per row; every field that a row does not name is not known."""
    frame = pd.DataFrame(rows, index=range(100, 100 + len(rows)))  # no index is like another
    if "patient_id" not in frame:
        frame["patient_id"] = [f"P{number}" for number in range(1, len(frame) + 1)]
    empty = {"number": float("nan"), "date": pd.NaT, "category": "unknown", "text": ""}
    types = {"number": "float64", "date": "datetime64[ns]", "category": "str", "text": "str"}
    columns = {}
    for name, field in fields().items():
        given = frame.get(name, pd.Series(empty[field.kind], frame.index))
        if field.kind == "category":
            given = given.fillna("unknown")
        columns[name] = given.astype(types[field.kind])
    return pd.DataFrame(columns)


@pytest.fixture
def cohort() -> Callable[..., pd.DataFrame]:
    """Build a validated cohort from one dictionary per patient."""

    def build(*rows: dict) -> pd.DataFrame:
        return validated_cohort(list(rows))

    return build
