"""Schemas of the tables in ``results/summary``: what holds across cohorts.

`cohorts` has one row per cohort and, last, the row ``random_effects``. `weight` is a share of
the summary (1 in the last row), empty for a cohort that is not in it. `left_out` says why.
`heterogeneity` has one row; `i2` is a percentage.
"""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from schemas.columns import LARGEST_LOG_ODDS, STATUSES

_positive, _share = pa.Check.gt(0), pa.Check.in_range(0, 1)
_not_negative = pa.Check.ge(0)


def _text(*levels: str, empty: bool = False) -> pa.Column:
    return pa.Column(str, pa.Check.isin(list(levels)) if levels else None, nullable=empty)


def _number(check: pa.Check | None = None) -> pa.Column:
    return pa.Column(float, check, nullable=True)


def _count(empty: bool = False) -> pa.Column:
    return pa.Column("Int64", _not_negative, nullable=empty)


def _synthetic_weighs_nothing(frame: pd.DataFrame) -> pd.Series:
    return ~frame["synthetic"] | frame["weight"].isna()


def _table(
    columns: dict[str, pa.Column], unique: list[str], *checks: pa.Check
) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        columns, checks=list(checks), unique=unique, strict=True, ordered=True, coerce=True
    )


_RATIO = {
    "odds_ratio": _number(_positive),
    "ci_low": _number(_not_negative),
    "ci_high": _number(_not_negative),
}

SUMMARY: dict[str, pa.DataFrameSchema] = {
    "cohorts": _table(
        {
            "cohort": _text(),
            "synthetic": pa.Column(bool),
            "n": _count(empty=True),
            "events": _count(empty=True),
            "log_odds": _number(pa.Check.in_range(-LARGEST_LOG_ODDS, LARGEST_LOG_ODDS)),
            "std_error": _number(_not_negative),
            **_RATIO,
            "weight": _number(_share),
        },
        ["cohort"],
        pa.Check(_synthetic_weighs_nothing, error="a synthetic cohort is never pooled"),
    ),
    "heterogeneity": _table(
        {
            "k": _count(),
            "tau2": _number(_not_negative),
            "i2": _number(pa.Check.in_range(0, 100)),
            "q": _number(_not_negative),
            "df": _count(empty=True),
            "p_value": _number(_share),
            "method": _text("reml_hartung_knapp"),
            **_RATIO,
            "prediction_low": _number(_not_negative),
            "prediction_high": _number(_not_negative),
            "status": _text("ok", "not_estimable"),
            "note": _text(empty=True),
        },
        ["method"],
    ),
    "left_out": _table(
        {
            "cohort": _text(),
            "reason": _text("synthetic", *(status for status in STATUSES if status != "ok")),
        },
        ["cohort"],
    ),
}


def write_summary(name: str, frame: pd.DataFrame, path: str | Path) -> None:
    """Write a table of the summary as CSV once it satisfies its schema."""
    SUMMARY[name].validate(frame).to_csv(path, index=False)


def read_summary(name: str, path: str | Path) -> pd.DataFrame:
    """Return a table of the summary with the types its schema promises."""
    frame = pd.read_csv(path, keep_default_na=False, na_values=[""])
    return SUMMARY[name].validate(frame)
