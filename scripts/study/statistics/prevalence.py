"""Shares of women with Wilson's interval."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

METHOD = "wilson"
OVERALL = "(overall)"  # the row of all women of a table, as in the tables of models


def wilson_interval(n: int, total: int, confidence_level: float) -> tuple[float, float]:
    """Return Wilson's score interval, without continuity correction, cut to [0, 1].

    NaN where there is nobody. Source: Newcombe (1998) Stat Med 17:857, method 3.
    """
    from statsmodels.stats.proportion import proportion_confint

    if not total:
        return float("nan"), float("nan")
    low, high = proportion_confint(n, total, alpha=1 - confidence_level, method=METHOD)
    # The bounds of 0/n and n/n are 0 and 1 but for rounding.
    return max(0.0, float(low) if n else 0.0), min(1.0, float(high) if n < total else 1.0)


def list_prevalence(
    tables: Mapping[tuple[str, str], pd.DataFrame], confidence_level: float
) -> pd.DataFrame:
    """Return the share with ``yes`` in every row of every table, then of all its women.

    Parameters
    ----------
    tables : mapping
        As `association.count_tables` returns them. Of a table in which no stratum has a
        woman there is nothing; an empty row has no share.
    """
    recorded = {table for (table, _), counts in tables.items() if counts.to_numpy().sum()}
    rows = [
        {"table": table, "stratum": stratum or None, "row": row}
        | _share(int(own["yes"]), int(own.sum()), confidence_level)
        for (table, stratum), counts in tables.items()
        if table in recorded
        for row, own in [*counts.iterrows(), (OVERALL, counts.sum())]
    ]
    names = ["table", "stratum", "row", "n", "total", "prevalence", "ci_low", "ci_high", "method"]
    return pd.DataFrame(rows, columns=names)


def _share(n: int, total: int, confidence_level: float) -> dict[str, Any]:
    low, high = wilson_interval(n, total, confidence_level)
    share = n / total if total else float("nan")
    interval = {"prevalence": share, "ci_low": low, "ci_high": high}
    return {"n": n, "total": total, **interval, "method": METHOD}
