"""HER2 status from immunohistochemistry and in situ hybridisation."""

import pandas as pd

from schemas.decision_tables import HER2_STATUS
from study.biomarkers.decision import Decision, decide, is_known, recorded_counts
from study.biomarkers.lookup import look_up, name_missing, select_edition

_DECIDED = ["positive", "negative"]


def decide_her2_status(cohort: pd.DataFrame, edition: str, precedence: str) -> Decision:
    """Return HER2 status as positive, negative, unknown or unresolved.

    Unknown: the findings needed are not there. Unresolved: they are, and do not decide.
    The recorded status stands in for unknown, not for unresolved. Where it does so against a
    finding (IHC 2+ without ISH, ISH without IHC), the patient is listed as a disagreement. A
    recorded ``equivocal`` is unresolved, and never overturns findings that decide.

    Raises
    ------
    StudyError
        If the decision table has no such edition.
    """
    table = select_edition(HER2_STATUS, "edition", edition, "her2_status.csv")
    staining = cohort[["her2_ihc", "her2_ish"]].apply(name_missing)
    columns = ["her2_status", "rule", "edition", "row", "grade", "flags"]
    findings = look_up(staining, table)[columns]
    found = findings["her2_status"]
    recorded = name_missing(cohort["her2_recorded"], "unknown").replace("equivocal", "unresolved")
    overturned = recorded.eq("unresolved") & found.isin(_DECIDED)
    unsupported = recorded.isin(_DECIDED) & found.eq("unknown") & findings["flags"].ne("")
    return decide(
        cohort["patient_id"],
        cohort[["her2_ihc", "her2_ish", "her2_recorded"]],
        findings,
        recorded,
        use_recorded=recorded_counts(found, recorded, precedence) & ~overturned,
        disagree=unsupported | (is_known(found) & is_known(recorded) & found.ne(recorded)),
    )
