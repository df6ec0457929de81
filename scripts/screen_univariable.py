"""Fit every variable alone and mark what passes the screen."""

from pathlib import Path

import pandas as pd

from job_log import job_log
from schemas.estimates import write_estimates
from study.cohort.units import tally
from study.statistics.screening import screen_variables
from study.statistics.vocabulary import analysis_levels


def screen_univariable(
    *,
    analysis: Path,
    univariable: Path,
    lost_to_missing: Path,
    outcome: str,
    exposure: str,
    candidates: list[str],
    univariable_only: list[str],
    screening_alpha: float,
    screening_test: str,
    references: dict[str, str],
    confidence_level: float,
) -> None:
    """Write the univariable estimates, and who each model lost to missing values."""
    estimates, lost = screen_variables(
        pd.read_parquet(analysis),
        outcome=outcome,
        candidates=candidates,
        # An exposure that is no candidate still has its crude odds ratio.
        univariable_only=[exposure, *univariable_only],
        references=references,
        levels=analysis_levels(),
        screening_alpha=screening_alpha,
        screening_test=screening_test,
        confidence_level=confidence_level,
    )
    write_estimates("univariable", estimates, univariable)
    tally(lost).to_parquet(lost_to_missing, index=False)
    passed = estimates.loc[estimates["selected"], "variable"].unique()
    print(f"Passed the screen at p < {screening_alpha:g}: {', '.join(passed) or 'none'}.")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        screen_univariable(
            analysis=Path(snakemake.input.analysis),
            univariable=Path(snakemake.output.univariable),
            lost_to_missing=Path(snakemake.output.lost_to_missing),
            outcome=snakemake.params.outcome,
            exposure=snakemake.params.exposure,
            candidates=snakemake.params.candidates,
            univariable_only=snakemake.params.univariable_only,
            screening_alpha=snakemake.params.screening_alpha,
            screening_test=snakemake.params.screening_test,
            references=snakemake.params.references,
            confidence_level=snakemake.params.confidence_level,
        )
