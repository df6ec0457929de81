"""The chain in a replicate is the row-wise chain on its patients, compiled or not."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study.problems import StudyError
from study.statistics.design import OVERALL
from study.statistics.estimates import tabulate_estimates
from study.statistics.logistic import fit_model
from study.statistics.multivariable import design_multivariable, resolve_terms
from study.statistics.resampling.draws import draw_bootstrap, draw_permutation, leave_one_out
from study.statistics.resampling.result import STATUSES
from study.statistics.resampling.run import run_chain
from study.statistics.screening import screen_variables
from tests.unit.statistics.resampling.chains import CANDIDATES, chain_of, women


def same(one, other, tolerance=1e-10):
    """Compare every array of two results; NaN at the same places."""
    for field in dataclasses.fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if dataclasses.is_dataclass(a):
            same(a, b, tolerance)
        else:
            np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance, err_msg=field.name)


def agrees(chain, estimates, rows, replicate, estimator):
    """Compare one model of one replicate with its rows of the estimate table."""
    method = "wald" if estimator == "ml" else "profile"
    rows = rows[rows["estimator"].eq(estimator) & rows["ci_method"].eq(method)]
    for i, coefficient in enumerate(chain.coefficients):
        own = rows["variable"].eq(coefficient.variable) & rows["level"].eq(coefficient.level)
        status = estimates.coefficient_status[replicate, i]
        if not own.any():
            moved = rows["variable"].eq(coefficient.variable).any()
            assert STATUSES[status] == "not_estimable" if moved else status == -1
            continue
        row = rows[own].iloc[0]
        moved = row["reference"] != coefficient.reference
        assert STATUSES[status] == ("not_estimable" if moved else row["status"])
        expected = row[["log_odds", "std_error"]].to_numpy(dtype=float)
        found = [estimates.log_odds[replicate, i], estimates.std_error[replicate, i]]
        if not moved:
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    for term, own in rows.groupby("variable"):
        joint = own[own["level"].eq(OVERALL)] if own["level"].eq(OVERALL).any() else own
        expected = joint[["p_value", "lr_p_value"]].to_numpy(dtype=float)[0]
        v = chain.names.index(term)
        found = [estimates.wald_p_value[replicate, v], estimates.ratio_p_value[replicate, v]]
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


# Small, so that many replicates are separated or lack a level; the last drops a term that is known
# too seldom, which only the row-wise functions can decide.
COHORTS = [
    (women(110), {}),
    (women(26, seed=2), {"screening_alpha": 0.6}),
    (women(40, seed=3), {"screening_test": "likelihood_ratio", "keep_exposure": False}),
    (women(40, seed=4), {"terms": ["her2_status", "density", "luminal"]}),
    (women(9, seed=5), {"terms": ["her2_status", "age_group", "density"]}),
    (women(30, seed=6).assign(density=np.nan), {"screening_alpha": 0.9}),
]


def row_wise(chain, counts):
    """Screen and refit one replicate's patients: estimates, who passed, model, its estimates."""
    own = chain.cells.loc[chain.cells.index.repeat(counts.astype(int))]
    screen, _ = screen_variables(
        own, chain.outcome, CANDIDATES, [], chain.references, chain.levels,
        chain.screening_alpha, chain.screening_test, 0.95,
    )  # fmt: skip
    passed = list(screen.loc[screen["selected"], "variable"].unique())
    wanted = {"m": list(chain.model) if chain.model else "selected"}
    terms = resolve_terms(wanted, chain.exposure, chain.keep_exposure, CANDIDATES, passed)["m"]
    design = design_multivariable(own, chain.outcome, terms, chain.references, chain.levels)
    model = fit_model(design) if design.terms else None
    return screen, passed, model, tabulate_estimates("m", model, 0.95) if model else None


@pytest.mark.parametrize("number", range(len(COHORTS)))
def test_every_number_is_that_of_the_row_wise_functions(number, monkeypatch):
    # Profile intervals take most of the time and are no part of a replicate.
    monkeypatch.setattr("study.statistics.estimates.profile_interval", lambda *_, **__: (0.0, 0.0))
    frame, decisions = COHORTS[number]
    chain = chain_of(frame, **decisions)
    counts = draw_bootstrap(chain, 8, 0, 4)
    ways = [(b, e) for b in ("compiled", "numpy") for e in ("ml", "firth")]
    results = {way: run_chain(chain, counts, way[1], True, way[0]) for way in ways}
    for r, replicate in enumerate(counts):
        screen, passed, model, rows = row_wise(chain, replicate)
        for (backend, estimator), result in results.items():
            agrees(chain, result.univariable, screen, r, estimator)
            if estimator == "ml":
                assert set(np.array(chain.names)[result.selected[r]]) == set(passed)
            same_terms = (result.terms[r] == results[backend, "ml"].terms[r]).all()
            if model is not None and same_terms:
                agrees(chain, result.refit, rows, r, estimator)
                if estimator == "ml":
                    assert STATUSES[result.refit.status[r, 0]] == model.status


@pytest.mark.parametrize("estimator", ["ml", "firth"])
@pytest.mark.parametrize("number", [0, 1, 3])
def test_both_ways_through_the_kernels_give_the_same_numbers(number, estimator):
    frame, decisions = COHORTS[number]
    chain = chain_of(frame, **decisions)
    for draw in (draw_bootstrap, draw_permutation):
        counts = draw(chain, 2, 0, 1000 if number == 0 else 30)
        one, other = (run_chain(chain, counts, estimator, True, b) for b in ("compiled", "numpy"))
        same(one, other, 1e-9)


def test_a_number_among_the_candidates_is_fitted_by_iteration():
    frame = women(60).assign(age_years=np.arange(60) % 37 + 40.0)
    chain = chain_of(frame, candidates=["her2_status", "age_years"], screening_alpha=0.8)
    counts, _ = leave_one_out(chain)
    one, other = (run_chain(chain, counts[:40], "ml", True, b) for b in ("compiled", "numpy"))
    same(one, other)
    women_left = chain.cells.loc[chain.cells.index.repeat(counts[5].astype(int))]
    screen, _ = screen_variables(
        women_left, chain.outcome, chain.candidates, [], chain.references, chain.levels, 0.8,
        "wald", 0.95,
    )  # fmt: skip
    agrees(chain, one.univariable, screen, 5, "ml")


def test_results_do_not_depend_on_the_number_of_chunks():
    chain = chain_of(women(60))
    whole = run_chain(chain, draw_bootstrap(chain, 3, 0, 400), "ml", True)
    for first in (0, 200):
        part = run_chain(chain, draw_bootstrap(chain, 3, first, 200), "ml", True)
        rows = slice(first, first + 200)
        assert (part.selected == whole.selected[rows]).all()
        np.testing.assert_array_equal(part.refit.log_odds, whole.refit.log_odds[rows])


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_patients_does_not_matter(random):
    frame = women(80)
    order = list(frame.index)
    random.shuffle(order)
    one, other = (chain_of(f) for f in (frame, frame.loc[order]))
    pd.testing.assert_frame_equal(one.patterns, other.patterns)
    assert (one.counts == other.counts).all()


def test_rows_may_stand_for_several_patients():
    frame = women(80)
    doubled = chain_of(pd.concat([frame, frame], ignore_index=True))
    weighted = chain_of(frame, weights=np.full(80, 2.0))
    results = [run_chain(c, c.counts[None], "ml", True) for c in (doubled, weighted)]
    same(*results, tolerance=1e-12)


def test_the_other_reference_inverts_the_odds_ratio():
    frame = women(110)
    counts = [chain_of(frame).counts[None]]
    one, other = (
        run_chain(chain_of(frame, references=reference), counts[0], terms_of)
        for reference, terms_of in (
            ({"her2_status": "negative"}, "ml"),
            ({"her2_status": "positive"}, "ml"),
        )
    )
    assert one.refit.log_odds[0, 0] == pytest.approx(-other.refit.log_odds[0, 0], abs=1e-12)
    assert one.refit.std_error[0, 0] == pytest.approx(other.refit.std_error[0, 0], abs=1e-12)


def test_the_screen_uses_firths_likelihood_ratio_where_a_cell_is_empty():
    counts = {("positive", "yes"): 6, ("negative", "yes"): 3, ("negative", "no"): 9}
    rows = [cell for cell, n in counts.items() for _ in range(n)]
    frame = pd.DataFrame(rows, columns=["her2_status", "microcalcifications"], dtype="str")
    chain = chain_of(frame.assign(patient_id="P"), candidates=["her2_status"])
    result = run_chain(chain, chain.counts[None], "ml", True)
    assert STATUSES[result.univariable.status[0, 0]] == "separated"
    assert np.isnan(result.univariable.wald[0, 0])
    firth = run_chain(chain, chain.counts[None], "firth", True)
    assert result.screening[0, 0] == pytest.approx(firth.univariable.ratio[0, 0])
    assert result.selected[0, 0]


def test_both_densities_in_one_model_are_refused():
    with pytest.raises(StudyError, match="density_group"):
        chain_of(women(20), candidates=["density", "density_group"])


def test_an_unknown_estimator_is_named():
    chain = chain_of(women(20))
    with pytest.raises(ValueError, match="ridge"):
        run_chain(chain, chain.counts[None], "ridge")


@pytest.mark.parametrize("estimator", ["ml", "firth"])
def test_a_likelihood_ratio_of_one_term_is_that_among_all(estimator):
    frame = women(60).assign(age_years=np.arange(60) % 37 + 40.0)
    chain = chain_of(frame, candidates=["age_years", "density"], screening_alpha=0.9)
    counts = draw_bootstrap(chain, 4, 0, 60)
    whole = run_chain(chain, counts, estimator, True).refit
    alone = run_chain(chain, counts, estimator, [chain.exposure]).refit
    v = chain.names.index(chain.exposure)
    assert np.isfinite(whole.ratio[:, v]).sum() > 30
    np.testing.assert_array_equal(alone.ratio[:, v], whole.ratio[:, v])
    np.testing.assert_array_equal(alone.log_odds, whole.log_odds)


@pytest.mark.parametrize("estimator", ["ml", "firth"])
def test_patterns_without_patients_say_nothing(estimator):
    frame = women(60).assign(age_years=np.arange(60) % 37 + 40.0)
    chain = chain_of(frame, candidates=["age_years", "density", "luminal"], screening_alpha=0.3)
    some = frame["age_years"].lt(60).to_numpy()
    own = chain.patterns["age_years"].lt(60).to_numpy()
    counts = np.where(np.tile(own, 2), draw_bootstrap(chain, 4, 0, 200), 0)
    everyone = dataclasses.replace(chain, counts=np.where(np.tile(own, 2), chain.counts, 0))
    fewer = chain.keep_patterns(np.flatnonzero(own))
    assert fewer.n == some.sum() < chain.n
    assert len(fewer.patterns) == own.sum() < len(chain.patterns)
    assert fewer.coefficients == chain.coefficients
    same(
        run_chain(everyone, counts, estimator, ["density"]),
        run_chain(fewer, counts[:, np.tile(own, 2)], estimator, ["density"]),
        1e-12,
    )
