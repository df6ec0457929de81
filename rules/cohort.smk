"""From the workbook to the analysis cohort.

in:   config/cohorts/{cohort}/cohort.yaml and the workbook it names
out:  results/{cohort}/cohort/ (patient level), estimates/flow.csv, readings.csv
steps: import_workbook > validate_cohort > derive_biomarkers > apply_exclusions
       > stratify_cohort
"""


rule import_workbook:
    """Read the sheet as it stands; every value keeps its cell address."""
    input:
        workbook=workbook,
    output:
        raw="results/{cohort}/cohort/raw.parquet",
        columns="results/{cohort}/cohort/columns.csv",
        import_notes="results/{cohort}/cohort/import_notes.csv",
    log:
        "results/{cohort}/logs/import_workbook.log",
    benchmark:
        "results/{cohort}/benchmarks/import_workbook.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        cohort_file=cohort_file,
        settings=layout,
        content=workbook_checksum,
        code=code("import_workbook"),
    script:
        "../scripts/import_workbook.py"


rule validate_cohort:
    """Apply the codebook and list every problem at once, by sheet and cell."""
    input:
        raw=rules.import_workbook.output.raw,
        columns=rules.import_workbook.output.columns,
        import_notes=rules.import_workbook.output.import_notes,
    output:
        validated="results/{cohort}/cohort/validated.parquet",
    log:
        "results/{cohort}/logs/validate_cohort.log",
        problems="results/{cohort}/logs/validation_problems.csv",
    benchmark:
        "results/{cohort}/benchmarks/validate_cohort.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        cohort_file=cohort_file,
        codebook=fact("codebook"),
        words=facts("language", "decimal", "dates"),
        code=code("validate_cohort"),
    script:
        "../scripts/validate_cohort.py"


rule derive_biomarkers:
    """Derive HER2, receptors, subtype, density, histology and age from the decision tables."""
    input:
        validated=rules.validate_cohort.output.validated,
    output:
        derived="results/{cohort}/cohort/derived.parquet",
        trace="results/{cohort}/cohort/trace.parquet",
        disagreements="results/{cohort}/cohort/disagreements.parquet",
        recorded_and_derived="results/{cohort}/cohort/recorded_and_derived.parquet",
    log:
        "results/{cohort}/logs/derive_biomarkers.log",
    benchmark:
        "results/{cohort}/benchmarks/derive_biomarkers.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        her2_edition=decision("derivation.her2_edition"),
        er_positive_from_percent=decision("derivation.er_positive_from_percent"),
        pr_positive_from_percent=decision("derivation.pr_positive_from_percent"),
        ki67_high_from_percent=decision("derivation.ki67_high_from_percent"),
        subtype_scheme=decision("derivation.subtype_scheme"),
        density_upper_edges_percent=decision("derivation.density_upper_edges_percent"),
        density_edge_belongs_to=decision("derivation.density_edge_belongs_to"),
        undescribed_microcalcifications=decision("derivation.undescribed_microcalcifications"),
        precedence=decision("derivation.precedence"),
        code=code("derive_biomarkers"),
    script:
        "../scripts/derive_biomarkers.py"


rule apply_exclusions:
    """Exclude by ordered criteria; every patient has one disposition and all failing reasons."""
    input:
        derived=rules.derive_biomarkers.output.derived,
    output:
        included="results/{cohort}/cohort/included.parquet",
        disposition="results/{cohort}/cohort/disposition.parquet",
        flow=shown("results/{cohort}/estimates/flow.csv", "Check", "Patient flow", "flow"),
        readings="results/{cohort}/estimates/readings.csv",
    log:
        "results/{cohort}/logs/apply_exclusions.log",
    benchmark:
        "results/{cohort}/benchmarks/apply_exclusions.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        order=decision("exclusions.order"),
        positive_birads=decision("exclusions.positive_birads"),
        luminal_unspecified_is_unknown=decision("exclusions.luminal_unspecified_is_unknown"),
        study_period=fact("study_period"),
        quoted=quoted,
        code=code("apply_exclusions"),
    script:
        "../scripts/apply_exclusions.py"


rule stratify_cohort:
    """Group age, density and histology; write the analysis cohort."""
    input:
        included=rules.apply_exclusions.output.included,
    output:
        analysis="results/{cohort}/cohort/analysis.parquet",
    log:
        "results/{cohort}/logs/stratify_cohort.log",
    benchmark:
        "results/{cohort}/benchmarks/stratify_cohort.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        age_coding=decision("derivation.age_coding"),
        idc_with_dcis_is_idc=decision("derivation.idc_with_dcis_is_idc"),
        code=code("stratify_cohort"),
    script:
        "../scripts/stratify_cohort.py"
