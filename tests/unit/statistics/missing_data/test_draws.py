"""Draws of one variable: the fit behind them, their spread, and donors."""

import numpy as np
import pytest
from statsmodels.discrete.discrete_model import MNLogit

from study.statistics.missing_data.draws import DONORS, draw_levels, draw_numbers
from study.statistics.missing_data.multinomial import fit_multinomial


def predictors(m, n, seed=1):
    rng = np.random.default_rng(seed)
    return np.concatenate([np.ones((m, 1, n)), rng.normal(size=(m, 2, n))], axis=1)


def test_the_multinomial_fit_is_that_of_statsmodels():
    x = predictors(3, 250)
    codes = np.random.default_rng(2).integers(0, 4, 250)
    indicators = (codes == np.arange(1, 4)[:, None]).astype(float)
    beta = fit_multinomial(x, indicators, np.ones((3, 250)), np.zeros((3, 3)))
    for own, one in zip(x, beta, strict=True):
        expected = MNLogit(codes, own.T).fit(disp=False, tol=1e-12).params
        assert one == pytest.approx(expected.T, abs=1e-5)


def test_weights_count_patients():
    x = predictors(1, 60)
    codes = np.random.default_rng(4).integers(0, 2, 60)
    twice = np.concatenate([x, x[:, :, :20]], axis=2)
    weights = np.where(np.arange(60) < 20, 2.0, 1.0)[None]
    start = np.zeros((1, 3))
    once = fit_multinomial(x, (codes == 1).astype(float)[None], weights, start)
    again = np.concatenate([codes, codes[:20]])
    copied = fit_multinomial(twice, (again == 1).astype(float)[None], np.ones((1, 80)), start)
    assert once == pytest.approx(copied, abs=1e-6)


def test_a_gap_among_the_predictors_is_an_error_and_not_an_imputation():
    x = predictors(2, 30)
    x[1, 2, 7] = np.nan
    with pytest.raises((ArithmeticError, np.linalg.LinAlgError)):
        fit_multinomial(x, np.eye(30)[:1], np.ones((2, 30)), np.zeros((1, 3)))


def test_drawn_coefficients_spread_as_their_standard_errors():
    # The Bayesian bootstrap is a draw from about the posterior distribution.
    m, n = 1500, 400
    x = np.broadcast_to(predictors(1, n), (m, 3, n))
    rng = np.random.default_rng(5)
    codes = (rng.random(n) < 1 / (1 + np.exp(0.8 - 0.6 * x[0, 1]))).astype(np.int64)
    model = MNLogit(codes, x[0].T).fit(disp=False)
    codes = np.append(codes, -1)
    x = np.concatenate([x, x[:, :, :1]], axis=2)
    _, drawn = draw_levels(rng, x, codes, 2, np.zeros((1, 3)))
    assert drawn[:, 0].mean(axis=0) == pytest.approx(model.params[:, 0], abs=0.05)
    assert drawn[:, 0].std(axis=0) == pytest.approx(model.bse[:, 0], rel=0.12)


def test_a_number_comes_from_one_of_the_nearest_donors():
    # The number is twice the predictor, so that the nearest predictions are the nearest numbers.
    known = np.arange(50.0)
    x = np.stack([np.ones(51), np.append(known, 20.2)])[None].repeat(400, axis=0)
    drawn = draw_numbers(np.random.default_rng(1), x, np.append(2 * known, np.nan))
    values, times = np.unique(drawn, return_counts=True)
    assert values.tolist() == [36, 38, 40, 42, 44]
    assert len(values) == DONORS
    assert times.min() > 50


def test_few_patients_are_all_donors():
    x = np.ones((200, 1, 4))
    drawn = draw_numbers(np.random.default_rng(1), x, np.array([40.0, 50, 60, np.nan]))
    assert set(drawn.ravel()) == {40, 50, 60}
