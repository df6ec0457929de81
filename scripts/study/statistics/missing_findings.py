"""What is doubtful about a model because of the patients that it lacks."""

from collections.abc import Iterator, Mapping

import pandas as pd
from scipy.stats import fisher_exact

from study.statistics.findings import Finding, patients

# ASSUME: missingness counts as related to the outcome at the conventional level, and as
# seriously so at one that a handful of tests does not reach by chance.
MISSINGNESS_ALPHA = 0.05
SERIOUS_MISSINGNESS_ALPHA = 0.001


def find_lost_patients(name: str, n: int, alone: Mapping[str, int]) -> Iterator[Finding]:
    """Yield a finding if the models of single terms (`alone`, n per term) have more patients."""
    more = {term: size for term, size in alone.items() if size > n}
    if more:
        sizes = ", ".join(f"{term} {size}" for term, size in more.items())
        have = "has" if n == 1 else "have"
        message = (
            f"{patients(n)} {have} all terms recorded, the univariable models have more ({sizes}):"
            " crude and adjusted odds ratios differ in their patients too, not by adjustment alone."
        )
        yield Finding(name, "missing_values", "warning", max(more.values()) - n, message)


def find_dependent_missingness(name: str, outcome: pd.Series, term: pd.Series) -> Iterator[Finding]:
    """Yield if `term` is missing more often with one outcome (Fisher's exact test)."""
    judged = outcome.notna()
    missing, event = term.isna()[judged], outcome[judged].eq("yes")
    table = [[sum((missing == m) & (event == e)) for e in (True, False)] for m in (True, False)]
    if min(sum(table[0]), sum(table[1])) == 0:
        return
    p_value = float(fisher_exact(table).pvalue)
    if p_value < MISSINGNESS_ALPHA:
        message = (
            f"Whether {term.name} is missing depends on the outcome: {table[0][0]} of"
            f" {sum(table[0])} where it is missing, {table[1][0]} of {sum(table[1])} where it is"
            " recorded. Estimates from complete cases may be biased."
        )
        severity = "serious" if p_value < SERIOUS_MISSINGNESS_ALPHA else "warning"
        yield Finding(name, "missing_depends_on_outcome", severity, p_value, message)
