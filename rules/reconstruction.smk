"""A synthetic workbook in place of one that is not public.

in:   config/cohorts/{cohort}/published.yaml
out:  results/{cohort}/cohort/workbook.xlsx
steps: reconstruct_workbook (milan) > import_workbook
"""


rule reconstruct_workbook:
    """Build a synthetic workbook that satisfies the counts a study printed."""
    input:
        published="config/cohorts/{cohort}/published.yaml",
    output:
        workbook="results/{cohort}/cohort/workbook.xlsx",
    log:
        "results/{cohort}/logs/reconstruct_workbook.log",
    benchmark:
        "results/{cohort}/benchmarks/reconstruct_workbook.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        content=content("config/cohorts/{cohort}/published.yaml"),
        code=code("reconstruct_workbook"),
    script:
        "../scripts/reconstruct_workbook.py"
