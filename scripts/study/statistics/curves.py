"""What a fitted model looks like: the points of its ROC curve and its calibration."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import expit

from study.statistics.discrimination import roc_points
from study.statistics.logistic import Model
from study.statistics.prevalence import METHOD, wilson_interval

ROC_COLUMNS = ["model", "threshold", "sensitivity", "one_minus_specificity"]


def list_roc(models: Mapping[str, Model]) -> pd.DataFrame:
    """Return the ROC curve of every model that was fitted, from (0, 0) to (1, 1).

    The first point of a model has no threshold: from it on nobody is predicted.
    """
    curves = []
    for name, model in models.items():
        if model.ml is not None:
            design = model.design
            fitted = expit(design.fitted_matrix @ model.ml.beta)
            points = roc_points(fitted, design.outcome, design.weights)
            columns = zip(ROC_COLUMNS[1:], points, strict=True)
            curves.append(pd.DataFrame({"model": name, **dict(columns)}))
    return pd.concat(curves, ignore_index=True) if curves else pd.DataFrame(columns=ROC_COLUMNS)


def list_calibration(groups: pd.DataFrame, confidence_level: float) -> pd.DataFrame:
    """Return the shares observed and expected in the groups of ``hosmer_lemeshow.csv``.

    The interval is that of the observed share.
    """
    intervals = [
        wilson_interval(int(observed), int(n), confidence_level)
        for observed, n in zip(groups["observed"], groups["n"], strict=True)
    ]
    low, high = np.array(intervals, dtype=float).reshape(-1, 2).T
    n = groups["n"].astype(float)
    return pd.DataFrame(
        {
            "model": groups["model"],
            "group": groups["group"],
            "n": groups["n"],
            "events": groups["observed"],
            "observed": groups["observed"].astype(float) / n,
            "ci_low": low,
            "ci_high": high,
            # A sum of fitted probabilities may pass the number of women by rounding.
            "expected": (groups["expected"].astype(float) / n).clip(0, 1),
            "method": METHOD,
        }
    )
