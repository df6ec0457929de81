"""The columns of one multivariable model over the chain's patterns, collapsed once more."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from study.statistics.design import (
    Coefficient,
    Design,
    build_design,
    judge_columns,
    usable_terms,
)
from study.statistics.resampling.chain import MISSING, Chain, Variable
from study.statistics.resampling.result import ALIASED, NOT_ESTIMABLE, OK

STATE_CODES = {"ok": OK, "aliased": ALIASED, "not_estimable": NOT_ESTIMABLE}
# Levels that a 64-bit mask can keep apart.
MOST_LEVELS = 63


@dataclass(frozen=True)
class Layout:
    """What the observed patients allow to fit, with P patterns and p columns.

    A replicate in which a level of `levels` has no patients (or columns become collinear) allows
    something else, and is fitted row-wise.

    Attributes
    ----------
    matrix : ndarray, (P, p)
        Intercept and estimable columns; numbers centred and in units of `scale`.
    pattern_of : ndarray of int64, (K,)
        Which of them a pattern of the chain is; -1 where a term is missing.
    levels : ndarray of uint64, (K,)
        One bit per level that a complete pattern has, over all terms.
    needed : int
        All these bits.
    slots : ndarray of int64, (p,)
        Column of the estimates; -1 for the intercept and for another reference than the chain's.
    scale : ndarray, (p,)
        What a coefficient is per.
    centre : ndarray, (p,)
        What was subtracted from a number, in its own unit.
    spans : dict of int to slice
        Per variable of the chain its columns.
    states : dict of int to int
        Status of the coefficients (by column of the estimates) that have no column.
    variables : tuple of int
        The terms that are in the model, as positions in the chain.
    limits : dict
        Layouts that separated replicates have needed so far, by the patterns left to them.
    shorter : dict
        Layouts without the columns of a term that have been needed so far, by the first of them.
    """

    matrix: np.ndarray
    pattern_of: np.ndarray
    levels: np.ndarray
    needed: np.uint64
    slots: np.ndarray
    scale: np.ndarray
    centre: np.ndarray
    spans: dict[int, slice]
    states: dict[int, int]
    variables: tuple[int, ...]
    # Not copied by `replace`: another layout has others.
    limits: dict[bytes, "Layout | None"] = field(default_factory=dict, init=False)
    shorter: dict[int, "Layout"] = field(default_factory=dict, init=False)


class Plan(NamedTuple):
    """What a model would have: its terms, and per coefficient its variable, state and column."""

    variables: tuple[int, ...]
    owners: list[int]
    coefficients: list[Coefficient]
    states: list[str]
    columns: list[np.ndarray]


def design_replicate(chain: Chain, counts: np.ndarray, terms: Sequence[str]) -> Design:
    """Return the design of a model in one replicate, as `design_multivariable` gives it."""
    live = counts > 0
    cells = chain.cells.loc[live]
    patients = counts[live]
    kept, left_out = usable_terms(cells, chain.outcome, terms)
    if "scarce" in left_out.values():  # decided by numbers of patients, not by patterns
        everyone = cells.loc[cells.index.repeat(np.round(patients).astype(int))]
        kept, _ = usable_terms(everyone, chain.outcome, terms)
    return build_design(cells, chain.outcome, kept, chain.references, chain.levels, patients)


def lay_out(chain: Chain, terms: Sequence[str]) -> Layout | None:
    """Return the layout of a model; None where the observed patients cannot decide it.

    That is: there is nothing to estimate, or which terms are usable depends on numbers of
    patients (``scarce``).
    """
    plan = _plan_directly(chain, terms) or _plan_by_design(chain, terms)
    if plan is None:
        return None
    variables, owners, coefficients, states, columns = plan
    fitted = np.flatnonzero([state == "ok" for state in states])
    if not fitted.size:
        return None
    owners = [owners[i] for i in fitted]
    raw = np.column_stack([np.ones(len(chain.patterns)), *(columns[i] for i in fitted)])
    complete = np.all([chain.variables[v].codes != MISSING for v in variables], axis=0)
    shown = complete & (chain.counts.reshape(2, -1).sum(axis=0) > 0)
    numeric = np.array([False, *(chain.variables[v].values is not None for v in owners)])
    centre = np.where(numeric, raw[shown].mean(axis=0), 0.0)
    scale = np.where(numeric, raw[shown].std(axis=0), 1.0)
    matrix, inverse = np.unique((raw[complete] - centre) / scale, axis=0, return_inverse=True)
    pattern_of = np.full(len(complete), MISSING)
    pattern_of[complete] = inverse.ravel()
    levels = _level_bits(chain, variables, complete)
    slots, unfitted = _slots(chain, variables, coefficients, states)
    spans = {
        v: slice(1 + owners.index(v), 1 + owners.index(v) + owners.count(v))
        for v in dict.fromkeys(owners)
    }
    return Layout(
        matrix=matrix,
        pattern_of=pattern_of.astype(np.int64),
        levels=levels,
        needed=np.bitwise_or.reduce(levels[shown]),
        slots=slots,
        scale=scale,
        centre=centre,
        spans=spans,
        states=unfitted,
        variables=variables,
    )


def drop_columns(layout: Layout, kept: np.ndarray) -> Layout:
    """Return the layout with the columns `kept` (positions), and no variable's whole span.

    Patterns that differ in the other columns alone become one.
    """
    matrix, inverse = np.unique(layout.matrix[:, kept], axis=0, return_inverse=True)
    renumbered = np.append(inverse.ravel(), MISSING)
    return replace(
        layout,
        matrix=matrix,
        pattern_of=renumbered[layout.pattern_of].astype(np.int64),
        slots=layout.slots[kept],
        scale=layout.scale[kept],
        centre=layout.centre[kept],
        spans={},
    )


def _plan_directly(chain: Chain, terms: Sequence[str]) -> Plan | None:
    """Return the plan where all terms are usable and every reference has patients, else None.

    The same as `_plan_by_design` then; it looks at codes instead of frames, and is what makes
    thousands of layouts cheap.
    """
    variables = tuple(chain.names.index(term) for term in terms)
    own = [chain.variables[v] for v in variables]
    with_, without = chain.counts.reshape(2, -1) > 0
    complete = np.all([variable.codes != MISSING for variable in own], axis=0)
    shown = complete & (with_ | without)
    if not ((complete & with_).any() and (complete & without).any()):
        return None
    for variable in own:
        values = variable.codes if variable.values is None else variable.values[:, 0]
        present = values[shown]
        if (present == present[0]).all() or (variable.values is None and present.min() > 0):
            return None
    coefficients = [c for variable in own for c in variable.coefficients]
    columns = [column for variable in own for column in _entered(variable)]
    states = judge_columns(np.column_stack([np.ones(shown.sum()), *(c[shown] for c in columns)]))
    owners = [v for v in variables for _ in chain.variables[v].coefficients]
    return Plan(variables, owners, coefficients, states, columns)


def _plan_by_design(chain: Chain, terms: Sequence[str]) -> Plan | None:
    live = chain.cells.loc[chain.counts > 0]
    if "scarce" in usable_terms(live, chain.outcome, terms)[1].values():
        return None
    design = design_replicate(chain, chain.counts, terms)
    if design.events in (0, design.n):
        return None
    variables = tuple(chain.names.index(term) for term in design.terms)
    coefficients = list(design.coefficients)
    owners = [chain.names.index(coefficient.variable) for coefficient in coefficients]
    columns = [_column(chain, coefficient) for coefficient in coefficients]
    return Plan(variables, owners, coefficients, list(design.states), columns)


def _entered(variable: Variable) -> list[np.ndarray]:
    """Return the columns of a variable, one per coefficient; 0 where a number is missing."""
    if variable.values is not None:
        return list(np.nan_to_num(variable.values).T)
    return [(variable.codes == j).astype(float) for j in range(1, len(variable.coefficients) + 1)]


def _column(chain: Chain, coefficient: Coefficient) -> np.ndarray:
    """Return the column of a coefficient, which may be against another reference."""
    variable = chain.variables[chain.names.index(coefficient.variable)]
    if variable.values is not None:
        return _entered(variable)[variable.coefficients.index(coefficient)]
    return chain.patterns[coefficient.variable].eq(coefficient.level).to_numpy(dtype=float)


def _level_bits(chain: Chain, variables: Sequence[int], complete: np.ndarray) -> np.ndarray:
    bits = np.zeros(len(complete), dtype=np.uint64)
    first = 0
    for v in variables:
        codes = chain.variables[v].codes
        bits[complete] |= np.uint64(1) << (first + codes[complete]).astype(np.uint64)
        first += 1 + codes.max()
    if first > MOST_LEVELS:
        raise ValueError(f"A model has {first} levels; {MOST_LEVELS} can be resampled.")
    return bits


def _slots(
    chain: Chain,
    variables: Sequence[int],
    coefficients: Sequence[Coefficient],
    states: Sequence[str],
) -> tuple[np.ndarray, dict[int, int]]:
    """Return where estimates go, and the status of what has none."""
    position = {(c.variable, c.level, c.reference): i for i, c in enumerate(chain.coefficients)}
    found = [position.get((c.variable, c.level, c.reference), -1) for c in coefficients]
    fitted = [slot for slot, state in zip(found, states, strict=True) if state == "ok"]
    names = [chain.names[v] for v in variables]
    unfitted = {i: NOT_ESTIMABLE for i, c in enumerate(chain.coefficients) if c.variable in names}
    unfitted |= {
        slot: STATE_CODES[state]
        for slot, state in zip(found, states, strict=True)
        if slot >= 0 and state != "ok"
    }
    kept = {slot: state for slot, state in unfitted.items() if slot not in fitted}
    return np.array([-1, *fitted], dtype=np.int64), kept
