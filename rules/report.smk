"""What the report and the console say: the captions' numbers, doubts and assumptions.

in:   results/{cohort}/estimates/, the `# ASSUME:` marks of scripts/study
out:  results/{cohort}/quotes.json, tables/checks.html; results/summary/assumptions.html
steps: quote_estimates, render_checks, list_assumptions
The report itself: snakemake --report report.html, or `make report`.
"""


report: "captions/workflow.rst"


onsuccess:
    print(closing_words(quotes_of_run(workflow.dag)))


onerror:
    print(STOPPED)


rule quote_estimates:
    """Write what captions and the console quote: n, tests and thresholds of this run."""
    input:
        reconciliation=rules.reconcile_counts.output.reconciliation,
        flow=rules.apply_exclusions.output.flow,
        readings=rules.apply_exclusions.output.readings,
        baseline=rules.describe_cohort.output.baseline,
        contingency=rules.tabulate_associations.output.contingency,
        tests=rules.tabulate_associations.output.tests,
        univariable=rules.screen_univariable.output.univariable,
        multivariable=rules.fit_multivariable.output.multivariable,
        model_fit=rules.check_model.output.model_fit,
        checks=rules.check_model.output.checks,
        agreement_summary=rules.tabulate_agreement.output.agreement_summary,
    output:
        quotes="results/{cohort}/quotes.json",
    log:
        "results/{cohort}/logs/quote_estimates.log",
    benchmark:
        "results/{cohort}/benchmarks/quote_estimates.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        title=fact("title"),
        synthetic=fact("synthetic"),
        exposure=decision("models.exposure"),
        confidence_level=decision("statistics.confidence_level"),
        screening_alpha=decision("models.screening_alpha"),
        screening_test=decision("models.screening_test"),
        fisher_expected_below=decision("statistics.fisher_expected_below"),
        code=code("quote_estimates"),
    script:
        "../scripts/quote_estimates.py"


rule render_checks:
    """Print what is doubtful about the models, in words."""
    input:
        reconciliation=rules.reconcile_counts.output.reconciliation,
        checks=rules.check_model.output.checks,
    output:
        html=shown("results/{cohort}/tables/checks.html", "Check", "What is doubtful", "checks"),
    log:
        "results/{cohort}/logs/render_checks.log",
    benchmark:
        "results/{cohort}/benchmarks/render_checks.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        title=fact("title"),
        synthetic=fact("synthetic"),
        assumed_note=fact("assumed_note", ""),
        quoted=quoted,
        code=code("render_checks"),
    script:
        "../scripts/render_checks.py"


rule list_assumptions:
    """Print the clinical and statistical assumptions that the code marks, with their sources."""
    output:
        html=shown("results/summary/assumptions.html", "Check", "Assumptions", "assumptions"),
    log:
        "results/summary/logs/list_assumptions.log",
    benchmark:
        "results/summary/benchmarks/list_assumptions.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        assumptions=assumptions_in_code(),
        code=code("list_assumptions"),
    script:
        "../scripts/list_assumptions.py"
