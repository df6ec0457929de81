"""Describe the analysed women: every variable overall, by microcalcifications and by HER2."""

from pathlib import Path

import pandas as pd

from job_log import job_log
from schemas.estimates import write_estimates
from study.statistics.descriptives import describe_baseline
from study.statistics.distributions import list_distributions


def describe_cohort(*, analysis: Path, baseline: Path, distributions: Path) -> None:
    """Write ``baseline.csv`` and ``distributions.csv``."""
    women = pd.read_parquet(analysis)
    write_estimates("baseline", describe_baseline(women), baseline)
    write_estimates("distributions", list_distributions(women), distributions)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        describe_cohort(
            analysis=Path(snakemake.input.analysis),
            baseline=Path(snakemake.output.baseline),
            distributions=Path(snakemake.output.distributions),
        )
