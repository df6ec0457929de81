"""A registry: its rows are grouped before they are read, and patients are counted, not listed.

in:   config/cohorts/{cohort}/cohort.yaml with `registry: true`, and the file it names
out:  in the place of import_workbook, results/{cohort}/cohort/raw.parquet; values.parquet
steps: group_registry > … > stratify_cohort; apply_exclusions > count_values > describe_cohort
"""


include: "registries.smk"


ruleorder: group_registry > import_workbook


rule group_registry:
    """Group the rows of a registry by all that the analysis looks at."""
    input:
        workbook=workbook,
    output:
        raw="results/{cohort}/cohort/raw.parquet",
        columns="results/{cohort}/cohort/columns.csv",
        import_notes="results/{cohort}/cohort/import_notes.csv",
    log:
        "results/{cohort}/logs/group_registry.log",
    benchmark:
        "results/{cohort}/benchmarks/group_registry.tsv"
    wildcard_constraints:
        cohort=REGISTRY,
    conda:
        "../envs/environment.yaml"
    params:
        cohort_file=cohort_file,
        settings=layout,
        codebook=fact("codebook"),
        words=facts("language", "decimal", "dates"),
        content=workbook_checksum,
        er_positive_from_percent=cut_offs("er_positive_from_percent"),
        pr_positive_from_percent=cut_offs("pr_positive_from_percent"),
        ki67_high_from_percent=cut_offs("ki67_high_from_percent"),
        density_upper_edges_percent=decision("derivation.density_upper_edges_percent"),
        study_period=fact("study_period"),
        code=code("group_registry"),
    script:
        "../scripts/group_registry.py"


rule count_values:
    """Count the values of age and Ki-67 among the women of a registry who are analysed."""
    input:
        workbook=workbook,
        raw=rules.group_registry.output.raw,
        included=rules.apply_exclusions.output.included,
    output:
        values="results/{cohort}/cohort/values.parquet",
    log:
        "results/{cohort}/logs/count_values.log",
    benchmark:
        "results/{cohort}/benchmarks/count_values.tsv"
    wildcard_constraints:
        cohort=REGISTRY,
    conda:
        "../envs/environment.yaml"
    params:
        cohort_file=cohort_file,
        settings=layout,
        codebook=fact("codebook"),
        words=facts("language", "decimal", "dates"),
        content=workbook_checksum,
        er_positive_from_percent=cut_offs("er_positive_from_percent"),
        pr_positive_from_percent=cut_offs("pr_positive_from_percent"),
        ki67_high_from_percent=cut_offs("ki67_high_from_percent"),
        density_upper_edges_percent=decision("derivation.density_upper_edges_percent"),
        study_period=fact("study_period"),
        code=code("count_values"),
    script:
        "../scripts/count_values.py"
