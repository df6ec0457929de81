"""How age and Ki-67 are spread, as counts in bins."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from schemas.dictionary import fields
from study.cohort.units import patients
from study.statistics.descriptives import groups_of_women

# ASSUME: bins of five years and of five percentage points, the steps in which pathologists report
# Ki-67. They shape a figure; no test or model rests on them.
BIN_WIDTHS = {"age_years": 5.0, "ki67_percent": 5.0}
FIELDS = {"age_years": "age_recorded", "ki67_percent": "ki67_percent"}
COLUMNS = ["variable", "group", "bin_low", "bin_high", "n", "total", "percent", "unit"]


def list_distributions(
    analysis: pd.DataFrame, values: Mapping[str, pd.DataFrame] | None = None
) -> pd.DataFrame:
    """Return counts and percentages per bin and group, as ``distributions.csv`` has them.

    All groups have the bins of the whole cohort, empty ones included. A variable that is known
    for no woman has no rows; in a group where it is not known a bin has no percentage.
    `values` is as for `descriptives.describe_baseline`.
    """
    rows = []
    for variable in BIN_WIDTHS:
        measured = (values or {}).get(variable, analysis)
        measured = measured[measured[variable].notna()]
        known = measured[variable]
        if known.empty:
            continue
        edges = bin_edges(known, BIN_WIDTHS[variable], float(fields()[FIELDS[variable]].maximum))
        for group, women in groups_of_women(measured).items():
            for row in _bins(women[variable], patients(women), edges):
                unit = fields()[FIELDS[variable]].unit
                rows.append({"variable": variable, "group": group, **row, "unit": unit})
    return pd.DataFrame(rows, columns=COLUMNS)


def bin_edges(known: pd.Series, width: float, maximum: float) -> np.ndarray:
    """Return edges at multiples of `width` around all values, none beyond the legal maximum.

    A value on an edge belongs to the bin above it, but for the legal maximum itself.
    """
    first = math.floor(known.min() / width)
    last = min(math.floor(known.max() / width) + 1, math.ceil(maximum / width))
    return np.arange(min(first, last - 1), last + 1) * width


def _bins(known: pd.Series, women: pd.Series, edges: np.ndarray) -> Iterator[dict[str, Any]]:
    counts, _ = np.histogram(known, edges, weights=women)
    total = int(women.sum())
    for low, high, n in zip(edges[:-1], edges[1:], counts, strict=True):
        percent = 100 * int(n) / total if total else float("nan")
        yield {"bin_low": low, "bin_high": high, "n": int(n), "total": total, "percent": percent}
