"""The random-effects summary agrees with metafor, and with what must hold of any."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study.statistics.meta_analysis import random_effects
from tests.conftest import PROJECT

REFERENCE = pd.read_csv(PROJECT / "tests/reference/meta_analysis.csv")
NAMES = {"log_odds": "estimate", "low": "ci_low", "high": "ci_high"}

effects = st.floats(-3, 3)
errors = st.floats(0.05, 2)
studies = st.lists(st.tuples(effects, errors), min_size=2, max_size=8)


def published(name):
    """The estimates, standard errors and metafor's results of one set."""
    rows = REFERENCE[REFERENCE["set"].eq(name)]
    study = rows[rows["kind"].eq("study")].set_index("index")["value"]
    y = study[study.index.str.startswith("yi.")].to_numpy()
    errors = np.sqrt(study[study.index.str.startswith("vi.")].to_numpy())
    results = rows[rows["kind"].eq("result")].set_index("index")["value"].rename(NAMES).to_dict()
    return y, errors, results, rows.loc[rows["kind"].eq("weight"), "value"].tolist()


@pytest.mark.parametrize("name", REFERENCE["set"].unique())
def test_a_published_set_agrees_with_metafor(name):
    y, errors, expected, weights = published(name)
    pooled = random_effects(y, errors, expected.pop("confidence_level"))
    assert len(expected) == 11
    for key, value in expected.items():
        assert getattr(pooled, key) == pytest.approx(value, rel=1e-8, abs=1e-8), key
    assert pooled.weights == pytest.approx(weights, abs=1e-8)
    assert pooled.df == len(y) - 1


def test_the_reference_holds_a_variance_at_the_boundary_and_far_from_it():
    values = REFERENCE[REFERENCE["index"].eq("tau2")].set_index("set")["value"]
    assert values["bcg_agreeing"] == 0
    assert values["stroke_care"] > 600


def test_equal_studies_have_no_variance_between_them():
    pooled = random_effects([0.7, 0.7, 0.7], [0.2, 0.4, 0.5], 0.95)
    assert (pooled.tau2, pooled.i2, pooled.q, pooled.p_value) == (0, 0, pytest.approx(0), 1)
    assert pooled.estimate == pytest.approx(0.7, abs=1e-15)
    assert pooled.std_error == pytest.approx(0, abs=1e-15)


def test_two_studies_of_one_precision_by_hand():
    # mean 1; squares 2 on 1 df, of which sampling explains 1; se = sqrt(squares / (k (k - 1)))
    pooled = random_effects([0.0, 2.0], [1.0, 1.0], 0.95)
    assert pooled.tau2 == pytest.approx(1)
    assert pooled.q == pytest.approx(2)
    assert pooled.i2 == pytest.approx(50)
    assert pooled.std_error == pytest.approx(1)
    assert pooled.ci_high - pooled.estimate == pytest.approx(12.706204736)
    assert pooled.prediction_high - pooled.estimate == pytest.approx(12.706204736 * math.sqrt(2))


@pytest.mark.parametrize(
    ("y", "variances", "tau2"),
    [
        # peaks near 0.0019 and 1.13, the second 3.4 higher
        ([-1.6, -1.5, 0.6], [0.005, 0.002, 0.384], 1.1320328908),
        # peaks at 0 and near 0.57, the first 0.26 higher
        ([-1.5, 0.7, -1.4], [0.073, 0.734, 0.006], 0.0),
    ],
)
def test_of_two_peaks_of_the_likelihood_the_higher_counts(y, variances, tau2):
    assert random_effects(y, np.sqrt(variances), 0.95).tau2 == pytest.approx(tau2, rel=1e-9)


@pytest.mark.parametrize("estimates", [[], [0.5]])
def test_fewer_than_two_studies_are_refused(estimates):
    with pytest.raises(ValueError, match="two studies"):
        random_effects(estimates, [0.1] * len(estimates), 0.95)


@pytest.mark.parametrize("error", [0.0, math.nan, math.inf])
def test_a_study_without_standard_error_is_refused(error):
    with pytest.raises(ValueError, match="standard error"):
        random_effects([0.1, 0.2], [0.3, error], 0.95)


@settings(deadline=None, max_examples=60)
@given(studies, st.randoms())
def test_the_order_of_studies_changes_nothing(rows, random):
    shuffled = random.sample(rows, len(rows))
    one, other = (random_effects(*zip(*r, strict=True), 0.95) for r in (rows, shuffled))
    assert other.tau2 == pytest.approx(one.tau2, rel=1e-7, abs=1e-9)
    assert other.estimate == pytest.approx(one.estimate, rel=1e-7, abs=1e-9)
    assert other.ci_high == pytest.approx(one.ci_high, rel=1e-7, abs=1e-9)


@settings(deadline=None, max_examples=60)
@given(studies, st.floats(0.1, 10), st.floats(-5, 5))
def test_another_unit_and_origin_move_the_summary_along(rows, unit, origin):
    y, errors = (np.array(column) for column in zip(*rows, strict=True))
    one = random_effects(y, errors, 0.95)
    other = random_effects(origin + unit * y, unit * errors, 0.95)
    assert other.tau2 == pytest.approx(unit**2 * one.tau2, rel=1e-7, abs=1e-9)
    assert other.estimate == pytest.approx(origin + unit * one.estimate, rel=1e-7, abs=1e-9)
    assert other.std_error == pytest.approx(unit * one.std_error, rel=1e-7, abs=1e-9)
    assert other.q == pytest.approx(one.q, rel=1e-7, abs=1e-9)
    assert other.i2 == pytest.approx(one.i2, rel=1e-7, abs=1e-6)


@settings(deadline=None, max_examples=60)
@given(studies)
def test_the_variance_is_where_no_other_is_more_likely(rows):
    y, errors = (np.array(column) for column in zip(*rows, strict=True))

    def likelihood(tau2):
        weights = 1 / (errors**2 + tau2)
        mean = np.average(y, weights=weights)
        return np.log(weights).sum() - np.log(weights.sum()) - weights @ (y - mean) ** 2

    best = likelihood(random_effects(y, errors, 0.95).tau2)
    assert all(likelihood(tau2) <= best + 1e-9 for tau2 in np.linspace(0, 40, 400))
