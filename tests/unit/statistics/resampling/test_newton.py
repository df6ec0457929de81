"""Fits of the kernels agree with R, with brglm2, and with 40 digits."""

import numpy as np
import pandas as pd
import pytest

from study.statistics.resampling.chain import build_chain
from study.statistics.resampling.draws import draw_bootstrap
from study.statistics.resampling.result import OK
from study.statistics.resampling.run import run_chain
from tests.conftest import PROJECT
from tests.unit.statistics.resampling.chains import chain_of, women
from tests.unit.statistics.resampling.forty_digits import digits_40

FOLDER = PROJECT / "tests/reference"
REFERENCE = pd.read_csv(FOLDER / "models.csv").set_index(["set", "quantity", "term"])["value"]
BACKENDS = ["compiled", "numpy"]


def refitted(name, estimator, backend):
    """The model of all variables of a reference set, as a chain without a replicate."""
    data = pd.read_csv(FOLDER / f"models_data/{name}.csv")
    terms = [c for c in data.columns if c not in ("outcome", "weight")]
    chain = build_chain(
        data, "outcome", terms[0], terms, {}, None, 0.1, "wald", True, terms=terms,
        weights=data["weight"].to_numpy(),
    )  # fmt: skip
    result = run_chain(chain, chain.counts[None], estimator, True, backend)
    assert not result.row_wise.any()
    return chain, result.refit


def agrees(name, quantity, chain, values, **tolerance):
    expected = REFERENCE[name][quantity].drop("(model)", errors="ignore")
    labels = [f"{c.variable}|{c.level}" for c in chain.coefficients]
    own = pd.Series(values, index=labels if len(values) == len(labels) else chain.names)
    assert own[expected.index].to_numpy() == pytest.approx(expected.to_numpy(), **tolerance)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", ["birthwt", "infert", "esoph", "ucb", "milan_density"])
def test_maximum_likelihood_agrees_with_glm(name, backend):
    chain, refit = refitted(name, "ml", backend)
    agrees(name, "log_odds", chain, refit.log_odds[0], abs=1e-9)
    agrees(name, "std_error", chain, refit.std_error[0], abs=1e-6)
    expected = REFERENCE[name]
    for v, variable in enumerate(chain.names):
        assert refit.wald[0, v] == pytest.approx(expected["wald"][variable], rel=1e-6)
        ratio = expected["lr_p_value"][variable]
        assert refit.ratio_p_value[0, v] == pytest.approx(ratio, abs=1e-9)
    loglik = expected["log_likelihood"]["(model)"]
    assert refit.log_likelihood[0, 0] == pytest.approx(loglik, rel=1e-12)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", ["birthwt", "infert", "esoph", "ucb", "endometrial"])
def test_firth_agrees_with_brglm2(name, backend):
    chain, refit = refitted(name, "firth", backend)
    agrees(name, "firth_log_odds", chain, refit.log_odds[0], abs=1e-8)
    agrees(name, "firth_std_error", chain, refit.std_error[0], abs=1e-8)
    for v, variable in enumerate(chain.names):
        expected = REFERENCE[name]["firth_lr_p_value"][variable]
        assert refit.ratio_p_value[0, v] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("estimator", ["ml", "firth"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_estimates_and_errors_agree_with_forty_digits(backend, estimator):
    chain = chain_of(women(150), terms=["her2_status", "age_group", "luminal"])
    counts = draw_bootstrap(chain, 21, 0, 2)
    refit = run_chain(chain, counts, estimator, False, backend).refit
    names = ["her2_status", "age_group", "luminal"]
    patterns = chain.patterns[names]
    columns = [patterns[n].eq(v) for n, v in zip(names, ["positive", ">50", "yes"], strict=True)]
    matrix = np.column_stack([np.ones(len(patterns)), *columns]).astype(float)
    slots = [[c.variable for c in chain.coefficients].index(n) for n in names]
    for r, both in enumerate(counts.reshape(2, 2, -1)):
        assert refit.status[r, 0] == OK
        beta, error = digits_40(matrix, both[0], both.sum(axis=0), estimator == "firth")
        own = [refit.intercept[r, 0], *refit.log_odds[r, slots]]
        assert own == pytest.approx(beta, abs=1e-11)
        assert refit.std_error[r, slots] == pytest.approx(error[1:], abs=1e-11)


@pytest.mark.parametrize("estimator", ["ml", "firth"])
def test_saturated_models_agree_with_forty_digits(estimator):
    chain = chain_of(women(300))
    counts = draw_bootstrap(chain, 4, 0, 1)
    result = run_chain(chain, counts, estimator).univariable
    first = [c.variable for c in chain.coefficients].index("density")
    levels = chain.patterns["density"].to_numpy()
    known = ~pd.isna(levels)
    matrix = np.column_stack([np.ones(known.sum()), *(levels[known] == v for v in "BCD")])
    for r, both in enumerate(counts.reshape(1, 2, -1)):
        events, patients = both[0][known], both.sum(axis=0)[known]
        beta, error = digits_40(matrix.astype(float), events, patients, estimator == "firth")
        assert result.log_odds[r, first : first + 3] == pytest.approx(beta[1:], abs=1e-11)
        assert result.std_error[r, first : first + 3] == pytest.approx(error[1:], abs=1e-11)
