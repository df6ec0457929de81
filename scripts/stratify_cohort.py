"""Group age, density and histology, and write the analysis cohort."""

from pathlib import Path

import pandas as pd

from job_log import job_log
from schemas.analysis import ANALYSIS, fitting
from study.cohort.strata import describe_in_situ, stratify


def stratify_cohort(
    *,
    included: Path,
    analysis: Path,
    age_coding: str,
    idc_with_dcis_is_idc: bool,
) -> None:
    """Write the analysis cohort, one row per included patient; of a registry, per combination."""
    women = pd.read_parquet(included)
    cohort = stratify(
        women,
        age_coding=age_coding,
        idc_with_dcis_is_idc=idc_with_dcis_is_idc,
    )
    fitting(ANALYSIS, cohort).validate(cohort).to_parquet(analysis, index=False)
    if warning := describe_in_situ(women):
        print(f"Warning: {warning}")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        stratify_cohort(
            included=Path(snakemake.input.included),
            analysis=Path(snakemake.output.analysis),
            age_coding=snakemake.params.age_coding,
            idc_with_dcis_is_idc=snakemake.params.idc_with_dcis_is_idc,
        )
