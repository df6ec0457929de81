"""Universes with their patients counted, those that share a step next to one another."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
import pandas as pd

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
    FittedBefore,
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
    changed : int
        How many women are not what they are in the primary universe.
    before : FittedBefore
        Shared with the universes of the same women.
    """

    universe: Universe
    women: Women
    included: np.ndarray
    setting: Setting
    collapsed: Collapsed
    chain: Chain
    changed: int
    before: FittedBefore = field(default_factory=FittedBefore)

    @property
    def same_women(self) -> tuple[int, bytes]:
        """What universes have in common of which models can be shared."""
        return id(self.chain.patterns), self.chain.counts.tobytes()  # one of `collapse_once`


def prepare_universes(
    validated: pd.DataFrame,
    universes: Sequence[Universe],
    criteria: Sequence[Criterion],
    setting: Setting,
    primary: Specification,
) -> Iterator[Prepared]:
    """Yield the universes, each step shared by all that need the same; in no promised order."""
    prepared = list(_prepare(validated, universes, criteria, setting, primary))
    for alike in _alike(prepared, lambda one: one.same_women):
        before = FittedBefore()
        for one in alike:
            yield replace(one, before=before)


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


def _prepare(
    validated: pd.DataFrame,
    universes: Sequence[Universe],
    criteria: Sequence[Criterion],
    setting: Setting,
    primary: Specification,
) -> Iterator[Prepared]:
    primarily = derive_women(validated, primary.derivation, criteria)
    reference = refer_to(primarily, primary, setting)
    known: dict[tuple[str, ...], list[tuple[pd.DataFrame, Collapsed]]] = {}
    for same in _alike(universes, lambda one: repr(one.specification.derivation)):
        rules = same[0].specification.derivation
        primary_too = rules == primary.derivation
        derived = primarily if primary_too else derive_women(validated, rules, criteria)
        for grouped in _alike(same, _grouping):
            first = grouped[0].specification
            women = code_women(derived, first.age_coding, first.idc_with_dcis_is_idc)
            own = replace(setting, levels=levels_with_spline(women.coded, setting.levels))
            differing = reference.differing(women)
            for terms in _alike(grouped, lambda one: one.specification.candidates):
                candidates = terms[0].specification.candidates
                collapsed = collapse_once(known, women.coded, candidates, own)
                for universe in terms:
                    included = women.included(universe.specification.criteria)
                    counted = decide(collapsed, universe.specification)
                    yield Prepared(
                        universe,
                        women,
                        included,
                        own,
                        counted,
                        chain=observe(counted, women.coded, included, own),
                        changed=reference.count_changed(differing, included),
                    )


def _grouping(universe: Universe) -> tuple[str, bool]:
    return universe.specification.age_coding, universe.specification.idc_with_dcis_is_idc


def refer_to(derived: Derived, primary: Specification, setting: Setting) -> Reference:
    """Return the women of the primary universe, to hold others against."""
    women = code_women(derived, primary.age_coding, primary.idc_with_dcis_is_idc)
    names = list(dict.fromkeys([setting.outcome, setting.exposure, *primary.candidates]))
    return Reference(women.coded[names], women.included(primary.criteria))


def _alike(ones: Iterable[T], what: Callable[[T], Hashable]) -> Iterable[list[T]]:
    groups: dict[Hashable, list[T]] = {}
    for one in ones:
        groups.setdefault(what(one), []).append(one)
    return groups.values()
