"""Descriptives, 2 x 2 and larger tables, tests and effects.

in:   results/{cohort}/cohort/analysis.parquet
out:  estimates/baseline.csv, distributions.csv, contingency.csv, tests.csv, effects.csv,
      prevalence.csv
steps: describe_cohort, tabulate_associations
"""


rule describe_cohort:
    """Describe the cohort overall, by microcalcifications and by HER2 status."""
    input:
        analysis=rules.stratify_cohort.output.analysis,
        values=values_of_registry,
    output:
        baseline="results/{cohort}/estimates/baseline.csv",
        distributions="results/{cohort}/estimates/distributions.csv",
    log:
        "results/{cohort}/logs/describe_cohort.log",
    benchmark:
        "results/{cohort}/benchmarks/describe_cohort.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        code=code("describe_cohort"),
    script:
        "../scripts/describe_cohort.py"


rule tabulate_associations:
    """Cross-tabulate microcalcifications, with every test and the one chosen by rule."""
    input:
        analysis=rules.stratify_cohort.output.analysis,
        values=values_of_registry,
    output:
        contingency="results/{cohort}/estimates/contingency.csv",
        tests="results/{cohort}/estimates/tests.csv",
        effects="results/{cohort}/estimates/effects.csv",
        prevalence="results/{cohort}/estimates/prevalence.csv",
    log:
        "results/{cohort}/logs/tabulate_associations.log",
    benchmark:
        "results/{cohort}/benchmarks/tabulate_associations.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        confidence_level=decision("statistics.confidence_level"),
        normality_alpha=decision("statistics.normality_alpha"),
        equal_variance_alpha=decision("statistics.equal_variance_alpha"),
        fisher_expected_below=decision("statistics.fisher_expected_below"),
        code=code("tabulate_associations"),
    script:
        "../scripts/tabulate_associations.py"
