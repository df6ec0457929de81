"""Mammographic microcalcifications and HER2 status: from a workbook to five tables.

`snakemake --list-rules` describes every step; config/README.md every decision.
"""

from snakemake.utils import min_version

min_version("9.27")


for functions in ["tracking", "documents", "common", "quoting", "placement"]:

    include: f"rules/{functions}.smk"


configfile: "config/config.yaml"


COHORTS = cohorts_to_run(config)
COHORT = {name: load_cohort(name, config) for name in COHORTS}


wildcard_constraints:
    cohort="[a-z0-9][a-z0-9_-]*",


MAIN = ["reconstruction", "cohort", "registry", "agreement", "describe", "models", "tables"]
SIDE = ["cohort_figures", "figures", "reclassification", "resampling", "sensitivity", "summary"]

for wing in [*MAIN, *SIDE, "specification_curve", "report"]:

    include: f"rules/{wing}.smk"


name_parameters(workflow.rules)
try_local_rules_once(workflow.rules)


rule all:
    """Tables, figures and provenance of every cohort; their summary if there are several."""
    default_target: True
    input:
        expand([*rules.render_tables.output, *rules.render_agreement.output], cohort=COHORTS),
        expand([*rules.plot_flow.output, *rules.plot_reclassification.output], cohort=COHORTS),
        expand([*rules.plot_prevalence.output, *rules.plot_distributions.output], cohort=COHORTS),
        expand([*rules.plot_odds_ratios.output, *rules.plot_discrimination.output], cohort=COHORTS),
        expand([*rules.render_checks.output, *rules.render_reclassification.output], cohort=COHORTS),
        expand([*rules.render_stability.output, *rules.plot_stability.output], cohort=LISTED),
        expand([*rules.quote_estimates.output, *rules.record_provenance.output], cohort=COHORTS),
        [rules.list_assumptions.output, *SUMMARY],
    localrule: True


rule sensitivity:
    """Every variant of config/sensitivity.yaml, its curve and its table, for every cohort."""
    input:
        expand(VARIANTS, cohort=COHORTS),
    localrule: True
