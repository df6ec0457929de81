"""Functions of the sensitivity analysis: its file, and what decides a universe."""


def load_sensitivity(config):
    """The file of the sensitivity analysis, checked."""
    document = read_yaml(config["sensitivity"])
    check(document, "sensitivity.schema.yaml", config["sensitivity"])
    return document


def decisions(*blocks):
    """Some blocks of the cohort's `analysis`, as a function of the wildcards."""

    def of_cohort(wildcards):
        return {name: COHORT[wildcards.cohort]["analysis"][name] for name in blocks}

    return of_cohort
