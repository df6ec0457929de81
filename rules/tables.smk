"""Tables 1 to 5 in a journal's form, and what the run rests on.

in:   results/{cohort}/estimates/
out:  results/{cohort}/tables/table1..5 (HTML, CSV), provenance.json
steps: render_tables, record_provenance
"""

import os
import shlex
import sys

# For provenance.json; jobs inherit it, and as a parameter it would rerun them.
os.environ.setdefault("STUDY_COMMAND", shlex.join(["snakemake", *sys.argv[1:]]))


rule render_tables:
    """Print the five tables of the study as HTML and CSV."""
    input:
        reconciliation=rules.reconcile_counts.output.reconciliation,
        flow=rules.apply_exclusions.output.flow,
        readings=rules.apply_exclusions.output.readings,
        baseline=rules.describe_cohort.output.baseline,
        contingency=rules.tabulate_associations.output.contingency,
        tests=rules.tabulate_associations.output.tests,
        effects=rules.tabulate_associations.output.effects,
        univariable=rules.screen_univariable.output.univariable,
        multivariable=rules.fit_multivariable.output.multivariable,
        model_fit=rules.check_model.output.model_fit,
        checks=rules.check_model.output.checks,
    output:
        table1=shown(
            "results/{cohort}/tables/table1.html",
            "Table",
            "Table 1. Patient characteristics",
            "table1",
        ),
        table2=shown("results/{cohort}/tables/table2.html", "Table", "Table 2. Density", "table2"),
        table3=shown("results/{cohort}/tables/table3.html", "Table", "Table 3. Tumour", "table3"),
        table4=shown(
            "results/{cohort}/tables/table4.html", "Table", "Table 4. Univariable", "table4"
        ),
        table5=shown(
            "results/{cohort}/tables/table5.html", "Table", "Table 5. Multivariable", "table5"
        ),
        table1_csv="results/{cohort}/tables/table1.csv",
        table2_csv="results/{cohort}/tables/table2.csv",
        table3_csv="results/{cohort}/tables/table3.csv",
        table4_csv="results/{cohort}/tables/table4.csv",
        table5_csv="results/{cohort}/tables/table5.csv",
    log:
        "results/{cohort}/logs/render_tables.log",
    benchmark:
        "results/{cohort}/benchmarks/render_tables.tsv"
    conda:
        "../envs/environment.yaml"
    params:
        title=fact("title"),
        synthetic=fact("synthetic"),
        assumed_note=fact("assumed_note", ""),
        confidence_level=decision("statistics.confidence_level"),
        screening_alpha=decision("models.screening_alpha"),
        screening_test=decision("models.screening_test"),
        univariable_only=decision("models.univariable_only"),
        fisher_expected_below=decision("statistics.fisher_expected_below"),
        quoted=quoted,
        code=code("render_tables"),
    script:
        "../scripts/render_tables.py"


rule record_provenance:
    """Record versions, checksums, decisions and command of the run."""
    input:
        reconciliation=rules.reconcile_counts.output.reconciliation,
        workbook=workbook,
        analysis=rules.stratify_cohort.output.analysis,
    output:
        provenance=shown("results/{cohort}/provenance.json", "Check", "Provenance", "provenance"),
    log:
        "results/{cohort}/logs/record_provenance.log",
    benchmark:
        "results/{cohort}/benchmarks/record_provenance.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        cohort_file=cohort_file,
        synthetic=fact("synthetic"),
        decisions=fact("analysis"),
        content=content("config/cohorts/{cohort}/cohort.yaml"),
        quoted=quoted,
        code=code("record_provenance"),
    script:
        "../scripts/record_provenance.py"
