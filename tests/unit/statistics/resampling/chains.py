"""Chains of small cohorts, as the configuration would build them."""

import numpy as np
import pandas as pd

from study.statistics.resampling.chain import build_chain

REFERENCES = {"her2_status": "negative", "age_group": "<=50", "density": "A", "luminal": "no"}
LEVELS = {
    "her2_status": ["negative", "positive"],
    "age_group": ["<=50", ">50"],
    "density": ["A", "B", "C", "D"],
    "luminal": ["no", "yes"],
}
CANDIDATES = ["her2_status", "age_group", "density", "luminal"]


def women(n, seed=1):
    """Women with a nested variable, four levels, and density missing in a sixth of them."""
    rng = np.random.default_rng(seed)
    her2 = rng.random(n) < 0.35
    older = rng.random(n) < 0.7
    density = pd.Series(rng.choice([*"AABBBCCD", None, None], n), dtype="str")
    found = rng.random(n) < 1 / (1 + np.exp(1.2 - 0.9 * her2 - 0.5 * density.eq("C") + 0.3 * older))
    return pd.DataFrame(
        {
            "patient_id": [f"P{i}" for i in range(n)],
            "microcalcifications": np.where(found, "yes", "no"),
            "her2_status": np.where(her2, "positive", "negative"),
            "age_group": np.where(older, ">50", "<=50"),
            "density": density,
            "luminal": np.where(her2 & (rng.random(n) < 0.4), "yes", "no"),
        }
    )


def chain_of(frame, **decisions):
    arguments = {
        "outcome": "microcalcifications",
        "exposure": "her2_status",
        "candidates": CANDIDATES,
        "references": REFERENCES,
        "levels": LEVELS,
        "screening_alpha": 0.25,
        "screening_test": "wald",
        "keep_exposure": True,
        **decisions,
    }
    return build_chain(frame, **arguments)
