"""Schemas of what other definitions of HER2, receptors and subtype change.

Both files have the definition ``primary``, the analysis as it is configured. `reclassification`
holds the occupied cells of each cross-table with the primary; it repeats the definition's kappa
and odds ratio in every row. `reclassification_models` has one row per definition.
"""

import pandas as pd
import pandera.pandas as pa

from schemas.columns import (
    LARGEST_LOG_ODDS,
    NOT_NEGATIVE,
    SHARE,
    STATUSES,
    integer,
    number,
    table,
    text,
)


def _empty_unless_ok(frame: pd.DataFrame) -> pd.Series:
    estimates = ["log_odds", "std_error", "odds_ratio", "ci_low", "ci_high", "p_value"]
    return frame["status"].eq("ok") | frame[estimates].isna().all(axis="columns")


_KAPPA = {"kappa": number(pa.Check.in_range(-1, 1))}
_ODDS_RATIO = {
    "odds_ratio": number(pa.Check.gt(0)),
    "ci_low": number(NOT_NEGATIVE),
    "ci_high": number(NOT_NEGATIVE),
    "p_value": number(SHARE),
}

RECLASSIFICATION: dict[str, pa.DataFrameSchema] = {
    "reclassification": table(
        {
            "definition": text(),
            "primary_level": text(),
            "alternative_level": text(),
            "n": integer(),
            **_KAPPA,
            **_ODDS_RATIO,
        },
        ["definition", "primary_level", "alternative_level"],
    ),
    "reclassification_models": table(
        {
            "definition": text(),
            "fact": text("her2_status", "subtype"),
            # `key: value` of the derivation, joined by "; "; for the primary every key that
            # an alternative changes.
            "decisions": text(empty=True),
            # Fields that these decisions read, joined by "; "; how many women have any of them.
            "findings": text(empty=True),
            "with_findings": integer(empty=True),
            # Analysed under the primary definition or under this one; of these: whose fact
            # differs, who is analysed under this one only, under the primary only.
            "women": integer(),
            "moved": integer(),
            "entered": integer(),
            "left": integer(),
            **_KAPPA,
            "variable": text(),
            "level": text(),
            "reference": text(),
            "n": integer(),
            "events": integer(),
            "log_odds": number(pa.Check.in_range(-LARGEST_LOG_ODDS, LARGEST_LOG_ODDS)),
            "std_error": number(pa.Check.gt(0)),
            **_ODDS_RATIO,
            "status": text(*STATUSES),
        },
        ["definition"],
        pa.Check(_empty_unless_ok, error="a model that could not be estimated has no estimates"),
    ),
}
