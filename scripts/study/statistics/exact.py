"""Fisher's exact test of tables of any size."""

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact as fisher_exact_2x2

from study.statistics.contingency import occupied, why_untestable
from study.statistics.result import Result, not_computed


def fisher_exact(table: pd.DataFrame) -> Result:
    """Return Fisher's exact test, two-sided: tables no more probable than the observed one.

    2×2 tables are computed by scipy, larger ones by the network algorithm of Mehta and Patel
    (1983; fisher-rxc). A table too large for it is said to be so: nothing is simulated.
    """
    reason = why_untestable(table)
    if reason:
        return not_computed(reason)
    counts = occupied(table)
    if counts.shape == (2, 2):
        return Result(p_value=min(float(fisher_exact_2x2(counts).pvalue), 1.0))
    if not _is_feasible(counts):
        return not_computed("the table is too large for the exact test")
    return _network_algorithm(counts)


def _network_algorithm(counts: np.ndarray) -> Result:
    # Heavy only here. The library ends the process on a table of one row or column
    # (`why_untestable` holds those back) and reports failure as a negative p-value.
    import fisher

    p_value = fisher.exact([[int(n) for n in row] for row in counts])
    if not 0 <= p_value <= 1 + 1e-9:
        return not_computed("the table is too large for the exact test")
    return Result(p_value=min(p_value, 1.0))


def _is_feasible(counts: np.ndarray) -> bool:
    """Return whether the network algorithm answers within about half a minute.

    The limits are measured (on a busy core: 6×2 at 1,000 patients with p 1e-9, 6 s; 4×3 at 500
    patients, 2 s; 5×4 at 185 patients, up to 23 s; 4×3 at 1,000 patients, over 90 s).
    """
    if 2 in counts.shape:
        return _tables_at_most(counts) <= 11.1
    return _tables_at_most(counts) <= (15.0 if counts.sum() <= 200 else 12.5)


def _tables_at_most(counts: np.ndarray) -> float:
    """Return log10 of a bound on the number of tables that have these margins.

    All cells but those of the largest row and the largest column can be filled
    freely, each up to the smaller of its two margins.
    """
    rows, columns = (np.sort(counts.sum(axis=axis))[:-1] for axis in (1, 0))
    return float(np.log10(np.minimum.outer(rows, columns) + 1.0).sum())
