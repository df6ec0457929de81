"""What is known of one patient, by which rules, and what became of her, in sentences."""

from collections.abc import Mapping

import pandas as pd

from study.presentation.discordance import which_is_used
from study.presentation.fact_words import NOT_KNOWN, label_of, level_of, sentence, within
from study.presentation.labels import EDITIONS
from study.presentation.numbers import rounded
from study.presentation.trace_words import findings_in_words, recorded_in_words, remarks

# A fact whose decision table in schemas/ has another name.
_TABLES = {"hr_status": "hormone_receptors.csv"}
GRADES = {
    "findings": "the findings",
    "partial": "findings that are not complete",
    "ish_verdict": "ISH verdict without numbers",
    "recorded": "the recorded value, not the findings",
    "none": "none that decides",
}
# Facts whose column in the derived cohort has another name: theirs is the recorded field's.
_COLUMNS = {"her2_ihc": "her2_ihc_used", "her2_ish": "her2_ish_group"}
# Facts that are read, not decided, with the field they are read from.
_READ = {"microcalcifications": "microcalcifications_recorded", "histology": "histology_recorded"}


def explain(
    derived: pd.Series,
    trace: pd.DataFrame,
    disposition: pd.Series,
    disagreements: pd.DataFrame,
    criteria: Mapping[str, str],
) -> list[str]:
    """Return the lines about one patient: every fact with its reasons, then whether she is in.

    Parameters
    ----------
    derived, disposition : pandas.Series
        The patient's row.
    trace, disagreements : pandas.DataFrame
        The patient's rows.
    criteria : mapping
        Label by name of criterion.
    """
    differing = {row["fact"]: row for _, row in disagreements.iterrows()}
    lines = []
    for _, row in trace.iterrows():
        fact = row["biomarker"]
        lines += [_headline(fact, derived), *_reasons(row), *_discordance(differing.get(fact))]
    for fact, field in _READ.items():
        recorded = level_of(field, derived[field])
        lines += [_headline(fact, derived), f"  Recorded: {recorded}."]
    return [*lines, *_outcome(disposition, criteria)]


def _headline(fact: str, derived: pd.Series) -> str:
    """``HER2 status: positive.``, of age ``Age at diagnosis: 61.3 years (completed: 61).``."""
    if fact != "age_years":
        return f"{label_of(fact)}: {level_of(fact, derived[_COLUMNS.get(fact, fact)])}."
    age, completed = derived["age_years"], derived["age_completed_years"]
    known = f"{rounded(age, 1)} years (completed: {rounded(completed, 0)})"
    return f"Age at diagnosis: {NOT_KNOWN if pd.isna(age) else known}."


def _reasons(row: pd.Series) -> list[str]:
    seen, recorded = findings_in_words(row), recorded_in_words(row)
    lines = [f"Seen: {seen or 'nothing'}."]
    lines += [f"Recorded: {recorded}."] if recorded else []
    lines += [f"Rule: {row['rule']}{_place(row)}.", f"Evidence: {GRADES[row['grade']]}."]
    lines += [f"Remark: {sentence(remark)}" for remark in remarks(row)]
    return [f"  {line}" for line in lines]


def _discordance(row: pd.Series | None) -> list[str]:
    """Return that the sources differ, and which one counts; nothing where they do not."""
    if row is None:
        return []
    told = [f"{source} {level_of(row['fact'], row[source])}" for source in ("recorded", "derived")]
    return [f"  Discordant: {', '.join(told)}; {which_is_used(row)}."]


def _place(row: pd.Series) -> str:
    """Where the rule stands: `` (ASCO/CAP 2013, row 3 of schemas/her2_status.csv)``."""
    parts = []
    if pd.notna(row["edition"]):
        parts.append(EDITIONS.get(row["edition"], f"edition {row['edition']}"))
    if pd.notna(row["row"]):
        parts.append(f"row {row['row']} of schemas/{table_of(row['biomarker'])}")
    return f" ({', '.join(parts)})" if parts else ""


def table_of(fact: str) -> str:
    """Return the name of the decision table in ``schemas/`` that a fact is looked up in."""
    return _TABLES.get(fact, f"{fact}.csv")


def _outcome(disposition: pd.Series, criteria: Mapping[str, str]) -> list[str]:
    if disposition["included"]:
        return ["Included in the analysis."]
    first, *others = [within(criteria[name]) for name in disposition["all_reasons"].split("; ")]
    lines = [f"Excluded: {first}."]
    return [*lines, f"  She also fails: {'; '.join(others)}."] if others else lines
