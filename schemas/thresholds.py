"""Where numbers become levels: the bins of ``thresholds.csv``, by quantity and edition."""

from pathlib import Path

import pandas as pd

# One row per bin; an open end is infinite.
THRESHOLDS = pd.read_csv(
    Path(__file__).parent / "thresholds.csv", dtype={"upper": float}, keep_default_na=False
)


def lower_end(quantity: str, edition: str, bin_name: str) -> float:
    """Return where a bin begins."""
    of_edition = THRESHOLDS[THRESHOLDS["quantity"].eq(quantity) & THRESHOLDS["edition"].eq(edition)]
    return float(of_edition.set_index("bin").loc[bin_name, "lower"])
