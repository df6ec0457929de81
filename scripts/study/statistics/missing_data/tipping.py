"""How far from missing at random the unknown outcomes must be for a conclusion to tip."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from study.statistics.missing_data.completed import EVENT, Completed
from study.statistics.missing_data.fits import CompletedFits
from study.statistics.missing_data.imputation import OutcomeShift
from study.statistics.missing_data.pooling import pool

CURVE = [
    "shifted",
    "delta",
    "imputed",
    "imputed_exposure",
    "imputed_exposed",
    "imputed_events",
    "n",
    "events",
    "log_odds",
    "std_error",
    "monte_carlo_error",
    "odds_ratio",
    "ci_low",
    "ci_high",
    "df",
    "p_value",
    "missing_information",
    "status",
]


def tipping_curve(
    complete: Callable[[OutcomeShift], Completed],
    fit: Callable[[Completed], CompletedFits],
    outcome: str,
    exposure: str,
    level: str,
    shifted: Mapping[str, Sequence[str]],
    deltas: Sequence[float],
    confidence_level: float,
) -> pd.DataFrame:
    """Return the pooled odds ratio of an exposure for every delta, one row each.

    A delta is added to the log odds of the outcome where it is imputed: 0 is missing at random,
    log 2 doubles the odds.

    Parameters
    ----------
    complete : callable
        `impute` with all other arguments given. One seed serves all, so that the curve is smooth.
    fit : callable
        The model of all data sets, such as `fit_completed`. Imputed outcomes must stay in.
    level : str
        Level of the exposure whose odds ratio is wanted.
    shifted : mapping of str to sequence of str
        By name, the levels of the exposure whose imputed outcomes the delta is added to.

    Returns
    -------
    DataFrame
        `CURVE`. ``imputed`` counts patients with an imputed outcome: ``imputed_exposure`` those of
        them whose exposure is imputed too, ``imputed_exposed`` those who are known to have
        `level`, and ``imputed_events`` those who, on average, have the outcome. All deltas share
        ``monte_carlo_error`` (of the log odds), so that it moves a tipping point. What is not
        ``ok`` has empty estimates.
    """
    rows = []
    for (name, levels), delta in product(shifted.items(), map(float, deltas)):
        completed = complete(OutcomeShift(outcome, exposure, dict.fromkeys(levels, delta)))
        fits = fit(completed)
        row = {"shifted": name, "delta": delta, "n": fits.n, "events": fits.events}
        pooled = _pooled(fits, exposure, level, confidence_level)
        rows.append({**row, **_imputed(completed, outcome, exposure, level), **pooled})
    return pd.DataFrame(rows, columns=CURVE)


def find_tipping_points(curve: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Return the deltas at which the p-value crosses `alpha`, per shifted group.

    Between neighbours of the grid the logarithm of p is taken to be a straight line.

    Returns
    -------
    DataFrame
        ``shifted, delta, simulation_error, odds_ratio, significant_above, status``: the pooled
        odds ratio there, the standard error of delta that is owed to the number of imputations,
        and whether p is below `alpha` on the side of the larger deltas. Without a crossing one
        row with an empty delta and the status ``not_crossed``, or ``not_estimable`` where no two
        neighbours have a p-value.
    """
    rows = [
        row
        for name, own in curve.groupby("shifted", sort=False)
        for row in _crossings(str(name), own.sort_values("delta"), alpha)
    ]
    columns = [
        "shifted", "delta", "simulation_error", "odds_ratio", "significant_above", "status",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).astype({"significant_above": "boolean"})


def _imputed(completed: Completed, outcome: str, exposure: str, level: str) -> dict[str, float]:
    codes, levels = completed.variable(outcome)
    gone = completed.was_missing(outcome)
    event = (levels or ()).index(EVENT)
    events = (codes[:, gone] == event).sum() / completed.imputations
    exposed = completed.frame[exposure].eq(level).to_numpy()
    return {
        "imputed": int(gone.sum()),
        "imputed_exposure": int((gone & completed.was_missing(exposure)).sum()),
        "imputed_exposed": int((gone & exposed).sum()),
        "imputed_events": float(events),
    }


def _pooled(
    fits: CompletedFits, exposure: str, level: str, confidence_level: float
) -> dict[str, float | str]:
    own = [
        i
        for i, coefficient in enumerate(fits.coefficients)
        if (coefficient.variable, coefficient.level) == (exposure, level)
    ]
    if fits.status != "ok" or not own:
        return {"status": "not_estimable" if fits.status == "ok" else fits.status}
    at = own[0]
    pooled = pool(
        fits.estimates[:, [at]], fits.covariances[:, at : at + 1, at : at + 1], fits.complete_df
    )
    low, high = pooled.interval(confidence_level)
    return {
        "log_odds": pooled.estimate[0],
        "std_error": pooled.std_error[0],
        "monte_carlo_error": pooled.monte_carlo_error[0],
        "odds_ratio": np.exp(pooled.estimate[0]),
        "ci_low": np.exp(low[0]),
        "ci_high": np.exp(high[0]),
        "df": pooled.df[0],
        "p_value": pooled.p_value[0],
        "missing_information": pooled.missing_information[0],
        "status": "ok",
    }


def _crossings(name: str, curve: pd.DataFrame, alpha: float) -> list[dict[str, object]]:
    deltas, log_odds = curve["delta"].to_numpy(), curve["log_odds"].to_numpy(dtype=float)
    # Above zero where p is not below alpha; as large as need be where p is 0.
    height = np.log(np.maximum(curve["p_value"].to_numpy(dtype=float), 1e-300) / alpha)
    known = ~(np.isnan(height[:-1]) | np.isnan(height[1:]))
    crossed = known & ((height[:-1] < 0) != (height[1:] < 0))
    if not crossed.any():
        status = "not_crossed" if known.any() else "not_estimable"
        empty = dict.fromkeys(["delta", "simulation_error", "odds_ratio"], np.nan)
        return [{"shifted": name, "status": status, **empty}]
    z = log_odds / curve["std_error"].to_numpy(dtype=float)
    # The draws are those of all deltas, so that their error moves z along the whole curve.
    error = (curve["monte_carlo_error"] / curve["std_error"]).to_numpy(dtype=float)
    rows: list[dict[str, object]] = []
    for i in np.flatnonzero(crossed):
        share = height[i] / (height[i] - height[i + 1])
        rows.append(
            {
                "shifted": name,
                "delta": deltas[i] + share * (deltas[i + 1] - deltas[i]),
                "simulation_error": error[i : i + 2].mean()
                * abs((deltas[i + 1] - deltas[i]) / (z[i + 1] - z[i])),
                "odds_ratio": np.exp(log_odds[i] + share * (log_odds[i + 1] - log_odds[i])),
                "significant_above": bool(height[i + 1] < 0),
                "status": "ok",
            }
        )
    return rows
