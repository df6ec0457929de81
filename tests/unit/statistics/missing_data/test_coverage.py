"""Cohorts whose truth is known: at random missingness intervals cover it, and bias is gone."""

from functools import cache

import numpy as np
import pandas as pd

from study.statistics.missing_data.completed import Completed
from study.statistics.missing_data.fits import fit_completed
from study.statistics.missing_data.imputation import impute
from study.statistics.missing_data.pooling import pool
from tests.unit.statistics.missing_data.women import EXPOSURE, OUTCOME

COHORTS, WOMEN, IMPUTATIONS = 250, 400, 10
TRUTH = np.array([0.9, 0.7])  # of HER2 and of density, log odds ratios
TERMS = [EXPOSURE, "density_group"]
REFERENCES = {EXPOSURE: "negative", "density_group": "A-B"}


def cohort(rng):
    """Density is missing by HER2 and microcalcifications, most in women who have both."""
    positive, dense = rng.random((2, WOMEN)) < [[0.4], [0.5]]
    found = rng.random(WOMEN) < 1 / (1 + np.exp(1.0 - TRUTH[0] * positive - TRUTH[1] * dense))
    density = np.where(dense, "C-D", "A-B").astype(object)
    density[rng.random(WOMEN) < np.where(found & positive, 0.6, 0.15)] = None
    return pd.DataFrame(
        {
            OUTCOME: np.where(found, "yes", "no"),
            EXPOSURE: np.where(positive, "positive", "negative"),
            "density_group": pd.Series(density, dtype="str"),
        }
    )


def log_odds(completed):
    fits = fit_completed(completed, OUTCOME, TERMS, REFERENCES)
    return fits.estimates, fits.covariances


@cache
def simulated():
    """Estimates (cohorts, 2), whether intervals hold the truth, estimates of complete cases."""
    rng = np.random.default_rng(11)
    estimates, covered, cases = [], [], []
    for seed in range(COHORTS):
        frame = cohort(rng)
        completed = impute(frame, [OUTCOME, *TERMS], {}, IMPUTATIONS, 1, seed)
        pooled = pool(*log_odds(completed), np.inf)
        low, high = pooled.interval(0.95)
        estimates.append(pooled.estimate)
        covered.append((low < TRUTH) & (high > TRUTH))
        untouched = Completed(frame, {}, {"-": np.zeros((1, WOMEN))})
        cases.append(log_odds(untouched)[0][0])
    return np.array(estimates), np.array(covered), np.array(cases)


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    _, covered, _ = simulated()
    # 95% of 250 cohorts vary by 1.4 points; three of these on either side
    assert (covered.mean(axis=0) > 0.908).all()
    assert (covered.mean(axis=0) < 0.992).all()


def test_imputation_removes_the_bias_of_complete_cases():
    estimates, _, cases = simulated()
    assert cases[:, 0].mean() < TRUTH[0] - 0.5
    error = estimates.std(axis=0) / np.sqrt(COHORTS)
    # Logistic estimates of 400 women are themselves a little too far from zero.
    assert (np.abs(estimates.mean(axis=0) - TRUTH) < 3 * error + 0.02).all()
