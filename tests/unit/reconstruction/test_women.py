import copy
from itertools import combinations

import pandas as pd
import pytest
from scipy import stats

from study.problems import ProblemsFound, StudyError
from study.reconstruction.women import reconstruct_women

FACTS = ["subtype", "density", "histology", "age_group", "side", "birads"]


def changed(published, *path, value):
    copied = copy.deepcopy(published)
    node = copied
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return copied


def cells_beside_independence(women, one, other):
    """Largest difference, in women, between a cell and its count under independence."""
    together = pd.crosstab(women[one], women[other])
    return abs(together - stats.contingency.expected_freq(together)).to_numpy().max()


@pytest.mark.parametrize(("one", "other"), list(combinations(FACTS, 2)))
def test_no_two_assumed_facts_are_associated(analysed, one, other):
    assert cells_beside_independence(analysed, one, other) < 2.5


@pytest.mark.parametrize("fact", ["histology", "age_group", "side", "birads"])
@pytest.mark.parametrize("exposure", ["microcalcifications", "her2_status"])
def test_what_is_not_printed_by_mc_or_her2_differs_from_independence_by_rounding(
    analysed, fact, exposure
):
    assert cells_beside_independence(analysed, fact, exposure) < 1


@pytest.mark.parametrize(
    "fact",
    ["microcalcifications", "her2_status", "subtype", "density", "histology", "side", "birads"],
)
def test_age_in_years_is_the_same_in_every_group(analysed, fact):
    ages = [group["age_years"] for _, group in analysed.groupby(fact)]
    assert stats.kruskal(*ages).pvalue > 0.5


@pytest.mark.parametrize("fact", ["microcalcifications", "density", "histology"])
def test_ki67_of_luminal_a_is_the_same_in_every_group(analysed, fact):
    luminal_a = analysed[analysed["subtype"] == "luminal_a"]
    values = [group["ki67_percent"] for _, group in luminal_a.groupby(fact)]
    assert stats.kruskal(*values).pvalue > 0.5


@pytest.mark.parametrize("fact", ["her2_status", "density", "histology", "age_group", "subtype"])
def test_facts_do_not_change_over_the_years_of_diagnosis(analysed, fact):
    by_year = pd.crosstab(analysed[fact], analysed["diagnosis_date"].dt.year)
    assert stats.chi2_contingency(by_year, correction=False).pvalue > 0.3


def test_receptors_are_those_of_the_subtype_by_the_study_definitions(analysed):
    hormone_receptors = (analysed["er_percent"] >= 1) | (analysed["pr_percent"] >= 1)
    amplified = (analysed["her2_ihc"] == "3+") | (analysed["her2_ish"] == "amplified")
    assert (amplified == (analysed["her2_status"] == "positive")).all()
    derived = pd.Series("triple_negative", analysed.index)
    derived[amplified & ~hormone_receptors] = "her2_enriched"
    derived[amplified & hormone_receptors] = "luminal_b_her2_positive"
    luminal = ~amplified & hormone_receptors
    derived[luminal & (analysed["ki67_percent"] < 20)] = "luminal_a"
    derived[luminal & (analysed["ki67_percent"] >= 20)] = "luminal_b_her2_negative"
    assert (derived == analysed["subtype"]).all()


def test_ish_is_there_exactly_where_ihc_is_2_plus(women):
    assert (women["her2_ish"].notna() == (women["her2_ihc"] == "2+")).all()


def test_of_the_39_no_receptor_is_known(women):
    unknown = women[women["excluded_by"] == "receptors_unknown"]
    assert unknown[["er_percent", "pr_percent", "her2_ihc", "ki67_percent"]].isna().all(axis=None)


def test_the_59_lack_nothing_but_ki67_to_be_luminal(women):
    unspecified = women[women["excluded_by"] == "subtype_unknown"]
    assert (unspecified["er_percent"] >= 1).all()
    assert unspecified["pr_percent"].notna().all()
    assert set(unspecified["her2_ihc"]) == {"0", "1+", "2+"}
    assert not unspecified["her2_ish"].eq("amplified").any()
    assert unspecified["ki67_percent"].isna().all()


def test_what_the_study_prints_of_the_analysed_alone_is_blank_in_the_excluded(women):
    excluded = women[women["excluded_by"].notna()]
    blank = ["microcalcifications", "density", "histology", "birth_date", "age_years", "subtype"]
    assert excluded[blank].isna().all(axis=None)
    assert excluded["diagnosis_date"].notna().all()


def test_diagnoses_are_consecutive_and_within_the_study_period(women):
    dates = women["diagnosis_date"]
    assert dates.is_monotonic_increasing
    assert dates.between("2018-01-01", "2023-12-31").all()
    assert women["patient_id"].is_unique
    assert women["patient_id"].str.fullmatch(r"SYN-\d{3}").all()


def test_the_cohort_is_the_same_every_time_and_the_claims_stay_untouched(published, women):
    before = copy.deepcopy(published)
    pd.testing.assert_frame_equal(reconstruct_women(published), women)
    assert published == before


def test_a_printed_count_that_the_cells_contradict_is_named(published):
    (place,) = (i for i, c in enumerate(published["claims"]) if c["id"] == "density_b_mc")
    with pytest.raises(ProblemsFound, match=r"density_b_mc: prints 17, .* give 16"):
        reconstruct_women(changed(published, "claims", place, "value", value=17))


def test_a_median_that_the_ages_contradict_is_named(published):
    (place,) = (i for i, c in enumerate(published["claims"]) if c["id"] == "age_median")
    with pytest.raises(ProblemsFound, match=r"age_median: prints 61\.4, .* give 61\.3"):
        reconstruct_women(changed(published, "claims", place, "value", value=61.4))


def test_what_is_the_same_for_all_women_is_read_from_the_assumptions(published):
    path = ("assumed", "same_for_all", "biopsy", "value")
    women = reconstruct_women(changed(published, *path, value="no"))
    assert set(women["biopsy"]) == {"no"}
    assert set(women["invasive"]) == {"yes"}
    assert set(women["local_recurrence"]) == {"no"}
    assert set(women["diagnostic_path_complete"]) == {"yes"}


def test_receptors_of_the_59_are_read_from_the_assumptions(published):
    path = ("assumed", "excluded_women", "subtype_unknown")
    chosen = published["assumed"]["excluded_women"]["subtype_unknown"]
    other = {**chosen, "her2_findings": ["0"], "receptor_profiles": "luminal_b_her2_positive"}
    women = reconstruct_women(changed(published, *path, value=other))
    unspecified = women[women["excluded_by"] == "subtype_unknown"]
    assert set(unspecified["her2_ihc"]) == {"0"}
    assert set(unspecified["er_percent"]) == {90, 70, 80, 50}


def test_ages_for_another_number_of_women_are_refused(published):
    path = ("assumed", "ages", "years_at_rank", 4, "rank")
    with pytest.raises(StudyError, match=r"ends at rank 186.*185 women"):
        reconstruct_women(changed(published, *path, value=186))
