"""The tables that say how well each model fits."""

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import chi2

from study.statistics.discrimination import area_under_curve, classify
from study.statistics.goodness_of_fit import (
    HosmerLemeshow,
    hosmer_lemeshow,
    null_log_likelihood,
    pseudo_r_squared,
    variance_inflation,
)
from study.statistics.logistic import Fit, Model

FIT_COLUMNS = [
    "model", "n", "events", "missing", "parameters", "events_per_parameter",
    "log_likelihood", "null_log_likelihood", "lr_chi2", "lr_df", "lr_p_value",
    "cox_snell", "nagelkerke", "hl_chi2", "hl_df", "hl_p_value", "hl_groups",
    "auc", "auc_low", "auc_high", "max_vif", "status",
]  # fmt: skip
GROUP_COLUMNS = ["model", "group", "n", "observed", "expected"]
TABLE_COLUMNS = ["model", "observed", "predicted", "n"]
_COUNTS = ["n", "events", "missing", "parameters", "lr_df", "hl_df", "hl_groups"]


def events_per_parameter(model: Model) -> float:
    """Return the rarer outcome's patients per parameter (intercept not counted)."""
    parameters = len(model.design.estimable) - 1
    rarer = min(model.design.events, model.design.n - model.design.events)
    return rarer / parameters if parameters else float("nan")


def tabulate_fit(
    name: str,
    model: Model,
    confidence_level: float,
    classification_threshold: float,
    hosmer_lemeshow_groups: int,
) -> tuple[dict, pd.DataFrame, pd.DataFrame]:
    """Return the row of ``model_fit``, the Hosmer–Lemeshow groups and the classification.

    `parameters` leaves the intercept out and equals the degrees of freedom of the omnibus
    test. A model whose status is not ``ok`` has its counts only, and two empty tables.
    """
    design = model.design
    row = {"model": name, **_counts(model)}
    if model.ml is None:
        return row, pd.DataFrame(columns=GROUP_COLUMNS), pd.DataFrame(columns=TABLE_COLUMNS)
    fitted = expit(design.fitted_matrix @ model.ml.beta)
    cells = fitted, design.outcome, design.weights
    test = hosmer_lemeshow(*cells, hosmer_lemeshow_groups, row["parameters"])
    area = area_under_curve(fitted, design.outcome, design.weights, confidence_level)
    row |= _likelihoods(model, model.ml) | {
        "hl_chi2": test.chi_square,
        "hl_df": test.df,
        "hl_p_value": test.p_value,
        "hl_groups": len(test.n),
    }
    row |= dict(zip(["auc", "auc_low", "auc_high"], area, strict=True))
    counts = classify(fitted, design.outcome, design.weights, classification_threshold)
    table = [(name, *observed_predicted, n) for observed_predicted, n in counts.items()]
    return row, _groups(name, test), pd.DataFrame(table, columns=TABLE_COLUMNS)


def stack_fit(rows: list[dict]) -> pd.DataFrame:
    """Return the table ``model_fit`` of several models, whole numbers as such."""
    return pd.DataFrame(rows, columns=FIT_COLUMNS).astype({name: "Int64" for name in _COUNTS})


def _counts(model: Model) -> dict:
    design = model.design
    return {
        "n": design.n,
        "events": design.events,
        "missing": design.n_lost,
        "parameters": len(design.estimable) - 1,
        "events_per_parameter": events_per_parameter(model),
        "max_vif": max(variance_inflation(design).values(), default=float("nan")),
        "status": model.status,
    }


def _groups(name: str, test: HosmerLemeshow) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "model": name,
            "group": np.arange(1, len(test.n) + 1),
            "n": test.n.round().astype(int),
            "observed": test.observed.round().astype(int),
            "expected": test.expected,
        }
    )


def _likelihoods(model: Model, fit: Fit) -> dict:
    n, df = model.design.n, len(model.design.estimable) - 1
    null = null_log_likelihood(n, model.design.events)
    # An uninformative model may fall below the null by rounding.
    ratio = max(0.0, 2 * (fit.log_likelihood - null))
    cox_snell, nagelkerke = pseudo_r_squared(n, max(fit.log_likelihood, null), null)
    return {
        "log_likelihood": fit.log_likelihood,
        "null_log_likelihood": null,
        "lr_chi2": ratio,
        "lr_df": df,
        "lr_p_value": float(chi2.sf(ratio, df)),
        "cox_snell": cox_snell,
        "nagelkerke": nagelkerke,
    }
