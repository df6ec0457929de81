"""Universes with their patients counted, those that share a step next to one another."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pandas as pd

from study.biomarkers.derivation import Decided
from study.cohort.eligibility import Criterion
from study.sensitivity.preparation import (
    Derived,
    Reference,
    Women,
    code_women,
    derive_women,
    levels_with_spline,
)
from study.sensitivity.specification import Specification
from study.sensitivity.universe import (
    Collapsed,
    Setting,
    collapse_once,
    decide,
    observe,
)
from study.statistics.resampling.chain import Chain

T = TypeVar("T")


@dataclass(frozen=True)
class Universe:
    """A name and what it stands for."""

    name: str
    specification: Specification


@dataclass(frozen=True)
class Prepared:
    """A universe with its patients counted.

    Attributes
    ----------
    included : ndarray of bool, (women,)
    collapsed : Collapsed
        The patterns of the women whom a replicate could count, with the women observed.
    changed : int
        How many women are not what they are in the primary universe.
    """

    universe: Universe
    women: Women
    included: np.ndarray
    setting: Setting
    collapsed: Collapsed
    changed: int

    @property
    def chain(self) -> Chain:
        """The chain of the women observed."""
        return self.collapsed.chain


def prepare_universes(
    validated: pd.DataFrame,
    universes: Sequence[Universe],
    criteria: Sequence[Criterion],
    setting: Setting,
    primary: Specification,
) -> Iterator[Prepared]:
    """Yield the universes, each step shared by all that need the same; in no promised order."""
    decided: dict[str, Decided] = {}
    primarily = derive_women(validated, primary.derivation, criteria, decided)
    reference = refer_to(primarily, primary, setting)
    known: dict[tuple[str, ...], list[tuple[pd.DataFrame, Collapsed]]] = {}
    for same in _alike(universes, lambda one: repr(one.specification.derivation)):
        rules = same[0].specification.derivation
        derived = derive_women(validated, rules, criteria, decided)
        for grouped in _alike(same, _grouping):
            first = grouped[0].specification
            women = code_women(derived, first.age_coding, first.idc_with_dcis_is_idc)
            own = replace(setting, levels=levels_with_spline(women.coded, setting.levels))
            differing = reference.differing(women)
            known_outcome = women.coded[setting.outcome].notna().to_numpy()
            for terms in _alike(grouped, lambda one: one.specification.candidates):
                candidates = terms[0].specification.candidates
                collapsed = collapse_once(known, women.coded, candidates, own)
                for universe in terms:
                    excluding = universe.specification.criteria
                    included = women.included(excluding)
                    # Whom only the criterion about the outcome excludes has no outcome to count.
                    counted = collapsed.restrict(women.countable(excluding))
                    yield Prepared(
                        universe,
                        women,
                        included,
                        own,
                        decide(observe(counted, women.coded, own), universe.specification),
                        changed=reference.count_changed(differing, included, known_outcome),
                    )


def prepare_primary(
    validated: pd.DataFrame,
    primary: Specification,
    criteria: Sequence[Criterion],
    setting: Setting,
) -> Prepared:
    """Return the primary universe alone."""
    alone = [Universe("primary", primary)]
    (prepared,) = prepare_universes(validated, alone, criteria, setting, primary)
    return prepared


def _grouping(universe: Universe) -> tuple[str, bool]:
    return universe.specification.age_coding, universe.specification.idc_with_dcis_is_idc


def refer_to(derived: Derived, primary: Specification, setting: Setting) -> Reference:
    """Return the women of the primary universe, to hold others against."""
    women = code_women(derived, primary.age_coding, primary.idc_with_dcis_is_idc)
    names = list(dict.fromkeys([setting.outcome, setting.exposure, *primary.candidates]))
    known = women.coded[setting.outcome].notna().to_numpy()
    return Reference(women.coded[names], women.included(primary.criteria), known)


def _alike(ones: Iterable[T], what: Callable[[T], Hashable]) -> Iterable[list[T]]:
    groups: dict[Hashable, list[T]] = {}
    for one in ones:
        groups.setdefault(what(one), []).append(one)
    return groups.values()
