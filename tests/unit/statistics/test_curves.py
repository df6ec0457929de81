"""What figures draw: shares, bins, ROC curves and calibration."""

import csv

import numpy as np
import pandas as pd
import pytest

from schemas.estimates import ESTIMATES
from study.statistics.association import count_tables
from study.statistics.curves import list_calibration, list_roc
from study.statistics.discrimination import area_under_curve, roc_points
from study.statistics.distributions import bin_edges, list_distributions
from study.statistics.model_checks import Limits, fit_all, measure_fit
from study.statistics.prevalence import list_prevalence, wilson_interval
from tests.conftest import PROJECT
from tests.unit.statistics.women import women

WITHIN = "mc_by_her2_within_density"
LIMITS = Limits(0.95, 10, 5, 0.5, 10)
VARIABLES = ["her2_status", "density", "histology_group"]
REFERENCES = {"her2_status": "negative", "density": "A", "histology_group": "other"}


def reference_intervals():
    with (PROJECT / "tests/reference/wilson.csv").open(encoding="utf-8") as file:
        return [tuple(map(float, row.values())) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("n", "total", "level", "low", "high"), reference_intervals())
def test_wilson_intervals_are_those_of_r(n, total, level, low, high):
    assert wilson_interval(int(n), int(total), level) == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize(
    ("n", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals_are_those_newcombe_printed(n, total, low, high):
    assert wilson_interval(n, total, 0.95) == pytest.approx((low, high), abs=5e-5)


def test_nobody_has_no_interval_and_nobody_of_some_begins_at_zero():
    assert np.isnan(wilson_interval(0, 0, 0.95)).all()
    assert wilson_interval(0, 7, 0.95)[0] == 0
    assert wilson_interval(7, 7, 0.95)[1] == 1


def prevalence(analysis):
    frame = list_prevalence(count_tables(analysis), 0.95)
    return ESTIMATES["prevalence"].validate(frame)


def of(frame, table, stratum=None):
    rows = frame[frame["table"].eq(table)]
    rows = rows[rows["stratum"].isna() if stratum is None else rows["stratum"].eq(stratum)]
    return rows.set_index("row")


def test_prevalence_has_the_counts_of_the_study_and_all_women():
    rows = of(prevalence(women()), "mc_by_her2")
    counts = [tuple(row) for row in rows[["n", "total"]].to_numpy()]
    assert dict(zip(rows.index, counts, strict=True)) == {
        "positive": (15, 55),
        "negative": (21, 130),
        "(overall)": (36, 185),
    }
    assert rows.loc["positive", "prevalence"] == 15 / 55
    assert rows.loc["positive", "ci_low"] == pytest.approx(0.17280751939105837, abs=1e-12)


def test_an_empty_stratum_keeps_its_rows_and_a_table_of_nobody_has_none():
    frame = prevalence(women().query("density != 'D'"))
    empty = of(frame, WITHIN, "D")
    assert list(empty["total"]) == [0, 0, 0]
    assert empty[["prevalence", "ci_low", "ci_high"]].isna().all(axis=None)
    assert "mc_by_histology" not in set(frame["table"])


def test_bins_hold_every_known_value_once_in_every_group():
    analysis = women()
    frame = ESTIMATES["distributions"].validate(list_distributions(analysis))
    sums = frame.groupby(["variable", "group"])[["n", "percent"]].sum()
    assert sums.loc[("age_years", "overall"), "n"] == 185
    assert sums.loc[("ki67_percent", "overall"), "n"] == analysis["ki67_percent"].notna().sum()
    assert sums.loc[("age_years", "her2_positive"), "n"] == 55
    assert np.allclose(sums["percent"], 100)
    youngest = frame.query("variable == 'age_years' and group == 'overall' and bin_low == 35")
    assert youngest["n"].item() == analysis["age_years"].between(35, 40, inclusive="left").sum()
    units = frame.groupby("variable")["unit"].unique().str.join("").to_dict()
    assert units == {"age_years": "years", "ki67_percent": "percent"}


def test_a_value_on_an_edge_belongs_above_it_but_for_the_legal_maximum():
    assert list(bin_edges(pd.Series([20.0, 30.0]), 5, 100)) == [20, 25, 30, 35]
    assert list(bin_edges(pd.Series([92.0, 100.0]), 5, 100)) == [90, 95, 100]
    assert list(bin_edges(pd.Series([100.0]), 5, 100)) == [95, 100]


def test_a_variable_that_nobody_has_has_no_bins():
    frame = list_distributions(women().assign(ki67_percent=np.nan))
    assert set(frame["variable"]) == {"age_years"}
    nobody = ESTIMATES["distributions"].validate(list_distributions(women().head(0)))
    assert nobody.empty


def fitted(analysis):
    terms = {"adjusted": ["her2_status", "density"], "alone": ["histology_group"]}
    rows = [(model, term) for model, own in terms.items() for term in own]
    estimates = pd.DataFrame(rows, columns=["model", "variable"])
    return fit_all(analysis, "microcalcifications", VARIABLES, estimates, REFERENCES, None)


def test_the_area_under_the_roc_curve_is_the_auc_of_every_model():
    models = fitted(women())
    roc = ESTIMATES["roc"].validate(list_roc(models))
    fit = measure_fit(models, LIMITS)[0].set_index("model")
    assert set(roc["model"]) == set(fit.index[fit["status"].eq("ok")]) >= {"adjusted"}
    for model, points in roc.groupby("model"):
        area = np.trapezoid(points["sensitivity"], points["one_minus_specificity"])
        assert area == pytest.approx(fit.loc[model, "auc"], abs=1e-12)
        assert points["threshold"].isna().tolist() == [True, *[False] * (len(points) - 1)]
        assert list(points[["sensitivity", "one_minus_specificity"]].iloc[0]) == [0, 0]
        assert list(points[["sensitivity", "one_minus_specificity"]].iloc[-1]) == [1, 1]


def test_the_roc_curve_of_six_patients():
    """Two ties at 0.4, one of each outcome, share a point."""
    risk = np.array([0.9, 0.8, 0.4, 0.4, 0.3, 0.1])
    outcome = np.array([1, 0, 1, 0, 1, 0])
    thresholds, sensitivity, false_positives = roc_points(risk, outcome, np.ones(6))
    assert list(thresholds[1:]) == [0.9, 0.8, 0.4, 0.3, 0.1]
    assert list(sensitivity) == pytest.approx([0, 1 / 3, 1 / 3, 2 / 3, 1, 1])
    assert list(false_positives) == pytest.approx([0, 0, 1 / 3, 2 / 3, 2 / 3, 1])
    area = area_under_curve(risk, outcome, np.ones(6), 0.95)[0]
    assert np.trapezoid(sensitivity, false_positives) == pytest.approx(area)


def test_calibration_gives_the_hosmer_lemeshow_groups_as_shares():
    groups = measure_fit(fitted(women()), LIMITS)[1]
    shares = ESTIMATES["calibration"].validate(list_calibration(groups, 0.95))
    assert list(shares["events"]) == list(groups["observed"])
    assert list(shares["observed"] * shares["n"]) == pytest.approx(list(groups["observed"]))
    assert list(shares["expected"] * shares["n"]) == pytest.approx(list(groups["expected"]))
    assert shares["observed"].between(shares["ci_low"], shares["ci_high"]).all()


def test_a_constant_outcome_has_no_curve_and_no_calibration():
    models = fitted(women().assign(microcalcifications="no"))
    assert ESTIMATES["roc"].validate(list_roc(models)).empty
    groups = measure_fit(models, LIMITS)[1]
    assert ESTIMATES["calibration"].validate(list_calibration(groups, 0.95)).empty
