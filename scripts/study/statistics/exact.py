"""Fisher's exact test of tables of any size."""

import numpy as np
import pandas as pd

from study.statistics.contingency import occupied, why_untestable
from study.statistics.freeman_halton import two_column_test
from study.statistics.halves import TooManyWaysError
from study.statistics.result import Result, not_computed

TOO_LARGE = "the table is too large for the exact test"


def fisher_exact(table: pd.DataFrame) -> Result:
    """Return Fisher's exact test, two-sided: tables no more probable than the observed one.

    The note of a table with two rows or two columns holds the mid-p-value. Larger ones are
    computed by the network algorithm of Mehta and Patel (1983; fisher-rxc). A table too large
    for either is said to be so: nothing is simulated.
    """
    reason = why_untestable(table)
    if reason:
        return not_computed(reason)
    counts = occupied(table)
    if 2 in counts.shape:
        return _two_columns(counts if counts.shape[1] == 2 else counts.T)
    if not _is_feasible(counts):
        return not_computed(TOO_LARGE)
    return _network_algorithm(counts)


def _two_columns(counts: np.ndarray) -> Result:
    try:
        exact = two_column_test(counts)
    except TooManyWaysError:
        return not_computed(TOO_LARGE)
    return Result(p_value=exact.p_value, note=f"mid_p_value={exact.mid_p_value!r}")


def _network_algorithm(counts: np.ndarray) -> Result:
    # Heavy only here. The library ends the process on a table of one row or column
    # (`why_untestable` holds those back) and reports failure as a negative p-value.
    import fisher

    p_value = fisher.exact([[int(n) for n in row] for row in counts])
    if not 0 <= p_value <= 1 + 1e-9:
        return not_computed(TOO_LARGE)
    return Result(p_value=min(p_value, 1.0))


def _is_feasible(counts: np.ndarray) -> bool:
    """Return whether the network algorithm answers within about half a minute.

    The limits are measured (on a busy core: 4×3 at 500 patients, 2 s; 5×4 at 185 patients, up to
    23 s; 4×3 at 1,000 patients, over 90 s).
    """
    return _tables_at_most(counts) <= (15.0 if counts.sum() <= 200 else 12.5)


def _tables_at_most(counts: np.ndarray) -> float:
    """Return log10 of a bound on the number of tables that have these margins.

    All cells but those of the largest row and the largest column can be filled
    freely, each up to the smaller of its two margins.
    """
    rows, columns = (np.sort(counts.sum(axis=axis))[:-1] for axis in (1, 0))
    return float(np.log10(np.minimum.outer(rows, columns) + 1.0).sum())
