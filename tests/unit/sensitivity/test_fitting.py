"""Universes give what the functions of the rules give; their failures are rows."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from schemas.sensitivity import SENSITIVITY as SCHEMAS
from study.biomarkers.derivation import derive_facts
from study.cohort.eligibility import apply_criteria
from study.cohort.strata import stratify
from study.problems import StudyError
from study.sensitivity.batches import specify_universes
from study.sensitivity.decisions import acts_on
from study.sensitivity.fitting import exposed_level, fit_or_fail, fit_universe
from study.sensitivity.imputed import Imputation
from study.sensitivity.influence import leave_women_out
from study.sensitivity.preparation import code_variables, levels_with_spline, silent_rules
from study.sensitivity.prepared import Universe, prepare_primary, prepare_universes
from study.sensitivity.robustness import risk_of_unexposed, summarise_robustness, tip_over
from study.sensitivity.specification import specify
from study.sensitivity.universe import Setting
from study.sensitivity.universes import list_universes, options_of_cohort
from study.statistics.design import OVERALL
from study.statistics.missing_data.extremes import assign_extremes
from study.statistics.multivariable import fit_models, resolve_terms, selected_variables
from study.statistics.screening import screen_variables
from study.statistics.vocabulary import analysis_levels
from tests.unit.sensitivity.cohort import (
    ANALYSIS,
    CRITERIA,
    DIMENSIONS,
    SENSITIVITY,
    SETTING,
    changed,
    made_up,
)

COHORT = made_up()
IMPUTATION = Imputation(10, 1)
ESTIMATES = ["log_odds", "std_error", "odds_ratio", "ci_low", "ci_high", "p_value"]


def fitted(specification, cohort=COHORT):
    prepared = prepare_primary(cohort, specification, CRITERIA, SETTING)
    table = fit_universe(prepared, IMPUTATION)
    return SCHEMAS["estimates"].validate(table).set_index(["variable", "level"])


def row_wise(specification):
    """The same universe by the functions that the rules call one after the other."""
    derived = derive_facts(COHORT, specification.derivation).cohort
    chosen = [one for one in CRITERIA if one.name in specification.criteria]
    included = apply_criteria(derived, chosen).included
    grouped = stratify(
        included,
        age_coding=specification.age_coding,
        idc_with_dcis_is_idc=specification.idc_with_dcis_is_idc,
    )
    everyone = stratify(
        derived,
        age_coding=specification.age_coding,
        idc_with_dcis_is_idc=specification.idc_with_dcis_is_idc,
    )
    frame = code_variables(grouped, included["age_completed_years"].reset_index(drop=True))
    levels = levels_with_spline(everyone, analysis_levels())
    common = (SETTING.references, levels)
    alpha = specification.screening_alpha
    univariable, _ = screen_variables(
        frame, SETTING.outcome, specification.candidates, [], *common, alpha or 1.0,
        specification.screening_test, 0.95,
    )  # fmt: skip
    selected = selected_variables(univariable)
    named = "selected" if alpha else list(specification.candidates)
    models = resolve_terms(
        {"one": named}, SETTING.exposure, specification.keep_exposure, specification.candidates,
        selected,
    )  # fmt: skip
    estimates, _ = fit_models(frame, SETTING.outcome, models, *common, 0.95)
    method = (specification.estimator, specification.interval)
    own = estimates[
        estimates["estimator"].eq(method[0]) & estimates["ci_method"].eq(method[1])
    ].assign(selected=lambda rows: rows["variable"].isin(selected))
    if method[1] == "profile":
        own = own.assign(p_value=own["lr_p_value"])
    return own.set_index(["variable", "level"])


CHOICES = [
    {},
    {"age_coding": "decades", "density_coding": "four_classes"},
    {"age_coding": "continuous", "density_coding": "trend", "histology_coding": "all_types"},
    {"age_coding": "spline", "screening_threshold": "none"},
    {"nested_subtype": "left_out", "screening_threshold": "p_below_20_percent"},
    {"interval": "profile", "screening_test": "likelihood_ratio", "screening_threshold": "none"},
    {"her2_edition": "asco_cap_2018", "er_pr_cutoff": "from_10_percent", "bilateral": "kept"},
    {"undescribed_finding": "unknown_where_density_missing", "subtype_scheme": "st_gallen_2013"},
    {"subtype_unknown": "kept", "missing_model_data": "excluded", "age_coding": "unrounded"},
]


@pytest.mark.parametrize("choices", CHOICES, ids=lambda c: " ".join(c.values()) or "primary")
def test_a_universe_is_what_the_rules_would_give(choices):
    specification = changed(**choices)
    mine, theirs = fitted(specification), row_wise(specification)
    assert set(mine.index) >= {key for key in theirs.index if key[1] != OVERALL}
    for key in theirs.index.intersection(mine.index):
        assert mine.loc[key, ["n", "events", "status"]].tolist() == (
            theirs.loc[key, ["n", "events", "status"]].tolist()
        )
        assert mine.loc[key, ESTIMATES].to_numpy(float) == pytest.approx(
            theirs.loc[key, ESTIMATES].to_numpy(float), rel=1e-8, abs=1e-9, nan_ok=True
        )
        assert mine.loc[key, "selected"] == theirs.loc[key, "selected"]


def test_firths_universe_has_firths_estimates():
    mine = fitted(changed(estimator="firth", interval="profile", screening_threshold="none"))
    theirs = row_wise(changed(estimator="firth", interval="profile", screening_threshold="none"))
    key = ("her2_status", "positive")
    assert mine.loc[key, ESTIMATES].to_numpy(float) == pytest.approx(
        theirs.loc[key, ESTIMATES].to_numpy(float), rel=1e-7
    )


def test_an_exposure_that_must_pass_and_does_not_is_a_row_without_estimates():
    weak = made_up(effect=0.0, seed=3)
    own = fitted(changed(exposure="screened", screening_threshold="p_below_5_percent"), weak)
    row = own.loc[("her2_status", "positive")]
    assert row["status"] == "not_selected"
    assert row[ESTIMATES].isna().all()
    assert row["n"] > 0


def test_an_outcome_that_does_not_vary_is_not_estimable():
    silent = COHORT.assign(microcalcifications_recorded="no")
    row = fitted(changed(), silent).loc[("her2_status", "positive")]
    assert (row["status"], row["events"]) == ("not_estimable", 0)


def test_bounds_enclose_every_complete_case_and_use_women_that_were_excluded():
    primary = fitted(changed()).loc[("her2_status", "positive")]
    best = fitted(changed(missing_data="best_case")).loc[("her2_status", "positive")]
    worst = fitted(changed(missing_data="worst_case")).loc[("her2_status", "positive")]
    assert worst["odds_ratio"] < primary["odds_ratio"] < best["odds_ratio"]
    assert best["n"] == worst["n"] > primary["n"]
    assert (primary["filled_outcome"], primary["filled_other"]) == (0, 0)


@pytest.mark.parametrize("bound", ["best_case", "worst_case"])
def test_a_bound_counts_the_women_of_its_model_to_whom_values_were_assigned(bound):
    known = COHORT.assign(density_percent=COHORT["density_percent"].fillna(40.0))
    prepared = prepare_primary(known, changed(missing_data=bound), CRITERIA, SETTING)
    women = prepared.women.coded[prepared.included]
    row = fitted(changed(missing_data=bound), known).loc[("her2_status", "positive")]
    assert row["n"] == len(women)
    assigned = assign_extremes(
        women, "microcalcifications", "her2_status", "positive", "largest"
    ).assigned
    unknown = assigned.groupby("unknown")["n"].sum()
    assert row["filled_outcome"] == unknown["outcome"] + unknown["both"] > 0
    assert row["filled_other"] == unknown["exposure"] + unknown["both"] > 0


def test_a_bound_is_crude_whatever_its_screen_and_holds_women_whose_covariates_are_unknown():
    choices = {"missing_data": "best_case", "screening_threshold": "none"}
    prepared = prepare_primary(COHORT, changed(**choices), CRITERIA, SETTING)
    women = prepared.women.coded[prepared.included]
    assert women["density_group"].isna().any()
    table = fitted(changed(**choices))
    assert table.index.get_level_values("variable").tolist() == ["her2_status"]
    row = table.loc[("her2_status", "positive")]
    assert row["n"] == len(women)
    assert row["filled_outcome"] == women["microcalcifications"].isna().sum()
    extreme = assign_extremes(
        women, "microcalcifications", "her2_status", "positive", "largest"
    ).frame
    cells = pd.crosstab(extreme["her2_status"], extreme["microcalcifications"])
    crude = cells.loc["positive", "yes"] * cells.loc["negative", "no"]
    crude /= cells.loc["positive", "no"] * cells.loc["negative", "yes"]
    assert row["odds_ratio"] == pytest.approx(crude)


def test_imputation_without_anything_missing_is_the_complete_case():
    known = COHORT.assign(
        density_percent=COHORT["density_percent"].fillna(40.0),
        microcalcifications_recorded=COHORT["microcalcifications_recorded"].replace(
            "unknown", "no"
        ),
    )
    options = {"nested_subtype": "left_out", "screening_threshold": "none"}
    pooled = fitted(changed(missing_data="multiple_imputation", **options), known)
    complete = fitted(changed(**options), known)
    for name in ("log_odds", "std_error"):
        assert pooled[name].dropna().to_numpy() == pytest.approx(
            complete.loc[pooled.index, name].dropna().to_numpy(), rel=1e-9
        )
    assert (pooled["n"] == complete.loc[pooled.index, "n"]).all()
    assert pooled["filled_other"].eq(0).all()


def test_imputation_keeps_women_whose_density_is_missing():
    options = {"nested_subtype": "left_out", "screening_threshold": "none"}
    pooled = fitted(changed(missing_data="multiple_imputation", **options))
    complete = fitted(changed(**options))
    assert pooled["n"].iloc[0] > complete["n"].iloc[0]
    assert pooled["status"].eq("ok").all()
    gained = pooled["n"].iloc[0] - complete["n"].iloc[0]
    assert pooled["filled_other"].eq(gained).all()
    assert pooled["filled_outcome"].eq(0).all()


# Histology is known of the women alone whose microcalcifications are not.
ELSEWHERE = COHORT.assign(
    histology_recorded=COHORT["histology_recorded"].where(
        COHORT["microcalcifications_recorded"].eq("unknown"), "unknown"
    )
)


def test_what_is_known_only_where_the_outcome_is_not_is_in_no_imputed_model():
    options = {"nested_subtype": "left_out", "screening_threshold": "none"}
    kept = {"microcalcifications_not_reported": "kept"}
    prepared = prepare_primary(ELSEWHERE, changed(**kept), CRITERIA, SETTING)
    assert prepared.women.coded.loc[prepared.included, "histology_group"].nunique() == 2
    pooled = fitted(changed(missing_data="multiple_imputation", **options, **kept), ELSEWHERE)
    assert "histology_group" not in pooled.index.get_level_values("variable")
    assert pooled["status"].eq("ok").all()


def test_the_risk_of_the_unexposed_is_counted_in_the_women_of_the_model():
    prepared = prepare_primary(COHORT, specify(ANALYSIS), CRITERIA, SETTING)
    women = prepared.women.coded[prepared.included]
    own = women[women["her2_status"].eq("negative") & women["density_group"].notna()]
    risk = own["microcalcifications"].eq("yes").mean()
    assert risk_of_unexposed(prepared.chain, ["her2_status", "density_group"]) == risk
    nobody = replace(prepared.chain, counts=prepared.chain.counts * 0)
    assert np.isnan(risk_of_unexposed(nobody, ["her2_status"]))


def test_the_tipping_model_says_its_terms_and_what_it_had_to_leave_out():
    terms = ["her2_status", "age_group", "histology_group"]
    few = Imputation(2, 1)
    prepared = prepare_primary(ELSEWHERE, specify(ANALYSIS), CRITERIA, SETTING)
    curve = SCHEMAS["tipping"].validate(tip_over(prepared, terms, "positive", few))
    assert curve["terms"].eq("her2_status + age_group").all()
    assert curve["left_out"].eq("histology_group").all()
    assert curve["status"].eq("ok").all()
    whole = prepare_primary(COHORT, specify(ANALYSIS), CRITERIA, SETTING)
    curve = tip_over(whole, terms, "positive", few)
    assert curve["terms"].eq("her2_status + age_group + histology_group").all()
    assert curve["left_out"].eq("").all()


def test_the_order_of_women_and_of_universes_changes_nothing():
    options = options_of_cohort(ANALYSIS, DIMENSIONS)
    listed = list_universes(options, SENSITIVITY["constraints"], SENSITIVITY["only_alone"], 1, 1)
    some = listed.iloc[::6]

    def tables(cohort, universes):
        named = specify_universes(universes, ANALYSIS, DIMENSIONS, cohort)
        whole = [
            fit_universe(one, IMPUTATION)
            for one in prepare_universes(cohort, named, CRITERIA, SETTING, specify(ANALYSIS))
        ]
        return pd.concat(whole).sort_values(["universe", "variable", "level"])

    one = tables(COHORT, some)
    other = tables(COHORT.sample(frac=1, random_state=1), some.iloc[::-1])
    pd.testing.assert_frame_equal(
        one.reset_index(drop=True), other.reset_index(drop=True), rtol=1e-10
    )


def changed_by(**choices):
    named = [Universe("u1", changed(**choices))]
    (one,) = prepare_universes(COHORT, named, CRITERIA, SETTING, specify(ANALYSIS))
    table, _ = fit_or_fail(one, IMPUTATION)
    assert table["women_changed"].eq(one.changed).all()
    return one.changed


def test_women_are_changed_by_being_let_in_left_out_or_coded_otherwise():
    primary = prepare_primary(COHORT, specify(ANALYSIS), CRITERIA, SETTING)
    coded, included = primary.women.coded, primary.included
    fails = primary.women.fails
    others = fails[[name for name in specify(ANALYSIS).criteria if name != "bilateral"]]
    let_in = fails["bilateral"] & ~others.any(axis="columns")
    assert changed_by(bilateral="kept") == let_in.sum() > 0
    left_out = included & coded["density"].isna()
    assert changed_by(missing_model_data="excluded") == left_out.sum() > 0
    other_type = included & coded["histology"].eq("IDC+DCIS")
    assert changed_by(histology_coding="idc_with_dcis") == other_type.sum() > 0
    silent = COHORT["microcalcifications_recorded"].eq("undescribed").to_numpy()
    unread = silent & left_out
    assert changed_by(undescribed_finding="unknown_where_density_missing") == unread.sum() > 0


def test_what_acts_on_the_model_changes_no_woman_and_every_decision_on_women_some():
    options = options_of_cohort(ANALYSIS, DIMENSIONS)
    listed = list_universes(options, SENSITIVITY["constraints"], SENSITIVITY["only_alone"], 1, 1)
    named = specify_universes(listed, ANALYSIS, DIMENSIONS, COHORT)
    primary = specify(ANALYSIS)
    counts = {
        one.universe.name: one.changed
        for one in prepare_universes(COHORT, named, CRITERIA, SETTING, primary)
    }
    assert counts.pop("primary") == 0
    rows = listed.set_index("universe").drop("primary")
    alone = {
        (dimension, name): counts[rows.index[rows[dimension].eq(name)][0]]
        for dimension, names in options.items()
        for name in names[1:]
        if (rows[dimension].eq(name)).sum() == 1
    }
    on_model = {key for key in alone if acts_on(DIMENSIONS[key[0]][key[1]]) == "model"}
    assert len(on_model) == 14
    assert {alone[key] for key in on_model} == {0}
    # The made-up women are all invasive, without recurrence, and so on; the primary scheme of
    # subtypes asks for Ki-67 in HER2-negative women only, and no candidate tells those apart.
    nobody = {key for key in alone.keys() - on_model if not alone[key]}
    assert nobody == {
        ("not_invasive", "kept"), ("local_recurrence", "kept"), ("outside_study_period", "kept"),
        ("diagnostic_path_incomplete", "kept"), ("ki67_cutoff", "from_14_percent"),
        ("microcalcifications_not_reported", "kept"),  # these can be in no model
        ("ki67_cutoff", "from_30_percent"),
    }  # fmt: skip


def test_what_derivations_share_is_decided_once_and_is_what_each_decides_alone():
    names = ("her2_edition", "er_pr_cutoff", "ki67_cutoff", "subtype_scheme", "undescribed_finding")
    rules = [
        changed(**dict(zip(names, options, strict=True))).derivation
        for options in product(*(DIMENSIONS[name] for name in names))
    ]
    known = {}
    for one in rules[::5]:
        shared, alone = derive_facts(COHORT, one, known), derive_facts(COHORT, one)
        pd.testing.assert_frame_equal(shared.cohort, alone.cohort)
        pd.testing.assert_frame_equal(shared.trace, alone.trace)
    assert len(known) == 4 * 2


def test_rules_without_findings_are_silent_and_change_nobody():
    bare = COHORT.assign(ki67_percent=np.nan)
    primary = specify(ANALYSIS).derivation
    assert set(silent_rules(bare, primary)) == {"ki67_high_from_percent"}
    other = changed(ki67_cutoff="from_14_percent").derivation
    assert derive_facts(bare, primary).cohort.equals(derive_facts(bare, other).cohort)


def test_a_universe_that_fails_is_a_row_and_says_why(monkeypatch):
    prepared = prepare_primary(COHORT, specify(ANALYSIS), CRITERIA, SETTING)

    def refuse(*_, **__):
        raise StudyError("nothing can be fitted.")

    monkeypatch.setattr("study.sensitivity.fitting.fit_complete_cases", refuse)
    table, reason = fit_or_fail(prepared, IMPUTATION)
    assert table["status"].tolist() == ["failed"]
    assert SCHEMAS["estimates"].validate(table)["women_changed"].tolist() == [0]
    assert reason == "primary: nothing can be fitted."


def test_an_exposure_of_four_levels_is_refused_with_the_remedy():
    setting = Setting("microcalcifications", "density", {"density": "A"}, analysis_levels(), 0.95)
    with pytest.raises(StudyError, match=r"3 levels beside its reference\. Choose an exposure"):
        exposed_level(setting)


def test_without_one_woman_is_the_cohort_without_her():
    prepared = prepare_primary(COHORT, specify(ANALYSIS), CRITERIA, SETTING)
    table = SCHEMAS["influence"].validate(leave_women_out(prepared.chain, "ml"))
    women = prepared.women.coded[prepared.included]
    assert table["women"].sum() == women["microcalcifications"].notna().sum()
    first = table.iloc[0]
    wanted = dict(part.split("=", 1) for part in first["pattern"].split("; "))
    own = women["microcalcifications"].eq(first["outcome"])
    for name, value in wanted.items():
        own &= women[name].fillna("unknown").astype(str).eq(value)
    gone = women.loc[own, "patient_id"].iloc[0]
    left = COHORT[COHORT["patient_id"].ne(gone)]
    again = fitted(specify(ANALYSIS), left).loc[("her2_status", "positive")]
    assert first["odds_ratio"] == pytest.approx(again["odds_ratio"], rel=1e-9)
    assert first[["n", "events"]].tolist() == again[["n", "events"]].tolist()


def test_tipping_shifts_only_women_whose_outcome_is_unknown():
    prepared = prepare_primary(COHORT, specify(ANALYSIS), CRITERIA, SETTING)
    curve = tip_over(prepared, ["her2_status", "age_group"], "positive", IMPUTATION)
    curve = SCHEMAS["tipping"].validate(curve)
    exposed = curve[curve["shifted"].eq("exposed")].sort_values("delta")
    # Unknown HER2 status is imputed anew for every shift, so that steps are not all upwards.
    assert exposed["odds_ratio"].corr(exposed["delta"], method="spearman") > 0.95
    assert curve["imputed"].eq(curve["imputed"].iloc[0]).all()
    known = COHORT.assign(
        microcalcifications_recorded=COHORT["microcalcifications_recorded"].replace("unknown", "no")
    )
    nobody = prepare_primary(known, specify(ANALYSIS), CRITERIA, SETTING)
    empty = tip_over(nobody, ["her2_status"], "positive", IMPUTATION)
    assert empty.empty
    followed = fitted(specify(ANALYSIS)).reset_index().query("variable == 'her2_status'")
    followed = followed.assign(same_contrast=True)
    alone = leave_women_out(prepared.chain, "ml")
    bound = pd.Series(False, followed.index)
    summary = summarise_robustness(followed, bound, empty, alone, 0.2).set_index("measure")
    assert summary.loc["e_value", "value"] > 1
    assert not [name for name in summary.index if name.startswith("tipping")]
