"""Univariable screening, multivariable refitting, model checks and the count gate.

in:   results/{cohort}/cohort/analysis.parquet
out:  estimates/univariable.csv, multivariable.csv, model_fit.csv, hosmer_lemeshow.csv,
      classification.csv, roc.csv, calibration.csv, checks.csv; cohort/reconciliation.csv
steps: screen_univariable > fit_multivariable > check_model > reconcile_counts
"""


rule screen_univariable:
    """Fit every variable alone and mark what passes the screen."""
    input:
        analysis=rules.stratify_cohort.output.analysis,
    output:
        univariable="results/{cohort}/estimates/univariable.csv",
        lost_to_missing="results/{cohort}/cohort/lost_to_missing_univariable.parquet",
    log:
        "results/{cohort}/logs/screen_univariable.log",
    benchmark:
        "results/{cohort}/benchmarks/screen_univariable.tsv"
    conda:
        "../envs/environment.yaml"
    params:
        outcome=decision("models.outcome"),
        exposure=decision("models.exposure"),
        candidates=decision("models.candidates"),
        univariable_only=decision("models.univariable_only"),
        screening_alpha=decision("models.screening_alpha"),
        screening_test=decision("models.screening_test"),
        references=decision("models.references"),
        confidence_level=decision("statistics.confidence_level"),
        code=code("screen_univariable"),
    script:
        "../scripts/screen_univariable.py"


rule fit_multivariable:
    """Refit what the screen selected, and the models that are named term by term."""
    input:
        analysis=rules.stratify_cohort.output.analysis,
        univariable=rules.screen_univariable.output.univariable,
    output:
        multivariable="results/{cohort}/estimates/multivariable.csv",
        lost_to_missing="results/{cohort}/cohort/lost_to_missing_multivariable.parquet",
    log:
        "results/{cohort}/logs/fit_multivariable.log",
    benchmark:
        "results/{cohort}/benchmarks/fit_multivariable.tsv"
    conda:
        "../envs/environment.yaml"
    params:
        outcome=decision("models.outcome"),
        exposure=decision("models.exposure"),
        keep_exposure=decision("models.keep_exposure"),
        candidates=decision("models.candidates"),
        multivariable=decision("models.multivariable"),
        references=decision("models.references"),
        confidence_level=decision("statistics.confidence_level"),
        code=code("fit_multivariable"),
    script:
        "../scripts/fit_multivariable.py"


rule check_model:
    """Measure fit, discrimination and calibration, and say in words what is doubtful."""
    input:
        analysis=rules.stratify_cohort.output.analysis,
        readings=rules.apply_exclusions.output.readings,
        univariable=rules.screen_univariable.output.univariable,
        multivariable=rules.fit_multivariable.output.multivariable,
    output:
        model_fit="results/{cohort}/estimates/model_fit.csv",
        hosmer_lemeshow="results/{cohort}/estimates/hosmer_lemeshow.csv",
        classification="results/{cohort}/estimates/classification.csv",
        roc="results/{cohort}/estimates/roc.csv",
        calibration="results/{cohort}/estimates/calibration.csv",
        checks="results/{cohort}/estimates/checks.csv",
    log:
        "results/{cohort}/logs/check_model.log",
    benchmark:
        "results/{cohort}/benchmarks/check_model.tsv"
    conda:
        "../envs/environment.yaml"
    params:
        outcome=decision("models.outcome"),
        exposure=decision("models.exposure"),
        candidates=decision("models.candidates"),
        univariable_only=decision("models.univariable_only"),
        keep_exposure=decision("models.keep_exposure"),
        multivariable=decision("models.multivariable"),
        references=decision("models.references"),
        confidence_level=decision("statistics.confidence_level"),
        events_per_parameter=decision("checks.events_per_parameter"),
        variance_inflation=decision("checks.variance_inflation"),
        classification_threshold=decision("checks.classification_threshold"),
        hosmer_lemeshow_groups=decision("checks.hosmer_lemeshow_groups"),
        code=code("check_model"),
    script:
        "../scripts/check_model.py"


rule reconcile_counts:
    """Stop unless flow, tables and models agree on how many patients there are."""
    input:
        flow=rules.apply_exclusions.output.flow,
        disposition=rules.apply_exclusions.output.disposition,
        analysis=rules.stratify_cohort.output.analysis,
        baseline=rules.describe_cohort.output.baseline,
        contingency=rules.tabulate_associations.output.contingency,
        univariable=rules.screen_univariable.output.univariable,
        multivariable=rules.fit_multivariable.output.multivariable,
        model_fit=rules.check_model.output.model_fit,
        lost_univariable=rules.screen_univariable.output.lost_to_missing,
        lost_multivariable=rules.fit_multivariable.output.lost_to_missing,
    output:
        reconciliation="results/{cohort}/cohort/reconciliation.csv",
    log:
        "results/{cohort}/logs/reconcile_counts.log",
    benchmark:
        "results/{cohort}/benchmarks/reconcile_counts.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        code=code("reconcile_counts"),
    script:
        "../scripts/reconcile_counts.py"
