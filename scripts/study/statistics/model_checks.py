"""Fit and findings of every model of the study: four tables from the cohort and its estimates."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from study.cohort.units import patients
from study.statistics import findings, missing_findings, term_findings
from study.statistics.design import build_design, usable_terms
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
    screened: Collection[str] = (),
    readings: pd.DataFrame | None = None,
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
    screened : collection
        Names of the multivariable models whose terms the screen chose.
    readings : DataFrame, optional
        How the reports were read, as `count_readings` returns it.
    """
    silent = [] if readings is None else list(missing_findings.find_silent_reports(readings))
    found = [*missing_findings.find_size(frame), *silent]
    for name, model in models.items():
        found += _check_model(name, model, references, limits)
        for term in model.design.terms:
            if term in frame.columns:
                columns = (frame[outcome], frame[term], patients(frame))
                found += missing_findings.find_dependent_missingness(name, *columns, bool(silent))
    formed = model_fit.set_index("model")["hl_groups"].dropna()
    for name, count in formed.items():
        found += findings.find_untestable_fit(str(name), models[str(name)].design, int(count))
    for name, terms in requested.items():
        fitted = models[name].design.terms if name in models else ()
        runs = name in models and models[name].status != "not_estimable"
        _, left_out = usable_terms(frame, outcome, terms)
        found += term_findings.find_empty_model(name, terms)
        found += term_findings.find_entry_rule(name, fitted, selected, exposure, name in screened)
        found += term_findings.find_left_out(name, frame, outcome, left_out, runs)
        found += _compare_patients(name, models)
    return pd.DataFrame(found, columns=Finding._fields)


def _check_model(
    name: str, model: Model, references: Mapping[str, str], limits: Limits
) -> Iterator[Finding]:
    yield from findings.find_no_estimate(name, model)
    if model.status == "not_estimable":
        return  # nothing more can be said of coefficients that are not there
    yield from findings.find_separation(name, model)
    yield from findings.find_few_events(name, model, limits.events_per_parameter)
    yield from term_findings.find_collinearity(name, model.design, limits.variance_inflation)
    yield from term_findings.find_nested_terms(name, model.design)
    yield from term_findings.find_thin_levels(name, model.design, references)


def _compare_patients(name: str, models: Mapping[str, Model]) -> Iterator[Finding]:
    if name in models:
        design = models[name].design
        own = {term: models.get(univariable_name(term)) for term in design.terms}
        alone = {term: model.design.n for term, model in own.items() if model}
        yield from missing_findings.find_lost_patients(name, design.n, alone)
