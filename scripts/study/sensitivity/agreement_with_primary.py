"""The primary universe held against the estimates of the primary analysis."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from study.sensitivity.universes import PRIMARY
from study.statistics.multivariable import SELECTED

SAME = 1e-9  # relative: the kernels and statsmodels stop at different iterates
_NUMBERS = ["log_odds", "std_error", "odds_ratio", "ci_low", "ci_high", "p_value"]
_EXACT = ["n", "events", "status"]


def screened_model(multivariable: Mapping[str, Sequence[str] | str]) -> str | None:
    """Return the name of the model of what passed the screen; None if there is none."""
    return next((name for name, terms in multivariable.items() if terms == SELECTED), None)


def describe_disagreement(
    estimates: pd.DataFrame, multivariable: pd.DataFrame, model: str
) -> list[str]:
    """Return where the primary universe differs from the screened model, a line each.

    Parameters
    ----------
    estimates : DataFrame
        Of all universes.
    multivariable : DataFrame
        Of the primary analysis; its main rows (maximum likelihood, Wald) are compared.
    """
    main = multivariable["estimator"].eq("ml") & multivariable["ci_method"].eq("wald")
    key = ["variable", "level"]
    theirs = multivariable[main & multivariable["model"].eq(model)].set_index(key)
    mine = estimates[estimates["universe"].eq(PRIMARY)].set_index(key)
    lines = [
        f"{' '.join(row)}: only the primary analysis has it"
        for row in theirs.index
        if row not in mine.index
    ]
    for row, own in mine.iterrows():
        if row not in theirs.index:
            lines.append(f"{' '.join(row)}: the primary analysis does not have it")
            continue
        other = theirs.loc[row]
        differ = [name for name in _EXACT if own[name] != other[name]]
        differ += [name for name in _NUMBERS if not _same(own[name], other[name])]
        lines += [f"{' '.join(row)}, {name}: {own[name]} is not {other[name]}" for name in differ]
    return lines


def _same(one: float, other: float) -> bool:
    return bool(np.isclose(one, other, rtol=SAME, atol=SAME, equal_nan=True))
