"""Print how stable, how optimistic and how prone to error the selected model is."""

import json
from pathlib import Path
from typing import Any

from job_log import job_log
from schemas.resampling import RESAMPLING, read_resampling
from study.presentation import stability as tables
from study.presentation.render import to_csv, to_html
from study.presentation.stability_words import rule_notes


def render_stability(
    *,
    resampled: dict[str, Path],
    html: Path,
    csv: Path,
    quotes: Path,
    title: str,
    synthetic: bool,
    assumed_note: str | None,
    model: str,
    terms: dict[str, list[str] | str],
    rule: dict[str, Any],
    confidence_level: float,
) -> None:
    """Write the table, and what captions quote of it.

    `resampled` are the files of schemas/resampling.py; `rule` the exposure, whether it is kept,
    and how the screen decides.
    """
    found = {name: read_resampling(name, resampled[name]) for name in RESAMPLING}
    notes = rule_notes(
        found["stability"], model=model, selects=isinstance(terms[model], str), **rule
    )
    about = {"model": model, "exposure": rule["exposure"], "confidence_level": confidence_level}
    table = tables.render_stability(**found, notes=notes, **about)
    said = (table, title, synthetic, assumed_note or "")
    html.write_text(to_html(*said), encoding="utf-8")
    # The byte order mark is what makes Excel read the dashes as dashes.
    csv.write_text(to_csv(*said), encoding="utf-8-sig")
    quotable = tables.quote_stability(**found, notes=notes, **about)
    quoted = {"synthetic": synthetic, **quotable}
    quotes.write_text(json.dumps(quoted, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        render_stability(
            resampled={
                "stability": Path(snakemake.input.stability),
                "models": Path(snakemake.input.models),
                "optimism": Path(snakemake.input.optimism),
                "type_i_error": Path(snakemake.input.type_i_error),
            },
            html=Path(snakemake.output.html),
            csv=Path(snakemake.output.csv),
            quotes=Path(snakemake.output.quotes),
            title=snakemake.params.title,
            synthetic=snakemake.params.synthetic,
            assumed_note=snakemake.params.assumed_note,
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
