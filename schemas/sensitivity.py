"""Schemas of the tables in ``results/{cohort}/sensitivity``.

The columns of `universes`, `estimates` and `decisions` up to `flips_significance` are a promise
to other people's scripts (README, "Outputs").
"""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from schemas.columns import LARGEST_LOG_ODDS, NOT_NEGATIVE, SHARE, STATUSES, integer, number, text

# `not_selected`: the exposure did not pass a screen that it had to pass. `failed`: the log of
# `fit_universes` says why.
UNIVERSE_STATUSES = [*STATUSES, "not_selected", "failed"]
_POSITIVE = pa.Check.gt(0)
_LOG_ODDS = pa.Check.in_range(-LARGEST_LOG_ODDS, LARGEST_LOG_ODDS)


def _table(
    columns: dict[str, pa.Column], unique: list[str], *checks: pa.Check, strict: bool = True
) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        columns,
        checks=list(checks),
        unique=unique or None,
        strict=strict,
        ordered=strict,
        coerce=True,
    )


def _one_primary(frame: pd.DataFrame) -> bool:
    return int(frame["is_primary"].sum()) == 1


def _empty_unless_ok(frame: pd.DataFrame) -> pd.Series:
    estimates = ["log_odds", "std_error", "odds_ratio", "ci_low", "ci_high", "p_value"]
    return frame["status"].eq("ok") | frame[estimates].isna().all(axis="columns")


# The last columns of `universes`.
FLAGS = ["is_primary", "is_drawn", "keeps_exposure"]
_RATIO = {
    "odds_ratio": number(_POSITIVE),
    "ci_low": number(NOT_NEGATIVE),
    "ci_high": number(NOT_NEGATIVE),
    "p_value": number(SHARE),
}

SENSITIVITY: dict[str, pa.DataFrameSchema] = {
    # Between `universe` and `is_primary` one column per dimension, its options as text.
    # `is_drawn`: it counts in medians and shares; `keeps_exposure`: whatever its screen.
    "universes": _table(
        {"universe": text(), **{name: pa.Column(bool) for name in FLAGS}},
        ["universe"],
        pa.Check(_one_primary, error="one universe is the primary analysis"),
        strict=False,
    ),
    "estimates": _table(
        {
            "universe": text(),
            "variable": text(),
            "level": text(),
            "n": integer(),
            "events": integer(),
            "log_odds": number(_LOG_ODDS),
            "std_error": number(_POSITIVE),
            **_RATIO,
            "selected": pa.Column(bool),
            "status": text(*UNIVERSE_STATUSES),
            # Women of the model whose outcome, or anything else of it, was assigned or imputed.
            "filled_outcome": integer(),
            "filled_other": integer(),
            # Women who are not what they are in the primary universe.
            "women_changed": integer(),
        },
        ["universe", "variable", "level"],
        pa.Check(_empty_unless_ok, error="what could not be estimated has no estimates"),
    ),
    "decisions": _table(
        {
            "dimension": text(),
            "option": text(),
            "median_odds_ratio": number(_POSITIVE),
            "shift": number(_POSITIVE),
            "flips_significance": pa.Column("boolean", nullable=True),
            "is_primary": pa.Column(bool),
            "universes": integer(),
            "estimated": integer(),
            "significant": integer(),
            "compared": integer(),
            "odds_ratio_alone": number(_POSITIVE),
            "p_value_alone": number(SHARE),
            "n_alone": integer(empty=True),
            "events_alone": integer(empty=True),
            "status_alone": text(*UNIVERSE_STATUSES),
            "same_contrast_alone": pa.Column(bool),
            "held_alone": text(empty=True),
            "acts_on": text("women", "model"),
            "women_changed_alone": integer(),
            "variance_share": number(SHARE),
        },
        ["dimension", "option"],
    ),
    "joint": _table(
        {
            "contrast": text("any", "primary"),
            "statistic": text("median_log_odds", "significant_share", "mean_z"),
            "universes": integer(),
            "observed": number(NOT_NEGATIVE),
            "null_median": number(NOT_NEGATIVE),
            "replicates": integer(),
            "beyond": integer(),
            "p_value": number(SHARE),
            "p_low": number(SHARE),
            "p_high": number(SHARE),
            "null_not_estimable": number(SHARE),
            "null_not_estimable_most": number(SHARE),
        },
        ["contrast", "statistic"],
    ),
    "influence": _table(
        {
            "pattern": text(),
            "outcome": text("yes", "no"),
            "women": integer(),
            "n": integer(),
            "events": integer(),
            "odds_ratio": number(_POSITIVE),
            "p_value": number(SHARE),
            "shift": number(_POSITIVE),
            "status": text(*UNIVERSE_STATUSES),
        },
        ["pattern", "outcome"],
    ),
    "robustness": _table(
        {
            "measure": text(),
            "value": number(),
            "status": text("ok", "not_estimable", "not_crossed"),
        },
        [],
    ),
    "tipping": _table(
        {
            "shifted": text(),
            "delta": number(),
            "imputed": integer(),
            "imputed_exposure": integer(),
            "imputed_exposed": integer(),
            "imputed_events": number(NOT_NEGATIVE),
            "n": integer(),
            "events": number(NOT_NEGATIVE),
            "log_odds": number(_LOG_ODDS),
            "std_error": number(_POSITIVE),
            "monte_carlo_error": number(NOT_NEGATIVE),
            "odds_ratio": number(_POSITIVE),
            "ci_low": number(NOT_NEGATIVE),
            "ci_high": number(NOT_NEGATIVE),
            "df": number(),
            "p_value": number(SHARE),
            "missing_information": number(),
            "status": text(*STATUSES),
            "terms": text(),
            "left_out": text(empty=True),
        },
        ["shifted", "delta"],
    ),
}


def write_sensitivity(name: str, frame: pd.DataFrame, path: str | Path) -> None:
    """Write a table of the sensitivity analysis as CSV once it satisfies its schema."""
    SENSITIVITY[name].validate(frame).to_csv(path, index=False)


def read_sensitivity(name: str, path: str | Path) -> pd.DataFrame:
    """Return a table of the sensitivity analysis with the types its schema promises."""
    options = {"dtype": str} if name == "universes" else {}
    frame = pd.read_csv(path, keep_default_na=False, na_values=[""], **options)
    if name == "universes":
        frame = frame.assign(**{flag: frame[flag].eq("True") for flag in FLAGS})
    return SENSITIVITY[name].validate(frame)
