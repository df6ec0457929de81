"""Plot the cohorts' odds ratios and their summary."""

from pathlib import Path

from job_log import job_log
from save_figure import save_figure
from schemas.summary import read_summary
from study.presentation.cohort_forest import plot_cohort_forest
from study.presentation.cohort_lines import cohort_lines


def plot_cohorts(
    *,
    cohorts: Path,
    heterogeneity: Path,
    left_out: Path,
    svg: Path,
    pdf: Path,
    png: Path,
    model: str,
    exposure: str,
    references: dict[str, str],
    confidence_level: float,
) -> None:
    """Write one figure in three formats; two runs write the same bytes."""
    lines = cohort_lines(read_summary("cohorts", cohorts), read_summary("left_out", left_out))
    figure = plot_cohort_forest(
        lines,
        read_summary("heterogeneity", heterogeneity).iloc[0],
        model=model,
        exposure=exposure,
        reference=references[exposure],
        confidence_level=confidence_level,
    )
    save_figure(figure, svg, pdf, png)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_cohorts(
            cohorts=Path(snakemake.input.cohorts),
            heterogeneity=Path(snakemake.input.heterogeneity),
            left_out=Path(snakemake.input.left_out),
            svg=Path(snakemake.output.svg),
            pdf=Path(snakemake.output.pdf),
            png=Path(snakemake.output.png),
            model=snakemake.params.model,
            exposure=snakemake.params.exposure,
            references=snakemake.params.references,
            confidence_level=snakemake.params.confidence_level,
        )
