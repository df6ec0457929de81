"""What a universe finds: in the women as observed, and in replicates under the null."""

from dataclasses import replace

import numpy as np
import pandas as pd

from study.problems import StudyError
from study.sensitivity.decisions import NESTED_IN
from study.sensitivity.imputed import Imputation, fit_imputed
from study.sensitivity.null_outcomes import Records
from study.sensitivity.prepared import Prepared
from study.sensitivity.rows import NOT_SELECTED, as_table, count_of_universe, empty_row
from study.sensitivity.universe import (
    Setting,
    collapse_women,
    decide,
    fit_complete_cases,
    observe,
)
from study.statistics.missing_data.extremes import LARGEST, SMALLEST, assign_extremes
from study.statistics.resampling.chain import Chain
from study.statistics.resampling.result import NOT_CONVERGED, OK, SEPARATED, Estimates
from study.statistics.resampling.run import run_chain, slice_of
from study.statistics.spline import Spline

DIRECTIONS = {"best_case": LARGEST, "worst_case": SMALLEST}
NULL_STATUSES = ["ok", "nested", NOT_SELECTED, "not_estimable"]


def fit_or_fail(prepared: Prepared, imputation: Imputation) -> tuple[pd.DataFrame, str]:
    """Return the estimates of a universe and an empty text, or its row ``failed`` and the reason.

    What a universe's data do not allow, and arithmetic that breaks down, are its own failure;
    every other error is a defect of the software and stops the batch.
    """
    try:
        return fit_universe(prepared, imputation), ""
    except (StudyError, np.linalg.LinAlgError) as error:
        chain, exposure = prepared.chain, prepared.setting.exposure
        row = empty_row(chain, [], exposure, selected=False, status="failed")
        table = as_table(prepared.universe.name, [row])
        table = count_of_universe(table, women_changed=prepared.changed)
        return table, f"{prepared.universe.name}: {error}"


def fit_universe(prepared: Prepared, imputation: Imputation) -> pd.DataFrame:
    """Return the estimates of a universe, as its specification treats what is missing."""
    return count_of_universe(_fit(prepared, imputation), women_changed=prepared.changed)


def _fit(prepared: Prepared, imputation: Imputation) -> pd.DataFrame:
    universe, setting, chain = prepared.universe, prepared.setting, prepared.chain
    specification = universe.specification
    if specification.missing_data == "complete_case":
        return fit_complete_cases(universe.name, chain, specification, setting)
    included = prepared.women.coded[prepared.included]
    if specification.missing_data == "multiple_imputation":
        return fit_imputed(universe.name, included, specification, setting, imputation)
    extreme = assign_extremes(
        included,
        setting.outcome,
        setting.exposure,
        positive=exposed_level(setting),
        negative=setting.references[setting.exposure],
        direction=DIRECTIONS[specification.missing_data],
    ).frame
    # A screen would run on what is assigned, and covariates would lose the women again: crude.
    own = replace(specification, candidates=(setting.exposure,))
    collapsed = decide(collapse_women(extreme, own.candidates, setting), own)
    chain = observe(collapsed, extreme, setting).chain
    table = fit_complete_cases(universe.name, chain, own, setting)
    return count_assigned(table, included, extreme, setting)


def count_assigned(
    table: pd.DataFrame, included: pd.DataFrame, extreme: pd.DataFrame, setting: Setting
) -> pd.DataFrame:
    """Return the rows of a bound with how many women of its model had a value assigned."""
    terms = [name for name in table["variable"].unique() if extreme[name].notna().any()]
    inside = extreme[terms].notna().all(axis="columns")
    return count_of_universe(
        table,
        filled_outcome=int((inside & included[setting.outcome].isna()).sum()),
        filled_other=int((inside & included[setting.exposure].isna()).sum()),
    )


def exposed_level(setting: Setting) -> str:
    """Return the level of the exposure that is compared with its reference.

    Raises
    ------
    StudyError
        If the exposure is no factor of two levels: universes compare one odds ratio.
    """
    exposure = setting.exposure
    levels = setting.levels.get(exposure, ())
    known = [] if isinstance(levels, Spline) else levels
    others = [level for level in known if level != setting.references.get(exposure)]
    if len(others) != 1:
        raise StudyError(
            f"The sensitivity analysis follows one odds ratio, and the exposure {exposure} has "
            f"{len(others)} levels beside its reference. Choose an exposure of two levels under "
            "analysis.models."
        )
    return str(others[0])


def replicate_null(prepared: Prepared, records: Records) -> pd.DataFrame:
    """Return the exposure's log odds ratio and p-value in every replicate of the null.

    One row per replicate. The p-value is that of the universe's own method. The status is ``ok``;
    ``nested`` where there are numbers, but a term nested in the exposure (`NESTED_IN`) is in the
    model; ``not_selected``, or ``not_estimable``, where there are none. The kernels cannot decide
    all that is separated by a number, or lacks a level: that is not estimable, too, seldom, but in
    up to half of the replicates where every candidate enters in a small cohort.
    """
    specification, exposure = prepared.universe.specification, prepared.setting.exposure
    density_missing = prepared.women.coded["density"].isna().to_numpy()
    # Observed reports decide nobody's inclusion: a woman whose own report was silent may have
    # findings in a replicate. Whose report is missing there is in neither group.
    reading = specification.derivation.undescribed_microcalcifications
    counts = prepared.collapsed.count_women(*records.read(reading, density_missing))
    profile = specification.interval == "profile"
    chain = prepared.chain
    tested = [exposure] if profile else []
    result = run_chain(chain, counts, specification.estimator, tested, row_wise=False)
    refit, v = result.refit, chain.names.index(exposure)
    p_value = refit.ratio_p_value[:, v] if profile else refit.wald_p_value[:, v]
    log_odds = refit.log_odds[:, slice_of(chain, v)][:, 0]
    nested = np.where(_holds(chain, refit, NESTED_IN.get(exposure, "")), "nested", "ok")
    without = np.where(result.terms[:, v], "not_estimable", NOT_SELECTED)
    status = np.where(np.isnan(log_odds), without, nested)
    return pd.DataFrame(
        {
            "universe": prepared.universe.name,
            "replicate": np.arange(len(counts)),
            "log_odds": log_odds,
            "p_value": np.where(np.isnan(log_odds), np.nan, p_value),
            "status": pd.Categorical(status, NULL_STATUSES),
        }
    )


def _holds(chain: Chain, refit: Estimates, name: str) -> np.ndarray:
    """Return in which replicates the model has a column of a variable."""
    own = slice_of(chain, chain.names.index(name)) if name in chain.names else slice(0)
    states = refit.coefficient_status[:, own]
    return np.asarray(np.isin(states, [OK, SEPARATED, NOT_CONVERGED]).any(axis=1))


def no_replicates() -> pd.DataFrame:
    """Return the table of `replicate_null` without a row."""
    types = {"universe": "str", "replicate": int, "log_odds": float, "p_value": float}
    rows = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})
    return rows.assign(status=pd.Categorical([], NULL_STATUSES))
