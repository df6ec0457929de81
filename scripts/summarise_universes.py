"""Say which decisions move the odds ratio, and what all universes say together."""

from pathlib import Path
from typing import Any

import pandas as pd

from job_log import job_log
from schemas.sensitivity import read_sensitivity, write_sensitivity
from study.cohort.eligibility import select_criteria
from study.sensitivity.batches import dimensions_of
from study.sensitivity.decisions import follow_exposure, summarise_decisions, terms_of_primary
from study.sensitivity.fitting import exposed_level
from study.sensitivity.imputed import Imputation
from study.sensitivity.influence import leave_women_out
from study.sensitivity.joint import judge_jointly
from study.sensitivity.prepared import prepare_primary
from study.sensitivity.robustness import (
    TIPPING_IMPUTATIONS,
    risk_of_unexposed,
    summarise_robustness,
    tip_over,
)
from study.sensitivity.specification import specify
from study.sensitivity.universe import read_setting
from study.sensitivity.universes import is_bound


def summarise_universes(
    *,
    validated: Path,
    universes: Path,
    estimates: Path,
    null: Path,
    decisions: Path,
    joint: Path,
    influence: Path,
    tipping: Path,
    robustness: Path,
    analysis: dict[str, Any],
    dimensions: dict[str, dict[str, dict[str, Any]]],
    only_alone: dict[str, list[str]],
    study_period: dict[str, str] | None,
    seed: int,
) -> None:
    """Write the summaries."""
    models, exclusions = analysis["models"], analysis["exclusions"]
    setting = read_setting(analysis)
    level = exposed_level(setting)
    listed = read_sensitivity("universes", universes)
    fitted = read_sensitivity("estimates", estimates)
    followed = follow_exposure(listed, fitted, setting.exposure, level)
    bound = is_bound(followed, only_alone)
    options = {name: list(dict.fromkeys(listed[name])) for name in dimensions_of(listed)}
    criteria = select_criteria(
        None,
        positive_birads=exclusions["positive_birads"],
        luminal_unspecified_is_unknown=exclusions["luminal_unspecified_is_unknown"],
        study_period=study_period,
    )
    primary = prepare_primary(pd.read_parquet(validated), specify(analysis), criteria, setting)
    alone = leave_women_out(primary.chain, primary.universe.specification.estimator)
    listed_terms = [t for t in models["multivariable"].values() if not isinstance(t, str)]
    terms = listed_terms[0] if listed_terms else [setting.exposure]
    curve = tip_over(primary, terms, level, Imputation(TIPPING_IMPUTATIONS, seed))
    decided = summarise_decisions(followed, options, bound, dimensions)
    write_sensitivity("decisions", decided, decisions)
    columns = ["universe", "log_odds", "p_value", "status"]
    outcomes = pd.read_parquet(null, columns=columns, read_dictionary=["universe", "status"])
    joint_tests = judge_jointly(followed, outcomes, setting.confidence_level)
    write_sensitivity("joint", joint_tests, joint)
    write_sensitivity("influence", alone, influence)
    write_sensitivity("tipping", curve, tipping)
    risk = risk_of_unexposed(primary.chain, terms_of_primary(fitted))
    single = summarise_robustness(followed, bound, curve, alone, risk)
    write_sensitivity("robustness", single, robustness)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        summarise_universes(
            validated=Path(snakemake.input.validated),
            universes=Path(snakemake.input.universes),
            estimates=Path(snakemake.input.estimates),
            null=Path(snakemake.input.null),
            decisions=Path(snakemake.output.decisions),
            joint=Path(snakemake.output.joint),
            influence=Path(snakemake.output.influence),
            tipping=Path(snakemake.output.tipping),
            robustness=Path(snakemake.output.robustness),
            analysis=snakemake.params.analysis,
            dimensions=snakemake.params.dimensions,
            only_alone=snakemake.params.only_alone,
            study_period=snakemake.params.study_period,
            seed=snakemake.params.seed,
        )
