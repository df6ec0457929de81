"""Read the cohort's workbook into text, every value with its cell address."""

from pathlib import Path

from job_log import job_log
from schemas.cohort import RAW
from study.cohort.cohort_file import read_cohort
from study.cohort.workbook import read_workbook


def import_workbook(
    *, workbook: Path, cohort_file: Path, raw: Path, columns: Path, import_notes: Path
) -> None:
    """Write the rows of the cohort's sheet as they stand, its columns, and notes on both."""
    layout = read_cohort(cohort_file.read_text(encoding="utf-8")).workbook
    rows, headers, notes = read_workbook(workbook, layout)
    RAW.validate(rows).to_parquet(raw, index=False)
    headers.to_csv(columns, index=False)
    notes.to_csv(import_notes, index=False)
    print(f"{workbook}: {len(rows)} rows, {len(headers)} columns, {len(notes)} notes.")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        import_workbook(
            workbook=Path(snakemake.input.workbook),
            cohort_file=Path(snakemake.params.cohort_file),
            raw=Path(snakemake.output.raw),
            columns=Path(snakemake.output.columns),
            import_notes=Path(snakemake.output.import_notes),
        )
