"""Cohorts whose truth is known: at random missingness intervals cover it, and bias is gone."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from study.statistics.missing_data.completed import Completed
from study.statistics.missing_data.fits import fit_completed
from study.statistics.missing_data.imputation import impute
from study.statistics.missing_data.pooling import pool
from tests.unit.statistics.missing_data.women import EXPOSURE, OUTCOME

COHORTS, WOMEN, IMPUTATIONS = 150, 400, 10
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
def cohorts():
    rng = np.random.default_rng(11)
    return [cohort(rng) for _ in range(COHORTS)]


@cache
def pooled():
    results = []
    for seed, frame in enumerate(cohorts()):
        completed = impute(frame, [OUTCOME, *TERMS], {}, IMPUTATIONS, 1, seed)
        results.append(pool(*log_odds(completed), np.inf))
    return results


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    low, high = np.array([one.interval(0.95) for one in pooled()]).transpose(1, 0, 2)
    covered = ((low < TRUTH) & (high > TRUTH)).mean(axis=0)
    # A share of 95% in 150 cohorts varies by 1.8 points; two and a half of these on either side
    assert (covered > 0.905).all()
    assert (covered < 0.995).all()


def test_imputation_removes_the_bias_of_complete_cases():
    everyone = pd.concat(cohorts(), ignore_index=True)
    untouched = Completed(everyone, {}, {"-": np.zeros((1, len(everyone)))})
    assert log_odds(untouched)[0][0, 0] < TRUTH[0] - 0.6
    estimates = np.array([one.estimate for one in pooled()])
    error = estimates.std(axis=0) / np.sqrt(COHORTS)
    # Logistic estimates of 400 women are themselves a little too far from zero.
    assert (np.abs(estimates.mean(axis=0) - TRUTH) < 3 * error + 0.02).all()


def test_standard_errors_are_how_much_estimates_vary():
    estimates = np.array([one.estimate for one in pooled()])
    errors = np.array([one.std_error for one in pooled()]).mean(axis=0)
    assert errors == pytest.approx(estimates.std(axis=0), rel=0.2)
