"""Draw the odds ratios of all universes, and the decisions they rest on."""

from pathlib import Path
from typing import Any

from job_log import job_log
from read_sensitivity import read_found
from save_figure import save_figure
from study.presentation import sensitivity_words as words
from study.presentation.general_notes import interval_name
from study.presentation.labels import reference_label, term_label
from study.presentation.specification_curve import dimensions_that_move, order_universes
from study.presentation.specification_plot import Curve, plot_curve


def plot_specification_curve(
    *,
    files: dict[str, Path],
    svg: Path,
    pdf: Path,
    png: Path,
    title: str,
    synthetic: bool,
    assumed_note: str | None,
    models: dict[str, Any],
    dimensions: dict[str, dict[str, dict[str, Any]]],
    only_alone: dict[str, list[str]],
    origin: dict[str, Any],
    confidence_level: float,
) -> None:
    """Write one figure in three formats; `files` and `models` as in render_sensitivity.

    The seed of `origin` decides the order of universes with the same estimate.
    """
    exposure = models["exposure"]
    found = read_found(files, exposure, dimensions, only_alone, origin)
    apart = [option for options in only_alone.values() for option in options]
    shown = dimensions_that_move(found.decisions, apart)
    curve = Curve(
        ordered=order_universes(found.comparable, origin["seed"]),
        bounds=found.bounds,
        decisions=found.decisions,
        shown=shown,
        bound_options={name: option for name, (_, option) in found.bound_options.items()},
    )
    interval = interval_name(confidence_level)
    term = term_label(exposure, str(found.primary["level"]))
    reference = reference_label(exposure, models["references"][exposure])
    figure = plot_curve(
        curve,
        words.figure_notes(found, shown, exposure, interval),
        [
            *([words.NOT_TO_CONCLUDE] if synthetic else []),
            *([assumed_note] if assumed_note else []),
        ],
        title=title,
        subject=f"Microcalcifications (MC): odds ratio of {term} vs {reference} in "
        f"{words.counts_phrase(found)}",
        synthetic=synthetic,
        interval=interval,
    )
    save_figure(figure, svg, pdf, png)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_specification_curve(
            files={
                "universes": Path(snakemake.input.universes),
                "estimates": Path(snakemake.input.estimates),
                "decisions": Path(snakemake.input.decisions),
                "joint": Path(snakemake.input.joint),
                "influence": Path(snakemake.input.influence),
                "tipping": Path(snakemake.input.tipping),
                "robustness": Path(snakemake.input.robustness),
            },
            svg=Path(snakemake.output.svg),
            pdf=Path(snakemake.output.pdf),
            png=Path(snakemake.output.png),
            title=snakemake.params.title,
            synthetic=snakemake.params.synthetic,
            assumed_note=snakemake.params.assumed_note,
            models={
                "exposure": snakemake.params.exposure,
                "references": snakemake.params.references,
            },
            dimensions=snakemake.params.dimensions,
            only_alone=snakemake.params.only_alone,
            origin=snakemake.params.origin,
            confidence_level=snakemake.params.confidence_level,
        )
