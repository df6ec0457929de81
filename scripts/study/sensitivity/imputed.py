"""A universe whose missing values are imputed: every model pooled by Rubin's rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from study.sensitivity.rows import NOT_SELECTED, as_table, count_of_universe
from study.sensitivity.specification import Specification
from study.sensitivity.universe import Setting
from study.statistics.design import OVERALL
from study.statistics.missing_data.completed import Completed, delete_imputed
from study.statistics.missing_data.fits import CompletedFits, fit_completed
from study.statistics.missing_data.imputation import impute
from study.statistics.missing_data.pooling import Pooled, pool, wald_test
from study.statistics.spline import Spline

# Rounds of the chained equations; van Buuren (2018, Flexible imputation of missing data, 2nd
# ed., section 6.5.2) finds 5 to 10 enough.
CYCLES = 5


@dataclass(frozen=True)
class Imputation:
    """How often, and from which seed."""

    imputations: int
    seed: int


def fit_imputed(
    universe: str,
    included: pd.DataFrame,
    specification: Specification,
    setting: Setting,
    imputation: Imputation,
) -> pd.DataFrame:
    """Return the pooled estimates of the model that the pooled screen leads to.

    Exposure and candidates are imputed where they are missing, given each other and the outcome;
    whose outcome is unknown leaves the models afterwards (von Hippel 2007). A candidate is
    selected by its pooled Wald test (Wood, White and Royston 2008, Stat Med 27:3227). A variable
    that does not vary among women with a known outcome is in no model.
    """
    names = list(dict.fromkeys([setting.exposure, *specification.candidates]))
    known = varying(included, setting.outcome, names)
    completed = delete_imputed(
        impute(
            included,
            [setting.outcome, *known],
            {n: v for n, v in setting.levels.items() if not isinstance(v, Spline)},
            imputation.imputations,
            CYCLES,
            imputation.seed,
        ),
        setting.outcome,
    )
    alpha = specification.screening_alpha
    alone = {name: _fit(completed, [name], setting) for name in known}
    passed = [name for name in known if alpha is None or _p_value(alone[name]) < alpha]
    selected = [name for name in passed if name in specification.candidates]
    forced = [setting.exposure] if specification.keep_exposure else []
    terms = [name for name in known if name in {*passed, *forced}]
    rows = _rows(_fit(completed, terms, setting), selected, setting) if terms else []
    if setting.exposure not in {row["variable"] for row in rows}:
        status = NOT_SELECTED if setting.exposure in known else "not_estimable"
        rows.insert(0, _empty(setting, alone, selected, status))
    model = included.loc[included[setting.outcome].notna(), terms]
    return count_of_universe(
        as_table(universe, rows), filled_other=int(model.isna().any(axis="columns").sum())
    )


def varying(frame: pd.DataFrame, outcome: str, names: Sequence[str]) -> list[str]:
    """Return the variables of which women with a known outcome have more than one value.

    One that is known of the others alone would rest on imputed values entirely.
    """
    own = frame.loc[frame[outcome].notna()]
    return [name for name in names if len(own[name].dropna().unique()) > 1]


def _fit(completed: Completed, terms: Sequence[str], setting: Setting) -> CompletedFits:
    return fit_completed(completed, setting.outcome, terms, setting.references, setting.levels)


def _pool(fits: CompletedFits) -> Pooled | None:
    return pool(fits.estimates, fits.covariances, fits.complete_df) if fits.status == "ok" else None


def _p_value(fits: CompletedFits) -> float:
    pooled = _pool(fits)
    return wald_test(pooled, range(len(fits.coefficients))).p_value if pooled else np.nan


def _rows(fits: CompletedFits, selected: Sequence[str], setting: Setting) -> list[dict[str, Any]]:
    pooled = _pool(fits)
    rows = []
    owners = [coefficient.variable for coefficient in fits.coefficients]
    for name in dict.fromkeys(owners):
        own = [i for i, owner in enumerate(owners) if owner == name]
        head = {
            "variable": name,
            "n": fits.n,
            "events": round(fits.events),
            "selected": name in selected,
            "status": fits.status,
        }
        for i in own:
            row = head | {"level": fits.coefficients[i].level}
            if pooled:
                low, high = pooled.interval(setting.confidence_level)
                row |= {
                    "log_odds": pooled.estimate[i],
                    "std_error": pooled.std_error[i],
                    "odds_ratio": np.exp(pooled.estimate[i]),
                    "ci_low": np.exp(low[i]),
                    "ci_high": np.exp(high[i]),
                    "p_value": pooled.p_value[i],
                }
            rows.append(row)
        if len(own) > 1:
            p_value = wald_test(pooled, own).p_value if pooled else np.nan
            rows.append(head | {"level": OVERALL, "p_value": p_value})
    return rows


def _empty(
    setting: Setting, alone: dict[str, CompletedFits], selected: Sequence[str], status: str
) -> dict[str, Any]:
    fits = alone.get(setting.exposure)
    level = fits.coefficients[0].level if fits and fits.coefficients else ""
    return {
        "variable": setting.exposure,
        "level": level,
        "n": fits.n if fits else 0,
        "events": round(fits.events) if fits else 0,
        "selected": setting.exposure in selected,
        "status": status,
    }
