"""Print which decisions move the odds ratio, the joint tests, and how robust the result is."""

import json
from pathlib import Path
from typing import Any

from job_log import job_log
from read_sensitivity import read_found
from study.presentation import sensitivity as tables
from study.presentation.render import to_csv, to_html
from study.sensitivity.decisions import SIGNIFICANT


def render_sensitivity(
    *,
    files: dict[str, Path],
    html: Path,
    csv: Path,
    quotes: Path,
    title: str,
    synthetic: bool,
    assumed_note: str | None,
    models: dict[str, Any],
    dimensions: dict[str, dict[str, dict[str, Any]]],
    only_alone: dict[str, list[str]],
    origin: dict[str, Any],
    confidence_level: float,
) -> None:
    """Write the table, and what captions quote of it.

    `files` are those of schemas/sensitivity.py by name; `models` the exposure, the references
    and the multivariable models of the configuration.
    """
    found = read_found(files, models["exposure"], dimensions, only_alone, origin)
    about = {
        "exposure": models["exposure"],
        "reference": models["references"][models["exposure"]],
        "multivariable": models["multivariable"],
        "alpha": SIGNIFICANT,
        "confidence_level": confidence_level,
        "synthetic": synthetic,
    }
    table = tables.render_sensitivity(found, **about)
    said = (table, title, synthetic, assumed_note or "")
    html.write_text(to_html(*said), encoding="utf-8")
    # The byte order mark is what makes Excel read the dashes as dashes.
    csv.write_text(to_csv(*said), encoding="utf-8-sig")
    quoted = tables.quote_sensitivity(found, **about, assumed_note=assumed_note or "")
    quotes.write_text(json.dumps(quoted, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        render_sensitivity(
            files={
                "universes": Path(snakemake.input.universes),
                "estimates": Path(snakemake.input.estimates),
                "decisions": Path(snakemake.input.decisions),
                "joint": Path(snakemake.input.joint),
                "influence": Path(snakemake.input.influence),
                "tipping": Path(snakemake.input.tipping),
                "robustness": Path(snakemake.input.robustness),
            },
            html=Path(snakemake.output.html),
            csv=Path(snakemake.output.csv),
            quotes=Path(snakemake.output.quotes),
            title=snakemake.params.title,
            synthetic=snakemake.params.synthetic,
            assumed_note=snakemake.params.assumed_note,
            models={
                "exposure": snakemake.params.exposure,
                "references": snakemake.params.references,
                "multivariable": snakemake.params.multivariable,
            },
            dimensions=snakemake.params.dimensions,
            only_alone=snakemake.params.only_alone,
            origin=snakemake.params.origin,
            confidence_level=snakemake.params.confidence_level,
        )
