"""Draws of one variable: the fit behind them, their spread, and donors."""

import numpy as np
import pytest
from statsmodels.discrete.discrete_model import MNLogit

from study.statistics.missing_data.draws import DONORS, draw_levels, draw_numbers
from study.statistics.missing_data.multinomial import fit_multinomial
from study.statistics.missing_data.predictors import (
    Predictors,
    Variable,
    lay_out,
    pseudo_patients,
)


def predictors(m, n, seed=1):
    rng = np.random.default_rng(seed)
    return np.concatenate([np.ones((m, 1, n)), rng.normal(size=(m, 2, n))], axis=1)


def counts_of(codes, levels, weights=1.0):
    return (codes == np.arange(levels)[:, None]) * weights


def rows(x):
    """Predictors of patients who share no cell."""
    return Predictors(x, np.broadcast_to(np.arange(x.shape[2]), (len(x), x.shape[2])))


def test_the_multinomial_fit_is_that_of_statsmodels():
    x = predictors(3, 250)
    codes = np.random.default_rng(2).integers(0, 4, 250)
    counts = np.repeat(counts_of(codes, 4)[None], 3, axis=0)
    beta = fit_multinomial(x, counts, np.zeros((3, 3)))
    for own, one in zip(x, beta, strict=True):
        expected = MNLogit(codes, own.T).fit(disp=False, tol=1e-12).params
        assert one == pytest.approx(expected.T, abs=1e-5)


def test_weights_count_patients():
    x = predictors(1, 60)
    codes = np.random.default_rng(4).integers(0, 2, 60)
    twice = np.concatenate([x, x[:, :, :20]], axis=2)
    weights = np.where(np.arange(60) < 20, 2.0, 1.0)
    once = fit_multinomial(x, counts_of(codes, 2, weights)[None], np.zeros((1, 3)))
    again = np.concatenate([codes, codes[:20]])
    copied = fit_multinomial(twice, counts_of(again, 2)[None], np.zeros((1, 3)))
    assert once == pytest.approx(copied, abs=1e-6)


def test_a_far_start_is_brought_back():
    x = predictors(2, 80)
    codes = np.random.default_rng(4).integers(0, 3, 80)
    counts = np.repeat(counts_of(codes, 3)[None], 2, axis=0)
    near = fit_multinomial(x, counts, np.zeros((2, 3)))
    assert fit_multinomial(x, counts, np.full((2, 3), 4.0)) == pytest.approx(near, abs=1e-4)


def test_a_gap_among_the_predictors_is_an_error_and_not_an_imputation():
    x = predictors(2, 30)
    x[1, 2, 7] = np.nan
    counts = np.repeat(counts_of(np.arange(30) % 2, 2)[None], 2, axis=0)
    with pytest.raises((ArithmeticError, np.linalg.LinAlgError)):
        fit_multinomial(x, counts, np.zeros((1, 3)))


def test_patients_drawn_by_shared_cells_are_those_drawn_one_by_one():
    levels = {"density": 4, "her2_status": 2, "age_group": 2}
    rng = np.random.default_rng(3)
    values = {name: rng.integers(0, size, (6, 120)) for name, size in levels.items()}
    others = [
        Variable(name, tuple("ABCD"[:size]), values[name][0], np.zeros(120, dtype=bool))
        for name, size in levels.items()
    ]
    codes = np.append(rng.integers(0, 3, 100), [-1] * 20)
    shared = lay_out(others, values, 6)
    assert shared.matrix.shape == (1, 6, 16)
    one_by_one = rows(np.take_along_axis(shared.matrix, shared.position[:, None], axis=2))
    pseudo, start = pseudo_patients(others), np.zeros((2, 6))
    drawn, beta = draw_levels(np.random.default_rng(1), shared, pseudo, codes, start)
    again, same = draw_levels(np.random.default_rng(1), one_by_one, pseudo, codes, start)
    assert (drawn == again).all()
    assert beta == pytest.approx(same, abs=1e-9)


def test_pseudo_patients_by_hand():
    # 1, 1, 0, 0 (the code of B) has mean 0.5 and standard deviation sqrt(1/3); the number is
    # standardised by its own, and lies at 0
    known = np.zeros(4, dtype=bool)
    others = [
        Variable("density", ("A", "B"), np.array([1, 1, 0, 0]), known),
        Variable("age_years", None, np.array([40.0, 50, 60, 70]), known),
    ]
    side, score = 0.5 * np.sqrt(1 / 3), 0.5 * np.sqrt(4 / 3)
    expected = [[1] * 4, [0.5 + side, 0.5 - side, 0.5, 0.5], [0, 0, score, -score]]
    assert pseudo_patients(others) == pytest.approx(np.array(expected))


def test_drawn_coefficients_spread_as_their_standard_errors():
    # The Bayesian bootstrap is a draw from about the posterior distribution.
    m, n = 1500, 400
    x = np.broadcast_to(predictors(1, n), (m, 3, n))
    rng = np.random.default_rng(5)
    codes = (rng.random(n) < 1 / (1 + np.exp(0.8 - 0.6 * x[0, 1]))).astype(np.int64)
    model = MNLogit(codes, x[0].T).fit(disp=False)
    codes = np.append(codes, -1)
    x = np.concatenate([x, x[:, :, :1]], axis=2)
    _, drawn = draw_levels(rng, rows(x), np.empty((3, 0)), codes, np.zeros((1, 3)))
    assert drawn[:, 0].mean(axis=0) == pytest.approx(model.params[:, 0], abs=0.05)
    assert drawn[:, 0].std(axis=0) == pytest.approx(model.bse[:, 0], rel=0.12)


def test_a_number_comes_from_one_of_the_nearest_donors():
    # The number is twice the predictor, so that the nearest predictions are the nearest numbers.
    known = np.arange(50.0)
    x = np.stack([np.ones(51), np.append(known, 20.2)])[None].repeat(400, axis=0)
    drawn = draw_numbers(np.random.default_rng(1), rows(x), np.append(2 * known, np.nan))
    values, times = np.unique(drawn, return_counts=True)
    assert values.tolist() == [36, 38, 40, 42, 44]
    assert len(values) == DONORS
    assert times.min() > 50


def test_few_patients_are_all_donors():
    x = np.ones((200, 1, 4))
    drawn = draw_numbers(np.random.default_rng(1), rows(x), np.array([40.0, 50, 60, np.nan]))
    assert set(drawn.ravel()) == {40, 50, 60}
