"""The whole analysis of one universe: who is in it, what is screened, what is fitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from study.sensitivity.rows import (
    NOT_SELECTED,
    as_table,
    empty_row,
    rows_of_estimates,
    rows_of_result,
)
from study.sensitivity.specification import Specification
from study.statistics.estimates import COLUMNS as ESTIMATES
from study.statistics.estimates import tabulate_estimates
from study.statistics.logistic import fit_model
from study.statistics.resampling.chain import MISSING, Chain, build_chain
from study.statistics.resampling.layout import design_replicate
from study.statistics.resampling.run import run_chain
from study.statistics.spline import Spline
from study.statistics.vocabulary import analysis_levels


@dataclass(frozen=True)
class Setting:
    """What all universes share."""

    outcome: str
    exposure: str
    references: Mapping[str, str]
    levels: Mapping[str, Sequence[str] | Spline]
    confidence_level: float


def read_setting(analysis: Mapping[str, Any]) -> Setting:
    """Return what a configuration decides for all universes."""
    models = analysis["models"]
    return Setting(
        outcome=models["outcome"],
        exposure=models["exposure"],
        references=models["references"],
        levels=analysis_levels(),
        confidence_level=analysis["statistics"]["confidence_level"],
    )


@dataclass(frozen=True)
class Collapsed:
    """The women of a chain as covariate patterns.

    Attributes
    ----------
    chain : Chain
        Its counts are nobody's before `observe`.
    pattern : ndarray of int
        Per woman the pattern of the chain; -1 of whom is not counted.
    """

    chain: Chain
    pattern: np.ndarray

    def count_women(self, with_outcome: np.ndarray, without: np.ndarray) -> np.ndarray:
        """Return the counts (B, 2 K) of replicates from who has the outcome and who has not.

        Both of shape (women, B); who is in neither is not counted.
        """
        own = np.flatnonzero(self.pattern != MISSING)
        belongs = csr_array(
            (np.ones(len(own)), (self.pattern[own], np.arange(len(own)))),
            shape=(len(self.chain.patterns), len(own)),
        )
        halves = [belongs @ half[own].astype(float) for half in (with_outcome, without)]
        return np.ascontiguousarray(np.vstack(halves).T)

    def restrict(self, women: np.ndarray) -> "Collapsed":
        """Return the patterns of some women (bool) alone."""
        kept = np.unique(self.pattern[women])
        pattern = np.full(len(self.pattern), MISSING)
        pattern[women] = np.searchsorted(kept, self.pattern[women])
        return Collapsed(self.chain.keep_patterns(kept), pattern)


def collapse_women(coded: pd.DataFrame, candidates: Sequence[str], setting: Setting) -> Collapsed:
    """Return the patterns of the candidates over all women, whatever is known of their outcome."""
    everyone = coded.assign(**{setting.outcome: "no"})
    chain = build_chain(
        everyone,
        setting.outcome,
        setting.exposure,
        candidates,
        setting.references,
        setting.levels,
        screening_alpha=1.0,
        screening_test="wald",
        keep_exposure=True,
    )
    position = everyone.groupby(chain.names, dropna=False, sort=True).ngroup()
    return Collapsed(chain, position.to_numpy())


def collapse_once(
    known: dict[tuple[str, ...], list[tuple[pd.DataFrame, Collapsed]]],
    coded: pd.DataFrame,
    candidates: tuple[str, ...],
    setting: Setting,
) -> Collapsed:
    """Return what `collapse_women` does, from `known` where the same women have been there.

    Most rules of derivation leave most variables as they are. `known` is added to.
    """
    values = coded[list(dict.fromkeys([*candidates, setting.exposure]))]
    same = known.setdefault(candidates, [])
    found = next((collapsed for other, collapsed in same if other.equals(values)), None)
    if found is None:
        found = collapse_women(coded, candidates, setting)
        same.append((values, found))
    return found


def decide(collapsed: Collapsed, specification: Specification) -> Collapsed:
    """Return the same patterns with the screen of a specification."""
    alpha = specification.screening_alpha
    chain = replace(
        collapsed.chain,
        screening_alpha=1.0 if alpha is None else alpha,
        screening_test=specification.screening_test,
        keep_exposure=specification.keep_exposure,
        model=specification.candidates if alpha is None else None,
    )
    return replace(collapsed, chain=chain)


def observe(collapsed: Collapsed, coded: pd.DataFrame, setting: Setting) -> Collapsed:
    """Return the same patterns with the women's own counts."""
    known = coded[setting.outcome]
    halves = [known.eq(value).to_numpy()[:, None] for value in ("yes", "no")]
    counts = collapsed.count_women(*halves)
    return replace(collapsed, chain=replace(collapsed.chain, counts=counts[0]))


def fit_complete_cases(
    universe: str,
    chain: Chain,
    specification: Specification,
    setting: Setting,
) -> pd.DataFrame:
    """Return the estimates of the model that the screen leads to, on its complete cases.

    One row per coefficient, and the exposure's in any case: ``not_selected`` where it did not
    pass a screen that it had to pass, ``not_estimable`` where the outcome does not vary.
    """
    exposure = setting.exposure
    events, others = chain.counts.reshape(2, -1).sum(axis=1)
    if not events or not others:
        return as_table(universe, [empty_row(chain, [], exposure, False, "not_estimable")])
    result = run_chain(chain, chain.counts[None], specification.estimator)
    names = [n for n, inside in zip(chain.names, result.terms[0], strict=True) if inside]
    if specification.interval == "wald":
        rows = rows_of_result(chain, result, setting.confidence_level)
    else:
        selected = np.array(chain.names)[result.selected[0]]
        terms = tuple(name for name in chain.order if name in names)
        estimates = profile_estimates(chain, terms, specification, setting)
        rows = rows_of_estimates(estimates, list(selected))
    if exposure not in {row["variable"] for row in rows}:
        status = "not_estimable" if exposure in names else NOT_SELECTED
        selected = bool(result.selected[0, chain.names.index(exposure)])
        rows = [empty_row(chain, names, exposure, selected, status), *rows]
    return as_table(universe, rows)


def profile_estimates(
    chain: Chain, terms: Sequence[str], specification: Specification, setting: Setting
) -> pd.DataFrame:
    """Return the estimates of a model with profile-likelihood intervals and tests."""
    design = design_replicate(chain, chain.counts, terms) if terms else None
    if design is None or not design.terms:
        return pd.DataFrame(columns=ESTIMATES)
    return tabulate_estimates(
        "",
        fit_model(design),
        setting.confidence_level,
        [(specification.estimator, specification.interval)],
    )
