"""Every printed count, one by one, as the reference study prints it (numbers typed in here)."""

import pandas as pd
import pytest
from scipy import stats

from study.biomarkers.age import derive_completed_years
from study.cohort.strata import derive_age_group

NAN = float("nan")
POSITIVE, NEGATIVE = {"her2_status": "positive"}, {"her2_status": "negative"}
MC = {"microcalcifications": "yes"}

COUNTS = [
    ({}, 185),
    (POSITIVE, 55),
    (NEGATIVE, 130),
    (MC, 36),
    (POSITIVE | MC, 15),
    (NEGATIVE | MC, 21),
    ({"density": "A"}, 23),
    ({"density": "B"}, 86),
    ({"density": "C"}, 58),
    ({"density": "D"}, 18),
    ({"density": "A"} | MC, 4),
    ({"density": "B"} | MC, 16),
    ({"density": "C"} | MC, 13),
    ({"density": "D"} | MC, 3),
    ({"density": "A"} | POSITIVE, 6),
    ({"density": "A"} | NEGATIVE, 17),
    ({"density": "A"} | POSITIVE | MC, 2),
    ({"density": "A"} | NEGATIVE | MC, 2),
    ({"age_group": ">50"}, 154),
    ({"age_group": "<=50"}, 31),
    ({"histology": "IDC"}, 68),
    ({"histology": "IDC+DCIS"}, 32),
    ({"histology": "ILC"}, 17),
    ({"histology": "ILC+LCIS"}, 5),
    ({"histology": "other"}, 63),
    ({"subtype": "luminal_a"}, 126),
    ({"subtype": "her2_enriched"}, 36),
    ({"subtype": "luminal_b_her2_positive"}, 19),
    ({"subtype": "triple_negative"}, 4),
    ({"subtype": "luminal_b_her2_negative"}, 0),
    ({"subtype": "luminal_b_her2_positive"} | MC, 5),
    ({"subtype": "her2_enriched"} | MC, 10),
]


def number_with(women, levels):
    for variable, level in levels.items():
        women = women[women[variable] == level]
    return len(women)


@pytest.mark.parametrize(("levels", "count"), COUNTS, ids=lambda value: str(value))
def test_analysed_women_are_as_many_as_printed(analysed, levels, count):
    assert number_with(analysed, levels) == count


def test_283_women_were_assessed_and_98_excluded_for_the_two_printed_reasons(women):
    assert len(women) == 283
    assert women["excluded_by"].value_counts().to_dict() == {
        "receptors_unknown": 39,
        "subtype_unknown": 59,
    }


def test_age_runs_from_36_to_85_however_it_is_rounded(analysed):
    youngest, oldest = analysed["age_years"].min(), analysed["age_years"].max()
    assert (round(youngest), int(youngest)) == (36, 36)
    assert (round(oldest), int(oldest)) == (85, 85)


def test_median_age_is_61_3_and_154_are_over_50_when_age_is_taken_from_the_dates(analysed):
    years = (analysed["diagnosis_date"] - analysed["birth_date"]).dt.days / 365.25
    assert round(years.median(), 1) == 61.3
    born, diagnosed = analysed["birth_date"].dt, analysed["diagnosis_date"].dt
    birthday_ahead = (diagnosed.month * 100 + diagnosed.day) < (born.month * 100 + born.day)
    completed = diagnosed.year - born.year - birthday_ahead
    assert (completed > 50).sum() == 154
    assert (years.astype(int) > 50).sum() == 154


def test_154_are_over_50_in_either_age_coding(analysed):
    derived = analysed.assign(
        age_completed_years=derive_completed_years(analysed.assign(age_recorded=NAN), "findings"),
        age_years=(analysed["diagnosis_date"] - analysed["birth_date"]).dt.days / 365.25,
    )
    for coding in ("completed_years", "unrounded"):
        assert derive_age_group(derived, coding).value_counts()[">50"] == 154
    assert not derived["age_years"].between(50, 51).any()


@pytest.mark.parametrize("density", ["A", "B", "C", "D"])
def test_her2_positive_women_have_the_higher_share_of_mc_in_every_density(analysed, density):
    has_mc = analysed[analysed["density"] == density].assign(
        mc=lambda women: women["microcalcifications"] == "yes"
    )
    share = has_mc.groupby("her2_status")["mc"].mean()
    assert share["positive"] > share["negative"]


def test_pearson_p_of_density_is_the_printed_0_92(analysed):
    table = pd.crosstab(analysed["microcalcifications"], analysed["density"])
    p_value = stats.chi2_contingency(table, correction=False).pvalue
    assert p_value == pytest.approx(0.915486, abs=1e-6)


def test_printed_45_9_percent_of_density_b_is_not_bent(analysed):
    share = 100 * number_with(analysed, {"density": "B"}) / len(analysed)
    assert round(share, 1) == 46.5
    assert round(100 * 85 / 185, 1) == 45.9


def test_printed_82_3_percent_over_50_cannot_be_satisfied_by_185_women(analysed):
    share = 100 * number_with(analysed, {"age_group": ">50"}) / len(analysed)
    assert round(share, 1) == 83.2
    assert 82.3 not in [round(100 * k / 185, 1) for k in range(186)]
