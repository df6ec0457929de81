"""A made-up cohort in which every decision of the sensitivity analysis has somebody to change."""

import numpy as np
import pandas as pd

from schemas.document import read_document
from study.cohort.eligibility import select_criteria
from study.sensitivity.specification import specify
from study.sensitivity.universe import Setting
from study.statistics.vocabulary import analysis_levels
from tests.conftest import PROJECT
from tests.unit.biomarkers.conftest import validated_cohort

ANALYSIS = read_document((PROJECT / "config/config.yaml").read_text("utf-8"))["analysis"]
SENSITIVITY = read_document((PROJECT / "config/sensitivity.yaml").read_text("utf-8"))
DIMENSIONS = SENSITIVITY["dimensions"]
SETTING = Setting(
    "microcalcifications", "her2_status", ANALYSIS["models"]["references"], analysis_levels(), 0.95
)
CRITERIA = select_criteria(
    None, positive_birads=["4", "5"], luminal_unspecified_is_unknown=True, study_period=None
)


def made_up(women: int = 240, effect: float = 1.0, seed: int = 7) -> pd.DataFrame:
    """Return a validated cohort; MC depends on HER2 (log odds `effect`), age and density."""
    draw = np.random.default_rng(seed)
    score = draw.choice(["0", "1+", "2+", "3+"], women, p=[0.3, 0.25, 0.25, 0.2])
    age = draw.integers(36, 85, women) + draw.choice([0.0, 0.4], women)
    density = draw.integers(5, 96, women).astype(float)
    odds = -1.6 + effect * (score == "3+") + 0.02 * (age - 60) + 0.008 * (density - 50)
    found = np.where(draw.random(women) < 1 / (1 + np.exp(-odds)), "yes", "no")
    silent, gone = draw.random((2, women)) < [[0.2], [0.06]]
    return validated_cohort(
        [
            {
                "microcalcifications_recorded": "unknown" if gone[i]
                else "undescribed" if silent[i] and found[i] == "no" else found[i],
                "her2_ihc": score[i],
                "her2_ish": draw.choice(["positive", "negative", "unknown"]),
                "er_percent": draw.choice([0.0, 5.0, 80.0], p=[0.2, 0.1, 0.7]),
                "pr_percent": draw.choice([0.0, 10.0, 60.0]),
                "ki67_percent": draw.choice([5.0, 15.0, 22.0, 40.0, np.nan]),
                "age_recorded": age[i],
                "density_percent": np.nan if i % 9 == 0 else density[i],
                "histology_recorded": draw.choice(["IDC", "IDC+DCIS", "ILC", "other"]),
                "bilateral": draw.choice(["yes", "no"], p=[0.05, 0.95]),
                "birads": draw.choice(["3", "4", "5"], p=[0.05, 0.5, 0.45]),
                "biopsy": "yes",
                "invasive": "yes",
            }
            for i in range(women)
        ]
    )  # fmt: skip


def changed(**choices: str):
    """Return the specification with these options of config/sensitivity.yaml chosen."""
    return specify(ANALYSIS, [DIMENSIONS[name][option] for name, option in choices.items()])
