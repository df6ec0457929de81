"""What the workbook records of a biomarker against what its findings say, in all patients read.

in:   results/{cohort}/cohort/recorded_and_derived.parquet, disagreements.parquet, trace.parquet
out:  estimates/agreement.csv, agreement_summary.csv; tables/agreement (HTML, CSV);
      cohort/discordant_patients.csv
steps: tabulate_agreement > render_agreement
"""


rule tabulate_agreement:
    """Cross-tabulate recorded and derived facts, with percentage of agreement and kappa."""
    input:
        recorded_and_derived=rules.derive_biomarkers.output.recorded_and_derived,
    output:
        agreement="results/{cohort}/estimates/agreement.csv",
        agreement_summary="results/{cohort}/estimates/agreement_summary.csv",
    log:
        "results/{cohort}/logs/tabulate_agreement.log",
    benchmark:
        "results/{cohort}/benchmarks/tabulate_agreement.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        code=code("tabulate_agreement"),
    script:
        "../scripts/tabulate_agreement.py"


rule render_agreement:
    """Print recorded against derived, and list the discordant patients with the reason."""
    input:
        agreement=rules.tabulate_agreement.output.agreement,
        agreement_summary=rules.tabulate_agreement.output.agreement_summary,
        disagreements=rules.derive_biomarkers.output.disagreements,
        trace=rules.derive_biomarkers.output.trace,
    output:
        html=shown(
            "results/{cohort}/tables/agreement.html",
            "Check",
            "Recorded against derived",
            "agreement",
        ),
        csv="results/{cohort}/tables/agreement.csv",
        discordant_patients="results/{cohort}/cohort/discordant_patients.csv",
    log:
        "results/{cohort}/logs/render_agreement.log",
    benchmark:
        "results/{cohort}/benchmarks/render_agreement.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        title=fact("title"),
        synthetic=fact("synthetic"),
        assumed_note=fact("assumed_note", ""),
        quoted=quoted,
        code=code("render_agreement"),
    script:
        "../scripts/render_agreement.py"
