"""Rows of ``sensitivity/estimates.csv``: the model that a universe ends with."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from study.statistics.design import OVERALL
from study.statistics.resampling.chain import Chain
from study.statistics.resampling.result import STATUSES, ChainResult, Estimates
from study.statistics.resampling.run import slice_of

_TYPES = {
    "universe": "str", "variable": "str", "level": "str", "n": "Int64", "events": "Int64",
    "log_odds": float, "std_error": float, "odds_ratio": float, "ci_low": float, "ci_high": float,
    "p_value": float, "selected": bool, "status": "str",
    "filled_outcome": "Int64", "filled_other": "Int64", "women_changed": "Int64",
}  # fmt: skip
COLUMNS = list(_TYPES)
# Of a universe, the same in all its rows.
OF_UNIVERSE = ["filled_outcome", "filled_other", "women_changed"]
NOT_SELECTED = "not_selected"
# Of a term with such a row the model has no column.
_NOT_IN_MODEL = ["aliased", "not_estimable", NOT_SELECTED]
_ESTIMATES = ["log_odds", "std_error", "odds_ratio", "ci_low", "ci_high", "p_value"]


def rows_of_result(
    chain: Chain, result: ChainResult, confidence_level: float
) -> list[dict[str, Any]]:
    """Return a row per coefficient of the first replicate's refit, with Wald's interval and test.

    A factor of more than two levels also has the row ``(overall)``, with the joint test.
    """
    refit = result.refit
    names = [name for name, inside in zip(chain.names, result.terms[0], strict=True) if inside]
    n, events = complete_patients(chain, names)
    selected = np.array(chain.names)[result.selected[0]]
    rows = []
    for name in names:
        v = chain.names.index(name)
        head = {"variable": name, "n": n, "events": events, "selected": name in selected}
        own = [
            head | _wald_row(chain, refit, slot, confidence_level)
            for slot in range(*slice_of(chain, v).indices(len(chain.coefficients)))
        ]
        rows += own
        if len(own) != 1:
            rows.append(head | _joint_row(refit, v))
    return rows


def complete_patients(chain: Chain, names: Sequence[str]) -> tuple[int, int]:
    """Return the patients of whom outcome and variables are known, and those with the outcome."""
    live = chain.counts.reshape(2, -1).sum(axis=0) > 0
    known = np.ones(len(chain.patterns), dtype=bool)
    for name in names:
        own = chain.patterns[name].notna().to_numpy()
        if own[live].any():  # what nobody has is in no model
            known &= own
    with_, without = chain.counts.reshape(2, -1)[:, known].sum(axis=1)
    return round(with_ + without), round(with_)


def _wald_row(chain: Chain, refit: Estimates, slot: int, confidence_level: float) -> dict[str, Any]:
    code = refit.coefficient_status[0, slot]
    # The columns of a variable that the cohort cannot support are in no model.
    row: dict[str, Any] = {
        "level": chain.coefficients[slot].level,
        "status": STATUSES[code] if code >= 0 else "not_estimable",
    }
    if row["status"] == "ok":
        log_odds, std_error = refit.log_odds[0, slot], refit.std_error[0, slot]
        margin = norm.ppf((1 + confidence_level) / 2) * std_error
        row |= {
            "log_odds": log_odds,
            "std_error": std_error,
            "odds_ratio": np.exp(log_odds),
            "ci_low": np.exp(log_odds - margin),
            "ci_high": np.exp(log_odds + margin),
            "p_value": chi2.sf((log_odds / std_error) ** 2, 1),
        }
    return row


def _joint_row(refit: Estimates, v: int) -> dict[str, Any]:
    p_value = refit.wald_p_value[0, v]
    status = "ok" if p_value == p_value else STATUSES[refit.status[0, 0]]
    return {
        "level": OVERALL,
        "p_value": p_value,
        "status": status if p_value == p_value or status != "ok" else "not_estimable",
    }


def rows_of_estimates(estimates: pd.DataFrame, selected: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows of a table of estimates; the p-value is that of the interval's method."""
    rows = estimates.assign(
        selected=estimates["variable"].isin(selected),
        p_value=estimates["p_value"].where(
            estimates["ci_method"].eq("wald"), estimates["lr_p_value"]
        ),
    )
    own = [name for name in COLUMNS if name not in ("universe", *OF_UNIVERSE)]
    return rows[own].to_dict("records")


def empty_row(
    chain: Chain, names: Sequence[str], variable: str, selected: bool, status: str
) -> dict[str, Any]:
    """Return the row of a variable without any estimate, with the patients of the model."""
    n, events = complete_patients(chain, names)
    level = chain.variables[chain.names.index(variable)].coefficients[0].level
    return {
        "variable": variable,
        "level": level,
        "n": n,
        "events": events,
        "selected": selected,
        "status": status,
    }


def as_table(universe: str, rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return the rows of a universe in the columns of the contract; what is not `ok` is empty.

    `OF_UNIVERSE` are 0: `count_of_universe` fills them.
    """
    emptied = dict.fromkeys(_ESTIMATES)
    own = {"universe": universe, **dict.fromkeys(OF_UNIVERSE, 0)}
    whole = [row | own | ({} if row["status"] == "ok" else emptied) for row in rows]
    return pd.DataFrame(
        {
            name: pd.array([row.get(name) for row in whole], dtype=kind)
            for name, kind in _TYPES.items()
        }
    )


def in_model(estimates: pd.DataFrame) -> pd.Series:
    """Return which rows of universes are of a term that the fitted model holds."""
    return ~estimates["status"].isin(_NOT_IN_MODEL)


def count_of_universe(table: pd.DataFrame, **counts: int) -> pd.DataFrame:
    """Return the rows of a universe with counts of `OF_UNIVERSE`."""
    own = {name: pd.Series(count, table.index, dtype="Int64") for name, count in counts.items()}
    return table.assign(**own)
