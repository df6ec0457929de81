"""Real cohorts are pooled, synthetic ones never, and the tables say who is in it."""

import numpy as np
import pandas as pd
import pytest

from schemas.summary import SUMMARY, read_summary, write_summary
from study.problems import StudyError
from study.statistics.cohort_summary import side_by_side, summarise
from study.statistics.meta_analysis import random_effects


def estimate(log_odds, std_error, status="ok", **other):
    row = {
        "model": "univariable",
        "variable": "her2_status",
        "level": "positive",
        "reference": "negative",
        "n": 200,
        "events": 50,
        "log_odds": log_odds,
        "std_error": std_error,
        "ci_method": "wald",
        "estimator": "ml",
        "status": status,
    } | other
    firth = row | {"log_odds": 9.0, "std_error": 9.0, "estimator": "firth", "ci_method": "profile"}
    age = row | {"variable": "age_group", "level": ">50", "reference": "<=50", "log_odds": -9.0}
    return pd.DataFrame([age, row, firth])


SEPARATED = estimate(np.nan, np.nan, "separated")
DUKE, VERONA, MILAN = estimate(0.2, 0.3), estimate(0.8, 0.2), estimate(2.0, 0.1)


def rows(synthetic=(), confidence_level=0.95, model="univariable", **cohorts):
    return side_by_side(
        cohorts,
        {name: name in synthetic for name in cohorts},
        model=model,
        exposure="her2_status",
        reference="negative",
        confidence_level=confidence_level,
    )


def test_a_cohort_stands_with_its_maximum_likelihood_row_and_wald_interval():
    row = rows(duke=DUKE, confidence_level=0.9).iloc[0]
    assert (row["n"], row["events"], row["status"]) == (200, 50, "ok")
    assert row["odds_ratio"] == pytest.approx(np.exp(0.2))
    assert row["ci_low"] == pytest.approx(np.exp(0.2 - 1.6448536269514722 * 0.3))
    assert row["ci_high"] == pytest.approx(np.exp(0.2 + 1.6448536269514722 * 0.3))


def test_a_synthetic_cohort_is_shown_but_moves_nothing():
    alone = summarise(rows(duke=DUKE, verona=VERONA), 0.95)
    beside = summarise(rows(["milan"], milan=MILAN, duke=DUKE, verona=VERONA), 0.95)
    assert beside.cohorts["cohort"].tolist() == ["milan", "duke", "verona", "random_effects"]
    assert beside.cohorts["synthetic"].tolist() == [True, False, False, False]
    assert np.isnan(beside.cohorts["weight"].iloc[0])
    assert beside.cohorts["odds_ratio"].iloc[0] == pytest.approx(np.exp(2))
    pd.testing.assert_series_equal(
        beside.cohorts.iloc[-1], alone.cohorts.iloc[-1], check_names=False
    )
    assert beside.left_out.to_dict("records") == [{"cohort": "milan", "reason": "synthetic"}]
    assert beside.heterogeneity["note"].iloc[0].endswith("Left out: milan (synthetic).")
    assert "biased" not in beside.heterogeneity["note"].iloc[0]


def test_the_pooled_row_is_the_random_effects_summary_of_the_real_cohorts():
    summary = summarise(rows(duke=DUKE, verona=VERONA, porto=MILAN), 0.95)
    expected = random_effects([0.2, 0.8, 2.0], [0.3, 0.2, 0.1], 0.95)
    last, found = summary.cohorts.iloc[-1], summary.heterogeneity.iloc[0]
    assert (last["n"], last["events"], last["weight"]) == (600, 150, 1)
    assert last["log_odds"] == expected.estimate
    assert summary.cohorts["weight"].tolist()[:3] == list(expected.weights)
    assert last["ci_high"] == found["ci_high"] == pytest.approx(np.exp(expected.ci_high))
    assert found["prediction_low"] == pytest.approx(np.exp(expected.prediction_low))
    assert (found["k"], found["df"], found["status"]) == (3, 2, "ok")
    assert (found["tau2"], found["i2"], found["q"]) == (expected.tau2, expected.i2, expected.q)


def test_two_cohorts_have_no_prediction_interval_and_fewer_than_five_hardly_a_variance():
    cohorts = {f"c{i}": estimate(0.5 * (i % 2), 0.1) for i in range(5)}
    found = {}
    for k in (2, 3, 4, 5):
        some = {name: cohorts[name] for name in list(cohorts)[:k]}
        found[k] = summarise(rows(**some), 0.95).heterogeneity.iloc[0]
    ends = ["prediction_low", "prediction_high"]
    assert {k: bool(row[ends].isna().all()) for k, row in found.items()} == {
        2: True, 3: False, 4: False, 5: False,
    }  # fmt: skip
    assert found[2]["note"] == (
        "From 2 cohorts, τ² and I² can barely be estimated; no prediction interval."
    )
    assert found[4]["note"] == "From 4 cohorts, τ² and I² can barely be estimated."
    assert found[5]["note"] is None


def test_a_cohort_without_estimate_is_left_out_with_its_status():
    summary = summarise(rows(duke=DUKE, porto=SEPARATED, verona=VERONA), 0.95)
    assert summary.left_out.to_dict("records") == [{"cohort": "porto", "reason": "separated"}]
    assert summary.heterogeneity["k"].iloc[0] == 2
    assert np.isnan(summary.cohorts["odds_ratio"].iloc[1])
    assert (
        summary.heterogeneity["note"]
        .iloc[0]
        .endswith(
            "Left out: porto (separated). "
            "Separation means an extreme odds ratio: a summary without porto is biased."
        )
    )


@pytest.mark.parametrize(
    ("cohorts", "k", "there"),
    [({"duke": DUKE}, 1, "there is one (duke)"), ({"porto": SEPARATED}, 0, "there is none")],
)
def test_with_fewer_than_two_real_cohorts_there_is_nothing_to_summarise(cohorts, k, there):
    summary = summarise(rows(["milan"], milan=MILAN, **cohorts), 0.95)
    found = summary.heterogeneity.iloc[0]
    assert (found["k"], found["status"]) == (k, "not_estimable")
    assert found["note"].startswith("Nothing to summarise")
    assert there in found["note"]
    assert summary.cohorts["weight"].isna().all()
    assert summary.cohorts.iloc[-1][["n", "log_odds", "odds_ratio", "ci_low"]].isna().all()


@pytest.mark.parametrize(
    "lacking",
    [
        estimate(0.2, 0.3, variable="density_group"),
        estimate(0.2, 0.3, reference="equivocal", level="positive"),
        estimate(np.nan, np.nan, "not_estimable", level="(overall)", reference="(overall)"),
    ],
)
def test_a_cohort_that_compares_something_else_is_not_estimable(lacking):
    row = rows(duke=DUKE, lille=lacking).iloc[1]
    assert (row["n"], row["events"], row["status"]) == (200, 50, "not_estimable")
    assert np.isnan(row["log_odds"])


def test_a_cohort_with_the_other_reference_is_turned_round():
    turned = estimate(-0.8, 0.2, reference="positive", level="negative")
    pd.testing.assert_frame_equal(rows(duke=DUKE, verona=turned), rows(duke=DUKE, verona=VERONA))


def test_a_cohort_without_the_model_has_no_counts_either():
    table = rows(duke=estimate(0.1, 0.2, model="adjusted"), lille=VERONA, model="adjusted")
    assert table["n"].isna().tolist() == [False, True]
    assert table["status"].tolist() == ["ok", "not_estimable"]


def test_a_model_that_no_cohort_has_is_refused_with_those_there_are():
    with pytest.raises(StudyError, match=r"'ajusted'.*Models there are: univariable"):
        rows(duke=DUKE, model="ajusted")


def test_an_exposure_of_several_levels_is_refused():
    two = pd.concat([DUKE, DUKE.replace({"level": {"positive": "equivocal"}})])
    with pytest.raises(StudyError, match="negative, positive, equivocal"):
        rows(duke=two)


@pytest.mark.parametrize(
    ("third", "words"),
    [
        (0.21, "interval is narrower than the ordinary one (0.04 of its width)"),
        (0.2, "interval is degenerate: all cohorts have the same estimate"),
        (2.0, None),
    ],
)
def test_a_narrow_interval_comes_with_a_warning(third, words):
    summary = summarise(rows(one=DUKE, two=DUKE, three=estimate(third, 0.3)), 0.95)
    note = summary.heterogeneity["note"].iloc[0]
    assert words in note if words else "Hartung" not in note


@pytest.mark.parametrize("synthetic", [[], ["duke"]])
def test_what_is_written_keeps_the_contract_and_is_read_as_it_was(tmp_path, synthetic):
    summary = summarise(rows(synthetic, duke=DUKE, porto=SEPARATED, verona=VERONA), 0.95)
    for name in SUMMARY:
        write_summary(name, getattr(summary, name), tmp_path / name)
        read = read_summary(name, tmp_path / name)
        assert read.columns.tolist() == list(SUMMARY[name].columns)
        assert len(read) == len(getattr(summary, name))
    assert (tmp_path / "cohorts").read_text(encoding="utf-8").splitlines()[0] == (
        "cohort,synthetic,n,events,log_odds,std_error,odds_ratio,ci_low,ci_high,weight"
    )


def test_a_synthetic_cohort_with_a_weight_breaks_the_schema(tmp_path):
    table = summarise(rows(["duke"], duke=DUKE), 0.95).cohorts.assign(weight=0.5)
    with pytest.raises(Exception, match="a synthetic cohort is never pooled"):
        write_summary("cohorts", table, tmp_path / "cohorts.csv")
