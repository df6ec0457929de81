"""Figures, made from estimates only.

in:   results/{cohort}/estimates/
out:  results/{cohort}/figures/ (SVG, PDF, PNG)
steps: plot_odds_ratios
"""


rule plot_odds_ratios:
    """Forest plot of the univariable and multivariable odds ratios."""
    input:
        reconciliation=rules.reconcile_counts.output.reconciliation,
        univariable=rules.screen_univariable.output.univariable,
        multivariable=rules.fit_multivariable.output.multivariable,
    output:
        svg="results/{cohort}/figures/odds_ratios.svg",
        pdf="results/{cohort}/figures/odds_ratios.pdf",
        png="results/{cohort}/figures/odds_ratios.png",
    log:
        "results/{cohort}/logs/plot_odds_ratios.log",
    benchmark:
        "results/{cohort}/benchmarks/plot_odds_ratios.tsv"
    conda:
        "../envs/environment.yaml"
    params:
        title=fact("title"),
        synthetic=fact("synthetic"),
        confidence_level=decision("statistics.confidence_level"),
        code=code("plot_odds_ratios"),
    script:
        "../scripts/plot_odds_ratios.py"
