"""The vocabulary of the estimate tables and the kinds of columns they have."""

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
NOT_NEGATIVE = pa.Check.ge(0)
SHARE = pa.Check.in_range(0, 1)


def text(*levels: str, empty: bool = False) -> pa.Column:
    """Return a text column, of the levels if there are any."""
    return pa.Column(str, pa.Check.isin(list(levels)) if levels else None, nullable=empty)


def integer(empty: bool = False) -> pa.Column:
    """Return a column of counts."""
    return pa.Column("Int64", NOT_NEGATIVE, nullable=empty)


def number(*checks: pa.Check, empty: bool = True) -> pa.Column:
    """Return a column of numbers that pass the checks."""
    return pa.Column(float, list(checks), nullable=empty)


def table(
    columns: dict[str, pa.Column], unique: list[str], *checks: pa.Check
) -> pa.DataFrameSchema:
    """Return a table with these columns in this order and one row per key."""
    return pa.DataFrameSchema(
        columns, checks=list(checks), unique=unique, strict=True, ordered=True, coerce=True
    )
