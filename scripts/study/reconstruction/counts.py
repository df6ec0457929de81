"""Whether a cohort satisfies what a study printed."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from study.problems import Problem, StudyError

HONOURED = ("count", "minimum", "maximum", "median")
"""Kinds of claim that a reconstruction satisfies; the others are for an audit to judge."""


def printed_count(claims: Iterable[Mapping[str, Any]], **quantity: object) -> int:
    """Return the value of the one claim that prints the count `quantity`."""
    found = [c["value"] for c in claims if c["quantity"] == {"kind": "count", **quantity}]
    if len(found) != 1:
        raise StudyError(
            f"published.yaml: {len(found)} claims print the count {quantity}. "
            "The reconstruction needs exactly one; add it or remove the others."
        )
    return int(found[0])


def unmet_claims(women: pd.DataFrame, claims: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """Return each honoured claim that the women do not satisfy.

    Parameters
    ----------
    women : pandas.DataFrame
        As returned by `reconstruct_women`.
    claims : iterable of mapping
        Claims and inferred counts of `published.yaml`.
    """
    problems = []
    for claim in claims:
        if claim["quantity"]["kind"] in HONOURED:
            found = quantity_of(women, claim["quantity"])
            if round(found, claim.get("decimals", 0)) != claim["value"]:
                problems.append(_unmet(claim, found))
    return problems


def quantity_of(women: pd.DataFrame, quantity: Mapping[str, Any]) -> float:
    """Return the count, minimum, maximum or median that `quantity` describes."""
    group = _with_levels(_population(women, quantity["population"]), quantity.get("given", {}))
    if quantity["kind"] == "count":
        return len(_with_levels(group, quantity.get("subject", {})))
    statistic = {"minimum": "min", "maximum": "max"}.get(quantity["kind"], quantity["kind"])
    return float(group[quantity["variable"]].agg(statistic))


def _population(women: pd.DataFrame, population: str) -> pd.DataFrame:
    if population == "assessed":
        return women
    excluded = women["excluded_by"].notna()
    return women[excluded if population == "excluded" else ~excluded]


def _with_levels(women: pd.DataFrame, levels: Mapping[str, str]) -> pd.DataFrame:
    for variable, level in levels.items():
        women = women[women[variable] == level]
    return women


def _unmet(claim: Mapping[str, Any], found: float) -> Problem:
    return Problem(
        address=f"published.yaml, {claim['id']}",
        field="",
        value="",
        rule=f"prints {claim['value']}, the cells under assumed give {found:g}.",
        remedy="Correct the claim, or the cells that add up to it.",
    )
