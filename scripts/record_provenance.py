"""Record what a run rests on: versions, checksums, decisions, command and time."""

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path
from typing import Any

from job_log import job_log

PACKAGES = [
    "snakemake",
    "pandas",
    "numpy",
    "scipy",
    "statsmodels",
    "pandera",
    "firthmodels",
    "duckdb",
]


def record_provenance(
    *,
    reconciliation: Path,
    workbook: Path,
    analysis: Path,
    cohort_file: Path,
    provenance: Path,
    synthetic: bool,
    decisions: dict[str, Any],
) -> None:
    """Write `provenance.json`; the primary analysis draws no random number, so `seeds` is empty."""
    inputs = [workbook, cohort_file, Path("config/config.yaml"), Path("envs/requirements.txt")]
    record = {
        "cohort": cohort_file.parent.name,
        "synthetic": synthetic,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": os.environ.get("STUDY_COMMAND", ""),
        "commit": _commit(),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        },
        "platform": platform.platform(),
        "inputs": {str(path): _checksum(path) for path in inputs},
        "outputs": {str(path): _checksum(path) for path in [analysis, reconciliation]},
        "configuration": decisions,
        "seeds": {},
    }
    provenance.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _commit() -> str | None:
    """Return the commit of the project, marked where files were changed; None outside git."""
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40"],
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        return None
    return described.stdout.strip() or None


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        record_provenance(
            reconciliation=Path(snakemake.input.reconciliation),
            workbook=Path(snakemake.input.workbook),
            analysis=Path(snakemake.input.analysis),
            cohort_file=Path(snakemake.params.cohort_file),
            provenance=Path(snakemake.output.provenance),
            synthetic=snakemake.params.synthetic,
            decisions=snakemake.params.decisions,
        )
