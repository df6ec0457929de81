"""Print the cohorts' odds ratios and their summary as a table."""

import json
from pathlib import Path

from job_log import job_log
from schemas.summary import read_summary
from study.presentation.cohorts import quote_cohorts
from study.presentation.cohorts import render_cohorts as render
from study.presentation.render import to_html


def render_cohorts(
    *,
    cohorts: Path,
    heterogeneity: Path,
    left_out: Path,
    html: Path,
    quotes: Path,
    model: str,
    exposure: str,
    references: dict[str, str],
    confidence_level: float,
) -> None:
    """Write the table as a page that stands alone, and what captions quote of it."""
    rows = read_summary("cohorts", cohorts)
    table = render(
        rows,
        read_summary("heterogeneity", heterogeneity),
        read_summary("left_out", left_out),
        model=model,
        exposure=exposure,
        reference=references[exposure],
        confidence_level=confidence_level,
    )
    page = to_html(table, cohort=", ".join(rows["cohort"][:-1]), synthetic=False, assumed_note="")
    html.write_text(page, encoding="utf-8")
    said = json.dumps(quote_cohorts(table), indent=2, ensure_ascii=False)
    quotes.write_text(said + "\n", encoding="utf-8")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        render_cohorts(
            cohorts=Path(snakemake.input.cohorts),
            heterogeneity=Path(snakemake.input.heterogeneity),
            left_out=Path(snakemake.input.left_out),
            html=Path(snakemake.output.html),
            quotes=Path(snakemake.output.quotes),
            model=snakemake.params.model,
            exposure=snakemake.params.exposure,
            references=snakemake.params.references,
            confidence_level=snakemake.params.confidence_level,
        )
