"""The screen-and-refit chain of an analysis, its patients collapsed to covariate patterns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from study.problems import StudyError
from study.statistics.design import CONTINUOUS, Coefficient, code_term
from study.statistics.multivariable import BOTH_DENSITIES, SELECTED
from study.statistics.spline import Spline

MISSING = -1


@dataclass(frozen=True)
class Variable:
    """A variable of the chain, coded per covariate pattern.

    Attributes
    ----------
    coefficients : tuple of Coefficient
        Those of its univariable model, levels without patients among them.
    codes : ndarray of int64
        Per pattern 0 for the reference, j for the level of ``coefficients[j - 1]``, -1 where
        missing. Of a number: 0 where known.
    values : ndarray or None
        What a number enters as, one row per pattern and one column per coefficient; None for a
        factor.
    """

    name: str
    coefficients: tuple[Coefficient, ...]
    codes: np.ndarray
    values: np.ndarray | None


@dataclass(frozen=True)
class Chain:
    """What is screened, what is refitted, and the cells that replicates give counts to.

    A replicate is a vector of ``2 K`` counts: the K patterns with the outcome, then the same
    patterns without it.

    Attributes
    ----------
    patterns : DataFrame
        One row per combination of values, the missing among them.
    counts : ndarray
        The observed patients, ``2 K``.
    variables : tuple of Variable
        All that have a univariable model: candidates, exposure, others.
    model : tuple of str or None
        Terms of the refitted model; None for the exposure and what passed the screen.
    """

    outcome: str
    patterns: pd.DataFrame
    counts: np.ndarray
    variables: tuple[Variable, ...]
    candidates: tuple[str, ...]
    exposure: str
    keep_exposure: bool
    screening_alpha: float
    screening_test: str
    model: tuple[str, ...] | None
    references: Mapping[str, str]
    levels: Mapping[str, Sequence[str] | Spline] | None

    @property
    def n(self) -> int:
        """Patients whose outcome is known."""
        return round(self.counts.sum())

    @property
    def names(self) -> list[str]:
        """Names of `variables`, the order of every result's columns."""
        return [variable.name for variable in self.variables]

    @property
    def coefficients(self) -> list[Coefficient]:
        """What the columns of estimates stand for, variable by variable."""
        return [c for variable in self.variables for c in variable.coefficients]

    @property
    def kept(self) -> tuple[str, ...]:
        """Terms that no screen can leave out."""
        forced = (self.exposure,) if self.keep_exposure else ()
        return forced if self.model is None else self.model

    @property
    def order(self) -> list[str]:
        """Terms in the order in which they enter a model: it decides which of two is aliased."""
        return list(dict.fromkeys(self.model or (self.exposure, *self.candidates)))

    def keep_patterns(self, kept: np.ndarray) -> "Chain":
        """Return the chain with the patterns `kept` (positions) alone, and their patients."""
        variables = [
            replace(
                variable,
                codes=variable.codes[kept],
                values=None if variable.values is None else variable.values[kept],
            )
            for variable in self.variables
        ]
        return replace(
            self,
            patterns=self.patterns.iloc[kept].reset_index(drop=True),
            counts=self.counts.reshape(2, -1)[:, kept].ravel(),
            variables=tuple(variables),
        )

    @cached_property
    def layouts(self) -> dict[tuple, Any]:
        """Layouts and directions of separation found so far: blocks of replicates share them."""
        return {}

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Both halves of a replicate as rows of patients, for the row-wise functions."""
        twice = pd.concat([self.patterns, self.patterns], ignore_index=True)
        twice[self.outcome] = np.repeat(["yes", "no"], len(self.patterns))
        return twice.assign(patient_id=[str(i) for i in range(len(twice))])


def build_chain(
    frame: pd.DataFrame,
    outcome: str,
    exposure: str,
    candidates: Sequence[str],
    references: Mapping[str, str],
    levels: Mapping[str, Sequence[str] | Spline] | None,
    screening_alpha: float,
    screening_test: str,
    keep_exposure: bool,
    terms: Sequence[str] | str = SELECTED,
    univariable_only: Sequence[str] = (),
    weights: np.ndarray | None = None,
) -> Chain:
    """Return the chain of an analysis cohort; patients without the outcome are left out.

    Arguments are those of `screen_variables` and `resolve_terms`; `terms` is one entry of the
    configuration's ``multivariable``, and `weights` counts patients where a row is several.

    Raises
    ------
    StudyError
        If a model could have density in four levels beside density in two.
    """
    model = None if terms == SELECTED else tuple(terms)
    _refuse_both_densities(model or (exposure, *candidates))
    names = list(dict.fromkeys([*candidates, exposure, *univariable_only, *(model or ())]))
    known = frame[outcome].notna().to_numpy()
    data = frame.reindex(columns=[outcome, *names]).loc[known]
    patients = np.ones(len(data)) if weights is None else np.asarray(weights, dtype=float)[known]
    patterns, counts = _collapse(data, outcome, names, patients)
    variables = [_variable(data, patterns, name, references, levels) for name in names]
    return Chain(
        outcome=outcome,
        patterns=patterns,
        counts=counts,
        variables=tuple(variables),
        candidates=tuple(candidates),
        exposure=exposure,
        keep_exposure=keep_exposure,
        screening_alpha=screening_alpha,
        screening_test=screening_test,
        model=model,
        references=references,
        levels=levels,
    )


def _refuse_both_densities(terms: Sequence[str]) -> None:
    if set(terms) >= BOTH_DENSITIES:
        raise StudyError(
            "A model could have both density and density_group, the same finding in four classes"
            " and in two. Keep one of them among the candidates and terms under analysis.models."
        )


def _collapse(
    data: pd.DataFrame, outcome: str, names: list[str], patients: np.ndarray
) -> tuple[pd.DataFrame, np.ndarray]:
    position = data.groupby(names, dropna=False, sort=True).ngroup().to_numpy()
    _, first = np.unique(position, return_index=True)
    without = data[outcome].ne("yes").to_numpy()
    counts = np.bincount(position + len(first) * without, patients, minlength=2 * len(first))
    return data[names].iloc[first].reset_index(drop=True), counts


def _variable(
    cells: pd.DataFrame,
    patterns: pd.DataFrame,
    name: str,
    references: Mapping[str, str],
    levels: Mapping[str, Sequence[str] | Spline] | None,
) -> Variable:
    spelt = (levels or {}).get(name, ())
    own = code_term(cells[name], cells[name].notna().to_numpy(), spelt, references.get(name))
    coefficients = tuple(coefficient for coefficient, _ in own)
    values = patterns[name]
    known = values.notna().to_numpy()
    if coefficients and coefficients[0].reference == CONTINUOUS:
        codes = np.where(known, 0, MISSING)
        return Variable(name, coefficients, codes, _entered(values, spelt))
    position = {c.level: j for j, c in enumerate(coefficients, start=1)}
    codes = np.array(
        [position.get(v, 0) if k else MISSING for v, k in zip(values, known, strict=True)]
    )
    return Variable(name, coefficients, codes.astype(np.int64), None)


def _entered(values: pd.Series, spline: Sequence[str] | Spline | None) -> np.ndarray:
    number = values.to_numpy(dtype=float)
    return spline.basis(number) if isinstance(spline, Spline) else number[:, None]
