"""Draw age and Ki-67 by HER2 status."""

from pathlib import Path

from job_log import job_log
from save_figure import save_figure
from schemas.estimates import read_estimates
from study.presentation.distributions import histograms, plot_histograms


def plot_distributions(
    *,
    distributions: Path,
    baseline: Path,
    svg: Path,
    pdf: Path,
    png: Path,
    title: str,
    synthetic: bool,
) -> None:
    """Write one figure in three formats."""
    columns = histograms(
        read_estimates("distributions", distributions), read_estimates("baseline", baseline)
    )
    save_figure(plot_histograms(columns, title, synthetic), svg, pdf, png)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_distributions(
            distributions=Path(snakemake.input.distributions),
            baseline=Path(snakemake.input.baseline),
            svg=Path(snakemake.output.svg),
            pdf=Path(snakemake.output.pdf),
            png=Path(snakemake.output.png),
            title=snakemake.params.title,
            synthetic=snakemake.params.synthetic,
        )
