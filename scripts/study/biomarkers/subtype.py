"""Surrogate molecular subtype from hormone receptors, HER2 and Ki-67."""

import pandas as pd

from schemas.decision_tables import SUBTYPE, SUBTYPE_RECEPTORS
from study.biomarkers.binning import bin_values
from study.biomarkers.decision import Decision, decide, weakest
from study.biomarkers.lookup import look_up, name_missing, select_edition

# The subtypes that Ki-67 tells apart within hormone-receptor positive, HER2-negative cancer.
_FINER_THAN_UNSPECIFIED = ["luminal_a", "luminal_b_her2_negative"]
_NOT_SPECIFIC = ["unknown", "luminal_unspecified"]


# Whose bins tell low Ki-67 from intermediate, and substantial PR from low.
_INTERMEDIATE_KI67, _SUBSTANTIAL_PR = "maisonneuve_2014", "st_gallen_2013"


def derive_ki67_level(ki67_percent: pd.Series, high_from_percent: float) -> pd.Series:
    """Return Ki-67 as low, intermediate, high or missing.

    Intermediate, from 14% to below `high_from_percent`, matters to Maisonneuve's variant only; to
    the other schemes it is low.
    """
    level = bin_values(ki67_percent, "ki67_percent", _INTERMEDIATE_KI67)
    return level.mask(ki67_percent >= high_from_percent, "high")


def derive_pr_level(pr_status: pd.Series, pr_percent: pd.Series) -> pd.Series:
    """Return PR as negative, low (<20%), high, positive (no percentage known) or unknown."""
    # ASSUME: exactly 20% of PR is high. Source: Lundgren 2019 and Maisonneuve 2014 write >=20%;
    # Prat 2013, who proposed it, ">20%".
    level = bin_values(pr_percent, "pr_percent", _SUBSTANTIAL_PR).replace("missing", "positive")
    return level.where(pr_status.eq("positive"), pr_status)


def decide_subtype(
    cohort: pd.DataFrame,
    receptors: pd.DataFrame,
    evidence: pd.Series,
    *,
    scheme: str,
    ki67_high_from_percent: float,
    precedence: str,
) -> Decision:
    """Return one of six subtypes, or unknown.

    A recorded subtype stands in for unknown, and resolves ``luminal_unspecified``, unless it
    contradicts the derived receptors: then it is listed and never used. It does not stand in
    either where HER2 is unresolved, where the scheme has no class for these receptors, or where
    the scheme asks for the percentage of PR: it was recorded without regard to that.

    Parameters
    ----------
    receptors : pandas.DataFrame
        The derived `er_status`, `pr_status`, `hr_status` and `her2_status`.
    evidence : pandas.Series
        The grade of the evidence for these receptors.

    Raises
    ------
    StudyError
        If the decision table has no such scheme.
    """
    findings = _by_receptors(cohort, receptors, scheme, ki67_high_from_percent)
    recorded = name_missing(cohort["subtype_recorded"], "unknown")
    contradicts = _contradicts(
        cohort["subtype_recorded"], receptors["hr_status"], receptors["her2_status"]
    )
    found = findings["subtype"]
    open_by_scheme = findings["flags"].isin(["er_negative_pr_positive", "pr_percent_missing"])
    stays_open = open_by_scheme | receptors["her2_status"].eq("unresolved")
    seen = ["er_status", "pr_status", "pr_percent", "her2_status", "ki67_percent"]
    return decide(
        cohort["patient_id"],
        pd.concat([receptors, cohort], axis="columns")[[*seen, "subtype_recorded"]],
        findings.assign(grade=weakest(findings["grade"], evidence)),
        recorded,
        use_recorded=_recorded_counts(found, recorded, precedence) & ~contradicts & ~stays_open,
        disagree=contradicts | _differ(found, recorded),
    )


def _by_receptors(
    cohort: pd.DataFrame, receptors: pd.DataFrame, scheme: str, ki67_high_from_percent: float
) -> pd.DataFrame:
    table = select_edition(SUBTYPE, "scheme", scheme, "subtype.csv")
    inputs = pd.DataFrame(
        {
            "er_status": receptors["er_status"],
            "pr_level": derive_pr_level(receptors["pr_status"], cohort["pr_percent"]),
            "her2_status": receptors["her2_status"],
            "ki67": derive_ki67_level(cohort["ki67_percent"], ki67_high_from_percent),
        }
    )
    columns = ["subtype", "rule", "scheme", "row", "grade", "flags"]
    return look_up(inputs, table)[columns].rename(columns={"scheme": "edition"})


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
