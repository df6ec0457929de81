"""Figures of the cohort, made from estimates only; each is one journal column wide.

in:   results/{cohort}/estimates/
out:  results/{cohort}/figures/ (SVG, PDF, PNG)
steps: plot_flow, plot_prevalence, plot_distributions
"""


rule plot_flow:
    """STROBE diagram: who was assessed, excluded and why, and analysed."""
    input:
        reconciliation=rules.reconcile_counts.output.reconciliation,
        flow=rules.apply_exclusions.output.flow,
        readings=rules.apply_exclusions.output.readings,
        baseline=rules.describe_cohort.output.baseline,
    output:
        svg=shown("results/{cohort}/figures/flow.svg", "Figure", "Patient flow", "flow"),
        pdf="results/{cohort}/figures/flow.pdf",
        png="results/{cohort}/figures/flow.png",
    log:
        "results/{cohort}/logs/plot_flow.log",
    benchmark:
        "results/{cohort}/benchmarks/plot_flow.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        title=fact("title"),
        synthetic=fact("synthetic"),
        quoted=quoted,
        code=code("plot_flow"),
    script:
        "../scripts/plot_flow.py"


rule plot_prevalence:
    """Prevalence of microcalcifications by HER2 status and density, Wilson intervals."""
    input:
        reconciliation=rules.reconcile_counts.output.reconciliation,
        prevalence=rules.tabulate_associations.output.prevalence,
        readings=rules.apply_exclusions.output.readings,
        checks=rules.check_model.output.checks,
    output:
        svg=shown("results/{cohort}/figures/prevalence.svg", "Figure", "Prevalence", "prevalence"),
        pdf="results/{cohort}/figures/prevalence.pdf",
        png="results/{cohort}/figures/prevalence.png",
    log:
        "results/{cohort}/logs/plot_prevalence.log",
    benchmark:
        "results/{cohort}/benchmarks/plot_prevalence.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        title=fact("title"),
        synthetic=fact("synthetic"),
        confidence_level=decision("statistics.confidence_level"),
        quoted=quoted,
        code=code("plot_prevalence"),
    script:
        "../scripts/plot_prevalence.py"


rule plot_distributions:
    """Histograms of age and Ki-67 by HER2 status."""
    input:
        reconciliation=rules.reconcile_counts.output.reconciliation,
        distributions=rules.describe_cohort.output.distributions,
        baseline=rules.describe_cohort.output.baseline,
    output:
        svg=shown(
            "results/{cohort}/figures/distributions.svg",
            "Figure",
            "Age and Ki-67",
            "distributions",
        ),
        pdf="results/{cohort}/figures/distributions.pdf",
        png="results/{cohort}/figures/distributions.png",
    log:
        "results/{cohort}/logs/plot_distributions.log",
    benchmark:
        "results/{cohort}/benchmarks/plot_distributions.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        title=fact("title"),
        synthetic=fact("synthetic"),
        quoted=quoted,
        code=code("plot_distributions"),
    script:
        "../scripts/plot_distributions.py"
