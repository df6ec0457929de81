"""Derive receptors, HER2, subtype, density, histology and age, with reasons per patient."""

from pathlib import Path

import pandas as pd

from job_log import job_log
from schemas.analysis import DERIVED, DISAGREEMENTS, RECORDED_AND_DERIVED, TRACE
from study.biomarkers.derivation import DerivationRules, derive_facts


def derive_biomarkers(
    *,
    validated: Path,
    derived: Path,
    trace: Path,
    disagreements: Path,
    recorded_and_derived: Path,
    her2_edition: str,
    er_positive_from_percent: float,
    pr_positive_from_percent: float,
    ki67_high_from_percent: float,
    subtype_scheme: str,
    density_upper_edges_percent: dict[str, float],
    density_edge_belongs_to: str,
    undescribed_microcalcifications: str,
    precedence: dict[str, str],
) -> None:
    """Write the cohort with its derived facts, their trace, and what the workbook recorded."""
    rules = DerivationRules(
        her2_edition=her2_edition,
        er_positive_from_percent=er_positive_from_percent,
        pr_positive_from_percent=pr_positive_from_percent,
        ki67_high_from_percent=ki67_high_from_percent,
        subtype_scheme=subtype_scheme,
        density_upper_edges_percent=density_upper_edges_percent,
        density_edge_belongs_to=density_edge_belongs_to,
        undescribed_microcalcifications=undescribed_microcalcifications,
        precedence=precedence,
    )
    found = derive_facts(pd.read_parquet(validated), rules)
    DERIVED.validate(found.cohort).to_parquet(derived, index=False)
    TRACE.validate(found.trace).to_parquet(trace, index=False)
    DISAGREEMENTS.validate(found.disagreements).to_parquet(disagreements, index=False)
    RECORDED_AND_DERIVED.validate(found.recorded_and_derived).to_parquet(
        recorded_and_derived, index=False
    )
    for fact, patients in found.disagreements["fact"].value_counts().items():
        print(f"{fact}: recorded and derived disagree in {patients} patients, see {disagreements}")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        derive_biomarkers(
            validated=Path(snakemake.input.validated),
            derived=Path(snakemake.output.derived),
            trace=Path(snakemake.output.trace),
            disagreements=Path(snakemake.output.disagreements),
            recorded_and_derived=Path(snakemake.output.recorded_and_derived),
            her2_edition=snakemake.params.her2_edition,
            er_positive_from_percent=snakemake.params.er_positive_from_percent,
            pr_positive_from_percent=snakemake.params.pr_positive_from_percent,
            ki67_high_from_percent=snakemake.params.ki67_high_from_percent,
            subtype_scheme=snakemake.params.subtype_scheme,
            density_upper_edges_percent=snakemake.params.density_upper_edges_percent,
            density_edge_belongs_to=snakemake.params.density_edge_belongs_to,
            undescribed_microcalcifications=snakemake.params.undescribed_microcalcifications,
            precedence=snakemake.params.precedence,
        )
