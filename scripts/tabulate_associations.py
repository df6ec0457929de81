"""Tabulate microcalcifications by HER2, density, subtype, histology and age, with tests."""

from pathlib import Path

import pandas as pd

from job_log import job_log
from schemas.estimates import write_estimates
from study.statistics.association import count_tables, list_counts, list_effects, list_tests
from study.statistics.comparison import list_comparisons
from study.statistics.descriptives import values_by_variable
from study.statistics.prevalence import list_prevalence


def tabulate_associations(
    *,
    analysis: Path,
    values: list[Path],
    contingency: Path,
    tests: Path,
    effects: Path,
    prevalence: Path,
    confidence_level: float,
    normality_alpha: float,
    equal_variance_alpha: float,
    fisher_expected_below: float,
) -> None:
    """Write ``contingency.csv``, ``tests.csv``, ``effects.csv`` and ``prevalence.csv``.

    `values` is a registry's one file.
    """
    patients = pd.read_parquet(analysis)
    measured = values_by_variable([pd.read_parquet(path) for path in values])
    tables = count_tables(patients)
    compared = list_comparisons(patients, normality_alpha, equal_variance_alpha, measured)
    tested = pd.concat([list_tests(tables, fisher_expected_below), compared], ignore_index=True)
    write_estimates("contingency", list_counts(tables), contingency)
    write_estimates("tests", tested, tests)
    write_estimates("effects", list_effects(tables, confidence_level), effects)
    write_estimates("prevalence", list_prevalence(tables, confidence_level), prevalence)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        tabulate_associations(
            analysis=Path(snakemake.input.analysis),
            values=[Path(path) for path in snakemake.input.values],
            contingency=Path(snakemake.output.contingency),
            tests=Path(snakemake.output.tests),
            effects=Path(snakemake.output.effects),
            prevalence=Path(snakemake.output.prevalence),
            confidence_level=snakemake.params.confidence_level,
            normality_alpha=snakemake.params.normality_alpha,
            equal_variance_alpha=snakemake.params.equal_variance_alpha,
            fisher_expected_below=snakemake.params.fisher_expected_below,
        )
