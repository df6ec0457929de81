"""Rows of the estimate tables, and what they say when there is nothing to estimate."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.estimates import ESTIMATES
from study.statistics.design import build_design
from study.statistics.estimates import tabulate_estimates
from study.statistics.logistic import cells_of, fit_maximum_likelihood, fit_model
from tests.unit.statistics.patients import cohort, two_by_two

REFERENCES = {"her2_status": "negative", "density": "A", "age_group": "<=50"}
NUMBERS = ["log_odds", "std_error", "odds_ratio", "ci_low", "ci_high", "wald", "p_value"]


def estimates(frame, *terms, references=None, weights=None, levels=None):
    design = build_design(
        frame, "microcalcifications", terms, references or REFERENCES, levels, weights
    )
    return tabulate_estimates("model", fit_model(design), 0.95)


def row(table, estimator="ml", ci_method="wald", **where):
    chosen = table["estimator"].eq(estimator) & table["ci_method"].eq(ci_method)
    for column, value in where.items():
        chosen &= table[column].eq(value)
    (found,) = table[chosen].to_dict("records")
    return found


def test_her2_of_the_reference_study_has_the_odds_ratio_of_its_counts():
    table = estimates(two_by_two(15, 40, 21, 109), "her2_status")
    wald = row(table)
    assert wald["odds_ratio"] == pytest.approx((15 * 109) / (40 * 21), rel=1e-12)
    assert wald["std_error"] == pytest.approx((1 / 15 + 1 / 40 + 1 / 21 + 1 / 109) ** 0.5, rel=1e-9)
    assert [round(wald[c], 4) for c in ("odds_ratio", "ci_low", "ci_high", "p_value")] == [
        1.9464, 0.9147, 4.1420, 0.0839,
    ]  # fmt: skip
    assert (wald["n"], wald["events"], wald["level_n"], wald["level_events"]) == (185, 36, 55, 15)
    profile = row(table, ci_method="profile")
    assert [round(profile[c], 2) for c in ("ci_low", "ci_high")] == [0.90, 4.13]


def test_firth_on_one_factor_adds_half_a_patient_to_every_cell():
    firth = row(estimates(two_by_two(15, 40, 21, 109), "her2_status"), "firth", "profile")
    assert firth["odds_ratio"] == pytest.approx((15.5 * 109.5) / (40.5 * 21.5), rel=1e-10)


def test_a_factor_of_four_levels_has_an_overall_row_and_one_of_two_has_none():
    cells = dict(zip("ABCD", [(4, 19), (16, 70), (13, 45), (3, 15)], strict=True))
    counts = {
        (d, mc): n for d, pair in cells.items() for mc, n in zip(("yes", "no"), pair, strict=True)
    }
    table = estimates(cohort(["density", "microcalcifications"], counts), "density")
    overall = row(table, level="(overall)")
    assert (overall["df"], overall["status"], overall["level_n"]) == (3, "ok", 185)
    assert np.isnan([overall[c] for c in NUMBERS[:5]]).all()
    assert overall["lr_p_value"] == pytest.approx(0.916745, abs=5e-7)
    assert row(table, level="C")["odds_ratio"] == pytest.approx((13 * 19) / (45 * 4), rel=1e-9)
    assert list(table["level"].unique()) == ["B", "C", "D", "(overall)"]
    assert "(overall)" not in set(estimates(two_by_two(1, 2, 3, 4), "her2_status")["level"])


@pytest.mark.parametrize("cells", [(3, 0, 2, 5), (3, 0, 0, 5)])
def test_separated_data_have_no_odds_ratio_but_firths(cells):
    table = estimates(two_by_two(*cells), "her2_status")
    for method in ("wald", "profile"):
        ml = row(table, ci_method=method)
        assert ml["status"] == "separated"
        assert np.isnan([ml[c] for c in NUMBERS]).all()
    a, b, c, d = (n + 0.5 for n in cells)
    firth = row(table, "firth", "profile")
    assert firth["status"] == "ok"
    assert firth["odds_ratio"] == pytest.approx(a * d / (b * c), rel=1e-9)
    assert 0 < firth["ci_low"] < firth["odds_ratio"] < firth["ci_high"]


@pytest.mark.parametrize("cells", [(3, 0, 2, 0), (0, 3, 0, 2), (0, 0, 4, 3)])
def test_one_outcome_or_one_level_is_not_estimable(cells):
    levels = {"her2_status": ["positive", "negative"]}
    table = estimates(two_by_two(*cells), "her2_status", levels=levels)
    assert table["status"].eq("not_estimable").all()
    assert table[NUMBERS].isna().all(axis=None)
    assert table["level"].eq("positive").all()
    assert table["n"].eq(sum(cells)).all()


def test_a_variable_nobody_has_is_one_line_that_says_so():
    table = estimates(two_by_two(1, 2, 3, 4), "histology_group")
    assert table["status"].eq("not_estimable").all()
    assert table["level"].eq("(overall)").all()
    assert table["n"].eq(0).all()


def test_an_empty_level_and_an_aliased_one_leave_the_others_fitted():
    frame = two_by_two(15, 40, 21, 109)
    frame["receptor"] = frame["her2_status"].map({"positive": "r", "negative": "s"})
    levels = {"her2_status": ["positive", "equivocal", "negative"]}
    table = estimates(
        frame, "her2_status", "receptor", references={"receptor": "s", "her2_status": "negative"},
        levels=levels,
    )  # fmt: skip
    assert row(table, level="equivocal")["status"] == "not_estimable"
    assert row(table, level="r")["status"] == "aliased"
    assert row(table, level="positive")["odds_ratio"] == pytest.approx(1635 / 840, rel=1e-9)
    assert table.query("status != 'ok'")[NUMBERS].isna().all(axis=None)


def test_beside_a_group_without_outcome_the_others_keep_their_odds_ratio():
    cells = dict(zip("ABD", [(4, 19), (16, 70), (0, 15)], strict=True))
    counts = {
        (d, mc): n for d, pair in cells.items() for mc, n in zip(("yes", "no"), pair, strict=True)
    }
    table = estimates(cohort(["density", "microcalcifications"], counts), "density")
    assert row(table, level="D")["status"] == "separated"
    assert row(table, level="(overall)")["status"] == "separated"
    finite = row(table, level="B")
    assert (finite["status"], finite["n"]) == ("ok", 124)
    assert finite["odds_ratio"] == pytest.approx((16 * 19) / (70 * 4), rel=1e-9)
    assert finite["std_error"] == pytest.approx((1 / 16 + 1 / 70 + 1 / 4 + 1 / 19) ** 0.5, rel=1e-9)
    ESTIMATES["multivariable"].validate(table)


def test_her2_keeps_its_odds_ratio_where_a_subtype_within_it_has_no_outcome():
    frame = pd.concat(
        [two_by_two(10, 26, 21, 109).assign(x="no"), two_by_two(0, 19, 0, 0).assign(x="yes")],
        ignore_index=True,
    )
    table = estimates(frame, "her2_status", "x", references={"her2_status": "negative", "x": "no"})
    assert row(table, variable="x")["status"] == "separated"
    her2 = row(table, variable="her2_status")
    assert her2["odds_ratio"] == pytest.approx((10 * 109) / (26 * 21), rel=1e-9)
    alone = row(estimates(frame[frame["x"].eq("no")], "her2_status"), ci_method="profile")
    beside = row(table, variable="her2_status", ci_method="profile")
    for column in ("ci_low", "ci_high", "lr_p_value"):
        assert beside[column] == pytest.approx(alone[column], rel=1e-8)


def test_a_reference_group_without_outcome_leaves_no_level_its_odds_ratio():
    counts = {("A", "no"): 5, ("B", "yes"): 3, ("B", "no"): 4, ("C", "yes"): 2, ("C", "no"): 6}
    table = estimates(cohort(["density", "microcalcifications"], counts), "density")
    assert table.loc[table["estimator"].eq("ml"), "status"].eq("separated").all()


@pytest.mark.parametrize(("offset", "unit"), [(0, 1), (1e9, 1e6), (0, 1e-2), (-4e5, 30)])
def test_the_zero_and_the_unit_of_a_number_change_only_its_unit(offset, unit):
    k = np.arange(60.0)
    frame = pd.DataFrame({"patient_id": "P", "x": offset + unit * k, "k": k})
    frame["microcalcifications"] = np.where((k * 17 % 60 + k) > 55, "yes", "no")
    table, plain = (estimates(frame, x) for x in ("x", "k"))
    assert table["status"].eq("ok").all()
    for column in ("wald", "p_value", "lr_p_value"):
        assert table[column].to_numpy() == pytest.approx(plain[column].to_numpy(), rel=1e-6)
    assert table["log_odds"].to_numpy() * unit == pytest.approx(plain["log_odds"].to_numpy())
    # a bound's own unit: its power recovers the odds ratio per k
    assert np.log(table["ci_low"].to_numpy()) * unit == pytest.approx(
        np.log(plain["ci_low"].to_numpy()), rel=1e-5
    )


def test_a_fit_stopped_early_says_that_it_did_not_converge():
    design = build_design(
        two_by_two(15, 40, 21, 109), "microcalcifications", ["her2_status"], REFERENCES
    )
    assert fit_maximum_likelihood(cells_of(design)).converged
    assert not fit_maximum_likelihood(cells_of(design), max_iterations=1).converged


def test_every_outcome_of_a_fit_satisfies_the_contract():
    frames = [two_by_two(15, 40, 21, 109), two_by_two(3, 0, 2, 5), two_by_two(3, 0, 2, 0)]
    for frame in frames:
        ESTIMATES["multivariable"].validate(estimates(frame, "her2_status", "histology_group"))


cells = st.tuples(*[st.integers(1, 12)] * 4)


@settings(max_examples=30, deadline=None)
@given(cells, cells, st.randoms(use_true_random=False))
def test_the_order_of_patients_does_not_matter(young, old, random):
    frame = pd.concat(
        [two_by_two(*young).assign(age_group="<=50"), two_by_two(*old).assign(age_group=">50")],
        ignore_index=True,
    )
    order = list(frame.index)
    random.shuffle(order)
    first, second = (estimates(f, "her2_status", "age_group") for f in (frame, frame.loc[order]))
    pd.testing.assert_frame_equal(first, second, rtol=1e-12, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(cells)
def test_swapping_the_reference_inverts_the_odds_ratio(counts):
    frame = two_by_two(*counts)
    there = estimates(frame, "her2_status")
    back = estimates(frame, "her2_status", references={"her2_status": "positive"})
    assert back["odds_ratio"].to_numpy() == pytest.approx(1 / there["odds_ratio"], rel=1e-8)
    assert back["ci_low"].to_numpy() == pytest.approx(1 / there["ci_high"], rel=1e-7)
    # near an odds ratio of 1 the rounding of the likelihood, 1e-15, is its root in the p-value
    assert back["lr_p_value"].to_numpy() == pytest.approx(there["lr_p_value"], abs=2e-7)


@settings(max_examples=30, deadline=None)
@given(cells, cells)
def test_weighted_patterns_give_the_numbers_of_their_patients(young, old):
    frame = pd.concat(
        [two_by_two(*young).assign(age_group="<=50"), two_by_two(*old).assign(age_group=">50")],
        ignore_index=True,
    )
    columns = ["her2_status", "age_group", "microcalcifications"]
    patterns = frame.groupby(columns).size().rename("weight").reset_index().assign(patient_id="P")
    weighted = estimates(
        patterns, "her2_status", "age_group", weights=patterns["weight"].to_numpy()
    )
    pd.testing.assert_frame_equal(
        weighted, estimates(frame, "her2_status", "age_group"), rtol=1e-12, atol=1e-12
    )


possibly_empty = st.tuples(*[st.integers(0, 9)] * 4)


@settings(max_examples=40, deadline=None)
@given(possibly_empty, possibly_empty)
def test_a_profile_interval_excludes_one_exactly_when_its_likelihood_ratio_test_rejects(young, old):
    frame = pd.concat(
        [two_by_two(*young).assign(age_group="<=50"), two_by_two(*old).assign(age_group=">50")],
        ignore_index=True,
    )
    table = estimates(frame, "her2_status", "age_group")
    fitted = table[table["status"].eq("ok") & table["ci_method"].eq("profile")]
    if table["status"].isin(["ok", "separated"]).all():
        # Firth's estimate stands beside every model that has patients of both outcomes
        assert fitted["estimator"].eq("firth").sum() == 2
    assert (fitted["ci_low"] < fitted["odds_ratio"]).all()
    assert (fitted["odds_ratio"] < fitted["ci_high"]).all()
    excludes = (fitted["ci_low"] > 1) | (fitted["ci_high"] < 1)
    assert excludes.eq(fitted["lr_p_value"] < 0.05).all()
