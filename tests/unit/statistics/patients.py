"""Small cohorts written as counts."""

import pandas as pd


def cohort(names, counts):
    """One row per patient from {(level, …): n}; None is missing."""
    rows = [cell for cell, n in counts.items() for _ in range(n)]
    frame = pd.DataFrame(rows, columns=names, dtype="str")
    return frame.assign(patient_id=[f"P{i:03}" for i in range(len(frame))])


def two_by_two(a, b, c, d, exposure="her2_status"):
    """Exposed with and without, unexposed with and without microcalcifications."""
    counts = {
        ("positive", "yes"): a,
        ("positive", "no"): b,
        ("negative", "yes"): c,
        ("negative", "no"): d,
    }
    return cohort([exposure, "microcalcifications"], counts)
