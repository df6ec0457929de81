"""Schemas of the estimates that figures draw, so that a figure computes nothing.

`prevalence` has a row ``(overall)`` per table and stratum. The first row of a model in `roc` has
no threshold: from it on nobody is predicted to have the outcome. A bin of `distributions` holds
the women from `bin_low` to below `bin_high`; the last one up to the legal maximum of the field.
`calibration` stands beside ``hosmer_lemeshow.csv``, whose counts it gives as shares.
"""

import pandera.pandas as pa

from schemas.columns import GROUPS, NOT_NEGATIVE, SHARE, TABLES, integer, number, table, text

_INTERVAL = {"ci_low": number(SHARE), "ci_high": number(SHARE)}
_METHOD = {"method": text("wilson")}

CURVES: dict[str, pa.DataFrameSchema] = {
    "prevalence": table(
        {
            "table": text(*TABLES),
            "stratum": text(empty=True),
            "row": text(),
            "n": integer(),
            "total": integer(),
            "prevalence": number(SHARE),
            **_INTERVAL,
            **_METHOD,
        },
        ["table", "stratum", "row"],
    ),
    "distributions": table(
        {
            "variable": text(),
            "group": text(*GROUPS),
            "bin_low": number(NOT_NEGATIVE, empty=False),
            "bin_high": number(NOT_NEGATIVE, empty=False),
            "n": integer(),
            "total": integer(),
            "percent": number(pa.Check.in_range(0, 100)),
            "unit": text(),
        },
        ["variable", "group", "bin_low"],
    ),
    "roc": table(
        {
            "model": text(),
            "threshold": number(SHARE),
            "sensitivity": number(SHARE, empty=False),
            "one_minus_specificity": number(SHARE, empty=False),
        },
        ["model", "threshold"],
    ),
    "calibration": table(
        {
            "model": text(),
            "group": integer(),
            "n": integer(),
            "events": integer(),
            "observed": number(SHARE, empty=False),
            **_INTERVAL,
            "expected": number(SHARE, empty=False),
            **_METHOD,
        },
        ["model", "group"],
    ),
}
