"""Replicates whose estimates are infinite: in which direction, so that they can be ranked."""

import numpy as np

from study.statistics.resampling.chain import Chain
from study.statistics.resampling.layout import design_replicate
from study.statistics.resampling.result import SEPARATED, ChainResult
from study.statistics.separation import infinite_directions


def ranked_log_odds(chain: Chain, counts: np.ndarray, result: ChainResult) -> np.ndarray:
    """Return the refitted log odds ratios, infinite ones with their sign.

    Returns
    -------
    ndarray, (B, C)
        NaN where there is no value to rank: not in the model, not estimable, not converged,
        aliased, or infinite in either direction.
    """
    values = result.refit.log_odds.copy()
    status = result.refit.coefficient_status
    for row in np.flatnonzero((status == SEPARATED).any(axis=1)):
        names = [name for name in chain.order if result.terms[row, chain.names.index(name)]]
        state = _state(chain, counts[row], names)
        key = ("signs", *names, state.tobytes(), status[row].tobytes())
        if key not in chain.layouts:
            chain.layouts[key] = _signs(chain, counts[row], names, status[row] == SEPARATED)
        own = status[row] == SEPARATED
        values[row, own] = chain.layouts[key][own]
    return values


def _state(chain: Chain, counts: np.ndarray, names: list[str]) -> np.ndarray:
    """Return per pattern of the terms whether it has patients with the outcome, and without."""
    codes = np.array([chain.variables[chain.names.index(name)].codes for name in names])
    _, group = np.unique(codes, axis=1, return_inverse=True)
    halves = counts.reshape(2, -1)
    return np.array([np.bincount(group.ravel(), half) > 0 for half in halves])


def _signs(chain: Chain, counts: np.ndarray, names: list[str], wanted: np.ndarray) -> np.ndarray:
    """Return +inf, -inf, or NaN where neither or either is possible, per coefficient."""
    design = design_replicate(chain, counts, names)
    position = {(c.variable, c.level, c.reference): i for i, c in enumerate(chain.coefficients)}
    own = [design.coefficients[place - 1] for place in design.estimable[1:]]
    slots = np.array([-1, *(position.get((c.variable, c.level, c.reference), -1) for c in own)])
    columns = np.flatnonzero((slots >= 0) & wanted[slots])
    up, down = infinite_directions(design.fitted_matrix, design.outcome, columns)
    signs = np.full(len(chain.coefficients), np.nan)
    signs[slots[columns]] = np.where(up == down, np.nan, np.where(up, np.inf, -np.inf))
    return signs
