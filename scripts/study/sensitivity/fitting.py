"""The universes of a batch, those that share a step next to one another."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from study.cohort.eligibility import Criterion
from study.sensitivity.null_outcomes import Records
from study.sensitivity.preparation import (
    Women,
    code_women,
    derive_women,
    levels_with_spline,
)
from study.sensitivity.specification import Specification
from study.sensitivity.universe import (
    Collapsed,
    Setting,
    collapse_women,
    decide,
    observe,
)
from study.statistics.resampling.chain import Chain
from study.statistics.resampling.run import run_chain, slice_of


@dataclass(frozen=True)
class Universe:
    """A name and what it stands for."""

    name: str
    specification: Specification


@dataclass(frozen=True)
class Prepared:
    """A universe with its patients counted."""

    universe: Universe
    women: Women
    included: np.ndarray
    setting: Setting
    collapsed: Collapsed
    chain: Chain


def prepare_universes(
    validated: pd.DataFrame,
    universes: Sequence[Universe],
    criteria: Sequence[Criterion],
    setting: Setting,
) -> Iterator[Prepared]:
    """Yield the universes, each step shared by all that need the same; in no promised order."""
    for same in _alike(universes, lambda s: s.derivation):
        derived = derive_women(validated, same[0].specification.derivation, criteria)
        for grouped in _alike(same, lambda s: (s.age_coding, s.idc_with_dcis_is_idc)):
            first = grouped[0].specification
            women = code_women(derived, first.age_coding, first.idc_with_dcis_is_idc)
            own = replace(setting, levels=levels_with_spline(women.coded, setting.levels))
            for terms in _alike(grouped, lambda s: s.candidates):
                collapsed = collapse_women(women.coded, terms[0].specification.candidates, own)
                for universe in terms:
                    yield _count(universe, women, collapsed, own)


def _alike(
    universes: Sequence[Universe], what: Callable[[Specification], object]
) -> Iterable[list[Universe]]:
    groups: dict[str, list[Universe]] = {}
    for universe in universes:
        groups.setdefault(repr(what(universe.specification)), []).append(universe)
    return groups.values()


def _count(universe: Universe, women: Women, collapsed: Collapsed, setting: Setting) -> Prepared:
    own = decide(collapsed, universe.specification)
    included = women.included(universe.specification.criteria)
    chain = observe(own, women.coded, included, setting)
    return Prepared(universe, women, included, setting, own, chain)


def replicate_null(prepared: Prepared, records: Records) -> pd.DataFrame:
    """Return the exposure's log odds ratio and p-value in every replicate of the null.

    One row per replicate; both NaN where the exposure has no estimate. The p-value is that of
    the universe's own method.
    """
    specification, exposure = prepared.universe.specification, prepared.setting.exposure
    density_missing = prepared.women.coded["density"].isna().to_numpy()
    reading = specification.derivation.undescribed_microcalcifications
    included = prepared.included[:, None]
    found, without = records.read(reading, density_missing)
    counts = prepared.collapsed.count_women(found & included, without & included)
    profile = specification.interval == "profile"
    chain = prepared.chain
    refit = run_chain(chain, counts, specification.estimator, likelihood_ratio=profile).refit
    v = chain.names.index(exposure)
    p_value = refit.ratio_p_value[:, v] if profile else refit.wald_p_value[:, v]
    log_odds = refit.log_odds[:, slice_of(chain, v)][:, 0]
    return pd.DataFrame(
        {
            "universe": prepared.universe.name,
            "replicate": np.arange(len(counts)),
            "log_odds": log_odds,
            "p_value": np.where(np.isnan(log_odds), np.nan, p_value),
        }
    )
