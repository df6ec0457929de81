"""Other definitions of HER2 status, receptors and subtype: who moves, and the odds ratio.

in:   results/{cohort}/cohort/validated.parquet, estimates/univariable.csv (for comparison)
out:  results/{cohort}/estimates/reclassification.csv, reclassification_models.csv;
      tables/reclassification (HTML, CSV), figures/reclassification (SVG, PDF, PNG);
      quotes_reclassification.json
steps: reclassify_biomarkers > render_reclassification, plot_reclassification
"""


rule reclassify_biomarkers:
    """Derive, exclude and refit under every alternative definition; stop unless the primary agrees."""
    input:
        validated=rules.validate_cohort.output.validated,
        univariable=rules.screen_univariable.output.univariable,
    output:
        reclassification="results/{cohort}/estimates/reclassification.csv",
        models="results/{cohort}/estimates/reclassification_models.csv",
    log:
        "results/{cohort}/logs/reclassify_biomarkers.log",
    benchmark:
        "results/{cohort}/benchmarks/reclassify_biomarkers.tsv"
    conda:
        "../envs/environment.yaml"
    params:
        # The whole block: a definition is its keys with some of the values in others' place.
        derivation=decision("derivation"),
        definitions=decision("reclassification"),
        order=decision("exclusions.order"),
        positive_birads=decision("exclusions.positive_birads"),
        luminal_unspecified_is_unknown=decision("exclusions.luminal_unspecified_is_unknown"),
        study_period=fact("study_period"),
        outcome=decision("models.outcome"),
        exposure=decision("models.exposure"),
        references=decision("models.references"),
        confidence_level=decision("statistics.confidence_level"),
        code=code("reclassify_biomarkers"),
    script:
        "../scripts/reclassify_biomarkers.py"


rule render_reclassification:
    """Print who moves from which class to which, with kappa and odds ratio."""
    input:
        reconciliation=rules.reconcile_counts.output.reconciliation,
        reclassification=rules.reclassify_biomarkers.output.reclassification,
        models=rules.reclassify_biomarkers.output.models,
    output:
        html=shown(
            "results/{cohort}/tables/reclassification.html",
            "Table",
            "Other definitions",
            "reclassification",
        ),
        csv="results/{cohort}/tables/reclassification.csv",
        quotes="results/{cohort}/quotes_reclassification.json",
    log:
        "results/{cohort}/logs/render_reclassification.log",
    benchmark:
        "results/{cohort}/benchmarks/render_reclassification.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        title=fact("title"),
        synthetic=fact("synthetic"),
        assumed_note=fact("assumed_note", ""),
        assumed_findings=fact("assumed_findings", []),
        exposure=decision("models.exposure"),
        references=decision("models.references"),
        confidence_level=decision("statistics.confidence_level"),
        quoted=quoted_of_definitions,
        code=code("render_reclassification"),
    script:
        "../scripts/render_reclassification.py"


rule plot_reclassification:
    """Draw who moves, and the odds ratio under every definition beside the primary one."""
    input:
        reconciliation=rules.reconcile_counts.output.reconciliation,
        models=rules.reclassify_biomarkers.output.models,
    output:
        svg=shown(
            "results/{cohort}/figures/reclassification.svg",
            "Figure",
            "Other definitions",
            "reclassification",
        ),
        pdf="results/{cohort}/figures/reclassification.pdf",
        png="results/{cohort}/figures/reclassification.png",
    log:
        "results/{cohort}/logs/plot_reclassification.log",
    benchmark:
        "results/{cohort}/benchmarks/plot_reclassification.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        title=fact("title"),
        synthetic=fact("synthetic"),
        assumed_findings=fact("assumed_findings", []),
        exposure=decision("models.exposure"),
        references=decision("models.references"),
        confidence_level=decision("statistics.confidence_level"),
        quoted=quoted_of_definitions,
        code=code("plot_reclassification"),
    script:
        "../scripts/plot_reclassification.py"
