"""One model per candidate, and which of them may enter the multivariable model."""

from collections.abc import Mapping, Sequence

import pandas as pd

from study.cohort.units import PATIENTS, unit
from study.statistics.design import OVERALL, build_design
from study.statistics.estimates import tabulate_estimates
from study.statistics.logistic import fit_model

MODEL = "univariable"


def screen_variables(
    frame: pd.DataFrame,
    outcome: str,
    candidates: Sequence[str],
    univariable_only: Sequence[str],
    references: Mapping[str, str],
    levels: Mapping[str, Sequence[str]] | None,
    screening_alpha: float,
    screening_test: str,
    confidence_level: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the univariable estimates with column `selected`, and who each model lost.

    A candidate is selected when its overall test (`screening_test`: ``wald`` or
    ``likelihood_ratio``) lies below `screening_alpha`; under separation Firth's penalised
    likelihood ratio decides, since the estimate is infinite. Variables of `univariable_only` are
    never selected. A variable that the cohort does not have keeps its rows, with n = 0.
    """
    tables, lost = [], []
    for variable in dict.fromkeys([*candidates, *univariable_only]):
        design = build_design(frame, outcome, [variable], references, levels)
        rows = tabulate_estimates(MODEL, fit_model(design), confidence_level)
        p_value = screening_p_value(rows, screening_test)
        rows["selected"] = variable in candidates and bool(p_value < screening_alpha)
        tables.append(rows)
        lost.append(design.lost.assign(model=f"{MODEL}_{variable}"))
    return pd.concat(tables, ignore_index=True), stack_lost(lost)


def screening_p_value(rows: pd.DataFrame, screening_test: str) -> float:
    """Return the p-value that decides on one variable; NaN where there is none.

    Parameters
    ----------
    rows : DataFrame
        All estimate rows of the variable in its univariable model.
    """
    whole = rows.loc[rows["level"].eq(OVERALL)] if rows["level"].eq(OVERALL).any() else rows
    main = whole.loc[whole["estimator"].eq("ml") & whole["ci_method"].eq("wald")].iloc[0]
    if main["status"] in ("separated", "not_converged"):
        return float(whole.loc[whole["estimator"].eq("firth"), "lr_p_value"].iloc[0])
    return float(main["p_value" if screening_test == "wald" else "lr_p_value"])


def stack_lost(lost: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return ``model, patient_id, missing`` of several models in one table.

    Of a registry, ``model, patients, missing``.
    """
    if not lost:
        return pd.DataFrame({n: pd.Series(dtype="str") for n in ("model", "patient_id", "missing")})
    rows = pd.concat(lost, ignore_index=True)
    columns = ["model", str(unit(rows).name), "missing"]
    texts = [name for name in columns if name != PATIENTS]
    return rows[columns].astype(dict.fromkeys(texts, "str"))
