"""HER2 status from the IHC score, the ISH group and a recount; HER2-low beside it."""

import pandas as pd

from schemas.decision_tables import HER2_LOW, HER2_STATUS
from study.biomarkers.decision import Decision, decide, is_known, recorded_counts
from study.biomarkers.her2_ish import Hybridisation
from study.biomarkers.lookup import look_up, name_missing, select_edition
from study.cohort.units import unit

_DECIDED = ["positive", "negative"]
_REASONS = ["rule", "edition", "row", "grade", "flags"]


def decide_her2_status(
    cohort: pd.DataFrame, ihc: pd.Series, ish: Hybridisation, edition: str, precedence: str
) -> Decision:
    """Return HER2 status as positive, negative, unknown or unresolved.

    Unknown: the findings needed are not there. Unresolved: they are, and do not decide.
    The recorded status stands in for unknown, not for unresolved. Where it does so against a
    finding (IHC 2+ without ISH, ISH without IHC), the patient is listed as a disagreement. A
    recorded ``equivocal`` is unresolved, and never overturns findings that decide.

    Parameters
    ----------
    ihc : pandas.Series
        The score, from `study.biomarkers.her2_ihc.decide_her2_ihc`.
    ish : Hybridisation
        From `study.biomarkers.her2_ish.decide_her2_ish`, of the same edition.

    Raises
    ------
    StudyError
        If the decision table has no such edition.
    """
    # ASSUME: of discordant pairs (ISH positive with IHC 0/1+, ISH negative with 3+) either assay
    # makes positive, in every edition but the study's own. Source: 2013 says so of any two tests
    # (ASCO Post 2014); 2007 and 2018 leave it to a look at the histology. Each pair is flagged.
    # ASSUME: IHC 0/1+ with ISH equivocal by 2007 or 2013 is unresolved. Source: none was found.
    table = select_edition(HER2_STATUS, "edition", edition, "her2_status.csv")
    inputs = pd.DataFrame(
        {"her2_ihc": name_missing(ihc), "ish": ish.group.fact, "recount": ish.recount}
    )
    findings = look_up(inputs, table)[["her2_status", *_REASONS]]
    found = findings["her2_status"]
    recorded = name_missing(cohort["her2_recorded"], "unknown").replace("equivocal", "unresolved")
    overturned = recorded.eq("unresolved") & found.isin(_DECIDED)
    unsupported = recorded.isin(_DECIDED) & found.eq("unknown") & findings["flags"].ne("")
    seen = inputs.rename(columns={"ish": "her2_ish", "recount": "her2_recount"})
    return decide(
        unit(cohort),
        seen.replace("missing", "unknown").assign(her2_recorded=cohort["her2_recorded"]),
        findings,
        recorded,
        use_recorded=recorded_counts(found, recorded, precedence) & ~overturned,
        disagree=unsupported | (is_known(found) & is_known(recorded) & found.ne(recorded)),
    )


def decide_her2_low(cohort: pd.DataFrame, ihc: pd.Series, her2_status: pd.Series) -> Decision:
    """Return HER2-low beside the status: low, ultralow, null, zero_not_split, positive or unknown.

    ``null`` is IHC 0 without any staining; ``zero_not_split`` is IHC 0 of which it is not recorded
    whether some cells stain faintly. ASCO/CAP 2023 calls these categories premature: they never
    take the place of the status.
    """
    inputs = pd.DataFrame(
        {
            "her2_status": her2_status,
            "her2_ihc": name_missing(ihc),
            "membrane_staining": _membrane_staining(cohort),
        }
    )
    findings = look_up(inputs, HER2_LOW)[["her2_low", "rule", "row", "grade", "flags"]]
    return decide(
        unit(cohort),
        inputs.replace("missing", "unknown"),
        findings,
        pd.Series("unknown", cohort.index),
        use_recorded=pd.Series(False, cohort.index),
    )


def _membrane_staining(cohort: pd.DataFrame) -> pd.Series:
    """Return whether any membrane is stained, of which IHC 0 with some is ultralow."""
    percent, intensity = cohort["her2_staining_percent"], cohort["her2_staining_intensity"]
    staining = pd.Series("missing", cohort.index)
    staining = staining.mask(percent.gt(0) | intensity.eq("faint"), "faint")
    return staining.mask(percent.eq(0) | intensity.eq("none"), "absent")
