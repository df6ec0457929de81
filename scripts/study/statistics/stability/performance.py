"""How well the models of many replicates predict: in their own patients and in the cohort's."""

import numpy as np
from scipy.special import expit, logit

from study.statistics.discrimination import DECIMALS
from study.statistics.resampling.chain import MISSING, Chain
from study.statistics.resampling.result import ALIASED, OK, SEPARATED, Estimates
from study.statistics.resampling.run import slice_of

STEPS, REACHED, LARGEST_STEP = 60, 1e-12, 4.0
# Scores that differ only by rounding are one.
SAME_SCORE = 1e-9


def predict(chain: Chain, estimates: Estimates, terms: np.ndarray) -> np.ndarray:
    """Return the linear predictors of models of `terms` (B, V), fitted as `estimates`.

    A variable that takes one value in a replicate is not in its model. A model without terms
    predicts the same for every patient.

    Returns
    -------
    ndarray, (B, K)
        NaN for a pattern in which a variable of the model is missing. A whole row is NaN where
        the model does not exist or cannot predict every patient of the cohort, because a level
        of three or more had no patients in the replicate.
    """
    score = np.where(np.isnan(estimates.intercept), 0.0, estimates.intercept)
    score = np.repeat(score, len(chain.patterns), axis=1)
    usable = np.ones(len(score), dtype=bool)
    fitted = np.zeros(len(score), dtype=bool)
    for v, variable in enumerate(chain.variables):
        own = slice_of(chain, v)
        status = estimates.coefficient_status[:, own]
        decided = np.isin(status, (OK, ALIASED, SEPARATED))
        inside = terms[:, v] & (decided.any(axis=1) | (estimates.df[:, v] > 0))
        fitted |= inside
        usable &= ~inside | np.isin(status, (OK, ALIASED)).all(axis=1)
        for j, slot in enumerate(range(own.start, own.stop), start=1):
            value = variable.codes == j if variable.values is None else variable.values
            effect = np.nan_to_num(estimates.log_odds[:, slot])
            score += effect[:, None] * np.nan_to_num(np.asarray(value, dtype=float))
        score[np.ix_(inside, variable.codes == MISSING)] = np.nan
    usable &= ~fitted | (estimates.status[:, 0] == OK)
    score[~usable] = np.nan
    return score


def areas_under_curve(score: np.ndarray, with_: np.ndarray, without: np.ndarray) -> np.ndarray:
    """Return the area under the ROC curve per row, as `discrimination.area_under_curve`.

    Parameters
    ----------
    score : ndarray, (B, K)
        NaN leaves a pattern out.
    with_, without : ndarray, (B, K) or (K,)
        Patients with and without the outcome. NaN comes back where either are none.
    """
    known = ~np.isnan(score)
    fitted = np.where(known, np.round(expit(score), DECIMALS), 2.0)
    order = np.argsort(fitted, axis=1, kind="stable")
    events, others = (
        np.take_along_axis(np.where(known, counts, 0.0), order, axis=1)
        for counts in (with_, without)
    )
    ranked = np.take_along_axis(fitted, order, axis=1)
    places = np.arange(score.shape[1])
    opens = np.diff(ranked, axis=1, prepend=-1.0) > 0
    closes = np.append(opens[:, 1:], np.ones((len(score), 1), dtype=bool), axis=1)
    start = np.maximum.accumulate(np.where(opens, places, 0), axis=1)
    end = np.where(closes, places, score.shape[1])[:, ::-1]
    end = np.minimum.accumulate(end, axis=1)[:, ::-1]
    reached = np.cumsum(others, axis=1)
    below = np.take_along_axis(reached - others, start, axis=1)
    outranked = (below + np.take_along_axis(reached, end, axis=1)) / 2.0
    pairs = events.sum(axis=1) * others.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (events * outranked).sum(axis=1) / pairs


def calibration_slopes(score: np.ndarray, with_: np.ndarray, without: np.ndarray) -> np.ndarray:
    """Return the slope of a logistic regression of the outcome on `score`, per row.

    Arguments are those of `areas_under_curve`. NaN where the score is the same for all patients,
    separates them, or an outcome does not occur.
    """
    known = ~np.isnan(score)
    events = np.where(known, with_, 0.0)
    patients = events + np.where(known, without, 0.0)
    x = np.where(patients > 0, np.where(known, score, 0.0), 0.0)
    n = patients.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (patients * x).sum(axis=1) / n
        scale = np.sqrt((patients * (x - mean[:, None]) ** 2).sum(axis=1) / n)
    possible = (scale > SAME_SCORE) & _overlap(x, events, patients - events)
    slopes = np.full(len(score), np.nan)
    rows = np.flatnonzero(possible)
    standard = (x[rows] - mean[rows, None]) / scale[rows, None]
    slopes[rows] = _fit_slopes(standard, events[rows], patients[rows]) / scale[rows]
    return slopes


def _overlap(x: np.ndarray, events: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return whether neither outcome has all the higher numbers: else no slope is finite."""
    ends = [
        (np.where(counts > 0, x, np.inf).min(axis=1), np.where(counts > 0, x, -np.inf).max(axis=1))
        for counts in (events, others)
    ]
    (low, high), (other_low, other_high) = ends
    return (high > other_low + SAME_SCORE) & (other_high > low + SAME_SCORE)


def _fit_slopes(x: np.ndarray, events: np.ndarray, patients: np.ndarray) -> np.ndarray:
    """Return the slopes of logistic regressions on one number each, by Newton's steps."""
    intercept = logit(events.sum(axis=1) / patients.sum(axis=1))
    slope = np.zeros(len(x))
    done = np.zeros(len(x), dtype=bool)
    for _ in range(STEPS):
        fitted = expit(intercept[:, None] + slope[:, None] * x)
        residual, weight = events - patients * fitted, patients * fitted * (1.0 - fitted)
        first, second = residual.sum(axis=1), (residual * x).sum(axis=1)
        a, b, c = weight.sum(axis=1), (weight * x).sum(axis=1), (weight * x * x).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            determinant = a * c - b * b
            steps = np.array([c * first - b * second, a * second - b * first]) / determinant
        steps = np.nan_to_num(steps, nan=np.inf)
        done |= np.abs(steps).max(axis=0) < REACHED
        if done.all():
            break
        steps = np.clip(steps, -LARGEST_STEP, LARGEST_STEP) * ~done
        intercept, slope = intercept + steps[0], slope + steps[1]
    return np.where(done, slope, np.nan)
