"""Cross-tabulate what the workbook records and what the findings say, with Cohen's kappa."""

from pathlib import Path

import pandas as pd

from job_log import job_log
from schemas.analysis import COMPARED_FACTS, RECORDED_AND_DERIVED
from schemas.estimates import write_estimates
from study.statistics.agreement import count_agreement, summarise_agreement


def tabulate_agreement(
    *, recorded_and_derived: Path, agreement: Path, agreement_summary: Path
) -> None:
    """Write the cells of every cross-table, and agreement by fact."""
    both = RECORDED_AND_DERIVED.validate(pd.read_parquet(recorded_and_derived))
    compared = both[both["fact"].isin(COMPARED_FACTS)]
    write_estimates("agreement", count_agreement(compared), agreement)
    write_estimates("agreement_summary", summarise_agreement(compared), agreement_summary)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        tabulate_agreement(
            recorded_and_derived=Path(snakemake.input.recorded_and_derived),
            agreement=Path(snakemake.output.agreement),
            agreement_summary=Path(snakemake.output.agreement_summary),
        )
