"""Levels that derived facts and the variables of the analysis cohort can have, in their order."""

from pandera.pandas import DataFrameSchema

from schemas.analysis import ANALYSIS, DERIVED


def analysis_levels() -> dict[str, list[str]]:
    """Return the legal levels per categorical variable, as its schema states them.

    So a level, or a whole variable, that a cohort does not have still has its rows.
    """
    return _levels(ANALYSIS)


def derived_levels() -> dict[str, list[str]]:
    """Return the legal levels per derived fact, names of what is not known among them."""
    return _levels(DERIVED)


def _levels(schema: DataFrameSchema) -> dict[str, list[str]]:
    levels = {}
    for name, column in schema.columns.items():
        for check in column.checks:
            if "allowed_values" in check.statistics:
                levels[name] = list(check.statistics["allowed_values"])
    return levels
