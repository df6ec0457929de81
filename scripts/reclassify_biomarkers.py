"""Derive, exclude and refit under every alternative definition, beside the primary one."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd

from job_log import job_log
from schemas.estimates import read_estimates, write_estimates
from study.biomarkers.derivation import DerivationRules
from study.cohort.eligibility import select_criteria
from study.problems import StudyError
from study.statistics.reclassification import Course, describe_differences, reclassify
from study.statistics.redefinition import redefine


def reclassify_biomarkers(
    *,
    validated: Path,
    univariable: Path,
    reclassification: Path,
    models: Path,
    derivation: dict[str, Any],
    definitions: dict[str, dict[str, Any] | None],
    order: list[str],
    positive_birads: list[str],
    luminal_unspecified_is_unknown: bool,
    study_period: dict[str, str] | None,
    outcome: str,
    exposure: str,
    references: dict[str, str],
    confidence_level: float,
) -> None:
    """Write the cross-tables and the refitted models.

    Raises
    ------
    StudyError
        If the primary definition, gone through anew, does not give the screen's model.
    """
    course = Course(
        criteria=select_criteria(
            order,
            positive_birads=positive_birads,
            luminal_unspecified_is_unknown=luminal_unspecified_is_unknown,
            study_period=study_period,
        ),
        age_coding=derivation["age_coding"],
        idc_with_dcis_is_idc=derivation["idc_with_dcis_is_idc"],
        outcome=outcome,
        exposure=exposure,
        references=references,
        confidence_level=confidence_level,
    )
    primary = DerivationRules(
        **{rule.name: derivation[rule.name] for rule in fields(DerivationRules)}
    )
    alternatives = those_that_differ(primary, definitions)
    found = reclassify(pd.read_parquet(validated), primary, alternatives, course)
    stop_unless_same(found.models, read_estimates("univariable", univariable))
    write_estimates("reclassification", found.crossed, reclassification)
    write_estimates("reclassification_models", found.models, models)
    for row in found.models.iloc[1:].itertuples():
        print(f"{row.definition}: {row.moved} of {row.women} women change {row.fact}; n = {row.n}")


def those_that_differ(
    primary: DerivationRules, definitions: dict[str, dict[str, Any] | None]
) -> dict[str, dict[str, Any]]:
    """Return the definitions without those left out (null) or equal to the primary one."""
    return {
        name: changed
        for name, changed in definitions.items()
        if changed and redefine(primary, changed) != primary
    }


def stop_unless_same(models: pd.DataFrame, univariable: pd.DataFrame) -> None:
    """Raise a StudyError where the primary definition differs from the primary analysis."""
    if differences := describe_differences(models, univariable):
        raise StudyError(
            "The primary definition does not give the odds ratio of the primary analysis; "
            f"nothing may be reported from the others:\n{differences}"
        )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        reclassify_biomarkers(
            validated=Path(snakemake.input.validated),
            univariable=Path(snakemake.input.univariable),
            reclassification=Path(snakemake.output.reclassification),
            models=Path(snakemake.output.models),
            derivation=snakemake.params.derivation,
            definitions=snakemake.params.definitions,
            order=snakemake.params.order,
            positive_birads=snakemake.params.positive_birads,
            luminal_unspecified_is_unknown=snakemake.params.luminal_unspecified_is_unknown,
            study_period=snakemake.params.study_period,
            outcome=snakemake.params.outcome,
            exposure=snakemake.params.exposure,
            references=snakemake.params.references,
            confidence_level=snakemake.params.confidence_level,
        )
