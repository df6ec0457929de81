"""Rows of the estimate tables: odds ratios with their intervals and tests, per level."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from study.statistics.design import CONTINUOUS, OVERALL, Coefficient, Design
from study.statistics.logistic import Fit, Model
from study.statistics.profile import likelihood_ratio, profile_interval

COLUMNS = [
    "model", "variable", "level", "reference", "n", "events", "level_n", "level_events",
    "log_odds", "std_error", "odds_ratio", "ci_low", "ci_high", "ci_method",
    "wald", "df", "p_value", "lr_p_value", "estimator", "status",
]  # fmt: skip
# (estimator, interval): the first is the main row, the others stand beside it.
METHODS = [("ml", "wald"), ("ml", "profile"), ("firth", "profile")]
_COUNTS = ["n", "events", "level_n", "level_events", "df"]


def tabulate_estimates(
    name: str,
    model: Model,
    confidence_level: float,
    methods: Sequence[tuple[str, str]] = METHODS,
) -> pd.DataFrame:
    """Return the estimates of a fitted model, columns as in the output contract.

    Every level has one row per method, by default all of `METHODS`. A factor of more than two
    levels also has rows with level ``(overall)``, with the joint test of its levels; a variable
    without any level that could be coded has only those, ``not_estimable``. `lr_p_value` tests
    what `wald` tests: the level of the row, or all levels together (for Firth: the penalised
    likelihood ratio). A row whose status is not ``ok`` has no estimates; in a quasi-separated
    model those coefficients are ``ok`` whose maximum-likelihood estimate is finite. A profile
    bound is empty where it does not exist.
    """
    design = model.design
    rows = []
    leading = dict(reversed(methods))  # joint tests have no interval, and stand once per estimator
    for estimator, interval in methods:
        fit = model.ml or model.limit if estimator == "ml" else model.firth
        failure = _failure(model, estimator)
        for position, coefficient, tested in _hypotheses(design):
            row = _head(name, design, coefficient, position)
            row |= {"ci_method": interval, "estimator": estimator, "status": failure}
            if not tested.any() and model.status != "not_estimable":
                row["status"] = design.states[position - 1] if position else "not_estimable"
            elif fit and np.isin(np.flatnonzero(tested), fit.columns).all():
                own = np.isin(fit.columns, np.flatnonzero(tested))
                row["status"] = "ok"
                row |= _tests(fit, own, penalised=estimator == "firth")
                if position is not None:
                    scale = float(design.scale[tested][0])
                    row |= _estimate(fit, own, scale, interval, confidence_level, estimator)
            if position is not None or leading[estimator] == interval:
                rows.append(row)
    return _ordered(pd.DataFrame(rows, columns=COLUMNS), design)


def _failure(model: Model, estimator: str) -> str:
    # Firth's fit exists wherever there are two outcomes and a term; only the climb can fail.
    if estimator == "firth" and model.status != "not_estimable":
        return "not_converged"
    return model.status


def _hypotheses(design: Design) -> Iterator[tuple[int | None, Coefficient, np.ndarray]]:
    """Yield what is tested: every level, then the whole of each factor of more than two.

    The mask runs over the estimable columns; the position (None for a whole factor) over all.
    """
    columns = design.estimable
    for term in design.terms:
        own = [(i, c) for i, c in enumerate(design.coefficients, start=1) if c.variable == term]
        for position, coefficient in own:
            yield position, coefficient, columns == position
        if len(own) != 1:
            reference = own[0][1].reference if own else OVERALL
            yield None, Coefficient(term, OVERALL, reference), np.isin(columns, [i for i, _ in own])


def _head(name: str, design: Design, coefficient: Coefficient, position: int | None) -> dict:
    inside = np.ones(len(design.weights))
    if position is not None and coefficient.reference != CONTINUOUS:
        inside = design.matrix[:, position]
    patients = design.weights * inside
    return {
        "model": name,
        "variable": coefficient.variable,
        "level": coefficient.level,
        "reference": coefficient.reference,
        "n": design.n,
        "events": design.events,
        "level_n": round(patients.sum()),
        "level_events": round(patients @ design.outcome),
    }


def _tests(fit: Fit, tested: np.ndarray, penalised: bool) -> dict:
    beta = fit.beta[tested]
    df = int(tested.sum())
    wald = float(beta @ np.linalg.solve(fit.covariance[np.ix_(tested, tested)], beta))
    ratio = likelihood_ratio(fit.cells, fit.beta, fit.log_likelihood, tested, penalised)
    return {
        "wald": wald,
        "df": df,
        "p_value": float(chi2.sf(wald, df)),
        "lr_p_value": float(chi2.sf(ratio, df)),
    }


def _estimate(
    fit: Fit,
    tested: np.ndarray,
    scale: float,
    interval: str,
    confidence_level: float,
    estimator: str,
) -> dict:
    """Return estimate and interval of one coefficient, per unit of its variable."""
    index = int(np.flatnonzero(tested)[0])
    log_odds, std_error = float(fit.beta[index]), float(fit.std_error[index])
    if interval == "wald":
        margin = float(norm.ppf((1 + confidence_level) / 2)) * std_error
        low, high = log_odds - margin, log_odds + margin
    else:
        low, high = profile_interval(
            fit.cells,
            fit.beta,
            fit.covariance,
            fit.log_likelihood,
            index,
            confidence_level,
            penalised=estimator == "firth",
        )
    return {
        "log_odds": log_odds / scale,
        "std_error": std_error / scale,
        "odds_ratio": float(np.exp(log_odds / scale)),
        "ci_low": float(np.exp(low / scale)),
        "ci_high": float(np.exp(high / scale)),
    }


def _ordered(rows: pd.DataFrame, design: Design) -> pd.DataFrame:
    """Return the rows by variable and level, methods together, whole numbers as such."""
    order = {(c.variable, c.level): i for i, c in enumerate(design.coefficients)}
    keys = list(zip(rows["variable"], rows["level"], strict=True))
    within = pd.Series([order.get(key, len(order)) for key in keys], index=rows.index)
    term = rows["variable"].map({name: i for i, name in enumerate(design.terms)})
    ranked = rows.assign(_term=term, _within=within)
    ranked = ranked.sort_values(["_term", "_within"], kind="stable", ignore_index=True)
    return ranked[COLUMNS].astype({name: "Int64" for name in _COUNTS})
