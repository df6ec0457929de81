"""Rubin's rules are those of mice, and keep what must hold of any."""

import numpy as np
import pandas as pd
import pytest

from study.statistics.missing_data.pooling import pool, wald_test
from tests.conftest import PROJECT

REFERENCE = pd.read_csv(PROJECT / "tests/reference/imputation.csv")
ATTRIBUTES = {
    "estimate": lambda pooled: pooled.estimate,
    "ubar": lambda pooled: np.diag(pooled.within),
    "b": lambda pooled: np.diag(pooled.between),
    "t": lambda pooled: np.diag(pooled.total),
    "df": lambda pooled: pooled.df,
    "riv": lambda pooled: pooled.relative_increase,
    "fmi": lambda pooled: pooled.missing_information,
    "std.error": lambda pooled: pooled.std_error,
    "p.value": lambda pooled: pooled.p_value,
    "low": lambda pooled: pooled.interval(0.95)[0],
    "high": lambda pooled: pooled.interval(0.95)[1],
}


def rows_of(name, kind):
    rows = REFERENCE[REFERENCE["set"].eq(name) & REFERENCE["kind"].eq(kind)]
    return rows.set_index("index")["value"]


def data_sets(name):
    estimates = rows_of(name, "estimate")
    m = max(int(index.split(".")[0]) for index in estimates.index)
    estimates = estimates.to_numpy().reshape(m, -1)
    p = estimates.shape[1]
    return estimates, rows_of(name, "covariance").to_numpy().reshape(m, p, p)


def compared():
    """Set, complete df, what, position, value of every pooled number of the reference."""
    for name in ("five", "scalar_small", "scalar_large", "scalar_equal"):
        for index, value in rows_of(name, "pooled").items():
            complete, rest = index.split(".", 1)
            what, position = rest.rsplit(".", 1)
            yield name, float(complete), what, int(position) - 1, value


def test_all_numbers_of_mice_are_met():
    cases = list(compared())
    assert len(cases) == 2 * 6 * 11 + 3 * 7
    assert {what for _, _, what, _, _ in cases} == set(ATTRIBUTES)
    for name, complete, what, position, value in cases:
        pooled = pool(*data_sets(name), complete)
        own = ATTRIBUTES[what](pooled)[position]
        assert own == pytest.approx(value, rel=1e-10, abs=1e-14), (name, complete, what, position)


@pytest.mark.parametrize("complete", ["394", "40", "Inf"])
def test_the_joint_test_is_d1_of_mice(complete):
    expected = rows_of("five", "joint")
    test = wald_test(pool(*data_sets("five"), float(complete)), [3, 4, 5])
    assert test.statistic == pytest.approx(expected[f"{complete}.f"], rel=1e-10)
    assert test.df[0] == expected[f"{complete}.df1"] == 3
    assert test.df[1] == pytest.approx(expected[f"{complete}.df2"], rel=1e-10)
    assert test.p_value == pytest.approx(expected[f"{complete}.p.value"], rel=1e-10)


def test_two_data_sets_by_hand():
    # Means 1 and 4; estimates 0 and 2 differ with variance 2; total 4 + 1.5 * 2; error 2 / 2
    pooled = pool([[0.0], [2.0]], [[[3.0]], [[5.0]]], np.inf)
    assert pooled.estimate.tolist() == [1]
    assert pooled.total.tolist() == [[7]]
    assert pooled.relative_increase.tolist() == [0.75]
    assert pooled.monte_carlo_error.tolist() == [1]
    # (m - 1) (1 + 1 / r)^2
    assert pooled.df == pytest.approx([(1 + 1 / 0.75) ** 2])


def test_without_missing_values_nothing_is_lost():
    same, covariance = np.tile([0.4, -1.0], (5, 1)), np.tile(np.diag([0.04, 0.25]), (5, 1, 1))
    pooled = pool(same, covariance, np.inf)
    assert pooled.std_error == pytest.approx([0.2, 0.5])
    assert wald_test(pooled, [0, 1]).statistic == pytest.approx((2**2 + 2**2) / 2)
    assert wald_test(pooled, [0, 1]).df == (2, np.inf)


def test_one_parameter_has_the_same_statistic_alone_and_jointly():
    pooled = pool(*data_sets("five"), np.inf)
    single = (pooled.estimate[1] / pooled.std_error[1]) ** 2
    assert wald_test(pooled, [1]).statistic == pytest.approx(single)


def test_the_joint_test_does_not_depend_on_the_reference_level():
    estimates, covariances = data_sets("five")
    # B, C, D against A become A, C, D against B
    turn = np.eye(6)
    turn[3:, 3] = -1
    turned = pool(estimates @ turn.T, turn @ covariances @ turn.T, 394)
    first, second = (
        wald_test(pool(estimates, covariances, 394), [3, 4, 5]),
        wald_test(turned, [3, 4, 5]),
    )
    assert second.statistic == pytest.approx(first.statistic)
    assert second.p_value == pytest.approx(first.p_value)


def test_too_few_imputations_for_reiters_df_have_no_p_value():
    estimates, covariances = data_sets("five")
    test = wald_test(pool(estimates[:2], covariances[:2], 394), [1, 2])
    assert np.isnan(test.p_value)
    assert np.isfinite(wald_test(pool(estimates[:2], covariances[:2], np.inf), [1, 2]).p_value)


@pytest.mark.parametrize(
    ("estimates", "covariances"),
    [
        ([[1.0]], [[[1.0]]]),
        ([[1.0], [np.nan]], [[[1.0]], [[1.0]]]),
        ([[1.0], [1.0]], [[[1.0]], [[np.inf]]]),
        ([[1.0], [1.0]], [[1.0], [1.0]]),
    ],
)
def test_what_cannot_be_pooled_is_refused(estimates, covariances):
    with pytest.raises(ValueError, match=r"pooling needs|not a finite number"):
        pool(estimates, covariances, np.inf)
