"""Read the workbook's text by the codebook and check it; every problem is listed at once."""

import datetime as dt
from dataclasses import asdict, fields
from pathlib import Path

import pandas as pd

from job_log import job_log
from schemas.cohort import GROUPED, RAW, VALIDATED, VALIDATED_REGISTRY
from study.cohort.cohort_file import read_cohort
from study.cohort.units import count_patients, is_counted
from study.cohort.validation import validate
from study.problems import Problem, ProblemsFound, in_lines

SHOWN_WARNINGS = 30


def validate_cohort(
    *,
    raw: Path,
    columns: Path,
    import_notes: Path,
    cohort_file: Path,
    validated: Path,
    problems: Path,
) -> None:
    """Write the validated cohort, or fail with every problem; write the problems in any case."""
    rows = pd.read_parquet(raw)
    registry = is_counted(rows)
    frame, found = validate(
        (GROUPED if registry else RAW).validate(rows),
        pd.read_csv(columns, dtype={"letter": str, "header": str}, keep_default_na=False),
        pd.read_csv(import_notes, dtype={"row": int}, keep_default_na=False),
        read_cohort(cohort_file.read_text(encoding="utf-8")),
        dt.date.today(),
    )
    listed = pd.DataFrame([asdict(p) for p in found], columns=[f.name for f in fields(Problem)])
    problems.parent.mkdir(parents=True, exist_ok=True)
    listed.to_csv(problems, index=False)
    errors = [problem for problem in found if problem.severity == "error"]
    warnings = [problem for problem in found if problem.severity != "error"]
    lines = in_lines(warnings)
    for line in lines[:SHOWN_WARNINGS]:
        print(f"Warning: {line}")
    if len(lines) > SHOWN_WARNINGS:
        print(f"… and {len(lines) - SHOWN_WARNINGS} more kinds of warning in {problems}.")
    if errors:
        raise ProblemsFound(errors, f"Problems in the workbook: {len(errors)} ({problems})")
    (VALIDATED_REGISTRY if registry else VALIDATED).validate(frame).to_parquet(
        validated, index=False
    )
    print(f"Patients validated: {count_patients(frame)}, warnings: {len(warnings)}.")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        validate_cohort(
            raw=Path(snakemake.input.raw),
            columns=Path(snakemake.input.columns),
            import_notes=Path(snakemake.input.import_notes),
            cohort_file=Path(snakemake.params.cohort_file),
            validated=Path(snakemake.output.validated),
            problems=Path(snakemake.log.problems),
        )
