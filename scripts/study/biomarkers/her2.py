"""HER2 status from the IHC score, the ISH group and a recount; HER2-low beside it."""

import pandas as pd

from schemas.decision_tables import HER2_LOW, HER2_STATUS
from study.biomarkers.binning import bin_values
from study.biomarkers.decision import Decision, decide, is_known, recorded_counts, weakest
from study.biomarkers.her2_ish import Hybridisation, join_flags
from study.biomarkers.lookup import look_up, name_missing, select_edition

_DECIDED = ["positive", "negative"]
# The ISH groups of 2018 that IHC 2+ leaves to a recount.
_WORKED_UP = ["group_2", "group_3", "group_4"]
_REASONS = ["rule", "edition", "row", "grade", "flags"]


def decide_her2_status(
    cohort: pd.DataFrame, ihc: pd.Series, ish: Hybridisation, edition: str, precedence: str
) -> Decision:
    """Return HER2 status as positive, negative, unknown or unresolved.

    Unknown: the findings needed are not there. Unresolved: they are, and do not decide.
    The recorded status stands in for unknown, not for unresolved. Where it does so against a
    finding (IHC 2+ without ISH, ISH without IHC), the patient is listed as a disagreement. A
    recorded ``equivocal`` is unresolved, and never overturns findings that decide.
    After a recount that gives another group the recorded status is the adjudicated one, and counts.
    Where the edition gives the staining another score than the recorded one, the recorded status
    rests on that score and does not stand in.

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
    found, flags = findings["her2_status"], findings["flags"]
    recorded = name_missing(cohort["her2_recorded"], "unknown").replace("equivocal", "unresolved")
    unsupported = recorded.isin(_DECIDED) & found.eq("unknown") & flags.ne("")
    read_anew = is_known(cohort["her2_ihc"]) & ihc.ne(cohort["her2_ihc"]) & found.eq("unknown")
    needs_recount = ish.group.fact.isin(_WORKED_UP) & inputs["her2_ihc"].ne("3+")
    seen = inputs.rename(columns={"ish": "her2_ish", "recount": "her2_recount"})
    return decide(
        cohort["patient_id"],
        seen.replace("missing", "unknown").assign(her2_recorded=cohort["her2_recorded"]),
        findings.assign(flags=join_flags(flags, ish.recount_flags.where(needs_recount, ""))),
        recorded,
        use_recorded=_recorded_stands_in(found, flags, recorded, precedence) & ~read_anew,
        disagree=unsupported | (is_known(found) & is_known(recorded) & found.ne(recorded)),
    )


def _recorded_stands_in(
    found: pd.Series, flags: pd.Series, recorded: pd.Series, precedence: str
) -> pd.Series:
    """Return whether the recorded status counts: by precedence, or as the adjudicated one."""
    overturned = recorded.eq("unresolved") & found.isin(_DECIDED)
    adjudicated = recorded.isin(_DECIDED) & flags.eq("recount_changed_group")
    return (recorded_counts(found, recorded, precedence) & ~overturned) | adjudicated


def decide_her2_low(
    cohort: pd.DataFrame, ihc: pd.Series, ish_reading: pd.Series, her2: Decision
) -> Decision:
    """Return HER2-low beside the status: low, ultralow, null, zero_not_split, positive or unknown.

    ``null`` is IHC 0 without any staining; ``zero_not_split`` is IHC 0 of which it is not recorded
    whether some cells stain faintly. ASCO/CAP 2023 calls these categories premature: they never
    take the place of the status.
    """
    inputs = pd.DataFrame(
        {
            "her2_status": her2.fact,
            "her2_ihc": name_missing(ihc),
            "ish": ish_reading,
            "membrane_staining": _membrane_staining(cohort),
        }
    )
    findings = look_up(inputs, HER2_LOW)[["her2_low", "rule", "row", "grade", "flags"]]
    return decide(
        cohort["patient_id"],
        inputs.rename(columns={"ish": "her2_ish_reading"}).replace("missing", "unknown"),
        findings.assign(grade=weakest(findings["grade"], her2.grade)),
        pd.Series("unknown", cohort.index),
        use_recorded=pd.Series(False, cohort.index),
    )


def _membrane_staining(cohort: pd.DataFrame) -> pd.Series:
    """Return the staining that makes IHC 0 ultralow (faint), or null (absent), or neither."""
    percent = bin_values(cohort["her2_staining_percent"], "her2_staining_percent", "asco_cap_2018")
    intensity = name_missing(cohort["her2_staining_intensity"])
    some, none = percent.eq("up_to_10"), percent.eq("none")
    faint = (some & intensity.isin(["faint", "missing"])) | (
        percent.eq("missing") & intensity.eq("faint")
    )
    absent = (none & intensity.isin(["none", "missing"])) | (
        percent.eq("missing") & intensity.eq("none")
    )
    described = percent.ne("missing") | intensity.ne("missing")
    staining = pd.Series("missing", cohort.index).mask(described, "other")
    return staining.mask(faint, "faint").mask(absent, "absent")
