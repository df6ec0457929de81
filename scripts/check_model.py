"""Measure fit, discrimination and calibration, and say in words what is doubtful."""

from pathlib import Path

import pandas as pd

from job_log import job_log
from schemas.estimates import read_estimates, write_estimates
from study.statistics.curves import list_calibration, list_roc
from study.statistics.model_checks import (
    Limits,
    check_models,
    fit_all,
    measure_fit,
)
from study.statistics.multivariable import SELECTED, resolve_terms, selected_variables
from study.statistics.vocabulary import analysis_levels


def check_model(
    *,
    analysis: Path,
    readings: Path,
    univariable: Path,
    multivariable: Path,
    model_fit: Path,
    hosmer_lemeshow: Path,
    classification: Path,
    roc: Path,
    calibration: Path,
    checks: Path,
    outcome: str,
    exposure: str,
    candidates: list[str],
    univariable_only: list[str],
    keep_exposure: bool,
    models: dict[str, list[str] | str],
    references: dict[str, str],
    limits: Limits,
) -> None:
    """Write how well each model fits, and the findings about it."""
    frame = pd.read_parquet(analysis)
    selected = selected_variables(read_estimates("univariable", univariable))
    estimates = read_estimates("multivariable", multivariable)
    variables = [*candidates, exposure, *univariable_only]
    fitted = fit_all(frame, outcome, variables, estimates, references, analysis_levels())
    fit, groups, classified = measure_fit(fitted, limits)
    found = check_models(
        *(fitted, fit, frame, outcome),
        requested=resolve_terms(models, exposure, keep_exposure, candidates, selected),
        selected=selected,
        exposure=exposure,
        references=references,
        limits=limits,
        screened=[name for name, terms in models.items() if terms == SELECTED],
        readings=read_estimates("readings", readings),
    )
    write_estimates("model_fit", fit, model_fit)
    write_estimates("hosmer_lemeshow", groups, hosmer_lemeshow)
    write_estimates("classification", classified, classification)
    write_estimates("roc", list_roc(fitted), roc)
    shares = list_calibration(groups, limits.confidence_level)
    write_estimates("calibration", shares, calibration)
    write_estimates("checks", found, checks)
    doubts = found.loc[found["severity"].ne("note"), ["severity", "model", "message"]]
    print("\n".join(doubts.agg(": ".join, axis="columns")))


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        check_model(
            analysis=Path(snakemake.input.analysis),
            readings=Path(snakemake.input.readings),
            univariable=Path(snakemake.input.univariable),
            multivariable=Path(snakemake.input.multivariable),
            model_fit=Path(snakemake.output.model_fit),
            hosmer_lemeshow=Path(snakemake.output.hosmer_lemeshow),
            classification=Path(snakemake.output.classification),
            roc=Path(snakemake.output.roc),
            calibration=Path(snakemake.output.calibration),
            checks=Path(snakemake.output.checks),
            outcome=snakemake.params.outcome,
            exposure=snakemake.params.exposure,
            candidates=snakemake.params.candidates,
            univariable_only=snakemake.params.univariable_only,
            keep_exposure=snakemake.params.keep_exposure,
            models=snakemake.params.multivariable,
            references=snakemake.params.references,
            limits=Limits(
                confidence_level=snakemake.params.confidence_level,
                events_per_parameter=snakemake.params.events_per_parameter,
                variance_inflation=snakemake.params.variance_inflation,
                classification_threshold=snakemake.params.classification_threshold,
                hosmer_lemeshow_groups=snakemake.params.hosmer_lemeshow_groups,
            ),
        )
