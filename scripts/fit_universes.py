"""Fit the universes of one batch, and the same universes to outcomes under the null."""

import time
from pathlib import Path
from typing import Any

import pandas as pd

from job_log import job_log
from schemas.sensitivity import read_sensitivity
from study.cohort.eligibility import select_criteria
from study.cohort.units import require_listed
from study.presentation.progress import progress_line
from study.sensitivity.batches import batch_of, in_order, specify_universes
from study.sensitivity.fitting import exposed_level, fit_or_fail, no_replicates, replicate_null
from study.sensitivity.imputed import Imputation
from study.sensitivity.null_outcomes import draw_under_null
from study.sensitivity.prepared import prepare_universes
from study.sensitivity.rows import as_table
from study.sensitivity.specification import specify
from study.sensitivity.universe import read_setting

SECONDS_BETWEEN_LINES = 10.0


def fit_universes(
    *,
    validated: Path,
    universes: Path,
    estimates: Path,
    null: Path,
    batch: int,
    batches: int,
    analysis: dict[str, Any],
    dimensions: dict[str, dict[str, dict[str, Any]]],
    study_period: dict[str, str] | None,
    null_replicates: int,
    imputations: int,
    seed: int,
) -> None:
    """Write the estimates of the batch, and the exposure's under the null in every replicate."""
    cohort = pd.read_parquet(validated)
    require_listed(cohort, "the sensitivity analysis")
    listed = batch_of(read_sensitivity("universes", universes), batch, batches)
    models, exclusions = analysis["models"], analysis["exclusions"]
    setting = read_setting(analysis)
    exposed_level(setting)
    criteria = select_criteria(
        None,
        positive_birads=exclusions["positive_birads"],
        luminal_unspecified_is_unknown=exclusions["luminal_unspecified_is_unknown"],
        study_period=study_period,
    )
    primary = specify(analysis)
    records = draw_under_null(
        cohort, primary, models["multivariable"], setting, null_replicates, seed
    )
    imputation = Imputation(imputations, seed)
    fitted, replicated, start = [], [], time.monotonic()
    said = start
    named = specify_universes(listed, analysis, dimensions, cohort)
    for prepared in prepare_universes(cohort, named, criteria, setting, primary):
        table, failure = fit_or_fail(prepared, imputation)
        fitted.append(table)
        if failure:
            print(f"Not fitted: {failure}")
        if prepared.universe.specification.missing_data == "complete_case":
            replicated.append(replicate_null(prepared, records))
        if time.monotonic() - said > SECONDS_BETWEEN_LINES or len(fitted) == len(named):
            said = time.monotonic()
            step = f"Batch {batch + 1} of {batches}"
            print(progress_line(step, len(fitted), len(named), said - start, "universes"))
    in_order(fitted, as_table("", []), listed).to_parquet(estimates, index=False)
    in_order(replicated, no_replicates(), listed).to_parquet(null, index=False)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        fit_universes(
            validated=Path(snakemake.input.validated),
            universes=Path(snakemake.input.universes),
            estimates=Path(snakemake.output.estimates),
            null=Path(snakemake.output.null),
            batch=snakemake.params.batch,
            batches=snakemake.params.batches,
            analysis=snakemake.params.analysis,
            dimensions=snakemake.params.dimensions,
            study_period=snakemake.params.study_period,
            null_replicates=snakemake.params.null_replicates,
            imputations=snakemake.params.imputations,
            seed=snakemake.params.seed,
        )
