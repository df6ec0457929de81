"""Fit and findings of every model of the study: four tables from the cohort and its estimates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from study.statistics import findings
from study.statistics.design import build_design
from study.statistics.findings import Finding
from study.statistics.logistic import Model, fit_model
from study.statistics.model_fit import stack_fit, tabulate_fit
from study.statistics.screening import MODEL as UNIVARIABLE


@dataclass(frozen=True)
class Limits:
    """From where on a model check speaks up, and how fit is measured."""

    confidence_level: float
    events_per_parameter: float
    variance_inflation: float
    classification_threshold: float
    hosmer_lemeshow_groups: int


def univariable_name(variable: str) -> str:
    """Return the name under which a variable's own model stands in the model tables."""
    return f"{UNIVARIABLE}_{variable}"


def fit_all(
    frame: pd.DataFrame,
    outcome: str,
    variables: Sequence[str],
    multivariable: pd.DataFrame,
    references: Mapping[str, str],
    levels: Mapping[str, Sequence[str]] | None,
) -> dict[str, Model]:
    """Return the univariable and the multivariable models, fitted.

    The terms of the latter are those of the estimates table `multivariable`.
    """
    terms = {univariable_name(variable): [variable] for variable in dict.fromkeys(variables)}
    for name, rows in multivariable.groupby("model", sort=False):
        terms[str(name)] = list(dict.fromkeys(rows["variable"]))
    return {
        name: fit_model(build_design(frame, outcome, own, references, levels))
        for name, own in terms.items()
    }


def measure_fit(
    models: Mapping[str, Model], limits: Limits
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return ``model_fit``, ``hosmer_lemeshow`` and ``classification``."""
    measured = [
        tabulate_fit(
            name,
            model,
            limits.confidence_level,
            limits.classification_threshold,
            limits.hosmer_lemeshow_groups,
        )
        for name, model in models.items()
    ]
    rows, groups, tables = zip(*measured, strict=True)
    return (
        stack_fit(list(rows)),
        pd.concat(groups, ignore_index=True),
        pd.concat(tables, ignore_index=True),
    )


def check_models(
    models: Mapping[str, Model],
    model_fit: pd.DataFrame,
    frame: pd.DataFrame,
    outcome: str,
    requested: Mapping[str, Sequence[str]],
    selected: Sequence[str],
    exposure: str,
    references: Mapping[str, str],
    limits: Limits,
) -> pd.DataFrame:
    """Return what is doubtful about each model, in words.

    Parameters
    ----------
    models : mapping
        As `fit_all` returns them.
    requested : mapping
        Terms that every multivariable model was to have.
    selected : sequence
        Variables that passed the screen.
    """
    found: list[Finding] = []
    fit = model_fit.set_index("model")[["hl_groups", "parameters"]]
    for name, model in models.items():
        found += _check_model(name, model, references, limits)
        groups, parameters = fit.loc[name]
        if pd.notna(groups):
            found += findings.find_untestable_fit(name, int(groups), int(parameters))
        if name.startswith(f"{UNIVARIABLE}_"):
            term = model.design.terms[0]
            if term in frame.columns:
                found += findings.find_dependent_missingness(name, frame[outcome], frame[term])
    for name, terms in requested.items():
        fitted = models[name].design.terms if name in models else ()
        found += findings.find_empty_model(name, terms)
        found += findings.find_entry_rule(name, fitted, selected, exposure)
        found += findings.find_left_out(name, _left_out(frame, terms, fitted))
        found += _compare_patients(name, models)
    return pd.DataFrame(found, columns=Finding._fields)


def _check_model(
    name: str, model: Model, references: Mapping[str, str], limits: Limits
) -> Iterator[Finding]:
    yield from findings.find_nonexistent_estimates(name, model)
    yield from findings.find_few_events(name, model, limits.events_per_parameter)
    yield from findings.find_collinearity(name, model.design, limits.variance_inflation)
    yield from findings.find_nested_terms(name, model.design)
    yield from findings.find_thin_levels(name, model.design, references)


def _compare_patients(name: str, models: Mapping[str, Model]) -> Iterator[Finding]:
    if name in models:
        design = models[name].design
        own = {term: models.get(univariable_name(term)) for term in design.terms}
        alone = {term: model.design.n for term, model in own.items() if model}
        yield from findings.find_lost_patients(name, design.n, alone)


def _left_out(frame: pd.DataFrame, terms: Sequence[str], fitted: Sequence[str]) -> dict[str, str]:
    known = [term for term in terms if term in frame.columns and frame[term].notna().any()]
    return {term: "constant" if term in known else "absent" for term in terms if term not in fitted}
