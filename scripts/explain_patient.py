"""Print by which rules one patient's facts were derived, and whether she is analysed.

.venv/bin/python scripts/explain_patient.py milan MI-017
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from schemas.document import explain_syntax, read_document  # noqa: E402
from schemas.estimates import read_estimates  # noqa: E402
from study.presentation.explanation import explain  # noqa: E402
from study.problems import StudyError  # noqa: E402

TABLES = ("derived", "trace", "disposition", "disagreements")


def explain_patient(*, project: Path, cohort: str, patient_id: str) -> list[str]:
    """Return the lines about one patient of a cohort that has run.

    Raises
    ------
    StudyError
        If there is no such cohort, result or patient. Nobody's identifier is told.
    """
    synthetic = read_cohort_file(project, cohort).get("synthetic", False)
    results = project / "results" / cohort
    files = [results / "cohort" / f"{name}.parquet" for name in TABLES]
    flow = results / "estimates" / "flow.csv"
    require_results([*files, flow], project, cohort)
    tables = [pd.read_parquet(file) for file in files]
    derived, trace, disposition, disagreements = (
        table[table["patient_id"].eq(patient_id.strip())] for table in tables
    )
    if derived.empty:
        raise StudyError(
            f"No patient of cohort {cohort} has this identifier; {len(tables[0])} were read. "
            "Write it as it stands in the workbook, in quotation marks if it holds a space."
        )
    steps = read_estimates("flow", flow)
    criteria = dict(zip(steps["criterion"], steps["label"], strict=True))
    told = explain(derived.iloc[0], trace, disposition.iloc[0], disagreements, criteria)
    return [f"Patient {patient_id.strip()} of cohort {cohort}{' (synthetic)' * synthetic}", *told]


def read_cohort_file(project: Path, cohort: str) -> dict[str, Any]:
    """Return the content of cohort.yaml; where there is none, stop and name the cohorts."""
    files = {file.parent.name: file for file in project.glob("config/cohorts/*/cohort.yaml")}
    if cohort not in files:
        raise StudyError(f"There is no cohort '{cohort}'. Known: {', '.join(sorted(files))}.")
    try:
        return read_document(files[cohort].read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise StudyError(f"{files[cohort]} cannot be read, {explain_syntax(error)}") from None


def require_results(files: Sequence[Path], project: Path, cohort: str) -> None:
    """Stop where the cohort has not run so far, and say how to run it."""
    lacking = [file for file in files if not file.is_file()]
    if lacking:
        raise StudyError(
            f"Cohort {cohort} has not run yet: {lacking[0].relative_to(project)} is not there. "
            f"Run: .venv/bin/snakemake --cores all --config cohorts={cohort}"
        )


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(prog="explain_patient.py", description=__doc__.split("\n")[0])
    parser.add_argument("cohort", help="name of the cohort, as its folder in config/cohorts")
    parser.add_argument("patient_id", help="identifier of the patient, as in the workbook")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is known of the patient; return 1 and say why if that cannot be."""
    asked = read_arguments(arguments)
    try:
        lines = explain_patient(project=PROJECT, cohort=asked.cohort, patient_id=asked.patient_id)
    except StudyError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
