"""Figures of the models, made from estimates only.

in:   results/{cohort}/estimates/
out:  results/{cohort}/figures/ (SVG, PDF, PNG)
steps: plot_odds_ratios, plot_discrimination
"""


rule plot_odds_ratios:
    """Forest plot of the univariable and multivariable odds ratios, in two widths."""
    input:
        reconciliation=rules.reconcile_counts.output.reconciliation,
        univariable=rules.screen_univariable.output.univariable,
        multivariable=rules.fit_multivariable.output.multivariable,
    output:
        svg=shown(
            "results/{cohort}/figures/odds_ratios.svg", "Figure", "Odds ratios", "odds_ratios"
        ),
        pdf="results/{cohort}/figures/odds_ratios.pdf",
        png="results/{cohort}/figures/odds_ratios.png",
        svg_85mm="results/{cohort}/figures/odds_ratios_85mm.svg",
        pdf_85mm="results/{cohort}/figures/odds_ratios_85mm.pdf",
        png_85mm="results/{cohort}/figures/odds_ratios_85mm.png",
    log:
        "results/{cohort}/logs/plot_odds_ratios.log",
    benchmark:
        "results/{cohort}/benchmarks/plot_odds_ratios.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        title=fact("title"),
        synthetic=fact("synthetic"),
        confidence_level=decision("statistics.confidence_level"),
        quoted=quoted,
        code=code("plot_odds_ratios"),
    script:
        "../scripts/plot_odds_ratios.py"


rule plot_discrimination:
    """ROC curve and calibration of every multivariable model."""
    input:
        reconciliation=rules.reconcile_counts.output.reconciliation,
        model_fit=rules.check_model.output.model_fit,
        roc=rules.check_model.output.roc,
        calibration=rules.check_model.output.calibration,
        checks=rules.check_model.output.checks,
    output:
        svg=shown(
            "results/{cohort}/figures/discrimination.svg",
            "Figure",
            "Discrimination",
            "discrimination",
        ),
        pdf="results/{cohort}/figures/discrimination.pdf",
        png="results/{cohort}/figures/discrimination.png",
    log:
        "results/{cohort}/logs/plot_discrimination.log",
    benchmark:
        "results/{cohort}/benchmarks/plot_discrimination.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        title=fact("title"),
        synthetic=fact("synthetic"),
        confidence_level=decision("statistics.confidence_level"),
        quoted=quoted,
        code=code("plot_discrimination"),
    script:
        "../scripts/plot_discrimination.py"
