"""How much better a model looks in the patients that chose and fitted it: Harrell's bootstrap."""

from typing import Any

import numpy as np
import pandas as pd

from study.statistics.stability.replicates import Performance, Refits

COLUMNS = [
    "model", "measure", "n", "events", "apparent", "optimism", "corrected", "monte_carlo_error",
    "median_optimism", "replicates", "counted", "penalised", "status",
]  # fmt: skip


def tabulate_optimism(
    model: str,
    n: int,
    events: int,
    observed: Performance,
    bootstrap: Refits,
    performance: Performance,
) -> pd.DataFrame:
    """Return the area under the ROC curve and the calibration slope, corrected for optimism.

    Optimism is the mean, over replicates, of the performance of the replicate's model in the
    replicate minus that in the cohort: the whole chain runs in each. Patients in whom a variable
    of that model is missing are left out of both. Where maximum likelihood has no finite estimate,
    Firth's estimate of the same terms predicts (`penalised`). A model without terms has the area
    0.5, and no slope: `counted` are the replicates that have a number.

    The slope is a ratio: a replicate whose odds ratios are near 1 has one far from 1, and may
    govern the mean. `monte_carlo_error` (of the mean) and `median_optimism` show it.

    Source: Harrell, Lee & Mark (1996) Stat Med 15:361.

    Parameters
    ----------
    n, events : int
        Patients of the cohort's model.
    """
    measures = {
        "auc": (observed.auc, performance.own_auc, performance.auc),
        "calibration_slope": (observed.slope, performance.own_slope, performance.slope),
    }
    rows = []
    for measure, (apparent, own, cohort) in measures.items():
        counted = ~np.isnan(own - cohort)
        rows.append(
            {
                "model": model,
                "measure": measure,
                "n": n,
                "events": events,
                "replicates": len(counted),
                "counted": int(counted.sum()),
                "penalised": int((bootstrap.penalised & counted).sum()),
                **_corrected(float(apparent[0]), (own - cohort)[counted]),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _corrected(apparent: float, optimism: np.ndarray) -> dict[str, Any]:
    if len(optimism) < 2 or np.isnan(apparent):
        return {"apparent": apparent, "status": "not_estimable"}
    return {
        "apparent": apparent,
        "optimism": float(optimism.mean()),
        "corrected": apparent - float(optimism.mean()),
        "monte_carlo_error": float(optimism.std(ddof=1) / len(optimism) ** 0.5),
        "median_optimism": float(np.median(optimism)),
        "status": "ok",
    }
