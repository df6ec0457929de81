"""List the universes of a cohort: the primary analysis, every option alone, others drawn."""

from pathlib import Path
from typing import Any

from job_log import job_log
from schemas.sensitivity import write_sensitivity
from study.sensitivity.batches import mark_kept
from study.sensitivity.universes import (
    check_conflicts,
    list_universes,
    options_of_cohort,
)


def enumerate_universes(
    *,
    universes: Path,
    analysis: dict[str, Any],
    dimensions: dict[str, dict[str, dict[str, Any]]],
    constraints: list[dict[str, dict[str, str]]],
    only_alone: dict[str, list[str]],
    without: list[str],
    number: int,
    seed: int,
) -> None:
    """Write the list."""
    own = {name: options for name, options in dimensions.items() if name not in without}
    options = options_of_cohort(analysis, own)
    check_conflicts(options, dimensions, only_alone)
    listed = list_universes(options, constraints, only_alone, number, seed)
    listed = mark_kept(listed, analysis, dimensions)
    write_sensitivity("universes", listed, universes)
    drawn = int(listed["is_drawn"].sum())
    print(
        f"{len(listed):,} universes of {len(options)} dimensions: the primary one, "
        f"{len(listed) - drawn - 1:,} with one option changed, {drawn:,} combinations of several."
    )
    if len(listed) > number:
        print(f"{number:,} were asked for; every option changed alone is always among them.")
    for name in dimensions:
        same = sorted(dimensions[name].keys() - set(options.get(name, [])))
        if name in without:
            print(f"Not varied in this cohort: {name}.")
        elif same:
            print(f"As the configuration decides, so passed over: {name}, {', '.join(same)}.")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        enumerate_universes(
            universes=Path(snakemake.output.universes),
            analysis=snakemake.params.analysis,
            dimensions=snakemake.params.dimensions,
            constraints=snakemake.params.constraints,
            only_alone=snakemake.params.only_alone,
            without=snakemake.params.without,
            number=snakemake.params.number,
            seed=snakemake.params.seed,
        )
