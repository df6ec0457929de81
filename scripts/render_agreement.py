"""Print recorded against derived as a table, and list the discordant patients with the reason."""

from pathlib import Path

import pandas as pd

from job_log import job_log
from schemas.analysis import DISAGREEMENTS, DISCORDANT_PATIENTS, TRACE
from schemas.estimates import read_estimates
from study.presentation.agreement import render_agreement as render
from study.presentation.discordance import list_discordant
from study.presentation.render import to_csv, to_html


def render_agreement(
    *,
    agreement: Path,
    agreement_summary: Path,
    disagreements: Path,
    trace: Path,
    html: Path,
    csv: Path,
    discordant_patients: Path,
    title: str,
    synthetic: bool,
    assumed_note: str | None,
) -> None:
    """Write the table as HTML and CSV, and the list."""
    differing = DISAGREEMENTS.validate(pd.read_parquet(disagreements))
    table = render(
        read_estimates("agreement", agreement),
        read_estimates("agreement_summary", agreement_summary),
        differing,
    )
    said = (table, title, synthetic, assumed_note or "")
    html.write_text(to_html(*said), encoding="utf-8")
    # The byte order mark is what makes Excel read accents and dashes as such.
    csv.write_text(to_csv(*said), encoding="utf-8-sig")
    patients = list_discordant(differing, TRACE.validate(pd.read_parquet(trace)))
    DISCORDANT_PATIENTS.validate(patients).to_csv(
        discordant_patients, index=False, encoding="utf-8-sig"
    )
    print(f"{patients['patient_id'].nunique()} discordant patients, see {discordant_patients}")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        render_agreement(
            agreement=Path(snakemake.input.agreement),
            agreement_summary=Path(snakemake.input.agreement_summary),
            disagreements=Path(snakemake.input.disagreements),
            trace=Path(snakemake.input.trace),
            html=Path(snakemake.output.html),
            csv=Path(snakemake.output.csv),
            discordant_patients=Path(snakemake.output.discordant_patients),
            title=snakemake.params.title,
            synthetic=snakemake.params.synthetic,
            assumed_note=snakemake.params.assumed_note,
        )
