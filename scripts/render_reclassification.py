"""Print who changes class under other definitions, and the odds ratio, as HTML and CSV."""

import json
from pathlib import Path

from job_log import job_log
from schemas.estimates import read_estimates
from study.presentation import reclassification as tables
from study.presentation.definitions import assumed_sentence
from study.presentation.render import to_csv, to_html


def render_reclassification(
    *,
    reclassification: Path,
    models: Path,
    html: Path,
    csv: Path,
    quotes: Path,
    title: str,
    synthetic: bool,
    assumed_note: str | None,
    assumed_findings: list[str],
    exposure: str,
    references: dict[str, str],
    confidence_level: float,
) -> None:
    """Write the table, and what captions quote of it."""
    crossed = read_estimates("reclassification", reclassification)
    fitted = read_estimates("reclassification_models", models)
    about = {
        "exposure": exposure,
        "reference": references[exposure],
        "confidence_level": confidence_level,
    }
    table = tables.render_reclassification(crossed, fitted, **about)
    refusal = assumed_sentence(fitted, assumed_findings, "table")
    said = (table, title, synthetic, " ".join([*refusal, assumed_note or ""]).strip())
    html.write_text(to_html(*said), encoding="utf-8")
    # The byte order mark is what makes Excel read the dashes as dashes.
    csv.write_text(to_csv(*said), encoding="utf-8-sig")
    quotable = tables.quote_reclassification(fitted, assumed=assumed_findings, **about)
    quoted = {"synthetic": synthetic, **quotable}
    quotes.write_text(json.dumps(quoted, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        render_reclassification(
            reclassification=Path(snakemake.input.reclassification),
            models=Path(snakemake.input.models),
            html=Path(snakemake.output.html),
            csv=Path(snakemake.output.csv),
            quotes=Path(snakemake.output.quotes),
            title=snakemake.params.title,
            synthetic=snakemake.params.synthetic,
            assumed_note=snakemake.params.assumed_note,
            assumed_findings=snakemake.params.assumed_findings,
            exposure=snakemake.params.exposure,
            references=snakemake.params.references,
            confidence_level=snakemake.params.confidence_level,
        )
