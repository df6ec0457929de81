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
    rows: list[dict[str, Any]] = []
    measures = {
        "auc": (observed.auc, performance.own_auc, performance.auc),
        "calibration_slope": (observed.slope, performance.own_slope, performance.slope),
    }
    for measure, (apparent, own, cohort) in measures.items():
        optimism = own - cohort
        counted = ~np.isnan(optimism)
        known = optimism[counted]
        usable = len(known) > 1 and not np.isnan(apparent[0])
        mean = float(known.mean()) if usable else np.nan
        rows.append(
            {
                "model": model,
                "measure": measure,
                "n": n,
                "events": events,
                "apparent": float(apparent[0]),
                "optimism": mean,
                "corrected": float(apparent[0]) - mean,
                "monte_carlo_error": _error_of_mean(known) if usable else np.nan,
                "median_optimism": float(np.median(known)) if usable else np.nan,
                "replicates": len(optimism),
                "counted": len(known),
                "penalised": int((bootstrap.penalised & counted).sum()),
                "status": "ok" if usable else "not_estimable",
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _error_of_mean(values: np.ndarray) -> float:
    return float(values.std(ddof=1) / len(values) ** 0.5)
