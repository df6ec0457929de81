"""The model of all completed data sets is that of each one alone."""

import numpy as np
import pandas as pd
import pytest

from study.statistics.design import build_design
from study.statistics.logistic import fit_model
from study.statistics.missing_data.completed import Completed, delete_imputed
from study.statistics.missing_data.fits import fit_completed
from study.statistics.missing_data.pooling import pool
from tests.unit.statistics.missing_data.women import (
    EXPOSURE,
    LEVELS,
    OUTCOME,
    REFERENCES,
    imputed,
    women,
)

TERMS = [EXPOSURE, "density", "age_years"]


def same_sets(frame):
    """Two completed data sets that are the frame itself."""
    return Completed(frame, {}, {"-": np.zeros((2, len(frame)))})


@pytest.mark.parametrize("penalised", [False, True])
@pytest.mark.parametrize("deleted", [False, True])
def test_every_data_set_has_the_estimates_of_fitting_it_alone(penalised, deleted):
    completed = imputed(women(300))
    if deleted:
        completed = delete_imputed(completed, OUTCOME)
    fits = fit_completed(completed, OUTCOME, TERMS, REFERENCES, LEVELS, penalised)
    assert fits.status == "ok"
    for i, one in completed.long().groupby("imputation"):
        design = build_design(one, OUTCOME, TERMS, REFERENCES, LEVELS)
        model = fit_model(design)
        alone = model.firth if penalised else model.ml
        scale = design.scale[1:]
        assert fits.coefficients == design.coefficients
        assert fits.n == design.n
        assert fits.complete_df == design.n - 6
        assert fits.estimates[i] == pytest.approx(alone.beta[1:] / scale, abs=1e-8)
        covariance = alone.covariance[1:, 1:] / np.outer(scale, scale)
        assert fits.covariances[i] == pytest.approx(covariance, rel=1e-6, abs=1e-10)


def test_imputed_outcomes_alone_add_nothing_but_noise():
    # Little 1992, JASA 87:1227: where only the outcome is missing, complete cases say it all.
    frame = women(283, shares=(0.35,)).drop(columns=["density", "age_years"])
    terms = [EXPOSURE, "histology_group"]
    completed = imputed(frame, [OUTCOME, *terms], m=400)
    fits = fit_completed(completed, OUTCOME, terms, REFERENCES)
    pooled = pool(fits.estimates, fits.covariances, np.inf)
    cases = fit_completed(same_sets(frame), OUTCOME, terms, REFERENCES)
    error = pooled.monte_carlo_error
    # The pseudo-patients of the imputation model draw a little towards no association.
    assert (np.abs(pooled.estimate - cases.estimates[0]) < 3 * error + 0.02).all()
    expected = np.sqrt(np.diag(cases.covariances[0]))
    assert pooled.std_error == pytest.approx(expected, rel=0.05)
    deleted = fit_completed(delete_imputed(completed, OUTCOME), OUTCOME, terms, REFERENCES)
    assert deleted.estimates == pytest.approx(np.repeat(cases.estimates[:1], 400, axis=0))


def test_patients_without_a_term_that_was_not_imputed_are_left_out():
    frame = women(200).assign(grade=["high", "low", "low", None] * 50)
    fits = fit_completed(imputed(frame), OUTCOME, [EXPOSURE, "grade"], REFERENCES)
    assert fits.n == 150
    assert [c.level for c in fits.coefficients] == ["positive", "low"]


def test_events_are_counted_on_average():
    frame = pd.DataFrame({OUTCOME: ["yes", None, "no", "no"], EXPOSURE: [*"ppnn"]})
    values = {OUTCOME: np.array([[0, 0, 1, 1], [0, 1, 1, 1]])}
    fits = fit_completed(
        Completed(frame, {OUTCOME: ("yes", "no")}, values), OUTCOME, [EXPOSURE], {}
    )
    assert (fits.n, fits.events) == (4, 1.5)


def test_a_separated_data_set_says_so_and_has_no_numbers():
    # In the second data set no negative woman has the outcome.
    frame = pd.DataFrame({OUTCOME: ["yes", "no"] * 5 + [None], EXPOSURE: [*"ppppppppp", *"nn"]})
    frame[OUTCOME] = ["yes", "no"] * 4 + ["no", "no", None]
    values = {OUTCOME: np.array([[0, 1] * 4 + [1, 1, 0], [0, 1] * 4 + [1, 1, 1]])}
    completed = Completed(frame, {OUTCOME: ("yes", "no")}, values)
    fits = fit_completed(completed, OUTCOME, [EXPOSURE], {EXPOSURE: "n"})
    assert fits.status == "separated"
    assert np.isfinite(fits.estimates[0]).all()
    assert np.isnan(fits.estimates[1]).all()
    assert np.isnan(fits.covariances[1]).all()


@pytest.mark.parametrize("outcomes", [["no"] * 4, [None] * 4])
def test_without_both_outcomes_there_is_nothing_to_estimate(outcomes):
    frame = pd.DataFrame({OUTCOME: pd.Series(outcomes, dtype="str"), EXPOSURE: [*"ppnn"]})
    fits = fit_completed(same_sets(frame), OUTCOME, [EXPOSURE], {})
    assert (fits.status, fits.estimates.shape) == ("not_estimable", (2, 0))


def test_a_level_that_one_data_set_lacks_is_not_estimable():
    frame = pd.DataFrame({OUTCOME: ["yes", "no"] * 6, EXPOSURE: [*"ppnnppnnppn", None]})
    levels = {EXPOSURE: ("n", "p", "q")}
    known = [1, 1, 0, 0] * 2 + [1, 1, 0]
    values = {EXPOSURE: np.array([[*known, 2], [*known, 0]])}
    fits = fit_completed(Completed(frame, levels, values), OUTCOME, [EXPOSURE], {EXPOSURE: "n"})
    assert fits.status in ("separated", "not_estimable")
    assert np.isnan(fits.estimates[1]).all()
