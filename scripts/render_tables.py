"""Print Tables 1 to 5 of the study as CSV for a manuscript and as HTML for a reader."""

from dataclasses import replace
from pathlib import Path

from job_log import job_log
from schemas.estimates import read_estimates
from study.presentation.associations import render_density, render_tumour
from study.presentation.characteristics import render_characteristics
from study.presentation.general_notes import unmentioned
from study.presentation.multivariable import render_multivariable
from study.presentation.render import to_csv, to_html
from study.presentation.univariable import render_univariable


def render_tables(
    *,
    estimates: dict[str, Path],
    html: list[Path],
    csv: list[Path],
    title: str,
    synthetic: bool,
    assumed_note: str | None,
    confidence_level: float,
    screening_alpha: float,
    screening_test: str,
    univariable_only: list[str],
    fisher_expected_below: float,
) -> None:
    """Write the five tables; `html` and `csv` are their five paths, in order."""
    read = {name: read_estimates(name, path) for name, path in estimates.items()}
    counts = (read["contingency"], read["tests"], read["effects"])
    rule = (confidence_level, fisher_expected_below)
    screen = (confidence_level, screening_alpha)
    tables = (
        render_characteristics(read["flow"], read["baseline"], read["tests"], *rule),
        render_density(*counts, *rule),
        render_tumour(*counts, *rule),
        render_univariable(
            read["univariable"], read["checks"], *screen, screening_test, univariable_only
        ),
        render_multivariable(read["multivariable"], read["model_fit"], read["checks"], *screen),
    )
    for table, page, sheet in zip(tables, html, csv, strict=True):
        table = replace(table, notes=(*unmentioned(read["readings"]), *table.notes))
        said = (table, title, synthetic, assumed_note or "")
        page.write_text(to_html(*said), encoding="utf-8")
        # The byte order mark is what makes Excel read the dashes as dashes.
        sheet.write_text(to_csv(*said), encoding="utf-8-sig")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        render_tables(
            estimates={
                "flow": Path(snakemake.input.flow),
                "readings": Path(snakemake.input.readings),
                "baseline": Path(snakemake.input.baseline),
                "contingency": Path(snakemake.input.contingency),
                "tests": Path(snakemake.input.tests),
                "effects": Path(snakemake.input.effects),
                "univariable": Path(snakemake.input.univariable),
                "multivariable": Path(snakemake.input.multivariable),
                "model_fit": Path(snakemake.input.model_fit),
                "checks": Path(snakemake.input.checks),
            },
            html=[
                Path(snakemake.output.table1),
                Path(snakemake.output.table2),
                Path(snakemake.output.table3),
                Path(snakemake.output.table4),
                Path(snakemake.output.table5),
            ],
            csv=[
                Path(snakemake.output.table1_csv),
                Path(snakemake.output.table2_csv),
                Path(snakemake.output.table3_csv),
                Path(snakemake.output.table4_csv),
                Path(snakemake.output.table5_csv),
            ],
            title=snakemake.params.title,
            synthetic=snakemake.params.synthetic,
            assumed_note=snakemake.params.assumed_note,
            confidence_level=snakemake.params.confidence_level,
            screening_alpha=snakemake.params.screening_alpha,
            screening_test=snakemake.params.screening_test,
            univariable_only=snakemake.params.univariable_only,
            fisher_expected_below=snakemake.params.fisher_expected_below,
        )
