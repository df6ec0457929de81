"""Group a registry of any size by what matters to the analysis; from here on patients count."""

import datetime as dt
from pathlib import Path

import pandas as pd

from job_log import job_log
from schemas.cohort import GROUPED
from study.cohort.cohort_file import read_cohort
from study.cohort.registry import Registry, group_rows
from study.cohort.registry_cuts import GroupingRules
from study.cohort.registry_source import connect
from study.cohort.workbook import NOTE_COLUMNS, check_file


def group_registry(
    *,
    workbook: Path,
    cohort_file: Path,
    raw: Path,
    columns: Path,
    import_notes: Path,
    rules: GroupingRules,
) -> None:
    """Write one row per group of patients, the registry's columns, and an empty list of notes."""
    cohort = read_cohort(cohort_file.read_text(encoding="utf-8"))
    check_file(workbook, cohort.workbook)
    print(
        f"Registry {workbook}: patients are counted, not listed. Reading its rows ...", flush=True
    )
    with connect(workbook, cohort.workbook) as (connection, relation):
        registry = Registry(connection, relation, cohort, rules, dt.date.today())
        rows = group_rows(registry, workbook.stem)
    GROUPED.validate(rows).to_parquet(raw, index=False)
    registry.columns.to_csv(columns, index=False)
    pd.DataFrame(columns=NOTE_COLUMNS).to_csv(import_notes, index=False)
    print(f"{rows['patients'].sum():,} rows fall into {len(rows):,} groups of patients alike.")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        group_registry(
            workbook=Path(snakemake.input.workbook),
            cohort_file=Path(snakemake.params.cohort_file),
            raw=Path(snakemake.output.raw),
            columns=Path(snakemake.output.columns),
            import_notes=Path(snakemake.output.import_notes),
            rules=GroupingRules(
                er_positive_from_percent=snakemake.params.er_positive_from_percent,
                pr_positive_from_percent=snakemake.params.pr_positive_from_percent,
                ki67_high_from_percent=snakemake.params.ki67_high_from_percent,
                density_upper_edges_percent=snakemake.params.density_upper_edges_percent,
                study_period=snakemake.params.study_period,
            ),
        )
