"""What holds across the cohorts of one run: odds ratios side by side, the real ones pooled.

in:   results/{cohort}/estimates/univariable.csv or multivariable.csv of every cohort
out:  results/summary/cohorts.csv, heterogeneity.csv, left_out.csv, cohorts.html,
      quotes.json, odds_ratios (SVG, PDF, PNG)
steps: summarise_cohorts > render_cohorts, plot_cohorts
"""


rule summarise_cohorts:
    """Set the cohorts' odds ratios side by side; pool the real ones with random effects."""
    input:
        reconciliation=expand(rules.reconcile_counts.output.reconciliation, cohort=COHORTS),
        estimates=expand(
            (
                rules.screen_univariable.output.univariable
                if config["summary"]["model"] == "univariable"
                else rules.fit_multivariable.output.multivariable
            ),
            cohort=COHORTS,
        ),
    output:
        cohorts="results/summary/cohorts.csv",
        heterogeneity="results/summary/heterogeneity.csv",
        left_out="results/summary/left_out.csv",
    log:
        "results/summary/logs/summarise_cohorts.log",
    benchmark:
        "results/summary/benchmarks/summarise_cohorts.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        names=COHORTS,
        synthetic=[COHORT[name].get("synthetic", False) for name in COHORTS],
        model=config["summary"]["model"],
        exposure=config["analysis"]["models"]["exposure"],
        references=config["analysis"]["models"]["references"],
        confidence_level=config["analysis"]["statistics"]["confidence_level"],
        code=code("summarise_cohorts"),
    script:
        "../scripts/summarise_cohorts.py"


rule render_cohorts:
    """Print the cohorts' odds ratios and their summary as a table."""
    input:
        cohorts=rules.summarise_cohorts.output.cohorts,
        heterogeneity=rules.summarise_cohorts.output.heterogeneity,
        left_out=rules.summarise_cohorts.output.left_out,
    output:
        html=shown("results/summary/cohorts.html", "Comparison", "Table of cohorts", "cohorts"),
        quotes="results/summary/quotes.json",
    log:
        "results/summary/logs/render_cohorts.log",
    benchmark:
        "results/summary/benchmarks/render_cohorts.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        model=config["summary"]["model"],
        exposure=config["analysis"]["models"]["exposure"],
        references=config["analysis"]["models"]["references"],
        confidence_level=config["analysis"]["statistics"]["confidence_level"],
        quoted=quoted_of_all,
        code=code("render_cohorts"),
    script:
        "../scripts/render_cohorts.py"


rule plot_cohorts:
    """Forest plot of the cohorts; synthetic ones are hollow and not pooled."""
    input:
        cohorts=rules.summarise_cohorts.output.cohorts,
        heterogeneity=rules.summarise_cohorts.output.heterogeneity,
        left_out=rules.summarise_cohorts.output.left_out,
    output:
        svg=shown("results/summary/odds_ratios.svg", "Comparison", "Forest plot", "cohorts"),
        pdf="results/summary/odds_ratios.pdf",
        png="results/summary/odds_ratios.png",
    log:
        "results/summary/logs/plot_cohorts.log",
    benchmark:
        "results/summary/benchmarks/plot_cohorts.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        model=config["summary"]["model"],
        exposure=config["analysis"]["models"]["exposure"],
        references=config["analysis"]["models"]["references"],
        confidence_level=config["analysis"]["statistics"]["confidence_level"],
        quoted=quoted_of_all,
        code=code("plot_cohorts"),
    script:
        "../scripts/plot_cohorts.py"


# What is made where there is something to summarise.
SUMMARY = [rules.render_cohorts.output, rules.plot_cohorts.output] if len(COHORTS) > 1 else []
