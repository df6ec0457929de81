"""Schemas of every table in ``results/{cohort}/estimates``: the output contract.

The columns are a promise to other people's scripts (README, "Outputs").
Every file is written and read through `write_estimates` and `read_estimates`, so that
a table that breaks the promise stops the run instead of reaching a reader.
"""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

STATUSES = ["ok", "separated", "not_converged", "aliased", "not_estimable"]
TABLES = [
    "mc_by_her2",
    "mc_by_density",
    "mc_by_density_group",
    "mc_by_her2_within_density",
    "mc_by_subtype",
    "mc_by_histology",
    "mc_by_age_group",
    "age_by_mc",
    "age_by_her2",
    "ki67_by_mc",
    "ki67_by_her2",
]
TESTS = [
    "pearson",
    "yates",
    "likelihood_ratio",
    "linear_by_linear",
    "fisher_exact",
    "cochran_mantel_haenszel",
    "breslow_day_tarone",
    "student_t",
    "welch_t",
    "levene",
    "mann_whitney",
    "shapiro_wilk",
]
MEASURES = ["odds_ratio", "risk_ratio", "risk_difference"]
GROUPS = ["overall", "mc_yes", "mc_no", "her2_positive", "her2_negative"]
# A log odds ratio beyond this is a sign of separation, never an estimate (odds ratio 3e6).
LARGEST_LOG_ODDS = 15.0

_count = pa.Check.ge(0)
_share = pa.Check.in_range(0, 1)


def _text(*levels: str, empty: bool = False) -> pa.Column:
    return pa.Column(str, pa.Check.isin(list(levels)) if levels else None, nullable=empty)


def _integer(empty: bool = False) -> pa.Column:
    return pa.Column("Int64", _count, nullable=empty)


def _number(*checks: pa.Check, empty: bool = True) -> pa.Column:
    return pa.Column(float, list(checks), nullable=empty)


def _table(
    columns: dict[str, pa.Column], unique: list[str], *checks: pa.Check
) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        columns, checks=list(checks), unique=unique, strict=True, ordered=True, coerce=True
    )


def _empty_unless_ok(frame: pd.DataFrame) -> pd.Series:
    estimates = ["log_odds", "std_error", "odds_ratio", "ci_low", "ci_high", "wald", "p_value"]
    return frame["status"].eq("ok") | frame[estimates].isna().all(axis="columns")


_ESTIMATE = {
    "model": _text(),
    "variable": _text(),
    "level": _text(),
    "reference": _text(),
    "n": _integer(),
    "events": _integer(),
    "level_n": _integer(),
    "level_events": _integer(),
    "log_odds": _number(pa.Check.in_range(-LARGEST_LOG_ODDS, LARGEST_LOG_ODDS)),
    "std_error": _number(pa.Check.gt(0)),
    "odds_ratio": _number(pa.Check.gt(0)),
    "ci_low": _number(_count),
    "ci_high": _number(_count),
    "ci_method": _text("wald", "profile"),
    "wald": _number(_count),
    "df": _integer(empty=True),
    "p_value": _number(_share),
    "lr_p_value": _number(_share),
    "estimator": _text("ml", "firth"),
    "status": _text(*STATUSES),
}
_ESTIMATE_KEY = ["model", "variable", "level", "estimator", "ci_method"]
_ESTIMATE_CHECK = pa.Check(
    _empty_unless_ok, error="a row that could not be estimated has empty estimates"
)

ESTIMATES: dict[str, pa.DataFrameSchema] = {
    "flow": _table(
        {
            "step": _integer(),
            "criterion": _text(),
            "label": _text(),
            "excluded": _integer(),
            "not_assessable": _integer(),
            "remaining": _integer(),
        },
        ["step"],
    ),
    "baseline": _table(
        {
            "variable": _text(),
            "level": _text(empty=True),
            "group": _text(*GROUPS),
            "n": _integer(),
            "total": _integer(),
            "percent": _number(pa.Check.in_range(0, 100)),
            "mean": _number(),
            "sd": _number(_count),
            "median": _number(),
            "q1": _number(),
            "q3": _number(),
            "minimum": _number(),
            "maximum": _number(),
            "missing": _integer(),
        },
        ["variable", "level", "group"],
    ),
    "contingency": _table(
        {
            "table": _text(*TABLES),
            "stratum": _text(empty=True),
            "row": _text(),
            "column": _text("yes", "no"),
            "n": _integer(),
            "row_total": _integer(),
            "row_percent": _number(pa.Check.in_range(0, 100)),
        },
        ["table", "stratum", "row", "column"],
    ),
    "tests": _table(
        {
            "table": _text(*TABLES),
            "stratum": _text(empty=True),
            "test": _text(*TESTS),
            "statistic": _number(),
            "df": _number(_count),
            "p_value": _number(_share),
            "chosen": pa.Column(bool),
            "note": _text(empty=True),
        },
        ["table", "stratum", "test"],
    ),
    "effects": _table(
        {
            "table": _text(*TABLES),
            "stratum": _text(empty=True),
            "measure": _text(*MEASURES),
            "estimate": _number(),
            "ci_low": _number(),
            "ci_high": _number(),
            "method": _text(),
        },
        ["table", "stratum", "measure", "method"],
    ),
    "univariable": _table(
        {**_ESTIMATE, "selected": pa.Column(bool)}, _ESTIMATE_KEY, _ESTIMATE_CHECK
    ),
    "multivariable": _table(_ESTIMATE, _ESTIMATE_KEY, _ESTIMATE_CHECK),
    "model_fit": _table(
        {
            "model": _text(),
            "n": _integer(),
            "events": _integer(),
            "missing": _integer(),
            "parameters": _integer(),
            "events_per_parameter": _number(_count),
            "log_likelihood": _number(pa.Check.le(0)),
            "null_log_likelihood": _number(pa.Check.le(0)),
            "lr_chi2": _number(),
            "lr_df": _integer(empty=True),
            "lr_p_value": _number(_share),
            "cox_snell": _number(pa.Check.le(1)),
            "nagelkerke": _number(pa.Check.le(1)),
            "hl_chi2": _number(_count),
            "hl_df": _integer(empty=True),
            "hl_p_value": _number(_share),
            "hl_groups": _integer(empty=True),
            "auc": _number(_share),
            "auc_low": _number(_share),
            "auc_high": _number(_share),
            "max_vif": _number(pa.Check.ge(1 - 1e-9)),
            "status": _text(*STATUSES),
        },
        ["model"],
    ),
    "hosmer_lemeshow": _table(
        {
            "model": _text(),
            "group": _integer(),
            "n": _integer(),
            "observed": _integer(),
            "expected": _number(_count, empty=False),
        },
        ["model", "group"],
    ),
    "classification": _table(
        {
            "model": _text(),
            "observed": _text("yes", "no"),
            "predicted": _text("yes", "no"),
            "n": _integer(),
        },
        ["model", "observed", "predicted"],
    ),
    "checks": _table(
        {
            "model": _text(),
            "check": _text(),
            "severity": _text("note", "warning", "serious"),
            "value": _number(),
            "message": _text(),
        },
        ["model", "check", "message"],
    ),
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
