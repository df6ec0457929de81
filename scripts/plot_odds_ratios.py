"""Draw the forest plot of Tables 4 and 5, over two journal columns and over one."""

from pathlib import Path

from job_log import job_log
from save_figure import save_figure
from schemas.estimates import read_estimates
from study.presentation.forest import plot_forest
from study.presentation.forest_column import plot_forest_column
from study.presentation.forest_lines import forest_lines
from study.presentation.general_notes import interval_name


def plot_odds_ratios(
    *,
    univariable: Path,
    multivariable: Path,
    svg: Path,
    pdf: Path,
    png: Path,
    svg_85mm: Path,
    pdf_85mm: Path,
    png_85mm: Path,
    title: str,
    synthetic: bool,
    confidence_level: float,
) -> None:
    """Write two figures in three formats."""
    lines = forest_lines(
        read_estimates("univariable", univariable),
        read_estimates("multivariable", multivariable),
    )
    interval = interval_name(confidence_level)
    save_figure(plot_forest(lines, title, synthetic, interval), svg, pdf, png)
    column = plot_forest_column(lines, title, synthetic, interval)
    save_figure(column, svg_85mm, pdf_85mm, png_85mm)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_odds_ratios(
            univariable=Path(snakemake.input.univariable),
            multivariable=Path(snakemake.input.multivariable),
            svg=Path(snakemake.output.svg),
            pdf=Path(snakemake.output.pdf),
            png=Path(snakemake.output.png),
            svg_85mm=Path(snakemake.output.svg_85mm),
            pdf_85mm=Path(snakemake.output.pdf_85mm),
            png_85mm=Path(snakemake.output.png_85mm),
            title=snakemake.params.title,
            synthetic=snakemake.params.synthetic,
            confidence_level=snakemake.params.confidence_level,
        )
