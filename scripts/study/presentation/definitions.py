"""What tables and figures call a definition, and the sentences that belong to it."""

from collections.abc import Callable, Collection, Sequence

import pandas as pd

from schemas.dictionary import fields
from study.presentation.labels import EDITIONS, VARIABLES, level_label
from study.presentation.numbers import MISSING, rounded
from study.statistics.reclassification import PRIMARY

PRIMARY_TITLE = "Primary definition"
FIRST = {"recorded": "recorded verdict before findings", "findings": "findings before recorded"}
UNDECIDED = {"unknown": "Unknown", "unresolved": "Unresolved"}


def _first(fact: str) -> Callable[[str], str]:
    return lambda source: f"{fact}: {FIRST[source]}"


_WORDS: dict[str, Callable[[str], str]] = {
    "her2_edition": lambda edition: f"HER2 by {_edition(edition)}",
    "er_positive_from_percent": lambda percent: f"ER ≥ {percent}%",
    "pr_positive_from_percent": lambda percent: f"PR ≥ {percent}%",
    "ki67_high_from_percent": lambda percent: f"Ki-67 high from {percent}%",
    "subtype_scheme": lambda scheme: f"subtype by {_edition(scheme)}",
    "precedence.her2_ihc": _first("HER2 IHC"),
    "precedence.her2_status": _first("HER2"),
    "precedence.er_status": _first("ER"),
    "precedence.pr_status": _first("PR"),
    "precedence.subtype": _first("subtype"),
}


def definition_title(row: pd.Series) -> str:
    """Return what a definition decides otherwise, in words: ``ER ≥ 10%, PR ≥ 10%``."""
    if row["definition"] == PRIMARY:
        return PRIMARY_TITLE
    said = decisions_in_words(row["decisions"])
    return f"{said[0].upper()}{said[1:]}"


def decisions_in_words(decisions: str) -> str:
    """Return rules and values as they stand in the estimates, in words."""
    pairs = [decision.split(": ", 1) for decision in decisions.split("; ")]
    return ", ".join(_WORDS[rule](value) for rule, value in pairs)


def primary_sentence(models: pd.DataFrame) -> tuple[str, ...]:
    """Return what the primary definition decides of all that the others change, or nothing."""
    decisions = models.loc[models["definition"].eq(PRIMARY), "decisions"].iloc[0]
    return () if pd.isna(decisions) else (f"{PRIMARY_TITLE}: {decisions_in_words(decisions)}.",)


def assumed_sentence(models: pd.DataFrame, assumed: Collection[str], what: str) -> tuple[str, ...]:
    """Return that conclusions are refused where a definition reads assumed findings, or nothing.

    Parameters
    ----------
    assumed : collection of str
        Fields whose values the cohort assumes.
    what : str
        What the reader looks at: ``table`` or ``figure``.
    """
    read = {name for text in models["findings"].dropna() for name in text.split("; ")}
    names = [field.label for name, field in fields().items() if name in read & set(assumed)]
    if not names:
        return ()
    listed = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    verb = "is" if len(names) == 1 else "are"
    return (
        f"{listed} of this cohort {verb} assumed: nothing follows from this {what} about cut-offs "
        "or editions.",
    )


def coverage(row: pd.Series) -> str:
    """Return which findings of a definition are missing in whom; empty where in nobody.

    Without any, a definition may still move women by what is recorded of receptors.
    """
    if pd.isna(row["with_findings"]) or row["with_findings"] == row["women"]:
        return ""
    *others, last = _finding_names(row["findings"].split("; "))
    names = " or ".join(filter(None, [", ".join(others), last]))
    if row["with_findings"]:
        return f"{names} recorded in {row['with_findings']} of {row['women']} women"
    return f"{'' if row['moved'] else 'changes nobody: '}no {names} is recorded"


def _finding_names(findings: Sequence[str]) -> list[str]:
    """Return the printed names of fields; the many of HER2 share one."""
    names = [
        "HER2 IHC or ISH" if name.startswith(("her2_", "cep17_")) else fields()[name].label
        for name in findings
    ]
    return list(dict.fromkeys(names))


def kappa_text(row: pd.Series) -> str:
    """Return kappa with two decimals; below 1 it is never rounded to 1.

    Where no finding is recorded that could move anybody, agreement is no merit: there is none.
    """
    idle = pd.notna(row["with_findings"]) and row["with_findings"] == 0 and not row["moved"]
    if pd.isna(row["kappa"]) or idle:
        return MISSING
    text = rounded(row["kappa"])
    return ">0.99" if row["kappa"] < 1 and text == "1.00" else text


def fact_heading(fact: str) -> str:
    """Return the heading of the definitions that change a fact."""
    return f"Other definitions of {VARIABLES[fact].removeprefix('Molecular ')}"


def class_label(fact: str, name: str) -> str:
    """Return the printed name of a class, that of an undecided one too."""
    return UNDECIDED.get(name) or level_label(fact, name)


def _edition(name: str) -> str:
    return EDITIONS.get(name, name.replace("_", " ")).removeprefix("edition of ")
