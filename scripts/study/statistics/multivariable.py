"""The multivariable models: which terms each one has, and its estimates."""

from collections.abc import Mapping, Sequence

import pandas as pd

from study.problems import StudyError
from study.statistics.design import Design, build_design, usable_terms
from study.statistics.estimates import COLUMNS, tabulate_estimates
from study.statistics.logistic import fit_model
from study.statistics.screening import stack_lost

SELECTED = "selected"
# One finding in four levels and in two: together in a model they say the same twice.
BOTH_DENSITIES = {"density", "density_group"}


def resolve_terms(
    multivariable: Mapping[str, Sequence[str] | str],
    exposure: str,
    keep_exposure: bool,
    candidates: Sequence[str],
    selected: Sequence[str],
) -> dict[str, list[str]]:
    """Return the terms of every model.

    The word ``selected`` stands for the exposure (whatever its screen, if `keep_exposure`) and
    the candidates that passed, in the order of the candidates; it can be empty. A list is taken
    as it stands.

    Raises
    ------
    StudyError
        If a model would have density in four levels beside density in two.
    """
    passed = [
        term
        for term in dict.fromkeys([exposure, *candidates])
        if term in selected or (term == exposure and keep_exposure)
    ]
    resolved = {
        name: passed if terms == SELECTED else list(terms) for name, terms in multivariable.items()
    }
    for name, terms in resolved.items():
        if set(terms) >= BOTH_DENSITIES:
            raise StudyError(
                f"The model '{name}' would have both density and density_group, the same finding"
                " in four classes and in two. Keep one of them under analysis.models."
            )
    return resolved


def selected_variables(univariable: pd.DataFrame) -> list[str]:
    """Return the variables that passed the screen, as recorded in the univariable table."""
    return list(dict.fromkeys(univariable.loc[univariable["selected"].astype(bool), "variable"]))


def design_multivariable(
    frame: pd.DataFrame,
    outcome: str,
    terms: Sequence[str],
    references: Mapping[str, str],
    levels: Mapping[str, Sequence[str]] | None,
) -> Design:
    """Return the design of a model from those of its terms that the cohort can support."""
    kept, _ = usable_terms(frame, outcome, terms)
    return build_design(frame, outcome, kept, references, levels)


def fit_models(
    frame: pd.DataFrame,
    outcome: str,
    models: Mapping[str, Sequence[str]],
    references: Mapping[str, str],
    levels: Mapping[str, Sequence[str]] | None,
    confidence_level: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the estimates of every model, and which patients each one lost.

    A model without terms has no rows.
    """
    tables, lost = [], []
    for name, terms in models.items():
        design = design_multivariable(frame, outcome, terms, references, levels)
        if design.terms:
            tables.append(tabulate_estimates(name, fit_model(design), confidence_level))
            lost.append(design.lost.assign(model=name))
    empty = pd.DataFrame({column: pd.Series(dtype="object") for column in COLUMNS})
    rows = pd.concat(tables, ignore_index=True) if tables else empty
    return rows, stack_lost(lost)
