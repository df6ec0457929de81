"""Oestrogen and progesterone receptor status, and the two as one."""

import pandas as pd

from schemas.decision_tables import HORMONE_RECEPTORS
from study.biomarkers.binning import bin_values
from study.biomarkers.decision import Decision, decide, recorded_counts, say_rule, weakest
from study.biomarkers.lookup import look_up, name_missing

# "ER low positive" is a class of this edition; there is none for PR.
_LOW_POSITIVE_EDITION = "asco_cap_2020"


def decide_receptor_status(
    cohort: pd.DataFrame, receptor: str, positive_from_percent: float, precedence: str
) -> Decision:
    """Return the status of one receptor (``er`` or ``pr``): positive, negative or unknown.

    ER of 1 to 10% is flagged ``er_low_positive``, whatever the cut-off of the study.
    """
    name = f"{receptor}_status"
    percent = cohort[f"{receptor}_percent"]
    rule = f"positive from {positive_from_percent:g}% of stained nuclei on"
    findings = pd.DataFrame(
        {
            name: _status(percent, positive_from_percent),
            "rule": say_rule(rule, percent.notna(), "percentage not known"),
            "flags": _low_positive(percent, receptor),
        }
    )
    recorded = name_missing(cohort[f"{receptor}_recorded"], "unknown")
    return decide(
        cohort["patient_id"],
        cohort[[f"{receptor}_percent", f"{receptor}_recorded"]],
        findings,
        recorded,
        use_recorded=recorded_counts(findings[name], recorded, precedence),
    )


def decide_hr_status(patient_id: pd.Series, er: Decision, pr: Decision) -> Decision:
    """Return hormone-receptor status: positive if either is, negative only if both are.

    Its evidence is that of the receptor that makes it positive, else the weaker of the two.
    """
    receptors = pd.DataFrame({"er_status": er.fact, "pr_status": pr.fact})
    findings = look_up(receptors, HORMONE_RECEPTORS)[["hr_status", "rule", "row"]]
    grade = weakest(er.grade, pr.grade)
    grade = grade.mask(pr.fact.eq("positive"), pr.grade).mask(er.fact.eq("positive"), er.grade)
    return decide(
        patient_id,
        receptors,
        findings.assign(grade=grade.mask(findings["hr_status"].eq("unknown"), "none")),
        pd.Series("unknown", er.fact.index),
        use_recorded=pd.Series(False, er.fact.index),
    )


def _status(percent: pd.Series, positive_from_percent: float) -> pd.Series:
    status = pd.Series("unknown", percent.index)
    status = status.mask(percent >= positive_from_percent, "positive")
    return status.mask(percent < positive_from_percent, "negative")


def _low_positive(percent: pd.Series, receptor: str) -> pd.Series:
    none = pd.Series("", percent.index)
    if receptor != "er":
        return none
    low = bin_values(percent, "er_percent", _LOW_POSITIVE_EDITION).eq("low_positive")
    return none.mask(low, "er_low_positive")
