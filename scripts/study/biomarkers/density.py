"""Breast density class A to D from a recorded class or a percentage."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from study.biomarkers.decision import Decision, decide, recorded_counts, say_rule
from study.biomarkers.lookup import name_missing
from study.cohort.units import unit
from study.problems import StudyError


def decide_density(
    cohort: pd.DataFrame,
    upper_edges_percent: Mapping[str, float],
    edge_belongs_to: str,
    precedence: str,
) -> Decision:
    """Return the density class A, B, C, D or unknown.

    Parameters
    ----------
    upper_edges_percent : mapping
        Upper edges of A, B and C.
    edge_belongs_to : str
        ``lower``: exactly 25% is A; ``upper``: it is B.
    precedence : str
        ``findings`` (the percentage first) or ``recorded`` (the class first).

    Raises
    ------
    StudyError
        If the edges do not increase.
    """
    classes = derive_density_class(cohort["density_percent"], upper_edges_percent, edge_belongs_to)
    edges = ", ".join(f"{name} to {edge:g}%" for name, edge in upper_edges_percent.items())
    rule = f"{edges}; an edge belongs to the {edge_belongs_to} class"
    known = cohort["density_percent"].notna()
    findings = pd.DataFrame(
        {"density": classes, "rule": say_rule(rule, known, "percentage not known")}
    )
    recorded = name_missing(cohort["density_recorded"], "unknown")
    return decide(
        unit(cohort),
        cohort[["density_percent", "density_recorded"]],
        findings,
        recorded,
        use_recorded=recorded_counts(classes, recorded, precedence),
    )


def derive_density_class(
    percent: pd.Series, upper_edges_percent: Mapping[str, float], edge_belongs_to: str
) -> pd.Series:
    """Return the class of a percentage of density; unknown where there is none."""
    # ASSUME: percentages map to A-D with shared edges at 25, 50 and 75, though BI-RADS 5th
    # edition classes are descriptive. Source: the reference study, J Clin Med 2025;14:5056.
    edges = [upper_edges_percent[name] for name in "ABC"]
    if not edges[0] < edges[1] < edges[2]:
        raise StudyError(
            f"density_upper_edges_percent must increase from A to C, not {edges}. "
            "Correct it in the configuration."
        )
    right = {"lower": True, "upper": False}[edge_belongs_to]
    classes = pd.cut(percent, [-np.inf, *edges, np.inf], right=right, labels=list("ABCD"))
    return classes.astype("str").fillna("unknown")
