"""Refit what the screen selected, and the models that are named term by term."""

from pathlib import Path

import pandas as pd

from job_log import job_log
from schemas.estimates import read_estimates, write_estimates
from study.cohort.units import tally
from study.statistics.multivariable import fit_models, resolve_terms, selected_variables
from study.statistics.vocabulary import analysis_levels


def fit_multivariable(
    *,
    analysis: Path,
    univariable: Path,
    multivariable: Path,
    lost_to_missing: Path,
    outcome: str,
    exposure: str,
    keep_exposure: bool,
    models: dict[str, list[str] | str],
    candidates: list[str],
    references: dict[str, str],
    confidence_level: float,
) -> None:
    """Write the multivariable estimates, and who each model lost to missing values.

    `models` is the configuration's ``multivariable``; what passed the screen is read from the
    table `univariable`.
    """
    selected = selected_variables(read_estimates("univariable", univariable))
    estimates, lost = fit_models(
        pd.read_parquet(analysis),
        outcome=outcome,
        models=resolve_terms(models, exposure, keep_exposure, candidates, selected),
        references=references,
        levels=analysis_levels(),
        confidence_level=confidence_level,
    )
    write_estimates("multivariable", estimates, multivariable)
    tally(lost).to_parquet(lost_to_missing, index=False)
    for name, rows in estimates.groupby("model", sort=False):
        print(f"{name}: {rows['n'].iloc[0]} patients, {', '.join(rows['variable'].unique())}.")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        fit_multivariable(
            analysis=Path(snakemake.input.analysis),
            univariable=Path(snakemake.input.univariable),
            multivariable=Path(snakemake.output.multivariable),
            lost_to_missing=Path(snakemake.output.lost_to_missing),
            outcome=snakemake.params.outcome,
            exposure=snakemake.params.exposure,
            keep_exposure=snakemake.params.keep_exposure,
            models=snakemake.params.multivariable,
            candidates=snakemake.params.candidates,
            references=snakemake.params.references,
            confidence_level=snakemake.params.confidence_level,
        )
