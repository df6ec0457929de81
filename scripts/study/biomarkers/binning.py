"""Numbers as the levels of a decision table: the bins of ``schemas/thresholds.csv``."""

import numpy as np
import pandas as pd

from schemas.thresholds import THRESHOLDS
from study.biomarkers.lookup import select_edition


def bin_values(values: pd.Series, quantity: str, edition: str) -> pd.Series:
    """Return the bin of every number, ``missing`` where there is none.

    Numbers are compared as they are, unrounded.

    Raises
    ------
    StudyError
        If the thresholds of the quantity have no such edition.
    ValueError
        If a number lies in no bin: validation should have refused it.
    """
    of_quantity = THRESHOLDS[THRESHOLDS["quantity"] == quantity]
    bins = select_edition(of_quantity, "edition", edition, "thresholds.csv")
    found = pd.Series("missing", values.index)
    for row in bins.itertuples():
        above = values.ge(row.lower) if row.lower_included == "yes" else values.gt(row.lower)
        below = values.le(row.upper) if row.upper_included == "yes" else values.lt(row.upper)
        found = found.mask(above & below, row.bin)
    outside = values[values.notna() & found.eq("missing")]
    if not outside.empty:
        raise ValueError(f"{quantity} {edition}: in no bin: {sorted(np.unique(outside))}")
    return found
