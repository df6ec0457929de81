"""Run the whole chain, screening included, in resampled cohorts."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pandas as pd

from job_log import job_log
from schemas.estimates import read_estimates
from schemas.resampling import write_resampling
from study.cohort.units import require_listed
from study.presentation.progress import progress_line
from study.problems import StudyError
from study.statistics.resampling.chain import build_chain
from study.statistics.stability.agreement import describe_differences
from study.statistics.stability.replicates import BATCH, observe
from study.statistics.stability.resampling import resample
from study.statistics.vocabulary import analysis_levels

SECONDS_BETWEEN_LINES = 2.0


def resample_chain(
    *,
    analysis: Path,
    multivariable: Path,
    model_fit: Path,
    outputs: dict[str, Path],
    decisions: dict[str, Any],
    terms: dict[str, list[str] | str],
    model: str,
    seed: int,
    replicates: dict[str, int],
    confidence_level: float,
) -> None:
    """Write stability, model frequencies, optimism and type I error of one model.

    `decisions` are those arguments of `build_chain` that the configuration decides, `terms` is
    its ``multivariable`` and `model` the one that is resampled.

    Raises
    ------
    StudyError
        If there is no such model, or the chain does not give it as the primary analysis did.
    """
    stop_unless_configured(model, terms)
    patients = pd.read_parquet(analysis)
    require_listed(patients, "resampling")
    chain = build_chain(patients, levels=analysis_levels(), terms=terms[model], **decisions)
    observed = observe(chain)
    estimates = read_estimates("multivariable", multivariable).query("model == @model")
    fit = read_estimates("model_fit", model_fit).query("model == @model")
    if differences := describe_differences(chain, *observed[:2], estimates, fit):
        raise StudyError(
            f"The chain that is resampled does not give the model '{model}' of the primary "
            f"analysis; nothing may be reported from its replicates:\n{differences}"
        )
    tables = resample(chain, model, observed, seed, replicates, confidence_level, told)
    for name, table in tables.items():
        write_resampling(name, table, outputs[name])


def stop_unless_configured(model: str, terms: dict[str, list[str] | str]) -> None:
    """Raise a StudyError that names the models there are."""
    if model not in terms:
        raise StudyError(
            f"analysis.resampling.model is '{model}', and analysis.models.multivariable has no "
            f"such model. Write one of: {', '.join(terms)}."
        )


def told(step: str, total: int, batches: Iterable[Any]) -> Iterator[Any]:
    """Pass batches on, and print every few seconds how far they are, and when all are done."""
    start = last = monotonic()
    for number, batch in enumerate(batches, start=1):
        done, now = min(number * BATCH, total), monotonic()
        if done == total or now - last > SECONDS_BETWEEN_LINES:
            print(progress_line(step, done, total, now - start))
            last = now
        yield batch


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        resample_chain(
            analysis=Path(snakemake.input.analysis),
            multivariable=Path(snakemake.input.multivariable),
            model_fit=Path(snakemake.input.model_fit),
            outputs={
                "stability": Path(snakemake.output.stability),
                "models": Path(snakemake.output.models),
                "optimism": Path(snakemake.output.optimism),
                "type_i_error": Path(snakemake.output.type_i_error),
            },
            decisions={
                "outcome": snakemake.params.outcome,
                "exposure": snakemake.params.exposure,
                "candidates": snakemake.params.candidates,
                "references": snakemake.params.references,
                "screening_alpha": snakemake.params.screening_alpha,
                "screening_test": snakemake.params.screening_test,
                "keep_exposure": snakemake.params.keep_exposure,
            },
            terms=snakemake.params.terms,
            model=snakemake.params.model,
            seed=snakemake.params.seed,
            replicates=snakemake.params.replicates,
            confidence_level=snakemake.params.confidence_level,
        )
