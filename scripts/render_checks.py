"""Print what the model checks found as a page."""

from pathlib import Path

from job_log import job_log
from schemas.estimates import read_estimates
from study.presentation.checks import render_checks as render
from study.presentation.render import to_html


def render_checks(
    *, checks: Path, html: Path, title: str, synthetic: bool, assumed_note: str | None
) -> None:
    """Write the page."""
    table = render(read_estimates("checks", checks))
    html.write_text(to_html(table, title, synthetic, assumed_note or ""), encoding="utf-8")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        render_checks(
            checks=Path(snakemake.input.checks),
            html=Path(snakemake.output.html),
            title=snakemake.params.title,
            synthetic=snakemake.params.synthetic,
            assumed_note=snakemake.params.assumed_note,
        )
