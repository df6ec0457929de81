"""Levels that the variables of the analysis cohort can have, in their order."""

from schemas.analysis import ANALYSIS


def analysis_levels() -> dict[str, list[str]]:
    """Return the legal levels per categorical variable, as its schema states them.

    So a level, or a whole variable, that a cohort does not have still has its rows.
    """
    levels = {}
    for name, column in ANALYSIS.columns.items():
        for check in column.checks:
            if "allowed_values" in check.statistics:
                levels[name] = list(check.statistics["allowed_values"])
    return levels
