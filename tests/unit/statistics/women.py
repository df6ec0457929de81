"""A frame of the study's 185 women that has every printed count of HER2, density and MC."""

import numpy as np
import pandas as pd

from schemas.analysis import ANALYSIS

# density, HER2, women with MC, women; A is printed (2/6 against 2/17), the sums of the rest are.
CELLS = [
    ("A", "positive", 2, 6),
    ("A", "negative", 2, 17),
    ("B", "positive", 7, 26),
    ("B", "negative", 9, 60),
    ("C", "positive", 5, 17),
    ("C", "negative", 8, 41),
    ("D", "positive", 1, 6),
    ("D", "negative", 2, 12),
]


def women() -> pd.DataFrame:
    """Return the analysis cohort; no histology is known, Ki-67 and age have no pattern."""
    lines = [
        (density, her2, "yes" if i < found else "no")
        for density, her2, found, n in CELLS
        for i in range(n)
    ]
    frame = pd.DataFrame(lines, columns=["density", "her2_status", "microcalcifications"])
    order = np.arange(len(frame))
    positive = frame["her2_status"].eq("positive")
    luminal_b = positive & (positive.cumsum() <= 19)
    frame["patient_id"] = [f"P{i:03}" for i in order]
    frame["age_years"] = 36 + (order * 37 % 185) / 184 * 49
    frame["age_group"] = np.where(frame["age_years"] < 51, "<=50", ">50")
    frame["hr_status"] = "positive"
    frame["subtype"] = np.where(frame["her2_status"].eq("negative"), "luminal_a", "her2_enriched")
    frame.loc[luminal_b, "subtype"] = "luminal_b_her2_positive"
    frame["luminal_b_her2_positive"] = np.where(luminal_b, "yes", "no")
    frame["density_group"] = np.where(frame["density"].isin(["A", "B"]), "A-B", "C-D")
    frame["histology"] = frame["histology_group"] = pd.Series(np.nan, frame.index, dtype="str")
    frame["ki67_percent"] = np.where(order % 7 == 0, np.nan, order * 13 % 60)
    frame["her2_ihc"] = np.array(["0", "1+", "2+", "unknown", "not_done"])[order % 5]
    frame["her2_ish"] = "not_done"
    return ANALYSIS.validate(frame[list(ANALYSIS.columns)])
