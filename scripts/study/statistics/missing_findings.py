"""What is doubtful about a model because of the patients that it lacks."""

from collections.abc import Iterator, Mapping

import pandas as pd
from scipy.stats import fisher_exact

from study.cohort.readings import count_absences
from study.cohort.units import count_patients, is_counted
from study.statistics.effects import LARGEST_EXACT
from study.statistics.findings import Finding, patients

# ASSUME: missingness counts as related to the outcome at the conventional level, and as
# seriously so at one that a handful of tests does not reach by chance.
MISSINGNESS_ALPHA = 0.05
SERIOUS_MISSINGNESS_ALPHA = 0.001
# ASSUME: absences are mostly assumed, not observed, where half of the reports do not state them.
MOSTLY_SILENT = 0.5
EVERY_MODEL = "(all)"


def find_size(analysis: pd.DataFrame) -> Iterator[Finding]:
    """Yield, once for every model, what cannot be told of so many patients, or of a registry."""
    n = count_patients(analysis)
    if is_counted(analysis):
        message = (
            f"Registry: {patients(n)} are counted, not listed. No duplicates are looked for, no"
            " problem, disagreement or exclusion names a patient or a cell, and there is"
            " neither resampling nor sensitivity analysis."
        )
        yield Finding(EVERY_MODEL, "registry", "note", n, message)
    if n > LARGEST_EXACT:
        message = (
            f"Of tables of more than {patients(LARGEST_EXACT)} the exact conditional odds ratio is"
            " not computed, as it would take minutes; the Wald interval beside it says the same."
        )
        yield Finding(EVERY_MODEL, "exact_interval", "note", n, message)


def find_silent_reports(readings: pd.DataFrame) -> Iterator[Finding]:
    """Yield, once for every model, how many absences no report states."""
    absent, silent = count_absences(readings)
    if not silent:
        return
    which = (
        f"all {silent}: no report states absence"
        if silent == absent
        else f"{silent} of {absent}: their reports do not mention microcalcifications"
    )
    message = (
        f"That microcalcifications are absent is assumed, not reported, in {which}. They were read"
        " as absent (undescribed_microcalcifications); if some were present or never looked for,"
        " prevalence and odds ratios are wrong."
    )
    severity = "serious" if silent >= MOSTLY_SILENT * absent else "warning"
    yield Finding(EVERY_MODEL, "silent_reports", severity, silent, message)


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


def find_dependent_missingness(
    name: str, outcome: pd.Series, term: pd.Series, counts: pd.Series, silent: bool = False
) -> Iterator[Finding]:
    """Yield if `term` is missing more often with one outcome; `value` is Fisher's p.

    `counts` are the patients that each row stands for.

    Where silent reports were read as absent (`silent`), a missing density and an absence may
    be the same unread mammogram.
    """
    judged = outcome.notna()
    missing, event, counts = term.isna()[judged], outcome[judged].eq("yes"), counts[judged]
    table = [
        [int(counts[(missing == m) & (event == e)].sum()) for e in (True, False)]
        for m in (True, False)
    ]
    if min(sum(table[0]), sum(table[1])) == 0:
        return
    p_value = float(fisher_exact(table).pvalue)
    if p_value < MISSINGNESS_ALPHA:
        message = (
            f"Whether {term.name} is missing depends on the outcome (Fisher's exact test):"
            f" {table[0][0]} of {sum(table[0])} where it is missing, {table[1][0]} of"
            f" {sum(table[1])} where it is recorded. If it depends on the outcome alone, odds"
            " ratios of complete cases are unbiased, but prevalence and predicted risk are not."
        )
        if silent and str(term.name).startswith("density"):
            message += (
                " Reports may be silent because no mammogram was read: see"
                " undescribed_microcalcifications: unknown_where_density_missing."
            )
        severity = "serious" if p_value < SERIOUS_MISSINGNESS_ALPHA else "warning"
        yield Finding(name, "missing_depends_on_outcome", severity, p_value, message)
