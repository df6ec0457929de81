"""The whole chain, screening included, in resampled cohorts: stability, optimism, type I error.

in:   results/{cohort}/cohort/analysis.parquet, estimates/multivariable.csv, model_fit.csv
      (for comparison)
out:  results/{cohort}/resampling/stability.csv, models.csv, optimism.csv, type_i_error.csv;
      tables/stability (HTML, CSV), figures/stability (SVG, PDF, PNG); quotes_stability.json
steps: resample_chain > render_stability, plot_stability
"""


rule resample_chain:
    """Bootstrap, permute and jackknife the screen with its refit; stop unless the primary agrees."""
    input:
        analysis=rules.stratify_cohort.output.analysis,
        multivariable=rules.fit_multivariable.output.multivariable,
        model_fit=rules.check_model.output.model_fit,
    output:
        stability="results/{cohort}/resampling/stability.csv",
        models="results/{cohort}/resampling/models.csv",
        optimism="results/{cohort}/resampling/optimism.csv",
        type_i_error="results/{cohort}/resampling/type_i_error.csv",
    log:
        "results/{cohort}/logs/resample_chain.log",
    benchmark:
        "results/{cohort}/benchmarks/resample_chain.tsv"
    conda:
        "../envs/environment.yaml"
    params:
        outcome=decision("models.outcome"),
        exposure=decision("models.exposure"),
        keep_exposure=decision("models.keep_exposure"),
        candidates=decision("models.candidates"),
        screening_alpha=decision("models.screening_alpha"),
        screening_test=decision("models.screening_test"),
        terms=decision("models.multivariable"),
        references=decision("models.references"),
        model=decision("resampling.model"),
        seed=decision("resampling.seed"),
        replicates=decision("resampling.replicates"),
        confidence_level=decision("statistics.confidence_level"),
        code=code("resample_chain"),
    script:
        "../scripts/resample_chain.py"


rule render_stability:
    """Print inclusion, selection-adjusted intervals, optimism and type I error."""
    input:
        reconciliation=rules.reconcile_counts.output.reconciliation,
        stability=rules.resample_chain.output.stability,
        models=rules.resample_chain.output.models,
        optimism=rules.resample_chain.output.optimism,
        type_i_error=rules.resample_chain.output.type_i_error,
    output:
        html=shown("results/{cohort}/tables/stability.html", "Table", "Stability", "stability"),
        csv="results/{cohort}/tables/stability.csv",
        quotes="results/{cohort}/quotes_stability.json",
    log:
        "results/{cohort}/logs/render_stability.log",
    benchmark:
        "results/{cohort}/benchmarks/render_stability.tsv"
    conda:
        "../envs/environment.yaml"
    params:
        title=fact("title"),
        synthetic=fact("synthetic"),
        assumed_note=fact("assumed_note", ""),
        model=decision("resampling.model"),
        terms=decision("models.multivariable"),
        exposure=decision("models.exposure"),
        keep_exposure=decision("models.keep_exposure"),
        screening_alpha=decision("models.screening_alpha"),
        screening_test=decision("models.screening_test"),
        confidence_level=decision("statistics.confidence_level"),
        quoted=quoted_of_stability,
        code=code("render_stability"),
    script:
        "../scripts/render_stability.py"


rule plot_stability:
    """Draw how often each term is included, and its intervals by method."""
    input:
        reconciliation=rules.reconcile_counts.output.reconciliation,
        stability=rules.resample_chain.output.stability,
    output:
        svg=shown("results/{cohort}/figures/stability.svg", "Figure", "Stability", "stability"),
        pdf="results/{cohort}/figures/stability.pdf",
        png="results/{cohort}/figures/stability.png",
    log:
        "results/{cohort}/logs/plot_stability.log",
    benchmark:
        "results/{cohort}/benchmarks/plot_stability.tsv"
    conda:
        "../envs/environment.yaml"
    params:
        title=fact("title"),
        synthetic=fact("synthetic"),
        model=decision("resampling.model"),
        terms=decision("models.multivariable"),
        exposure=decision("models.exposure"),
        keep_exposure=decision("models.keep_exposure"),
        screening_alpha=decision("models.screening_alpha"),
        screening_test=decision("models.screening_test"),
        confidence_level=decision("statistics.confidence_level"),
        quoted=quoted_of_stability,
        code=code("plot_stability"),
    script:
        "../scripts/plot_stability.py"
