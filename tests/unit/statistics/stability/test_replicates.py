"""What is kept of replicates: the same whatever the batches, every infinite one counted."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import chi2

from study.statistics.discrimination import area_under_curve
from study.statistics.logistic import fit_maximum_likelihood
from study.statistics.resampling.draws import draw_bootstrap, draw_null_bootstrap
from study.statistics.resampling.result import OK
from study.statistics.resampling.run import run_chain
from study.statistics.stability import replicates
from study.statistics.stability.infinite import ranked_log_odds
from study.statistics.stability.performance import areas_under_curve, calibration_slopes, predict
from study.statistics.stability.resampling import resample
from tests.unit.statistics.resampling.chains import chain_of, women

BOTH = {"bootstrap": 400, "permutation": 400}
FEW = {"bootstrap": 60, "permutation": 60}


def small_chain(frame, **decisions):
    """Without density, whose four levels make small cohorts slow."""
    return chain_of(frame, **{"candidates": ["her2_status", "age_group", "luminal"], **decisions})


def tables(chain, seed=3, many=BOTH):
    return resample(chain, "screened", replicates.observe(chain), seed, many, 0.95)


def same_to_the_bit(one, other):
    for field in dataclasses.fields(one):
        np.testing.assert_array_equal(
            getattr(one, field.name), getattr(other, field.name), field.name
        )


def table_of(counts, levels=("negative", "positive")):
    """Women from events and others per HER2 status."""
    rows = [
        (level, outcome)
        for level, (events, others) in zip(levels, counts, strict=True)
        for outcome, number in (("yes", events), ("no", others))
        for _ in range(number)
    ]
    frame = pd.DataFrame(rows, columns=["her2_status", "microcalcifications"], dtype="str")
    return frame.assign(patient_id="P")


def test_batches_are_the_same_whoever_asks_for_how_many(monkeypatch):
    monkeypatch.setattr(replicates, "BATCH", 50)
    chain = small_chain(women(60))
    many = [refits for refits, _ in replicates.bootstrap(chain, 3, 200)]
    few = [refits for refits, _ in replicates.bootstrap(small_chain(women(60)), 3, 120)]
    same_to_the_bit(many[0], few[0])
    same_to_the_bit(many[1], few[1])
    assert (many[2].included[:20] == few[2].included).all()


def test_batches_in_any_order_or_at_once_are_the_same_to_the_bit():
    from concurrent.futures import ThreadPoolExecutor

    frame = women(60)
    counts = [draw_bootstrap(small_chain(frame), 3, first, 100) for first in (0, 100, 200, 300)]
    one_by_one = [replicates.refit(small_chain(frame), part, "numpy")[0] for part in counts]
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(replicates.refit, small_chain(frame), c, "numpy") for c in counts[::-1]]
        at_once = [job.result()[0] for job in jobs][::-1]
    for one, other in zip(one_by_one, at_once, strict=True):
        same_to_the_bit(one, other)


def test_compiled_and_numpy_give_the_same():
    chain = chain_of(women(110))
    ways = [list(replicates.bootstrap(chain, 3, 200, way)) for way in ("compiled", "numpy")]
    for one, other in zip(ways[0][0], ways[1][0], strict=True):
        for field in dataclasses.fields(one):
            np.testing.assert_allclose(
                getattr(one, field.name), getattr(other, field.name), rtol=1e-7, atol=1e-9
            )


@settings(max_examples=5, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_women_changes_nothing(random):
    frame = women(60)
    order = list(frame.index)
    random.shuffle(order)
    one, other = (tables(small_chain(f), many=FEW) for f in (frame, frame.loc[order]))
    for name in one:
        pd.testing.assert_frame_equal(one[name], other[name], check_exact=True)


def test_women_counted_as_weights_change_nothing():
    frame = women(40)
    doubled = small_chain(pd.concat([frame, frame], ignore_index=True))
    weighted = small_chain(frame, weights=np.full(40, 2.0))
    one, other = (tables(chain, many=FEW) for chain in (doubled, weighted))
    for name in one:
        pd.testing.assert_frame_equal(one[name], other[name], check_exact=True)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([(3, 9), (5, 0)], np.inf),
        ([(3, 9), (0, 5)], -np.inf),
        ([(0, 9), (2, 5)], np.inf),
        ([(9, 0), (2, 5)], -np.inf),
        # Firth's estimate would have the other sign: 3 against 13.7
        ([(20, 1), (1, 0)], np.inf),
    ],
)
def test_an_infinite_estimate_has_the_sign_in_which_the_likelihood_grows(counts, expected):
    chain = chain_of(table_of(counts), candidates=["her2_status"])
    result = run_chain(chain, chain.counts[None], backend="numpy")
    assert ranked_log_odds(chain, chain.counts[None], result)[0, 0] == expected


def test_infinite_either_way_is_no_value_to_rank():
    """All A, B and C have the outcome, D not all: B against A can be anything."""
    rows = [("A", "yes")] * 3 + [("B", "yes")] * 3 + [("C", "yes")] * 2
    rows += [("D", "yes")] * 2 + [("D", "no")] * 4
    frame = pd.DataFrame(rows, columns=["density", "microcalcifications"], dtype="str")
    decisions = {"candidates": ["density"], "exposure": "density"}
    chain = chain_of(frame.assign(patient_id="P"), **decisions)
    result = run_chain(chain, chain.counts[None], backend="numpy")
    found = ranked_log_odds(chain, chain.counts[None], result)[0]
    np.testing.assert_array_equal(found, [np.nan, np.nan, -np.inf])


def test_every_separated_replicate_is_counted_and_opens_the_bound():
    chain = chain_of(table_of([(10, 30), (6, 1)]), candidates=["her2_status"])
    row = tables(chain)["stability"].set_index("method").loc["bootstrap_percentile"]
    # (6/7)**k of k positive women: about 0.36 of the replicates have no positive without outcome
    assert 0.2 < row["infinite"] / 400 < 0.5
    assert row["status"] == "open_high"
    assert np.isnan(row["odds_ratio_high"])
    assert row["odds_ratio_low"] > 1


def test_an_exposure_that_is_kept_is_always_included_and_others_have_odds_ratio_1_where_left_out():
    found = tables(chain_of(women(110)))["stability"].set_index(["method", "variable"])
    assert found.loc[("bootstrap_percentile", "her2_status"), "inclusion_frequency"] == 1
    age = found.loc[("bootstrap_percentile", "age_group")]
    assert 0 < age["inclusion_frequency"] < 0.5
    assert set(found.index[found["is_kept"]].get_level_values("variable")) == {"her2_status"}
    assert age["odds_ratio_median"] == 1
    assert found.loc[("bootstrap_conditional", "age_group"), "replicates"] == age["included"]


def test_a_variable_nobody_has_is_never_included_and_has_no_interval():
    found = tables(small_chain(women(60).assign(luminal=np.nan)))["stability"]
    rows = found[found["variable"].eq("luminal")]
    assert (rows["status"] == "never_included").all()
    assert rows[["odds_ratio_low", "odds_ratio_high"]].isna().all(axis=None)


def test_the_models_chosen_add_up_and_the_cohorts_own_is_marked_once():
    models = tables(chain_of(women(110)))["models"]
    assert models["replicates"].sum() == 400
    assert models["is_observed"].sum() <= 1
    assert models["replicates"].is_monotonic_decreasing


# Performance


def test_areas_and_slopes_are_those_of_the_functions_for_one_model():
    chain = chain_of(women(110), terms=["her2_status", "density", "luminal"])
    counts = draw_bootstrap(chain, 9, 0, 12)
    counts = counts[run_chain(chain, counts, backend="numpy").refit.status[:, 0] == OK]
    assert len(counts) > 4
    result = run_chain(chain, counts, backend="numpy")
    score = predict(chain, result.refit, result.terms)
    assert (np.isnan(score) == chain.patterns["density"].isna().to_numpy()).all()
    halves = np.split(counts, 2, axis=1)
    areas, slopes = areas_under_curve(score, *halves), calibration_slopes(score, *halves)
    known = ~np.isnan(score[0])
    outcome = np.repeat([1.0, 0.0], known.sum())
    for r in range(len(counts)):
        weights = np.r_[halves[0][r, known], halves[1][r, known]]
        twice = np.tile(score[r, known], 2)
        one, *_ = area_under_curve(expit(twice), outcome, weights, 0.95)
        assert areas[r] == pytest.approx(one, abs=1e-12)
        matrix = np.column_stack([np.ones(len(twice)), twice])
        live = weights > 0
        fit = fit_maximum_likelihood((matrix[live], outcome[live], weights[live]))
        assert slopes[r] == pytest.approx(fit.beta[1], abs=1e-8)
        assert slopes[r] == pytest.approx(1, abs=1e-8)  # in the patients it was fitted to


def test_a_model_without_terms_has_the_area_one_half_and_no_slope():
    frame = women(60)
    chain = small_chain(frame, keep_exposure=False, screening_alpha=1e-6)
    _, performance, _ = replicates.observe(chain)
    assert performance.auc[0] == 0.5
    assert np.isnan(performance.slope[0])
    found = tables(chain)["optimism"].set_index("measure")
    assert found.loc["auc", "corrected"] == pytest.approx(0.5, abs=0.02)
    assert found.loc["auc", "counted"] == 400
    assert found.loc["calibration_slope", "status"] == "not_estimable"
    assert found.loc["calibration_slope"][["optimism", "corrected"]].isna().all()


def test_a_model_that_lacks_a_level_of_the_cohort_cannot_predict_it():
    chain = chain_of(women(110), terms=["density"])
    counts = chain.counts[None].copy()
    counts[:, np.tile(chain.patterns["density"].eq("D").to_numpy(), 2)] = 0
    kept, score = replicates.refit(chain, counts, "numpy")
    assert kept.included[0, chain.names.index("density")]
    assert np.isnan(score).all()


def test_optimism_shrinks_what_noise_seems_to_predict():
    """Nothing predicts the outcome: apparent AUC above one half, corrected close to it."""
    rng = np.random.default_rng(5)
    frame = women(150).assign(microcalcifications=rng.permutation(["yes"] * 40 + ["no"] * 110))
    terms = ["her2_status", "age_group", "density", "luminal"]
    found = tables(chain_of(frame, terms=terms))["optimism"].set_index("measure")
    assert found.loc["auc", "optimism"] > 0.02
    assert abs(found.loc["auc", "corrected"] - 0.5) < found.loc["auc", "apparent"] - 0.5
    assert found.loc["calibration_slope", "corrected"] < 0.8


def test_a_score_that_separates_the_outcomes_has_no_slope():
    score = np.array([[0.0, 1.0, 2.0], [0.0, 1.0, 2.0], [0.0, 1.0, 2.0]])
    with_ = np.array([[0.0, 2.0, 3.0], [0.0, 0.0, 3.0], [1.0, 2.0, 3.0]])
    without = np.array([[4.0, 3.0, 0.0], [4.0, 3.0, 0.0], [4.0, 3.0, 1.0]])
    slopes = calibration_slopes(score, with_, without)
    assert np.isnan(slopes[:2]).all()
    assert slopes[2] > 0


# Type I error


def test_a_screen_at_alpha_passes_each_independent_variable_about_that_often():
    """A simulated null of independent halves; four standard errors around the level."""
    rng = np.random.default_rng(8)
    frame = pd.DataFrame(
        {
            "patient_id": "P",
            "microcalcifications": rng.choice(["yes", "no"], 400),
            "her2_status": rng.choice(["negative", "positive"], 400),
            "age_group": rng.choice(["<=50", ">50"], 400),
        }
    ).astype("str")
    chain = chain_of(frame, candidates=["her2_status", "age_group"], screening_alpha=0.10)
    many = {"bootstrap": 50, "permutation": 4000}
    found = tables(chain, many=many)["type_i_error"].set_index("rule")
    exposure, screened = found.loc["exposure_refitted"], found.loc["any_candidate_screened"]
    assert exposure["type_i_error"] == pytest.approx(0.05, abs=4 * (0.05 * 0.95 / 4000) ** 0.5)
    at_least_one = 1 - 0.9**2
    error = 4 * (at_least_one * (1 - at_least_one) / 4000) ** 0.5
    assert screened["type_i_error"] == pytest.approx(at_least_one, abs=error)
    assert exposure["ci_low"] < exposure["type_i_error"] < exposure["ci_high"]


def test_the_permutation_p_value_counts_the_cohort_itself():
    """No permuted table of a complete association is as extreme: p = 1 / 401."""
    chain = chain_of(table_of([(2, 40), (40, 2)]), candidates=["her2_status"])
    found = tables(chain)["type_i_error"].set_index("rule")
    assert found.loc["exposure_refitted", "permutation_p_value"] == pytest.approx(1 / 401)


def test_a_rule_without_a_p_value_does_not_reject_and_is_counted():
    chain = small_chain(women(60), screening_alpha=1e-9)
    row = tables(chain)["type_i_error"].set_index("rule").loc["any_selected_refitted"]
    assert (row["rejected"], row["without_p_value"]) == (0, 400)
    assert np.isnan(row["observed_p_value"])
    assert np.isnan(row["permutation_p_value"])


def test_a_bootstrap_of_permuted_cohorts_keeps_n_and_passes_twice_the_chi_square():
    """Its statistic varies twice: without association p < 0.10 in P(2 chi-square > 2.71), 24.5%."""
    chain = chain_of(women(2000), candidates=["her2_status", "age_group"], screening_alpha=0.10)
    counts = draw_null_bootstrap(chain, 7, 0, 3000)
    assert (counts.sum(axis=1) == chain.n).all()
    found = tables(chain, many={"bootstrap": 39, "permutation": 3000})["stability"]
    rows = found.set_index(["method", "variable"])["selection_frequency"]
    for name in ("her2_status", "age_group"):
        assert rows["null_bootstrap", name] == pytest.approx(chi2.sf(2.706 / 2, 1), abs=0.03)
        assert rows["permutation_percentile", name] == pytest.approx(0.10, abs=0.02)


def test_what_no_screen_decides_about_has_no_selection_frequency():
    chain = chain_of(women(110), candidates=["age_group"])
    found = tables(chain)["stability"].set_index("variable")["selection_frequency"]
    assert found["her2_status"].isna().all()
    assert found["age_group"].notna().all()


def test_a_null_bootstrap_replicate_depends_on_seed_and_number_alone():
    chain = chain_of(women(110))
    whole = draw_null_bootstrap(chain, 7, 0, 5)
    np.testing.assert_array_equal(whole[3:], draw_null_bootstrap(chain, 7, 3, 2))
    assert (whole != draw_null_bootstrap(chain, 8, 0, 5)).any()


def test_bca_is_given_only_of_what_is_in_every_model():
    found = tables(small_chain(women(110)))["stability"].query("method == 'bootstrap_bca'")
    assert found.loc[~found["is_kept"], "status"].isin(["undefined", "never_included"]).all()
    assert found.loc[found["is_kept"], "status"].eq("ok").all()
