"""What people read of the sensitivity analysis: the specification curve and its table.

in:   results/{cohort}/sensitivity/ (all of its CSV files)
out:  figures/specification_curve (SVG, PDF, PNG), tables/sensitivity (HTML, CSV);
      quotes_sensitivity.json
steps: render_sensitivity, plot_specification_curve
"""

# Which file decided, and by which draws: the table and the figure say so.
ORIGIN = {
    "file": config["sensitivity"],
    "seed": SENSITIVITY["seed"],
    "imputations": SENSITIVITY["imputations"],
}


rule render_sensitivity:
    """Print which decisions move the odds ratio, the joint tests, and how robust the result is."""
    input:
        reconciliation=rules.reconcile_counts.output.reconciliation,
        universes=rules.enumerate_universes.output.universes,
        estimates=rules.collect_universes.output.estimates,
        decisions=rules.summarise_universes.output.decisions,
        joint=rules.summarise_universes.output.joint,
        influence=rules.summarise_universes.output.influence,
        tipping=rules.summarise_universes.output.tipping,
        robustness=rules.summarise_universes.output.robustness,
    output:
        html=shown(
            "results/{cohort}/tables/sensitivity.html", "Table", "Sensitivity", "sensitivity"
        ),
        csv="results/{cohort}/tables/sensitivity.csv",
        quotes="results/{cohort}/quotes_sensitivity.json",
    log:
        "results/{cohort}/logs/render_sensitivity.log",
    benchmark:
        "results/{cohort}/benchmarks/render_sensitivity.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        title=fact("title"),
        synthetic=fact("synthetic"),
        assumed_note=fact("assumed_note", ""),
        exposure=decision("models.exposure"),
        references=decision("models.references"),
        multivariable=decision("models.multivariable"),
        dimensions=SENSITIVITY["dimensions"],
        only_alone=SENSITIVITY["only_alone"],
        origin=ORIGIN,
        confidence_level=decision("statistics.confidence_level"),
        quoted=quoted_of_sensitivity,
        code=code("render_sensitivity"),
    script:
        "../scripts/render_sensitivity.py"


rule plot_specification_curve:
    """Draw the odds ratios of all universes, and the decisions they rest on."""
    input:
        reconciliation=rules.reconcile_counts.output.reconciliation,
        universes=rules.enumerate_universes.output.universes,
        estimates=rules.collect_universes.output.estimates,
        decisions=rules.summarise_universes.output.decisions,
        joint=rules.summarise_universes.output.joint,
        influence=rules.summarise_universes.output.influence,
        tipping=rules.summarise_universes.output.tipping,
        robustness=rules.summarise_universes.output.robustness,
    output:
        svg=shown(
            "results/{cohort}/figures/specification_curve.svg",
            "Figure",
            "Specification curve",
            "sensitivity",
        ),
        pdf="results/{cohort}/figures/specification_curve.pdf",
        png="results/{cohort}/figures/specification_curve.png",
    log:
        "results/{cohort}/logs/plot_specification_curve.log",
    benchmark:
        "results/{cohort}/benchmarks/plot_specification_curve.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        title=fact("title"),
        synthetic=fact("synthetic"),
        assumed_note=fact("assumed_note", ""),
        exposure=decision("models.exposure"),
        references=decision("models.references"),
        dimensions=SENSITIVITY["dimensions"],
        only_alone=SENSITIVITY["only_alone"],
        origin=ORIGIN,
        confidence_level=decision("statistics.confidence_level"),
        quoted=quoted_of_sensitivity,
        code=code("plot_specification_curve"),
    script:
        "../scripts/plot_specification_curve.py"


# What `rule sensitivity` asks for.
VARIANTS = [*rules.render_sensitivity.output, *rules.plot_specification_curve.output]
