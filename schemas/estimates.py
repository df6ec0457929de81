"""Schemas of every table in ``results/{cohort}/estimates``: the output contract.

The columns are a promise to other people's scripts (README, "Outputs").
Every file is written and read through `write_estimates` and `read_estimates`, so that
a table that breaks the promise stops the run instead of reaching a reader.
"""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from schemas.agreement import AGREEMENT
from schemas.columns import (
    GROUPS,
    LARGEST_LOG_ODDS,
    MEASURES,
    NOT_NEGATIVE,
    SHARE,
    STATUSES,
    TABLES,
    TESTS,
    integer,
    number,
    table,
    text,
)
from schemas.curves import CURVES
from schemas.reclassification import RECLASSIFICATION


def _empty_unless_ok(frame: pd.DataFrame) -> pd.Series:
    estimates = ["log_odds", "std_error", "odds_ratio", "ci_low", "ci_high", "wald", "p_value"]
    return frame["status"].eq("ok") | frame[estimates].isna().all(axis="columns")


_ESTIMATE = {
    "model": text(),
    "variable": text(),
    "level": text(),
    "reference": text(),
    "n": integer(),
    "events": integer(),
    "level_n": integer(),
    "level_events": integer(),
    "log_odds": number(pa.Check.in_range(-LARGEST_LOG_ODDS, LARGEST_LOG_ODDS)),
    "std_error": number(pa.Check.gt(0)),
    "odds_ratio": number(pa.Check.gt(0)),
    "ci_low": number(NOT_NEGATIVE),
    "ci_high": number(NOT_NEGATIVE),
    "ci_method": text("wald", "profile"),
    "wald": number(NOT_NEGATIVE),
    "df": integer(empty=True),
    "p_value": number(SHARE),
    "lr_p_value": number(SHARE),
    "estimator": text("ml", "firth"),
    "status": text(*STATUSES),
}
_ESTIMATE_KEY = ["model", "variable", "level", "estimator", "ci_method"]
_ESTIMATE_CHECK = pa.Check(
    _empty_unless_ok, error="a row that could not be estimated has empty estimates"
)

ESTIMATES: dict[str, pa.DataFrameSchema] = {
    "flow": table(
        {
            "step": integer(),
            "criterion": text(),
            "label": text(),
            "excluded": integer(),
            "not_assessable": integer(),
            "remaining": integer(),
        },
        ["step"],
    ),
    # How the words of the reports were read, among the women analysed.
    "readings": table(
        {"fact": text(), "recorded": text(), "read_as": text(), "n": integer()},
        ["fact", "recorded", "read_as"],
    ),
    "baseline": table(
        {
            "variable": text(),
            "level": text(empty=True),
            "group": text(*GROUPS),
            "n": integer(),
            "total": integer(),
            "percent": number(pa.Check.in_range(0, 100)),
            "mean": number(),
            "sd": number(NOT_NEGATIVE),
            "median": number(),
            "q1": number(),
            "q3": number(),
            "minimum": number(),
            "maximum": number(),
            "missing": integer(),
        },
        ["variable", "level", "group"],
    ),
    "contingency": table(
        {
            "table": text(*TABLES),
            "stratum": text(empty=True),
            "row": text(),
            "column": text("yes", "no"),
            "n": integer(),
            "row_total": integer(),
            "row_percent": number(pa.Check.in_range(0, 100)),
        },
        ["table", "stratum", "row", "column"],
    ),
    "tests": table(
        {
            "table": text(*TABLES),
            "stratum": text(empty=True),
            "test": text(*TESTS),
            "statistic": number(),
            "df": number(NOT_NEGATIVE),
            "p_value": number(SHARE),
            "chosen": pa.Column(bool),
            "note": text(empty=True),
        },
        ["table", "stratum", "test"],
    ),
    "effects": table(
        {
            "table": text(*TABLES),
            "stratum": text(empty=True),
            "measure": text(*MEASURES),
            "estimate": number(),
            "ci_low": number(),
            "ci_high": number(),
            "method": text(),
        },
        ["table", "stratum", "measure", "method"],
    ),
    "univariable": table(
        {**_ESTIMATE, "selected": pa.Column(bool)}, _ESTIMATE_KEY, _ESTIMATE_CHECK
    ),
    "multivariable": table(_ESTIMATE, _ESTIMATE_KEY, _ESTIMATE_CHECK),
    "model_fit": table(
        {
            "model": text(),
            "n": integer(),
            "events": integer(),
            "missing": integer(),
            "parameters": integer(),
            "events_per_parameter": number(NOT_NEGATIVE),
            "log_likelihood": number(pa.Check.le(0)),
            "null_log_likelihood": number(pa.Check.le(0)),
            "lr_chi2": number(),
            "lr_df": integer(empty=True),
            "lr_p_value": number(SHARE),
            "cox_snell": number(pa.Check.le(1)),
            "nagelkerke": number(pa.Check.le(1)),
            "hl_chi2": number(NOT_NEGATIVE),
            "hl_df": integer(empty=True),
            "hl_p_value": number(SHARE),
            "hl_groups": integer(empty=True),
            "auc": number(SHARE),
            "auc_low": number(SHARE),
            "auc_high": number(SHARE),
            "max_vif": number(pa.Check.ge(1 - 1e-9)),
            "status": text(*STATUSES),
        },
        ["model"],
    ),
    "hosmer_lemeshow": table(
        {
            "model": text(),
            "group": integer(),
            "n": integer(),
            "observed": integer(),
            "expected": number(NOT_NEGATIVE, empty=False),
        },
        ["model", "group"],
    ),
    "classification": table(
        {
            "model": text(),
            "observed": text("yes", "no"),
            "predicted": text("yes", "no"),
            "n": integer(),
        },
        ["model", "observed", "predicted"],
    ),
    "checks": table(
        {
            "model": text(),
            "check": text(),
            "severity": text("note", "warning", "serious"),
            "value": number(),
            "message": text(),
        },
        ["model", "check", "message"],
    ),
    **CURVES,
    **AGREEMENT,
    **RECLASSIFICATION,
}


def write_estimates(name: str, frame: pd.DataFrame, path: str | Path) -> None:
    """Write an estimates table as CSV once it satisfies its schema.

    Raises
    ------
    pandera.errors.SchemaError
        If the table breaks the output contract: a defect of the software.
    """
    ESTIMATES[name].validate(frame.reset_index(drop=True)).to_csv(path, index=False)


def read_estimates(name: str, path: str | Path) -> pd.DataFrame:
    """Return an estimates table with the types its schema promises.

    Empty cells are missing; texts such as ``NA`` are not.
    """
    frame = pd.read_csv(path, keep_default_na=False, na_values=[""])
    return ESTIMATES[name].validate(frame)
