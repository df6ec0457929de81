"""Draw the forest plot of Tables 4 and 5."""

from pathlib import Path

from job_log import job_log
from schemas.estimates import read_estimates
from study.presentation.forest import plot_forest
from study.presentation.forest_lines import forest_lines
from study.presentation.general_notes import interval_name
from study.presentation.style import NO_DATES, STYLE


def plot_odds_ratios(
    *,
    univariable: Path,
    multivariable: Path,
    svg: Path,
    pdf: Path,
    png: Path,
    title: str,
    synthetic: bool,
    confidence_level: float,
) -> None:
    """Write one figure in three formats; two runs write the same bytes."""
    import matplotlib as mpl

    lines = forest_lines(
        read_estimates("univariable", univariable),
        read_estimates("multivariable", multivariable),
    )
    figure = plot_forest(lines, title, synthetic, interval_name(confidence_level))
    with mpl.rc_context(STYLE):
        for path in (svg, pdf, png):
            kind = path.suffix.removeprefix(".")
            figure.savefig(path, format=kind, metadata=NO_DATES[kind])


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_odds_ratios(
            univariable=Path(snakemake.input.univariable),
            multivariable=Path(snakemake.input.multivariable),
            svg=Path(snakemake.output.svg),
            pdf=Path(snakemake.output.pdf),
            png=Path(snakemake.output.png),
            title=snakemake.params.title,
            synthetic=snakemake.params.synthetic,
            confidence_level=snakemake.params.confidence_level,
        )
