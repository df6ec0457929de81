"""Whether the chain gives the cohort itself what the primary analysis gave it."""

import numpy as np
import pandas as pd

from study.statistics.design import OVERALL
from study.statistics.resampling.chain import Chain
from study.statistics.stability.replicates import Performance, Refits

SAME = 1e-9


def describe_differences(
    chain: Chain,
    observed: Refits,
    apparent: Performance,
    estimates: pd.DataFrame,
    model_fit: pd.DataFrame,
) -> str:
    """Return where the chain differs from the primary analysis, a line each; empty if nowhere.

    Parameters
    ----------
    estimates, model_fit : DataFrame
        The rows of ``multivariable.csv`` and ``model_fit.csv`` that belong to the model.
    """
    main = estimates["estimator"].eq("ml") & estimates["ci_method"].eq("wald")
    rows = estimates[main & estimates["level"].ne(OVERALL)]
    keys = ["variable", "level", "reference"]
    primary = rows.set_index(keys)["log_odds"].to_dict()
    finite = np.where(np.isfinite(observed.log_odds[0]), observed.log_odds[0], np.nan)
    mine = {
        (c.variable, c.level, c.reference): value
        for c, value in zip(chain.coefficients, finite, strict=True)
    }
    lines = [
        f"  log odds of {key[0]} {key[1]}: {value} is not {primary.get(key, np.nan)}"
        for key, value in mine.items()
        if not _same(value, primary.get(key, np.nan))
    ]
    areas = model_fit.loc[model_fit["status"].eq("ok"), "auc"]
    if len(areas) and not _same(apparent.auc[0], areas.iloc[0]):
        lines.append(f"  area under the curve: {apparent.auc[0]} is not {areas.iloc[0]}")
    return "\n".join(lines)


def _same(one: float, other: float) -> bool:
    return bool(np.isclose(one, other, rtol=SAME, atol=SAME, equal_nan=True))
