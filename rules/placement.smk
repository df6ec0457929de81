"""Where jobs run when Snakemake is given a cluster; on one machine it changes nothing.

A step goes to a node unless its rule is marked as a localrule. A node is for what is fitted
again and again, under every definition, in every resample, in every universe. All else takes
seconds, less than to submit it, and tells the user about a doubtful cell at once.
No step is in a group. With version 2.8 of the Slurm plugin a run waits for ever, without a
word, for a group that cannot be submitted: it asks the group for its `rule`, which it has not.
"""


def try_local_rules_once(rules):
    """Keep the profile's retries for jobs that can lose their node.

    Beside Snakemake a failure would only repeat, and name the same cells three times.
    """
    for step in rules:
        if step.ruleinfo.localrule:
            step.restart_times = 0
