"""The gate: stop the run unless flow, tables and models speak of the same patients."""

from pathlib import Path

import pandas as pd

from job_log import job_log
from schemas.estimates import read_estimates
from study.cohort.reconciliation import (
    describe_disagreements,
    name_univariable,
    reconcile_flow,
    reconcile_models,
    reconcile_tables,
)
from study.problems import StudyError


def reconcile_counts(
    *,
    flow: Path,
    disposition: Path,
    analysis: Path,
    baseline: Path,
    contingency: Path,
    univariable: Path,
    multivariable: Path,
    model_fit: Path,
    lost_univariable: Path,
    lost_multivariable: Path,
    reconciliation: Path,
) -> None:
    """Write every identity with both its sides; raise a StudyError if one does not hold."""
    steps = read_estimates("flow", flow)
    cohort = pd.read_parquet(analysis)
    analysed = int(steps["remaining"].iloc[-1])
    models = [
        name_univariable(read_estimates("univariable", univariable)),
        read_estimates("multivariable", multivariable),
    ]
    lost = [pd.read_parquet(path) for path in (lost_univariable, lost_multivariable)]
    tables = [read_estimates("baseline", baseline), read_estimates("contingency", contingency)]
    fits = read_estimates("model_fit", model_fit)
    identities = pd.concat(
        [
            reconcile_flow(steps, pd.read_parquet(disposition), cohort),
            reconcile_tables(analysed, cohort, *tables),
            reconcile_models(analysed, cohort, pd.concat(models), fits, pd.concat(lost)),
        ],
        ignore_index=True,
    )
    identities.to_csv(reconciliation, index=False)
    if broken := describe_disagreements(identities):
        raise StudyError(f"The counts do not agree; nothing may be reported from them:\n{broken}")
    print(f"{len(identities)} identities hold; {analysed} patients are analysed.")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        reconcile_counts(
            flow=Path(snakemake.input.flow),
            disposition=Path(snakemake.input.disposition),
            analysis=Path(snakemake.input.analysis),
            baseline=Path(snakemake.input.baseline),
            contingency=Path(snakemake.input.contingency),
            univariable=Path(snakemake.input.univariable),
            multivariable=Path(snakemake.input.multivariable),
            model_fit=Path(snakemake.input.model_fit),
            lost_univariable=Path(snakemake.input.lost_univariable),
            lost_multivariable=Path(snakemake.input.lost_multivariable),
            reconciliation=Path(snakemake.output.reconciliation),
        )
