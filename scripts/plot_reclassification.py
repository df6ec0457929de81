"""Draw who changes class under other definitions, and the odds ratio under each."""

from pathlib import Path

from job_log import job_log
from save_figure import save_figure
from schemas.estimates import read_estimates
from study.presentation.cohorts import comparison
from study.presentation.definitions import assumed_sentence, primary_sentence
from study.presentation.general_notes import interval_name
from study.presentation.reclassification import reading_notes
from study.presentation.reclassification_lines import reclassification_lines
from study.presentation.reclassification_plot import plot_reclassified


def plot_reclassification(
    *,
    models: Path,
    svg: Path,
    pdf: Path,
    png: Path,
    title: str,
    synthetic: bool,
    assumed_findings: list[str],
    exposure: str,
    references: dict[str, str],
    confidence_level: float,
) -> None:
    """Write one figure in three formats."""
    fitted = read_estimates("reclassification_models", models)
    figure = plot_reclassified(
        reclassification_lines(fitted),
        [*primary_sentence(fitted), *reading_notes(fitted, exposure)],
        assumed_sentence(fitted, assumed_findings, "figure"),
        title=title,
        subject=f"Microcalcifications (MC) under other definitions: "
        f"{comparison(exposure, references[exposure])}",
        synthetic=synthetic,
        interval=interval_name(confidence_level),
    )
    save_figure(figure, svg, pdf, png)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_reclassification(
            models=Path(snakemake.input.models),
            svg=Path(snakemake.output.svg),
            pdf=Path(snakemake.output.pdf),
            png=Path(snakemake.output.png),
            title=snakemake.params.title,
            synthetic=snakemake.params.synthetic,
            assumed_findings=snakemake.params.assumed_findings,
            exposure=snakemake.params.exposure,
            references=snakemake.params.references,
            confidence_level=snakemake.params.confidence_level,
        )
