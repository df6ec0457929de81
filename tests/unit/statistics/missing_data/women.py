"""Invented women with missing values."""

import numpy as np
import pandas as pd

from study.statistics.missing_data.imputation import impute

OUTCOME, EXPOSURE = "microcalcifications", "her2_status"
VARIABLES = [OUTCOME, EXPOSURE, "density", "age_years", "histology_group"]
LEVELS = {OUTCOME: ["yes", "no"], EXPOSURE: ["positive", "negative"], "density": [*"ABCD"]}
REFERENCES = {EXPOSURE: "negative", "density": "A", "histology_group": "other"}


def women(n, seed=1, shares=(0.3, 0.15, 0.4, 0.1)):
    """n women of whom the given shares lack the first four of `VARIABLES`."""
    rng = np.random.default_rng(seed)
    positive = rng.random(n) < 0.3
    frame = pd.DataFrame(
        {
            "patient_id": [f"P{i}" for i in range(n)],
            OUTCOME: np.where(rng.random(n) < np.where(positive, 0.45, 0.25), "yes", "no"),
            EXPOSURE: np.where(positive, "positive", "negative"),
            "density": rng.choice([*"ABBBCCD"], n),
            "age_years": rng.normal(60, 11, n).round(1),
            "histology_group": rng.choice(["IDC", "other"], n),
        }
    )
    for name, share in zip(VARIABLES, shares, strict=False):
        frame.loc[rng.random(n) < share, name] = np.nan
    return frame


def imputed(frame, variables=VARIABLES, m=5, cycles=3, seed=7, shift=None):
    return impute(frame, variables, LEVELS, m, cycles, seed, shift)
