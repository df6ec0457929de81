"""Where jobs run when Snakemake is given a cluster; on one machine it changes nothing.

What does not say `localrule` goes to a node. A node is for what is fitted again and again, under
every definition, in every resample, in every universe. All else takes seconds, less than to
submit it, and tells the user about a doubtful cell at once.
Nothing has a `group`. With version 2.8 of the Slurm plugin a run waits for ever, without a
word, for a group that cannot be submitted: it asks the group for a name that it has not.
"""


def try_local_rules_once(rules):
    """Keep the profile's retries for jobs that can lose their node.

    Beside Snakemake a failure would only repeat, and name the same cells three times.
    """
    for step in rules:
        if step.ruleinfo.localrule:
            step.restart_times = 0
