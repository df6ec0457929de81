"""The variants of the analysis that config/sensitivity.yaml lists, fitted in batches.

in:   results/{cohort}/cohort/validated.parquet, estimates/multivariable.csv (for comparison)
out:  results/{cohort}/sensitivity/universes.csv, estimates.csv, decisions.csv, joint.csv,
      influence.csv, tipping.csv, robustness.csv
steps: enumerate_universes > fit_universes (batches) > collect_universes > summarise_universes;
      what people read of it: specification_curve.smk
"""

SENSITIVITY = read_sensitivity_file(config["sensitivity"])
BATCHES = [f"{number:04d}" for number in range(SENSITIVITY["batches"])]
# What decides a universe; its other decisions follow from the options.
DECIDING = decisions("derivation", "exclusions", "models", "statistics")


rule enumerate_universes:
    """List the universes: the primary analysis, every option alone, others drawn."""
    output:
        universes="results/{cohort}/sensitivity/universes.csv",
    log:
        "results/{cohort}/logs/enumerate_universes.log",
    benchmark:
        "results/{cohort}/benchmarks/enumerate_universes.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        analysis=DECIDING,
        dimensions=SENSITIVITY["dimensions"],
        constraints=SENSITIVITY["constraints"],
        only_alone=SENSITIVITY["only_alone"],
        without=fact("sensitivity_without", []),
        number=SENSITIVITY["universes"],
        seed=SENSITIVITY["seed"],
        code=code("enumerate_universes"),
    script:
        "../scripts/enumerate_universes.py"


rule fit_universes:
    """Fit the universes of one batch, and the same universes to outcomes under the null."""
    input:
        validated=rules.validate_cohort.output.validated,
        universes=rules.enumerate_universes.output.universes,
    output:
        estimates="results/{cohort}/sensitivity/batches/{batch}.parquet",
        null="results/{cohort}/sensitivity/batches/{batch}_null.parquet",
    log:
        "results/{cohort}/logs/fit_universes_{batch}.log",
    benchmark:
        "results/{cohort}/benchmarks/fit_universes_{batch}.tsv"
    conda:
        "../envs/environment.yaml"
    params:
        batch=lambda wildcards: int(wildcards.batch),
        batches=SENSITIVITY["batches"],
        analysis=DECIDING,
        dimensions=SENSITIVITY["dimensions"],
        study_period=fact("study_period"),
        null_replicates=SENSITIVITY["null_replicates"],
        imputations=SENSITIVITY["imputations"],
        seed=SENSITIVITY["seed"],
        code=code("fit_universes"),
    script:
        "../scripts/fit_universes.py"


rule collect_universes:
    """Put the batches together; stop unless the primary universe is the primary analysis."""
    input:
        universes=rules.enumerate_universes.output.universes,
        batches=expand(rules.fit_universes.output.estimates, batch=BATCHES, allow_missing=True),
        null_batches=expand(rules.fit_universes.output.null, batch=BATCHES, allow_missing=True),
        multivariable=rules.fit_multivariable.output.multivariable,
    output:
        estimates="results/{cohort}/sensitivity/estimates.csv",
        null="results/{cohort}/sensitivity/null.parquet",
    log:
        "results/{cohort}/logs/collect_universes.log",
    benchmark:
        "results/{cohort}/benchmarks/collect_universes.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        models=decision("models.multivariable"),
        code=code("collect_universes"),
    script:
        "../scripts/collect_universes.py"


rule summarise_universes:
    """Say which decisions move the odds ratio, and what all universes say together."""
    input:
        validated=rules.validate_cohort.output.validated,
        universes=rules.enumerate_universes.output.universes,
        estimates=rules.collect_universes.output.estimates,
        null=rules.collect_universes.output.null,
    output:
        decisions="results/{cohort}/sensitivity/decisions.csv",
        joint="results/{cohort}/sensitivity/joint.csv",
        influence="results/{cohort}/sensitivity/influence.csv",
        tipping="results/{cohort}/sensitivity/tipping.csv",
        robustness="results/{cohort}/sensitivity/robustness.csv",
    log:
        "results/{cohort}/logs/summarise_universes.log",
    benchmark:
        "results/{cohort}/benchmarks/summarise_universes.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        analysis=DECIDING,
        dimensions=SENSITIVITY["dimensions"],
        only_alone=SENSITIVITY["only_alone"],
        study_period=fact("study_period"),
        seed=SENSITIVITY["seed"],
        code=code("summarise_universes"),
    script:
        "../scripts/summarise_universes.py"
