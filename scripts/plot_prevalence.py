"""Draw how many women have microcalcifications, by HER2 status and density."""

from pathlib import Path

from job_log import job_log
from save_figure import save_figure
from schemas.estimates import read_estimates
from study.presentation.general_notes import interval_name, unmentioned
from study.presentation.prevalence import (
    plot_prevalence_blocks,
    prevalence_blocks,
    prevalence_notes,
)


def plot_prevalence(
    *,
    prevalence: Path,
    checks: Path,
    readings: Path,
    svg: Path,
    pdf: Path,
    png: Path,
    title: str,
    synthetic: bool,
    confidence_level: float,
) -> None:
    """Write one figure in three formats."""
    shares = read_estimates("prevalence", prevalence)
    notes = [
        *prevalence_notes(shares, read_estimates("checks", checks)),
        *unmentioned(read_estimates("readings", readings)),
    ]
    interval = interval_name(confidence_level)
    blocks = prevalence_blocks(shares)
    save_figure(plot_prevalence_blocks(blocks, notes, title, synthetic, interval), svg, pdf, png)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_prevalence(
            prevalence=Path(snakemake.input.prevalence),
            checks=Path(snakemake.input.checks),
            readings=Path(snakemake.input.readings),
            svg=Path(snakemake.output.svg),
            pdf=Path(snakemake.output.pdf),
            png=Path(snakemake.output.png),
            title=snakemake.params.title,
            synthetic=snakemake.params.synthetic,
            confidence_level=snakemake.params.confidence_level,
        )
