"""Where jobs run when Snakemake is given a cluster; on one machine it changes nothing.

What fits models to patients goes to a node, for it grows with the cohort. What reads the
workbook stays with the user, who is told about a doubtful cell at once. What reads estimates
takes seconds however large the cohort is, less than it takes to submit it.
No rule has a `group:`. With version 2.8 of the Slurm plugin a run waits for ever, without a
word, for a group that cannot be submitted: it asks the group for its `rule`, which it has not.
"""

ON_NODES = {
    "describe_cohort",
    "tabulate_associations",
    "screen_univariable",
    "fit_multivariable",
    "check_model",
}


for step in workflow.rules:
    if step.name not in ON_NODES:
        workflow.localrules(step.name)
        # The profile's retries are for jobs that lose their node. Without one to lose, a failure
        # would only repeat, and name the same cells three times.
        step.restart_times = 0
