"""Put the batches together; stop unless the primary universe is the primary analysis."""

from pathlib import Path

import pandas as pd
from pyarrow import parquet

from job_log import job_log
from schemas.estimates import read_estimates
from schemas.sensitivity import read_sensitivity, write_sensitivity
from study.problems import StudyError
from study.sensitivity.agreement_with_primary import describe_disagreement, screened_model


def collect_universes(
    *,
    universes: Path,
    batches: list[str],
    null_batches: list[str],
    multivariable: Path,
    estimates: Path,
    null: Path,
    models: dict[str, list[str] | str],
) -> None:
    """Write the estimates of all universes, and those of the exposure under the null.

    Raises
    ------
    StudyError
        If the primary universe does not reproduce the primary estimates.
    """
    fitted = pd.concat(map(pd.read_parquet, batches), ignore_index=True)
    listed = read_sensitivity("universes", universes)["universe"]
    if set(listed) != set(fitted["universe"]):
        raise StudyError("The batches are not those of universes.csv. Run the workflow again.")
    model = screened_model(models)
    if model is None:
        raise StudyError(
            "analysis.models.multivariable has no model `selected`, which the primary universe "
            "is compared with. Add `screened: selected`."
        )
    if lines := describe_disagreement(
        fitted, read_estimates("multivariable", multivariable), model
    ):
        raise StudyError(
            f"The primary universe is not the model '{model}' of the primary analysis, so that "
            "nothing may be reported from the others:\n  " + "\n  ".join(lines)
        )
    write_sensitivity("estimates", fitted, estimates)
    put_together(null_batches, null)
    statuses = fitted.drop_duplicates("universe")["status"].value_counts()
    print(f"{len(listed):,} universes; the primary one is the model '{model}'.")
    print("Exposure: " + ", ".join(f"{count:,} {status}" for status, count in statuses.items()))


def put_together(parts: list[str], whole: Path) -> None:
    """Write Parquet files as one, in the memory of the largest: replicates may be millions."""
    schema = parquet.read_schema(parts[0])
    with parquet.ParquetWriter(whole, schema) as writer:
        for part in parts:
            writer.write_table(parquet.read_table(part, schema=schema))


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        collect_universes(
            universes=Path(snakemake.input.universes),
            batches=snakemake.input.batches,
            null_batches=snakemake.input.null_batches,
            multivariable=Path(snakemake.input.multivariable),
            estimates=Path(snakemake.output.estimates),
            null=Path(snakemake.output.null),
            models=snakemake.params.models,
        )
