"""Draw the ROC curves and the calibration of the multivariable models."""

from pathlib import Path

from job_log import job_log
from save_figure import save_figure
from schemas.estimates import read_estimates
from study.presentation.discrimination import performances, plot_performances
from study.presentation.general_notes import interval_name


def plot_discrimination(
    *,
    model_fit: Path,
    roc: Path,
    calibration: Path,
    checks: Path,
    svg: Path,
    pdf: Path,
    png: Path,
    title: str,
    synthetic: bool,
    confidence_level: float,
) -> None:
    """Write one figure in three formats."""
    models = performances(
        read_estimates("model_fit", model_fit),
        read_estimates("roc", roc),
        read_estimates("calibration", calibration),
        read_estimates("checks", checks),
        interval_name(confidence_level),
    )
    save_figure(plot_performances(models, title, synthetic), svg, pdf, png)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_discrimination(
            model_fit=Path(snakemake.input.model_fit),
            roc=Path(snakemake.input.roc),
            calibration=Path(snakemake.input.calibration),
            checks=Path(snakemake.input.checks),
            svg=Path(snakemake.output.svg),
            pdf=Path(snakemake.output.pdf),
            png=Path(snakemake.output.png),
            title=snakemake.params.title,
            synthetic=snakemake.params.synthetic,
            confidence_level=snakemake.params.confidence_level,
        )
