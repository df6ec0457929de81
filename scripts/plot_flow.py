"""Draw the STROBE flow diagram."""

from pathlib import Path

from job_log import job_log
from save_figure import save_figure
from schemas.estimates import read_estimates
from study.presentation.flow import flow_of, plot_flow_diagram


def plot_flow(
    *,
    flow: Path,
    baseline: Path,
    readings: Path,
    svg: Path,
    pdf: Path,
    png: Path,
    title: str,
    synthetic: bool,
) -> None:
    """Write one figure in three formats."""
    said = flow_of(
        read_estimates("flow", flow),
        read_estimates("baseline", baseline),
        read_estimates("readings", readings),
    )
    save_figure(plot_flow_diagram(said, title, synthetic), svg, pdf, png)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_flow(
            flow=Path(snakemake.input.flow),
            baseline=Path(snakemake.input.baseline),
            readings=Path(snakemake.input.readings),
            svg=Path(snakemake.output.svg),
            pdf=Path(snakemake.output.pdf),
            png=Path(snakemake.output.png),
            title=snakemake.params.title,
            synthetic=snakemake.params.synthetic,
        )
