"""Count the values of age and Ki-67 in a registry, among the women analysed and their groups."""

import datetime as dt
from pathlib import Path

import pandas as pd

from job_log import job_log
from schemas.analysis import VALUES
from study.cohort.cohort_file import read_cohort
from study.cohort.registry import Registry
from study.cohort.registry_cuts import GroupingRules
from study.cohort.registry_source import connect
from study.cohort.registry_values import count_values as count


def count_values(
    *,
    workbook: Path,
    raw: Path,
    included: Path,
    cohort_file: Path,
    values: Path,
    rules: GroupingRules,
) -> None:
    """Write ``values.parquet``: how many women have which age and Ki-67, by their groups."""
    cohort = read_cohort(cohort_file.read_text(encoding="utf-8"))
    groups = pd.read_parquet(included, columns=["row", "microcalcifications", "her2_status"])
    groups = groups.merge(pd.read_parquet(raw, columns=["row", "key"]), validate="one_to_one")
    with connect(workbook, cohort.workbook) as (connection, relation):
        registry = Registry(connection, relation, cohort, rules, dt.date.today())
        VALUES.validate(count(registry, groups)).to_parquet(values, index=False)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        count_values(
            workbook=Path(snakemake.input.workbook),
            raw=Path(snakemake.input.raw),
            included=Path(snakemake.input.included),
            cohort_file=Path(snakemake.params.cohort_file),
            values=Path(snakemake.output.values),
            rules=GroupingRules(
                er_positive_from_percent=snakemake.params.er_positive_from_percent,
                pr_positive_from_percent=snakemake.params.pr_positive_from_percent,
                ki67_high_from_percent=snakemake.params.ki67_high_from_percent,
                density_upper_edges_percent=snakemake.params.density_upper_edges_percent,
                study_period=snakemake.params.study_period,
            ),
        )
