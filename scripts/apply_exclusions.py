"""Exclude by the criteria of the configuration, in their order, and write the flow."""

from pathlib import Path

import pandas as pd

from job_log import job_log
from schemas.analysis import DERIVED, DISPOSITION, fitting
from schemas.estimates import write_estimates
from study.cohort.eligibility import apply_criteria, flow_in_words, select_criteria
from study.cohort.readings import count_readings
from study.cohort.units import tally


def apply_exclusions(
    *,
    derived: Path,
    included: Path,
    disposition: Path,
    flow: Path,
    readings: Path,
    order: list[str],
    positive_birads: list[str],
    luminal_unspecified_is_unknown: bool,
    study_period: dict[str, str] | None,
) -> None:
    """Write the included patients, everybody's disposition, the flow, and how words were read."""
    criteria = select_criteria(
        order,
        positive_birads=positive_birads,
        luminal_unspecified_is_unknown=luminal_unspecified_is_unknown,
        study_period=study_period,
    )
    cohort = pd.read_parquet(derived)
    result = apply_criteria(fitting(DERIVED, cohort).validate(cohort), criteria)
    result.included.to_parquet(included, index=False)
    listed = tally(result.disposition)
    fitting(DISPOSITION, listed).validate(listed).to_parquet(disposition, index=False)
    write_estimates("flow", result.flow, flow)
    write_estimates("readings", count_readings(result.included), readings)
    print(*flow_in_words(result.flow), sep="\n")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        apply_exclusions(
            derived=Path(snakemake.input.derived),
            included=Path(snakemake.output.included),
            disposition=Path(snakemake.output.disposition),
            flow=Path(snakemake.output.flow),
            readings=Path(snakemake.output.readings),
            order=snakemake.params.order,
            positive_birads=snakemake.params.positive_birads,
            luminal_unspecified_is_unknown=snakemake.params.luminal_unspecified_is_unknown,
            study_period=snakemake.params.study_period,
        )
