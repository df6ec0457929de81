"""Describe the analysed women: every variable overall, by microcalcifications and by HER2."""

from pathlib import Path

import pandas as pd

from job_log import job_log
from schemas.estimates import write_estimates
from study.statistics.descriptives import describe_baseline, values_by_variable
from study.statistics.distributions import list_distributions


def describe_cohort(
    *, analysis: Path, values: list[Path], baseline: Path, distributions: Path
) -> None:
    """Write ``baseline.csv`` and ``distributions.csv``; `values` is a registry's one file."""
    women = pd.read_parquet(analysis)
    measured = values_by_variable([pd.read_parquet(path) for path in values])
    write_estimates("baseline", describe_baseline(women, measured), baseline)
    write_estimates("distributions", list_distributions(women, measured), distributions)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        describe_cohort(
            analysis=Path(snakemake.input.analysis),
            values=[Path(path) for path in snakemake.input.values],
            baseline=Path(snakemake.output.baseline),
            distributions=Path(snakemake.output.distributions),
        )
