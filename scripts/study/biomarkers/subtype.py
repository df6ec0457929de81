"""Surrogate molecular subtype from hormone receptors, HER2 and Ki-67."""

import pandas as pd

from schemas.decision_tables import SUBTYPE, SUBTYPE_RECEPTORS
from study.biomarkers.decision import Decision, decide
from study.biomarkers.lookup import look_up, name_missing, select_edition

# The subtypes that Ki-67 tells apart within hormone-receptor positive, HER2-negative cancer.
_FINER_THAN_UNSPECIFIED = ["luminal_a", "luminal_b_her2_negative"]
_NOT_SPECIFIC = ["unknown", "luminal_unspecified"]


def derive_ki67_level(ki67_percent: pd.Series, high_from_percent: float) -> pd.Series:
    """Return Ki-67 as low, high or missing."""
    level = pd.Series("missing", ki67_percent.index)
    level = level.mask(ki67_percent >= high_from_percent, "high")
    return level.mask(ki67_percent < high_from_percent, "low")


def decide_subtype(
    cohort: pd.DataFrame,
    hr_status: pd.Series,
    her2_status: pd.Series,
    *,
    scheme: str,
    ki67_high_from_percent: float,
    precedence: str,
) -> Decision:
    """Return one of six subtypes, or unknown.

    A recorded subtype stands in for unknown, and resolves ``luminal_unspecified``, unless it
    contradicts the derived receptors: then it is listed and never used.

    Raises
    ------
    StudyError
        If the decision table has no such scheme.
    """
    table = select_edition(SUBTYPE, "scheme", scheme, "subtype.csv")
    ki67 = derive_ki67_level(cohort["ki67_percent"], ki67_high_from_percent)
    inputs = pd.DataFrame({"hr_status": hr_status, "her2_status": her2_status, "ki67": ki67})
    columns = ["subtype", "rule", "scheme", "row", "grade", "flags"]
    findings = look_up(inputs, table)[columns].rename(columns={"scheme": "edition"})
    recorded = name_missing(cohort["subtype_recorded"], "unknown")
    contradicts = _contradicts(cohort["subtype_recorded"], hr_status, her2_status)
    found = findings["subtype"]
    return decide(
        cohort["patient_id"],
        pd.concat(
            [inputs[["hr_status", "her2_status"]], cohort[["ki67_percent", "subtype_recorded"]]],
            axis="columns",
        ),
        findings,
        recorded,
        use_recorded=_recorded_counts(found, recorded, precedence) & ~contradicts,
        disagree=contradicts | _differ(found, recorded),
    )


def _contradicts(recorded: pd.Series, hr_status: pd.Series, her2_status: pd.Series) -> pd.Series:
    """Whether the recorded subtype implies a receptor status other than the one derived."""
    named = name_missing(recorded).to_frame("subtype_recorded")
    implied = look_up(named, SUBTYPE_RECEPTORS)
    derived = pd.DataFrame({"hr_status": hr_status, "her2_status": her2_status})
    decided = ["positive", "negative"]
    both = derived.isin(decided) & implied[derived.columns].isin(decided)
    return (both & derived.ne(implied[derived.columns])).any(axis="columns")


def _recorded_counts(found: pd.Series, recorded: pd.Series, precedence: str) -> pd.Series:
    """Whether to use the recorded subtype: the more specific one, at a tie by precedence."""
    first = {"recorded": True, "findings": False}[precedence]
    specific = ~recorded.isin(_NOT_SPECIFIC)
    return (specific & (first | found.isin(_NOT_SPECIFIC))) | (
        recorded.eq("luminal_unspecified") & found.eq("unknown")
    )


def _differ(found: pd.Series, recorded: pd.Series) -> pd.Series:
    """Whether both are known and neither is the other said more precisely."""
    refines = found.eq("luminal_unspecified") & recorded.isin(_FINER_THAN_UNSPECIFIED)
    coarser = recorded.eq("luminal_unspecified") & found.isin(_FINER_THAN_UNSPECIFIED)
    known = found.ne("unknown") & recorded.ne("unknown")
    return known & found.ne(recorded) & ~refines & ~coarser
