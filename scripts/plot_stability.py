"""Draw how often each term is included, and its intervals by method of resampling."""

from pathlib import Path
from typing import Any

from job_log import job_log
from save_figure import save_figure
from schemas.resampling import read_resampling
from study.presentation.general_notes import confidence_percent
from study.presentation.labels import model_label
from study.presentation.stability_plot import plot_stability_of
from study.presentation.stability_words import reading_notes, rule_notes


def plot_stability(
    *,
    stability: Path,
    svg: Path,
    pdf: Path,
    png: Path,
    title: str,
    synthetic: bool,
    model: str,
    terms: dict[str, list[str] | str],
    rule: dict[str, Any],
    confidence_level: float,
) -> None:
    """Write one figure in three formats; `rule` as in render_stability."""
    found = read_resampling("stability", stability)
    ran = rule_notes(found, model=model, selects=isinstance(terms[model], str), **rule)
    figure = plot_stability_of(
        found,
        [
            "Marks: medians; dashed: the odds ratio in the cohort; arrows: bounds that are open or "
            "beyond the axis.",
            *ran,
            *reading_notes(found),
        ],
        title=title,
        subject=f"Microcalcifications (MC): stability of the model “{model_label(model)}”",
        synthetic=synthetic,
        interval=confidence_percent(confidence_level),
    )
    save_figure(figure, svg, pdf, png)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_stability(
            stability=Path(snakemake.input.stability),
            svg=Path(snakemake.output.svg),
            pdf=Path(snakemake.output.pdf),
            png=Path(snakemake.output.png),
            title=snakemake.params.title,
            synthetic=snakemake.params.synthetic,
            model=snakemake.params.model,
            terms=snakemake.params.terms,
            rule={
                "exposure": snakemake.params.exposure,
                "keep_exposure": snakemake.params.keep_exposure,
                "screening_alpha": snakemake.params.screening_alpha,
                "screening_test": snakemake.params.screening_test,
            },
            confidence_level=snakemake.params.confidence_level,
        )
