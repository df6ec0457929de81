"""Schemas of ``results/{cohort}/resampling``: what replicates of the whole chain say.

`stability` has a row per coefficient and method; the methods are those of
`study.statistics.stability.inclusion`. An interval bound that is infinite or has no value is
empty, and `status` says which; the counts of such replicates stand beside it.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa

from schemas.columns import LARGEST_LOG_ODDS, NOT_NEGATIVE, SHARE, integer, number, table, text

METHODS = [
    "bootstrap_percentile",
    "bootstrap_bca",
    "bootstrap_conditional",
    "permutation_percentile",
    "null_bootstrap",
    "jackknife_range",
]
# What of an interval is empty.
EMPTY = {
    "ok": [],
    "open_low": ["odds_ratio_low"],
    "open_high": ["odds_ratio_high"],
    "open_both": ["odds_ratio_low", "odds_ratio_high"],
    "undefined": ["odds_ratio_low", "odds_ratio_high"],
    "too_few_replicates": ["odds_ratio_low", "odds_ratio_high"],
    "never_included": ["odds_ratio_low", "odds_ratio_high"],
}
_BOUNDS = ["odds_ratio_low", "odds_ratio_high"]


def _empty_as_the_status_says(frame: pd.DataFrame) -> pd.Series:
    fine = pd.Series(True, index=frame.index)
    for status, columns in EMPTY.items():
        rows = frame["status"].eq(status)
        for bound in _BOUNDS:
            fine &= ~rows | frame[bound].isna().eq(bound in columns)
    return fine


def _ratio() -> pa.Column:
    largest = float(np.exp(LARGEST_LOG_ODDS))
    return number(pa.Check.in_range(1 / largest, largest))


RESAMPLING: dict[str, pa.DataFrameSchema] = {
    "stability": table(
        {
            "variable": text(),
            "inclusion_frequency": number(SHARE, empty=False),
            "odds_ratio_low": _ratio(),
            "odds_ratio_high": _ratio(),
            "replicates": integer(),
            "method": text(*METHODS),
            "level": text(),
            "reference": text(),
            "n": integer(),
            "events": integer(),
            "odds_ratio": _ratio(),
            "odds_ratio_median": _ratio(),
            "included": integer(),
            "infinite": integer(),
            "without_value": integer(),
            "status": text(*EMPTY),
            "is_kept": pa.Column(bool),
            "selection_frequency": number(SHARE),
        },
        ["variable", "level", "method"],
        pa.Check(_empty_as_the_status_says, error="a bound is empty where the status says so"),
    ),
    "models": table(
        {
            "terms": text(),
            "replicates": integer(),
            "frequency": number(SHARE, empty=False),
            "is_observed": pa.Column(bool),
        },
        ["terms"],
    ),
    "optimism": table(
        {
            "model": text(),
            "measure": text("auc", "calibration_slope"),
            "n": integer(),
            "events": integer(),
            "apparent": number(),
            "optimism": number(),
            "corrected": number(),
            "monte_carlo_error": number(NOT_NEGATIVE),
            "median_optimism": number(),
            "replicates": integer(),
            "counted": integer(),
            "penalised": integer(),
            "status": text("ok", "not_estimable"),
        },
        ["model", "measure"],
    ),
    "type_i_error": table(
        {
            "rule": text("exposure_refitted", "any_candidate_screened", "any_selected_refitted"),
            "null": text("outcome_permuted"),
            "n": integer(),
            "events": integer(),
            "alpha": number(SHARE, empty=False),
            "replicates": integer(),
            "rejected": integer(),
            "type_i_error": number(SHARE, empty=False),
            "ci_low": number(SHARE, empty=False),
            "ci_high": number(SHARE, empty=False),
            "method": text("wilson"),
            "without_p_value": integer(),
            "observed_p_value": number(SHARE),
            "permutation_p_value": number(SHARE),
        },
        ["rule"],
    ),
}


def write_resampling(name: str, frame: pd.DataFrame, path: str | Path) -> None:
    """Write a table of the resampling as CSV once it satisfies its schema.

    Raises
    ------
    pandera.errors.SchemaError
        If the table breaks the output contract: a defect of the software.
    """
    RESAMPLING[name].validate(frame.reset_index(drop=True)).to_csv(path, index=False)


def read_resampling(name: str, path: str | Path) -> pd.DataFrame:
    """Return a table of the resampling with the types its schema promises."""
    frame = pd.read_csv(path, keep_default_na=False, na_values=[""])
    return RESAMPLING[name].validate(frame)
