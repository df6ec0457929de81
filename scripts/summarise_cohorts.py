"""Set the cohorts' odds ratios of the exposure side by side and pool the real ones."""

from pathlib import Path

from job_log import job_log
from schemas.estimates import read_estimates
from schemas.summary import write_summary
from study.statistics.cohort_summary import side_by_side, summarise


def summarise_cohorts(
    *,
    estimates: list[Path],
    names: list[str],
    synthetic: list[bool],
    model: str,
    exposure: str,
    references: dict[str, str],
    confidence_level: float,
    cohorts: Path,
    heterogeneity: Path,
    left_out: Path,
) -> None:
    """Write the three tables of schemas/summary.py; the lists have one order."""
    rows = side_by_side(
        {
            name: read_estimates(path.stem, path)
            for name, path in zip(names, estimates, strict=True)
        },
        dict(zip(names, synthetic, strict=True)),
        model=model,
        exposure=exposure,
        reference=references[exposure],
        confidence_level=confidence_level,
    )
    summary = summarise(rows, confidence_level)
    write_summary("cohorts", summary.cohorts, cohorts)
    write_summary("heterogeneity", summary.heterogeneity, heterogeneity)
    write_summary("left_out", summary.left_out, left_out)
    note = summary.heterogeneity["note"].iloc[0]
    if isinstance(note, str):
        print(note)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        summarise_cohorts(
            estimates=[Path(path) for path in snakemake.input.estimates],
            names=snakemake.params.names,
            synthetic=snakemake.params.synthetic,
            model=snakemake.params.model,
            exposure=snakemake.params.exposure,
            references=snakemake.params.references,
            confidence_level=snakemake.params.confidence_level,
            cohorts=Path(snakemake.output.cohorts),
            heterogeneity=Path(snakemake.output.heterogeneity),
            left_out=Path(snakemake.output.left_out),
        )
